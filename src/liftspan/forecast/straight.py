"""Scores read as straight lines: under them everything about a person is one normal distribution.

Given a member, a score is a curve of a normal level, with rounding and an error of rating. The curve is straightened
around the most likely level (Newton steps, all members at once), and people are drawn from what is left by moving
draws of the prior (Matheron's rule). `log_ratio` says how much likelier a person's scores truly are than the lines
have them.

Source: Rasmussen & Williams, Gaussian Processes for Machine Learning (2006), algorithm 3.1; Wilson et al., Pathwise
conditioning of Gaussian processes, JMLR 22 (2021).
"""

from dataclasses import dataclass

import numpy as np

from liftspan.forecast.latent import DEVIATES, levels_of, logit, path_sds, root_of, wandering
from liftspan.forecast.members import Members
from liftspan.forecast.rating import Looks, expected_score, judge, looks_of, read, severity_behind
from liftspan.forecast.scales import RatedScale
from liftspan.mood.context import Context
from liftspan.mood.scales import MADRS
from liftspan.treatment.regimen import Regimen

NEWTON_STEPS = 8  # at most
SETTLED = 0.05  # logits: a straight line is taken where no level moved by more; the weights make up for the rest
FARTHEST_STEP = 2.0  # logits: a score at the end of a scale says little about how far beyond the level lies
LOOSEST = 100.0  # variance in logits of a reading that says nothing
STARTS_WITHIN = (0.025, 0.975)  # share of the scale where the first guess of a level lies


@dataclass(frozen=True)
class Seen:
    """Scores to learn from, ascending in time; arrays of shape (score,)."""

    times_h: np.ndarray  # since the first session
    value: np.ndarray
    recall_h: np.ndarray
    which: np.ndarray  # place in `scales`
    scales: tuple[RatedScale, ...]  # the first reads severity itself, others are off by an unknown of the person

    def __len__(self) -> int:
        return len(self.times_h)

    def at(self, which) -> "Seen":
        """Some of them."""
        return Seen(self.times_h[which], self.value[which], self.recall_h[which], self.which[which], self.scales)

    def of_scales(self, name: str) -> np.ndarray:
        """A number of each score's scale."""
        return np.array([getattr(scale, name) for scale in self.scales])[self.which]

    @property
    def offset_sds(self) -> np.ndarray:
        """Spread between people of each scale beside the first, logits, (scale,)."""
        return np.array([0.0, *(scale.offset_logit for scale in self.scales[1:])])


@dataclass(frozen=True)
class Straight:
    """Each score as a normal reading of a level: what is expected, what it depends on, what was read and how well."""

    mean: np.ndarray  # (member, score)
    loads: np.ndarray  # (member, score, deviate)
    read: np.ndarray  # (member, score)
    variance: np.ndarray  # of the reading, (member, score)
    covariance: np.ndarray  # of the readings, (member, score, score)
    evidence: np.ndarray  # how dense they are in each member, log, (member,)


@dataclass(frozen=True)
class Model:
    """What the scores depend on, before any of them is looked at."""

    members: Members
    seen: Seen
    looks: Looks
    mean: np.ndarray  # of the level at each node, (member, score, node)
    loads: np.ndarray  # (member, score, node, deviate)
    wandering: np.ndarray  # covariance of paths and offsets, (member, score, score)

    def expected(self, deviates: np.ndarray, wandered: np.ndarray) -> np.ndarray:
        """Scores expected of people, (member, person, score)."""
        by_node = (
            deviates @ self.loads[..., node, :].swapaxes(-1, -2) + self.mean[:, None, :, node] + wandered
            for node in range(self.mean.shape[-1])
        )
        return expected_score(by_node, self.looks.weights, self.seen.scales, self.seen.which)


def model_of(members: Members, regimen: Regimen, context: Context, seen: Seen) -> Model:
    """What scores depend on under the sessions given."""
    looks = looks_of(seen.times_h, seen.recall_h)
    levels = levels_of(members, regimen, context, looks.times_h)
    offsets = (seen.offset_sds**2)[seen.which] * (seen.which[:, None] == seen.which)
    together = wandering(seen.times_h, seen.times_h).of(members) + offsets
    return Model(members, seen, looks, levels.mean[:, looks.place], levels.loads[:, looks.place], together)


def straighten(model: Model) -> Straight:
    """Newton steps from a first guess that reads each score as it stands."""
    seen, noise, maximum = model.seen, model.seen.of_scales("noise_points"), model.seen.of_scales("maximum")
    if not len(seen):
        return _nothing_seen(model)
    behind = severity_behind(seen.value, seen.scales, seen.which) / MADRS.maximum
    guess = logit(MADRS.maximum * np.clip(behind, *STARTS_WITHIN))
    level = np.broadcast_to(guess[:, None], model.mean.shape)
    for _ in range(NEWTON_STEPS):
        reading = read(level, model.looks.weights, seen.scales, seen.which)
        judged = judge(seen.value, reading.expected, noise, maximum)
        begun, step = level, np.clip(judged.pull / (judged.firmness * reading.slope), -FARTHEST_STEP, FARTHEST_STEP)
        mean, loads = (
            (reading.shares * model.mean).sum(axis=-1),
            (reading.shares[..., None, :] @ model.loads)[..., 0, :],
        )
        missed = (reading.shares * level).sum(axis=-1) + step - mean
        variance = np.minimum(1.0 / (judged.firmness * reading.slope**2), LOOSEST)
        covariance = _covariance(loads, model.wandering, variance)
        pull = np.linalg.solve(covariance, missed[..., None])
        deviates = (loads.swapaxes(-1, -2) @ pull)[..., 0]
        paths = (model.wandering @ pull)[..., 0]
        level = model.mean + (model.loads @ deviates[:, None, :, None])[..., 0] + paths[..., None]
        if np.max(abs(level - begun)) < SETTLED:
            break
    root = np.linalg.cholesky(covariance).diagonal(axis1=-2, axis2=-1)
    off = np.sum(missed * pull[..., 0], axis=-1) + len(seen) * np.log(2.0 * np.pi)
    return Straight(mean, loads, mean + missed, variance, covariance, -0.5 * off - np.log(root).sum(axis=-1))


