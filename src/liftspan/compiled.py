"""The one compiled kernel, behind the extra `fast`: sums of falling modes, and the curve of engagement.

The array programs in `body/modes.py` and `brain/engagement.py` define what is computed and run where this is not asked
for. NumPy passes over memory once for each operation, so it stays far below what the processor can do (the count
stands in docs/performance.md); here a row of people stays in registers from the exponent to the sum. Numba's own
exponential is not vectorised, so two polynomials stand below; a test compares each with NumPy's.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np

from liftspan.arrays import Array
from liftspan.errors import InvalidInput

DEAD_AFTER = 40.0  # as in body/modes.py: exp(-40) beside the slowest mode
PEOPLE_AT_ONCE = 512  # rows of this length stay in the first cache


@dataclass(frozen=True)
class Kernels:
    """The loops; arrays are C-ordered float64, and each fills its last argument, rows of people."""

    fill_levels: Callable
    fill_curve: Callable
    fill_exponentials: Callable  # (x, out): for the benchmark, which measures what the machine can do

    def levels(self, stores, ages, people: slice) -> np.ndarray:
        """`Stores.levels` at ascending times, shape (time, person)."""
        first, last, _ = people.indices(stores.rates.shape[1])
        out = np.empty((len(ages.since_h), last - first))
        parts = (stores.rates, stores.at_break, stores.full, stores.filling)
        when = (ages.stretch, ages.since_h, ages.half, ages.double)
        self.fill_levels(*(np.ascontiguousarray(one) for one in parts), *when, first, out)
        return out

    def curve(self, s: np.ndarray, r: np.ndarray, per_s: float, per_r: float, hill: float) -> np.ndarray:
        """`engagement` for levels of shape (person, node) and one curve."""
        rows_s, rows_r = np.ascontiguousarray(s.T), np.ascontiguousarray(r.T)
        out = np.empty_like(rows_s)
        self.fill_curve(rows_s, rows_r, per_s, per_r, hill, out)
        return out.T


_in_use: Kernels | None = None


@cache
def compiled_kernels() -> Kernels:
    """Compile them; raises InvalidInput where the extra `fast` is not installed: no answer needs it."""
    try:
        import numba
    except ModuleNotFoundError:
        problem = 'numba is not installed; it only saves time: pip install -c constraints/py311.txt ".[fast]"'
        raise InvalidInput([problem]) from None
    return _compile(numba)


def use_compiled() -> None:
    """Let NumPy float64 inputs be computed by the compiled kernel from now on; the first block waits two seconds."""
    global _in_use
    _in_use = compiled_kernels()


def use_arrays() -> None:
    """Back to the array programs."""
    global _in_use
    _in_use = None


def kernels_for(*arrays: Array) -> Kernels | None:
    """The kernel, when it is in use and the inputs are NumPy's float64."""
    if _in_use is None or not all(isinstance(one, np.ndarray) and one.dtype == np.float64 for one in arrays):
        return None
    return _in_use


