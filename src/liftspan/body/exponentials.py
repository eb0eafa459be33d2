"""Sums of cascades of exponentials: the one small algebra behind every concentration.

A first-order stage answers a unit impulse with `exp(-rate t)`; stages in series are its convolutions. A cascade of
m stages with rates a, b, c, ... therefore answers with

    g(a, b, c, ...; t) = (-1)^(m-1) times the divided difference of x -> exp(-x t) at a, b, c, ...

which is smooth when rates coincide. So `convolve` never divides: it lists the stages, and the one function that
evaluates a cascade (`cascade`) takes care of rates that nearly coincide, two, three or all of them.
Source: McCurdy, Ng & Parlett, Math. Comp. 43 (1984) 501-528, divided differences of the exponential.
"""

from dataclasses import dataclass
from functools import reduce
from itertools import pairwise

import numpy as np

from liftspan.arrays import Array, array_namespace

# A span (largest minus smallest rate, times t) below 1 is summed as a Taylor series about its middle, where the
# 14th term is below 1e-15 of the sum; above 1 the recursion loses at most a factor of about ten per stage.
SERIES_BELOW = 1.0
SERIES_TERMS = 14


@dataclass(frozen=True)
class Exponentials:
    """f(t) = sum over terms of amplitude x cascade(rates; t), zero before t = 0.

    `amplitudes` has the shape (..., term), `rates` one array of that shape (or broadcastable) for each stage, per h.
    """

    amplitudes: Array
    rates: tuple[Array, ...]

    def scaled(self, factor: Array) -> "Exponentials":
        """The same response times `factor`, shape (...)."""
        return Exponentials(self.amplitudes * _column(factor), self.rates)

    def convolve(self, other: "Exponentials") -> "Exponentials":
        """This response driving that one: amplitudes multiply, stages line up."""
        ours = tuple(rate[..., :, None] for rate in self.rates)
        theirs = tuple(rate[..., None, :] for rate in other.rates)
        amplitudes = self.amplitudes[..., :, None] * other.amplitudes[..., None, :]
        zero = 0.0 * amplitudes
        rates = tuple(_flat(rate + zero) for rate in ours + theirs)
        return Exponentials(_flat(amplitudes), rates)

    def at(self, times_h: Array) -> Array:
        """Response to a unit impulse at time 0, shape (..., time); 0 before it."""
        xp = array_namespace(self.amplitudes, times_h)
        elapsed_h = times_h[..., :, None]  # (time, term)
        rates = tuple(rate[..., None, :] for rate in self.rates)
        answer = xp.sum(self.amplitudes[..., None, :] * cascade(rates, xp.maximum(elapsed_h, 0.0)), axis=-1)
        return xp.where(times_h < 0.0, 0.0, answer)

    def infuse(self, times_h: Array, duration_h: float) -> Array:
        """Response to one unit given at a constant rate over `duration_h` (> 0) from time 0, shape (..., time).

        With s the time since the end and v the time infused so far, Leibniz' rule for divided differences gives

            integral of g(a, b, c; t - u) du = sum over k of g(first k rates; s) x g(rates from k on, 0; v)

        a sum of positive products: nothing cancels, however long after the end.
        """
        xp = array_namespace(self.amplitudes, times_h)
        infused_h = xp.clip(times_h, 0.0, duration_h)[..., :, None]
        rested_h = xp.maximum(times_h - duration_h, 0.0)[..., :, None]
        rates = tuple(rate[..., None, :] for rate in self.rates)
        zero = 0.0 * rates[0]
        parts = [cascade(rates[: k + 1], rested_h) * cascade((*rates[k:], zero), infused_h) for k in range(len(rates))]
        return xp.sum(self.amplitudes[..., None, :] * sum(parts), axis=-1) / duration_h

    def given(self, times_h: Array, duration_h: float) -> Array:
        """One unit as a bolus (`duration_h` = 0) or an infusion, shape (..., time)."""
        return self.infuse(times_h, duration_h) if duration_h > 0 else self.at(times_h)

    def area(self) -> Array:
        """Integral from 0 to infinity, shape (...)."""
        xp = array_namespace(self.amplitudes)
        return xp.sum(self.amplitudes / reduce(lambda a, b: a * b, self.rates), axis=-1)


def first_order(rate_per_h: Array) -> Exponentials:
    """A single stage that passes one unit on at `rate_per_h`: rate x exp(-rate t); area 1."""
    return Exponentials(_column(rate_per_h), (_column(rate_per_h),))


def cascade(rates: tuple[Array, ...], elapsed_h: Array) -> Array:
    """g(rates; t): convolution of exp(-rate t) over the stages, safe through equality of any of the rates.

    Args:
        rates: one array for each stage, per h, not negative, broadcastable with `elapsed_h`.
        elapsed_h: not negative.

    Returns: in h^(stages - 1), shape of the broadcast inputs.
    """
    xp = array_namespace(*rates, elapsed_h)
    points = [rate * elapsed_h for rate in _ascending(xp, rates)]
    stages = len(points)
    row = [xp.exp(-point) for point in points]  # spans of one stage, then of two, ...
    for width in range(2, stages + 1):
        spans = [points[i : i + width] for i in range(stages - width + 1)]
        row = [_span(xp, span, left, right) for span, (left, right) in zip(spans, pairwise(row), strict=True)]
    return row[0] * elapsed_h ** (stages - 1)


def _span(xp, points: list[Array], left: Array, right: Array) -> Array:
    """Divided difference over sorted `points` from those over all but the last and all but the first."""
    gap = points[-1] - points[0]
    narrow = gap < SERIES_BELOW
    apart = xp.where(narrow, 1.0, gap)  # keeps the branch not taken finite, for gradients too
    if xp is np and not np.any(narrow):
        return (left - right) / apart
    return xp.where(narrow, _series(xp, points, narrow), (left - right) / apart)


def _series(xp, points: list[Array], narrow: Array) -> Array:
    """Taylor series about the middle; h_k are the complete homogeneous polynomials of the offsets."""
    stages = len(points)
    middle = 0.5 * (points[0] + points[-1])
    offsets = [xp.where(narrow, middle - point, 0.0) for point in points]
    homogeneous = [1.0 + 0.0 * middle] + [0.0 * middle] * (SERIES_TERMS - 1)
    for offset in offsets:
        for k in range(1, SERIES_TERMS):
            homogeneous[k] = homogeneous[k] + offset * homogeneous[k - 1]
    factorial = 1.0
    for n in range(2, stages):
        factorial *= n
    total = 0.0
    for k in range(SERIES_TERMS):
        total = total + homogeneous[k] / factorial
        factorial *= stages + k
    return xp.exp(-middle) * total


def _ascending(xp, rates: tuple[Array, ...]) -> list[Array]:
    """Rates in order, element by element: exchanges only, so gradients pass (NumPy and JAX alike)."""
    ordered = list(rates)
    for last in range(len(ordered) - 1, 0, -1):
        for i in range(last):
            low, high = xp.minimum(ordered[i], ordered[i + 1]), xp.maximum(ordered[i], ordered[i + 1])
            ordered[i], ordered[i + 1] = low, high
    return ordered


def _column(values: Array) -> Array:
    return array_namespace(values).asarray(values)[..., None]


def _flat(values: Array) -> Array:
    return values.reshape((*values.shape[:-2], values.shape[-2] * values.shape[-1]))
