"""Each trial predicted by a fit that has not seen it: how good the model is at what it is for."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import jax
import jax.numpy as jnp
import numpy as np

from liftspan.inference.likelihood import Explained, Problem
from liftspan.inference.mode import ModeFinder, draw

SCORE_DRAWS = 300
REPEATS = 10  # numbers drawn for each draw of the parameters
SEED = 20261125


@dataclass(frozen=True)
class LeftOut:
    """One trial that a fit did not see."""

    trial_id: str
    rows: np.ndarray  # indices of its rows
    log_score: float  # log predictive density of its rows together
    numbers: np.ndarray  # draws of its rows as a new trial would report them, (draw, row)


def without_trial(problem: Problem, trial: int) -> np.ndarray:
    """Which rows are kept when one trial is left out, 1 or 0, shape (row,)."""
    return (problem.trial_of_row != trial).astype(float)


def leave_one_out(
    problem: Problem, draws: int = SCORE_DRAWS, done: Callable[[str], None] = lambda trial_id: None
) -> Iterator[LeftOut]:
    """Refit without each trial in turn (normal approximation) and score its rows."""
    finder = ModeFinder(problem)
    explain = jax.jit(jax.vmap(problem.explain))
    full = finder.find()
    for index, trial_id in enumerate(problem.trials):
        mode = finder.find(without_trial(problem, index), full.z)
        said = explain(jnp.asarray(draw(problem, mode, draws, SEED)))
        rows = np.flatnonzero(problem.trial_of_row == index)
        yield LeftOut(trial_id, rows, log_score(problem, said, rows), reported(said, rows))
        done(trial_id)


def log_score(problem: Problem, said: Explained, rows: np.ndarray) -> float:
    """Log of the predictive density of some rows together, averaged over draws: `said` has a leading draw axis."""
    expected = np.asarray(said.expected)[:, rows]
    moved = np.asarray(said.moved_by)[:, rows] * np.asarray(said.tail)[:, rows, None]
    covariance = np.asarray(said.own)[:, rows][:, :, rows] + moved @ np.swapaxes(moved, 1, 2)
    factor = np.linalg.cholesky(covariance)
    scaled = np.linalg.solve(factor, (problem.seen.value[rows] - expected)[..., None])[..., 0]
    log_size = np.sum(np.log(np.diagonal(factor, axis1=1, axis2=2)), axis=1)
    each = -0.5 * np.sum(scaled**2, axis=1) - log_size - 0.5 * len(rows) * np.log(2.0 * np.pi)
    return float(np.logaddexp.reduce(each) - np.log(len(each)))


def reported(said: Explained, rows: np.ndarray) -> np.ndarray:
    """What a new trial of each draw reports in some rows, each by itself, shape (draw x REPEATS, row)."""
    expected = np.asarray(said.expected)[:, rows]
    moved = np.asarray(said.moved_by)[:, rows] * np.asarray(said.tail)[:, rows, None]
    own = np.diagonal(np.asarray(said.own), axis1=1, axis2=2)[:, rows]
    spread = np.sqrt(own + np.sum(moved**2, axis=2))
    z = np.random.Generator(np.random.Philox(key=SEED)).standard_normal((REPEATS, *expected.shape))
    return (expected + spread * z).reshape(-1, len(rows))
