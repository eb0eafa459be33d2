"""Fit the session's parameters to the published numbers: penalised least squares, then Laplace draws.

    python -m liftspan.session.fit

Writes data/acute_draws.json with the hash of what it was fitted to. A minute on one core.
"""

import hashlib
import json
from importlib.resources import files
from math import log, sqrt
from pathlib import Path

import numpy as np

from liftspan.acute.parameters import NAMES, PRIORS, centre_of, natural
from liftspan.session.observations import TABLE, USES, AcuteRow, Bounds, shipped_acute
from liftspan.session.predicted import MINUTES as GRID
from liftspan.session.predicted import (
    Levels,
    cadss_moments,
    levels_of_row,
    mean_of_maxima,
    mean_rise,
    placebo_rate,
    rate,
    sedated,
)

DRAWS, SEED = 200, 1
STORE = "acute_draws.json"
SMALLEST = 1e-4  # a share of none is held apart from 0 on the logit scale
ROUGH_LOG = 0.4  # SD of the log of a mean CADSS whose dose and time are not stated (assumed)


def logit(share: float) -> float:
    """Log odds, finite at 0 and 1."""
    held = min(max(share, SMALLEST), 1.0 - SMALLEST)
    return log(held / (1.0 - held))


def fit(rows: tuple[AcuteRow, ...]) -> tuple[np.ndarray, np.ndarray]:
    """Mode and covariance on the transformed scale, of the rows whose use is "fit"."""
    from scipy.optimize import least_squares

    used = [row for row in rows if row.use == "fit"]
    centres = np.array([centre_of(prior) for prior in PRIORS])
    spreads = np.array([prior.spread for prior in PRIORS])
    levels = [levels_of_row(row) for row in used]

    def residuals(x: np.ndarray) -> np.ndarray:
        p = natural(x)
        misses = [miss for row, at in zip(used, levels, strict=True) for miss in misses_of(row, at, p)]
        return np.concatenate([np.array(misses), (x - centres) / spreads])

    found = least_squares(residuals, centres, diff_step=1e-3, max_nfev=25)
    return found.x, np.linalg.inv(found.jac.T @ found.jac)


def mean_over(levels: tuple[Levels, ...], what) -> float:
    """Mean over the doses that a row covers."""
    return float(np.mean([what(one) for one in levels]))


def misses_of(row: AcuteRow, levels: tuple[Levels, ...], p: dict[str, float]):
    """Standardised differences between one published row, its placebo included, and the prediction."""
    kind, _, name = row.quantity.partition(":")
    if kind == "rate":
        n = row.n or 200
        yield _rate_miss(mean_over(levels, lambda one: rate(one, p, name, row.sessions)), row.value, n)
        if row.placebo is not None:
            yield _rate_miss(mean_over(levels, lambda one: placebo_rate(one, p, name, row.sessions)), row.placebo, n)
    elif kind == "peak":
        if row.placebo is not None:
            quiet = mean_over(levels, lambda one: mean_of_maxima(one, p, name, drug=False))
            drug = mean_over(levels, lambda one: mean_of_maxima(one, p, name))
            yield (row.placebo.middle - quiet) / 1.0
            yield log((row.value.middle - row.placebo.middle) / (drug - quiet)) / SITE
        else:
            peak = mean_over(levels, lambda one: mean_rise(one, p, name).max())
            yield log(row.value.middle / peak) / SITE
    elif kind == "cadss_mean":
        mean, sd = cadss_moments(levels[0], p)
        yield log(mean / row.value.middle) / ROUGH_LOG
        yield log(sd / row.sd) / ROUGH_LOG
    elif kind == "ready":
        share = 1.0 - mean_over(levels, lambda one: float(np.interp(float(name), GRID, sedated(one, p))))
        yield _rate_miss(share, row.value, row.n or 200)


SITE = (
    0.6  # SD of the log rise between studies in the fit: that of the cohorts (3.3, 7.4, 16 mmHg: 0.8; with nasal 0.7)
)
STUDY = 0.3  # SD of the logit of a rate between studies in the fit, prior of rate_spread


def _rate_miss(share: float, published: Bounds, n: int) -> float:
    """On the logit scale, 0 inside a published range; sampling of n people and a study's own deviation."""
    said, low, high = logit(share), published.low, published.high
    target = said
    if low is not None and said < logit(low / 100.0):
        target = logit(low / 100.0)
    elif high is not None and said > logit(high / 100.0):
        target = logit(high / 100.0)
    held = min(max(published.middle / 100.0, 0.5 / n), 1.0 - 0.5 / n)
    if published.high == 0.0:
        target = logit(0.5 / n)  # none of n: half of one, as a continuity correction
    return (said - target) / sqrt(1.0 / (n * held * (1.0 - held)) + STUDY**2)


def inputs_hash() -> str:
    """Of the tables and of the priors."""
    folder = files("liftspan.session") / "data"
    parts = [(folder / name).read_bytes() for name in (TABLE, USES)] + [repr(PRIORS).encode()]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def main() -> None:
    """Fit and store."""
    mode, covariance = fit(shipped_acute())
    draws = np.random.default_rng(SEED).multivariate_normal(mode, covariance, DRAWS)
    record = {
        "inputs_sha256": inputs_hash(), "method": "penalised least squares, Laplace", "names": list(NAMES),
        "mode": np.round(mode, 5).tolist(), "sd": np.round(np.sqrt(np.diag(covariance)), 5).tolist(),
        "draws": np.round(draws, 4).tolist(),
    }  # fmt: skip
    Path(str(files("liftspan.session") / "data" / STORE)).write_text(json.dumps(record) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
