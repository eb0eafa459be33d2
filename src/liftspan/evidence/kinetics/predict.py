"""Predict every row of a table of kinetic observations: the typical person of the row's population."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import isfinite

import numpy as np

from liftspan.body.absorption import entries
from liftspan.body.concentration import SHARES, Analyte, session_concentration
from liftspan.evidence.kinetics.metrics import (
    END_H,
    HYDROXYNORKETAMINE_G_PER_MOL,
    KETAMINE_G_PER_MOL,
    LONGEST_H,
    NORKETAMINE_G_PER_MOL,
    Curve,
    area_hours,
    in_unit,
    times_grid,
)
from liftspan.evidence.kinetics.scenario import Measured, Scenario, scenario_of
from liftspan.evidence.tables import shipped_rows
from liftspan.numbers import NoNumber, finite
from liftspan.parameters import BODY, BodyParameter
from liftspan.person import body_of
from liftspan.vocabulary import Vocabulary

MOLAR = {
    Analyte.KETAMINE: KETAMINE_G_PER_MOL,
    Analyte.NORKETAMINE: NORKETAMINE_G_PER_MOL,
    Analyte.HYDROXYNORKETAMINE: HYDROXYNORKETAMINE_G_PER_MOL,
}


METRIC = Vocabulary(
    "metric",
    ("Cmax", "Tmax", "t_half", "F", "conc"),
    {"c max": "Cmax", "peak": "Cmax", "cpeak": "Cmax", "t max": "Tmax", "time to peak": "Tmax", "thalf": "t_half",
     "t1/2": "t_half", "t 1/2": "t_half", "half-life": "t_half", "halflife": "t_half", "bioavailability": "F",
     "concentration": "conc", "level": "conc"},
)  # fmt: skip


@dataclass(frozen=True)
class Prediction:
    """A row's prediction in its unit, or None with the reason; `note` also says what was filled in."""

    predicted: float | None
    note: str
    scenario: Scenario


def shipped_observations() -> tuple[Mapping[str, str], ...]:
    """The shipped table of kinetic observations."""
    return shipped_rows("pk_observations.csv")


def predict_rows(rows: Iterable[Mapping[str, str]], table: Mapping[str, BodyParameter] = BODY) -> list[Prediction]:
    """Predictions in the order of the rows. Never reads `value`, `sd` or confidence limits.

    Args:
        rows: cells by column, as text or as plain numbers; None and not-a-number are blank.
        table: the parameters of the body.
    """
    known: dict = {}
    return [_predict({name: as_cell(cell) for name, cell in row.items()}, table, known) for row in rows]


def as_cell(value: object) -> str:
    """A cell as text: of a table it is one already; a number in a program may be one."""
    if value is None or (isinstance(value, float) and value != value):
        return ""
    return value if isinstance(value, str) else f"{value:.12g}" if isinstance(value, float) else str(value)


def _predict(row: Mapping[str, str], table: Mapping[str, BodyParameter], known: dict) -> Prediction:
    scenario = scenario_of(row)
    if scenario.reasons:
        return Prediction(None, "; ".join(scenario.reasons), scenario)
    value, why = _metric(row, scenario, table, known)
    if value is not None and not isfinite(value):
        value, why = None, "the model gives no finite number"
    notes = list(scenario.notes)
    if not scenario.adult:
        notes.append("a child: allometry only, no maturation")
    if why:
        notes.append(why)
    return Prediction(value, "; ".join(notes), scenario)


