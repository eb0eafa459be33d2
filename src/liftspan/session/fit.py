"""Fit the session's parameters to the published numbers: penalised least squares, then Laplace draws.

    python -m liftspan.session.fit

Writes data/acute_draws.json with the hash of what it was fitted to. Half a minute on one core.
"""

import hashlib
import json
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import numpy as np

from liftspan.acute.parameters import NAMES, PRIORS, centre_of, natural
from liftspan.files import write_whole
from liftspan.session.between import log_spread
from liftspan.session.likelihood import Comparison, comparisons, site_of, touches
from liftspan.session.observations import TABLE, USES, AcuteRow, shipped_acute
from liftspan.session.predicted import levels_of_row, said_of
from liftspan.session.store import STORE

DRAWS, SEED = 200, 1
ROUNDS = 3  # of parameters given the spreads between studies, then spreads given the parameters
STEP = 1e-3  # of the transformed scale, for derivatives
COUNT, SITE, RATE = len(NAMES), NAMES.index("site_spread"), NAMES.index("rate_spread")


@dataclass(frozen=True)
class Fit:
    """Mode and covariance of the parameters on the transformed scale; log factor of each site on rises of pressure."""

    mode: np.ndarray
    covariance: np.ndarray
    sites: dict[str, float]


@dataclass(frozen=True)
class Problem:
    """Rows to be met, sites that deviate, and normal priors; the spreads between studies are held at their centres."""

    rows: tuple[AcuteRow, ...]
    levels: tuple
    sites: tuple[str, ...]
    centres: np.ndarray
    spreads: np.ndarray

    def of(self, i: int, x: np.ndarray) -> list[Comparison]:
        """Row `i` beside the model."""
        site = site_of(self.rows[i])
        factor = x[COUNT + self.sites.index(site)] if site else 0.0
        return comparisons(self.rows[i], self.levels[i], natural(x[:COUNT]), factor)

    def of_row(self, i: int, x: np.ndarray) -> list[float]:
        """Residuals of row `i`."""
        between = float(np.exp(2.0 * self.centres[RATE]))
        return [one.residual(between) for one in self.of(i, x)]

    def of_priors(self, x: np.ndarray) -> np.ndarray:
        """Standardised distances from the priors."""
        return np.concatenate([(x[:COUNT] - self.centres) / self.spreads, x[COUNT:] / np.exp(self.centres[SITE])])

    def residuals(self, x: np.ndarray) -> np.ndarray:
        """All of them."""
        return np.concatenate([*(self.of_row(i, x) for i in range(len(self.rows))), self.of_priors(x)])

    def slopes(self, x: np.ndarray) -> np.ndarray:
        """Derivatives by forward differences, of the rows that a parameter touches."""
        base = [np.array(self.of_row(i, x)) for i in range(len(self.rows))]
        ends = np.cumsum([len(one) for one in base])
        found = np.zeros((ends[-1] + len(x), len(x)))
        for j, name in enumerate((*NAMES, *self.sites)):
            moved = x + STEP * (np.arange(len(x)) == j)
            for i, row in enumerate(self.rows):
                if touches(name, row):
                    found[ends[i] - len(base[i]) : ends[i], j] = (self.of_row(i, moved) - base[i]) / STEP
            found[ends[-1] :, j] = (self.of_priors(moved) - self.of_priors(x)) / STEP
        return found


def fit(rows: tuple[AcuteRow, ...]) -> Fit:
    """To the rows whose use is "fit"; the spreads between studies are estimated in turn with the rest."""
    from scipy.optimize import least_squares

    used = tuple(row for row in rows if row.use == "fit")
    sites = tuple(sorted({site_of(row) for row in used} - {""}))
    centres, spreads = np.array([(centre_of(prior), prior.spread) for prior in PRIORS]).T
    levels, x = tuple(levels_of_row(row) for row in used), np.concatenate([centres, np.zeros(len(sites))])
    for _ in range(ROUNDS):
        problem = Problem(used, levels, sites, centres, spreads)
        x[[SITE, RATE]] = centres[[SITE, RATE]]
        found = least_squares(problem.residuals, x, jac=problem.slopes, max_nfev=30)
        x, covariance = found.x, np.linalg.inv(found.jac.T @ found.jac)
        centres, spreads = _between(problem, x, found.jac, covariance)
    x[[SITE, RATE]] = centres[[SITE, RATE]]
    covariance[[SITE, RATE], [SITE, RATE]] = spreads[[SITE, RATE]] ** 2
    return Fit(x[:COUNT], covariance[:COUNT, :COUNT], dict(zip(sites, x[COUNT:].tolist(), strict=True)))


def _between(problem: Problem, x: np.ndarray, jacobian: np.ndarray, covariance: np.ndarray):
    """Centres and spreads of the priors, those of the spreads between studies replaced by what the studies say."""
    centres, spreads = problem.centres.copy(), problem.spreads.copy()
    squares = x[COUNT:] ** 2 + np.diag(covariance)[COUNT:]
    centres[SITE], spreads[SITE] = log_spread(squares, 0.0 * squares, 1.0 + 0.0 * squares, PRIORS[SITE])
    found = [one for i in range(len(problem.rows)) for one in problem.of(i, x)]
    freedoms = 1.0 - np.einsum("ij,jk,ik->i", jacobian, covariance, jacobian)[: len(found)]
    rates = [(one, free) for one, free in zip(found, freedoms, strict=True) if one.of_study and one.is_point]
    centres[RATE], spreads[RATE] = log_spread(
        [(one.said - one.low) ** 2 for one, _ in rates],
        [one.variance for one, _ in rates],
        [free for _, free in rates],
        PRIORS[RATE],
    )
    return centres, spreads


def inputs_hash() -> str:
    """Of the tables, the priors, and of what the model says of every used row at their centres, to three digits."""
    folder = files("liftspan.session") / "data"
    p = natural([centre_of(prior) for prior in PRIORS])
    said = [f"{said_of(row, levels_of_row(row), p)[0]:.3g}" for row in shipped_acute() if row.use == "fit"]
    parts = [(folder / name).read_bytes() for name in (TABLE, USES)] + [repr(PRIORS).encode(), repr(said).encode()]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def main() -> None:
    """Fit and store."""
    found = fit(shipped_acute())
    draws = np.random.default_rng(SEED).multivariate_normal(found.mode, found.covariance, DRAWS)
    record = {
        "inputs_sha256": inputs_hash(), "method": "penalised least squares, Laplace", "names": list(NAMES),
        "mode": np.round(found.mode, 5).tolist(), "sd": np.round(np.sqrt(np.diag(found.covariance)), 5).tolist(),
        "sites": {name: round(value, 4) for name, value in found.sites.items()},
        "draws": np.round(draws, 4).tolist(),
    }  # fmt: skip
    path = Path(str(files("liftspan.session") / "data" / STORE))
    write_whole({path: [(json.dumps(record) + "\n").encode()]})


if __name__ == "__main__":
    main()
