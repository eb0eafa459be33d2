"""How long until response, and how long it lasts: spans of time that may outlast what was watched."""

from dataclasses import dataclass

import numpy as np

from liftspan.mood.scales import RESPONSE_FRACTION
from liftspan.simulate import Course
from liftspan.units import HOURS_PER_DAY

QUANTILES = (0.05, 0.5, 0.95)


@dataclass(frozen=True)
class Spans:
    """Quantiles of a span over people, days; None = later than what was watched."""

    mean: float | None  # within the horizon: longer ones count as the horizon
    median: float | None
    low: float | None
    high: float | None
    unfinished: float  # share that had not ended (or begun) when the watching ended
    definition: str


def in_response(course: Course) -> np.ndarray:
    """Whether the score written down is at most half of the first one, shape (draw, person, time)."""
    return course.score <= RESPONSE_FRACTION * course.observed_baseline[..., None]


def time_to_response_d(course: Course, horizon_h: float) -> Spans:
    """Days until the first visit with a score of at most half of the first one, over all people of all draws."""
    responded = in_response(course)
    ever = responded.any(axis=-1)
    first_h = np.where(ever, course.times_h[np.argmax(responded, axis=-1)], np.inf).ravel()
    low, median, high = np.quantile(first_h, QUANTILES, method="inverted_cdf") / HOURS_PER_DAY
    return Spans(
        mean=float(np.minimum(first_h, horizon_h).mean() / HOURS_PER_DAY),
        median=_finite(median),
        low=_finite(low),
        high=_finite(high),
        unfinished=float(1.0 - ever.mean()),
        definition=(
            "days from the first session to the first visit with a score at most half of the first, over all people; "
            f"the mean counts people without response as {horizon_h / HOURS_PER_DAY:g} days"
        ),
    )


def duration_of_response_d(course: Course) -> Spans:
    """Days from the first response until the score is above half of the first at two visits in a row.

    No session is added after the plan's last. People still in response at the horizon are censored there: quantiles
    are Kaplan-Meier's.
    """
    responded = in_response(course)
    ever = responded.any(axis=-1)
    begin = np.argmax(responded, axis=-1)
    above = ~responded
    twice = above[..., :-1] & above[..., 1:]
    after = np.arange(twice.shape[-1]) > begin[..., None]
    lost = twice & after
    ended = lost.any(axis=-1)
    end = np.where(ended, np.argmax(lost, axis=-1), len(course.times_h) - 1)
    days = ((course.times_h[end] - course.times_h[begin]) / HOURS_PER_DAY)[ever]
    finished = ended[ever]
    return Spans(
        *_kaplan_meier(days, finished),
        unfinished=float(1.0 - finished.mean()) if len(finished) else 1.0,
        definition=(
            "days from first response until the score is above half of the first at two visits in a row, without "
            "further sessions after the plan's last; those still in response at the horizon are censored"
        ),
    )


def _kaplan_meier(days: np.ndarray, finished: np.ndarray) -> tuple[float | None, ...]:
    """Restricted mean, median, and the times by which 5 % and 95 % have lost response; None = not reached.

    Source: Kaplan & Meier, J Am Stat Assoc 53 (1958) 457-481.
    """
    if not len(days):
        return None, None, None, None
    times, where = np.unique(days, return_inverse=True)
    events = np.bincount(where, weights=finished, minlength=len(times))
    at_risk = len(days) - np.concatenate([[0], np.cumsum(np.bincount(where))[:-1]])
    holding = np.cumprod(1.0 - events / at_risk)
    steps = np.diff(np.concatenate([[0.0], times]))
    mean = float(np.sum(steps * np.concatenate([[1.0], holding[:-1]])))

    def reached(share_lost: float) -> float | None:
        past = np.flatnonzero(holding <= 1.0 - share_lost)
        return float(times[past[0]]) if len(past) else None

    return mean, reached(0.5), reached(0.05), reached(0.95)


def _finite(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
