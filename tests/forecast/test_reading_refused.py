"""A patient's record that is wrong: each reason with its line, likely cause and next step, all at once."""

from datetime import datetime, timedelta

import pytest

from forecast.writing_patients import (
    BASELINE,
    FIRST,
    IV,
    NOON,
    PERSON,
    baseline_on,
    line_of,
    only,
    toml_of,
)
from liftspan.forecast.assemble import MOST_ENTRIES

LATER = {"day": 7, "scale": "MADRS", "value": 20}


@pytest.mark.parametrize(
    ("change", "at", "said"),
    [
        ({"value": 61}, "value = 61", "score 61 is above the MADRS maximum of 60"),
        ({"scale": "phq9", "value": 28}, "value = 28", "score 28 is above the PHQ-9 maximum of 27"),
        ({"value": -3}, "value = -3", "value = -3 is below 0; is it a change?"),
        ({"value": "20"}, 'value = "20"', "value = '20' is no number; leave out the quotes"),
        ({"value": "20,5"}, 'value = "20,5"', "is no number; is the comma a decimal point?"),
        ({"value": True}, "value = true", "value = True is no number"),
        ({"value": float("nan")}, "value = nan", "value = nan is no number"),
        ({"scale": "MADS"}, 'scale = "MADS"', "scale 'MADS' is not known; did you mean 'MADRS'?"),
        ({"scale": "BDI-II"}, 'scale = "BDI-II"', "scale 'BDI-II': Beck's inventory; no published link"),
        ({"scale": 3}, "scale = 3", "scale = 3 is no text; write it in quotes"),
        ({"item10": 7}, "item10 = 7", "item10 = 7 is outside the whole numbers 0 to 6"),
        ({"item10": 1.5}, "item10 = 1.5", "item10 = 1.5 is outside the whole numbers 0 to 6"),
        ({"item9": 1}, "item9 = 1", "item9 belongs to PHQ-9, and this is a score on MADRS"),
        ({"scale": "QIDS", "item10": 1}, "item10 = 1", "item10 belongs to MADRS, and this is a score on QIDS"),
        ({"scale": "PHQ-9", "item9": 4}, "item9 = 4", "item9 = 4 is outside the whole numbers 0 to 3"),
        ({"recall_d": 90}, "recall_d = 90", "recall_d = 90 is outside 0 to 31 days"),
        ({"valeu": 20}, "valeu = 20", "'valeu' is no key of a score; did you mean 'value'?"),
        ({"day": "seven"}, 'day = "seven"', "day = 'seven' is no number"),
        ({"day": 40000}, "day = 40000", "lies 40000 days from the first session; the most read is 3653"),
    ],
)
def test_a_wrong_score_is_told_with_its_line(refused, change, at, said):
    text = toml_of(scores=[BASELINE, LATER | change])
    place = line_of(text, at)
    problem = only(refused(text))
    assert problem.startswith(f"patient.toml line {place}: ") and said in problem


def test_a_score_without_value_scale_or_day_is_told_with_the_line_of_its_heading(refused):
    for key, said in (("value", "has no value"), ("scale", "no scale is named"), ("day", "this score has no day")):
        text = toml_of(scores=[BASELINE, {name: cell for name, cell in LATER.items() if name != key}])
        problem = only(refused(text))
        assert problem.startswith(f"patient.toml line {line_of(text, '[[score]]', 2)}: ") and said in problem


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"treatment": "ketamin 0.5 mg/kg iv"}, "did you mean 'ketamine'?"),
        ({"treatment": ""}, "the text is empty"),
        ({"treatment": IV + " twice weekly for 2 weeks"}, "has 4 sessions; write each one with its own day"),
        ({"treatment": IV + " with a new oral antidepressant"}, 'write background = "new" under [person]'),
        ({"treatment": "oral antidepressant daily for 8 weeks"}, 'write background = "new" under [person]'),
        ({"treatment": 84}, "treatment = 84 is no text"),
        ({"given": "yes"}, "given = 'yes' is neither true nor false"),
        ({"dose": 0.5}, "'dose' is no key of a session"),
    ],
)
def test_a_wrong_session_is_told_with_its_line(refused, change, said):
    text = toml_of(sessions=[FIRST, {"day": 3, "treatment": IV} | change])
    place = line_of(text, f"{next(iter(change))} = ", 2 if "treatment" in change else 1)
    problem = only(refused(text))
    assert problem.startswith(f"patient.toml line {place}: ") and said in problem


