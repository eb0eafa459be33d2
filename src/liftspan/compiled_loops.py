"""The one compiled file: loops over people for Numba, which `liftspan.compiled` switches on.

NumPy passes over memory once for each operation, so it stays far below what the processor can do (the count stands in
docs/performance.md); here a row of people stays in the first cache from its first operation to the last. Numba's own
exponential is not vectorised, so polynomials stand below.
"""

from collections.abc import Callable

import numpy as np

DEAD_AFTER = 40.0  # as in body/modes.py: exp(-40) beside the slowest mode
PEOPLE_AT_ONCE = 512  # rows of this length stay in the first cache
# Rows of the workspace lie this far apart: a power of two would put them all into the same few lines of the cache.
APART = PEOPLE_AT_ONCE + 24
TOGETHER = 2  # modes that one loop takes: their sum stays in a register
HELD, LEFT = TOGETHER * APART, 2 * TOGETHER * APART  # from the row of a mode's rate to what it holds, and what is left
SHIFT = 1.5 * 2.0**52 + 1023.0  # added to a number, it leaves the nearest whole one in the bits where exponents begin


def loops_of(numba) -> dict[str, Callable]:
    """Every loop under the name that `compiled.Kernels` gives it, compiled at its first call."""
    # No reordering of sums, so that results do not depend on the width of the lanes.
    how = {"fastmath": {"contract", "nnan", "ninf", "nsz"}, "error_model": "numpy", "nogil": True}
    compiled, inline = numba.njit(**how), numba.njit(inline="always", **how)
    exp, log = _exponential(inline), _logarithm(inline)

    @compiled
    def exponentials(x, out):
        for p in range(out.size):
            out[p] = exp(x[p])

    return {
        "fill_three_modes": _three_modes(compiled),
        "fill_then": _then(compiled),
        "fill_levels": _levels(compiled, exp),
        "fill_curve": _curve(compiled, exp, log),
        "fill_outcome": _outcome(compiled, exp),
        "fill_exponentials": exponentials,
    }


def _polynomial(function: Callable, degree: int, low: float, high: float) -> tuple[float, ...]:
    """Coefficients from 1 upwards, within a few times the least possible error: by Chebyshev's points."""
    near = np.polynomial.Chebyshev.interpolate(function, degree, [low, high])
    return tuple(near.convert(kind=np.polynomial.Polynomial).coef.tolist())


def _exponential(inline):
    half = 0.5 * np.log(2.0)
    terms = (1.0, *_polynomial(np.exp, 9, -half, half)[1:])  # within 2e-14, and exp(0) is 1

    @inline
    def exp(x):
        """2^whole x polynomial of what is left, within ln 2 / 2; x above -700."""
        x = max(x, -700.0)
        shifted = x * 1.4426950408889634 + SHIFT
        rest = x - (shifted - SHIFT) * 0.6931471805599453
        total = terms[9]
        for k in range(8, -1, -1):
            total = total * rest + terms[k]
        return total * np.int64(np.float64(shifted).view(np.int64) << 52).view(np.float64)

    return exp


def _logarithm(inline):
    def series(square):  # 2 atanh(ratio) / ratio
        ratio = np.sqrt(np.maximum(square, 1e-18))
        return 2.0 * np.arctanh(ratio) / ratio

    terms = _polynomial(series, 6, 0.0, (3.0 - np.sqrt(8.0)) ** 2)  # within 4e-15

    @inline
    def log(x):
        """Exponent x ln 2 + log of the mantissa, within a factor sqrt(1/2) .. sqrt(2), by atanh."""
        bits = np.float64(x).view(np.int64)
        power = (bits - np.int64(0x3FE6A09E667F3BCD)) >> 52
        mantissa = np.int64(bits - (power << 52)).view(np.float64)
        ratio = (mantissa - 1.0) / (mantissa + 1.0)
        total = terms[6]
        for k in range(5, -1, -1):
            total = total * (ratio * ratio) + terms[k]
        return power * 0.6931471805599453 + ratio * total

    return log


# Loops write into rows of one workspace, a known distance apart: the compiler then sees that they do not overlap, and
# uses its lanes. Rows are given by index, not as slices: a slice costs 20 ns, as much as sixty people.


