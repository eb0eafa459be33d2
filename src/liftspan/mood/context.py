"""What lifts severity besides the drug: expectancy, contact with care, a new antidepressant, leaving a crisis.

The control arm is half of the problem: on saline in medication-free crossover trials almost nothing changes in a day,
on midazolam half of what ketamine arms show, with a new antidepressant and twice-weekly visits half of severity by
day 28.
"""

from dataclasses import dataclass
from enum import StrEnum

from liftspan.arrays import Array, array_namespace
from liftspan.units import HOURS_PER_WEEK


class Control(StrEnum):
    """How the treatment is blinded: the control that its trial uses, which sets what people expect."""

    SALINE = "saline"
    MIDAZOLAM = "midazolam"
    PLACEBO_SPRAY = "placebo_spray"
    PLACEBO_ORAL = "placebo_oral"
    ANAESTHESIA = "anaesthesia"
    OPEN = "open"  # everyone knows what is given


@dataclass(frozen=True)
class Context:
    """The circumstances of one arm."""

    control: Control
    new_antidepressant: bool
    inpatient: bool
    last_visit_h: float  # since the first session; contact goes on for a week after it


@dataclass(frozen=True)
class ContextEffect:
    """Sizes in logits of severity, times in hours; every field broadcasts with the times."""

    expectancy: Array  # under the control at hand
    expectancy_rise_per_h: Array
    expectancy_fade_per_h: Array
    expectancy_kept: Array  # share of expectancy that does not fade
    contact: Array
    contact_rise_per_h: Array
    antidepressant: Array
    antidepressant_rise_per_h: Array
    crisis: Array
    crisis_rise_per_h: Array


def context_lift(
    effect: ContextEffect, new_antidepressant: Array, inpatient: Array, last_visit_h: Array, times_h: Array
) -> Array:
    """Lift from circumstances, logits, `times_h` after the first session; 0 before it.

    Args:
        new_antidepressant, inpatient: 1 or 0 (or True, False), one for all or one for each time.
        last_visit_h: likewise, hours since the first session.
    """
    xp = array_namespace(times_h, effect.contact)
    since_h = xp.maximum(times_h, 0.0)
    rise = 1.0 - xp.exp(-effect.expectancy_rise_per_h * since_h)
    fading = xp.exp(-effect.expectancy_fade_per_h * since_h)
    kept = effect.expectancy_kept
    expected = effect.expectancy * rise * (kept + (1.0 - kept) * fading)
    until_h = last_visit_h + HOURS_PER_WEEK
    met = _delayed_rise(xp, effect.contact_rise_per_h * xp.minimum(since_h, until_h))
    parted = xp.exp(-effect.contact_rise_per_h * xp.maximum(since_h - until_h, 0.0))
    medicated = (
        new_antidepressant * effect.antidepressant * _delayed_rise(xp, effect.antidepressant_rise_per_h * since_h)
    )
    resolved = inpatient * effect.crisis * (1.0 - xp.exp(-effect.crisis_rise_per_h * since_h))
    return xp.where(times_h > 0.0, expected + effect.contact * met * parted + medicated + resolved, 0.0)


def _delayed_rise(xp, steps: Array) -> Array:
    """Two equal stages in series: nothing on the first day, most of it after a few time constants."""
    return 1.0 - (1.0 + steps) * xp.exp(-steps)
