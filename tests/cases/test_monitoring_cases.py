"""Cases of issue 14 on the rules of a session: nothing measured in vain, nothing unmeasured taken for good.

Each block names its finding (findings.md A1, A2, A8) and adds siblings that stand in neither.
"""

import json
from importlib.resources import files

import pytest

from cli.in_process import said
from liftspan.errors import InvalidInput
from liftspan.monitoring import MEASURES, TIME, Kind, Question, ask, find_rules, load_rules, shipped_rules
from liftspan.monitoring.sense import measured_by, notes_of
from monitoring.written_rules import rule, small_file

DATA = files("liftspan.monitoring") / "data"
NASAL_FILE = (DATA / "nasal-esketamine.toml").read_text(encoding="utf-8")
NASAL = find_rules("nasal-esketamine")
PASSED, INVALID, CHECK_FAILED = 0, 3, 4
BEFORE = {
    "systolic_mmhg": 120, "diastolic_mmhg": 75, "oxygen_saturation_percent": 97, "respiratory_rate_per_min": 14,
    "heart_rate_per_min": 70, "moaas": 5,
}  # fmt: skip
LEAVING = BEFORE | {"systolic_rise_mmhg": 5, "diastolic_rise_mmhg": 2, "cadss": 1, "minutes_since_dose": 125}
NAMED = ("--judged", "oxygen_saturation_percent=Dr A. Example")


def says(*words) -> tuple[int, str, str]:
    found = said(*words)
    return found.code, found.out, found.err


def judge(readings, *more, rules="nasal-esketamine", age=50):
    given = [word for name, value in readings.items() for word in ("--reading", f"{name}={value}")]
    where = [] if str(rules).endswith(".toml") else [rules]
    own = ["--rules", str(rules)] if str(rules).endswith(".toml") else []
    code, out, err = says("monitoring", "judge", *where, "--age", age, *given, *more, *own)
    return code, out, err


def first_line(text):
    return " ".join(text.partition("\nAsked ")[0].split())


# --- A1: oxygen saturation, pulse, breathing and low pressure are judged -------------------------------------------


def test_a_saturation_of_70_and_a_pulse_of_200_are_alerts_and_nobody_leaves():
    readings = {"moaas": 5, "cadss": 2, "minutes_since_dose": 125, "systolic_mmhg": 125, "systolic_rise_mmhg": 5}
    for rules in ("nasal-esketamine", "ketamine-infusion-injection"):
        code, out, _ = judge(readings | {"oxygen_saturation_percent": 70, "heart_rate_per_min": 200}, rules=rules)
        assert code == CHECK_FAILED
        assert first_line(out).startswith("ALERT: oxygen saturation 70 %"), out
        assert "heart rate 200 per minute" in first_line(out) and "not ready to leave" in first_line(out)


@pytest.mark.parametrize(
    ("worse", "rule"),
    [
        ({"systolic_mmhg": 70}, "LOW_PRESSURE_ALERT"),
        ({"heart_rate_per_min": 30}, "PULSE_ALERT"),
        ({"heart_rate_per_min": 131}, "PULSE_ALERT"),
        ({"oxygen_saturation_percent": 91}, "OXYGEN_ALERT"),
        ({"respiratory_rate_per_min": 8}, "BREATHING_ALERT"),
        ({"respiratory_rate_per_min": 25}, "BREATHING_ALERT"),
        ({"respiratory_rate_per_min": 0}, "BREATHING_ALERT"),
    ],
)
def test_the_red_scores_of_the_early_warning_score_are_alerts(worse, rule):
    # NEWS2, chart 1, score 3: breathing <= 8 or >= 25, oxygen <= 91 (scale 1), systolic <= 90, pulse <= 40 or >= 131.
    for name in shipped_rules():
        code, out, _ = judge(LEAVING | worse, *NAMED, "--json", rules=name)
        record = json.loads(out)
        assert code == CHECK_FAILED and record["overall"] == "alert"
        assert [one["id"] for one in record["rules"] if one["verdict"] == "fires"] == [rule]
        assert judge(LEAVING | worse, "--during", rules=name)[0] == CHECK_FAILED


