"""Plasticity: rises in hours after engagement, fades over days to weeks; linear in engagement.

Because it is linear, the time course after any sitting is one table shared by all people of a posterior draw, and a
person's lift is the product of that person's engagement on the grid with the table.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from liftspan.arrays import Array, array_namespace, in_order
from liftspan.brain.engagement import Episode, Grid, gauss_legendre

POINTS = 32  # within a panel: a rise of 10 per h over 12 h is integrated to 1e-9
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


_FIELDS = tuple(Kernel.__dataclass_fields__)


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

    Within a panel engagement is the polynomial through its nodes, and each term of the kernel is integrated against it
    as it is: a rise of twenty minutes needs no finer panels before every reading, and a reading may fall anywhere.
    After a panel every term only fades, so a sitting long past costs one exponential each.
    """
    grid, fields = episode.grid, tuple(getattr(kernel, name) for name in _FIELDS)
    asked = (grid.edges_h, grid.places, grid.roots, episode.starts_h, tuple(np.asarray(times_h).tolist()))
    if not all(isinstance(one, np.ndarray) for one in fields):
        return _table(kernel, _plan(*asked))
    return _kept_table(tuple((one.shape, one.dtype.str, one.tobytes()) for one in fields), asked)


@lru_cache(maxsize=2)  # tables of many draws are large
def _kept_table(fields: tuple[tuple[tuple[int, ...], str, bytes], ...], asked: tuple) -> np.ndarray:
    """The table of NumPy's arrays; kept, as every block of people asks for the same one."""
    arrays = (np.frombuffer(values, dtype).reshape(shape) for shape, dtype, values in fields)
    table = _table(Kernel(*arrays), _plan(*asked))
    table.flags.writeable = False
    return table


def _table(kernel: Kernel, plan: "_Plan") -> Array:
    xp, total, parts = array_namespace(kernel.lift_per_h), 0.0, 0.0
    for weight, rate in _terms(Kernel(*(getattr(kernel, name)[..., None, None] for name in _FIELDS))):
        at_points = xp.exp(-rate * plan.whole_lag_h)[..., None]  # (panel, point, 1)
        left = weight * (plan.whole_h @ at_points)[..., 0]  # by each node at the end of its panel, (panel, place)
        past = _past(xp, plan, rate[..., 0])[..., None, :]
        later = _left(xp, rate * plan.until_end_h) * past  # how much of that is left, (panel, time)
        if len(plan.place):
            later = later + (_left(xp, rate * plan.since_panel_h) * plan.panel_is_past) @ plan.place
            part = plan.part_h @ xp.exp(-rate * plan.part_lag_h)[..., None]
            parts = parts + weight * part[..., 0]  # within the panel of a pair, (pair, place)
        total = total + left[..., :, None] * later[..., :, None, :]
    if len(plan.place):
        placed = xp.swapaxes(parts, -1, -2) @ plan.panel_and_place  # (place, panel x time)
        total = total + xp.swapaxes(placed.reshape((*placed.shape[:-1], *later.shape[-2:])), -3, -2)
    table = total.reshape((*total.shape[:-3], -1, total.shape[-1])).astype(kernel.lift_per_h.dtype)
    return in_order(table)


def lift_of_each(episode: Episode, engaged: np.ndarray, kernel: Kernel, times_h: np.ndarray) -> np.ndarray:
    """Lift where each draw has one person: what `engaged @ kernel_table(...)` gives, without making the table.

    Args: `engaged` of shape (draw, node), NumPy.

    Returns: shape (draw, time).

    What is left at the end of a panel follows from what was left at the end before it, as between occurrences.
    """
    plan = _plan_of(episode, times_h)
    by_panel = engaged.reshape(len(engaged), -1, episode.grid.places).swapaxes(0, 1)  # (panel, draw, place)
    whole, part = by_panel @ plan.whole_h, by_panel[plan.panel] @ plan.part_h  # (panel or pair, draw, point)
    total = np.zeros((len(engaged), len(times_h)))
    for weight, rate in _terms(Kernel(*(getattr(kernel, name)[:, None] for name in _FIELDS))):
        by_end = np.einsum("kdp,kdp->kd", whole, np.exp(-rate * plan.whole_lag_h[:, None]))
        piled = [np.zeros(len(engaged))]
        for added, left in zip(by_end, _left(np, rate * plan.panel_h).T, strict=True):
            piled.append(piled[-1] * left + added)
        total += weight * piled[-1][:, None] * _past(np, plan, rate)
        if len(plan.place):
            within = np.einsum("kdp,kdp->dk", part, np.exp(-rate * plan.part_lag_h[:, None]))
            before = np.stack(piled, axis=1)[:, plan.panel] * _left(np, rate * plan.into_panel_h)
            total += weight * ((before + within) @ plan.place)
    return total


def _plan_of(episode: Episode, times_h: np.ndarray) -> "_Plan":
    grid = episode.grid
    return _plan(grid.edges_h, grid.places, grid.roots, episode.starts_h, tuple(np.asarray(times_h).tolist()))


