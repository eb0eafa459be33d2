"""`evidence relapse`: published numbers beside the model, as checks."""

import json

import pytest

from liftspan.evidence import phases


@pytest.fixture(autouse=True)
def few(monkeypatch):
    monkeypatch.setattr(phases, "DRAWS", 30)
    monkeypatch.setattr(phases, "PEOPLE_USUAL", 60)


def test_a_trial_is_set_beside_its_prediction_with_cause_and_assumptions(liftspan_says):
    found = liftspan_says("evidence", "relapse", "murrough2013bp")
    assert found.code == 0 and not found.err
    line = next(line for line in found.out.splitlines() if line.startswith("murrough2013bp.003"))
    assert "median days to relapse" in line and " 18 " in line
    text = " ".join(found.out.split())
    for said in (
        "No number of this table stands in the likelihood",
        "chosen on these rows",
        "Likely cause:",
        "neither was read",
        "PMC3725185",
        "supervised",
    ):
        assert said in text


def test_a_machine_reads_the_same(liftspan_says):
    record = json.loads(liftspan_says("evidence", "relapse", "murrough2013bp", "--json").out)
    assert record["schema"] == "liftspan/evidence-relapse/1" and record["role"] == "check"
    (row,) = record["rows"]
    assert row["published"] == 18.0 and row["low"] <= row["predicted"] <= row["high"]
    assert row["inside"] == (row["low"] <= 18.0 <= row["high"])
    assert "not in the likelihood" in row["note"]


def test_a_trial_without_selected_people_says_so_and_an_unknown_one_is_refused(liftspan_says):
    assert "no number of people selected" in liftspan_says("evidence", "relapse", "popova2019_transform2").out
    assert liftspan_says("evidence", "relapse", "murrough2013b").code == 3
