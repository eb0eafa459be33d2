"""The posterior mode of a fit and the normal approximation around it: seconds, for choice, checks and a first look."""

from collections.abc import Callable
from dataclasses import dataclass

import jax
import jax.numpy as jnp
import numpy as np
from scipy.optimize import minimize

from liftspan.inference.likelihood import Problem, Seen

STARTS = 4  # of the search, each where the last one stopped
FLAT = 0.05  # gradient in log density per prior SD at which a stopped search is good enough: off by 0.05 SD at most
NOT_CONVERGED = "the fit did not converge: {message}"


@dataclass(frozen=True)
class Mode:
    """Where the posterior density is highest, in prior SDs from the prior centres, and how it falls from there."""

    z: np.ndarray  # (theta,)
    covariance: np.ndarray  # of z, (theta, theta)
    log_density: float


class ModeFinder:
    """Finds modes of one problem for any choice of rows: compiled once, so a refit without a trial takes a second."""

    def __init__(self, problem: Problem):
        def loss(z, keep, seen):
            return -problem.log_density(problem.centre + problem.width * z, keep, seen)

        self.problem = problem
        self._value_and_gradient: Callable = jax.jit(jax.value_and_grad(loss))
        self._curvature: Callable = jax.jit(jax.hessian(loss))

    def find(self, keep: np.ndarray | None = None, start: np.ndarray | None = None, seen: Seen | None = None) -> Mode:
        """The mode with the rows where `keep` is 1, searched from `start` (z); all rows from the prior centre.

        `seen` replaces the published numbers.
        """
        seen = self.problem.seen if seen is None else seen
        keep = np.ones(len(seen.value)) if keep is None else keep
        start = np.zeros(len(self.problem.centre)) if start is None else start

        def loss(z):
            return tuple(np.asarray(part, dtype=float) for part in self._value_and_gradient(jnp.asarray(z), keep, seen))

        found = _lowest(loss, start)
        curvature = np.asarray(self._curvature(jnp.asarray(found.x), keep, seen))
        return Mode(found.x, np.linalg.inv(0.5 * (curvature + curvature.T)), -float(found.fun))


def _lowest(loss: Callable, start: np.ndarray):
    """The minimum of a loss that returns its gradient as well.

    A line search can stop at the limit of rounding; it then begins again where it stopped, without its memory.
    """
    for _ in range(STARTS):
        found = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": 2000})
        if found.success or np.max(np.abs(found.jac)) < FLAT:
            return found
        start = found.x
    raise RuntimeError(NOT_CONVERGED.format(message=found.message))


def draw(problem: Problem, mode: Mode, count: int, seed: int) -> np.ndarray:
    """Draws of theta from the normal approximation, shape (draw, theta)."""
    values, vectors = np.linalg.eigh(mode.covariance)
    root = vectors * np.sqrt(np.maximum(values, 0.0))
    z = np.random.Generator(np.random.Philox(key=seed)).standard_normal((count, len(mode.z)))
    return problem.centre + problem.width * (mode.z + z @ root.T)
