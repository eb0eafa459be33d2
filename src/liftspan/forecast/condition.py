"""Learn from scores: which people of the population would have written these, and how likely each of them is.

Given a member, a score is a curve of a normal level, with rounding and an error of rating. The curve is straightened
around the most likely level (Newton steps, all members at once). Under the straight line learning is Gaussian algebra;
people are drawn from it by moving draws of the prior (Matheron's rule), and each is weighted by the ratio of the true
likelihood to the straight one. So the weighted people follow the exact posterior, and the effective number of them
says how well.

Source: Rasmussen & Williams, Gaussian Processes for Machine Learning (2006), algorithm 3.1; Wilson et al., Pathwise
conditioning of Gaussian processes, JMLR 22 (2021).
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from liftspan.forecast.latent import DEVIATES, levels_of, logit, path_sds, root_of, wandering
from liftspan.forecast.members import Members
from liftspan.forecast.rating import ROUNDING_VARIANCE, Looks, expected_score, judge, looks_of, read, severity_behind
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


@dataclass(frozen=True)
class Learned:
    """People who would have written the scores."""

    members: Members
    deviates: np.ndarray  # of traits and clinic, (member, person, deviate)
    offsets: np.ndarray  # of each scale, logits, (member, person, scale)
    times_h: np.ndarray  # of the paths
    paths: np.ndarray  # fluctuation and course of illness, logits, (member, person, time)
    moments: np.ndarray  # what belongs to one moment only, likewise
    weights: np.ndarray  # (member, person), sum 1
    p_value: float  # share of people of the population whose scores are stranger than these

    @property
    def effective(self) -> float:
        """How many people of equal weight would say as much."""
        return float(1.0 / np.sum(self.weights**2))


@dataclass(frozen=True)
class _Straight:
    """Each score as a normal reading of a level: what is expected, what it depends on, what was read and how well."""

    mean: np.ndarray  # (member, score)
    loads: np.ndarray  # (member, score, deviate)
    wandering: np.ndarray  # covariance of paths and offsets, (member, score, score)
    read: np.ndarray  # (member, score)
    variance: np.ndarray  # of the reading, (member, score)

    @property
    def covariance(self) -> np.ndarray:
        """Of the readings, (member, score, score)."""
        places = np.arange(self.mean.shape[1])
        found = self.loads @ self.loads.swapaxes(-1, -2) + self.wandering
        found[:, places, places] += self.variance
        return found


@dataclass(frozen=True)
class _Model:
    """What the scores depend on, before any of them is looked at."""

    members: Members
    seen: Seen
    looks: Looks
    mean: np.ndarray  # of the level at each node, (member, score, node)
    loads: np.ndarray  # (member, score, node, deviate)
    wandering: np.ndarray  # (member, score, score)


def learn(
    members: Members, regimen: Regimen, context: Context, seen: Seen, times_h: np.ndarray, people: int, seed: int
) -> Learned:
    """`people` of each member, weighted by the scores, with their paths at `times_h`.

    Args:
        regimen, context: what was given until the last score, and the circumstances.
        seen: may be empty: then these are people of the population.
        times_h: hours since the first session, ascending; those of the scores come on top.
    """
    model = _model_of(members, regimen, context, seen)
    straight = _straighten(model) if len(seen) else _nothing_seen(model)
    # Times asked for stand first, so that they meet the same normal numbers however many scores were seen.
    all_h = np.concatenate([times_h, np.setdiff1d(seen.times_h, times_h)])
    order = np.argsort(all_h)
    count, at_scores = len(members), order[np.searchsorted(all_h, seen.times_h, sorter=order)]
    z = _normals(seed, count, people, len(times_h), len(all_h) - len(times_h), len(seen), len(seen.scales))
    offset_sds = np.array([0.0, *(scale.offset_logit for scale in seen.scales[1:])])
    offsets = z.offsets * offset_sds
    paths, moments = _prior_paths(members, all_h, z)
    wandered = np.take(paths, at_scores, -1) + np.take(moments, at_scores, -1) + np.take(offsets, seen.which, -1)
    some = slice(None, None, 2)  # of the people: enough to tell one in a thousand
    p_value = _share_stranger(model, *(one[:, some] for one in (z.deviates, wandered, z.errors)))
    missed = straight.read[:, None] - z.deviates @ straight.loads.swapaxes(-1, -2)
    missed -= straight.mean[:, None] + np.sqrt(straight.variance)[:, None] * z.errors + wandered
    pull, evidence = _pulled(straight, missed)
    deviates = z.deviates + pull @ straight.loads
    offsets = offsets + pull @ (np.eye(len(seen.scales))[seen.which] * offset_sds**2)
    paths += wandering(all_h, seen.times_h).moved(members, pull)
    moments[..., at_scores] += path_sds(members)[2][:, None, None] ** 2 * (pull @ _same(seen.times_h))
    wandered = np.take(paths, at_scores, -1) + np.take(moments, at_scores, -1) + np.take(offsets, seen.which, -1)
    weights = _weights(model, straight, evidence, deviates, wandered)
    asked = slice(len(times_h))
    return Learned(members, deviates, offsets, times_h, paths[..., asked], moments[..., asked], weights, p_value)


def _same(times_h: np.ndarray) -> np.ndarray:
    """1 where two scores share a moment."""
    return (times_h[:, None] == times_h).astype(float)


def _model_of(members: Members, regimen: Regimen, context: Context, seen: Seen) -> _Model:
    looks = looks_of(seen.times_h, seen.recall_h)
    levels = levels_of(members, regimen, context, looks.times_h)
    offsets = np.array([0.0, *(scale.offset_logit**2 for scale in seen.scales[1:])])[seen.which]
    together = wandering(seen.times_h, seen.times_h).of(members) + offsets * (seen.which[:, None] == seen.which)
    return _Model(members, seen, looks, levels.mean[:, looks.place], levels.loads[:, looks.place], together)


def _straighten(model: _Model) -> _Straight:
    """Newton steps from a first guess that reads each score as it stands."""
    seen, noise, maximum = model.seen, model.seen.of_scales("noise_points"), model.seen.of_scales("maximum")
    behind = severity_behind(seen.value, seen.scales, seen.which) / MADRS.maximum
    guess = logit(MADRS.maximum * np.clip(behind, *STARTS_WITHIN))
    level = np.broadcast_to(guess[:, None], model.mean.shape)
    for _ in range(NEWTON_STEPS):
        reading = read(level, model.looks.weights, seen.scales, seen.which)
        judged = judge(seen.value, reading.expected, noise, maximum)
        begun = level
        step = np.clip(judged.pull / (judged.firmness * reading.slope), -FARTHEST_STEP, FARTHEST_STEP)
        straight = _Straight(
            mean=(reading.shares * model.mean).sum(axis=-1),
            loads=(reading.shares[..., None, :] @ model.loads)[..., 0, :],
            wandering=model.wandering,
            read=(reading.shares * level).sum(axis=-1) + step,
            variance=np.minimum(1.0 / (judged.firmness * reading.slope**2), LOOSEST),
        )
        pull = np.linalg.solve(straight.covariance, (straight.read - straight.mean)[..., None])
        deviates = (straight.loads.swapaxes(-1, -2) @ pull)[..., 0]
        paths = (straight.wandering @ pull)[..., 0]
        level = model.mean + (model.loads @ deviates[:, None, :, None])[..., 0] + paths[..., None]
        if np.max(abs(level - begun)) < SETTLED:
            break
    return straight


def _nothing_seen(model: _Model) -> _Straight:
    none = np.zeros((len(model.members), 0))
    return _Straight(none, np.zeros((*none.shape, len(DEVIATES))), model.wandering, none, none)


def _pulled(straight: _Straight, missed: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Readings that people missed, (member, person, score), solved for what pulls them there; and how dense the

    readings are in each member, log, (member,).
    """
    covariance, usual = straight.covariance, straight.read - straight.mean
    together = np.concatenate([missed, usual[:, None]], axis=1).swapaxes(-1, -2)
    solved = np.linalg.solve(covariance, together).swapaxes(-1, -2)
    strangeness = np.sum(usual * solved[:, -1], axis=-1)
    root = np.linalg.cholesky(covariance).diagonal(axis1=-2, axis2=-1)
    log_size = 2.0 * np.log(root).sum(axis=-1) + usual.shape[-1] * np.log(2.0 * np.pi)
    return solved[:, :-1], -0.5 * (strangeness + log_size)


