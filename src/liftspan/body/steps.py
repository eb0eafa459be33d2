"""When something starts or ends to enter the modes of `modes.py`, and what: the same for all people."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np


@dataclass(frozen=True)
class Step:
    """One break: what is given at once there, which supplies are on from there, and how long until the next."""

    begin_h: float
    at_once: tuple[int, ...]
    on: tuple[tuple[int, float], ...]  # (which amount, hours that its supply takes)
    length_h: float | None  # None = for ever
    jumps: bool


@lru_cache(maxsize=64)
def steps_of(inflows: tuple[tuple[float, float, int, bool], ...]) -> tuple[Step, ...]:
    """Breaks of inflows (start, supply, which amount, jumps); kept, as every block of people is given the same."""
    breaks_h = np.unique([at for start_h, supply_h, *_ in inflows for at in (start_h, start_h + supply_h)] or [0.0])
    lengths_h = [*(round(step, 12) for step in np.diff(breaks_h).tolist()), None]
    found = []
    for begin_h, length_h in zip(breaks_h.tolist(), lengths_h, strict=True):
        at_once = [(i, jumps) for start_h, supply_h, i, jumps in inflows if supply_h == 0.0 and start_h == begin_h]
        on = [(i, supply_h) for start_h, supply_h, i, _ in inflows if start_h <= begin_h < start_h + supply_h]
        found.append(Step(begin_h, tuple(i for i, _ in at_once), tuple(on), length_h, any(j for _, j in at_once)))
    return tuple(found)


@dataclass(frozen=True)
class StepTable:
    """Steps as arrays: which amounts come in at once, which supplies are on, how long until the next break."""

    breaks_h: tuple[float, ...]
    jumps: tuple[bool, ...]  # whether the level jumps there
    at_once: np.ndarray  # how often each amount comes in at once, (break, amount)
    kind: np.ndarray  # which kind of supplies is on from there, -1 = nothing is given; (break,)
    supplied_per_h: np.ndarray  # share of each amount that such a kind brings in an hour, (kind, amount)
    lengths_h: np.ndarray  # each distinct time between two breaks, (length,)
    length: np.ndarray  # which of them follows, -1 = for ever; (break,)


@lru_cache(maxsize=64)
def table_of(steps: tuple[Step, ...], amounts: int) -> StepTable:
    """Steps of so many distinct amounts; kept likewise."""
    kinds = list(dict.fromkeys(step.on for step in steps if step.on))
    lengths_h = list(dict.fromkeys(step.length_h for step in steps if step.length_h is not None))
    supplied_per_h = np.zeros((len(kinds), amounts))
    for kind, on in enumerate(kinds):
        for i, supply_h in on:
            supplied_per_h[kind, i] += 1.0 / supply_h
    return StepTable(
        tuple(step.begin_h for step in steps),
        tuple(step.jumps for step in steps),
        np.array([[step.at_once.count(i) for i in range(amounts)] for step in steps]),
        np.array([kinds.index(step.on) if step.on else -1 for step in steps]),
        supplied_per_h,
        np.array(lengths_h),
        np.array([-1 if step.length_h is None else lengths_h.index(step.length_h) for step in steps]),
    )
