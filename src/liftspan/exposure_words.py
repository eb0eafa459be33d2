"""Exposure as text of at most 100 columns, and as plain data."""

from textwrap import wrap

import numpy as np

from liftspan.exposure import LEVEL, SHOWN_H, Exposure, shown_of
from liftspan.population import Enrolment
from liftspan.treatment import Regimen
from liftspan.treatment.dose import Session
from liftspan.units import MINUTES_PER_HOUR

SCHEMA = "liftspan/exposure/1"
WIDTH, ADULT_Y = 100, 18.0
CHILD = "Under 18: allometry alone, no maturation; in children it misses by a factor of two (liftspan body check)."
SIDES = ("low", "median", "high")


def as_text(
    regimen: Regimen, enrolment: Enrolment, found: tuple[Exposure, ...], covariates: tuple[str, ...] = ()
) -> str:
    """A row for each analyte and matrix: peak, when, area; then levels over time."""
    who = f"people of about {enrolment.weight_kg:g} kg, {enrolment.age_y:g} years"
    who += f", {', '.join(covariates)}" if covariates else ""
    lines = [
        *wrap(regimen.text, WIDTH),
        *wrap(f"shown: {shown_words(regimen)}", WIDTH),
        *wrap(f"first 48 h, S- and R- together, {who}; median (90 % of people)", WIDTH),
        *(wrap(CHILD, WIDTH) if enrolment.age_y < ADULT_Y else []),
        "",
        f"{'':<32}{'peak, ng/mL':>22}{'at, h':>20}{'area, ng h/mL':>24}",
    ]
    for one in found:
        cells = [_cell(one.peak_ng_per_ml), _cell(one.peak_at_h), _cell(one.area_ng_h_per_ml)]
        lines.append(f"{_name(one):<32}{cells[0]:>22}{cells[1]:>20}{cells[2]:>24}")
    times = "".join(f"{_time(hours):>8}" for hours in SHOWN_H)
    lines += ["", f"{'median, ng/mL, after':<32}{times}"]
    for one in found:
        lines.append(f"{_name(one):<32}" + "".join(f"{_number(value):>8}" for value in one.at_ng_per_ml[1]))
    lines += ["", "For research and licensed clinicians; doses are for supervised sessions."]
    return "\n".join(lines) + "\n"


def as_record(
    regimen: Regimen, enrolment: Enrolment, found: tuple[Exposure, ...], covariates: tuple[str, ...] = ()
) -> dict:
    """Plain data; intervals are between people."""
    return {
        "schema": SCHEMA,
        "treatment": {"text": regimen.text, "shown": shown_words(regimen)},
        "people": {"weight_kg": enrolment.weight_kg, "age_y": enrolment.age_y, "covariates": list(covariates)},
        "interval": {"level": LEVEL, "kind": "equal-tailed, between people"},
        "exposure": [
            {
                "analyte": one.analyte.value,
                "matrix": one.matrix.value,
                "enantiomer": one.enantiomer,
                "peak_ng_per_ml": _sides(one.peak_ng_per_ml),
                "peak_at_h": _sides(one.peak_at_h),
                "area_0_48_ng_h_per_ml": _sides(one.area_ng_h_per_ml),
                "timeline": [
                    {"hours": round(hours, 4), "ng_per_ml": _sides(one.at_ng_per_ml[:, i])}
                    for i, hours in enumerate(SHOWN_H)
                ],
            }
            for one in found
        ],
    }


def shown_words(regimen: Regimen) -> str:
    """Which of the treatment's sessions the levels are of: `its first session, 56 mg esketamine nasal`."""
    shown = shown_of(regimen)
    count, first = len(shown.sessions), shown.sessions[0]
    several = f"its {count} sessions of the first 48 h, the first of {dose_words(first)}"
    said = several if count > 1 else f"its first session, {dose_words(first)}"
    if shown.begins_h > 0.0:
        said += f", which begins {shown.begins_h:g} h after the start"
    if shown.largest_elsewhere is not None:
        said += f"; the largest, {dose_words(shown.largest_elsewhere)}, comes later (liftspan session shows that one)"
    return said


def dose_words(session: Session) -> str:
    """`84 mg esketamine nasal`; doses of several kinds side by side."""
    totals: dict[tuple[str, str], float] = {}
    for dose in session.doses:
        kind = ("mg/kg" if dose.per_kg else "mg", f"{dose.drug.value} {dose.route.value}")
        totals[kind] = totals.get(kind, 0.0) + dose.amount
    return " and ".join(f"{amount:g} {unit} {what}" for (unit, what), amount in totals.items())


def _name(one: Exposure) -> str:
    return f"{one.analyte.value}, {one.matrix.value}"


def _sides(values: np.ndarray) -> dict:
    return {side: round(float(value), 4) for side, value in zip(SIDES, values, strict=True)}


def _cell(values: np.ndarray) -> str:
    low, median, high = (_number(value) for value in values)
    return f"{median} ({low} to {high})"


def _number(value: float) -> str:
    return f"{value:.0f}" if value >= 100 else f"{value:.2g}" if value < 10 else f"{value:.3g}"


def _time(hours: float) -> str:
    return f"{hours * MINUTES_PER_HOUR:.0f} min" if hours < 1.0 else f"{hours:g} h"
