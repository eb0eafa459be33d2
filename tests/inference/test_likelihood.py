"""The likelihood against the engine that it stands for, finite differences, and what a covariance must be."""

from dataclasses import replace

import numpy as np
import pytest

from liftspan.arrays import use_jax_64_bit
from liftspan.evidence import load_evidence
from liftspan.inference.rows import FitRows, fit_rows
from liftspan.inference.tables import reads_of
from liftspan.mood_model import natural_values
from liftspan.parameters import MOOD_TABLE, body_value
from liftspan.person import body_of
from liftspan.population import Enrolment, draw_people
from liftspan.posterior import Posterior
from liftspan.simulate import simulate

use_jax_64_bit()

from liftspan.inference.likelihood import make_log_density, prior_moments, shown_by, trait_nodes  # noqa: E402

# One infusion and its control, eight sprays with a new antidepressant and their control, an inpatient trial, six
# infusions, and arms of which only response rates are known.
TRIALS = ("murrough2013", "popova2019_transform2", "canuso2018_persevere", "mathew2010", "lapidus2014", "zheng2019")
DRAWS, PEOPLE = 100, 200
# Values within what the fit finds; prior centres would make every term small.
TYPICAL = {
    "lift_per_h": 0.7, "hill": 1.3, "fast_share": 0.8, "potency_esketamine_nasal": 0.3, "expectancy_midazolam": 1.0,
    "expectancy_placebo_spray": 1.0, "expectancy_saline": 0.5, "expectancy_open": 0.4, "contact": 1.0,
    "contact_rise_per_h": 0.003, "sensitivity_spread": 1.0, "fluctuation_logit": 0.2,
}  # fmt: skip
VALUES = {prior.name: prior.centre for prior in MOOD_TABLE} | TYPICAL
# The trial at hand is the typical one.
VALUES |= dict.fromkeys(("trial_context", "trial_drug", "trial_time"), 0.0)


@pytest.fixture(scope="module")
def few():
    """Rows of a few trials, contrasts left out: those are differences of what is compared here."""
    fit = fit_rows(load_evidence())
    rows = [row for row in fit.rows if row.observation.trial_id in TRIALS and row.control_arm < 0]
    assert len(rows) >= 12
    return FitRows(fit.arms, tuple(rows), fit.left_out)


@pytest.fixture(scope="module")
def expected(few):
    """What the likelihood expects each row to be."""
    reads, combine = reads_of(few)
    return combine @ np.asarray(shown_by(VALUES, reads, trait_nodes()).value)


def simulated(few, at_the_mean):
    """The same rows from simulated people, everyone at the mean baseline or as enrolled: means and standard errors."""
    posterior = Posterior({name: np.full(DRAWS, value) for name, value in VALUES.items()}, {})
    found = np.empty((len(few.rows), 2))
    for index in {row.arm for row in few.rows}:
        arm = few.arms[index]
        weight_kg = arm.weight_kg or body_value("population_weight_kg")
        age_y = arm.age_y or body_value("population_age_y")
        enrolment = Enrolment(weight_kg, 0.0, age_y, arm.baseline_mean, arm.baseline_sd)
        people = draw_people(enrolment, 7, DRAWS, PEOPLE)
        people = replace(people, body=body_of(people.weight_kg, people.age_y, {}))
        if at_the_mean:
            ones = np.ones((DRAWS, PEOPLE))
            people = replace(people, observed_baseline=arm.baseline_mean * ones, baseline_z=0.0 * ones)
        mine = [i for i, row in enumerate(few.rows) if row.arm == index]
        times_h = np.unique([few.rows[i].time_h for i in mine])
        course = simulate(arm.regimen, arm.context, people, enrolment, posterior, times_h, seed=7)
        for i in mine:
            at = np.searchsorted(times_h, few.rows[i].time_h)
            statistic = few.rows[i].observation.statistic
            if statistic == "response_rate":
                value = course.score[..., at] <= 0.5 * course.observed_baseline
            else:
                value = course.score[..., at] - (0.0 if statistic == "mean" else course.observed_baseline)
            found[i] = value.mean(), value.std() / np.sqrt(value.size)
    return found.T


def is_rate(few):
    return np.array([row.observation.statistic == "response_rate" for row in few.rows])


def test_the_likelihood_expects_what_the_engine_simulates(few, expected):
    """Typical trial, everyone at the mean baseline: both integrate the same people.

    Tolerance: four Monte Carlo errors of 20,000 people, and 0.05 points for whole-number scores and 7 x 7 x 3 nodes.
    """
    value, error = simulated(few, at_the_mean=True)
    means = ~is_rate(few)
    assert np.all(np.abs(value - expected)[means] < (4.0 * error + 0.05)[means])
    assert 4.0 * error[means].max() < 0.4  # so that the comparison says something


