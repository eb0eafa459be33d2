"""The errors on trials not seen: those of the stored check, and said to be missing where they no longer belong."""

import json
import shutil

import pytest

from liftspan.evidence.miss import BASIS, PREDICTIONS, SCORES, misses_of, scores_text, write_scores
from liftspan.posterior import FOLDER, load_posterior

MANIFEST = load_posterior().manifest


@pytest.fixture
def folder(tmp_path):
    for name in (SCORES, PREDICTIONS, BASIS, "held_out_contrasts.csv"):
        shutil.copy(FOLDER / name, tmp_path / name)
    return tmp_path


def why(folder):
    found = misses_of(MANIFEST, folder)
    assert {one.rmse for one in found.values()} == {None}
    return found["change"].why


def test_the_stored_scores_are_those_of_the_stored_predictions():
    stored, now = json.loads((FOLDER / SCORES).read_text()), json.loads(scores_text())
    assert stored["predictions_sha256"] == now["predictions_sha256"], "run liftspan.evidence.miss.write_scores()"
    for kind, scores in now["kinds"].items():
        for who in ("model", "table"):
            for name in ("rmse", "interval_score", "trials", "rows"):
                assert stored["kinds"][kind][who][name] == pytest.approx(scores[who][name], rel=1e-6)


def test_a_current_check_is_told_with_its_average(folder):
    found = misses_of(MANIFEST, folder)
    assert found["change"].why == found["response"].why == ""
    assert found["change"].rmse > 0.0 and found["change"].table_rmse > 0.0
    assert 0.0 < found["response"].rmse < 1.0 and 0.0 < found["response"].cover_90 <= 1.0


def test_what_is_missing_is_said_with_the_command_that_makes_it(folder):
    for name in (SCORES, PREDICTIONS, BASIS):
        kept = (folder / name).read_bytes()
        (folder / name).unlink()
        assert f"{name} is missing" in why(folder) and "evidence check --refit" in why(folder)
        (folder / name).write_bytes(kept)


def test_a_check_of_another_model_or_other_tables_is_not_told(folder):
    for key, said in (("model_sha256", "another model"), ("evidence_sha256", "other tables")):
        basis = json.loads((FOLDER / BASIS).read_text())
        (folder / BASIS).write_text(json.dumps({**basis, key: "0"}))
        assert said in why(folder)


def test_scores_of_other_predictions_are_not_told_until_they_are_written_again(folder):
    lines = (folder / PREDICTIONS).read_text().splitlines(keepends=True)
    (folder / PREDICTIONS).write_text("".join(lines[:-1]))
    assert "not those of the stored predictions" in why(folder)
    write_scores(folder)
    assert misses_of(MANIFEST, folder)["change"].why == ""


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"kinds": 3}', "\x00", "null"])
def test_a_damaged_store_is_said_and_is_no_failure(folder, text):
    for name in (SCORES, BASIS):
        kept = (folder / name).read_bytes()
        (folder / name).write_text(text)
        assert "cannot be read" in why(folder)
        (folder / name).write_bytes(kept)


def test_a_score_that_is_no_number_is_not_told(folder):
    record = json.loads((folder / SCORES).read_text())
    record["kinds"]["change"]["model"]["rmse"] = float("nan")
    (folder / SCORES).write_text(json.dumps(record))
    assert "cannot be read" in why(folder)
