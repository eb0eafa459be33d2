"""One plan of coming sessions under the same people: what it would bring, and what it costs in sessions and dose."""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from liftspan.forecast.ahead import Crowd, Outlook, look_ahead
from liftspan.forecast.care import Care
from liftspan.forecast.outcomes import JUDGED_OVER_D, Outcomes, outcomes_of
from liftspan.forecast.patient import GivenSession
from liftspan.forecast.person import Known
from liftspan.forecast.plans import amount_mg, context_of, regimen_of, within
from liftspan.units import DAYS_PER_WEEK, HOURS_PER_DAY

HALF_YEAR_D = 26.0 * DAYS_PER_WEEK
ASKED_OF = 2000  # people who meet each plan; the standard error of a share is at most 1.1 points


@dataclass(frozen=True)
class WhatIf:
    """One plan met by some of the crowd."""

    known: Known
    coming: tuple[GivenSession, ...]
    outlook: Outlook
    outcomes: Outcomes

    @cached_property
    def days(self) -> np.ndarray:
        """Days from today, (time,)."""
        return self.outlook.times_h / HOURS_PER_DAY - self.known.patient.today_d

    def at(self, ahead_d: float) -> int:
        """Place of the grid's time nearest to so many days from today."""
        return int(np.argmin(np.abs(self.days - ahead_d)))

    def week_to(self, ahead_d: float) -> list[int]:
        """Places of the seven days up to so many days from today."""
        return [self.at(ahead_d - before) for before in range(JUDGED_OVER_D)]

    def share(self, truth: np.ndarray, ahead_d: float) -> float:
        """Share of people, truth values of (person, time), so many days from today; a straight line between times."""
        return float(np.interp(ahead_d, self.days, truth.mean(axis=0)))

    def mean_score(self, from_d: float, until_d: float) -> float:
        """Mean score over some days from today."""
        days = np.array([from_d, *self.days[(self.days > from_d) & (self.days < until_d)], until_d])
        scores = np.interp(days, self.days, self.outlook.score.mean(axis=0))
        return float(np.trapezoid(scores, days) / (until_d - from_d))


def what_if(
    known: Known,
    coming: tuple[GivenSession, ...],
    people: Crowd | None = None,
    *,
    care: Care | None = None,
    visits: tuple[GivenSession, ...] | None = None,
    until_d: float | None = None,
) -> WhatIf:
    """Let people meet a plan.

    Args:
        people: some of the crowd where None.
        care: in place of that of the answer.
        visits: those that keep contact up where it goes on until the last session; the sessions where None.
        until_d: days from today that are looked at; all of them where None.
    """
    patient, scale = known.patient, known.seen.scales[0]
    crowd = people or known.crowd.some(ASKED_OF)
    if until_d is not None:
        crowd = _up_to(crowd, HOURS_PER_DAY * (patient.today_d + until_d))
    context = context_of(patient, coming if visits is None else visits, known.care if care is None else care)
    acting = within(coming, float(crowd.times_h[-1]) / HOURS_PER_DAY)  # later ones cost time and change nothing
    outlook = look_ahead(crowd, regimen_of(patient, acting), context, scale, recall_h=0.0)
    return WhatIf(known, coming, outlook, outcomes_of(outlook, known.course, scale))


def _up_to(crowd: Crowd, last_h: float) -> Crowd:
    """The same people at times up to one, and the next time after it: what lies between two is read off both."""
    times = slice(int(np.searchsorted(crowd.times_h, last_h - 1e-6)) + 1)
    parts = {name: getattr(crowd, name)[:, times] for name in ("paths", "moments", "error_z")}
    return replace(crowd, times_h=crowd.times_h[times], **parts)


def half_year_of(gap_d: float, like: GivenSession, weight_kg: float) -> tuple[float, float]:
    """Sessions and base, mg, in half a year at this gap."""
    sessions = HALF_YEAR_D / gap_d
    return sessions, sessions * amount_mg(like.doses, weight_kg)
