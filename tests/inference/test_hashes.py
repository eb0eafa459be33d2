"""A stored result says whether its tables and model are those of today."""

from dataclasses import replace

import pytest

from liftspan.evidence import load_evidence
from liftspan.inference.hashes import evidence_hash, hashes_of, is_current, why_stale


@pytest.fixture(scope="module")
def evidence():
    return load_evidence()


def test_a_result_of_today_is_current(evidence):
    assert is_current(hashes_of(evidence), evidence)


def test_one_changed_cell_makes_a_result_stale(evidence):
    first, *rest = evidence.observation_rows
    changed = replace(evidence, observation_rows=({**first, "value": "17"}, *rest))
    assert evidence_hash(changed) != evidence_hash(evidence)
    assert why_stale(hashes_of(evidence), changed) == ("the tables changed after it was made",)


def test_a_result_without_hashes_says_what_it_does_not_name(evidence):
    tables, model = why_stale({}, evidence)
    assert "does not name the tables" in tables and "does not name the model" in model
    assert why_stale({**hashes_of(evidence), "model_sha256": "0"}, evidence) == ("the model changed after it was made",)
