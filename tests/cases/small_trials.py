"""A trial of two arms as a folder of three tables, with cells changed: the base of the cases on evidence tables."""

import csv

from liftspan.evidence import load_evidence
from liftspan.evidence.predict import predict_trials
from liftspan.posterior import load_posterior

FEW = load_posterior().first(100)

TRIAL = {
    "trial_id": "t1", "short_citation": "Invented 2020", "year": "2020", "design": "parallel_rct", "population": "TRD",
    "blinding": "double-blind", "n_randomised": "40", "concomitant_antidepressant": "continued",
}  # fmt: skip
KET = {
    "trial_id": "t1", "arm_id": "ket", "label": "ketamine", "drug": "ketamine", "route": "iv", "dose": "0.5",
    "dose_unit": "mg/kg", "infusion_min": "40", "session_days": "0", "n": "20", "age_mean": "45",
    "baseline_scale": "MADRS", "baseline_mean": "32", "baseline_sd": "5", "control": "none",
}  # fmt: skip
PBO = KET | {
    "arm_id": "pbo", "label": "saline", "drug": "placebo", "dose": "", "dose_unit": "", "control": "saline",
}  # fmt: skip
ROW = {
    "trial_id": "t1", "arm_id": "ket", "row_id": "t1.001", "hours_since_first_session": "24", "scale": "MADRS",
    "statistic": "change", "value": "-12", "sd": "8", "se": "", "ci_low": "", "ci_high": "", "n": "20", "event": "",
    "cut": "", "analysis_set": "", "change_from_h": "", "carry_over": "", "definition": "",
}  # fmt: skip


def rows_of(*changes):
    """Observations, each the first row with these cells changed, numbered in order."""
    return [ROW | {"row_id": f"t1.{number:03d}"} | change for number, change in enumerate(changes, start=1)]


BOTH = rows_of({}, {"arm_id": "pbo", "value": "-4"})


def folder(path, trial=None, ket=None, pbo=None, rows=BOTH, more_arms=()):
    """The three tables in a folder."""
    path.mkdir(parents=True, exist_ok=True)
    arms = [KET | (ket or {}), PBO | (pbo or {}), *more_arms]
    for name, lines in (("trials.csv", [TRIAL | (trial or {})]), ("arms.csv", arms), ("observations.csv", rows)):
        columns = list(dict.fromkeys(column for line in lines for column in line))
        with (path / name).open("w", encoding="utf-8", newline="") as table:
            writer = csv.DictWriter(table, columns, restval="")
            writer.writeheader()
            writer.writerows(lines)
    return path


def predicted(path, **cells):
    """Predictions of a changed folder, by row_id."""
    evidence = load_evidence(folder(path, **cells), outcomes=False)
    return {one.row_id: one for one in predict_trials(evidence, FEW)}


def numbers(found):
    """What is predicted, without notes and draws."""
    return [(one.predicted, one.low, one.high) for one in found.values()]
