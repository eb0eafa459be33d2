"""How well parameter values explain the published rows: a plain function, written for JAX.

The two traits and the slow fluctuation are integrated on Gauss-Hermite nodes, so no people are sampled. Three levels
of variation are counted once each: between trials (context, drug effect, and one deviation per trial and time) by
their linear effect on each row; people, by one covariance per arm whose times share its people; and nothing else.
"""

from collections.abc import Callable
from dataclasses import dataclass

import jax
import jax.numpy as jnp
import numpy as np

from liftspan.arrays import Array
from liftspan.brain.engagement import engagement
from liftspan.brain.plasticity import kernel_at
from liftspan.inference.rows import FitRows
from liftspan.inference.tables import CONTROLS, POTENCIES, Reads, Rows, reads_of, rows_of
from liftspan.mood.context import context_lift
from liftspan.mood.scales import MADRS, RESPONSE_FRACTION
from liftspan.mood.severity import severity
from liftspan.mood_model import (
    context_effect_of,
    drug_shift_share,
    kernel_of,
    natural_values,
    prior_centre,
    traits_of,
)
from liftspan.parameters import FLUCTUATION_DAYS, MOOD_TABLE, RATING_NOISE_POINTS
from liftspan.units import HOURS_PER_DAY

TRAIT_NODES = 7
FLUCTUATION_NODES = 3
# A share of exactly 0 or 1 in a small arm still has an error: variance added to p (1 - p).
RATE_VARIANCE_FLOOR = 0.02


@dataclass(frozen=True)
class Nodes:
    """Product grid of standard normal deviates and its weights, each of shape (node,)."""

    sensitivity_z: np.ndarray
    responsiveness_z: np.ndarray
    fluctuation_z: np.ndarray
    weights: np.ndarray


@dataclass(frozen=True)
class Shown:
    """What the arms of a typical trial show."""

    value: Array  # expected score, change or rate, (read,)
    covariance: Array  # of what n people show, shared by the times of an arm, (read, read)
    spread: Array  # SD of people's change of score, (read,)


def trait_nodes() -> Nodes:
    """Gauss-Hermite nodes for the two traits and the fluctuation."""
    z, w = np.polynomial.hermite_e.hermegauss(TRAIT_NODES)
    f, v = np.polynomial.hermite_e.hermegauss(FLUCTUATION_NODES)
    grids = np.meshgrid(z, z, f, indexing="ij")
    weights = np.einsum("i,j,k->ijk", w / w.sum(), w / w.sum(), v / v.sum())
    return Nodes(*(grid.ravel() for grid in grids), weights.ravel())


def prior_moments() -> tuple[np.ndarray, np.ndarray]:
    """Centres and SDs of the priors on the transformed scale, in the order of `MOOD_TABLE`."""
    return np.array([prior_centre(prior.name) for prior in MOOD_TABLE]), np.array([p.spread for p in MOOD_TABLE])


def make_log_density(fit: FitRows) -> tuple[Callable, Callable]:
    """Log posterior density of the mood parameters (transformed scale, order of `MOOD_TABLE`), and `predict`.

    `predict(theta)` gives for a new trial the expected value of each row, the covariance of the rows, and the SD that
    people's changes should have: shapes (row,), (row, row), (row,).
    """
    reads, combine = reads_of(fit)
    rows, nodes = rows_of(fit, combine), trait_nodes()
    centre, width = prior_moments()

    def predict(theta: Array):
        return _new_trial(natural_values(theta), reads, rows, nodes)

    def log_density(theta: Array) -> Array:
        expected, covariance, spread = predict(theta)
        factor = jnp.linalg.cholesky(covariance)
        scaled = jax.scipy.linalg.solve_triangular(factor, rows.value - expected, lower=True)
        of_rows = -0.5 * jnp.sum(scaled**2) - jnp.sum(jnp.log(jnp.diag(factor)))
        miss = (rows.log_sd - jnp.log(spread)) / rows.log_sd_error
        of_spread = -0.5 * jnp.sum(jnp.where(rows.has_sd, miss**2, 0.0))
        return of_rows + of_spread - 0.5 * jnp.sum(((theta - centre) / width) ** 2)

    return log_density, predict


def _new_trial(values: dict, reads: Reads, rows: Rows, nodes: Nodes):
    shown = shown_by(values, reads, nodes)

    def effect(direction: int) -> Array:
        """How much each row moves per unit of one kind of deviation of a trial."""

        def moved(size):
            shifts = [0.0, 0.0]
            shifts[direction] = size
            return rows.combine @ shown_by(values, reads, nodes, *shifts).value

        return jax.jvp(moved, (0.0,), (1.0,))[1]

    by_logit, by_drug = effect(0), effect(1)
    context, drug, time = (values[name] for name in ("trial_context", "trial_drug", "trial_time"))
    moved_together = jnp.outer(by_logit, by_logit)
    covariance = rows.same_trial * (context**2 * moved_together + drug**2 * jnp.outer(by_drug, by_drug))
    covariance = covariance + rows.same_time * time**2 * moved_together
    covariance = covariance + rows.combine @ shown.covariance @ rows.combine.T + jnp.diag(rows.rounding**2)
    spread = jnp.abs(rows.combine) @ shown.spread
    return rows.combine @ shown.value, covariance, spread