def _expected(model: _Model, deviates: np.ndarray, wandered: np.ndarray) -> np.ndarray:
    """Scores expected of people, (member, person, score)."""
    by_node = (
        deviates @ model.loads[..., node, :].swapaxes(-1, -2) + model.mean[:, None, :, node] + wandered
        for node in range(model.mean.shape[-1])
    )
    return expected_score(by_node, model.looks.weights, model.seen.scales, model.seen.which)


def _share_stranger(model: _Model, deviates: np.ndarray, wandered: np.ndarray, error_z: np.ndarray) -> float:
    """Share of people of the population whose own scores at these times lie farther out than the ones seen.

    Far is the Mahalanobis distance from the mean of their scores, so that the ends of the scale need no care.
    """
    seen, noise, maximum = model.seen, model.seen.of_scales("noise_points"), model.seen.of_scales("maximum")
    if not len(seen):
        return 1.0
    written = np.clip(np.rint(_expected(model, deviates, wandered) + noise * error_z), 0.0, maximum)
    others = written.reshape(-1, len(seen))
    root = np.linalg.cholesky(np.atleast_2d(np.cov(others, rowvar=False)) + ROUNDING_VARIANCE * np.eye(len(seen)))
    whitened = (np.vstack([seen.value, others]) - others.mean(axis=0)) @ np.linalg.inv(root).T
    distance = np.einsum("ij,ij->i", whitened, whitened)
    return float(np.mean(distance[1:] >= distance[0]))


