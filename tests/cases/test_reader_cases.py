"""Cases of issue 14 on what a reader would take from an answer: said once, said at all, and not the other way round."""

import contextlib
import io
import sys

import pytest

from liftspan.cli import main
from liftspan.monitoring.coded import MEASURE


def says(*words) -> tuple[int, str, str]:
    out, err, before, code = io.StringIO(), io.StringIO(), sys.argv, 0
    sys.argv = ["liftspan", *map(str, words)]
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            main()
    except SystemExit as leaving:
        code = leaving.code or 0
    finally:
        sys.argv = before
    return code, " ".join(out.getvalue().split()), " ".join(err.getvalue().split())


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
