"""Plasticity: rises in hours after engagement, fades over days to weeks; linear in engagement.

Because it is linear, the time course after any sitting is one table shared by all people of a posterior draw, and a
person's lift is the product of that person's engagement on the grid with the table.
"""

from dataclasses import dataclass

from liftspan.arrays import Array, array_namespace
from liftspan.brain.engagement import Episode


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
    rise = xp.exp(-kernel.rise_per_h * since_h)
    fast = xp.exp(-kernel.fast_fade_per_h * since_h) - rise
    middle = xp.exp(-kernel.middle_fade_per_h * since_h) - rise
    shape = kernel.fast_share * fast + (1.0 - kernel.fast_share) * middle
    return xp.where(elapsed_h > 0.0, kernel.lift_per_h * shape, 0.0)


def kernel_table(episode: Episode, kernel: Kernel, times_h: Array) -> Array:
    """Lift at each time from engagement at each node, all occurrences summed: shape (..., node, time).

    The weights of the quadrature are inside, so lift = engagement @ table. Kernel fields have shape (...).
    """
    xp = array_namespace(times_h, kernel.lift_per_h)
    spread = Kernel(*(getattr(kernel, name)[..., None, None] for name in kernel.__dataclass_fields__))
    total = 0.0
    for start_h in episode.starts_h:
        elapsed_h = times_h[None, :] - (start_h + episode.nodes_h[:, None])
        total = total + kernel_at(spread, elapsed_h)
    return xp.asarray(episode.weights_h)[:, None] * total
