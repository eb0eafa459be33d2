"""From named parameter values to the records that brain and mood take, and the lift of one arm.

`values` maps each name of `parameters.MOOD_TABLE` to an array of shape (draw,), or to a scalar inside the fit.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import log

from liftspan.arrays import Array, array_namespace
from liftspan.brain.engagement import Episode, engagement
from liftspan.brain.plasticity import Kernel, kernel_table
from liftspan.mood.context import Context, ContextEffect, context_lift
from liftspan.parameters import INSTABILITY_DAYS, TRIAL_EARLY_FADE_H, Prior
from liftspan.treatment.drug import Drug
from liftspan.treatment.route import Route
from liftspan.units import HOURS_PER_DAY

# Potency beside exposure, by drug and route; racemic ketamine IV is the unit.
POTENCY = {
    (Drug.KETAMINE, Route.IV): None,
    (Drug.ESKETAMINE, Route.NASAL): "potency_esketamine_nasal",
    (Drug.ESKETAMINE, Route.IV): "potency_esketamine_iv",
    (Drug.ARKETAMINE, Route.IV): "potency_arketamine_iv",
    (Drug.KETAMINE, Route.NASAL): "potency_ketamine_nasal",
    (Drug.KETAMINE, Route.ORAL): "potency_ketamine_oral",
    (Drug.KETAMINE, Route.ORAL_EXTENDED): "potency_ketamine_oral_extended",
    (Drug.KETAMINE, Route.IM): "potency_ketamine_im",
    (Drug.KETAMINE, Route.SC): "potency_ketamine_sc",
    (Drug.KETAMINE, Route.SUBLINGUAL): "potency_ketamine_sublingual",
}


# Lift at which half of a trial's deviation of drug effect shows (assumption; 0.3 explained the rows as well).
DRUG_SHIFT_HALF_LOGIT = 0.1


@dataclass(frozen=True)
class Traits:
    """How strongly people answer; shape (draw, person)."""

    sensitivity: Array  # to the drug, mean 1
    responsiveness: Array  # to context, mean 1


def to_natural(scale: str, transformed: Array) -> Array:
    """A parameter from the scale on which its prior is normal: "log", "logit" or "correlation"."""
    xp = array_namespace(transformed)
    if scale == "log":
        return xp.exp(transformed)
    return 1.0 / (1.0 + xp.exp(-transformed)) if scale == "logit" else xp.tanh(transformed)


def prior_centre(prior: Prior) -> float:
    """Centre of a prior on the scale on which it is normal."""
    if prior.scale == "log":
        return log(prior.centre)
    if prior.scale == "logit":
        return log(prior.centre / (1.0 - prior.centre))
    return 0.5 * log((1.0 + prior.centre) / (1.0 - prior.centre))


def kernel_of(values: Mapping[str, Array]) -> Kernel:
    """The plasticity kernel of these values."""
    return Kernel(*(values[name] for name in Kernel.__dataclass_fields__))


def context_effect_of(values: Mapping[str, Array], expectancy: Array) -> ContextEffect:
    """The context effects of these values, with the expectancy of the control at hand."""
    names = [name for name in ContextEffect.__dataclass_fields__ if name != "expectancy"]
    return ContextEffect(expectancy, **{name: values[name] for name in names})


def drug_lift(
    episode: Episode, levels: tuple[Array, Array], values: Mapping[str, Array], times_h: Array, potency: Array
) -> Array:
    """Lift from one kind of sitting, all its occurrences, for sensitivity 1: shape (draw, person, time).

    Args:
        levels: effect-site S- and R-ketamine at the nodes, ng/mL, each of shape (person, node).
        potency: shape (draw,) or a scalar.
    """
    xp = array_namespace(values["ec50_ng_per_ml"])

    def spread(name: str) -> Array:
        return xp.asarray(values[name])[..., None, None]

    engaged = engagement(
        *levels, ec50_ng_per_ml=spread("ec50_ng_per_ml"), hill=spread("hill"), s_over_r=spread("s_over_r")
    )
    return (engaged @ kernel_table(episode, kernel_of(values), times_h)) * xp.asarray(potency)[..., None, None]


def lift_from_context(context: Context, values: Mapping[str, Array], times_h: Array) -> Array:
    """Lift from circumstances for responsiveness 1: shape (draw, time)."""
    by_draw = {name: value[..., None] for name, value in values.items()}
    effect = context_effect_of(by_draw, by_draw[f"expectancy_{context.control.value}"])
    return context_lift(effect, context.new_antidepressant, context.inpatient, context.last_visit_h, times_h)


def drug_shift_share(drug: Array) -> Array:
    """How much of a trial's own deviation of drug effect shows where the typical lift from the drug is `drug`.

    All of it while the drug acts, none without drug: a trial of a weak dose deviates as much as one of a strong dose.
    (In proportion to the effect instead, the same rows were explained worse by 3.8 in log density.)
    """
    return drug / (drug + DRUG_SHIFT_HALF_LOGIT)


def first_days(times_h: Array) -> Array:
    """How much of a trial's deviation of its first days is left at each time, 0..1."""
    xp = array_namespace(times_h)
    return xp.exp(-times_h / TRIAL_EARLY_FADE_H)


def illness_variance(times_h: Array) -> Array:
    """Variance of the slow course of illness at each time, as a share of the one it settles at.

    White noise through two equal stages, at rest at time 0. With u = t / time constant, the response of the second to
    an impulse is u exp(-u); its square, integrated to u and divided by the integral to infinity (1/4), is this.
    """
    xp = array_namespace(times_h)
    steps = xp.maximum(times_h, 0.0) / (HOURS_PER_DAY * INSTABILITY_DAYS)
    return 1.0 - xp.exp(-2.0 * steps) * (1.0 + 2.0 * steps + 2.0 * steps * steps)


def older_share(share: Array, older: Array) -> Array:
    """Factor on all lift in people of 65 and over; `older` is 1 for them, else 0. One trial tells (TRANSFORM-3)."""
    return 1.0 + older * (share - 1.0)


def traits_of(values: Mapping[str, Array], sensitivity_z: Array, responsiveness_z: Array) -> Traits:
    """Normal traits with mean 1, correlated; deviates of shape (draw, person), values of shape (draw,).

    Normal, not log-normal: published arms respond more often than a long right tail allows for their mean change
    (TRANSFORM-2: mean -21 with 69 % response), and some people get worse.
    """
    xp = array_namespace(values["trait_correlation"], sensitivity_z)
    rho = xp.asarray(values["trait_correlation"])[..., None]
    mixed_z = rho * sensitivity_z + xp.sqrt(1.0 - rho * rho) * responsiveness_z
    return Traits(
        1.0 + xp.asarray(values["sensitivity_spread"])[..., None] * sensitivity_z,
        1.0 + xp.asarray(values["responsiveness_spread"])[..., None] * mixed_z,
    )
