"""A time axis on which the first hours can be read beside the following weeks.

    place = log(1 + hours / 4)

is linear in the first hours and logarithmic over days: with four weeks shown, the first day takes three eighths.
"""

from collections.abc import Sequence
from math import expm1, log1p

from liftspan.units import DAYS_PER_WEEK, HOURS_PER_DAY

STRETCH_H = 4.0
NEAREST_TICKS = 0.04  # shares of the width from here on; closer labels would touch
SAME_TIME = 0.025  # times this close are drawn as one group of points
SPACING, WIDEST = 0.011, 0.06  # between the points of a group, and for a whole group

# Labels by falling importance: the early ones are kept where two would touch.
_TICKS_D = (0, 1, 7, 28, 3, 14, 84, 182, 365, 56, 2 / 24, 4 / 24, 0.5, 2, 21, 5, 42, 10, 120, 270)


def place(hours: float) -> float:
    """Position on the axis, in units of its scale."""
    return log1p(hours / STRETCH_H)


def hours_at(position: float) -> float:
    """The time at a position: the inverse of `place`."""
    return STRETCH_H * expm1(position)


def beside(hours: float, share_of_width: float, end_h: float) -> float:
    """A time moved sideways by a share of the width of an axis that ends at `end_h`."""
    return hours_at(max(place(hours) + share_of_width * place(end_h), 0.0))


def ticks_h(end_h: float, nearest: float = NEAREST_TICKS) -> list[tuple[float, str]]:
    """Times and labels for an axis from 0 to `end_h`, no two labels nearer than `nearest`, a share of the width."""
    kept: list[float] = []
    for day in _TICKS_D:
        hours = day * HOURS_PER_DAY
        free = all(abs(place(hours) - place(other)) > nearest * place(end_h) for other in kept)
        if hours <= end_h and free:
            kept.append(hours)
    return [(hours, label(hours)) for hours in sorted(kept)]


def label(hours: float) -> str:
    """`4 h`, `3 d`, `12 wk`: hours within the first day, days up to four weeks, then weeks."""
    days = hours / HOURS_PER_DAY
    if days == 0:
        return "0"
    if days < 1:
        return f"{hours:.0f} h"
    return f"{days:.0f} d" if days <= 28 else f"{days / DAYS_PER_WEEK:.0f} wk"


def side_by_side(times_h: Sequence[float], end_h: float) -> list[float]:
    """Times moved so that points of one time, or nearly one, stand beside each other around it.

    Args:
        times_h: h, any order; points of one group keep the order in which they are given.
        end_h: end of the axis.

    Returns: one time for each of `times_h`, h.
    """
    moved = list(times_h)
    for group in _groups(times_h, end_h):
        spacing = min(SPACING, WIDEST / max(len(group) - 1, 1))
        centre = sum(place(times_h[index]) for index in group) / len(group)
        for rank, index in enumerate(group):
            shift = spacing * (rank - (len(group) - 1) / 2)
            moved[index] = beside(hours_at(centre), shift, end_h) if len(group) > 1 else times_h[index]
    return moved


def _groups(times_h: Sequence[float], end_h: float) -> list[list[int]]:
    """Indices of times that lie within SAME_TIME of the first of their group."""
    groups: list[list[int]] = []
    for index in sorted(range(len(times_h)), key=lambda index: times_h[index]):
        near = groups and place(times_h[index]) - place(times_h[groups[-1][0]]) <= SAME_TIME * place(end_h)
        if near:
            groups[-1].append(index)
        else:
            groups.append([index])
    return groups
