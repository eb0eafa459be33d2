"""Scores against paper and pencil, and the table of averages against means taken by hand."""

import numpy as np
import pytest

from liftspan.evidence.scores import QUANTILES, Scored, bootstrap, score, table_of_averages


def scored(trial, value, predicted=0.0, spread=1.0, active=True, time_h=24.0, kind="change"):
    """A prediction whose quantiles lie at `predicted` plus `spread` times -3, -2, -1, 0, 1, 2, 3."""
    quantiles = tuple(predicted + spread * step for step in (-3, -2, -1, 0, 1, 2, 3))
    return Scored(
        f"{trial}.{value}", trial, kind, active, "ketamine", "iv", "open", time_h, value, predicted, quantiles
    )


def test_a_number_inside_costs_the_width_and_one_outside_twenty_times_the_rest():
    # 90 % interval -3 to 3: width 6. A value of 5 lies 2 outside: 6 + 2 / 0.1 x 2 = 46.
    assert score([scored("a", 2.5)]).interval_score == pytest.approx(6.0)
    assert score([scored("a", 5.0)]).interval_score == pytest.approx(46.0)
    assert score([scored("a", -5.0)]).interval_score == pytest.approx(46.0)


def test_each_trial_counts_once_however_many_rows_it_has():
    rows = [scored("many", value) for value in (1.0, 1.0, 1.0, 1.0)] + [scored("one", 3.0)]
    found = score(rows)
    # Squared errors 1 and 9, each trial once: mean 5.
    assert found.rmse == pytest.approx(np.sqrt(5.0))
    assert found.bias == pytest.approx(2.0)
    assert (found.trials, found.rows) == (2, 5)


def test_coverage_is_counted_at_each_level():
    # Half-widths of the 50, 80 and 90 % intervals are 1, 2 and 3.
    found = score([scored("a", 0.5), scored("b", 1.5), scored("c", 2.5), scored("d", 3.5)])
    assert found.cover == pytest.approx((0.25, 0.5, 0.75))
    assert found.cover_rows == pytest.approx(0.75)


def test_the_table_is_the_mean_of_other_trials_in_the_same_cell():
    rows = [scored("a", -10.0), scored("a", -12.0), scored("b", -20.0), scored("c", -15.0), scored("d", -30.0)]
    rows += [scored("e", -1.0, active=False), scored("f", 0.0, time_h=700.0)]
    table = {row.row_id: row for row in table_of_averages(rows)}
    # For d: trial a is -11, b -20, c -15; the control and the later row are in other cells.
    assert table["d.-30.0"].predicted == pytest.approx((-11.0 - 20.0 - 15.0) / 3.0)
    # Their SD is 4.509; with a new trial's part x sqrt(1 + 1/3); t with 2 degrees at 0.95 is 2.920.
    assert table["d.-30.0"].quantiles[-1] == pytest.approx(-15.3333 + 2.920 * 4.5092 * np.sqrt(4 / 3), abs=1e-3)


def test_a_cell_with_few_trials_takes_all_times_of_its_arms():
    rows = [scored("a", -10.0), scored("b", -20.0), scored("c", -12.0, time_h=700.0), scored("d", -14.0, time_h=700.0)]
    table = {row.trial_id: row for row in table_of_averages(rows)}
    assert table["a"].predicted == pytest.approx((-20.0 - 12.0 - 14.0) / 3.0)


def test_the_bootstrap_resamples_trials_and_holds_the_estimate():
    rng = np.random.default_rng(1)
    rows = [scored(f"t{i}", float(rng.normal(0.0, 1.8))) for i in range(20)]
    worse = [Scored(**{**row.__dict__, "quantiles": tuple(2 * q for q in row.quantiles)}) for row in rows]
    found = bootstrap(rows, worse)
    low, high = found["rmse"]
    assert low < score(rows).rmse < high
    assert found["better"][0] > 0.0  # intervals twice as wide as needed cost more
    assert len(QUANTILES) == 7
