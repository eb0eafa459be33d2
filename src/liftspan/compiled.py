"""The switch to compiled loops over people, from compartments to severity, behind the extra `fast`.

The array programs in `body/`, `brain/` and `simulate.py` define what is computed and run where this is not asked for;
the loops stand in `compiled_loops.py`, and a test compares each with the array program.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np

from liftspan.arrays import Array
from liftspan.compiled_loops import loops_of
from liftspan.errors import InvalidInput


@dataclass(frozen=True)
class Kernels:
    """The loops; arrays are float64, and each fills its last arguments, rows of people."""

    fill_three_modes: Callable
    fill_then: Callable
    fill_levels: Callable
    fill_curve: Callable
    fill_outcome: Callable
    fill_exponentials: Callable  # (x, out): for the benchmark, which measures what the machine can do

    def three_modes(self, *given: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """`disposition.three_modes` of clearance, volumes and flows: amplitudes and rates, each (mode, person)."""
        amplitudes, rates = np.empty((3, len(given[0]))), np.empty((3, len(given[0])))
        self.fill_three_modes(*given, amplitudes, rates)
        return amplitudes, rates

    def then(self, amplitudes: np.ndarray, rates: np.ndarray, rate: np.ndarray, apart: float) -> tuple[np.ndarray, ...]:
        """`Modes.then`: amplitudes and rates, each of shape (mode, person), with one more mode."""
        out = tuple(np.empty((len(rates) + 1, len(rate))) for _ in range(2))
        self.fill_then(*(np.ascontiguousarray(one) for one in (amplitudes, rates, rate)), apart, *out)
        return out

    def levels(self, stores, ages, people: slice) -> np.ndarray:
        """`Stores.levels` at ascending times, shape (time, person)."""
        first, last, _ = people.indices(stores.rates.shape[1])
        out = np.empty((len(ages.since_h), last - first))
        given = stores.given[0][None] if len(stores.given) == 1 else np.stack(stores.given)
        plan = (stores.table.at_once, stores.table.kind, stores.table.supplied_per_h)
        plan += (stores.table.lengths_h, stores.table.length)
        when = (ages.stretch, ages.since_h, ages.half, ages.double)
        self.fill_levels(np.ascontiguousarray(stores.rates), np.ascontiguousarray(given), *plan, *when, first, out)
        return out

    def curve(self, s: np.ndarray, r: np.ndarray, per_s: float, per_r: float, hill: float) -> np.ndarray:
        """`engagement` for levels of shape (person, node) and one curve."""
        rows_s, rows_r = np.ascontiguousarray(s.T), np.ascontiguousarray(r.T)
        out = np.empty_like(rows_s)
        self.fill_curve(rows_s, rows_r, per_s, per_r, hill, out)
        return out.T

    def outcome(self, drug, circumstances, sensitivity, responsiveness, baseline, maximum: float, lift, points) -> None:
        """`simulate._outcome` of each draw: fills lift and severity, (draw, person, time)."""
        drug = np.broadcast_to(drug, lift.shape)
        for d in range(len(lift)):
            given = (drug[d], circumstances[d], sensitivity[d], responsiveness[d], baseline[d])
            self.fill_outcome(*(np.ascontiguousarray(one) for one in given), maximum, lift[d], points[d])


_in_use: Kernels | None = None


@cache
def compiled_kernels() -> Kernels:
    """Compile them; raises InvalidInput where the extra `fast` is not installed: no answer needs it."""
    try:
        import numba
    except ModuleNotFoundError:
        problem = 'numba is not installed; it only saves time: pip install -c constraints/py311.txt ".[fast]"'
        raise InvalidInput([problem]) from None
    return Kernels(**loops_of(numba))


def use_compiled() -> None:
    """Let NumPy float64 inputs be computed by the compiled loops from now on; the first block waits some seconds."""
    global _in_use
    _in_use = compiled_kernels()


def use_arrays() -> None:
    """Back to the array programs."""
    global _in_use
    _in_use = None


def kernels_for(*arrays: Array) -> Kernels | None:
    """The kernels, when they are in use and the inputs are NumPy's float64."""
    if _in_use is None or not all(isinstance(one, np.ndarray) and one.dtype == np.float64 for one in arrays):
        return None
    return _in_use
