"""A few hundred damaged inputs of every reader: each ends in an answer or in a refusal in words; the rest off CI."""

import random

import pytest

from fuzz.readers import READERS
from fuzz.relations import RELATIONS
from fuzz.run import Tally, tried

COUNT = 400


@pytest.mark.parametrize("reader", READERS, ids=lambda one: one.name)
def test_damaged_inputs_end_in_an_answer_or_a_refusal(reader, tmp_path):
    few = max(8, round(COUNT * reader.share / 20))
    tally: Tally = tried(reader, few, 20261201, tmp_path)
    assert tally.tried == few and tally.answered and tally.refused
    # Time depends on the machine: what is slow is told by `python tests/fuzz/run.py`, off CI.
    told = {kind: tally.smallest[kind] for kind in tally.faults if not kind.startswith(("slow", "hang"))}
    assert not told, told


@pytest.mark.parametrize("relation", [one for one, _ in RELATIONS], ids=lambda one: one.__name__)
def test_a_relation_holds(relation, tmp_path):
    for i in range(2):
        assert relation(random.Random(i), tmp_path) == ""


def test_the_same_seed_damages_in_the_same_way():
    one, two = (READERS[0].damaged(random.Random(5)) for _ in range(2))
    assert one == two
