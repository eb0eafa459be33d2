"""How far studies lie apart beyond sampling: one spread at a time, a mode with its uncertainty, prior included."""

from collections.abc import Sequence

import numpy as np

from liftspan.acute.parameters import AcutePrior, centre_of

SMALLEST_FREEDOM = 0.05  # a row that has a parameter to itself says next to nothing
GRID_SDS, GRID_POINTS = 4.0, 321


def log_spread(
    squares: Sequence[float], variances: Sequence[float], freedoms: Sequence[float], prior: AcutePrior
) -> tuple[float, float]:
    """Mode and SD of the log of a spread between studies.

    Deviations d are taken as Normal(0, variance + spread^2); `freedoms` (0..1, by row) is the part of a row that the
    parameters did not absorb, so that a good fit is not mistaken for agreement (as REML does).

    Args:
        squares: d^2; for a deviation that was itself estimated, its square plus its variance, with variance 0 (EM).
    """
    squares, variances = np.asarray(squares), np.asarray(variances)
    freedoms = np.maximum(freedoms, SMALLEST_FREEDOM)
    grid = centre_of(prior) + prior.spread * np.linspace(-GRID_SDS, GRID_SDS, GRID_POINTS)
    total = variances[:, None] + np.exp(2.0 * grid)
    lost = 0.5 * (freedoms[:, None] * np.log(total) + squares[:, None] / total).sum(axis=0)
    lost = lost + 0.5 * ((grid - centre_of(prior)) / prior.spread) ** 2
    weights = np.exp(lost.min() - lost)
    mean = np.average(grid, weights=weights)
    return float(grid[lost.argmin()]), float(np.sqrt(np.average((grid - mean) ** 2, weights=weights)))
