"""What lies ahead of the people who would have written the scores, under any plan of sessions.

The same people meet every plan: their traits, their clinic, their illness and the raters' luck do not change with
it, so that a difference between two plans is the plans' own.
"""

from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from liftspan.forecast.condition import Learned
from liftspan.forecast.latent import Levels, levels_of, points_at
from liftspan.forecast.members import Members
from liftspan.forecast.rating import Looks, expected_score, looks_of, written
from liftspan.forecast.scales import RatedScale
from liftspan.forecast.weights import drawn_by
from liftspan.mood.context import Context
from liftspan.mood.severity import RECALL_AT_MOST_H
from liftspan.treatment.regimen import Regimen


@dataclass(frozen=True)
class Crowd:
    """People of equal weight, in the order of the members that they belong to."""

    members: Members
    who: np.ndarray  # place of the member, (person,)
    deviates: np.ndarray  # (person, deviate)
    offsets: np.ndarray  # (person, scale)
    times_h: np.ndarray
    paths: np.ndarray  # (person, time)
    moments: np.ndarray
    error_z: np.ndarray  # of the ratings ahead, (person, time)

    def __len__(self) -> int:
        return len(self.who)

    def some(self, count: int) -> "Crowd":
        """About so many, at equal steps: since people stand by member, each member keeps its weight."""
        step = max(len(self) // count, 1)
        parts = ("who", "deviates", "offsets", "paths", "moments", "error_z")
        return replace(self, **{name: getattr(self, name)[::step] for name in parts})


@dataclass(frozen=True)
class Outlook:
    """A crowd under one plan: shape (person, time)."""

    times_h: np.ndarray
    severity: np.ndarray  # MADRS points at that moment, without what a rating adds
    score: np.ndarray  # as it would be written down on the scale asked for


def crowd_of(learned: Learned, count: int, seed: int) -> Crowd:
    """`count` people in proportion to their weights, by systematic resampling."""
    rng = np.random.Generator(np.random.Philox(key=[seed, 1]))
    who, person = np.unravel_index(drawn_by(learned.weights, count, rng), learned.weights.shape)
    parts = (learned.deviates, learned.offsets, learned.paths, learned.moments)
    deviates, offsets, paths, moments = (part[who, person] for part in parts)
    error_z = rng.standard_normal((count, len(learned.times_h)))
    return Crowd(learned.members, who, deviates, offsets, learned.times_h, paths, moments, error_z)


def look_ahead(
    crowd: Crowd, regimen: Regimen, context: Context, scale: RatedScale, recall_h: float = RECALL_AT_MOST_H
) -> Outlook:
    """Severity and scores of a crowd at its times.

    Args:
        regimen: sessions given and still to come.
        scale: that of the scores, the first of those that were seen.
        recall_h: how far back ratings look at most; 0 reads the moment, in a third of the time.
    """
    looks = looks_of(crowd.times_h, recall_h) if recall_h else _moments(crowd.times_h)
    levels = levels_of(crowd.members, regimen, context, looks.times_h)
    level = _levels_of_each(crowd, levels)
    wandered = crowd.paths + crowd.moments + crowd.offsets[:, [0]]
    by_node = (level[:, places] + wandered for places in looks.place.T)
    expected = expected_score(by_node, looks.weights, (scale,), np.zeros(len(crowd.times_h), dtype=int))
    # The last node of a window lies within three hours of its end.
    severity = points_at(level[:, looks.place[:, -1]] + crowd.paths)
    return Outlook(crowd.times_h, severity, written(expected, crowd.error_z, scale))


def _levels_of_each(crowd: Crowd, levels: Levels) -> np.ndarray:
    """Levels of people without the wandering paths, (person, time): one product for the people of each member."""
    found = np.empty((len(crowd), levels.mean.shape[1]))
    begins = np.flatnonzero(np.diff(crowd.who, prepend=-1)).tolist()
    for begin, end in pairwise([*begins, len(crowd)]):
        member = crowd.who[begin]
        np.matmul(crowd.deviates[begin:end], levels.loads[member].T, out=found[begin:end])
        found[begin:end] += levels.mean[member]
    return found


def _moments(times_h: np.ndarray) -> Looks:
    return Looks(times_h, np.arange(len(times_h))[:, None], np.ones((len(times_h), 1)))
