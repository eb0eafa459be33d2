"""Levels after many doses, mode by mode: where most of a simulation's time goes, so each exponential counts.

A linear body is a few stores side by side, its modes. Mode k empties at its own rate and knows nothing of the others:

    x_k' = inflow_k - rate_k x_k        level = sum over k of x_k

So what earlier doses left behind is one number per mode, however many they were, and a level costs one exponential per
mode. `exponentials.py` gives the same answers for cascades whose rates coincide, at many times the cost.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import pairwise

import numpy as np

from liftspan.arrays import Array, array_namespace
from liftspan.body.single_precision import then_in_single
from liftspan.body.steps import Step, StepTable, steps_of, table_of
from liftspan.compiled import kernels_for

# Two rates of one person are kept apart by at least this share: moving one by so little changes no level by more than
# it, and then the partial fractions lose at most eps / APART: 1e-9 of a level. (Three rates of one person within 1e-5
# of each other would lose more; disposition rates never are, so this takes two uptakes at once.) Single precision has
# no such share: `single_precision.py`.
APART = 2e-7
# A mode is dropped once it fell by exp(-40) = 4e-18 more than the slowest one, in everyone.
DEAD_AFTER = 40.0
YOUNG_H = 1.0  # in single precision, until then a level is told from where it started
SAME = 1e-12  # two ages are one: then an exponential is a square
SQUARINGS, SQUARINGS_IN_SINGLE = 64, 1  # of one exponential, one after the other
ALL = slice(None)


@dataclass(frozen=True)
class Modes:
    """f(t) = sum over modes of amplitude x exp(-rate t): the answer to one unit at once; shape (mode, person)."""

    amplitudes: Array
    rates: Array

    def then(self, rate_per_h: Array) -> "Modes":
        """This response passed on by one more first-order stage, rate of shape (person,): what it adds comes last."""
        kernels = kernels_for(self.amplitudes, self.rates, rate_per_h)
        if kernels and self.rates.ndim == 2 and rate_per_h.shape == self.rates.shape[1:]:
            return Modes(*kernels.then(self.amplitudes, self.rates, rate_per_h, APART))
        xp = array_namespace(self.rates, rate_per_h)
        if self.rates.dtype != np.float64:
            return Modes(*then_in_single(self.amplitudes, self.rates, rate_per_h))
        near = xp.any(abs(rate_per_h - self.rates) < APART * rate_per_h, axis=0)
        rate = xp.where(near, rate_per_h * (1.0 + 2.0 * APART), rate_per_h)
        passed = self.amplitudes * (rate / (rate - self.rates))
        return Modes(xp.concatenate([passed, -xp.sum(passed, axis=0)[None]]), xp.concatenate([self.rates, rate[None]]))


@dataclass(frozen=True)
class Inflow:
    """One dose as the modes see it: at once (`supply_h` = 0) or at a constant rate over `supply_h`."""

    start_h: float
    supply_h: float
    amplitudes: Array  # what all of it, given at once, adds to each mode; shape (mode, person)
    jumps: bool = True  # whether the level jumps when it is given at once; after a further stage it does not


@dataclass(frozen=True)
class Stores:
    """Modes of some people with all that is given to them."""

    rates: Array  # per h, (mode, person)
    given: tuple[Array, ...]  # each distinct amount that comes in at some time, (mode, person)
    steps: tuple[Step, ...]  # when which of them comes in

    @cached_property
    def table(self) -> StepTable:
        """The steps as arrays."""
        return table_of(self.steps, len(self.given))

    @cached_property
    def contents(self) -> "Contents":
        """What is in each store whenever something starts or ends; the compiled loops follow that themselves."""
        return _contents(self.rates, self.given, self.steps)

    def levels(self, times_h: np.ndarray, people: slice = ALL) -> Array:
        """Level of these people at each time, in any order, shape (person, time); 0 before the first inflow.

        A time at which something is given at once sees it. The answer lies in memory as (time, person): long rows of
        people are what the processor's lanes like.
        """
        asked = np.asarray(times_h, np.float64).tobytes()
        squarings = SQUARINGS if self.rates.dtype == np.float64 else SQUARINGS_IN_SINGLE
        sorting, ages = _asked(self.table.breaks_h, self.table.jumps, asked, squarings)
        kernels = kernels_for(self.rates, *self.given)
        rows = kernels.levels(self, ages, people) if kernels else self._rows(ages, people)
        return (rows if sorting is None else rows[np.argsort(sorting)]).T

    def ages(self, times_h: np.ndarray) -> "Ages":
        """Ascending times between the breaks."""
        return ages_of(self.table.breaks_h, self.table.jumps, tuple(np.asarray(times_h).tolist()))

    def _rows(self, ages: "Ages", people: slice) -> Array:
        """Levels at ascending times, shape (time, person), stretch by stretch."""
        xp, rates, contents = array_namespace(self.rates), self.rates[:, people], self.contents
        dead_h, found = _dead_h(rates), []
        for stretch, generations in ages.by_stretch:
            if stretch < 0:
                count = sum(len(one.since_h) for one in generations)
                found.append(xp.zeros((count, rates.shape[1]), dtype=rates.dtype))
                continue
            state, kind = contents.at_break[stretch][:, people], self.table.kind[stretch]
            start = None if contents.start[stretch] is None else contents.start[stretch][people]
            if kind >= 0:
                found.append(_filling(xp, rates, state, start, contents.full[kind][:, people], generations))
            else:
                found.append(_emptying(xp, rates, state, start, generations, dead_h))
        return found[0] if len(found) == 1 else xp.concatenate(found)


def stores_of(rates: Array, inflows: Sequence[Inflow]) -> Stores:
    """Follow every mode from break to break; inflows in any order, none at all is one store that stays empty."""
    xp = array_namespace(rates)
    given = {id(one.amplitudes): one.amplitudes for one in inflows}  # equal doses share their array
    keys = {key: i for i, key in enumerate(given)}
    steps = steps_of(tuple((one.start_h, one.supply_h, keys[id(one.amplitudes)], one.jumps) for one in inflows))
    return Stores(rates, tuple(given.values()) or (xp.zeros_like(rates),), steps)


@dataclass(frozen=True)
class Contents:
    """What is in the stores at each break."""

    at_break: tuple  # each (mode, person)
    start: tuple  # the level there, where it is asked for: its modes cancel just after a dose; each (person,)
    full: tuple  # what each kind of supplies that are on together would fill the stores to, each (mode, person)


def _contents(rates: Array, given: tuple[Array, ...], steps: tuple[Step, ...]) -> Contents:
    """Follow every mode from break to break."""
    xp = array_namespace(rates)
    single, state, at_break, start, full, left = rates.dtype != np.float64, xp.zeros_like(rates), [], [], {}, {}
    for step in steps:
        level = xp.sum(state, axis=0) if single or step.on else None  # before what is given now, whose modes may cancel
        for i in step.at_once:
            state = state + given[i]
            level = level + xp.sum(given[i], axis=0) if step.jumps and level is not None else level
        start.append(level)
        at_break.append(state)
        if step.on and step.on not in full:
            full[step.on] = sum(given[i] / supply_h for i, supply_h in step.on) / rates
        if step.length_h is not None:
            if step.length_h not in left:
                left[step.length_h] = xp.exp(-xp.minimum(rates * step.length_h, 80.0))
            filled = full.get(step.on)
            state = state * left[step.length_h] if filled is None else filled + (state - filled) * left[step.length_h]
    return Contents(tuple(at_break), tuple(start), tuple(full.values()))


@dataclass(frozen=True)
class Generation:
    """Ages of one stretch, each told anew (`of` = None) or as twice one of the generation before."""

    since_h: np.ndarray
    of: slice | np.ndarray | None  # which rows of the generation before
    rows: np.ndarray  # where they stand among the times of the stretch


@dataclass(frozen=True)
class Ages:
    """Ascending times as stretches between breaks (-1 = before the first), time since the break, and doubles."""

    stretch: np.ndarray
    since_h: np.ndarray
    half: np.ndarray  # index of the time of the same stretch that is half as old, -1 = none
    double: np.ndarray  # index of the time that is twice as old, -1 = none
    by_stretch: tuple[tuple[int, tuple[Generation, ...]], ...]


@lru_cache(maxsize=64)
def _asked(
    breaks_h: tuple[float, ...], jumps: tuple[bool, ...], times: bytes, squarings: int
) -> tuple[np.ndarray | None, Ages]:
    """How to sort these times (None = they ascend), and their ages; kept, since it is asked for again and again."""
    times_h = np.frombuffer(times)
    sorting = None if np.all(np.diff(times_h) >= 0.0) else np.argsort(times_h)
    ascending = times_h if sorting is None else times_h[sorting]
    return sorting, ages_of(breaks_h, jumps, tuple(ascending.tolist()), squarings)


def ages_of(
    breaks_h: tuple[float, ...], jumps: tuple[bool, ...], times_h: tuple[float, ...], squarings: int = SQUARINGS
) -> Ages:
    """Ascending times between these breaks.

    Where a level does not jump, a time at the break ends the stretch before: there the modes of what is given then
    cancel, which single precision would not survive. Nor would it many squares of squares, as the error doubles each
    time: after so many `squarings` a generation is new.
    """
    times, breaks = np.array(times_h), np.array(breaks_h)
    stretch = np.searchsorted(breaks, times, side="right") - 1
    at_break = (stretch >= 0) & (times == breaks[stretch])
    stretch = stretch - (at_break & ~np.array(jumps)[stretch])
    since_h = np.where(stretch >= 0, times - breaks[stretch], 0.0)
    half, double, generation = np.full(len(times), -1), np.full(len(times), -1), np.zeros(len(times), dtype=int)
    by_stretch = []
    for one in np.unique(stretch):
        rows = np.flatnonzero(stretch == one)
        for i in rows if one >= 0 else ():
            nearest = rows[np.argmin(abs(2.0 * since_h[rows] - since_h[i]))]
            if abs(2.0 * since_h[nearest] - since_h[i]) <= SAME * since_h[i] > 0.0 and double[nearest] < 0:
                half[i], double[nearest], generation[i] = nearest, i, generation[nearest] + 1
        groups = [rows[generation[rows] == g] for g in range(generation[rows].max() + 1)]
        generations = [Generation(since_h[groups[0]], None, groups[0] - rows[0])]
        for g, (before, group) in enumerate(pairwise(groups), 1):
            of = np.searchsorted(before, half[group])
            in_a_row = slice(of[0], of[-1] + 1) if np.all(np.diff(of) == 1) else of
            is_new = g % (squarings + 1) == 0
            generations.append(Generation(since_h[group], None if is_new else in_a_row, group - rows[0]))
        by_stretch.append((int(one), tuple(generations)))
    return Ages(stretch, since_h, half, double, tuple(by_stretch))


def _emptying(xp, rates, state, start, generations, dead_h) -> Array:
    """Nothing is given: every mode falls. Shape (time, person)."""
    totals = [0.0] * len(generations)
    for k in range(len(rates)):
        left = None
        for g, ages in enumerate(generations):
            if ages.since_h[0] > dead_h[k]:
                break
            left = xp.exp(-rates[k] * _as(rates, ages.since_h)) if ages.of is None else left[ages.of] * left[ages.of]
            totals[g] = totals[g] + state[k] * left
    if rates.dtype != np.float64:
        totals = [_young(xp, rates, state, start, one, total) for one, total in zip(generations, totals, strict=True)]
    return _in_order(xp, totals, generations)


def _young(xp, rates, state, start, ages: "Generation", total) -> Array:
    """A young level told from where it started, as its modes still cancel."""
    moved = sum(state[k] * xp.expm1(-rates[k] * _as(rates, ages.since_h)) for k in range(len(rates)))
    return xp.where((ages.since_h < YOUNG_H)[:, None], start + moved, total)


def _filling(xp, rates, state, start, full, generations) -> Array:
    """Something is given: from its level at the break each mode moves to what would fill it (expm1: early digits)."""
    totals = [start] * len(generations)
    for k in range(len(rates)):
        moved = None
        for g, ages in enumerate(generations):
            if ages.of is None:
                moved = xp.expm1(-rates[k] * _as(rates, ages.since_h))
            else:
                moved = moved[ages.of] * (2.0 + moved[ages.of])
            totals[g] = totals[g] + (state[k] - full[k]) * moved
    return _in_order(xp, totals, generations)


def _as(rates: Array, since_h: np.ndarray) -> np.ndarray:
    """A column of ages in the precision of the rates."""
    return since_h[:, None].astype(rates.dtype)


def _in_order(xp, totals: list, generations: tuple[Generation, ...]) -> Array:
    if len(totals) == 1:
        return totals[0]
    rows, order = xp.concatenate(totals), np.concatenate([one.rows for one in generations])
    return rows if np.all(np.diff(order) > 0) else rows[np.argsort(order)]


def _dead_h(rates: Array) -> list[float]:
    """How long after a break each mode counts, beside the slowest one, in anyone of these people."""
    if array_namespace(rates) is not np:  # traced rates have no smallest value
        return [np.inf] * len(rates)
    faster = (rates - rates.min(axis=0)).min(axis=1)
    return [DEAD_AFTER / gap if gap > 0.0 else np.inf for gap in faster]
