"""Three small tables written for one test: only the cells that matter, all others blank."""

import csv

from liftspan.evidence import load_evidence

HEADERS = {
    "trials.csv": ("trial_id", "short_citation", "year", "design", "population", "n_randomised", "overlaps_with"),
    "arms.csv": ("trial_id", "arm_id", "drug", "route", "dose", "dose_unit", "n", "control", "part_of", "session_days"),
    "observations.csv": (
        "trial_id", "arm_id", "row_id", "hours_since_first_session", "scale", "statistic", "value", "sd", "se",
        "ci_low", "ci_high", "n", "event", "cut", "change_from_h", "same_as", "carry_over", "analysis_set",
    ),
}  # fmt: skip


def trial(trial_id, design="parallel_rct", **cells):
    return {"trial_id": trial_id, "short_citation": trial_id.title(), "design": design, **cells}


def arm(trial_id, arm_id, drug="ketamine", route="iv", control="none", **cells):
    return {"trial_id": trial_id, "arm_id": arm_id, "drug": drug, "route": route, "control": control} | cells


def row(trial_id, arm_id, hours, value, statistic="change", scale="MADRS", **cells):
    name = f"{trial_id}.{arm_id}.{statistic}.{hours}.{cells.get('carry_over', '')}{cells.get('analysis_set', '')}"
    return {
        "trial_id": trial_id, "arm_id": arm_id, "row_id": name, "hours_since_first_session": hours, "scale": scale,
        "statistic": statistic, "value": value, **cells,
    }  # fmt: skip


def made(folder, trials, arms, rows):
    """The tables as Evidence."""
    for (name, header), cells in zip(HEADERS.items(), (trials, arms, rows), strict=True):
        with (folder / name).open("w", encoding="utf-8", newline="") as table:
            writer = csv.DictWriter(table, header)
            writer.writeheader()
            writer.writerows(cells)
    return load_evidence(folder)