def test_people_who_differ_at_baseline_change_little_of_it(few, expected):
    """As enrolled, with the spread of baselines: the bend of severity takes part of the change.

    Tolerance: second order in the spread, found to be up to 0.8 of 20 points; rates hold that spread already, and their
    normal approximation is within 0.05.
    """
    value, error = simulated(few, at_the_mean=False)
    gap, rates = value - expected, is_rate(few)
    assert np.all(np.abs(gap[~rates]) < 1.0 + 4.0 * error[~rates])
    assert np.all(np.abs(gap[rates]) < 0.05 + 4.0 * error[rates])


def test_more_dose_and_more_context_lift_more_in_the_likelihood(few):
    reads, combine = reads_of(few)
    rates = is_rate(few)

    def shown(**changed):
        return combine @ np.asarray(shown_by(VALUES | changed, reads, trait_nodes()).value)

    stronger = shown(lift_per_h=1.4) - shown()
    given = np.array([any(session.doses for session in few.arms[row.arm].regimen.sessions) for row in few.rows])
    assert np.all(stronger[given & ~rates] < 0.0) and np.all(stronger[given & rates] > 0.0)
    assert stronger[~given] == pytest.approx(0.0, abs=1e-12)
    shifted = np.asarray(shown_by(VALUES, reads, trait_nodes(), context_shift=0.2).value) @ combine.T - shown()
    assert np.all(shifted[~rates] < 0.0) and np.all(shifted[rates] > 0.0)


def test_nodes_integrate_moments_of_normal_people_exactly():
    nodes = trait_nodes()
    assert nodes.weights.sum() == pytest.approx(1.0, rel=1e-12)
    for z in (nodes.sensitivity_z, nodes.responsiveness_z, nodes.fluctuation_z):
        assert nodes.weights @ z == pytest.approx(0.0, abs=1e-12)
        assert nodes.weights @ z**2 == pytest.approx(1.0, rel=1e-12)
        assert nodes.weights @ z**4 == pytest.approx(3.0, rel=1e-12)  # exact to degree five with three nodes
    assert nodes.weights @ (nodes.sensitivity_z * nodes.responsiveness_z) == pytest.approx(0.0, abs=1e-12)


@pytest.fixture(scope="module")
def density(few):
    import jax

    log_density, predict = make_log_density(few)
    return jax.jit(jax.value_and_grad(log_density)), predict


def test_the_gradient_is_finite_and_that_of_finite_differences(density):
    value_and_gradient, _ = density
    centre, width = prior_moments()
    rng = np.random.default_rng(3)
    theta = centre + 0.3 * width * rng.standard_normal(len(centre))
    value, gradient = value_and_gradient(theta)
    assert np.isfinite(value)
    assert np.all(np.isfinite(gradient))
    for _ in range(3):
        direction = width * rng.standard_normal(len(centre))
        step = 1e-4
        ahead, behind = (float(value_and_gradient(theta + sign * step * direction)[0]) for sign in (1, -1))
        # Central differences: an error of step^2 and of rounding 1e-16 / step; both below 1e-6 of the slope here.
        assert (ahead - behind) / (2 * step) == pytest.approx(float(gradient @ direction), rel=1e-5, abs=1e-5)


def test_far_parameters_are_worse_and_still_finite(density):
    value_and_gradient, _ = density
    centre, width = prior_moments()
    at_centre = float(value_and_gradient(centre)[0])
    for sign in (-4.0, 4.0):
        value, gradient = value_and_gradient(centre + sign * width)
        assert np.isfinite(value) and np.all(np.isfinite(gradient))
        assert value < at_centre


def test_the_covariance_of_rows_is_one(few, density):
    import jax.numpy as jnp

    _, predict = density
    centre, _ = prior_moments()
    mean, covariance, spread = (np.asarray(part) for part in predict(jnp.asarray(centre)))
    assert covariance == pytest.approx(covariance.T, rel=1e-9)
    assert np.linalg.eigvalsh(covariance).min() > 0.0
    assert np.all(spread > 0.0)
    trials = np.array([row.observation.trial_id for row in few.rows])
    apart = trials[:, None] != trials[None, :]
    assert np.all(covariance[apart] == 0.0)  # trials share nothing
    # Rows of one arm share its people and its trial.
    popova = np.flatnonzero((trials == "popova2019_transform2") & ~is_rate(few))
    assert np.all(covariance[np.ix_(popova, popova)] > 0.0)
    assert np.all(np.isfinite(mean))


def test_a_larger_arm_is_known_better_but_never_better_than_its_trial(few):
    import jax.numpy as jnp

    centre, _ = prior_moments()
    values = natural_values(centre)
    row = next(row for row in few.rows if row.observation.row_id == "murrough2013.001")
    variances = []
    for n in (10.0, 1e9):
        _, predict = make_log_density(FitRows(few.arms, (replace(row, n=n),), few.left_out))
        variances.append(float(predict(jnp.asarray(centre))[1][0, 0]))
    assert variances[0] > variances[1]
    # What is left of 1e9 people is the trial: at the least its own deviation of context, 0.2 logits of some 10 points.
    assert variances[1] > (values["trial_context"] * 10.0) ** 2
