"""What this machine can do in a second, what one person of the workload asks of it, and so the fastest anyone could be.

Counted are the operations that the method needs, however they are written: exponentials (logarithms cost as much),
multiply-adds (a lone multiplication or addition counts as one), divisions and roots, and the bytes of the answer, which
must be written at least once. Arithmetic and memory can overlap: the limit is the slower of the two.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec

import numpy as np
from workload import TIMES_H, people, regimen

from liftspan.body.concentration import Matrix, ketamine_stores
from liftspan.body.modes import DEAD_AFTER, Stores
from liftspan.compiled import compiled_kernels
from liftspan.simulate import sittings_of

# Of one set of three compartments, by hand from `compiled_loops.py`: 12 divisions and roots for rates and amplitudes, 3
# for the stage of the effect site (in half of the sets), 3 or 4 for what a supply would fill the modes to.
COMPARTMENTS = {"multiply_adds": 75, "divisions": 17}
# Of one node: both levels scaled and added, the power of the drive, 1 / (1 + ...).
CURVE = {"exponentials": 2, "multiply_adds": 4, "divisions": 1}
# Of one reading: two traits times two lifts, and the curve of severity.
READING = {"exponentials": 1, "multiply_adds": 4, "divisions": 1}


@dataclass(frozen=True)
class Machine:
    """Per second and core."""

    exponentials: float
    multiply_adds: float
    divisions: float
    bytes_moved: float
    how: str  # by what the exponentials were measured


@dataclass(frozen=True)
class Work:
    """Of one person."""

    exponentials: float
    multiply_adds: float
    divisions: float
    bytes_moved: float

    def limit_s(self, machine: Machine) -> tuple[float, float]:
        """Arithmetic and memory: seconds that one person takes at least."""
        arithmetic = self.exponentials / machine.exponentials + self.multiply_adds / machine.multiply_adds
        return arithmetic + self.divisions / machine.divisions, self.bytes_moved / machine.bytes_moved


def machine() -> Machine:
    """Best of several short runs, one thread."""
    # Long enough that the call does not count (at 4096 it was a sixth of the time), short enough for the second cache.
    x, out = np.linspace(-5.0, 5.0, 32_768), np.empty(32_768)
    if find_spec("numba"):
        row, how = compiled_kernels().fill_exponentials, "vectorised polynomial, compiled"
        exp_s = _best(lambda: row(x, out), 25) / x.size
    else:
        exp_s, how = _best(lambda: np.exp(x, out=out), 25) / x.size, "NumPy"
    square = np.random.default_rng(0).random((384, 384))
    product = np.empty_like(square)
    fma_s = _best(lambda: np.matmul(square, square, out=product), 5) / 384**3
    divide_s = _best(lambda: np.divide(1.0, x, out=out), 25) / x.size
    large = np.ones(8_000_000)
    copy = np.empty_like(large)
    byte_s = _best(lambda: np.copyto(copy, large), 1) / (2 * large.nbytes)
    return Machine(1.0 / exp_s, 1.0 / fma_s, 1.0 / divide_s, 1.0 / byte_s, how)


def work(count: int = 4096) -> Work:
    """Operations of one person of the workload, counted on the grids and the people that are computed."""
    who = people(count)
    (sitting,) = sittings_of(regimen(), who)
    nodes = len(sitting.episode.nodes_h)
    venous = ketamine_stores(regimen().sessions, who.body, who.weight_kg, Matrix.VENOUS)
    levels = [_levels(one, sitting.episode.nodes_h) for one in sitting.stores] + [
        _levels(one, TIMES_H) for one in venous
    ]
    exponentials = (
        sum(exp for exp, _ in levels) + nodes * CURVE["exponentials"] + len(TIMES_H) * READING["exponentials"]
    )
    multiply_adds = sum(fma for _, fma in levels) + 4 * COMPARTMENTS["multiply_adds"] + nodes * CURVE["multiply_adds"]
    multiply_adds += nodes * len(TIMES_H) + len(TIMES_H) * READING["multiply_adds"]
    divisions = 4 * COMPARTMENTS["divisions"] + nodes + len(TIMES_H)
    return Work(exponentials, multiply_adds, divisions, 4 * len(TIMES_H) * 8.0)


def _levels(stores: Stores, times_h: np.ndarray) -> tuple[float, float]:
    """Exponentials and multiply-adds of one enantiomer: modes that have died are not counted, doubles are products."""
    ages = stores.ages(times_h)
    faster = (stores.rates - stores.rates.min(axis=0)).min(axis=1)
    filling = (ages.stretch >= 0) & (stores.table.kind[ages.stretch] >= 0)
    alive = (faster[:, None] * ages.since_h <= DEAD_AFTER) | filling
    new = ages.half < 0
    lengths = len(stores.table.lengths_h)
    exponentials = alive[:, new].sum() + lengths * len(stores.rates)
    steps = 2 * len(stores.steps) * len(stores.rates)
    return float(exponentials), float(alive.sum() + alive[:, ~new].sum() + steps)


def _best(run: Callable[[], object], repeats: int, rounds: int = 15) -> float:
    run()
    found = []
    for _ in range(rounds):
        begun = time.perf_counter()
        for _ in range(repeats):
            run()
        found.append((time.perf_counter() - begun) / repeats)
    return min(found)