def test_a_session_without_treatment_is_told_with_an_example(refused):
    text = toml_of(sessions=[FIRST, {"day": 3}])
    problem = only(refused(text))
    assert problem.startswith(f"patient.toml line {line_of(text, '[[session]]', 2)}: no treatment") and IV in problem


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"weight_kg": 680}, "weight_kg = 680 is outside 30 to 250 kg"),
        ({"age": 16}, "age = 16 is outside 18 to 100 years: the evidence is of adults"),
        ({"age": "41"}, "age = '41' is no number; leave out the quotes"),
        ({"sex": "femal"}, "sex 'femal' is not known; did you mean 'female'?"),
        ({"background": "newly"}, "background 'newly' is not known; did you mean 'new'?"),
        ({"setting": "outpatent"}, "setting 'outpatent' is not known; did you mean 'outpatient'?"),
        ({"failed_treatments": -1}, "failed_treatments = -1 is outside the whole numbers 0 to 50"),
        ({"conditions": ["pregnency"]}, "condition 'pregnency' is not known; did you mean 'pregnancy'?"),
        ({"conditions": 1}, "conditions = 1 is no list"),
        ({"diagnosis": "bipolar depression"}, "which type? write 'bipolar I' or 'bipolar II'"),
        ({"weight": 70}, "'weight' is no key of [person]; did you mean 'weight_kg'?"),
    ],
)
def test_a_wrong_person_is_told_with_its_line(refused, change, said):
    text = toml_of(person=PERSON | change)
    problem = only(refused(text))
    assert problem.startswith(f"patient.toml line {line_of(text, f'{next(iter(change))} = ')}: ") and said in problem


def test_a_date_without_a_zone_is_refused_with_an_example(refused):
    naive = datetime(2026, 3, 3, 9, 0)
    for date, said in ((naive, "has no zone; add Z or +01:00"), ("2026-03-03", "has neither time nor zone")):
        text = toml_of(
            sessions=[{"date": NOON, "treatment": IV}], scores=[baseline_on(NOON), LATER | baseline_on(date)]
        ).replace("day = 7\n", "")
        problem = only(refused(text, now=NOON + timedelta(days=9)))
        assert problem.startswith(f"patient.toml line {line_of(text, 'date = ', 3)}: ") and said in problem


def test_a_plain_date_of_toml_is_refused_like_one_in_quotes(refused):
    text = toml_of(sessions=[{"date": NOON, "treatment": IV}], scores=[baseline_on(NOON)])
    text += '[[score]]\ndate = 2026-03-05\nscale = "MADRS"\nvalue = 20\n'
    assert "2026-03-05 has neither time nor zone" in only(refused(text, now=NOON + timedelta(days=9)))


def test_day_and_date_in_one_entry_are_one_too_many(refused):
    text = toml_of(scores=[BASELINE, LATER | {"date": NOON}])
    problem = only(refused(text))
    assert problem.startswith(f"patient.toml line {line_of(text, 'day = 7')}: this score has a day and a date")


def test_days_and_dates_do_not_mix_in_a_record(refused):
    text = toml_of(scores=[BASELINE, baseline_on(NOON)])
    problem = only(refused(text))
    score, session = line_of(text, "[[score]]", 2), line_of(text, "[[session]]")
    assert problem.startswith(
        f"patient.toml line {score}: has a date-time, and patient.toml line {session} has a day number"
    )


def test_a_session_in_the_future_must_be_marked_as_planned(refused):
    text = toml_of(sessions=[FIRST, {"day": 9, "treatment": IV}], today=5)
    problem = only(refused(text))
    assert problem.startswith(f"patient.toml line {line_of(text, '[[session]]', 2)}: ")
    assert "in the future but marked as given (day 9, after today (day 5)); given = false if planned" in problem


def test_times_are_told_as_the_file_counts_them_not_from_the_first_session(refused):
    text = toml_of(
        sessions=[{"day": 10, "treatment": IV}, {"day": 40, "treatment": IV}], scores=[BASELINE | {"day": 9}], today=20
    )
    assert "(day 40, after today (day 20))" in only(refused(text))


def test_a_message_stays_on_its_line_whatever_a_cell_holds(refused):
    text = toml_of(scores=[BASELINE | {"scale": "MAD\\nRS\\u001b"}])
    assert only(refused(text)).isprintable()


def test_problems_stand_in_the_order_of_lines(refused):
    text = toml_of(
        person=PERSON | {"age": 3}, sessions=[FIRST, FIRST], scores=[BASELINE | {"value": 61}, LATER | {"scale": "x"}]
    )
    lines = [int(problem.split("line ")[1].split(":")[0]) for problem in refused(text)]
    assert len(lines) == 4 and lines == sorted(lines)


