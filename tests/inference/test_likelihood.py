"""The likelihood against the engine that it stands for, finite differences, and what a covariance must be."""

from dataclasses import replace

import numpy as np
import pytest

from liftspan.arrays import use_jax_64_bit
from liftspan.evidence import load_evidence
from liftspan.evidence.staying import Kept, Staying, who_left
from liftspan.inference.rows import FitRows, fit_rows
from liftspan.inference.tables import reads_of, rows_of
from liftspan.parameters import MOOD_TABLE, body_value
from liftspan.person import body_of
from liftspan.population import Enrolment, draw_people
from liftspan.posterior import Posterior
from liftspan.simulate import simulate

use_jax_64_bit()

from liftspan.inference.likelihood import problem_of, shown_by  # noqa: E402
from liftspan.inference.structures import STRUCTURES, mixture_nodes, trait_nodes  # noqa: E402

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
VALUES |= dict.fromkeys(("trial_context", "trial_drug", "trial_early", "trial_time", "trial_course"), 0.0)


@pytest.fixture(scope="module")
def few():
    """Rows of a few trials, contrasts left out: those are differences of what is compared here."""
    fit = fit_rows(load_evidence())
    rows = [row for row in fit.rows if row.observation.trial_id in TRIALS and row.control_arm < 0]
    rows = [replace(row, staying=Staying(Kept.EVERYBODY, 0.0)) for row in rows]  # who leaves has tests of its own
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
    shifted = (
        np.asarray(shown_by(VALUES, reads, trait_nodes(), np.array([0.2, 0.0, 0.0, 0.0])).value) @ combine.T - shown()
    )
    assert np.all(shifted[~rates] < 0.0) and np.all(shifted[rates] > 0.0)


def test_nodes_integrate_moments_of_normal_people_exactly():
    nodes = trait_nodes()
    assert nodes.weights.sum() == pytest.approx(1.0, rel=1e-12)
    for z in (nodes.sensitivity_z, nodes.responsiveness_z, nodes.fluctuation_z):
        assert nodes.weights @ z == pytest.approx(0.0, abs=1e-12)
        assert nodes.weights @ z**2 == pytest.approx(1.0, rel=1e-12)
        assert nodes.weights @ z**4 == pytest.approx(3.0, rel=1e-12)  # exact to degree five with three nodes
    assert nodes.weights @ (nodes.sensitivity_z * nodes.responsiveness_z) == pytest.approx(0.0, abs=1e-12)


def test_two_kinds_of_people_are_standardised_and_lean_to_the_left():
    nodes = mixture_nodes()
    z, w = nodes.sensitivity_z, nodes.weights
    assert (w.sum(), w @ z, w @ z**2) == pytest.approx((1.0, 0.0, 1.0), abs=1e-12)
    # Means -0.6 and 0.4 of two SDs apart, shares 0.4 and 0.6: the third moment of the two means alone.
    spread = 1.0 / np.sqrt(1.0 + 0.24 * 4.0)
    assert w @ z**3 == pytest.approx(spread**3 * (0.4 * (-1.2) ** 3 + 0.6 * 0.8**3), rel=1e-9)


@pytest.fixture(scope="module")
def problem(few):
    return problem_of(few)


@pytest.fixture(scope="module")
def value_and_gradient(problem):
    import jax

    return jax.jit(jax.value_and_grad(problem.log_density))


def test_the_gradient_is_finite_and_that_of_finite_differences(problem, value_and_gradient):
    rng = np.random.default_rng(3)
    theta = problem.centre + 0.3 * problem.width * rng.standard_normal(len(problem.centre))
    value, gradient = value_and_gradient(theta)
    assert np.isfinite(value)
    assert np.all(np.isfinite(gradient))
    for _ in range(3):
        direction = problem.width * rng.standard_normal(len(problem.centre))
        step = 1e-4
        ahead, behind = (float(value_and_gradient(theta + sign * step * direction)[0]) for sign in (1, -1))
        # Central differences: an error of step^2 and of rounding 1e-16 / step; both below 1e-6 of the slope here.
        assert (ahead - behind) / (2 * step) == pytest.approx(float(gradient @ direction), rel=1e-5, abs=1e-5)


def test_far_parameters_are_worse_and_still_finite(problem, value_and_gradient):
    at_centre = float(value_and_gradient(problem.centre)[0])
    for sign in (-4.0, 4.0):
        value, gradient = value_and_gradient(problem.centre + sign * problem.width)
        assert np.isfinite(value) and np.all(np.isfinite(gradient))
        assert value < at_centre


