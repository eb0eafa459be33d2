"""Studies that a fit did not see: who leaves with whom, the scores by pencil, stale stores, what contradicts what."""

import csv
import json
import re
from dataclasses import replace
from importlib.resources import files

import numpy as np
import pytest
from typer.testing import CliRunner

from liftspan.cli.app import app
from liftspan.errors import InvalidInput
from liftspan.session import check
from liftspan.session.beside import printed
from liftspan.session.check import CONTRADICTIONS, checked_rows, contradictions, goals, scores
from liftspan.session.fit import inputs_hash
from liftspan.session.left_out import leaving
from liftspan.session.observations import shipped_acute


def test_studies_that_share_people_leave_together():
    assert "ASPIRE_PMC7816667" in leaving("ASPIRE_POOLED")
    assert {"DOHERTY_2020", "LABEL_US_AE", "JNJ_DISCHARGE"} <= leaving("LABEL_US_T6")
    assert {"RIVAPOSSE_2018", "VANKAWALA_2021_META"} <= leaving("VANKAWALA_2021_META")
    assert leaving("RIVAPOSSE_2018") == {"RIVAPOSSE_2018"}


def test_the_stored_predictions_rest_on_the_shipped_tables_and_model():
    text = (files("liftspan.session") / "data" / check.LEFT_OUT).read_text(encoding="utf-8")
    assert json.loads(text)["inputs_sha256"] == inputs_hash()


def test_predictions_of_other_tables_are_refused_and_the_command_that_makes_them_is_named(monkeypatch):
    monkeypatch.setattr(check, "inputs_hash", lambda: "of other tables")
    with pytest.raises(InvalidInput, match=r"python -m liftspan\.session\.left_out"):
        checked_rows.__wrapped__()


def test_another_model_gives_another_hash(monkeypatch):
    from liftspan.session import fit

    before = inputs_hash()
    monkeypatch.setattr(fit, "said_of", lambda row, levels, p: (1.0, None))
    assert inputs_hash() != before


def test_a_miss_is_nothing_inside_a_range_and_the_distance_outside():
    one = next(one for one in checked_rows() if printed(one.seen.row) == "48 to 61")
    assert replace(one, predicted=50.0).miss == 0.0
    assert replace(one, predicted=63.0).miss == pytest.approx(2.0)
    assert replace(one, low=10.0, high=47.0).inside is False
    assert replace(one, low=10.0, high=48.0).inside is True


def test_scores_are_those_of_a_slow_count():
    rows = [one for one in checked_rows() if (one.seen.kind, one.seen.row.route, one.seen.row.use) ==
            ("rate", "nasal", "fit")]  # fmt: skip
    score = next(one for one in scores(checked_rows()) if (one.kind, one.route, one.use) == ("rate", "nasal", "fit"))
    total = inside = 0.0
    for one in rows:
        low, high = one.seen.row.value.low, one.seen.row.value.high
        total += max(low - one.predicted, one.predicted - high, 0.0) ** 2
        inside += one.low <= high and low <= one.high
    assert (score.count, score.inside) == (len(rows), inside)
    assert score.rmse == pytest.approx((total / len(rows)) ** 0.5)


def test_a_fit_meets_its_own_rows_better_than_a_fit_without_them():
    for score in scores(checked_rows()):
        if score.use == "fit" and score.count > 3:
            assert score.rmse_in_sample < score.rmse


def test_goals_say_what_was_reached_and_what_was_missed():
    rates, peaks, ready = goals(checked_rows())
    # The figures of this version; when one moves, the docs and the changelog move with it.
    assert rates.met and "5.3 (37 of the fit)" in rates.reached
    assert not peaks.met and peaks.reached == "5 of 6; outside: RIVAPOSSE_2018"
    assert ready.met
    misses = [one.miss for one in checked_rows() if one.seen.kind == "rate"]
    assert np.sqrt(np.mean(np.square(misses))) < 6.0


def test_contradictions_quote_numbers_of_the_table():
    by_line = {row.line: row for row in shipped_acute()}
    text = (files("liftspan.session") / "data" / CONTRADICTIONS).read_text(encoding="utf-8")
    table = list(csv.DictReader(text.splitlines()))
    assert len(table) == len(contradictions()) >= 5
    for row in table:
        said = {float(number) for number in re.findall(r"\d+(?:\.\d+)?", row["text"])}
        for line in row["lines"].split(";"):
            value = by_line[int(line)].value
            assert value is None or value.low in said, (line, row["text"])


def test_the_command_prints_each_row_with_its_interval_and_what_was_left_out():
    run = CliRunner()
    text = run.invoke(app, ["session", "check"]).output
    for part in ("left out", "RMSE in fit", "contradict each other", "missed", "reached"):
        assert part in text, part
    assert max(map(len, text.splitlines())) <= 100
    record = json.loads(run.invoke(app, ["session", "check", "--json"]).output)
    assert record["schema"] == "liftspan/session-check/1" and len(record["rows"]) == len(checked_rows())
    assert all(one["left_out"]["low"] <= one["left_out"]["high"] for one in record["rows"])
