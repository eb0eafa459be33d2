"""Predicted differences of active and control arms: both arms from one draw of trial, parameters and circumstances.

Their people differ. Combined arms are weighted by people, as the published ones are.
"""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from liftspan.errors import InvalidInput
from liftspan.evidence.contrasts import Contrast, contrasts_of, sides_of
from liftspan.evidence.course import as_new, asked_rows
from liftspan.evidence.points import MADRS_CHANGE
from liftspan.evidence.predict import predict_trials
from liftspan.evidence.records import Evidence
from liftspan.evidence.scores import QUANTILES
from liftspan.posterior import Posterior

STORE = "held_out_contrasts.csv"
COLUMNS = ("trial_id", "hours", "predicted", *(f"q{round(100 * q):02d}" for q in QUANTILES))


@dataclass(frozen=True)
class PredictedContrast:
    """The difference of one trial at one time as a fit without it predicts it, MADRS points."""

    trial_id: str
    hours: float
    predicted: float
    quantiles: tuple[float, ...]  # at scores.QUANTILES


def published_contrasts(evidence: Evidence, trial_id: str) -> tuple[Contrast, ...]:
    """Differences in MADRS points that a randomised trial published, one at each time."""
    sides = sides_of(evidence, evidence.trials[trial_id], lambda arm: True, ())
    return contrasts_of(evidence, sides, "madrs") if sides else ()


def predicted_contrasts(
    evidence: Evidence, trial_id: str, posterior: Posterior
) -> tuple[tuple[PredictedContrast, ...], tuple[str, ...]]:
    """The published contrasts of a trial predicted as of a new trial of its design, and why some have no prediction."""
    contrasts = published_contrasts(evidence, trial_id)
    if not contrasts:
        return (), ()
    draws, reasons = _arms(evidence, contrasts, posterior)
    found = []
    for one in contrasts:
        active, control = (_combined(evidence, one, arms, draws) for arms in (one.active_arms, one.control_arms))
        if active is not None and control is not None:
            difference = active - control
            quantiles = tuple(map(float, np.quantile(difference, QUANTILES)))
            found.append(PredictedContrast(trial_id, one.hours, float(np.mean(difference)), quantiles))
    return tuple(found), reasons


def _arms(evidence: Evidence, contrasts: Sequence[Contrast], posterior: Posterior):
    """Changes of each arm at each time, (draw,), by (arm, hours); and the reasons why arms have none."""
    trial_id = contrasts[0].trial_id
    times: dict[str, list[float]] = {}
    for one in contrasts:
        for arm_id in (*one.active_arms, *one.control_arms):
            times.setdefault(arm_id, []).append(one.hours)
    keys = [(arm_id, hour) for arm_id, hours in times.items() for hour in hours]
    asked = (asked_rows(evidence, trial_id, MADRS_CHANGE, arm_id, hours) for arm_id, hours in times.items())
    rows = [row for its in asked for row in its]
    answers = predict_trials(as_new(evidence, trial_id, rows), posterior)[-len(rows) :]
    draws = {key: answer.draws for key, answer in zip(keys, answers, strict=True) if answer.draws is not None}
    return draws, tuple(dict.fromkeys(answer.note for answer in answers if answer.draws is None))


def _combined(evidence: Evidence, one: Contrast, arm_ids: Iterable[str], draws) -> np.ndarray | None:
    """Mean of the arms of one side, weighted by people, shape (draw,); None where none is predicted."""
    known = [arm_id for arm_id in arm_ids if (arm_id, one.hours) in draws]
    sizes = [evidence.arms[one.trial_id, arm_id].n for arm_id in known]
    if not known:
        return None
    weights = None if None in sizes else sizes
    return np.average([draws[arm_id, one.hours] for arm_id in known], axis=0, weights=weights)


def stored_contrasts_text(predictions: Iterable[PredictedContrast]) -> str:
    """The file of held-out contrasts, one line each."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for one in predictions:
        numbers = (f"{number:.5g}" for number in (one.predicted, *one.quantiles))
        writer.writerow([one.trial_id, f"{one.hours:g}", *numbers])
    return text.getvalue()


def stored_contrasts(path: Path) -> Mapping[tuple[str, float], PredictedContrast]:
    """Held-out contrasts by trial and hours, from the file."""
    try:
        reader = csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"), newline=""))
        rows = list(reader)
        if tuple(reader.fieldnames or ()) != COLUMNS:
            raise ValueError(f"columns are {', '.join(reader.fieldnames or ())}")
        found = (
            PredictedContrast(
                row["trial_id"],
                float(row["hours"]),
                float(row["predicted"]),
                tuple(float(row[name]) for name in COLUMNS[3:]),
            )
            for row in rows
        )
        return {(one.trial_id, one.hours): one for one in found}
    except (OSError, ValueError, KeyError, TypeError) as error:
        problem = f"{path}: no table of held-out contrasts ({error}); `liftspan evidence check --refit` makes it"
        raise InvalidInput([problem]) from error