def test_a_planned_session_lies_not_in_the_past(refused):
    text = toml_of(sessions=[FIRST, {"day": 3, "treatment": IV, "given": False}], today=5)
    problem = only(refused(text))
    assert problem.startswith(f"patient.toml line {line_of(text, '[[session]]', 2)}: ")
    assert "planned (given = false) for day 3, before today (day 5)" in problem


def test_a_score_in_the_future_is_refused(refused):
    text = toml_of(scores=[BASELINE, LATER], today=5)
    problem = only(refused(text))
    assert problem.startswith(f"patient.toml line {line_of(text, '[[score]]', 2)}: this score is in the future")


def test_two_scores_at_one_time_that_differ_are_both_named(refused):
    text = toml_of(scores=[BASELINE, LATER, LATER | {"value": 23}])
    problem = only(refused(text))
    first, second = line_of(text, "[[score]]", 2), line_of(text, "[[score]]", 3)
    assert problem.startswith(f"patient.toml line {second}: MADRS 23, and 20 at the same time")
    assert f"(patient.toml line {first})" in problem


def test_a_score_written_twice_with_two_items_is_a_problem(refused):
    text = toml_of(scores=[BASELINE, LATER | {"item10": 1}, LATER | {"item10": 3}])
    assert "item10 3 of a score that stands twice, and 1 at patient.toml line" in only(refused(text))


def test_two_sessions_at_one_time_or_overlapping_are_refused(refused):
    text = toml_of(sessions=[FIRST, FIRST])
    problem = only(refused(text))
    assert problem.startswith(f"patient.toml line {line_of(text, '[[session]]', 2)}: this session is at the same time")
    text = toml_of(sessions=[FIRST, {"day": 0.02, "treatment": IV}])  # 29 min later
    problem = only(refused(text))
    assert "begins 0.48 h after that of patient.toml line 10, which lasts 0.667 h" in problem


def test_a_record_without_sessions_given_points_to_how_fast(refused):
    assert "no session of patient patient was given; a forecast starts" in only(refused(toml_of(sessions=[])))
    planned = toml_of(sessions=[FIRST | {"given": False}])
    assert "was given yet: all are planned" in only(refused(planned))


def test_a_record_without_baseline_names_its_earliest_score(refused):
    text = toml_of(scores=[LATER])
    problem = only(refused(text))
    assert f"no baseline of patient patient: the earliest score (MADRS, line {line_of(text, '[[score]]')})" in (problem)


def test_a_record_without_scores_is_no_record(refused):
    assert "no score of patient patient" in only(refused(toml_of(scores=[])))


def test_more_entries_than_are_read_are_refused_with_the_limit(refused):
    scores = [BASELINE | {"day": -day / 10} for day in range(MOST_ENTRIES + 1)]
    problem = only(refused(toml_of(scores=scores)))
    assert f"{MOST_ENTRIES + 1} scores of patient patient; the most read is {MOST_ENTRIES}" in problem


def test_today_must_be_of_the_kind_that_the_record_is_written_in(refused):
    text = toml_of(today=NOON)
    assert only(refused(text)) == (
        "patient.toml line 1: 2026-03-02 12:00:00+00:00 is a date-time, and the record of patient patient has day "
        "numbers; write a day number"
    )
    dated = toml_of(sessions=[{"date": NOON, "treatment": IV}], scores=[baseline_on(NOON)])
    assert only(refused(dated, today=12.0)).startswith("the option today: 12.0 is a day number, and the record of")
    assert "the option today: today 2026-03-09T00:00:00 has no zone" in only(refused(dated, today=datetime(2026, 3, 9)))


def test_everything_wrong_is_told_at_once(refused):
    text = toml_of(
        person={"sex": "x"},
        sessions=[{"date": NOON, "treatment": IV}, {"date": NOON + timedelta(days=60), "treatment": IV}],
        scores=[
            baseline_on(NOON),
            {"date": NOON + timedelta(days=1), "scale": "MADRS", "value": 61},
            {"date": NOON + timedelta(days=2), "scale": "MADRS", "value": 20},
            {"date": NOON + timedelta(days=2), "scale": "MADRS", "value": 22},
            {"date": datetime(2026, 3, 6), "scale": "MADRS", "value": 20},
            {"date": NOON + timedelta(days=3), "scale": "XYZ", "value": 20},
        ],
    )
    problems = "\n".join(refused(text, now=NOON + timedelta(days=30)))
    for said in ("sex 'x'", "in the future", "above the MADRS", "at the same time", "has no zone", "scale 'XYZ'"):
        assert said in problems
    assert problems.count("\n") == 5  # six, and none that only follows from another