def covariance_of(problem, theta):
    """Of the rows as a new trial of each shows them, by loops over pairs."""
    said = problem.explain(theta)
    moved, tail, own = (np.asarray(part) for part in (said.moved_by, said.tail, said.own))
    covariance = own.copy()
    for i in range(len(own)):
        for j in range(len(own)):
            if problem.trial_of_row[i] == problem.trial_of_row[j]:
                covariance[i, j] += tail[i] * tail[j] * sum(a * b for a, b in zip(moved[i], moved[j], strict=True))
    return np.asarray(said.expected), covariance, np.asarray(said.spread)


def test_the_log_density_is_that_of_a_slow_obvious_version(few, problem):
    from scipy.stats import multivariate_normal, norm

    rng = np.random.default_rng(5)
    theta = problem.centre + 0.3 * problem.width * rng.standard_normal(len(problem.centre))
    expected, covariance, spread = covariance_of(problem, theta)
    rows = rows_of(few, reads_of(few)[1])
    # Trials share nothing, so each has a density of its own; constants that no parameter changes are taken off.
    slow = 0.0
    for trial in range(len(problem.trials)):
        mine = np.flatnonzero(problem.trial_of_row == trial)
        slow += multivariate_normal(expected[mine], covariance[np.ix_(mine, mine)]).logpdf(problem.seen.value[mine])
        slow += 0.5 * len(mine) * np.log(2 * np.pi)
    for i in np.flatnonzero(rows.has_sd):
        slow -= 0.5 * ((rows.log_sd[i] - np.log(spread[i])) / rows.log_sd_error[i]) ** 2
    prior = norm(problem.centre, problem.width)
    slow += np.sum(prior.logpdf(theta) - prior.logpdf(problem.centre))
    assert float(problem.log_density(theta)) == pytest.approx(slow, rel=1e-9)


def test_a_trial_left_out_changes_the_density_as_if_its_rows_were_not_there(few, problem):
    rng = np.random.default_rng(6)
    left = problem.trials.index("murrough2013")
    keep = (problem.trial_of_row != left).astype(float)
    fewer = FitRows(few.arms, tuple(row for row, kept in zip(few.rows, keep, strict=True) if kept), few.left_out)
    smaller = problem_of(fewer)
    names, baselines = len(problem.names), len(problem.names) + len(problem.trials)
    # murrough2013 does not print its baseline: two deviates of its own, which nothing else uses, stay at 0.
    whose = [*problem.imputed.means, *problem.imputed.sds]
    others = [baselines + i for i, trial in enumerate(whose) if trial != "murrough2013"]
    mine = [baselines + i for i, trial in enumerate(whose) if trial == "murrough2013"]
    values = []
    for _ in range(2):
        theta = problem.centre + 0.3 * problem.width * rng.standard_normal(len(problem.centre))
        theta[mine] = 0.0
        tails = [theta[names + problem.trials.index(trial)] for trial in smaller.trials]
        values.append(float(problem.log_density(theta, keep)) + 0.5 * theta[names + left] ** 2)
        values.append(float(smaller.log_density(np.concatenate([theta[:names], tails, theta[others]]))))
    assert values[0] == pytest.approx(values[1], rel=1e-9)
    assert values[2] == pytest.approx(values[3], rel=1e-9)


def test_people_who_left_are_missed_as_the_engine_misses_them(few):
    """A third has left: the likelihood weighs nodes, the engine draws leavers by their last score."""
    index = next(i for i, row in enumerate(few.rows) if row.observation.row_id.startswith("popova2019_transform2"))
    row, gone = few.rows[index], 1 / 3
    shown = []
    for staying in (Staying(Kept.EVERYBODY, 0.0), Staying(Kept.STAYED, gone)):
        reads, _ = reads_of(FitRows(few.arms, (replace(row, staying=staying),), few.left_out))
        shown.append(float(shown_by(VALUES, reads, trait_nodes()).value[0]))
    arm = few.arms[row.arm]
    enrolment = Enrolment(body_value("population_weight_kg"), 0.0, arm.age_y, arm.baseline_mean, arm.baseline_sd)
    people = draw_people(enrolment, 7, DRAWS, PEOPLE)
    posterior = Posterior({name: np.full(DRAWS, value) for name, value in VALUES.items()}, {})
    course = simulate(arm.regimen, arm.context, people, enrolment, posterior, np.array([row.time_h]), seed=7)
    left = who_left(course.score[..., 0], gone, 7)
    change = course.change[..., 0]
    missed = np.mean(change[~left]) - np.mean(change)
    # Those who stay are better off by 0.5 x 0.04 x variance of scores (about 130) = 2.6 points, to first order.
    assert missed == pytest.approx(-0.5 * 0.04 * course.score[..., 0].var(), rel=0.25)
    # Nodes hold severity without error of rating and first-day spread: less varies, so less is missed.
    assert shown[1] - shown[0] == pytest.approx(missed, rel=0.35)


