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
from liftspan.session.predicted import Levels, levels_of_row, said_of
from liftspan.session.store import STORE

DRAWS, SEED = 200, 1
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


def misses_of(row: AcuteRow, levels: tuple[Levels, ...], p: dict[str, float]):
    """Standardised differences between one published row, its placebo included, and the prediction."""
    kind, (said, beside) = row.quantity.partition(":")[0], said_of(row, levels, p)
    if kind in ("rate", "ready"):
        yield _rate_miss(said / 100.0, row.value, row.n or 200)
        if kind == "rate" and row.placebo is not None:
            yield _rate_miss(beside / 100.0, row.placebo, row.n or 200)
    elif kind == "peak" and beside is not None:
        yield row.placebo.middle - beside
        yield log((row.value.middle - row.placebo.middle) / (said - beside)) / SITE
    elif kind == "peak":
        yield log(row.value.middle / said) / SITE
    elif kind == "cadss_mean":
        yield log(said / row.value.middle) / ROUGH_LOG
        yield log(beside / row.sd) / ROUGH_LOG


# SD of the log rise between studies in the fit: the cohorts (3.3, 7.4, 16 mmHg) have 0.8, with nasal 0.7.
SITE = 0.6
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