def _three_modes(compiled):
    # The largest root of a cubic is cos(acos(x) / 3); in the root of (1 + x) / 2 that is smooth. Newton starts there.
    start = _polynomial(lambda root: np.cos(np.arccos(root) / 1.5), 5, 0.0, 1.0)

    @compiled
    def row(clearance, central, first, second, flow_1, flow_2, low, work, count):
        for p in range(count):
            per_central = 1.0 / central[low + p]
            leave, out_1, out_2 = clearance[low + p] * per_central, flow_1[low + p] * per_central, flow_2[low + p]
            back_1, back_2, out_2 = flow_1[low + p] / first[low + p], out_2 / second[low + p], out_2 * per_central
            square = leave + out_1 + out_2 + back_1 + back_2
            linear = leave * (back_1 + back_2) + back_1 * back_2 + out_1 * back_2 + out_2 * back_1
            constant = leave * (back_1 * back_2)
            third = square * (1.0 / 3.0)
            depth_squared = max(third * third - linear * (1.0 / 3.0), 0.0)
            depth = np.sqrt(depth_squared)
            half = third * (third * third - 0.5 * linear) + 0.5 * constant
            root = np.sqrt(min(max(0.5 + 0.5 * half / (depth_squared * depth), 0.0), 1.0))
            cosine = start[5]
            for k in range(4, -1, -1):
                cosine = cosine * root + start[k]
            fast = third + 2.0 * depth * cosine
            for _ in range(2):
                rest = (fast - square) * fast + linear
                fast = fast - (rest * fast - constant) / ((2.0 * fast - square) * fast + rest)
            per_fast = 1.0 / fast
            product = constant * per_fast
            half_sum = 0.5 * (linear - product) * per_fast
            middle = half_sum + np.sqrt(max(half_sum * half_sum - product, 0.0))
            slow = product / middle
            upper, whole, lower = fast - middle, fast - slow, middle - slow
            share = per_central / (upper * whole * lower)
            work[p] = (fast - back_1) * (fast - back_2) * lower * share
            work[APART + p] = (middle - back_1) * (back_2 - middle) * whole * share
            work[2 * APART + p] = (slow - back_1) * (slow - back_2) * upper * share
            work[3 * APART + p], work[4 * APART + p], work[5 * APART + p] = fast, middle, slow

    @compiled
    def three_modes(clearance, central, first, second, flow_1, flow_2, amplitudes, rates):
        work = np.empty(6 * APART)
        for start in range(0, len(clearance), PEOPLE_AT_ONCE):
            low, count = np.uint64(start), np.uint64(min(PEOPLE_AT_ONCE, len(clearance) - start))
            row(clearance, central, first, second, flow_1, flow_2, low, work, count)
            for k in range(3):
                amplitudes[k, low : low + count] = work[k * APART : k * APART + count]
                rates[k, low : low + count] = work[(3 + k) * APART : (3 + k) * APART + count]

    return three_modes


def _then(compiled):
    @compiled
    def begin(rate, low, work, count):
        for p in range(count):
            work[p], work[APART + p], work[2 * APART + p] = rate[low + p], 0.0, 0.0

    @compiled
    def meet(rates, k, low, apart, work, count):
        for p in range(count):
            near = abs(work[p] - rates[k, low + p]) < apart * work[p]
            work[APART + p] = max(work[APART + p], 2.0 * apart if near else 0.0)

    @compiled
    def move_away(work, count):
        for p in range(count):
            work[p] *= 1.0 + work[APART + p]

    @compiled
    def pass_on(amplitudes, rates, k, low, work, passed, count):
        for p in range(count):
            here = amplitudes[k, low + p] * (work[p] / (work[p] - rates[k, low + p]))
            passed[k, low + p] = here
            work[2 * APART + p] -= here

    @compiled
    def keep(source, k, low, out, count):
        for p in range(count):
            out[k, low + p] = source[k, low + p]

    @compiled
    def write(work, row, k, low, out, count):
        for p in range(count):
            out[k, low + p] = work[row + p]

    @compiled
    def then(amplitudes, rates, rate, apart, passed, all_rates):
        work, last = np.empty(3 * APART), np.uint64(len(rates))
        for start in range(0, len(rate), PEOPLE_AT_ONCE):
            low, count = np.uint64(start), np.uint64(min(PEOPLE_AT_ONCE, len(rate) - start))
            begin(rate, low, work, count)
            for k in range(last):
                meet(rates, k, low, apart, work, count)
            move_away(work, count)
            for k in range(last):
                pass_on(amplitudes, rates, k, low, work, passed, count)
                keep(rates, k, low, all_rates, count)
            write(work, np.uint64(0), last, low, all_rates, count)
            write(work, np.uint64(2 * APART), last, low, passed, count)

    return then