def _compile(numba) -> Kernels:
    # No reordering of sums, so that results do not depend on the width of the lanes.
    how = {"fastmath": {"contract", "nnan", "ninf", "nsz"}, "error_model": "numpy", "nogil": True}
    inline = numba.njit(inline="always", **how)
    compiled = numba.njit(**how)
    inverse_factorials = tuple(1.0 / f for f in _factorials(10))
    odd = tuple(1.0 / n for n in range(17, 0, -2))

    @inline
    def exp(x):
        """2^whole x polynomial of what is left, within ln 2 / 2; x above -700."""
        x = max(x, -700.0)
        whole = np.floor(x * 1.4426950408889634 + 0.5)
        rest = (x - whole * 0.6931471803691238) - whole * 1.9082149292705877e-10
        total = inverse_factorials[10]
        for k in range(9, -1, -1):
            total = total * rest + inverse_factorials[k]
        return total * np.int64((np.int64(whole) + 1023) << 52).view(np.float64)

    @inline
    def log(x):
        """Exponent x ln 2 + log of the mantissa, within a factor sqrt(1/2) .. sqrt(2), by the series of atanh."""
        bits = np.float64(x).view(np.int64)
        power = (bits - np.int64(0x3FE6A09E667F3BCD)) >> 52
        mantissa = np.int64(bits - (power << 52)).view(np.float64)
        ratio = (mantissa - 1.0) / (mantissa + 1.0)
        total = 0.0
        for k in range(9):
            total = total * (ratio * ratio) + odd[k]
        return power * 0.6931471805599453 + 2.0 * ratio * total

    # Rows are given by index, not as slices: a slice costs 20 ns, as much as sixty people.
    @compiled
    def fall(left, k, rates, low, count, since_h):
        for p in range(count):
            left[k, p] = exp(-rates[k, low + p] * since_h)

    @compiled
    def add_emptying(out, i, begin, at_break, s, k, low, left, count):
        for p in range(count):
            here = left[k, p]
            out[i, begin + p] += at_break[s, k, low + p] * here
            left[k, p] = here * here

    @compiled
    def add_filling(out, i, begin, at_break, s, k, low, full, kind, left, count):
        for p in range(count):
            here = left[k, p]
            out[i, begin + p] += full[kind, k, low + p] + (at_break[s, k, low + p] - full[kind, k, low + p]) * here
            left[k, p] = here * here

    @compiled
    def slowest(rates, low, high, gaps):
        """How much faster each mode falls than the slowest one, in everyone of these people."""
        gaps[:] = np.inf
        for p in range(low, high):
            least = rates[0, p]
            for k in range(1, len(rates)):
                least = min(least, rates[k, p])
            for k in range(len(rates)):
                gaps[k] = min(gaps[k], rates[k, p] - least)

    @compiled
    def levels(rates, at_break, full, filling, stretch, since_h, half, double, first, out):
        modes = np.uint64(len(rates))
        gaps, left = np.empty(modes), np.empty((modes, PEOPLE_AT_ONCE))
        for start in range(0, out.shape[1], PEOPLE_AT_ONCE):
            begin, count = np.uint64(start), np.uint64(min(PEOPLE_AT_ONCE, out.shape[1] - start))
            low = np.uint64(first + start)
            slowest(rates, first + start, first + start + count, gaps)
            out[:, begin : begin + count] = 0.0
            for root in range(len(since_h)):
                if stretch[root] < 0 or half[root] >= 0:
                    continue
                s, kind, i = np.uint64(stretch[root]), filling[stretch[root]], root
                for k in range(modes):
                    if kind >= 0 or gaps[k] * since_h[root] <= DEAD_AFTER:
                        fall(left, k, rates, low, count, since_h[root])
                while i >= 0:  # all modes of a time, then its double: the row of the answer stays in the first cache
                    for k in range(modes):
                        if kind >= 0:
                            add_filling(
                                out, np.uint64(i), begin, at_break, s, k, low, full, np.uint64(kind), left, count
                            )
                        elif gaps[k] * since_h[i] <= DEAD_AFTER:
                            add_emptying(out, np.uint64(i), begin, at_break, s, k, low, left, count)
                    i = double[i]

    @compiled
    def curve_row(s, r, per_s, per_r, hill, out):
        for p in range(out.size):
            out[p] = 1.0 / (1.0 + exp(-hill * log(max(s[p] * per_s + r[p] * per_r, 1e-12))))

    @compiled
    def curve(s, r, per_s, per_r, hill, out):
        for i in range(len(out)):
            curve_row(s[i], r[i], per_s, per_r, hill, out[i])

    @compiled
    def exponentials(x, out):
        for p in range(out.size):
            out[p] = exp(x[p])

    return Kernels(levels, curve, exponentials)


def _factorials(last: int) -> list[float]:
    found = [1.0]
    for n in range(1, last + 1):
        found.append(found[-1] * n)
    return found
