"""Predictions of trials by fits that have not seen them: what is stored, and how it meets the tables again.

`liftspan.inference.check` makes the file (one refit for each trial, minutes); reading and scoring it need no JAX.
"""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np

from liftspan.errors import InvalidInput
from liftspan.evidence.contrasts import Contrast
from liftspan.evidence.design import DRUGS, arm_design, trial_control
from liftspan.evidence.predict import RowPrediction
from liftspan.evidence.predicted_contrasts import STORE as CONTRASTS
from liftspan.evidence.predicted_contrasts import PredictedContrast, published_contrasts, stored_contrasts
from liftspan.evidence.records import Arm, Evidence, Observation, primary
from liftspan.evidence.scores import QUANTILES, Scored
from liftspan.evidence.usual import filled
from liftspan.mood.scales import MADRS

STORE, BASIS = "held_out.csv", "held_out.json"  # the predictions; hashes of the tables and model they rest on
CHANGES = ("mean", "change", "ls_change")
KINDS = dict.fromkeys(CHANGES, "change") | {"response_rate": "response", "remission_rate": "remission"}
COLUMNS = ("row_id", "predicted", *(f"q{round(100 * q):02d}" for q in QUANTILES))


def checkable(evidence: Evidence) -> tuple[Observation, ...]:
    """Published numbers that the check scores: MADRS changes, response and remission, each fact once.

    Left out: numbers at or before the first session, later periods of a crossover, changes from another moment, arms of
    other drugs, and trials of withdrawal, which `evidence relapse` sets beside the model.
    """
    return tuple(row for row in primary(evidence.observations) if _is_checkable(evidence, row))


def _is_checkable(evidence: Evidence, row: Observation) -> bool:
    trial = evidence.trials[row.trial_id]
    return (
        row.scale == MADRS.name
        and row.statistic in KINDS
        and row.value is not None
        and row.time_h is not None
        and row.time_h > 0.0
        and not row.carry_over
        and row.change_from in ("", "0", "screening")
        and trial.design != "randomised_withdrawal"
        and evidence.arms[row.trial_id, row.arm_id].drug in DRUGS
    )


def stored_text(predictions: Iterable[RowPrediction]) -> str:
    """The file of held-out predictions, one line for each row that has one."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for one in predictions:
        if one.draws is not None:
            numbers = [float(np.mean(one.draws)), *np.quantile(one.draws, QUANTILES)]
            writer.writerow([one.row_id, *(f"{number:.5g}" for number in numbers)])
    return text.getvalue()


def stored_predictions(path: Path) -> Mapping[str, tuple[float, tuple[float, ...]]]:
    """Mean and quantiles by row id, from the file."""
    try:
        rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"), newline="")))
        return {
            row["row_id"]: (float(row["predicted"]), tuple(float(row[name]) for name in COLUMNS[2:])) for row in rows
        }
    except (OSError, ValueError, KeyError, TypeError) as error:
        problem = f"{path}: no table of held-out predictions ({error}); `liftspan evidence check --refit` makes it"
        raise InvalidInput([problem]) from error


def scored_rows(evidence: Evidence, predictions: Mapping[str, tuple[float, tuple[float, ...]]]) -> tuple[Scored, ...]:
    """Checkable rows that have a prediction, means turned to changes from the mean baseline."""
    controls = {name: trial_control(evidence, trial).value for name, trial in evidence.trials.items()}
    return tuple(
        _scored(evidence, row, predictions[row.row_id], controls[row.trial_id])
        for row in checkable(evidence)
        if row.row_id in predictions
    )


def _scored(evidence: Evidence, row: Observation, predicted, control: str) -> Scored:
    arm = evidence.arms[row.trial_id, row.arm_id]
    mean, quantiles = predicted
    first = _baseline(evidence, arm) if row.statistic == "mean" else 0.0
    drug = DRUGS[arm.drug]
    return Scored(
        row_id=row.row_id,
        trial_id=row.trial_id,
        kind=KINDS[row.statistic],
        active=drug is not None and drug.share_s + drug.share_r > 0.0,
        drug=arm.drug,
        route=arm.route or "not stated",
        control=control,
        time_h=row.time_h,
        value=row.value - first,
        predicted=mean - first,
        quantiles=tuple(quantile - first for quantile in quantiles),
    )


def _baseline(evidence: Evidence, arm: Arm) -> float:
    return arm_design(evidence, filled(arm)[0]).baseline_mean


def stored_scores(evidence: Evidence, folder: Path) -> tuple[Scored, ...]:
    """Everything that the stores of a folder predict, rows first and then contrasts, beside what was published."""
    rows = scored_rows(evidence, stored_predictions(folder / STORE))
    return (*rows, *scored_contrasts(evidence, stored_contrasts(folder / CONTRASTS)))


def scored_contrasts(
    evidence: Evidence, predictions: Mapping[tuple[str, float], PredictedContrast]
) -> tuple[Scored, ...]:
    """Published differences that have a prediction, as rows of the kind "contrast"."""
    return tuple(
        _scored_contrast(evidence, one, predictions[trial_id, one.hours])
        for trial_id in evidence.trials
        for one in published_contrasts(evidence, trial_id)
        if (trial_id, one.hours) in predictions
    )


def _scored_contrast(evidence: Evidence, one: Contrast, found: PredictedContrast) -> Scored:
    arm = evidence.arms[one.trial_id, one.active_arms[0]]
    return Scored(
        row_id=f"{one.trial_id}@{one.hours:g}h",
        trial_id=one.trial_id,
        kind="contrast",
        active=True,
        drug=arm.drug,
        route=arm.route or "not stated",
        control=trial_control(evidence, evidence.trials[one.trial_id]).value,
        time_h=one.hours,
        value=one.effect,
        predicted=found.predicted,
        quantiles=found.quantiles,
    )


def worst(rows: Sequence[Scored], count: int = 3) -> tuple[tuple[str, tuple[Scored, ...]], ...]:
    """The trials whose numbers lie furthest outside, by their mean error in half-widths of the 90 % interval."""
    by_trial: dict[str, list[Scored]] = {}
    for row in rows:
        by_trial.setdefault(row.trial_id, []).append(row)

    def strangeness(trial: str) -> float:
        return float(np.mean([abs(row.value - row.predicted) / _half_width(row) for row in by_trial[trial]]))

    ordered = sorted(by_trial, key=strangeness, reverse=True)
    return tuple((trial, tuple(by_trial[trial])) for trial in ordered[:count])


def _half_width(row: Scored) -> float:
    return max(0.5 * (row.quantiles[-1] - row.quantiles[0]), 1e-9)
