"""Learn from scores: which people of the population would have written these, and how likely each of them is.

People are drawn under straight lines (`straight.py`), and each is weighted by the ratio of the true likelihood to the
straight one. So the weighted people follow the exact posterior, and the effective number of them says how well.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from liftspan.forecast.latent import path_sds, root_of, wandering
from liftspan.forecast.members import Members
from liftspan.forecast.rating import ROUNDING_VARIANCE
from liftspan.forecast.straight import Drawn, Proposal, Seen, model_of, proposal_of
from liftspan.forecast.weights import effective, weights_of
from liftspan.mood.context import Context
from liftspan.treatment.regimen import Regimen

STREAM = 1 << 32  # from one stream of normal numbers to the next; other streams of a seed have small numbers


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
    p_value: float  # share of people of these members, before any score, whose scores are stranger than these

    @property
    def effective(self) -> float:
        """How many people of equal weight would say as much."""
        return effective(self.weights)

    @property
    def effective_members(self) -> float:
        """How many members of equal weight would."""
        return effective(self.weights.sum(axis=1))


def learn(
    members: Members,
    regimen: Regimen,
    context: Context,
    seen: Seen,
    times_h: np.ndarray,
    people: int,
    seed: int,
    *,
    worth: np.ndarray | float = 0.0,
) -> Learned:
    """`people` of each member, weighted by the scores, with their paths at `times_h`.

    Args:
        regimen, context: what was given until the last score, and the circumstances.
        seen: may be empty: then these are people of the population.
        times_h: hours since the first session, ascending.
        worth: log of what the members were chosen by, (member,); 0 for members of the population.
    """
    proposal = proposal_of(model_of(members, regimen, context, seen))
    z = _normals(seed, len(members), people, len(times_h), proposal.sizes)
    prior = proposal.before(z.at_scores)
    drawn = proposal.people(prior, z.at_scores)
    logs = (proposal.straight.evidence - worth)[:, None] + proposal.log_ratio(drawn)
    return Learned(
        members,
        drawn.deviates,
        drawn.offsets,
        times_h,
        *_between(proposal, z, drawn, times_h),
        weights_of(logs),
        _share_stranger(proposal, prior, proposal.parts(z.at_scores)[-1]),
    )


def evidence_of(members: Members, regimen: Regimen, context: Context, seen: Seen, people: int, seed: int) -> np.ndarray:
    """Log of how likely the scores are in each member, (member,), from the same few people in each."""
    proposal = proposal_of(model_of(members, regimen, context, seen))
    z = _normals(seed, 1, people, 0, proposal.sizes).at_scores
    z = np.broadcast_to(z, (len(members), *z.shape[1:]))
    ratio = proposal.log_ratio(proposal.people(proposal.before(z), z))
    best = ratio.max(axis=1)
    return proposal.straight.evidence + best + np.log(np.exp(ratio - best[:, None]).mean(axis=1))


def _between(proposal: Proposal, z: "_Normals", drawn: Drawn, times_h: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Paths, and what belongs to one moment only, at any times, (member, person, time), given those at scores."""
    members, moments_h = proposal.model.members, proposal.moments_h
    all_h, known = np.concatenate([moments_h, times_h]), len(moments_h)
    cover = wandering(all_h, all_h)
    fluctuation, illness, moment = (sd[:, None, None] for sd in path_sds(members))
    _, _, fluctuation_z, illness_z, _, _ = proposal.parts(z.at_scores)
    paths = _rows(root_of(cover.fluctuation), known, fluctuation_z, z.ahead[0])
    paths *= fluctuation
    slow = _rows(root_of(cover.illness), known, illness_z, z.ahead[1])
    slow *= illness
    paths += slow
    paths += wandering(times_h, proposal.model.seen.times_h).moved(members, drawn.pull)
    moments = moment * z.ahead[2]
    _, here, there = np.intersect1d(times_h, moments_h, return_indices=True)
    moments[..., here] = drawn.moments[..., there]
    return paths, moments


def _rows(root: np.ndarray, known: int, known_z: np.ndarray, new_z: np.ndarray) -> np.ndarray:
    """The new rows of a root times normal numbers of which the first are known."""
    return known_z @ root[known:, :known].T + new_z @ root[known:, known:].T


def _share_stranger(proposal: Proposal, prior: Drawn, errors_z: np.ndarray) -> float:
    """Share of people of the population whose own scores at these times lie farther out than the ones seen.

    Far is the Mahalanobis distance from the mean of their scores, so that the ends of the scale need no care.
    """
    model, seen = proposal.model, proposal.model.seen
    if not len(seen):
        return 1.0
    some = np.s_[:, ::2]  # of the people: enough to tell one in a thousand
    expected = model.expected(prior.deviates[some], prior.wandered[some])
    written = np.rint(expected + seen.of_scales("noise_points") * errors_z[some])
    others = np.clip(written, 0.0, seen.of_scales("maximum")).reshape(-1, len(seen))
    root = np.linalg.cholesky(np.atleast_2d(np.cov(others, rowvar=False)) + ROUNDING_VARIANCE * np.eye(len(seen)))
    whitened = (np.vstack([seen.value, others]) - others.mean(axis=0)) @ np.linalg.inv(root).T
    distance = np.einsum("ij,ij->i", whitened, whitened)
    return float(np.mean(distance[1:] >= distance[0]))


@dataclass(frozen=True)
class _Normals:
    """Standard normal numbers of people: the same for every record, so that two forecasts differ by their scores."""

    ahead: tuple[np.ndarray, np.ndarray, np.ndarray]  # of fluctuation, illness and moments, (member, person, time)
    at_scores: np.ndarray  # (member, person, number)


@lru_cache(maxsize=4)
def _normals(seed: int, members: int, people: int, times: int, at_scores: tuple[int, ...]) -> _Normals:
    """Each part has a stream of its own, number by number: a further score adds numbers and changes none."""

    def draw(part: int, numbers: int) -> np.ndarray:
        rng = np.random.Generator(np.random.Philox(key=[seed, (part + 1) * STREAM + members]))
        return np.ascontiguousarray(np.moveaxis(rng.standard_normal((numbers, members, people)), 0, -1))

    ahead = tuple(draw(part, times) for part in range(3))
    return _Normals(ahead, np.concatenate([draw(3 + part, size) for part, size in enumerate(at_scores)], axis=-1))
