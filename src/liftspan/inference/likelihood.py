"""How well parameter values explain the published rows: a plain function, written for JAX.

The two traits and the slow fluctuation are integrated on Gauss-Hermite nodes, so no people are sampled. Three levels
of variation are counted once each: between trials (context, drug effect, the first days, and one deviation per trial
and time) by their linear effect on each row; people, by one covariance per arm whose times share its people; and
nothing else. A trial's deviations have heavy tails: its variance is log-normal, one deviate per trial in `theta`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from liftspan.arrays import Array
from liftspan.inference.rows import FitRows
from liftspan.inference.structures import BASE, Nodes, Structure
from liftspan.inference.tables import CONTROLS, POTENCIES, Imputed, Reads, Rows, imputed_of, reads_of, rows_of
from liftspan.mood.context import context_lift
from liftspan.mood.scales import MADRS
from liftspan.mood.severity import severity
from liftspan.mood_model import (
    context_effect_of,
    drug_shift_share,
    first_days,
    illness_variance,
    older_share,
    prior_centre,
    to_natural,
    traits_of,
)
from liftspan.parameters import (
    FLUCTUATION_DAYS,
    LEAVING_PER_POINT,
    MOOD_TABLE,
    RATING_NOISE_POINTS,
    USUAL_BASELINE_MEAN,
    USUAL_BASELINE_MEAN_SPREAD,
    USUAL_BASELINE_SD,
    USUAL_BASELINE_SD_SPREAD,
)
from liftspan.population import before_selection
from liftspan.posterior import DEVIATION_NAMES
from liftspan.units import HOURS_PER_DAY

# A share of exactly 0 or 1 in a small arm still has an error: variance added to p (1 - p).
RATE_VARIANCE_FLOOR = 0.02
# What a trial's own deviations move, in the order of the columns of `Explained.moved_by`.
DEVIATIONS = tuple(f"trial_{name}" for name in DEVIATION_NAMES)
NO_SHIFTS = np.zeros(len(DEVIATIONS))
NOTHING = np.zeros(0)


@dataclass(frozen=True)
class Shown:
    """What the arms of a typical trial show."""

    value: Array  # expected score, change or rate, (read,)
    covariance: Array  # of what n people show, shared by the times of an arm, (read, read)
    spread: Array  # SD of people's change of score, (read,)


class Explained(NamedTuple):  # a tuple, so that JAX maps over draws of it
    """What parameter values say of the published rows."""

    expected: Array  # of a typical trial, (row,)
    moved_by: Array  # by one SD of each of `DEVIATIONS` of its trial, (row, deviation)
    tail: Array  # factor on those SDs, (row,)
    own: Array  # covariance of people, of the trial's times and of reporting, (row, row)
    spread: Array  # SD that people's changes should have, (row,)


class Seen(NamedTuple):
    """What was published, or simulated in its place."""

    value: Array  # (row,)
    log_sd: Array  # log of the printed SD of people's changes, (row,); used where one is printed


@dataclass(frozen=True)
class Problem:
    """One fit: its parameters on the scale on which priors are normal, and what they say of the rows.

    `theta` holds the mood parameters in the order of `names`, then one standard normal deviate of the log variance of
    each of `trials`, then one of the mean baseline of each trial that does not print it, and of its log SD likewise
    (`imputed`). Names that the structure holds fixed stay in `theta` and change nothing.
    """

    names: tuple[str, ...]
    trials: tuple[str, ...]
    imputed: Imputed
    trial_of_row: np.ndarray  # index into trials, (row,)
    centre: np.ndarray  # of the priors, (theta,)
    width: np.ndarray  # their SDs, (theta,)
    seen: Seen
    log_sd_error: np.ndarray  # SD of the printed log SDs, (row,)
    same_trial: np.ndarray  # (row, row)
    explain: Callable[[Array], Explained]
    log_density: Callable[..., Array]
    values: Callable[[Array], Mapping[str, Array]]
    baselines: Callable[[Array], tuple[Array, Array]]  # imputed means and SDs, points, (..., trial)


def problem_of(fit: FitRows, structure: Structure = BASE) -> Problem:
    """The fit of these rows with one structure of the model.

    `log_density(theta, keep, seen)` is the log posterior density; `keep` is 1 for every row to explain and 0 for rows
    left out, shape (row,); `seen` replaces the published numbers. `explain(theta)` serves fit and prediction alike.
    """
    reads, combine = reads_of(fit, structure.metabolites)
    rows, nodes = rows_of(fit, combine), structure.nodes()
    priors = (*MOOD_TABLE, *structure.extra)
    trial_ids = [row.observation.trial_id for row in fit.rows]
    trials = tuple(dict.fromkeys(trial_ids))
    trial_of_row = np.array([trials.index(trial) for trial in trial_ids])
    imputed = imputed_of(fit)
    of_means, of_sds = len(priors) + len(trials), len(priors) + len(trials) + len(imputed.means)
    deviates = of_sds + len(imputed.sds) - len(priors)
    centre = np.array([prior_centre(prior) for prior in priors] + [0.0] * deviates)
    width = np.array([prior.spread for prior in priors] + [1.0] * deviates)
    everything, published = np.ones(len(fit.rows)), Seen(rows.value, rows.log_sd)

    def values_of(theta: Array) -> dict[str, Array]:
        free = {prior.name: to_natural(prior.scale, theta[..., i]) for i, prior in enumerate(priors)}
        return free | {name: jnp.full_like(free[name], value) for name, value in structure.held.items()}

    def baselines_of(theta: Array) -> tuple[Array, Array]:
        means = USUAL_BASELINE_MEAN + USUAL_BASELINE_MEAN_SPREAD * theta[..., of_means:of_sds]
        return means, USUAL_BASELINE_SD * jnp.exp(USUAL_BASELINE_SD_SPREAD * theta[..., of_sds:])

    def explain(theta: Array) -> Explained:
        tail = jnp.exp(0.5 * structure.tail * theta[len(priors) : of_means])[trial_of_row]
        first = first_day(reads, *baselines_of(theta))
        return _explained(values_of(theta), reads, first, rows, nodes, structure, tail)

    def log_density(theta: Array, keep: Array = everything, seen: Seen = published) -> Array:
        said = explain(theta)
        moved = said.moved_by * (said.tail * keep)[:, None]
        # A row left out becomes an independent one that is met exactly: it adds a constant.
        covariance = rows.same_trial * (moved @ moved.T) + said.own * jnp.outer(keep, keep) + jnp.diag(1.0 - keep)
        factor = jnp.linalg.cholesky(covariance)
        scaled = jax.scipy.linalg.solve_triangular(factor, keep * (seen.value - said.expected), lower=True)
        of_rows = -0.5 * jnp.sum(scaled**2) - jnp.sum(jnp.log(jnp.diag(factor)))
        miss = (seen.log_sd - jnp.log(said.spread)) / rows.log_sd_error
        of_spread = -0.5 * jnp.sum(jnp.where(rows.has_sd, keep * miss**2, 0.0))
        return of_rows + of_spread - 0.5 * jnp.sum(((theta - centre) / width) ** 2)

    names = tuple(prior.name for prior in priors)
    return Problem(
        names=names,
        trials=trials,
        imputed=imputed,
        trial_of_row=trial_of_row,
        centre=centre,
        width=width,
        seen=published,
        log_sd_error=rows.log_sd_error,
        same_trial=rows.same_trial,
        explain=explain,
        log_density=log_density,
        values=values_of,
        baselines=baselines_of,
    )


class FirstDay(NamedTuple):
    """The first score of each read's arm, taken apart; points, (read,)."""

    mean: Array  # observed
    sd: Array
    base: Array  # true severity behind the mean
    usual_gap: Array  # base minus the mean before selection
    before_variance: Array  # of true severity before selection