@pytest.mark.parametrize(
    "fine",
    [
        {"heart_rate_per_min": 41}, {"heart_rate_per_min": 130}, {"oxygen_saturation_percent": 92},
        {"respiratory_rate_per_min": 9}, {"respiratory_rate_per_min": 24}, {"systolic_mmhg": 91},
    ],
)  # fmt: skip
def test_one_step_inside_a_red_score_is_no_alert(fine):
    for name in shipped_rules():
        assert judge(LEAVING | fine, "--during", rules=name)[0] == PASSED


def test_every_measure_that_a_shipped_file_asks_for_is_judged_also_before_the_dose():
    for rules in shipped_rules().values():
        judging = [one for kind in (Kind.HOLD, Kind.ALERT, Kind.DISCHARGE) for one in rules.of(kind)]
        judged = {name for rule in judging for name in measured_by(rule)}
        asked = {name for rule in rules.of(Kind.MEASURE) for name in rule.schedule.measures}
        assert asked <= judged and {"oxygen_saturation_percent", "heart_rate_per_min"} <= asked
        assert notes_of(rules) == ()  # nothing measured before the dose without a hold, no ages left open
        leaving = {name for rule in rules.of(Kind.DISCHARGE) for name in rule.asks_for}
        assert {"oxygen_saturation_percent", "respiratory_rate_per_min", TIME, "moaas", "cadss"} <= leaving


def test_a_file_that_measures_what_no_rule_judges_is_refused_with_what_to_write(tmp_path):
    # The files of 25 November 2026 measured oxygen saturation in vain; a clinic may still have a copy.
    path = tmp_path / "ours.toml"
    path.write_text(NASAL_FILE.replace('measure = "oxygen_saturation_percent"', 'measure = "heart_rate_per_min"')
                    .replace('judged_by_clinician = ["oxygen_saturation_percent"]\n', "")
                    .replace("above = 91", "above = 41").replace("at_most = 91", "at_most = 41"))  # fmt: skip
    with pytest.raises(InvalidInput) as caught:
        load_rules(path)
    said = str(caught.value)
    assert "oxygen saturation (oxygen_saturation_percent) is measured and judged by no rule" in said
    assert 'judged_by_clinician = ["oxygen_saturation_percent"]' in said and "(BREATHING)" in said and "line " in said


# --- No threshold: a clinician judges, and is named -------------------------------------------------------------


def test_where_no_source_gives_a_number_a_named_clinician_judges_and_nobody_leaves_before():
    code, out, _ = judge(LEAVING)
    assert code == CHECK_FAILED and first_line(out).startswith("NOT READY: no named clinician has judged oxygen")
    assert "No threshold: clinician judges." in " ".join(out.split())
    code, out, _ = judge(LEAVING, *NAMED)
    assert code == PASSED and first_line(out).startswith("READY BY THE RULES")
    assert "Dr A. Example" in out and "an escort is there" in first_line(out)


def test_a_judgement_without_a_reading_or_without_a_name_is_none():
    without = {name: value for name, value in LEAVING.items() if name != "oxygen_saturation_percent"}
    code, out, _ = judge(without, *NAMED)
    assert code == CHECK_FAILED and "oxygen saturation was not measured" in first_line(out)
    for word in (
        "oxygen_saturation_percent=",
        "oxygen_saturation_percent= 7 ",
        "oxygen=Dr A",
        "Dr A",
        "spo2=\x1b[31m a",
    ):
        code, out, err = judge(LEAVING, "--judged", word)
        assert (code, out) == (INVALID, "") and "judged" in err and "\x1b" not in err, word
    code, out, _ = judge(LEAVING, *NAMED, "--judged", "cadss=Dr B. Example")
    assert code == PASSED and "no rule asked here leaves it to a clinician" in " ".join(out.split())


