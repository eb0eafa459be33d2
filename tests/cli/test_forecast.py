"""`liftspan forecast`: what it writes for one patient and for many, and what it refuses."""

import csv
import io
import json
import stat
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parents[2] / "examples"
PATIENT = EXAMPLES / "patient.toml"


@pytest.fixture(scope="module")
def text(liftspan_says):
    return liftspan_says("forecast", PATIENT)


@pytest.fixture(scope="module")
def record(liftspan_says):
    return json.loads(liftspan_says("forecast", PATIENT, "--json", "--at", 50, "--why", 56).out)


def test_text_fits_the_terminal_and_says_once_for_whom_it_is(text):
    assert (text.code, text.err) == (0, "")
    assert max(map(len, text.out.splitlines())) <= 100
    words = " ".join(text.out.split())
    assert words.count("licensed clinicians") == 1 and "never replaces it" in words


def test_benefit_never_stands_without_its_risks_and_limits(text):
    words = " ".join(text.out.split())
    for said in (
        "Risks of a session",
        "Cumulative",
        "bladder",
        "controlled substance",
        "Not known:",
        "Basis:",
        "SUSTAIN-1",
    ):
        assert said in words, said


def test_the_table_of_days_is_that_of_the_record(text, record):
    week = next(day for day in record["forecast"] if day["day"] == 49.0)
    (line,) = [line for line in text.out.splitlines() if line.split()[:2] == ["49", "+7"]]
    assert float(line.split()[2]) == pytest.approx(week["mean"], abs=0.05)
    assert f"{week['response']:.0%}" in line


def test_json_has_every_promised_field(record):
    assert next(iter(record)) == "schema" and record["schema"] == "liftspan/forecast/1"
    assert set(record["forecast"][0]) >= {"day", "scale", "mean", "low", "high", "response", "remission", "relapsed"}
    assert set(record["next"][0]) >= {"day", "treatment", "relapse_before", "response_after"}
    basis = {"model", "posterior", "effective_people", "moved_from_population", "definitions", "limits"}
    assert set(record["basis"]) >= basis and record["interval"] == {"level": 0.9, "kind": "equal-tailed"}
    assert record["proposal"]["from_day"] <= record["proposal"]["to_day"]
    assert 50.0 in [day["day"] for day in record["forecast"]] and record["why"]["day"] == 56.0


def test_no_name_and_no_id_of_the_patient_is_written(liftspan_says, tmp_path):
    named = tmp_path / "mary_miller.toml"
    named.write_text(PATIENT.read_text(encoding="utf-8"), encoding="utf-8")
    for options in ((), ("--json",)):
        assert "mary" not in liftspan_says("forecast", named, *options).out.lower()


def test_why_prints_what_moved_the_number(liftspan_says):
    found = liftspan_says("forecast", PATIENT, "--why", 56).out
    assert "What moved day 56" in found and "none but the first" in found and "MADRS 15 on day 42" in found


def test_a_refused_proposal_is_null_with_its_reason(liftspan_says, tmp_path):
    path = tmp_path / "patient.toml"
    path.write_text(
        PATIENT.read_text(encoding="utf-8") + '[[score]]\nday = 42\nscale = "PHQ-9"\nvalue = 9\nitem9 = 1\n'
    )
    found = json.loads(liftspan_says("forecast", path, "--json").out)
    assert found["proposal"] is None and "PHQ-9 item9 is 1" in found["proposal_reason"]


def test_a_folder_gives_one_row_for_each_patient_in_one_private_file(liftspan_says, tmp_path):
    out = tmp_path / "table.csv"
    done = liftspan_says("forecast", EXAMPLES / "patients", "--out", out, "--workers", 1)
    assert (done.code, done.out) == (0, "")
    rows = list(csv.DictReader(io.StringIO(out.read_text(encoding="utf-8"))))
    assert [row["patient"] for row in rows] == ["invented-1", "invented-2"]
    assert all(float(row["ahead_28_low"]) < float(row["ahead_28_mean"]) < float(row["ahead_28_high"]) for row in rows)
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    as_json = tmp_path / "table.json"
    done = liftspan_says("forecast", EXAMPLES / "patients", "--json", "--out", as_json, "--workers", 1)
    assert (done.code, done.out) == (0, "")
    found = json.loads(as_json.read_text(encoding="utf-8"))["patients"]
    assert [one["patient"] for one in found] == [row["patient"] for row in rows]


def test_two_workers_give_the_same_table_as_one(liftspan_says):
    one, two = (liftspan_says("forecast", EXAMPLES / "patients", "--workers", count).out for count in (1, 2))
    assert one == two and len(list(csv.DictReader(io.StringIO(one)))) == 2


def test_one_patient_who_cannot_be_answered_does_not_stop_the_others(liftspan_says, tmp_path):
    for name in ("persons", "sessions", "scores"):
        rows = (EXAMPLES / "patients" / f"{name}.csv").read_text(encoding="utf-8")
        (tmp_path / f"{name}.csv").write_text(rows, encoding="utf-8")
    sessions = (tmp_path / "sessions.csv").read_text(encoding="utf-8")
    (tmp_path / "sessions.csv").write_text(sessions.replace("ketamine 0.5 mg/kg", "ketamine 2 mg/kg"), encoding="utf-8")
    rows = list(csv.DictReader(io.StringIO(liftspan_says("forecast", tmp_path, "--workers", 1).out)))
    assert any("outside the evidence" in row["note"] for row in rows) and any(row["ahead_28_mean"] for row in rows)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--at", 500), "outside 42 (today)"),
        (("--target", "soon"), "'relapse <= 20 %'"),
        (("--switch", "0.5 mg/kg ketamine"), "no route is named"),
        (("--today", "2026-03-02T09:00:00"), "with its zone"),
        (("--out", "x.csv"), "belongs to a folder"),
        (("--plot", "x.bmp"), "bmp"),
    ],
)
def test_a_bad_option_is_said_without_a_traceback(liftspan_says, options, said):
    found = liftspan_says("forecast", PATIENT, *options)
    assert (found.code, found.out) == (3, "") and said in found.err and "Traceback" not in found.err


def test_problems_of_the_record_and_of_the_options_come_together(liftspan_says, tmp_path):
    path = tmp_path / "patient.toml"
    path.write_text(PATIENT.read_text(encoding="utf-8").replace("value = 25", "value = 75"), encoding="utf-8")
    found = liftspan_says("forecast", path, "--target", "soon")
    assert found.code == 3 and "75" in found.err and "line " in found.err and "target 'soon'" in found.err


def test_the_care_is_asked_for_by_name_and_stands_in_every_row(liftspan_says):
    found = json.loads(liftspan_says("forecast", PATIENT, "--json", "--care", "ends-today").out)
    assert found["care"] == "ends-today" and found["scenarios"][1]["name"] == "stop all"
    rows = csv.DictReader(io.StringIO(liftspan_says("forecast", EXAMPLES / "patients", "--workers", 1).out))
    assert {row["care"] for row in rows} == {"on"}
    for place in (PATIENT, EXAMPLES / "patients"):
        wrong = liftspan_says("forecast", place, "--care", "of")
        assert (wrong.code, wrong.out) == (3, "") and "care 'of' is not known" in wrong.err


def test_options_of_one_patient_are_refused_for_a_folder(liftspan_says):
    found = liftspan_says("forecast", EXAMPLES / "patients", "--why", 30, "--plot", "x.png")
    assert found.code == 3 and "--why, --plot with a folder" in found.err