def _levels(compiled, exp):
    def loops(modes):
        """Add so many modes to a row, for one time: from their rates, or from the time that is half as old."""

        @compiled
        def fall(work, first, row, since_h, out, i, begin, count):
            for p in range(count):
                total = work[row + p]
                for j in range(modes):
                    mode = first + np.uint64(j * APART) + p
                    here = exp(-work[mode] * since_h)
                    total += work[mode + np.uint64(HELD)] * here
                    work[mode + np.uint64(LEFT)] = here * here
                out[i, begin + p] = total

        @compiled
        def double(work, first, row, out, i, begin, count):
            for p in range(count):
                total = work[row + p]
                for j in range(modes):
                    mode = first + np.uint64(j * APART) + p
                    here = work[mode + np.uint64(LEFT)]
                    total += work[mode + np.uint64(HELD)] * here
                    work[mode + np.uint64(LEFT)] = here * here
                out[i, begin + p] = total

        return fall, double

    (fall_1, double_1), (fall_2, double_2) = loops(1), loops(TOGETHER)

    @compiled
    def add_modes(work, rows, sums, alive, fresh, row, since_h, out, i, begin, count):
        """All modes that are alive: sums so far stand in two rows of the workspace by turns, the last one in `out`."""
        first, turn, start = np.uint64(0), np.uint64(0), np.uint64(0)
        while alive > TOGETHER:
            if fresh:
                fall_2(work, first, row, since_h, rows, sums + turn, start, count)
            else:
                double_2(work, first, row, rows, sums + turn, start, count)
            row, turn = (sums + turn) * np.uint64(APART), np.uint64(1) - turn
            first += np.uint64(3 * TOGETHER * APART)
            alive -= TOGETHER
        if alive == TOGETHER and fresh:
            fall_2(work, first, row, since_h, out, i, begin, count)
        elif alive == TOGETHER:
            double_2(work, first, row, out, i, begin, count)
        elif fresh:
            fall_1(work, first, row, since_h, out, i, begin, count)
        else:
            double_1(work, first, row, out, i, begin, count)

    @compiled
    def copy(rates, k, low, work, row, count):
        for p in range(count):
            work[row + p] = rates[k, low + p]

    @compiled
    def least(work, row, other, count):
        for p in range(count):
            work[row + p] = min(work[row + p], work[other + p])

    @compiled
    def smallest_gap(work, rate, slowest, free, count):
        """How much faster a mode falls than the slowest one, in everyone: rows are folded, as lanes cannot be."""
        for p in range(count):
            work[free + p] = work[rate + p] - work[slowest + p]
        while count > np.uint64(1):
            half = (count + np.uint64(1)) // np.uint64(2)
            least(work, free, free + half, count - half)
            count = half
        return work[free]

    @compiled
    def sort(gaps, order):
        """Slowest first: then the modes that still count come before those that have died."""
        for j in range(len(order)):
            i = j
            while i > 0 and gaps[order[i - 1]] > gaps[j]:
                order[i] = order[i - 1]
                i -= 1
            order[i] = j

    @compiled
    def add(given, a, k, low, share, work, row, count):
        for p in range(count):
            work[row + p] += share * given[a, k, low + p]

    @compiled
    def fill(work, rate, full, base, count):
        """From what is supplied in an hour to what that would fill a mode to, and its part of the level."""
        for p in range(count):
            work[full + p] /= work[rate + p]
            work[base + p] += work[full + p]

    @compiled
    def left_after(work, rate, length_h, row, count):
        for p in range(count):
            work[row + p] = exp(-min(work[rate + p] * length_h, 80.0))

    @compiled
    def hold(work, state, full, row, count):
        for p in range(count):
            work[row + p] = work[state + p] - work[full + p]

    @compiled
    def wait(work, state, full, left, count):
        for p in range(count):
            work[state + p] = work[full + p] + (work[state + p] - work[full + p]) * work[left + p]

    @compiled
    def levels(
        rates, given, at_once, kind, supplied_per_h, lengths_h, length, stretch, since_h, half, double_of, first, out
    ):
        modes, kinds, times, arrays = len(rates), len(supplied_per_h), len(since_h), np.uint64(len(given))
        gaps, order = np.empty(modes), np.empty(modes, np.int64)
        # The workspace: rate, held and left of each mode; nothing; two sums; the level that each kind would keep up;
        # what each mode holds now; what each kind would fill it to; what is left of it after each length.
        rate = np.array([(3 * TOGETHER * (j // TOGETHER) + j % TOGETHER) * APART for j in range(modes)])
        nothing = rate[-1] + 3 * TOGETHER * APART
        sums, base = np.uint64(nothing // APART + 1), nothing + 3 * APART
        state = base + kinds * APART
        full = state + modes * APART
        left = full + kinds * modes * APART
        rows = np.empty((left // APART + len(lengths_h) * modes, APART))
        work = rows.reshape(-1)
        work[nothing : nothing + APART] = 0.0
        for start in range(0, out.shape[1], PEOPLE_AT_ONCE):
            begin, count = np.uint64(start), np.uint64(min(PEOPLE_AT_ONCE, out.shape[1] - start))
            low = np.uint64(first + start)
            slowest, free = np.uint64(rate[0] + LEFT), np.uint64(rate[0] + HELD)
            copy(rates, np.uint64(0), low, work, slowest, count)
            for j in range(modes):
                copy(rates, np.uint64(j), low, work, np.uint64(rate[j]), count)
                least(work, slowest, np.uint64(rate[j]), count)
            for j in range(modes):
                gaps[j] = smallest_gap(work, np.uint64(rate[j]), slowest, free, count)
            sort(gaps, order)
            work[base:left] = 0.0
            for j in range(modes):
                k = np.uint64(order[j])
                copy(rates, k, low, work, np.uint64(rate[j]), count)
                for one in range(kinds):
                    row = np.uint64(full + (one * modes + j) * APART)
                    for a in range(arrays):
                        if supplied_per_h[one, a] > 0.0:
                            add(given, a, k, low, supplied_per_h[one, a], work, row, count)
                    fill(work, np.uint64(rate[j]), row, np.uint64(base + one * APART), count)
                for one in range(len(lengths_h)):
                    row = np.uint64(left + (one * modes + j) * APART)
                    left_after(work, np.uint64(rate[j]), lengths_h[one], row, count)
            time = 0
            while time < times and stretch[time] < 0:
                out[time, begin : begin + count] = 0.0
                time += 1
            for b in range(len(kind)):
                if time == times:
                    break
                for j in range(modes):
                    row = np.uint64(state + j * APART)
                    for a in range(arrays):
                        if at_once[b, a] > 0:
                            add(given, a, np.uint64(order[j]), low, np.float64(at_once[b, a]), work, row, count)
                    filled = np.uint64(nothing if kind[b] < 0 else full + (kind[b] * modes + j) * APART)
                    if stretch[time] == b:
                        hold(work, row, filled, np.uint64(rate[j] + HELD), count)
                    if length[b] >= 0:
                        wait(work, row, filled, np.uint64(left + (length[b] * modes + j) * APART), count)
                towards = np.uint64(nothing if kind[b] < 0 else base + kind[b] * APART)
                while time < times and stretch[time] == b:
                    i, alive = time, modes
                    while i >= 0 and half[time] < 0:  # a time, its double, and so on
                        while kind[b] < 0 and gaps[order[alive - 1]] * since_h[i] > DEAD_AFTER:
                            alive -= 1
                        fresh, at = i == time, np.uint64(i)
                        add_modes(work, rows, sums, alive, fresh, towards, since_h[i], out, at, begin, count)
                        i = double_of[i]
                    time += 1

    return levels


def _curve(compiled, exp, log):
    @compiled
    def row(s, r, per_s, per_r, hill, out):
        for p in range(out.size):
            out[p] = 1.0 / (1.0 + exp(-hill * log(max(s[p] * per_s + r[p] * per_r, 1e-12))))

    @compiled
    def curve(s, r, per_s, per_r, hill, out):
        for i in range(len(out)):
            row(s[i], r[i], per_s, per_r, hill, out[i])

    return curve


def _outcome(compiled, exp):
    @compiled
    def of_person(drug, circumstances, sensitivity, responsiveness, odds, lift, points):
        for t in range(lift.size):
            lift[t] = sensitivity * drug[t] + responsiveness * circumstances[t]
            points[t] = odds

    @compiled
    def severity(lift, maximum, points):
        for i in range(lift.size):
            points[i] = maximum / (1.0 + points[i] * exp(lift[i]))

    @compiled
    def outcome(drug, circumstances, sensitivity, responsiveness, baseline, maximum, lift, points):
        people, times = lift.shape
        rows = max(1, 8 * PEOPLE_AT_ONCE // max(1, times))
        for start in range(0, people, rows):
            last = min(start + rows, people)
            for p in range(start, last):
                odds, per_drug, per_context = (maximum - baseline[p]) / baseline[p], sensitivity[p], responsiveness[p]
                of_person(drug[p], circumstances, per_drug, per_context, odds, lift[p], points[p])
            severity(lift[start:last].reshape(-1), maximum, points[start:last].reshape(-1))

    return outcome
