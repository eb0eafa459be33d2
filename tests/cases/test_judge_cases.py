"""Readings that contradict each other, and words that are no name: neither lets anybody go, and no alert is lost."""

import json

import pytest
from typer.testing import CliRunner

from liftspan.cli.app import app
from liftspan.errors import InvalidInput

CALM = {
    "systolic_mmhg": 122, "diastolic_mmhg": 78, "heart_rate_per_min": 72, "cadss": 0, "moaas": 5,
    "minutes_since_dose": 150, "oxygen_saturation_percent": 98, "systolic_rise_mmhg": 2, "diastolic_rise_mmhg": 1,
    "respiratory_rate_per_min": 14,
}  # fmt: skip


def judged(changes, *more, by="Dr A. Example"):
    words = [word for name, value in (CALM | changes).items() for word in ("--reading", f"{name}={value}")]
    asked = ["monitoring", "judge", "nasal-esketamine", "--age", "50", *words, "--judged", f"spo2={by}", *more]
    return CliRunner().invoke(app, asked)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"cadss": 4, "cadss_rise": 40}, "dissociation on CADSS 4 with a rise of 40 was -36 before the dose"),
        ({"systolic_mmhg": 60, "systolic_rise_mmhg": 39, "diastolic_mmhg": 40}, "was 21 before the dose"),
        ({"diastolic_rise_mmhg": -99, "systolic_mmhg": 130, "diastolic_mmhg": 110}, "was 209 before the dose"),
        ({"diastolic_mmhg": 122}, "systolic pressure 122 is not above diastolic pressure 122"),
    ],
)
@pytest.mark.parametrize("question", [(), ("--before-dose",), ("--during",)])
def test_readings_that_cannot_both_hold_are_never_a_go(changes, said, question):
    done, record = judged(changes, *question), json.loads(judged(changes, *question, "--json").output)
    assert done.exit_code == 4 and said in " ".join(done.output.split())
    assert said in record["contradictions"][0] and record["passed"] is False


def test_an_alert_stands_beside_a_contradiction():
    done = judged({"systolic_mmhg": 70, "diastolic_mmhg": 75})
    assert done.exit_code == 4 and done.output.startswith("ALERT: systolic pressure 70")
    assert "not above diastolic" in " ".join(done.output.split())


def test_calm_readings_contradict_nothing():
    done = judged({}, "--json")
    assert done.exit_code == 0 and json.loads(done.output)["contradictions"] == []


@pytest.mark.parametrize("name", ["nobody", "None", "n/a", "unknown", "Dr.", "no clinician", "TBD", "--", "x"])
def test_a_word_that_is_no_name_has_judged_nothing(name):
    assert isinstance(judged({}, by=name).exception, InvalidInput)


@pytest.mark.parametrize("name", ["Dr Nolan", "A. Example", "Xu", "Łukasz", "李"])
def test_a_name_is_a_name(name):
    assert judged({}, by=name).exit_code == 0