def _metric(row, scenario: Scenario, table, known: dict) -> tuple[float | None, str]:
    metric, unit = row.get("metric", "").strip(), row.get("unit", "")
    kind, hours = METRIC.read(metric).lower() if metric in METRIC else metric.lower(), area_hours(metric)
    molar = MOLAR[scenario.measured.analyte]
    if scenario.over is not None:
        return _ratio(metric, scenario, table, known)
    if kind == "f":
        return _share(unit, scenario, table)
    if kind == "cmax":
        return in_unit(_curve(scenario, scenario.measured, table, known).peak()[0], unit, "level", molar)
    if kind == "tmax":
        return in_unit(_curve(scenario, scenario.measured, table, known).peak()[1], unit, "time", molar)
    if kind == "t_half":
        return in_unit(_curve(scenario, scenario.measured, table, known).terminal_half_life_h(), unit, "time", molar)
    if hours is not None:
        return in_unit(_area(hours, scenario, scenario.measured, table, known), unit, "area", molar)
    if kind == "conc":
        stated = row.get("time_h", "").strip()
        try:
            time_h = finite(stated)
        except NoNumber as error:
            return None, f"time_h {error}"
        if not 0.0 <= time_h <= LONGEST_H:
            return None, f"time_h '{stated}' is no number of hours from 0 to {LONGEST_H:g}"
        return in_unit(_curve(scenario, scenario.measured, table, known, time_h).at(time_h), unit, "level", molar)
    return None, f"metric '{metric}' is not predicted; valid: Cmax, Tmax, AUCinf, AUC24, AUC0-90min, conc, F, t_half"


def _ratio(metric: str, scenario: Scenario, table, known: dict) -> tuple[float | None, str]:
    """Areas of two analytes, one over the other."""
    hours = area_hours(re.sub(r"[\s_]*ratio", "", metric, flags=re.IGNORECASE))
    if hours is None:
        return None, f"metric '{metric}' of a ratio is not predicted; valid: AUC_ratio, AUC24_ratio"
    above, below = (_area(hours, scenario, one, table, known) for one in (scenario.measured, scenario.over))
    return above / below, ""


def _share(unit: str, scenario: Scenario, table) -> tuple[float | None, str]:
    if scenario.measured.analyte is not Analyte.KETAMINE:
        return None, "F is predicted of ketamine only"
    share = bioavailability(scenario, table)
    return (100.0 * share if unit.strip().lower() in ("%", "percent") else share), ""


def _area(hours: tuple[float, float], scenario: Scenario, measured: Measured, table, known: dict) -> float:
    start_h, end_h = hours
    curve = _curve(scenario, measured, table, known, start_h if np.isinf(end_h) else end_h)
    whole = curve.area() if np.isinf(end_h) else curve.area_until(end_h)
    return whole - curve.area_until(start_h) if start_h > 0.0 else whole


def bioavailability(scenario: Scenario, table: Mapping[str, BodyParameter] = BODY) -> float:
    """Share of the dose that reaches the blood as ketamine."""
    weight_kg, body = _body(scenario, table)
    into_blood = given = 0.0
    for one in scenario.measured.enantiomers:
        for entry in entries(scenario.session, body, getattr(body, one), SHARES[one], weight_kg):
            into_blood += float((entry.amount_mg * entry.parent_share)[0])
        for dose in scenario.session.doses:
            given += float(dose.amount_mg(weight_kg)[0]) * getattr(dose.drug, SHARES[one])
    return into_blood / given


def _body(scenario: Scenario, table):
    weight_kg = np.array([scenario.weight_kg])
    return weight_kg, body_of(weight_kg, np.array([scenario.age_y]), {}, scenario.covariates, table)


def _curve(scenario: Scenario, measured: Measured, table, known: dict, wanted_h: float = 0.0) -> Curve:
    """The curve of a scenario, computed once for all rows that share it; longer only for a row that asks for it."""
    wanted = (wanted_h,) if wanted_h > END_H else ()
    key = (scenario.session, scenario.weight_kg, scenario.age_y, scenario.covariates, measured, wanted)
    if key not in known:
        known[key] = _computed(scenario, measured, table, wanted)
    return known[key]


def _computed(scenario: Scenario, measured: Measured, table, wanted_h: tuple[float, ...]) -> Curve:
    weight_kg, body = _body(scenario, table)
    doses = scenario.session.doses
    breaks_h = sorted({dose.start_h for dose in doses} | {dose.start_h + dose.duration_h for dose in doses})
    times_h = times_grid(breaks_h, list(wanted_h))
    levels = sum(
        session_concentration(
            scenario.session, body, weight_kg, times_h, enantiomer=one, analyte=measured.analyte, matrix=measured.matrix
        )[0]
        for one in measured.enantiomers
    )
    return Curve(times_h, 0.5 * levels if measured.mean_of_two else levels, breaks_h[-1])
