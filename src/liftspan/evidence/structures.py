"""The table of structures: how each alternative of the mood model predicts trials left out, against the base."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from pathlib import Path

import numpy as np

from liftspan.errors import InvalidInput

STORE = "structures.json"
STANDARD_ERRORS = 2.0  # by which a candidate must be better before it replaces the base
BASE = "base"


@dataclass(frozen=True)
class Judged:
    """One alternative beside the base."""

    name: str
    change: str
    difference: float  # of log predictive density, summed over trials; positive = better than the base
    error: float  # its standard error over trials
    trials: int
    rmse_points: float
    cover_90: float
    interval_score_points: float

    @property
    def verdict(self) -> str:
        """What the difference says."""
        if self.name == BASE:
            return ""
        if self.difference > STANDARD_ERRORS * self.error:
            return "better"
        return "worse" if self.difference < -STANDARD_ERRORS * self.error else "cannot tell"


def stored_structures(path: Path) -> tuple[dict, ...]:
    """Records of `inference.choice`, as stored."""
    try:
        return tuple(json.loads(path.read_text(encoding="utf-8"))["structures"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        problem = f"{path}: no table of structures ({error}); `liftspan evidence structures --refit` makes it"
        raise InvalidInput([problem]) from error


def beside_base(records: Sequence[dict]) -> tuple[Judged, ...]:
    """Every stored structure against the base, over the trials that both predicted."""
    base = next((one for one in records if one["name"] == BASE), None)
    if base is None:
        raise InvalidInput(["the table of structures lacks the base; `liftspan evidence structures --refit` makes it"])
    return tuple(_judged(one, base["log_scores"]) for one in records)


def _judged(record: dict, base: dict[str, float]) -> Judged:
    shared = [trial for trial in record["log_scores"] if trial in base]
    each = np.array([record["log_scores"][trial] - base[trial] for trial in shared])
    error = float(np.std(each, ddof=1)) * sqrt(len(each)) if len(each) > 1 else float("nan")
    return Judged(
        record["name"],
        record["change"],
        float(each.sum()),
        error,
        len(shared),
        record["rmse_points"],
        record["cover_90"],
        record["interval_score_points"],
    )
