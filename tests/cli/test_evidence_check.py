"""The commands that say how well unseen trials are predicted, and the fit that they rest on."""

import csv
import json
import shutil
import sys
from importlib.resources import files

import pytest
from typer.testing import CliRunner

from liftspan.cli.app import app
from liftspan.cli.evidence_check import _kept
from liftspan.errors import InvalidInput
from liftspan.evidence import load_evidence
from liftspan.evidence.held_out import checkable, stored_predictions, stored_scores
from liftspan.evidence.predicted_contrasts import published_contrasts
from liftspan.evidence.scores import bootstrap, score, table_of_averages
from liftspan.evidence.structures import beside_base, stored_structures
from liftspan.inference.hashes import why_stale
from liftspan.posterior import FOLDER


def run(*words):
    return CliRunner().invoke(app, ["evidence", *words])


@pytest.fixture(scope="module")
def rows():
    return stored_scores(load_evidence(), FOLDER)


def test_what_ships_was_made_from_these_tables_and_this_model():
    assert why_stale(json.loads((FOLDER / "held_out.json").read_text()), load_evidence()) == ()
    for record in stored_structures(FOLDER / "structures.json"):
        assert why_stale(record, load_evidence()) == (), record["name"]
    assert why_stale(json.loads((FOLDER / "recovery.json").read_text()), load_evidence()) == ()


def test_no_checkable_number_and_no_trial_is_dropped(rows):
    wanted = checkable(load_evidence())
    told = [row for row in rows if row.kind != "contrast"]
    assert {row.row_id for row in told} == {row.row_id for row in wanted}
    assert len({row.trial_id for row in told}) == len({row.trial_id for row in wanted}) > 25
    contrasts = [one for trial in load_evidence().trials for one in published_contrasts(load_evidence(), trial)]
    assert len(rows) - len(told) == len(contrasts) > 20


def test_changes_are_predicted_better_than_by_the_table_and_intervals_hold(rows):
    # Goals of the project on the shipped tables: at least 20 % better; 85 to 95 % inside, by trial. By row it is more:
    # trials with many rows are the ones that are predicted well.
    changes = [row for row in rows if row.kind == "change"]
    mine, table = score(changes), score(table_of_averages(changes))
    assert mine.interval_score <= 0.8 * table.interval_score
    assert 0.85 <= mine.cover[-1] <= 0.95 <= mine.cover_rows


@pytest.mark.parametrize("kind", ["response", "remission"])
def test_rates_are_predicted_better_than_by_the_table_in_nearly_every_resampling_of_trials(kind, rows):
    mine = [row for row in rows if row.kind == kind]
    table = table_of_averages(mine)
    assert score(mine).interval_score < score(table).interval_score
    assert bootstrap(mine, table)["better"][0] > 0.0


def test_the_text_and_the_record_say_the_same(rows):
    text = run("check", "--by", "route").output
    record = json.loads(run("check", "--by", "route", "--json").output)
    assert record["schema"] == "liftspan/evidence-check/1"
    found = score([row for row in rows if row.kind == "change"])
    assert record["kinds"]["change"]["model"]["rmse"] == found.rmse
    assert f"{found.rmse:.2f}" in text and f"{found.interval_score:.2f}" in text
    assert set(record["kinds"]["change"]["route"]) == {"iv", "nasal", "oral", "no ketamine", "not stated"}
    assert "bmcpsy2024_iran" in text  # among the worst, named


def test_structures_are_sums_over_trials_with_their_error(tmp_path):
    ones = [
        {"name": "base", "change": "", "log_scores": {"a": -1.0, "b": -2.0, "c": -3.0}},
        {"name": "good", "change": "x", "log_scores": {"a": 0.0, "b": -1.0, "c": -1.9}},
        {"name": "bad", "change": "y", "log_scores": {"a": -3.0, "b": -4.1, "c": -5.0}},
        {"name": "same", "change": "z", "log_scores": {"a": 0.0, "b": -3.0, "c": -3.0}},
    ]
    ones = [one | {"rmse_points": 1.0, "cover_90": 0.9, "interval_score_points": 2.0} for one in ones]
    (tmp_path / "structures.json").write_text(json.dumps({"structures": ones}))
    found = {one.name: one for one in beside_base(stored_structures(tmp_path / "structures.json"))}
    # Differences 1, 1 and 1.1: sum 3.1, SD 0.0577 x sqrt(3) = 0.1.
    assert (found["good"].difference, found["good"].error) == pytest.approx((3.1, 0.1))
    assert [found[name].verdict for name in ("base", "good", "bad", "same")] == ["", "better", "worse", "cannot tell"]


@pytest.mark.parametrize("content", [b"", b"[]", b"{", b'{"structures": [{"name": "base"}]}', None])
def test_judged_structures_are_kept_only_as_they_were_written(content, tmp_path, capsys):
    path = tmp_path / "structures.json"
    assert _kept(path) == [] and capsys.readouterr().err == ""
    shipped = (FOLDER / "structures.json").read_bytes()
    path.write_bytes(shipped.replace(b"0.0", b"0.1", 1) if content is None else content)
    assert _kept(path) == [] and "are judged again" in capsys.readouterr().err
    path.write_bytes(shipped)
    assert len(_kept(path)) == len(stored_structures(path)) > 1


def test_shipped_structures_print_a_line_each_and_the_rule():
    text = run("structures").output
    for record in stored_structures(FOLDER / "structures.json"):
        assert record["name"] in text
    assert "above 2 SE" in text
    assert json.loads(run("structures", "--json").output)["schema"] == "liftspan/evidence-structures/1"


def test_wrong_words_and_missing_stores_are_said(tmp_path):
    with pytest.raises(InvalidInput, match="did you mean 'route'"):
        app(["evidence", "check", "--by", "rout"], standalone_mode=False)
    with pytest.raises(InvalidInput, match="--refit"):
        stored_predictions(tmp_path / "held_out.csv")
    with pytest.raises(InvalidInput, match="--refit"):
        stored_structures(tmp_path / "structures.json")


def test_a_fit_needs_rows_and_a_place(tmp_path):
    few = tmp_path / "few"
    few.mkdir()
    data = files("liftspan.evidence") / "data"
    for name in ("trials.csv", "arms.csv"):
        shutil.copy(str(data / name), few / name)
    with (data / "observations.csv").open(encoding="utf-8-sig", newline="") as stream:
        first, *rest = list(csv.reader(stream))
    with (few / "observations.csv").open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([first, *rest[:3]])
    with pytest.raises(InvalidInput, match="rows can be fitted, at least 20 are needed"):
        app(["calibrate", "--evidence", str(few), "--out", str(tmp_path / "out")], standalone_mode=False)
    taken = tmp_path / "taken"
    taken.write_text("a file")
    with pytest.raises(InvalidInput, match="no folder can be made there"):
        app(["calibrate", "--out", str(taken / "below")], standalone_mode=False)


@pytest.mark.parametrize(
    "words", [["calibrate"], ["evidence", "check", "--refit"], ["evidence", "structures", "--refit"]]
)
def test_without_the_extra_a_fit_says_how_to_get_it(words, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "jax", None)  # as if it were not installed
    with pytest.raises(InvalidInput, match=r"jax is not installed; fits need it: pip install .*\[fit\]"):
        app([*words, "--out", str(tmp_path / "out")], standalone_mode=False)
