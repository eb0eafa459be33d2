"""Predict every row of a table of kinetic observations: the typical person of the row's population."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from liftspan.body.absorption import entries
from liftspan.body.concentration import SHARES, Analyte, session_concentration
from liftspan.evidence.kinetics.metrics import (
    HYDROXYNORKETAMINE_G_PER_MOL,
    KETAMINE_G_PER_MOL,
    NORKETAMINE_G_PER_MOL,
    Curve,
    area_end_h,
    in_unit,
    times_grid,
)
from liftspan.evidence.kinetics.scenario import Measured, Scenario, scenario_of
from liftspan.evidence.tables import shipped_rows
from liftspan.parameters import BODY, BodyParameter
from liftspan.person import body_of

MOLAR = {
    Analyte.KETAMINE: KETAMINE_G_PER_MOL,
    Analyte.NORKETAMINE: NORKETAMINE_G_PER_MOL,
    Analyte.HYDROXYNORKETAMINE: HYDROXYNORKETAMINE_G_PER_MOL,
}


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
    """Predictions in the order of the rows. Never reads `value`, `sd` or confidence limits."""
    known: dict = {}
    return [_predict(row, table, known) for row in rows]


def _predict(row: Mapping[str, str], table: Mapping[str, BodyParameter], known: dict) -> Prediction:
    scenario = scenario_of(row)
    if scenario.reasons:
        return Prediction(None, "; ".join(scenario.reasons), scenario)
    value, why = _metric(row, scenario, table, known)
    notes = list(scenario.notes)
    if not scenario.adult:
        notes.append("a child: allometry only, no maturation")
    if why:
        notes.append(why)
    return Prediction(value, "; ".join(notes), scenario)


def _metric(row, scenario: Scenario, table, known: dict) -> tuple[float | None, str]:
    metric, unit = row.get("metric", "").strip(), row.get("unit", "")
    molar = MOLAR[scenario.measured.analyte]
    if metric == "F":
        share = bioavailability(scenario, table)
        return (100.0 * share if unit.strip() in ("%", "percent") else share), ""
    curve = _curve(scenario, scenario.measured, table, known)
    if scenario.over is not None:
        return curve.area() / _curve(scenario, scenario.over, table, known).area(), ""
    if metric == "Cmax":
        return in_unit(curve.peak()[0], unit, "level", molar)
    if metric == "Tmax":
        return in_unit(curve.peak()[1], unit, "time", molar)
    if metric == "t_half":
        return in_unit(curve.terminal_half_life_h(), unit, "time", molar)
    if (end_h := area_end_h(metric)) is not None:
        return in_unit(curve.area() if np.isinf(end_h) else curve.area_until(end_h), unit, "area", molar)
    if metric == "conc":
        try:
            time_h = float(row.get("time_h", ""))
        except ValueError:
            return None, f"time_h '{row.get('time_h', '')}' is no number"
        return in_unit(curve.at(time_h), unit, "level", molar)
    return None, f"metric '{metric}' is not predicted; valid: Cmax, Tmax, AUC..., conc, F, t_half"


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


def _curve(scenario: Scenario, measured: Measured, table, known: dict) -> Curve:
    """The curve of a scenario, computed once for all rows that share it."""
    key = (scenario.session, scenario.weight_kg, scenario.age_y, scenario.covariates, measured)
    if key not in known:
        known[key] = _computed(scenario, measured, table)
    return known[key]


def _computed(scenario: Scenario, measured: Measured, table) -> Curve:
    weight_kg, body = _body(scenario, table)
    doses = scenario.session.doses
    breaks_h = sorted({dose.start_h for dose in doses} | {dose.start_h + dose.duration_h for dose in doses})
    times_h = times_grid(breaks_h, [])
    levels = sum(
        session_concentration(
            scenario.session, body, weight_kg, times_h, enantiomer=one, analyte=measured.analyte, matrix=measured.matrix
        )[0]
        for one in measured.enantiomers
    )
    return Curve(times_h, 0.5 * levels if measured.mean_of_two else levels)
