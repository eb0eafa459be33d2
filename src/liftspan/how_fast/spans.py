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


@dataclass(frozen=True)
class Responses:
    """Each person's first response and its loss, as places in the visits of a course; shape (draw, person).

    A response counts when the next visit shows it as well: among many looks one low rating is mostly luck.
    """

    ever: np.ndarray  # whether there was a response at two visits in a row
    begin: np.ndarray  # the first of the first two such visits; 0 where there were none
    lost: np.ndarray  # whether it was lost: above half of the first score at two visits in a row
    end: np.ndarray  # the first of those two visits; the last visit where it was not lost


def responses_of(course: Course) -> Responses:
    """First response and its loss at the visits of a course."""
    responded = in_response(course)
    confirmed = responded[..., :-1] & responded[..., 1:]
    ever = confirmed.any(axis=-1)
    begin = np.argmax(confirmed, axis=-1)
    above = ~responded
    twice = above[..., :-1] & above[..., 1:]
    after = np.arange(twice.shape[-1]) > begin[..., None]
    losing = twice & after
    lost = losing.any(axis=-1) & ever
    return Responses(ever, begin, lost, np.where(lost, np.argmax(losing, axis=-1), len(course.times_h) - 1))


@dataclass(frozen=True)
class ResponseCounts:
    """People counted by their visits of response: counts of groups add up to those of all."""

    visits_h: np.ndarray  # (visit,)
    first: np.ndarray  # by visit of first response, and last those without any, (visit + 1,)
    spells: np.ndarray  # by visit of first response, visit of its end, and whether it was lost, (visit, visit, 2)

    def __add__(self, other: "ResponseCounts") -> "ResponseCounts":
        return ResponseCounts(self.visits_h, self.first + other.first, self.spells + other.spells)


def count_responses(responses: Responses, visits_h: np.ndarray) -> ResponseCounts:
    """Count people of all draws by visits."""
    ever, visits = responses.ever.ravel(), len(visits_h)
    begin, end, lost = (part.ravel()[ever] for part in (responses.begin, responses.end, responses.lost))
    first = np.append(np.bincount(begin, minlength=visits), np.sum(~ever))
    spells = np.bincount((begin * visits + end) * 2 + lost, minlength=2 * visits * visits)
    return ResponseCounts(visits_h, first, spells.reshape(visits, visits, 2))


def time_to_response_d(course: Course, horizon_h: float) -> Spans:
    """Days until the first of two visits in a row in response, over all people of all draws."""
    return counted_time_to_response_d(count_responses(responses_of(course), course.times_h), horizon_h)


def counted_time_to_response_d(counts: ResponseCounts, horizon_h: float) -> Spans:
    """The same from people counted by visits."""
    people = counts.first.sum()
    reached_h = np.append(counts.visits_h, np.inf)
    passed = np.cumsum(counts.first)
    low, median, high = (reached_h[np.searchsorted(passed, share * people)] / HOURS_PER_DAY for share in QUANTILES)
    return Spans(
        mean=float(counts.first @ np.minimum(reached_h, horizon_h) / people / HOURS_PER_DAY),
        median=_finite(median),
        low=_finite(low),
        high=_finite(high),
        unfinished=float(counts.first[-1] / people),
        definition=(
            "days from the first session to the first of two visits in a row with a score at most half of the first, "
            f"over all people; the mean counts people without such a response as {horizon_h / HOURS_PER_DAY:g} days"
        ),
    )


def duration_of_response_d(course: Course) -> Spans:
    """Days from the first response until the score is above half of the first at two visits in a row.

    No session is added after the plan's last. People still in response at the horizon are censored there: quantiles
    are Kaplan-Meier's.
    """
    return counted_duration_of_response_d(count_responses(responses_of(course), course.times_h))


def counted_duration_of_response_d(counts: ResponseCounts) -> Spans:
    """The same from people counted by visits."""
    begin, end, lost = np.nonzero(counts.spells)
    people = counts.spells[begin, end, lost]
    days = (counts.visits_h[end] - counts.visits_h[begin]) / HOURS_PER_DAY
    return Spans(
        *_kaplan_meier(days, lost, people),
        unfinished=float(people[lost == 0].sum() / people.sum()) if len(people) else 1.0,
        definition=(
            "days from first response (the first of two visits in a row with a score at most half of the first) until "
            "the score is above half of the first at two visits in a row, without further sessions after the plan's "
            "last; those still in response at the horizon are censored"
        ),
    )


def _kaplan_meier(days: np.ndarray, lost: np.ndarray, people: np.ndarray) -> tuple[float | None, ...]:
    """Restricted mean, median, and the times by which 5 % and 95 % have lost response; None = not reached.

    Args:
        days, lost, people: how many people each spell and its end, lost (1) or censored (0), stands for.

    Source: Kaplan & Meier, J Am Stat Assoc 53 (1958) 457-481.
    """
    if not len(days):
        return None, None, None, None
    times, where = np.unique(days, return_inverse=True)
    events = np.bincount(where, weights=lost * people, minlength=len(times))
    left = np.bincount(where, weights=people)
    at_risk = people.sum() - np.concatenate([[0], np.cumsum(left)[:-1]])
    holding = np.cumprod(1.0 - events / at_risk)
    steps = np.diff(np.concatenate([[0.0], times]))
    mean = float(np.sum(steps * np.concatenate([[1.0], holding[:-1]])))

    def reached(share_lost: float) -> float | None:
        past = np.flatnonzero(holding <= 1.0 - share_lost)
        return float(times[past[0]]) if len(past) else None

    return mean, reached(0.5), reached(0.05), reached(0.95)


def _finite(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