def first_day(reads: Reads, means: Array = NOTHING, sds: Array = NOTHING) -> FirstDay:
    """First scores as printed, or as imputed by these values for trials that do not print them, (trial,)."""
    mean = _filled(reads.baseline, reads.imputed_mean, means)
    sd = _filled(reads.baseline_sd, reads.imputed_sd, sds)
    centre, spread, _ = before_selection(mean, sd)
    base = mean - RATING_NOISE_POINTS**2 / spread**2 * (mean - centre)
    return FirstDay(mean, sd, base, base - centre, jnp.maximum(spread**2 - RATING_NOISE_POINTS**2, 1.0))


def _filled(printed: np.ndarray, index: np.ndarray, imputed: Array) -> Array:
    """Printed numbers, and the imputed one where `index` is not negative; the usual ones while none are given."""
    return jnp.where(index >= 0, jnp.asarray(imputed)[index], printed) if np.size(imputed) else jnp.asarray(printed)


def _explained(
    values, reads: Reads, first: FirstDay, rows: Rows, nodes: Nodes, structure: Structure, tail: Array
) -> Explained:
    def value_at(shifts: Array) -> Array:
        return rows.combine @ shown_by(values, reads, nodes, shifts, structure, first).value

    # One pass gives the rows of a typical trial and how each deviation moves them.
    expected, push = jax.linearize(value_at, jnp.zeros(len(DEVIATIONS)))
    shown = shown_by(values, reads, nodes, NO_SHIFTS, structure, first)
    per_logit = jnp.stack([push(jnp.asarray(one)) for one in np.eye(len(DEVIATIONS))], axis=1)
    sizes = jnp.stack([values[name] for name in DEVIATIONS])
    context = per_logit[:, 0]
    own = rows.combine @ shown.covariance @ rows.combine.T + jnp.diag(rows.rounding**2)
    own = own + rows.same_time * values["trial_time"] ** 2 * jnp.outer(context, context)
    return Explained(expected, per_logit * sizes, tail, own, jnp.abs(rows.combine) @ shown.spread)


