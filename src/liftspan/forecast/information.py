"""How much the scores have told: how far they moved the forecast, and how many more ratings would."""

from dataclasses import dataclass

import numpy as np

from liftspan.forecast.ahead import Outlook
from liftspan.forecast.latent import levels_of, points_at, wandering
from liftspan.forecast.members import Members
from liftspan.forecast.outcomes import FOUR_WEEKS_D
from liftspan.forecast.person import Known
from liftspan.forecast.plans import context_of, regimen_of
from liftspan.forecast.safety import planned_of
from liftspan.mood.scales import MADRS
from liftspan.units import DAYS_PER_WEEK, HOURS_PER_DAY

WORTH = 0.25  # share of the variance of the population's forecast that scores must explain to be worth mentioning
MOST_RATINGS = 12
FEW_MEMBERS = 60


@dataclass(frozen=True)
class Moved:
    """The forecast four weeks ahead beside that of people with the same first score and sessions."""

    points: float  # mean minus the population's mean
    explained: float  # share of the population's variance that the scores explain, 0..1
    moved: bool
    ratings_needed: int | None  # further weekly ones until they explain WORTH; None = more than MOST_RATINGS


def moved_from_population(known: Known, own: Outlook, population: Outlook) -> Moved:
    """Compare the two crowds under one plan, and count the ratings that would make them differ."""
    at = int(np.argmin(np.abs(own.times_h / HOURS_PER_DAY - known.patient.today_d - FOUR_WEEKS_D)))
    mine, others = own.score[:, at], population.score[:, at]
    points = float(mine.mean() - others.mean())
    explained = float(max(1.0 - mine.var() / others.var(), 0.0))
    moved = explained >= WORTH or abs(points) >= np.sqrt(WORTH) * others.std()
    return Moved(points, explained, bool(moved), 0 if moved else ratings_needed(known))


def ratings_needed(known: Known) -> int | None:
    """Further weekly ratings until the level four weeks after the last of them is known as well as WORTH asks.

    Variances of a normal level do not depend on what the ratings will say, so they need not be simulated.
    """
    patient, members = known.patient, known.population.members
    for count in range(1, MOST_RATINGS + 1):
        ratings_h = HOURS_PER_DAY * (patient.today_d + DAYS_PER_WEEK * np.arange(count))
        at_h = np.unique([*known.seen.times_h, *ratings_h])
        target_h = at_h[-1] + FOUR_WEEKS_D * HOURS_PER_DAY
        if _explained(members, known, at_h, target_h) >= WORTH:
            return count
    return None


def _explained(members: Members, known: Known, ratings_h: np.ndarray, target_h: float) -> float:
    """Share of the variance of the level at the target that ratings explain, the mean over members."""
    patient, scale = known.patient, known.seen.scales[0]
    all_h, planned = np.append(ratings_h, target_h), planned_of(patient)
    levels = levels_of(members, regimen_of(patient, planned), context_of(patient, planned, known.care), all_h)
    loads = levels.loads[:FEW_MEMBERS]
    cover = (loads @ loads.swapaxes(-1, -2)) + wandering(all_h, all_h).of(members)[:FEW_MEMBERS]
    points = points_at(levels.mean[:FEW_MEMBERS, :-1])
    slope = points * (1.0 - points / MADRS.maximum)
    noise = scale.noise_points * MADRS.maximum / scale.maximum
    among = cover[:, :-1, :-1] + np.eye(len(ratings_h)) * ((noise / slope) ** 2)[:, None, :]
    to_target = cover[:, :-1, -1]
    told = np.sum(to_target * np.linalg.solve(among, to_target[..., None])[..., 0], axis=-1)
    return float(np.mean(told / cover[:, -1, -1]))
