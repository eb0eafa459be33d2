"""The study of calibration: its scores on paper, a small run of it, and the stored one."""

import numpy as np
import pytest

from liftspan.errors import InvalidInput
from liftspan.figures.ranks import ranks_figure
from liftspan.forecast.calibration import (
    RATED_D,
    SAME_DAY_D,
    SEEN,
    ahead_d,
    carried_forward_crps,
    crps,
    simulated_patients,
    study,
    summary,
)
from liftspan.forecast.calibration_said import farthest, is_current, stored_study, study_text
from liftspan.posterior import load_posterior


def test_crps_of_one_point_is_its_distance_and_of_two_what_paper_says():
    assert crps(np.array([3.0]), 5.0) == pytest.approx(2.0)
    # Two points 0 and 4, truth 1: mean distance (1 + 3) / 2 = 2, half the mean of |X - X'| (0, 4, 4, 0) / 4 / 2 = 1.
    assert crps(np.array([4.0, 0.0]), 1.0) == pytest.approx(1.0)


def test_crps_of_many_is_that_of_all_pairs():
    sample = np.random.default_rng(1).normal(size=40)
    pairs = np.mean(np.abs(sample - 0.3)) - 0.5 * np.mean(np.abs(sample[:, None] - sample))
    assert crps(sample, 0.3) == pytest.approx(pairs)


@pytest.fixture(scope="module")
def small():
    return study(load_posterior(), 24, 3, lambda at, of: None)


def test_every_kind_of_forecast_is_made_for_every_patient(small):
    kinds = {(one.seen, one.ahead_d) for one in small}
    assert kinds == {(seen, ahead) for seen in SEEN for ahead in ahead_d(seen)}
    assert all(RATED_D[seen - 1] + ahead_d(seen)[-1] == SAME_DAY_D for seen in SEEN)
    assert all(len(one.truth) == 24 and np.all((one.rank >= 0.0) & (one.rank <= 1.0)) for one in small)


def test_a_small_study_is_calibrated_and_beats_the_population(small):
    rows = summary(small)
    # 24 patients x 15 kinds, strongly correlated within a patient: wide limits, that a wrong spread would still miss.
    assert 0.75 < np.mean([row["inside_90"] for row in rows]) <= 1.0
    assert 0.3 < np.mean([row["inside_50"] for row in rows]) < 0.7
    assert np.mean([row["gain_over_population"] for row in rows]) > 0.2


def test_carrying_forward_uses_the_errors_of_the_others_only(small):
    one = small[0]
    errors = one.truth - one.last
    assert carried_forward_crps(one)[0] == pytest.approx(crps(one.last[0] + errors[1:], one.truth[0]))


def test_simulated_patients_differ_and_are_the_same_again():
    first, again = (simulated_patients(load_posterior(), 8, 5) for _ in range(2))
    assert np.array_equal(first.score, again.score)
    assert len({tuple(scores) for scores in first.score}) == 8


def test_the_stored_study_is_of_this_posterior_and_this_code():
    assert is_current(stored_study()), "run: python benchmarks/forecast.py"


def test_the_stored_study_of_a_thousand_patients_is_calibrated():
    rows = stored_study()["rows"]
    assert all(row["patients"] >= 1000 for row in rows)
    outside = sum(far > band for far, band in (farthest(row["rank"]) for row in rows))
    assert outside <= 2  # each has a chance of 5 % where all is right
    for row in rows:
        for level in (50, 80, 90):
            # Three standard errors of a share among a thousand.
            assert row[f"inside_{level}"] == pytest.approx(level / 100.0, abs=3.0 * (0.25 / row["patients"]) ** 0.5)
        assert row["gain_over_last"] > 0.0 and row["gain_over_population"] > 0.0


def test_each_score_sharpens_the_forecast_of_the_same_day():
    spreads = [row["sd"] for row in stored_study()["rows"] if row["ahead_d"] == ahead_d(row["seen"])[-1]]
    assert len(spreads) == len(SEEN) and spreads == sorted(spreads, reverse=True)


def test_the_table_prints_every_kind_and_the_figure_draws_it():
    record = stored_study()
    assert all(f"{row['inside_90']:.0%}" in study_text(record) for row in record["rows"])
    figure = ranks_figure(record["rows"])
    lines = [line for axes in figure.axes for line in axes.lines if len(line.get_xdata()) > 2]
    assert len(lines) == len(record["rows"])
    ranks = np.sort(record["rows"][0]["rank"])
    assert lines[0].get_xdata() == pytest.approx(ranks)


def test_a_missing_study_says_what_makes_it(tmp_path):
    with pytest.raises(InvalidInput, match=r"benchmarks/forecast\.py"):
        stored_study(tmp_path / "none.json")
