"""The few parameters of absorption and of hydroxynorketamine that were chosen on these data.

    python -m liftspan.evidence.kinetics.tune

fits them to all studies and again without each study, and stores both with the hash of the table: so a check can
predict every study with parameters that it had no part in. Some minutes; not part of the tests.
"""

import hashlib
import json
import sys
from collections.abc import Mapping
from dataclasses import replace
from importlib.resources import files
from math import exp, log
from pathlib import Path

import numpy as np

from liftspan.evidence.kinetics.predict import Prediction, predict_rows, shipped_observations
from liftspan.files import write_whole
from liftspan.numbers import NoNumber, finite
from liftspan.parameters import BODY, TUNED, BodyParameter

STORE = "kinetics_tuned.json"
LEVELS = ("Cmax", "conc", "F")  # and every AUC: what tells how much; Tmax and half-life tell when
AWAY_FROM_ZERO = 3.0  # steps of the derivative are relative: they must not vanish where a prior is centred
HASHED = ("study_id", "analyte", "drug_given", "route", "dose", "dose_unit", "infusion_min", "population", "metric")
HASHED += ("time_h", "value", "unit")
TIME_WEIGHT = 0.5  # a time is read off a coarse schedule: it counts half


def table_with(values: Mapping[str, float]) -> dict[str, BodyParameter]:
    """The shipped parameters with some replaced."""
    return {**BODY, **{name: replace(BODY[name], value=value) for name, value in values.items()}}


def tuned_without(study_id: str) -> dict[str, BodyParameter]:
    """Parameters as they are when this study is left out; the shipped ones when it had no part in them."""
    stored = json.loads((files("liftspan.evidence") / "data" / STORE).read_text(encoding="utf-8"))
    return table_with(stored["without"].get(study_id, {}))


def observations_hash(rows) -> str:
    """SHA-256 of what the tuning reads of the table: designs and values."""
    read = [{name: row.get(name, "") for name in HASHED} for row in rows]
    return hashlib.sha256(json.dumps(read, sort_keys=True).encode()).hexdigest()


def log_fold(row: Mapping[str, str], prediction: Prediction) -> float | None:
    """Natural logarithm of predicted over published; None when either is missing."""
    try:
        value = finite(row["value"])
    except NoNumber:
        return None
    if prediction.predicted is None or value <= 0.0 or prediction.predicted <= 0.0:
        return None
    return log(prediction.predicted / value)


def tune(rows, without: str = "") -> dict[str, float]:
    """Least squares of log folds, each study and analyte once, with the priors of `TUNED`."""
    from scipy.optimize import least_squares

    used = [row for row in rows if row["study_id"] != without]
    adults = [row for row, one in zip(used, predict_rows(used), strict=True) if one.scenario.adult and one.predicted]
    names = list(TUNED)

    def values(z: np.ndarray) -> dict[str, float]:
        return {name: _natural(name, z[i]) for i, name in enumerate(names)}

    def misfit(moved: np.ndarray) -> np.ndarray:
        z = moved - AWAY_FROM_ZERO
        return np.concatenate([_weighted(adults, predict_rows(adults, table_with(values(z)))), z])

    start = np.full(len(names), AWAY_FROM_ZERO)
    found = least_squares(misfit, start, diff_step=0.01, xtol=1e-4, ftol=1e-4, loss="soft_l1")
    return values(found.x - AWAY_FROM_ZERO)


def _natural(name: str, z: float) -> float:
    """A tuned parameter `z` prior SDs from its centre, on its log or logit."""
    prior = TUNED[name]
    if prior.scale == "log":
        return prior.centre * exp(prior.spread * z)
    return 1.0 / (1.0 + exp(-log(prior.centre / (1.0 - prior.centre)) - prior.spread * z))


def _weighted(rows, predictions) -> np.ndarray:
    """Log folds over the error expected of a study (0.2), divided so that each study and analyte counts once."""
    groups: dict[tuple, list[int]] = {}
    folds = [log_fold(row, one) for row, one in zip(rows, predictions, strict=True)]
    for i, (row, one) in enumerate(zip(rows, predictions, strict=True)):
        if folds[i] is not None and one.scenario.over is None:
            groups.setdefault((row["study_id"], one.scenario.measured.analyte, one.scenario.route), []).append(i)
    out = []
    for members in groups.values():
        for i in members:
            weight = 1.0 if is_level(rows[i]["metric"]) else TIME_WEIGHT
            out.append(weight * folds[i] / 0.2 / np.sqrt(len(members)))
    return np.array(out)


def is_level(metric: str) -> bool:
    """Whether a metric tells how much, rather than when."""
    return metric in LEVELS or metric.upper().startswith("AUC")


def main() -> int:
    """Tune on all studies and without each, and store both."""
    rows = shipped_observations()
    everything = tune(rows)
    studies = sorted({row["study_id"] for row in rows})
    without = {}
    for study in studies:
        found = tune(rows, study)
        if any(abs(log(found[name] / everything[name])) > 1e-3 for name in found):
            without[study] = {name: round(value, 5) for name, value in found.items()}
        print(study, {name: round(value, 4) for name, value in found.items()}, file=sys.stderr, flush=True)
    stored = {
        "observations_sha256": observations_hash(rows),
        "all": {name: round(value, 5) for name, value in everything.items()},
        "without": without,
    }
    path = Path(str(files("liftspan.evidence") / "data" / STORE))
    write_whole({path: [(json.dumps(stored, indent=1) + "\n").encode()]})
    print(json.dumps(stored["all"], indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
