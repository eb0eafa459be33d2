"""Whether a fit finds the truth again: evidence simulated from known parameters, fitted, and the truth ranked.

Simulation-based calibration: with truths drawn from the prior, their ranks among posterior draws are uniform when fit
and model are right. Source: Talts, Betancourt, Simpson, Vehtari & Gelman, arXiv 1804.06788.
"""

from collections.abc import Callable

import jax.numpy as jnp
import numpy as np

from liftspan.evidence.recovery_said import DRAWS
from liftspan.inference.likelihood import Problem, Seen
from liftspan.inference.mode import ModeFinder, draw


def simulated_evidence(problem: Problem, theta: np.ndarray, rng: np.random.Generator) -> Seen:
    """Numbers that trials of the same design would publish if `theta` were true."""
    said = problem.explain(jnp.asarray(theta))
    moved = np.asarray(said.moved_by) * np.asarray(said.tail)[:, None]
    covariance = problem.same_trial * (moved @ moved.T) + np.asarray(said.own)
    value = np.asarray(said.expected) + np.linalg.cholesky(covariance) @ rng.standard_normal(len(moved))
    log_sd = np.log(np.asarray(said.spread)) + problem.log_sd_error * rng.standard_normal(len(moved))
    return Seen(value, log_sd)


def ranks(
    problem: Problem, sets: int, seed: int, done: Callable[[int, int], None] = lambda at, of: None
) -> tuple[np.ndarray, int]:
    """Rank of each true parameter among `DRAWS` draws of the quick fit (normal approximation): (set, parameter).

    Also how many sets did not converge; they are left out and counted, never repeated.
    """
    finder, found, failed = ModeFinder(problem), [], 0
    for one in range(sets):
        rng = np.random.default_rng([seed, one])
        truth = problem.centre + problem.width * rng.standard_normal(len(problem.centre))
        try:
            mode = finder.find(seen=simulated_evidence(problem, truth, rng))
            drawn = draw(problem, mode, DRAWS, seed + one)
            found.append(np.sum(drawn < truth, axis=0)[: len(problem.names)])
        except (RuntimeError, np.linalg.LinAlgError):
            failed += 1
        done(one + 1, sets)
    return np.array(found), failed