def _past(xp, plan: "_Plan", rate: Array) -> Array:
    """What occurrences that are over, of 1 each, leave at each time; rate of shape (..., 1), answer (..., time).

    What is left of all at the end of each follows from what was left at the end before, so many sessions cost one
    exponential each, and a time one more.
    """
    if xp is np:
        each = [xp.ones_like(rate)]
        for gap_h in plan.between_ends_h:
            each.append(1.0 + each[-1] * _left(xp, rate * gap_h))
        piled = xp.concatenate(each, axis=-1)
    else:  # a compiler would unroll the loop, for seconds
        ends_h = np.cumsum([0.0, *plan.between_ends_h])
        gaps_h = ends_h[:, None] - ends_h
        earlier = _left(xp, rate[..., None] * np.maximum(gaps_h, 0.0)) * (gaps_h >= 0.0)
        piled = xp.sum(earlier, axis=-1)
    return piled[..., plan.last_past] * plan.is_past * _left(xp, rate * plan.since_past_h)


@dataclass(frozen=True)
class _Plan:
    """What of the table does not depend on the kernel. A pair is an occurrence and a time that lies in its grid."""

    whole_h: np.ndarray  # weights of each place at points within the panel, (panel, place, point)
    whole_lag_h: np.ndarray  # from a point to the end of its panel, (panel, point)
    part_h: np.ndarray  # the same of the panel that a pair lies in, up to its time, (pair, place, point)
    part_lag_h: np.ndarray
    panel: np.ndarray  # that a pair lies in, (pair,)
    panel_and_place: np.ndarray  # (pair, panel x time): 1 where the pair lies and is read
    place: np.ndarray  # (pair, time): 1 where it is read
    since_panel_h: np.ndarray  # (panel, pair)
    panel_is_past: np.ndarray
    into_panel_h: np.ndarray  # from the begin of a pair's panel to its time, (pair,)
    panel_h: np.ndarray  # length, (panel,)
    until_end_h: np.ndarray  # (panel, 1)
    between_ends_h: tuple[float, ...]  # of occurrences, one less than these
    last_past: np.ndarray  # the last occurrence whose grid ended before, (time,); 0 where none has
    is_past: np.ndarray  # 1 where one has, (time,)
    since_past_h: np.ndarray


@lru_cache(maxsize=64)
def _plan(edges_h: tuple, places: int, roots: int, starts_h: tuple, times_h: tuple) -> _Plan:
    grid, times, edges = Grid(edges_h, places, roots), np.array(times_h), np.array(edges_h)
    begin_h, end_h = edges[:-1], edges[1:]
    starts = np.sort(starts_h)
    since_h = times - starts[:, None]  # (occurrence, time)
    occurrence, time = np.nonzero((since_h > 0.0) & (since_h < end_h[-1]))
    last_past = np.sum(since_h >= end_h[-1], axis=0) - 1
    since_past_h = times - starts[last_past.clip(0)] - end_h[-1]
    read_h = since_h[occurrence, time]
    panel = np.minimum(np.searchsorted(end_h, read_h, side="right"), len(end_h) - 1)
    whole_h, whole_lag_h = _points(grid, np.arange(len(begin_h)), end_h - begin_h)
    part_h, part_lag_h = _points(grid, panel, read_h - begin_h[panel])
    since_panel_h = read_h - end_h[:, None]
    return _Plan(
        whole_h,
        whole_lag_h,
        part_h,
        part_lag_h,
        panel,
        ((panel * len(times) + time)[:, None] == np.arange(len(begin_h) * len(times))).astype(float),
        (time[:, None] == np.arange(len(times))).astype(float),
        np.maximum(since_panel_h, 0.0),
        (since_panel_h >= 0.0).astype(float),
        read_h - begin_h[panel],
        end_h - begin_h,
        (end_h[-1] - end_h)[:, None],
        tuple(np.diff(starts).tolist()),
        last_past.clip(0).astype(np.int32),  # the integers of JAX in single precision
        (last_past >= 0).astype(float),
        np.where(last_past >= 0, since_past_h, 0.0),
    )


def _points(grid: Grid, panel: np.ndarray, length_h: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Weights, (panel, place, point), and lags, (panel, point), of points in the first `length_h` of panels.

    Points crowd at its end. A weight is that of the point times the polynomial that is 1 at one place of the panel and
    0 at the others.
    """
    back, weights = gauss_legendre(POINTS)  # squared: dense where the kernel rises, at the end
    share, positions = length_h / np.diff(grid.edges_h)[panel], grid.positions
    at = (share[:, None] * (1.0 - back**2)) ** (1.0 / grid.powers[panel])[:, None]
    apart = at[:, None, :] - positions[:, None]
    gaps = positions[:, None] - positions
    others = [[j for j in range(len(gaps)) if j != i] for i in range(len(gaps))]
    shape = np.stack([np.prod(apart[:, those], axis=1) / np.prod(gaps[i, those]) for i, those in enumerate(others)], 1)
    return shape * (length_h[:, None] * 2.0 * back * weights)[:, None, :], length_h[:, None] * back**2


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