def shown_by(
    values: Mapping[str, Array],
    reads: Reads,
    nodes: Nodes,
    shifts: Array = NO_SHIFTS,
    structure: Structure = BASE,
    first: FirstDay | None = None,
) -> Shown:
    """What each arm shows at each time when its trial deviates by these shifts (logits), shape (deviation,).

    Given a node, people's ratings at different times are independent; so scores and rates of one arm share its people
    through the nodes, whatever their kind. `first` defaults to the baselines as printed, and the usual ones.
    """
    first = first_day(reads) if first is None else first
    per_point = jnp.where(reads.is_percent, 100.0 / first.mean, 1.0)  # what one point of change is in the row's unit
    score = node_scores(values, reads, nodes, shifts, structure, first)  # (node, read)
    w = _of_those_rated(score, reads, jnp.asarray(nodes.weights))
    rate = _response(score, reads, first)
    shown = jnp.where(reads.is_response, rate, per_point * (score - first.mean))
    value = jnp.sum(w * shown, axis=0)
    centred = jnp.sqrt(w) * (shown - value[None, :])
    people = centred.T @ centred
    of_rating = 2.0 * (per_point * RATING_NOISE_POINTS) ** 2
    of_one = jnp.where(reads.is_response, jnp.sum(w * rate * (1.0 - rate), axis=0) + RATE_VARIANCE_FLOOR, of_rating)
    per_root_n = 1.0 / np.sqrt(reads.n)
    covariance = (reads.same_arm * people + jnp.diag(of_one)) * np.outer(per_root_n, per_root_n)
    spread = jnp.sqrt(jnp.diag(people) + of_one)
    return Shown(value + jnp.where(reads.is_mean, first.mean, 0.0), covariance, spread)


def _of_those_rated(score: Array, reads: Reads, weights: Array) -> Array:
    """Weights of the nodes among the people of whom each read tells, (node, read).

    Leaving goes with the score: where a share has left, a node has lost more of its people the worse it is. Those
    who left drop out of the mean, or stay in it as failures (rates only).
    """
    if not np.any(reads.gone):
        return jnp.broadcast_to(weights[:, None], score.shape)
    drawn_off = jnp.exp(LEAVING_PER_POINT * (score - weights @ score))
    left = jnp.minimum(reads.gone * drawn_off / (weights @ drawn_off), 0.95)
    rated = weights[:, None] * (1.0 - left)
    return rated / jnp.where(reads.gone_fail > 0.0, 1.0, jnp.sum(rated, axis=0))


