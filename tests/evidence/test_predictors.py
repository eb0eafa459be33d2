"""Published predictors: read with their limits, nulls as nulls, and a broken table refused as a whole."""

import pytest

from liftspan.errors import InvalidInput
from liftspan.evidence import shipped_rows
from liftspan.evidence.predictors import load_predictors, matching, predictors_of
from liftspan.evidence.predictors_said import as_record, as_text, effect_text


def test_the_shipped_table_reads_whole_with_its_limits():
    found = load_predictors()
    assert len(found) == 63
    main = next(one for one in found if one.outcome.endswith("about 24 h"))
    assert (main.effect, main.ci_low, main.ci_high, main.n) == ("0.58", 0.44, 0.72, "809")
    assert effect_text(main) == "0.58 (0.44 to 0.72), p <0.0001"


def test_a_null_is_a_null_and_a_weak_direction_is_not():
    found = load_predictors()
    bmi = matching("bmi", found)
    assert [one.is_null for one in bmi] == [False, False, True, True]
    assert all(one.is_null for one in matching("lithium", found))
    assert not any(one.is_null for one in matching("early response", found))
    assert all(one.is_mixed for one in matching("subscales", found))
    # Counted by eye in the table.
    assert sum(one.is_null for one in found) == 18
    assert sum(one.is_mixed for one in found) == 4


def test_p_values_of_groups_are_not_read_as_rates():
    four = next(one for one in load_predictors() if one.factor.startswith("BMI category"))
    assert four.effect == "not significant" and "0.526 (response)" in four.p_value


def test_every_problem_of_a_broken_table_is_told_at_once():
    rows = [dict(row) for row in shipped_rows("predictors.csv")]
    rows[0]["factor"] = ""
    rows[8]["ci_low"], rows[8]["ci_high"] = "0.72", "0.44"
    rows[9]["effect_size"] = "-0.38"
    rows[10]["ci_low"] = "wide"
    rows[11]["source_url"] = "a page"
    with pytest.raises(InvalidInput) as error:
        predictors_of(rows)
    said = str(error.value)
    for words in (
        "line 2, column factor",
        "line 10",
        "swapped",
        "line 11",
        "a sign lost",
        "line 12",
        "'wide'",
        "line 13",
    ):
        assert words in said


def test_the_text_shows_interval_people_and_source_and_nulls():
    text = as_text(load_predictors(), None)
    assert "2.11 (1.25 to 3.57)" in text and "n = 62" in text and "NULL" in text
    assert max(len(line) for line in text.splitlines() if "http" not in line) <= 100


def test_a_factor_without_a_study_says_so():
    assert "no study of this factor is in the tables" in " ".join(as_text((), "stress").split())
    record = as_record((), "stress")
    assert record["schema"] == "liftspan/evidence-predictors/1"
    assert record["predictors"] == [] and "no evidence for it" in record["note"]
