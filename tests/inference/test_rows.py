"""Which published rows the fit uses: each fact once, and every row of the tables accounted for."""

from collections import Counter

import numpy as np
import pytest

from liftspan.evidence import load_evidence
from liftspan.inference.rows import LAST_H, MEANS, fit_rows
from liftspan.inference.tables import reads_of, rows_of
from liftspan.mood_model import POTENCY


@pytest.fixture(scope="module")
def evidence():
    return load_evidence()


@pytest.fixture(scope="module")
def fit(evidence):
    return fit_rows(evidence)


def test_rows_and_reasons_add_up_to_the_whole_table(evidence, fit):
    assert len(fit.rows) + sum(fit.left_out.values()) == len(evidence.observations)
    assert all(count > 0 for count in fit.left_out.values())
    assert len(fit.rows) > 50


def test_no_row_repeats_another_and_no_subgroup_counts(fit):
    for row in fit.rows:
        assert not row.observation.same_as, row.observation.row_id
        assert not row.observation.part_of, row.observation.row_id
    ids = [row.observation.row_id for row in fit.rows]
    assert len(set(ids)) == len(ids)


def test_each_published_fact_counts_once(fit):
    # One number of an arm at a time: a mean, or a change, or a contrast, or a rate; never two of them.
    places = Counter((row.observation.trial_id, row.observation.arm_id, row.time_h) for row in fit.rows)
    assert {place: count for place, count in places.items() if count > 1} == {}


def test_a_rate_stands_only_where_no_mean_is_reported(evidence, fit):
    means = {
        (row.trial_id, row.arm_id, row.time_h)
        for row in evidence.observations
        if row.scale == "MADRS" and row.statistic in ("mean", "change", "ls_change") and not row.same_as
    }
    for row in fit.rows:
        place = (row.observation.trial_id, row.observation.arm_id, row.time_h)
        assert row.observation.statistic in MEANS or place not in means, row.observation.row_id


def test_rows_are_of_madrs_after_the_first_session_and_within_eight_weeks(fit):
    for row in fit.rows:
        # Percentages alone come from a linked scale.
        of_madrs = row.observation.scale == "MADRS"
        assert of_madrs or row.observation.statistic in ("percent_change", "response_rate"), row.observation.row_id
        assert 0.0 < row.time_h <= LAST_H == 8 * 168
        assert not row.observation.carry_over
        assert row.n > 0
        assert np.all((row.looks_h >= 0.0) & (row.looks_h <= row.time_h))


def test_rows_that_must_be_there_are_there(fit):
    ids = {row.observation.row_id for row in fit.rows}
    # Murrough 2013 both arms after a day; TRANSFORM-2 both arms at day 28.
    assert {"murrough2013.001", "murrough2013.002", "popova2019_transform2.017"} <= ids
    assert "murrough2013.003" not in ids  # its response rate, beside the mean


def test_arms_are_whole_and_of_drugs_with_a_mood_model(evidence, fit):
    for arm in fit.arms:
        assert not evidence.arms[arm.trial_id, arm.arm_id].part_of
        assert arm.route is None or (arm.drug, arm.route) in POTENCY
        assert 0.0 < arm.baseline_mean < 60.0
        assert arm.n > 0
        assert bool(arm.route) == any(session.doses for session in arm.regimen.sessions)


def test_a_design_says_what_was_given(fit):
    murrough = next(arm for arm in fit.arms if (arm.trial_id, arm.arm_id) == ("murrough2013", "ket"))
    (session,) = murrough.regimen.sessions
    (dose,) = session.doses
    assert (dose.amount, dose.per_kg) == (0.5, True)
    assert dose.duration_h == pytest.approx(40 / 60)
    assert (murrough.context.control.value, murrough.n) == ("midazolam", 47)


def test_a_contrast_is_its_arm_minus_its_control(fit):
    reads, combine = reads_of(fit)
    for i, row in enumerate(fit.rows):
        used = np.flatnonzero(combine[i])
        assert combine[i, used].tolist() == ([1.0, -1.0] if row.control_arm >= 0 else [1.0])
        assert reads.arm[used[0]] == row.arm
        if row.control_arm >= 0:
            assert reads.arm[used[1]] == row.control_arm != row.arm
            assert fit.arms[row.control_arm].trial_id == fit.arms[row.arm].trial_id
            # A control is given no ketamine.
            assert not any(session.doses for session in fit.arms[row.control_arm].regimen.sessions)


def test_rows_of_a_trial_share_its_deviation(fit):
    _, combine = reads_of(fit)
    rows = rows_of(fit, combine)
    trials = [row.observation.trial_id for row in fit.rows]
    for i, j in ((0, 1), (0, len(trials) - 1), (10, 40)):
        assert rows.same_trial[i, j] == float(trials[i] == trials[j])
    assert np.array_equal(rows.same_trial, rows.same_trial.T)
    assert np.all(rows.same_time <= rows.same_trial)


def test_printed_spreads_are_read_where_a_change_has_one(fit):
    _, combine = reads_of(fit)
    rows = rows_of(fit, combine)
    at = next(i for i, row in enumerate(fit.rows) if row.observation.row_id == "murrough2013.001")
    # SE 1.6 of 47 patients: SD 1.6 x sqrt(47) = 10.97.
    assert rows.has_sd[at]
    assert np.exp(rows.log_sd[at]) == pytest.approx(10.97, abs=0.005)