def test_a_clinician_cannot_set_a_limit_aside():
    code, out, _ = judge(LEAVING | {"oxygen_saturation_percent": 90}, *NAMED)
    assert code == CHECK_FAILED and first_line(out).startswith("ALERT: oxygen saturation 90 %")


# --- A2: a reading that was not taken is never good --------------------------------------------------------------


def test_no_readings_before_the_dose_hold_it():
    code, out, _ = judge({}, "--before-dose", age=40)
    assert code == CHECK_FAILED and first_line(out).startswith("HOLD: ")
    for words in ("systolic pressure", "diastolic pressure", "oxygen saturation", "breathing rate", "heart rate"):
        assert words in first_line(out)
    assert "before the dose: may it be given?" in " ".join(out.split())


@pytest.mark.parametrize("name", [name for name in BEFORE if name != "moaas"])
def test_any_one_missing_reading_holds_a_dose_and_is_named(name):
    lacking = {key: value for key, value in BEFORE.items() if key != name}
    code, out, _ = judge(lacking, "--before-dose")
    assert code == CHECK_FAILED
    assert first_line(out) == f"HOLD: {MEASURES[name].words} was not measured."
    assert judge(BEFORE, "--before-dose")[0] == PASSED


@pytest.mark.parametrize("name", list(LEAVING))
def test_any_one_missing_reading_keeps_a_person_and_is_named(name):
    lacking = {key: value for key, value in LEAVING.items() if key != name}
    code, out, _ = judge(lacking, *NAMED)
    assert code == CHECK_FAILED
    assert first_line(out) == f"NOT READY: {MEASURES[name].words} was not measured."


def test_a_blank_is_never_better_than_a_reading():
    # Every reading added can only make an answer definite, and time alone never discharges, whatever the file.
    for rules in shipped_rules().values():
        for question in Question:
            assert not ask(rules, question, {}, 50.0).passed
            assert not ask(rules, question, {TIME: 1440.0}, 50.0).passed
            for name in LEAVING:
                less = {key: float(value) for key, value in LEAVING.items() if key != name}
                whole = ask(
                    rules, question, less | {name: float(LEAVING[name])}, 50.0, {"oxygen_saturation_percent": "A"}
                )
                some = ask(rules, question, less, 50.0, {"oxygen_saturation_percent": "A"})
                assert whole.passed >= some.passed


def test_a_missing_reading_of_an_alert_is_not_silence():
    code, out, _ = judge({"systolic_mmhg": 120}, "--during")
    assert code == CHECK_FAILED and first_line(out).startswith("NOT MEASURED: ")
    assert "diastolic pressure" in first_line(out) and "moaas" not in first_line(out)


def test_a_file_whose_discharge_is_time_alone_is_refused(tmp_path):
    path = tmp_path / "ours.toml"
    path.write_text(small_file(rule("LEAVE", "discharge", TIME, "at_least = 120")))
    with pytest.raises(InvalidInput, match="time alone never discharges"):
        load_rules(path)


def test_a_file_without_a_rule_for_the_question_judges_nothing_and_says_so(tmp_path):
    path = tmp_path / "ours.toml"
    path.write_text(small_file(rule("HIGH", "alert", "systolic_mmhg", "above = 180")))
    for option, kind in ((("--before-dose",), "hold"), ((), "discharge")):
        code, out, _ = judge({"systolic_mmhg": 120}, *option, rules=path)
        assert code == CHECK_FAILED and first_line(out).startswith(f"NOT JUDGED: no rule of kind {kind}")


def test_a_reading_that_no_rule_uses_is_said(tmp_path):
    path = tmp_path / "ours.toml"
    path.write_text(small_file(rule("HIGH", "alert", "systolic_mmhg", "above = 180")))
    _, out, _ = judge({"systolic_mmhg": 120, "heart_rate_per_min": 200}, "--during", rules=path)
    assert "heart rate 200 per minute: no rule asked here judges it." in out
    record = json.loads(judge({"heart_rate_per_min": 200}, "--during", "--json", rules=path)[1])
    assert record["readings_not_used"] == [{"measure": "heart_rate_per_min", "value": 200.0, "unit": "per minute"}]
    assert record["overall"] == "not measured" and record["not_measured"] == ["systolic_mmhg"]


