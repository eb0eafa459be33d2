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
from liftspan.inference.tables import CONTROLS, POTENCIES, Reads, Rows, reads_of, rows_of
from liftspan.mood.context import context_lift
from liftspan.mood.scales import MADRS
from liftspan.mood.severity import severity
from liftspan.mood_model import (
    context_effect_of,
    drug_shift_share,
    first_days,
    older_share,
    prior_centre,
    to_natural,
    traits_of,
)
from liftspan.parameters import FLUCTUATION_DAYS, MOOD_TABLE, RATING_NOISE_POINTS
from liftspan.posterior import DEVIATION_NAMES
from liftspan.units import HOURS_PER_DAY

# A share of exactly 0 or 1 in a small arm still has an error: variance added to p (1 - p).
RATE_VARIANCE_FLOOR = 0.02
# What a trial's own deviations move, in the order of the columns of `Explained.moved_by`.
DEVIATIONS = tuple(f"trial_{name}" for name in DEVIATION_NAMES)
NO_SHIFTS = np.zeros(len(DEVIATIONS))


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
    each of `trials`. Names that the structure holds fixed stay in `theta` and change nothing.
    """

    names: tuple[str, ...]
    trials: tuple[str, ...]
    trial_of_row: np.ndarray  # index into trials, (row,)
    centre: np.ndarray  # of the priors, (theta,)
    width: np.ndarray  # their SDs, (theta,)
    seen: Seen
    log_sd_error: np.ndarray  # SD of the printed log SDs, (row,)
    same_trial: np.ndarray  # (row, row)
    explain: Callable[[Array], Explained]
    log_density: Callable[..., Array]
    values: Callable[[Array], Mapping[str, Array]]


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
    centre = np.array([prior_centre(prior) for prior in priors] + [0.0] * len(trials))
    width = np.array([prior.spread for prior in priors] + [1.0] * len(trials))
    everything, published = np.ones(len(fit.rows)), Seen(rows.value, rows.log_sd)

    def values_of(theta: Array) -> dict[str, Array]:
        free = {prior.name: to_natural(prior.scale, theta[..., i]) for i, prior in enumerate(priors)}
        return free | {name: jnp.full_like(free[name], value) for name, value in structure.held.items()}

    def explain(theta: Array) -> Explained:
        tail = jnp.exp(0.5 * structure.tail * theta[len(priors) :])[trial_of_row]
        return _explained(values_of(theta), reads, rows, nodes, structure, tail)

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
        trial_of_row=trial_of_row,
        centre=centre,
        width=width,
        seen=published,
        log_sd_error=rows.log_sd_error,
        same_trial=rows.same_trial,
        explain=explain,
        log_density=log_density,
        values=values_of,
    )


def _explained(values, reads: Reads, rows: Rows, nodes: Nodes, structure: Structure, tail: Array) -> Explained:
    def value_at(shifts: Array) -> Array:
        return rows.combine @ shown_by(values, reads, nodes, shifts, structure).value

    # One pass gives the rows of a typical trial and how each deviation moves them.
    expected, push = jax.linearize(value_at, jnp.zeros(len(DEVIATIONS)))
    shown = shown_by(values, reads, nodes, NO_SHIFTS, structure)
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
) -> Shown:
    """What each arm shows at each time when its trial deviates by these shifts (logits), shape (deviation,).

    Given a node, people's ratings at different times are independent; so scores and rates of one arm share its people
    through the nodes, whatever their kind.
    """
    score = node_scores(values, reads, nodes, shifts, structure)  # (node, read)
    w = jnp.asarray(nodes.weights)
    rate = _response(score, reads)
    shown = jnp.where(reads.is_response, rate, reads.per_point * (score - reads.baseline))
    value = w @ shown
    centred = shown - value[None, :]
    people = (centred * w[:, None]).T @ centred
    of_rating = 2.0 * (reads.per_point * RATING_NOISE_POINTS) ** 2
    of_one = jnp.where(reads.is_response, w @ (rate * (1.0 - rate)) + RATE_VARIANCE_FLOOR, of_rating)
    per_root_n = 1.0 / np.sqrt(reads.n)
    covariance = (reads.same_arm * people + jnp.diag(of_one)) * np.outer(per_root_n, per_root_n)
    spread = jnp.sqrt(jnp.diag(people) + of_one)
    return Shown(value + jnp.where(reads.is_mean, reads.baseline, 0.0), covariance, spread)


def node_scores(values, reads: Reads, nodes: Nodes, shifts: Array, structure: Structure) -> Array:
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
    per_logit = reads.base * (MADRS.maximum - reads.base) / MADRS.maximum
    share = jnp.minimum((values["fluctuation_logit"] * per_logit) ** 2 / reads.before_variance, 0.9)
    passing = share * reads.usual_gap / per_logit
    drift = values["fluctuation_logit"] * jnp.sqrt(jnp.maximum(2.0 * (1.0 - fading), 1e-12))
    lift = lift + (passing[:, None] * (1.0 - fading))[None] + drift[None] * nodes.fluctuation_z[:, None, None]
    lift = lift + shifts[0] + shifts[2] * first_days(looks_h)
    levels = severity(reads.base[:, None], lift, MADRS.maximum)
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


def _response(score: Array, reads: Reads) -> Array:
    """Probability that the rated score has fallen by `reads.fall` of the first, (node, read).

    People of a node differ in their first score as the arm does, later scores go with it, and both ratings err.
    """
    true_sd = np.sqrt(np.maximum(reads.baseline_sd**2 - RATING_NOISE_POINTS**2, 1.0))
    slope = score * (MADRS.maximum - score) / (reads.base * (MADRS.maximum - reads.base))
    kept = 1.0 - reads.fall
    spread = jnp.sqrt((true_sd * (slope - kept)) ** 2 + (1.0 + kept**2) * RATING_NOISE_POINTS**2)
    return jax.scipy.stats.norm.cdf((kept * reads.base - score) / spread)
