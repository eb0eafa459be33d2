"""How good predictions are: error, bias, coverage and interval score, each trial counting once; and a plain rival.

The rival is a table of averages: the mean of what other trials showed in active or in control arms at about that time,
with the spread between trials as its interval. Whoever has no model has this table.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import t as student

LEVELS = (0.5, 0.8, 0.9)
QUANTILES = (0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95)  # equal-tailed intervals of those levels, and the median
SCORED_LEVEL = 0.9
# Upper ends of the time buckets of the table, h: the same day, a day or two, within the week, and weeks apart.
BUCKETS_H = (6.0, 36.0, 120.0, 240.0, 500.0, 1000.0)
LEAST_TRIALS = 3  # in a cell of the table; below it all times are pooled
BOOTSTRAPS = 2000
SEED = 1


@dataclass(frozen=True)
class Scored:
    """One published number beside its prediction by a fit that has not seen its trial."""

    row_id: str
    trial_id: str
    kind: str  # "change" (MADRS points), "response" or "remission" (shares), or "contrast" (active - control, points)
    active: bool  # ketamine in any form, against anything else
    drug: str
    route: str
    control: str
    time_h: float
    value: float
    predicted: float  # mean
    quantiles: tuple[float, ...]  # at QUANTILES


@dataclass(frozen=True)
class Score:
    """Summary over trials, each counting once; points for changes, shares for rates."""

    trials: int
    rows: int
    rmse: float
    bias: float  # published minus predicted
    cover: tuple[float, ...]  # of LEVELS, over trials
    cover_rows: float  # of the 90 % interval, over rows
    interval_score: float  # Gneiting & Raftery 2007, of the 90 % interval


def score(rows: Sequence[Scored]) -> Score:
    """Scores of these rows, each trial counting once."""
    per_trial = _per_trial(rows)
    mean = np.mean(list(per_trial.values()), axis=0)
    inside = [row.quantiles[0] <= row.value <= row.quantiles[-1] for row in rows]
    squared, error, *cover, interval = mean
    return Score(len(per_trial), len(rows), float(np.sqrt(squared)), float(error), tuple(map(float, cover)),
                 float(np.mean(inside)), float(interval))  # fmt: skip


def _per_trial(rows: Sequence[Scored]) -> dict[str, np.ndarray]:
    """Squared error, error, coverage at each level and interval score: means over the rows of each trial."""
    found: dict[str, list[tuple]] = {}
    for row in rows:
        found.setdefault(row.trial_id, []).append(_of_row(row))
    return {trial: np.mean(each, axis=0) for trial, each in found.items()}


def _of_row(row: Scored) -> tuple[float, ...]:
    error = row.value - row.predicted
    pairs = [(row.quantiles[i], row.quantiles[-1 - i]) for i in (2, 1, 0)]
    cover = [float(low <= row.value <= high) for low, high in pairs]
    return error**2, error, *cover, float(interval_score(row.value, *pairs[-1]))


def interval_score(value: np.ndarray | float, low: np.ndarray | float, high: np.ndarray | float) -> np.ndarray:
    """Width of a 90 % interval plus 2 / 0.1 times what lies outside, element by element.

    Source: Gneiting & Raftery, JASA 102 (2007), 359-378.
    """
    outside = np.maximum(low - value, 0.0) + np.maximum(value - high, 0.0)
    return high - low + 2.0 / (1.0 - SCORED_LEVEL) * outside


def bootstrap(rows: Sequence[Scored], rival: Sequence[Scored]) -> dict[str, tuple[float, float]]:
    """90 % intervals over resampled trials: RMSE, interval score, and how much better the latter is than a rival's."""
    mine, other = _per_trial(rows), _per_trial(rival)
    shared = [trial for trial in mine if trial in other]
    a, b = np.array([mine[trial] for trial in shared]), np.array([other[trial] for trial in shared])
    picks = np.random.Generator(np.random.Philox(key=SEED)).integers(len(shared), size=(BOOTSTRAPS, len(shared)))
    rmse = np.sqrt(a[picks, 0].mean(axis=1))
    interval, rival_interval = a[picks, -1].mean(axis=1), b[picks, -1].mean(axis=1)
    found = {"rmse": rmse, "interval_score": interval, "better": 1.0 - interval / rival_interval}
    return {name: tuple(map(float, np.quantile(each, [0.05, 0.95]))) for name, each in found.items()}


def table_of_averages(rows: Sequence[Scored]) -> tuple[Scored, ...]:
    """The same numbers predicted by the table of averages, each trial left out of its own averages."""
    return tuple(_from_table(row, rows) for row in rows)


def _from_table(row: Scored, rows: Sequence[Scored]) -> Scored:
    others = [one for one in rows if one.trial_id != row.trial_id and one.kind == row.kind]
    same_arms = [one for one in others if one.active == row.active]
    same_cell = [one for one in same_arms if _bucket(one) == _bucket(row)]
    for pooled in (same_cell, same_arms, others):
        means = _trial_means(pooled)
        if len(means) >= LEAST_TRIALS:
            break
    centre, spread = float(np.mean(means)), float(np.std(means, ddof=1)) * np.sqrt(1.0 + 1.0 / len(means))
    quantiles = tuple(float(centre + spread * z) for z in student.ppf(QUANTILES, len(means) - 1))
    return Scored(**{**row.__dict__, "predicted": centre, "quantiles": quantiles})


def _bucket(row: Scored) -> int:
    return int(np.searchsorted(BUCKETS_H, row.time_h))


def _trial_means(rows: Sequence[Scored]) -> list[float]:
    by_trial: dict[str, list[float]] = {}
    for row in rows:
        by_trial.setdefault(row.trial_id, []).append(row.value)
    return [float(np.mean(values)) for values in by_trial.values()]