def node_scores(values, reads: Reads, nodes: Nodes, shifts: Array, structure: Structure, first: FirstDay) -> Array:
    """Severity as each rating recalls it, for each node of the traits: shape (node, read)."""
    looks_h = jnp.asarray(reads.looks_h)
    by_draw = {name: jnp.asarray(value)[None] for name, value in values.items()}
    traits = traits_of(by_draw, nodes.sensitivity_z[None, :], nodes.responsiveness_z[None, :])
    drug = drug_at_looks(values, reads, structure)
    drug = drug + shifts[1] * drug_shift_share(drug)
    lift = traits.sensitivity[0][:, None, None] * drug
    lift = lift + traits.responsiveness[0][:, None, None] * context_at_looks(values, reads)
    lift = lift * older_share(values["older_share"], reads.older)[:, None]
    # A person's fluctuation of the first day fades, so the expected level moves to the person's usual one.
    fading = jnp.exp(-looks_h / (HOURS_PER_DAY * FLUCTUATION_DAYS))
    per_logit = first.base * (MADRS.maximum - first.base) / MADRS.maximum
    share = jnp.minimum((values["fluctuation_logit"] * per_logit) ** 2 / first.before_variance, 0.9)
    passing = share * first.usual_gap / per_logit
    illness = illness_variance(looks_h)
    wandered = values["fluctuation_logit"] ** 2 * 2.0 * (1.0 - fading)
    wandered = wandered + values["instability_logit"] ** 2 * illness
    drift = jnp.sqrt(jnp.maximum(wandered, 1e-12))
    lift = lift + (passing[:, None] * (1.0 - fading))[None] + drift[None] * nodes.fluctuation_z[:, None, None]
    lift = lift + shifts[0] + shifts[2] * first_days(looks_h) + shifts[3] * jnp.sqrt(illness)
    levels = severity(first.base[:, None], lift, MADRS.maximum)
    return jnp.sum(levels * structure.weighted(values, jnp.asarray(reads.weights)), axis=-1)


def drug_at_looks(values: Mapping[str, Array], reads: Reads, structure: Structure) -> Array:
    """Lift from the drug for sensitivity 1, shape (read, look)."""
    sittings = reads.sittings
    engaged = structure.engaged(values, sittings)
    left = structure.kernel(values, jnp.asarray(sittings.lag_h))
    lift = jnp.zeros(reads.looks_h.size).at[sittings.look].add(engaged[sittings.node] * sittings.weight_h * left)
    potencies = jnp.stack([values[name] for name in POTENCIES] + [jnp.asarray(1.0)])  # -1 picks the last
    return structure.bound(values, potencies[reads.potency][:, None] * lift.reshape(reads.looks_h.shape))


def context_at_looks(values: Mapping[str, Array], reads: Reads) -> Array:
    """Lift from circumstances for responsiveness 1, shape (read, look)."""
    expectancies = jnp.stack([values[f"expectancy_{control.value}"] for control in CONTROLS])
    effect = context_effect_of(values, expectancies[reads.control][:, None])
    flags = (reads.new_antidepressant, reads.inpatient, reads.last_visit_h)
    return context_lift(effect, *(flag[:, None] for flag in flags), jnp.asarray(reads.looks_h))


def _response(score: Array, reads: Reads, first: FirstDay) -> Array:
    """Probability that the rated score has fallen by `reads.fall` of the first, (node, read).

    People of a node differ in their first score as the arm does, later scores go with it, and both ratings err.
    """
    true_sd = jnp.sqrt(jnp.maximum(first.sd**2 - RATING_NOISE_POINTS**2, 1.0))
    slope = score * (MADRS.maximum - score) / (first.base * (MADRS.maximum - first.base))
    kept = 1.0 - reads.fall
    spread = jnp.sqrt((true_sd * (slope - kept)) ** 2 + (1.0 + kept**2) * RATING_NOISE_POINTS**2)
    return jax.scipy.stats.norm.cdf((kept * first.base - score) / spread)