# --- A8: two sources at 65 years ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("age", "systolic", "fired"),
    [
        # Trials: > 140, and > 150 over 65 years. EU: > 140 below 65, > 150 from 65. US guide: > 140 always.
        (64, 141, ["PRE_BP_HOLD", "PRE_BP_HOLD_EU", "PRE_BP_GUIDE_US"]), (64, 140, []),
        (65, 145, ["PRE_BP_HOLD", "PRE_BP_GUIDE_US"]), (65, 140, []),
        (65, 151, ["PRE_BP_HOLD", "PRE_BP_HOLD_EU", "PRE_BP_GUIDE_US"]),
        (66, 145, ["PRE_BP_GUIDE_US"]), (66, 140, []), (66, 151, ["PRE_BP_HOLD", "PRE_BP_HOLD_EU", "PRE_BP_GUIDE_US"]),
    ],
)  # fmt: skip
def test_the_pressure_limit_at_65_stands_by_its_sources_and_the_strictest_holds(age, systolic, fired):
    for name in shipped_rules():
        code, out, _ = judge(BEFORE | {"systolic_mmhg": systolic}, "--before-dose", "--json", rules=name, age=age)
        record = json.loads(out)
        assert [one["id"] for one in record["rules"] if one["verdict"] == "fires"] == fired
        assert code == (CHECK_FAILED if fired else PASSED)
        assert bool(record["differences"]) is (len(fired) in (1, 2))


def test_the_answer_at_65_names_both_sources_and_says_that_they_differ():
    text = " ".join(judge(BEFORE | {"systolic_mmhg": 145}, "--before-dose", age=65)[1].split())
    for words in ("Two sources differ here", "phase 3 trials", "EU summary of product characteristics", "> 150 mmHg"):
        assert words in text
    assert "The stricter one holds" in text and "PRE_BP_GUIDE_US" in text
    assert "time alone" not in text


# --- The answer itself -------------------------------------------------------------------------------------------


def test_the_record_says_rule_by_rule_what_was_used():
    code, out, _ = judge(LEAVING, *NAMED, "--json")
    record = json.loads(out)
    assert code == PASSED
    assert record["schema"] == "liftspan/monitoring-judge/1" and record["question"] == "discharge"
    assert record["overall"] == "ready" and record["passed"] is True
    known = {"fires", "clear", "met", "not met", "not measured", "clinician judges", "for other ages"}
    for one in record["rules"]:
        assert one["verdict"] in known and {"id", "kind", "readings_used", "source_url", "basis"} <= one.keys()
    asked = {one["id"] for one in record["rules"]}
    assert asked == {rule.rule_id for kind in (Kind.ALERT, Kind.DISCHARGE) for rule in NASAL.of(kind)}
    breathing = next(one for one in record["rules"] if one["id"] == "DISCHARGE_BREATHING")
    assert breathing["judged_by"] == [{"measure": "oxygen_saturation_percent", "by": "Dr A. Example"}]


def test_readings_are_numbers_as_everywhere_and_all_slips_come_together():
    words = ["systolic_mmhg=1_20", "diastolic_mmhg=nan", "moaas=7", "spo2=0.97", "pulse=7e1", "heart_rate_per_min=70"]
    given = [part for word in words for part in ("--reading", word)]
    code, out, err = says("monitoring", "judge", "nasal-esketamine", "--age", 300, *given, "--judged", "x=y")
    assert (code, out) == (INVALID, "")
    for part in ("underscores", "nan", "0 to 5", "40 to 100 %", "stands twice", "age 300", "measure 'x'"):
        assert part in err, part
    code, out, _ = says("monitoring", "judge", "nasal-esketamine", "--age", "40", "--before-dose", "--during")
    assert (code, out) == (INVALID, "")