def shown_by(values: dict, reads: Reads, nodes: Nodes, context_shift: Array = 0.0, drug_shift: Array = 0.0) -> Shown:
    """What each arm shows at each time when its trial deviates by these shifts (logits).

    Given a node, people's ratings at different times are independent; so scores and rates of one arm share its people
    through the nodes, whatever their kind.
    """
    score = node_scores(values, reads, nodes, context_shift, drug_shift)  # (node, read)
    w = jnp.asarray(nodes.weights)
    rate = _response(score, reads)
    shown = jnp.where(reads.is_response, rate, score - reads.baseline)
    value = w @ shown
    centred = shown - value[None, :]
    people = (centred * w[:, None]).T @ centred
    of_one = jnp.where(reads.is_response, w @ (rate * (1.0 - rate)) + RATE_VARIANCE_FLOOR, 2.0 * RATING_NOISE_POINTS**2)
    per_root_n = 1.0 / np.sqrt(reads.n)
    covariance = (reads.same_arm * people + jnp.diag(of_one)) * np.outer(per_root_n, per_root_n)
    spread = jnp.sqrt(jnp.diag(people) + of_one)
    return Shown(value + jnp.where(reads.is_mean, reads.baseline, 0.0), covariance, spread)


def node_scores(values: dict, reads: Reads, nodes: Nodes, context_shift: Array, drug_shift: Array) -> Array:
    """Severity as each rating recalls it, for each node of the traits: shape (node, read)."""
    looks_h = jnp.asarray(reads.looks_h)
    by_draw = {name: jnp.asarray(value)[None] for name, value in values.items()}
    traits = traits_of(by_draw, nodes.sensitivity_z[None, :], nodes.responsiveness_z[None, :])
    drug = drug_at_looks(values, reads)
    drug = drug + drug_shift * drug_shift_share(drug)
    lift = traits.sensitivity[0][:, None, None] * drug
    lift = lift + traits.responsiveness[0][:, None, None] * context_at_looks(values, reads)
    # A person's fluctuation of the first day fades, so the expected level moves to the person's usual one.
    fading = jnp.exp(-looks_h / (HOURS_PER_DAY * FLUCTUATION_DAYS))
    per_logit = reads.base * (MADRS.maximum - reads.base) / MADRS.maximum
    share = jnp.minimum((values["fluctuation_logit"] * per_logit) ** 2 / reads.before_variance, 0.9)
    passing = share * reads.usual_gap / per_logit
    drift = values["fluctuation_logit"] * jnp.sqrt(jnp.maximum(2.0 * (1.0 - fading), 1e-12))
    lift = lift + (passing[:, None] * (1.0 - fading))[None] + drift[None] * nodes.fluctuation_z[:, None, None]
    levels = severity(reads.base[:, None], lift + context_shift, MADRS.maximum)
    return jnp.sum(levels * reads.weights, axis=-1)


def drug_at_looks(values: dict, reads: Reads) -> Array:
    """Lift from the drug for sensitivity 1, shape (read, look)."""
    sittings = reads.sittings
    engaged = engagement(
        sittings.s_ng_per_ml,
        sittings.r_ng_per_ml,
        ec50_ng_per_ml=values["ec50_ng_per_ml"],
        hill=values["hill"],
        s_over_r=values["s_over_r"],
    )
    left = kernel_at(kernel_of(values), jnp.asarray(sittings.lag_h))
    lift = jnp.zeros(reads.looks_h.size).at[sittings.look].add(engaged[sittings.node] * sittings.weight_h * left)
    potencies = jnp.stack([values[name] for name in POTENCIES] + [jnp.asarray(1.0)])  # -1 picks the last
    return potencies[reads.potency][:, None] * lift.reshape(reads.looks_h.shape)


def context_at_looks(values: dict, reads: Reads) -> Array:
    """Lift from circumstances for responsiveness 1, shape (read, look)."""
    expectancies = jnp.stack([values[f"expectancy_{control.value}"] for control in CONTROLS])
    effect = context_effect_of(values, expectancies[reads.control][:, None])
    flags = (reads.new_antidepressant, reads.inpatient, reads.last_visit_h)
    return context_lift(effect, *(flag[:, None] for flag in flags), jnp.asarray(reads.looks_h))


def _response(score: Array, reads: Reads) -> Array:
    """Probability that the rated score is at most half of the first, (node, read).

    People of a node differ in their first score as the arm does, later scores go with it, and both ratings err.
    """
    true_sd = np.sqrt(np.maximum(reads.baseline_sd**2 - RATING_NOISE_POINTS**2, 1.0))
    slope = score * (MADRS.maximum - score) / (reads.base * (MADRS.maximum - reads.base))
    of_ratings = (1.0 + RESPONSE_FRACTION**2) * RATING_NOISE_POINTS**2
    spread = jnp.sqrt((true_sd * (slope - RESPONSE_FRACTION)) ** 2 + of_ratings)
    return jax.scipy.stats.norm.cdf((RESPONSE_FRACTION * reads.base - score) / spread)
