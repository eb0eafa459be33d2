"""Before a proposal: an item that rose, a score that is too old, and sessions that the record plans already."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from forecast.made_up import INFUSION, patient, score
from liftspan.figures.forecast import forecast_figure
from liftspan.forecast import forecast
from liftspan.forecast.reading import read_patient
from liftspan.forecast.record import as_record
from liftspan.forecast.safety import against_any_plan
from liftspan.forecast.words import as_text
from liftspan.report.forecast import forecast_html

EXAMPLE = Path(__file__).parents[2] / "examples" / "patient.toml"
RATED = patient((0, 3, 7), [score(day, value, "MADRS") for day, value in ((0, 34), (4, 20), (8, 16))], 9, INFUSION)


@pytest.mark.parametrize(
    ("items", "risen"),
    [
        ((0, 3, 3), True),
        ((0, 0, 3), True),
        ((0, 3, 1), True),
        ((2, 3, 2), False),
        ((3, 1, 2), True),
        ((2, 2, 2), False),
    ],
)
def test_an_item_that_rose_and_stayed_there_is_still_risen(items, risen):
    scores = [replace(one, suicidal_item=item) for one, item in zip(RATED.scores[:3], items, strict=True)]
    record = replace(RATED, scores=tuple(replace(one, scale="MADRS") for one in scores), primary="MADRS")
    assert any("has risen" in why for why in against_any_plan(record)) is risen


def test_a_session_planned_in_the_record_is_said_to_be_replaced_by_the_proposal(tmp_path):
    text = EXAMPLE.read_text(encoding="utf-8")
    planned = '\n[[session]]\nday = 400\ntreatment = "ketamine 0.5 mg/kg iv over 40 min"\ngiven = false\n'
    for name, more in (("without", ""), ("one", planned), ("two", planned + planned.replace("400", "404"))):
        (tmp_path / f"{name}.toml").write_text(text + more, encoding="utf-8")
    said = {name: [one for one in read_patient(tmp_path / f"{name}.toml").cautions if "planned" in one] for name in
            ("without", "one", "two")}  # fmt: skip
    assert said["without"] == []
    assert said["one"][0].startswith("a session is planned in the record (day 400)") and "proposal" in said["one"][0]
    assert said["two"][0].startswith("2 sessions are planned in the record (from day 400)")


def test_a_score_an_hour_too_old_does_not_read_as_one_of_the_limit():
    newest = RATED.scores[-1].day
    reasons = forecast(replace(RATED, today_d=newest + 14.0 + 1.0 / 24.0)).proposal.reasons
    assert any("is 14.1 days old; older than 14 days" in one for one in reasons)


def test_a_person_who_was_never_rated_after_the_first_session_has_no_proposal():
    before = replace(RATED, scores=(RATED.scores[0],))
    proposal = forecast(before).proposal
    assert proposal.from_d is None
    assert any("no score after the first session" in why for why in proposal.reasons)


def test_a_name_written_into_the_diagnosis_stands_in_no_file(tmp_path):
    text = EXAMPLE.read_text(encoding="utf-8").replace("conditions = []", "")
    assert 'diagnosis = "' in text
    (tmp_path / "p.toml").write_text(text.replace('diagnosis = "', 'diagnosis = "Maria Muster: '), encoding="utf-8")
    answer = forecast(tmp_path / "p.toml")
    assert "maria" in as_text(answer).lower()  # on the screen the clinician sees what was not understood
    page, drawn = forecast_html(answer), " ".join(one.get_text() for one in forecast_figure(answer).texts)
    for told in (json.dumps(as_record(answer)), page, drawn):
        assert "maria" not in told.lower() and "muster" not in told.lower()
