"""What a qualification report rests on: tables, posterior and stores, and what of them is missing or stale."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from liftspan.errors import InvalidInput
from liftspan.evidence import Evidence, load_evidence
from liftspan.evidence.course import DRAWS
from liftspan.evidence.held_out import BASIS, CONTRASTS, checkable, scored_contrasts, scored_rows, stored_predictions
from liftspan.evidence.held_out import STORE as HELD_OUT
from liftspan.evidence.predicted_contrasts import PredictedContrast, stored_contrasts
from liftspan.evidence.scores import Scored
from liftspan.evidence.structures import STORE as STRUCTURES
from liftspan.evidence.structures import Judged, beside_base, stored_structures
from liftspan.inference.hashes import why_stale
from liftspan.inference.rows import FitRows, fit_rows
from liftspan.parameters import MOOD
from liftspan.posterior import FOLDER, Posterior, load_posterior

AGAIN = "liftspan evidence check --refit"
FITTED = "fitted"  # status of a posterior from chains


@dataclass(frozen=True)
class Basis:
    """Everything that the report prints from."""

    evidence: Evidence
    posterior: Posterior
    fit: FitRows  # what a fit of these tables would use
    held_out: tuple[Scored, ...]  # rows and contrasts; empty where there is no store
    contrasts: Mapping[tuple[str, float], PredictedContrast]  # by trial and hours; likewise
    structures: tuple[Judged, ...]
    remarks: tuple[str, ...]  # what is missing, stale or provisional
    draws: int  # of the posterior, for what is simulated when the report is made


def gathered(folder: Path = FOLDER, draws: int = DRAWS) -> Basis:
    """The shipped tables and posterior, and the stores of `folder`.

    Raises InvalidInput where the posterior cannot be read or lacks a parameter: without it there is nothing to report.
    """
    evidence, posterior = load_evidence(), load_posterior()
    missing = [name for name in MOOD if name not in posterior.draws]
    if missing:
        lacking = f"the posterior lacks {', '.join(missing)}, which the model needs"
        raise InvalidInput([f"{lacking}; `liftspan calibrate` makes a new one"])
    fit = fit_rows(evidence)
    held_out, about_held_out = _held_out(folder, evidence)
    contrasts, about_contrasts = _contrasts(folder)
    held_out = (*held_out, *scored_contrasts(evidence, contrasts))
    structures, about_structures = _structures(folder, evidence)
    about_posterior = _about_posterior(posterior.manifest, evidence, fit)
    remarks = (*about_posterior, *about_held_out, *about_contrasts, *about_structures)
    return Basis(evidence, posterior, fit, held_out, contrasts, structures, remarks, min(draws, posterior.size))


def _about_posterior(manifest: Mapping, evidence: Evidence, fit: FitRows) -> tuple[str, ...]:
    said = []
    if manifest["status"] != FITTED:
        said.append(f"The parameters are {manifest['status']}: {manifest['method']}. No chains were run.")
    said += _stale("The posterior is not known to be current", why_stale(manifest, evidence), "liftspan calibrate")
    if manifest["rows"] != len(fit.rows):
        said.append(
            f"The fit used {manifest['rows']} numbers; these tables and this model would use {len(fit.rows)}. Numbers "
            "used by trial, drug and route are those of these tables."
        )
    return tuple(said)


def _held_out(folder: Path, evidence: Evidence) -> tuple[tuple[Scored, ...], tuple[str, ...]]:
    if not (folder / HELD_OUT).exists():
        missing = f"There is no store of held-out predictions ({HELD_OUT}): trials not seen are not checked here"
        return (), (f"{missing}. `{AGAIN}` makes it.",)
    try:
        predictions = stored_predictions(folder / HELD_OUT)
    except InvalidInput:
        predictions = {}
    if not predictions:
        return (), (f"The store of held-out predictions ({HELD_OUT}) cannot be read. `{AGAIN}` makes a new one.",)
    said = _stale(f"The held-out check ({HELD_OUT}) is not known to be current", _why_held_out(folder, evidence), AGAIN)
    wanted = {row.row_id for row in checkable(evidence)}
    without, gone = len(wanted - predictions.keys()), len(predictions.keys() - wanted)
    if without:
        said.append(f"{without} of {len(wanted)} numbers that the check wants have no held-out prediction.")
    if gone:
        said.append(f"{gone} stored predictions are of numbers that the check no longer wants; they are not used.")
    return scored_rows(evidence, predictions), tuple(said)


def _contrasts(folder: Path) -> tuple[Mapping[tuple[str, float], PredictedContrast], tuple[str, ...]]:
    if not (folder / CONTRASTS).exists():
        return {}, (f"There is no store of held-out contrasts ({CONTRASTS}). `{AGAIN}` makes it.",)
    try:
        return stored_contrasts(folder / CONTRASTS), ()
    except InvalidInput:
        return {}, (f"The store of held-out contrasts ({CONTRASTS}) cannot be read. `{AGAIN}` makes a new one.",)


def _why_held_out(folder: Path, evidence: Evidence) -> tuple[str, ...]:
    try:
        return why_stale(json.loads((folder / BASIS).read_text(encoding="utf-8")), evidence)
    except (OSError, ValueError, AttributeError):
        return (f"{BASIS}, which names its tables and model, is not beside it",)


def _structures(folder: Path, evidence: Evidence) -> tuple[tuple[Judged, ...], tuple[str, ...]]:
    again = "liftspan evidence structures --refit"
    if not (folder / STRUCTURES).exists():
        missing = f"There is no table of structures ({STRUCTURES}): alternatives of the model are not compared here"
        return (), (f"{missing}. `{again}` makes it.",)
    try:
        records = stored_structures(folder / STRUCTURES)
        found = beside_base(records)
    except (InvalidInput, KeyError, TypeError):
        return (), (f"The table of structures ({STRUCTURES}) cannot be read. `{again}` makes a new one.",)
    said = []
    for record in records:
        what = f"In {STRUCTURES}, '{record['name']}' is not known to be current"
        said += _stale(what, why_stale(record, evidence), again)
    return found, tuple(said)


def _stale(what: str, reasons: tuple[str, ...], again: str) -> list[str]:
    return [f"{what}: {' and '.join(reasons)}. `{again}` makes a new one."] if reasons else []