def test_those_who_left_count_as_failures_where_the_row_says_so(few):
    index = next(i for i, row in enumerate(few.rows) if row.observation.statistic == "response_rate")
    found = []
    for staying in (Staying(Kept.EVERYBODY, 0.0), Staying(Kept.FAILED, 0.2), Staying(Kept.STAYED, 0.2)):
        reads, _ = reads_of(FitRows(few.arms, (replace(few.rows[index], staying=staying),), few.left_out))
        found.append(float(shown_by(VALUES, reads, trait_nodes()).value[0]))
    everybody, failed, stayed = found
    # Rates of those who stayed, times the four in five who did.
    assert failed == pytest.approx(0.8 * stayed, rel=1e-6)
    assert failed < everybody < stayed


def test_a_baseline_that_is_not_printed_is_a_parameter_with_the_prior_of_the_shipped_arms(problem):
    trial = problem.imputed.means.index("murrough2013")
    at = len(problem.names) + len(problem.trials) + trial
    means, sds = problem.baselines(problem.centre)
    assert (float(means[trial]), float(sds[0])) == pytest.approx((34.9, 5.79))
    shifted = problem.centre.copy()
    shifted[at] = 1.0
    assert float(problem.baselines(shifted)[0][trial]) == pytest.approx(34.9 + 3.6)
    before, after = (np.asarray(problem.explain(theta).expected) for theta in (problem.centre, shifted))
    mine = problem.trial_of_row == problem.trials.index("murrough2013")
    # A large change from higher up is larger at the same lift; other trials do not know of it.
    assert after[mine][0] < before[mine][0] < -10.0
    assert np.all(after[mine] != before[mine]) and np.all(after[~mine] == before[~mine])


def test_the_covariance_of_rows_is_one(few, problem):
    mean, covariance, spread = covariance_of(problem, problem.centre)
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
    row = next(row for row in few.rows if row.observation.row_id == "murrough2013.001")
    variances = []
    for n in (10.0, 1e9):
        one = problem_of(FitRows(few.arms, (replace(row, n=n),), few.left_out))
        variances.append(covariance_of(one, one.centre)[1][0, 0])
    assert variances[0] > variances[1]
    # What is left of 1e9 people is the trial: at the least its own deviation of context, 0.2 logits of some 10 points.
    context = one.centre[one.names.index("trial_context")]
    assert variances[1] > (np.exp(context) * 10.0) ** 2


@pytest.mark.parametrize(
    ("name", "off"),
    [
        ("three time scales", {"slow_share": 0.0}),
        ("tolerance", {"opposed_share": 0.0}),
        ("norketamine", {"norketamine_potency": 0.0}),
        ("saturation", {"lift_limit": 1e12}),
    ],
)
def test_a_candidate_with_its_change_switched_off_is_the_base(few, problem, name, off):
    structure = replace(STRUCTURES[name], held=off)
    candidate = problem_of(few, structure)
    inserted = len(candidate.names) - len(problem.names)
    theta = np.insert(problem.centre, len(problem.names), np.zeros(inserted))
    assert np.asarray(candidate.explain(theta).expected) == pytest.approx(
        np.asarray(problem.explain(problem.centre).expected), rel=1e-9
    )


def test_what_is_fed_by_the_fast_term_starts_from_nothing():
    from liftspan.inference.structures import chain_kernel

    values = VALUES | {"fast_share": 0.0}
    at = np.asarray(chain_kernel(values, np.array([0.0, 1.0, 24.0, 72.0])))
    assert at[0] == 0.0 and np.all(np.diff(at) > 0.0)


@pytest.mark.parametrize(("share", "same_as"), [(1.0, "recall as stated"), (0.0, "recall off")])
def test_an_estimated_recall_lies_between_the_stated_window_and_the_moment(share, same_as):
    estimated = replace(STRUCTURES["recall estimated"], held={"recall_share": share})
    found = []
    for structure in (estimated, STRUCTURES[same_as]):
        whole = fit_rows(load_evidence(), structure.recall)
        rows = tuple(row for row in whole.rows if row.observation.trial_id in TRIALS)
        one = problem_of(FitRows(whole.arms, rows, whole.left_out), structure)
        found.append(np.asarray(one.explain(one.centre).expected))
    # Other looks, other panels of the quadrature: they agree to its error, 3e-7.
    assert found[0] == pytest.approx(found[1], rel=1e-5)
