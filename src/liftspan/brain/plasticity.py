"""Plasticity: rises in hours after engagement, fades over days to weeks; linear in engagement.

Because it is linear, the time course after any sitting is one table shared by all people of a posterior draw, and a
person's lift is the product of that person's engagement on the grid with the table.
"""

from dataclasses import dataclass

import numpy as np

from liftspan.arrays import Array, array_namespace
from liftspan.brain.engagement import Episode

NOTHING_LEFT = 80.0  # time constants after which nothing is left: exp(-80) is 2e-35


@dataclass(frozen=True)
class Kernel:
    """Parallel terms: plasticity that one hour of full engagement leaves behind, by elapsed time.

    Every field has shape (...) and broadcasts; `lift_per_h` is lift (logits of severity) per hour of engagement.
    """

    lift_per_h: Array
    rise_per_h: Array
    fast_share: Array  # of the terms that fade; the middle term has the rest
    fast_fade_per_h: Array
    middle_fade_per_h: Array


def kernel_at(kernel: Kernel, elapsed_h: Array) -> Array:
    """Lift per hour of full engagement, `elapsed_h` after it; 0 before. Fields broadcast with `elapsed_h`."""
    xp = array_namespace(elapsed_h, kernel.lift_per_h)
    since_h = xp.maximum(elapsed_h, 0.0)
    total = sum(weight * _left(xp, rate * since_h) for weight, rate in _terms(kernel))
    return xp.where(elapsed_h > 0.0, total, 0.0)


def kernel_table(episode: Episode, kernel: Kernel, times_h: np.ndarray) -> Array:
    """Lift at each time from engagement at each node, all occurrences summed: shape (..., node, time).

    The weights of the quadrature are inside, so lift = engagement @ table. Kernel fields have shape (...); `times_h`
    are plain numbers, not traced ones.

    Once a sitting's grid has ended, every term of the kernel is a product of what a node leaves at the end and of
    what time has left of it since: sittings long past cost one exponential each, not one for each node.
    """
    xp = array_namespace(kernel.lift_per_h)
    spread = Kernel(*(getattr(kernel, name)[..., None, None] for name in kernel.__dataclass_fields__))
    since_h = np.asarray(times_h)[None, :] - np.array(episode.starts_h)[:, None]  # (occurrence, time)
    past = since_h >= episode.end_h
    total = 0.0
    for weight, rate in _terms(spread):
        at_end = _left(xp, rate * (episode.end_h - episode.nodes_h[:, None]))
        left = _left(xp, rate * np.where(past, since_h - episode.end_h, 0.0)) * past
        total = total + weight * at_end * xp.sum(left, axis=-2, keepdims=True)
    occurrence, time = np.nonzero((since_h > 0.0) & ~past)
    if len(time):
        elapsed_h = since_h[occurrence, time][None, :] - episode.nodes_h[:, None]  # (node, pair)
        belongs = (time[:, None] == np.arange(len(times_h))[None, :]).astype(float)  # (pair, time)
        total = total + kernel_at(spread, elapsed_h) @ belongs
    return episode.weights_h[:, None] * total


def _left(xp, steps: Array) -> Array:
    """exp(-steps), never below 1e-35: products of tinier numbers are subnormal, and slow to multiply."""
    return xp.exp(-xp.minimum(steps, NOTHING_LEFT))


def _terms(kernel: Kernel) -> tuple[tuple[Array, Array], ...]:
    """The kernel as a sum of weight x exp(-rate x elapsed)."""
    fast, middle = kernel.lift_per_h * kernel.fast_share, kernel.lift_per_h * (1.0 - kernel.fast_share)
    return (
        (fast, kernel.fast_fade_per_h),
        (middle, kernel.middle_fade_per_h),
        (-kernel.lift_per_h, kernel.rise_per_h),
    )
