"""Response, remission and relapse of people ahead, as they are counted here; each a truth value by person and time."""

from dataclasses import dataclass

import numpy as np

from liftspan.forecast.ahead import Outlook
from liftspan.forecast.scales import RELAPSE_MADRS_AT_LEAST, RatedScale
from liftspan.mood.scales import RESPONSE_FRACTION
from liftspan.units import HOURS_PER_WEEK

# Days from today: daily for four weeks, then twice weekly, and daily in the last week, over which plans are judged; the
# week before today, so that a relapse can end today.
BEFORE_D = tuple(float(day) for day in range(-7, 0))
DAILY_D = tuple(float(day) for day in range(29))
LATER_D = tuple(float(day + extra) for day in range(28, 84, 7) for extra in (3, 7))
LAST_D = tuple(float(day) for day in (78, 79, 81, 82, 83))
GRID_D = (*BEFORE_D, *DAILY_D, *sorted((*LATER_D, *LAST_D)))
FOUR_WEEKS_D, HORIZON_D = DAILY_D[-1], LATER_D[-1]  # where plans are judged; a forecast reaches twelve weeks

JUDGED_OVER_D = 7  # plans: the mean of so many days up to the one named

DEFINITIONS = {
    "response": "the score written down is at most half of the first one",
    "remission": "the score written down is at most the scale's cut-off (MADRS 12)",
    "relapsed": (
        "after a response, severity at or above MADRS 22 (or the first score, where that is lower) at the start and "
        "the end of a week: SUSTAIN-1 counts two ratings of 22 or more, 5 to 15 days apart. Severity is what lies "
        "behind the score, without the error of one rating"
    ),
    "ways to go on": (
        "score, response and remission are means of the seven days up to the one named, so that it does not matter how "
        "many days before it the last session was; relapse is by that day"
    ),
}


@dataclass(frozen=True)
class Course:
    """How far a person had come before today."""

    baseline: float  # first score on the scale of the answer
    baseline_madrs: float
    responded: bool  # at any score so far


@dataclass(frozen=True)
class Outcomes:
    """Truth values, (person, time)."""

    response: np.ndarray
    remission: np.ndarray
    relapsed: np.ndarray  # by then


def outcomes_of(outlook: Outlook, course: Course, scale: RatedScale) -> Outcomes:
    """What counts as response, remission and relapse in each person at each time."""
    well = outlook.severity <= RESPONSE_FRACTION * course.baseline_madrs
    ill = outlook.severity >= min(RELAPSE_MADRS_AT_LEAST, course.baseline_madrs)
    before = np.logical_or.accumulate(well, axis=1) | course.responded
    now, week_ago = pairs_a_week_apart(outlook.times_h)
    relapsed = np.zeros_like(ill)
    relapsed[:, now] = ill[:, now] & ill[:, week_ago] & before[:, week_ago]
    return Outcomes(
        response=outlook.score <= RESPONSE_FRACTION * course.baseline,
        remission=outlook.score <= scale.remission_at_most,
        relapsed=np.logical_or.accumulate(relapsed, axis=1),
    )


def pairs_a_week_apart(times_h: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Places of times that have another one a week before them, and of those."""
    found = np.searchsorted(times_h, times_h - HOURS_PER_WEEK - 1e-6)
    near = np.abs(times_h[found] - (times_h - HOURS_PER_WEEK)) < 1e-3
    return np.flatnonzero(near), found[near]


def quantiles(score: np.ndarray, shares: tuple[float, ...]) -> np.ndarray:
    """`np.quantile(score, shares, axis=0)` by one sort for all of them, which is faster: (share, time)."""
    ascending = np.sort(score.T)
    place = np.array(shares) * (len(score) - 1)
    below = np.minimum(place.astype(int), len(score) - 2)
    low, high = ascending[:, below].T, ascending[:, below + 1].T
    return low + (place - below)[:, None] * (high - low)
