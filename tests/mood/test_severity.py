"""Severity is one bounded curve of lift; a rating looks back over a window. Answers by pencil and polynomials."""

from math import log

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from liftspan.mood.scales import MADRS, RESPONSE_FRACTION
from liftspan.mood.severity import recall_grid, recalled_h, severity

BASELINES = st.floats(0.5, 59.5)
LIFTS = st.floats(-8.0, 8.0)


def test_no_lift_leaves_the_baseline():
    baselines = np.array([1.0, 12.0, 30.0, 34.8, 59.0])
    assert severity(baselines, np.zeros(5), MADRS.maximum) == pytest.approx(baselines, rel=1e-14)  # float rounding


def test_half_of_the_scale_and_a_lift_of_log_three_leave_a_quarter():
    # By hand: odds 1 at 30 of 60; divided by 3 they are 1/3, a share of 1/4: 15 points. Downwards as upwards.
    assert severity(30.0, log(3.0), 60.0) == pytest.approx(15.0, rel=1e-14)
    assert severity(30.0, -log(3.0), 60.0) == pytest.approx(45.0, rel=1e-14)
    # 40 of 60 are odds 2; a lift of log 4 makes them 1/2, a share of 1/3: 20 points.
    assert severity(40.0, log(4.0), 60.0) == pytest.approx(20.0, rel=1e-14)


@given(BASELINES, LIFTS)
def test_nobody_leaves_the_scale(baseline, lift):
    assert 0.0 < severity(baseline, lift, MADRS.maximum) < MADRS.maximum


@given(BASELINES, LIFTS, st.floats(0.01, 3.0))
def test_more_lift_is_less_severity_and_a_worse_start_stays_worse(baseline, lift, more):
    assert severity(baseline, lift + more, 60.0) < severity(baseline, lift, 60.0)
    assert severity(min(baseline + more, 59.9), lift, 60.0) >= severity(baseline, lift, 60.0)


@given(BASELINES, LIFTS)
def test_the_logit_of_severity_gives_the_lift_back(baseline, lift):
    found = float(severity(baseline, lift, 60.0))

    def logit(score):
        return log(score / (60.0 - score))

    # 60 - score loses digits where the score is within 1e-3 of the end of the scale: 1e-9 of a logit is left.
    assert logit(baseline) - logit(found) == pytest.approx(lift, abs=1e-9)


@given(BASELINES, st.floats(-3.0, 3.0), st.floats(-3.0, 3.0))
def test_two_lifts_in_turn_are_one_lift_of_their_sum(baseline, first, second):
    assert severity(severity(baseline, first, 60.0), second, 60.0) == pytest.approx(
        severity(baseline, first + second, 60.0), rel=1e-10
    )


def test_half_way_people_move_most():
    moved = np.array([10.0, 30.0, 50.0]) - severity(np.array([10.0, 30.0, 50.0]), 0.01, 60.0)
    assert moved[1] > moved[0] > 0.0
    assert moved[1] > moved[2] > 0.0
    assert moved[1] == pytest.approx(0.01 * 30.0 * 30.0 / 60.0, rel=1e-3)  # derivative b (M - b) / M; second order left


@pytest.mark.parametrize("power", range(6))
def test_the_recall_window_averages_polynomials_exactly(power):
    # Three Gauss nodes are exact to degree five: mean of t^p over [76, 100] by its antiderivative.
    looks_h, weights = recall_grid(np.array([100.0]), np.array([24.0]))
    exact = (100.0 ** (power + 1) - 76.0 ** (power + 1)) / (power + 1) / 24.0
    assert np.sum(weights * looks_h**power) == pytest.approx(exact, rel=1e-12)


def test_the_recall_window_is_cut_at_the_first_session():
    looks_h, weights = recall_grid(np.array([10.0]), np.array([24.0]))
    assert looks_h.min() > 0.0
    assert looks_h.max() < 10.0
    assert np.sum(weights * looks_h) == pytest.approx(5.0, rel=1e-12)  # middle of 0 to 10 h, not of -14 to 10 h


@pytest.mark.parametrize("time_h", [-5.0, 0.0])
def test_a_rating_before_the_first_session_sees_its_moment_only(time_h):
    looks_h, weights = recall_grid(np.array([time_h]), np.array([24.0]))
    assert looks_h == pytest.approx(time_h)
    assert weights.sum() == pytest.approx(1.0)


@given(st.floats(0.0, 5000.0), st.floats(0.0, 168.0))
def test_weights_of_a_recall_window_add_up_to_one(time_h, window_h):
    looks_h, weights = recall_grid(np.array([time_h]), np.array([window_h]))
    assert weights.sum() == pytest.approx(1.0, rel=1e-12)
    assert looks_h.shape == weights.shape
    assert np.all((looks_h >= 0.0) & (looks_h <= time_h))


def test_ratings_of_the_first_day_see_the_moment_and_later_ones_at_most_a_day():
    # In the second day the window opens hour by hour, so that nothing jumps at 24 h.
    times_h = np.array([2.0, 24.0, 30.0, 48.0, 168.0])
    assert recalled_h(times_h).tolist() == [0.0, 0.0, 6.0, 24.0, 24.0]
    # A week is stated: at most a day counts. Two hours are stated: two hours count.
    assert recalled_h(times_h, np.array([168.0, 168.0, 168.0, 168.0, 2.0])).tolist() == [0.0, 0.0, 6.0, 24.0, 2.0]


def test_madrs_has_sixty_points_remission_twelve_and_response_by_half():
    # Montgomery & Asberg 1979: ten items of 0 to 6. TRANSFORM-1/-2/-3: remission at most 12, response a fall by half.
    assert (MADRS.maximum, MADRS.remission_at_most, RESPONSE_FRACTION) == (10 * 6, 12, 0.5)
    assert severity(34.8, log((25.2 / 34.8) ** -1), 60.0) == pytest.approx(30.0)  # odds 1 are half of the scale
