"""From a level of severity to the score written down: the rater looks back, the scale links to MADRS, a rating errs."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from liftspan.forecast.latent import points_at
from liftspan.forecast.scales import RatedScale
from liftspan.mood.scales import MADRS
from liftspan.mood.severity import recall_grid, recalled_h

ROUNDING_VARIANCE = 1.0 / 12.0  # of a whole number
LEAST_SLOPE = 0.01  # points of a scale per MADRS point: above its end PHQ-9 has no more points


@dataclass(frozen=True)
class Looks:
    """When ratings look: times without doubles, and for each rating its places in them and their weights."""

    times_h: np.ndarray  # (look,)
    place: np.ndarray  # (rating, node)
    weights: np.ndarray  # (rating, node)


def looks_of(times_h: np.ndarray, recall_h: np.ndarray | float) -> Looks:
    """Where ratings at these times look, given the windows that they state."""
    looks_h, weights = recall_grid(times_h, recalled_h(times_h, recall_h))
    looked_h, place = np.unique(looks_h.ravel(), return_inverse=True)
    return Looks(looked_h, place.reshape(looks_h.shape), weights)


@dataclass(frozen=True)
class Reading:
    """What a rating reads of a level, before its error; all of shape (..., rating), shares (..., rating, node)."""

    expected: np.ndarray  # points of the scale
    slope: np.ndarray  # points per logit of level
    shares: np.ndarray  # of the nodes in the slope


def read(level: np.ndarray, weights: np.ndarray, scales: tuple[RatedScale, ...], which: np.ndarray) -> Reading:
    """Read levels at the nodes, (..., rating, node), each on its scale: `which` is its place in `scales`."""
    points = points_at(level)
    by_node = weights * points * (1.0 - points / MADRS.maximum)
    steep = by_node.sum(axis=-1)
    madrs = (weights * points).sum(axis=-1)
    expected, slope = linked(madrs, scales, which)
    return Reading(expected, slope * steep, by_node / steep[..., None])


def expected_score(
    by_node: Iterable[np.ndarray], weights: np.ndarray, scales: tuple[RatedScale, ...], which: np.ndarray
) -> np.ndarray:
    """What ratings of levels are expected to say: the first field of `read`, without what a slope needs.

    Args: `by_node` has the levels of each node in turn, (..., rating), so that rows stay long.
    """
    madrs = sum(weight * points_at(level) for level, weight in zip(by_node, weights.T, strict=True))
    return linked(madrs, scales, which)[0]


def linked(madrs: np.ndarray, scales: tuple[RatedScale, ...], which: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Scores that severities in MADRS points read as, and points of the scale per MADRS point."""
    if all(scale.name == MADRS.name for scale in scales):
        return madrs, np.ones(1)
    expected, slope = madrs.copy(), np.ones_like(madrs)
    for place, scale in enumerate(scales):
        here = which == place
        knots, values = np.array(scale.madrs_points), np.array(scale.scale_points)
        piece = np.clip(np.searchsorted(knots, madrs[..., here], side="right") - 1, 0, len(knots) - 2)
        expected[..., here] = np.interp(madrs[..., here], knots, values)
        slope[..., here] = np.maximum(np.diff(values) / np.diff(knots), LEAST_SLOPE)[piece]
    return expected, slope


def severity_behind(value: np.ndarray, scales: tuple[RatedScale, ...], which: np.ndarray) -> np.ndarray:
    """The MADRS severity that would read as these scores."""
    found = np.empty(len(value))
    for place, scale in enumerate(scales):
        here = which == place
        found[here] = np.interp(value[here], scale.scale_points, scale.madrs_points)
    return found


@dataclass(frozen=True)
class Judged:
    """Log likelihood of scores given what was expected, and what a Newton step needs; shape of `expected`."""

    log_likelihood: np.ndarray
    pull: np.ndarray  # its derivative by the expected score
    firmness: np.ndarray  # minus its second derivative


def judge(value: np.ndarray, expected: np.ndarray, noise: np.ndarray, maximum: np.ndarray) -> Judged:
    """A whole number, the expected score plus normal error; at the ends of the scale all that lies beyond as well.

    Args: all of shape (rating,) but `expected`, (..., rating).
    """
    sd = np.sqrt(noise**2 + ROUNDING_VARIANCE)
    off = (value - expected) / sd
    log_likelihood = -0.5 * off**2 - np.log(sd * np.sqrt(2.0 * np.pi))
    pull, firmness = off / sd, np.broadcast_to(1.0 / sd**2, off.shape)
    if not np.any((value <= 0.0) | (value >= maximum)):
        return Judged(log_likelihood, pull, firmness)
    from scipy.special import log_ndtr  # an import that few records need

    firmness = firmness.copy()
    for at_end, side in ((value <= 0.0, 1.0), (value >= maximum, -1.0)):
        beyond = side * (value[at_end] + side * 0.5 - expected[..., at_end]) / noise[at_end]
        log_share = log_ndtr(beyond)
        ratio = np.exp(-0.5 * beyond**2 - 0.5 * np.log(2.0 * np.pi) - log_share)
        log_likelihood[..., at_end] = log_share
        pull[..., at_end] = -side * ratio / noise[at_end]
        firmness[..., at_end] = ratio * (ratio + beyond) / noise[at_end] ** 2
    return Judged(log_likelihood, pull, firmness)


def written(expected: np.ndarray, error_z: np.ndarray, scale: RatedScale) -> np.ndarray:
    """The whole number written down, within the scale."""
    return np.clip(np.rint(expected + scale.noise_points * error_z), 0.0, scale.maximum)
