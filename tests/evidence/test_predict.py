"""Prediction of a folder of trials: blind to results, whole, in order, and honest about contrasts."""

import csv
import io
import random
import shutil
from dataclasses import replace

import numpy as np
import pytest

from liftspan.evidence import load_evidence
from liftspan.evidence.course import as_new
from liftspan.evidence.predict import predict_trials
from liftspan.evidence.tables import _data
from liftspan.mood.scales import LINKS
from liftspan.posterior import load_posterior

FEW = load_posterior().first(30)
TRIALS = ("murrough2013", "zarate2006", "berman2000", "daly2018_synapse", "popova2019_transform2", "anand2023")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Four trials of the shipped tables as a folder of its own, with a column that nobody knows."""
    target = tmp_path_factory.mktemp("trials")
    for name in ("trials.csv", "arms.csv", "observations.csv"):
        rows = _read(_data() / name)
        kept = [{**row, "colour": "blue"} for row in rows if row["trial_id"] in TRIALS]
        for row in kept:
            if "overlaps_with" in row:
                row["overlaps_with"] = ""
        _write(target / name, kept)
    return target


def _read(path):
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"), newline="")))


def _write(path, rows):
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def predicted(folder):
    return predict_trials(load_evidence(folder, outcomes=False), FEW)


def test_results_cannot_be_seen(folder, tmp_path):
    blind = tmp_path / "blind"
    shutil.copytree(folder, blind)
    rows = _read(folder / "observations.csv")
    later = [row for row in rows if row["hours_since_first_session"] != "0"]
    shuffled = [row["value"] for row in later]
    random.Random(1).shuffle(shuffled)
    for row, value in zip(later, shuffled, strict=True):
        row["value"], row["sd"], row["se"], row["ci_low"], row["ci_high"] = value, "", "", "", ""
    _write(blind / "observations.csv", rows)
    seen, unseen = ([replace(one, draws=None) for one in predicted(place)] for place in (folder, blind))
    assert seen == unseen


def test_every_row_comes_back_in_order_with_a_number_or_a_reason(folder):
    evidence = load_evidence(folder, outcomes=False)
    found = predicted(folder)
    assert [one.row_id for one in found] == [row.row_id for row in evidence.observations]
    for one in found:
        assert (one.predicted is None) == (one.low is None) == (one.high is None)
        assert one.note or one.predicted is not None
        if one.predicted is not None:
            assert one.low <= one.predicted <= one.high


def test_rates_are_shares_and_ect_and_other_scales_say_why_not(folder):
    evidence = load_evidence(folder, outcomes=False)
    for row, one in zip(evidence.observations, predicted(folder), strict=True):
        if row.statistic in ("response_rate", "remission_rate") and one.predicted is not None:
            assert 0.0 <= one.low <= one.high <= 1.0
        if row.scale in ("HAMD", "HAMD17"):
            assert one.predicted is None or "linked to MADRS" in one.note
        elif row.scale != "MADRS":
            assert one.predicted is None and row.scale in one.note


def test_ham_d_reads_off_madrs_as_published():
    # J Affect Disord 2018 (PMID 29031182): HAM-D 10, 20, 30 are MADRS 13, 26, 39.
    for hamd, madrs in ((10.0, 13.0), (20.0, 26.0), (30.0, 39.0)):
        assert hamd * LINKS["HAMD17"].madrs_per_point == pytest.approx(madrs)


def test_a_contrast_is_the_difference_of_its_arms(folder):
    # Means of draws subtract exactly: 84 mg minus placebo at 24 h in SYNAPSE.
    evidence = load_evidence(folder, outcomes=False)
    found = {
        (row.arm_id, row.statistic, row.time_h): one.predicted
        for row, one in zip(evidence.observations, predicted(folder), strict=True)
        if row.trial_id == "daly2018_synapse" and row.scale == "MADRS"
    }
    gap = found["p1_esk84", "ls_change", 24.0] - found["p1_placebo", "ls_change", 24.0]
    assert found["p1_esk84", "diff_vs_control", 24.0] == pytest.approx(gap, abs=1e-9)


def test_arms_of_a_trial_share_its_luck_so_a_contrast_is_known_better_than_its_arms(folder):
    whole = load_evidence(folder, outcomes=False)
    wanted = [row for row in whole.observations if row.trial_id == "popova2019_transform2" and row.time_h == 648.0]
    # As a new trial: what a fitted trial's rows have told of its luck is shared no more.
    new = as_new(whole, "popova2019_transform2", [row for row in wanted if row.scale == "MADRS"])
    width = {
        (row.arm_id, row.statistic): one.high - one.low
        for row, one in zip(new.observations, predict_trials(new, FEW), strict=True)
        if one.predicted is not None
    }
    apart = np.hypot(width["esk_ad", "change"], width["pbo_ad", "change"])
    assert width["esk_ad", "diff_vs_control"] < 0.9 * apart  # without sharing they would be equal


def test_the_command_keeps_unknown_columns_and_writes_nothing_on_bad_input(folder, tmp_path):
    from typer.testing import CliRunner

    from liftspan.cli.app import app
    from liftspan.errors import InvalidInput

    out = tmp_path / "predicted.csv"
    answer = CliRunner().invoke(app, ["evidence", "predict", str(folder), "--out", str(out)])
    assert answer.exit_code == 0
    rows = _read(out)
    assert rows[0]["colour"] == "blue" and "predicted_low" in rows[0]
    nothing = tmp_path / "nothing.csv"
    refused = CliRunner().invoke(app, ["evidence", "predict", str(tmp_path / "nowhere"), "--out", str(nothing)])
    assert isinstance(refused.exception, InvalidInput) and not nothing.exists()