def _covariance(loads: np.ndarray, wandered: np.ndarray, variance: np.ndarray) -> np.ndarray:
    """Of the readings, (member, score, score)."""
    places = np.arange(loads.shape[1])
    found = loads @ loads.swapaxes(-1, -2) + wandered
    found[:, places, places] += variance
    return found


def _nothing_seen(model: Model) -> Straight:
    count = len(model.members)
    none = np.zeros((count, 0))
    return Straight(none, np.zeros((count, 0, len(DEVIATES))), none, none, model.wandering, np.zeros(count))


@dataclass(frozen=True)
class Drawn:
    """People at the scores; arrays of shape (member, person, ...)."""

    deviates: np.ndarray  # of traits and clinic, (..., deviate)
    offsets: np.ndarray  # of each scale, logits, (..., scale)
    moments: np.ndarray  # what belongs to one moment only, (..., moment)
    wandered: np.ndarray  # paths, moments and offsets together, (..., score)
    pull: np.ndarray  # what moved the prior's people, (..., score)


@dataclass(frozen=True)
class Proposal:
    """Standard normal numbers made into people under the straight lines."""

    model: Model
    straight: Straight
    moments_h: np.ndarray  # of the scores, without doubles
    at: np.ndarray  # which of them each score has, (score,)
    roots: tuple[np.ndarray, np.ndarray]  # of fluctuation and illness there

    @property
    def sizes(self) -> tuple[int, ...]:
        """Normal numbers that a person is made of: deviates, offsets, fluctuation, illness, moments, errors."""
        moments = len(self.moments_h)
        return (len(DEVIATES), len(self.model.seen.scales), moments, moments, moments, len(self.model.seen))

    def parts(self, z: np.ndarray) -> list[np.ndarray]:
        """The numbers of each part, views of (member, person, number)."""
        return np.split(z, np.cumsum(self.sizes)[:-1], axis=-1)

    def before(self, z: np.ndarray) -> Drawn:
        """People of the population, who know of no score."""
        members, seen = self.model.members, self.model.seen
        deviates, offsets_z, fluctuation_z, illness_z, moments_z, _ = self.parts(z)
        fluctuation, illness, moment = (sd[:, None, None] for sd in path_sds(members))
        paths = fluctuation * (fluctuation_z @ self.roots[0].T)
        paths += illness * (illness_z @ self.roots[1].T)
        moments, offsets = moment * moments_z, offsets_z * seen.offset_sds
        wandered = np.take(paths + moments, self.at, -1) + np.take(offsets, seen.which, -1)
        return Drawn(deviates, offsets, moments, wandered, np.zeros_like(wandered))

    def people(self, prior: Drawn, z: np.ndarray) -> Drawn:
        """People under the straight lines, made from those before any score (`before(z)`)."""
        model, straight, errors_z = self.model, self.straight, self.parts(z)[-1]
        missed = straight.read[:, None] - prior.deviates @ straight.loads.swapaxes(-1, -2)
        missed -= straight.mean[:, None] + np.sqrt(straight.variance)[:, None] * errors_z + prior.wandered
        pull = np.linalg.solve(straight.covariance, missed.swapaxes(-1, -2)).swapaxes(-1, -2)
        by_scale = np.eye(len(model.seen.scales))[model.seen.which] * model.seen.offset_sds**2
        by_moment = np.eye(len(self.moments_h))[self.at]
        return Drawn(
            deviates=prior.deviates + pull @ straight.loads,
            offsets=prior.offsets + pull @ by_scale,
            moments=prior.moments + path_sds(model.members)[2][:, None, None] ** 2 * (pull @ by_moment),
            wandered=prior.wandered + pull @ model.wandering,
            pull=pull,
        )

    def log_ratio(self, drawn: Drawn) -> np.ndarray:
        """True likelihood of people's scores beside that of the straight lines, (member, person)."""
        seen, straight = self.model.seen, self.straight
        expected = self.model.expected(drawn.deviates, drawn.wandered)
        true = judge(seen.value, expected, seen.of_scales("noise_points"), seen.of_scales("maximum"))
        at = straight.mean[:, None] + drawn.deviates @ straight.loads.swapaxes(-1, -2) + drawn.wandered
        off = (straight.read[:, None] - at) ** 2 / straight.variance[:, None]
        as_straight = -0.5 * (off + np.log(2.0 * np.pi * straight.variance)[:, None])
        return (true.log_likelihood - as_straight).sum(axis=-1)


def proposal_of(model: Model) -> Proposal:
    """Straighten the scores of a model."""
    moments_h, at = np.unique(model.seen.times_h, return_inverse=True)
    cover = wandering(moments_h, moments_h)
    roots = (root_of(cover.fluctuation), root_of(cover.illness))
    return Proposal(model, straighten(model), moments_h, at, roots)
