"""Cases of issue 14 on what a reader would take from an answer: said once, said at all, and not the other way round."""

import pytest

from cli.in_process import said
from liftspan.monitoring.coded import MEASURE


def says(*words) -> tuple[int, str, str]:
    found = said(*words)
    return found.code, " ".join(found.out.split()), " ".join(found.err.split())


@pytest.mark.parametrize("word", ["breathing_per_min", "breathing", "breathing rate", "Breaths-per-min", "rr"])
def test_a_breathing_rate_is_never_taken_for_a_heart_rate(word):
    assert MEASURE.read(word) == "respiratory_rate_per_min"


@pytest.mark.parametrize(("word", "measure"), [("hr", "heart_rate_per_min"), ("SBP", "systolic_mmhg")])
def test_short_names_of_vital_signs_are_read(word, measure):
    assert MEASURE.read(word) == measure


@pytest.mark.parametrize("age", [50, 65])
def test_a_pressure_that_several_rules_hold_is_said_once_in_the_decision(age):
    _, said, _ = says(
        "monitoring", "judge", "nasal-esketamine", "--age", age, "--before-dose",
        "--reading", "systolic_mmhg=145", "--reading", "diastolic_mmhg=80",
    )  # fmt: skip
    decision = said.split(" Asked ")[0]
    assert decision.count("145 mmHg") == 1 and "(limit > 140 mmHg)" in decision


def test_what_a_discharge_asks_for_does_not_read_as_what_was_seen():
    _, said, _ = says(
        "monitoring", "judge", "nasal-esketamine", "--age", 50,
        "--reading", "spo2=85", "--reading", "moaas=4", "--reading", "rr=14", "--reading", "hr=150",
    )  # fmt: skip
    for text in ("Respiratory depression is over.", "Fully alert.", "No red score of the pulse."):
        assert said.count(text) == said.count(f"Needed: {text}") == 1


# How fast, beside what a label asks a clinician to judge.

WARNED = ("breastfeeding", "bipolar-2", "lamotrigine", "heart failure")


@pytest.mark.parametrize("condition", WARNED)
def test_a_condition_that_a_clinician_judges_is_a_caution_of_the_answer(condition):
    _, said, _ = says("how-fast", "-p", "iv-single", "--condition", condition)
    assert "Caution: clinician judges: " in said
    _, without, _ = says("how-fast", "-p", "iv-single")
    assert "clinician judges" not in without


def test_cautions_stand_also_where_two_treatments_stand_side_by_side():
    words = "0.5 mg/kg ketamine iv over 40 min"
    _, said, _ = says("how-fast", "-t", words, "--versus", "nasal-84", "--condition", "breastfeeding")
    assert said.count("Caution: clinician judges: breastfeeding") == 2
    assert f"treatment 1: {words} (" in said, "what treatment 1 is"


def test_a_simulation_says_and_keeps_the_conditions_of_its_people(tmp_path):
    asked = ("simulate", "-p", "iv-single", "-n", 300, "--out", tmp_path / "run")
    _, said, _ = says(*asked, "--condition", "Breastfeeding")
    assert "Caution: clinician judges: breastfeeding" in said
    code, _, why = says(*asked)
    assert code == 3 and "conditions" in why, "other people are another run"


def test_one_simulated_trial_says_that_its_numbers_are_of_one_draw(tmp_path):
    _, said, _ = says("simulate", "-p", "iv-single", "-n", 300, "--out", tmp_path / "run")
    assert "300 virtual people in 1 simulated trial of at most 4,096" in said
    assert "with another seed every number moves" in said and "Simulate at least 81,920 people" in said


def test_columns_of_risks_keep_apart():
    _, said, _ = says("how-fast", "-p", "iv-single")
    assert "below 0.05below" not in said and ")below" not in said and "2 (0 to 18) below 0.05" in said


def test_the_miss_of_shares_is_no_number_of_responders():
    _, said, _ = says("how-fast", "-p", "iv-single")
    assert "Of 100 people in response it missed" not in said and "The share in response it missed by" in said


# One patient.

PERSON = '[person]\nage = 45\nweight_kg = 70\ndiagnosis = "MDD"\nconditions = []\n'


def record_of(tmp_path, sessions, scores, today, treatment="ketamine 0.5 mg/kg iv over 40 min"):
    given = [f'[[session]]\nday = {day}\ntreatment = "{treatment}"\n' for day in sessions]
    rated = [f'[[score]]\nday = {day}\nscale = "MADRS"\nvalue = {value}\nitem10 = 0\n' for day, value in scores]
    path = tmp_path / "patient.toml"
    path.write_text("\n".join([f"today = {today}", PERSON, *given, *rated]))
    return path


def test_a_rule_that_refuses_every_day_is_not_written_out_again_as_reason_of_no_proposal(tmp_path):
    maintained = record_of(
        tmp_path, (0, 3, 7, 10, 14, 17, 31, 59, 87), ((0, 34), (7, 22), (31, 14), (87, 15), (108, 15)), 110
    )
    _, said, _ = says("forecast", maintained)
    assert (
        "No proposal for the target relapse <= 20 %: every day of the next four weeks is refused, as said above."
        in said
    )
    assert said.count("the longest gap between sessions shown is 7 days") == 2, "once for days, once for plans"
    _, record, _ = says("forecast", maintained, "--json")
    assert "every day of the next four weeks is refused: the last session was" in record, "alone, a record says why"


def test_no_empty_table_of_further_sessions_stands_where_all_are_refused(tmp_path):
    _, said, _ = says("forecast", record_of(tmp_path, (0, 14), ((0, 30), (15, 25)), 20))
    assert "No response after 2 sessions. Refused: 2 further" in said and "people like this at first" not in said
    _, said, _ = says("forecast", record_of(tmp_path, (0, 3), ((0, 30), (4, 25)), 4))
    assert "people like this at first" in said and "Without: on the same day" in said


def test_that_plans_are_met_by_some_of_the_people_is_said_and_no_zero_has_a_minus(tmp_path):
    words = "esketamine 84 mg nasal"
    asked = record_of(tmp_path, (0, 3, 7, 10, 14, 17, 21, 24, 31, 38), ((0, 36), (7, 20), (38, 9)), 40, words)
    _, said, _ = says("forecast", asked)
    assert "are met by 2,000 of them" in said and "-0.0" not in said


@pytest.mark.parametrize("word", ["epilepsy", "porphyria", "liver cirrhosis"])
def test_a_condition_without_a_name_is_told_where_it_can_stand(word):
    code, _, why = says("how-fast", "-p", "iv-single", "--condition", word)
    assert code == 3 and "can stand in `diagnosis`, as a question" in why
    code, _, why = says("how-fast", "-p", "iv-single", "--condition", "pregnency")
    assert code == 3 and "did you mean 'pregnancy'" in why and "can stand" not in why


def test_without_a_score_after_the_first_session_no_missing_response_is_told(tmp_path):
    _, said, _ = says("forecast", record_of(tmp_path, (0, 3, 7), ((0, 34),), 10))
    assert "no score after the first session, so no response is known" in said and "no response so far" not in said


def test_day_28_of_trials_is_told_from_28_full_days():
    _, said, _ = says("how-fast", "-p", "nasal-84")
    assert "day 28 end" in said and "Day 28 (648 h): as trials count, whose first session is on day 1" in said