def _weights(model: _Model, straight: _Straight, evidence: np.ndarray, deviates, wandered) -> np.ndarray:
    """Weights of people, sum 1."""
    seen = model.seen
    if not len(seen):
        return np.full(deviates.shape[:2], 1.0 / (deviates.shape[0] * deviates.shape[1]))
    true = judge(
        seen.value,
        _expected(model, deviates, wandered),
        seen.of_scales("noise_points"),
        seen.of_scales("maximum"),
    )
    at = straight.mean[:, None] + deviates @ straight.loads.swapaxes(-1, -2) + wandered
    off = (straight.read[:, None] - at) ** 2 / straight.variance[:, None]
    as_straight = -0.5 * (off + np.log(2.0 * np.pi * straight.variance)[:, None])
    log_weights = evidence[:, None] + (true.log_likelihood - as_straight).sum(axis=-1)
    weights = np.exp(log_weights - log_weights.max())
    return weights / weights.sum()


@dataclass(frozen=True)
class _Normals:
    """Standard normal numbers of people: the same for every patient, so that two forecasts differ by their scores."""

    deviates: np.ndarray
    offsets: np.ndarray
    paths: tuple[np.ndarray, np.ndarray, np.ndarray]  # of fluctuation, illness and moments, (member, person, time)
    errors: np.ndarray  # (member, person, score)


@lru_cache(maxsize=4)
def _normals(seed: int, members: int, people: int, times: int, more_times: int, scores: int, scales: int) -> _Normals:
    draw = np.random.Generator(np.random.Philox(key=[seed, members])).standard_normal
    shape = (members, people)
    deviates, paths = draw((*shape, len(DEVIATES))), [draw((*shape, times)) for _ in range(3)]
    # What depends on the scores comes last: the numbers before it are those of every record.
    offsets, errors = draw((*shape, scales)), draw((*shape, scores))
    paths = tuple(np.concatenate([path, draw((*shape, more_times))], axis=-1) for path in paths)
    return _Normals(deviates, offsets, paths, errors)


def _prior_paths(members: Members, times_h: np.ndarray, z: _Normals) -> tuple[np.ndarray, np.ndarray]:
    """Draws of the paths, and of what belongs to one moment only, (member, person, time)."""
    cover = wandering(times_h, times_h)
    fluctuation, illness, moment = (sd[:, None, None] for sd in path_sds(members))
    paths = z.paths[0] @ root_of(cover.fluctuation).T
    paths *= fluctuation
    slow = z.paths[1] @ root_of(cover.illness).T
    slow *= illness
    paths += slow
    return paths, moment * z.paths[2]
