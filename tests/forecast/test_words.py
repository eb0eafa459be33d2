"""What the text says must be what the tables and the record hold."""

import re

import pytest

from forecast.made_up import patient, responder_on_sprays, score
from liftspan.evidence import load_evidence
from liftspan.forecast.answer import forecast
from liftspan.forecast.words import HELD_OFF, as_text


def test_relapse_in_sustain_1_is_quoted_as_the_tables_hold_it():
    rows = {row["row_id"]: row for row in load_evidence().observation_rows}
    quoted = [float(number) for number in re.findall(r"\d+\.\d", HELD_OFF)]
    for i, percent in enumerate(quoted, start=1):
        row = rows[f"daly2019_sustain1.00{i}"]
        assert row["statistic"] == "relapse_free_fraction"
        assert percent == pytest.approx(100.0 * (1.0 - float(row["value"])), abs=0.06)  # both were rounded
    assert len(quoted) == 4


def flat(record) -> str:
    return " ".join(as_text(forecast(record)).split())


def test_a_forecast_that_scores_have_not_moved_says_how_many_more_would():
    text = flat(patient((0,), [score(0, 34)], 0))
    assert "hardly moved it from the population's" in text and "further weekly rating" in text


def test_a_score_outside_the_populations_range_is_named_so():
    assert "lies within what 90 % of people with the same first score" in flat(responder_on_sprays())
    worse = patient((0, 3, 7, 10), [score(0, 30), score(3, 46), score(10, 52)], 11, "84 mg nasal esketamine")
    assert "lies worse than what 90 % of people with the same first score" in flat(worse)


def test_defaults_that_stand_for_what_was_not_said_are_named():
    record = patient((0,), [score(0, 34)], 0, defaults=("weight not stated: 74 kg, the usual one",))
    assert "weight not stated: 74 kg" in flat(record)


def test_no_response_so_far_brings_the_chance_of_one_and_who_decides():
    text = flat(patient((0, 3, 7), [score(0, 34), score(7, 31)], 8, "84 mg nasal esketamine"))
    assert "No response after 3 sessions" in text and "belongs to the clinician and the patient" in text
