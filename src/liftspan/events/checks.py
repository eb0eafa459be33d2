"""What must hold between the cells of one row, and between the rows of one person."""

from collections.abc import Iterator
from functools import cache

import numpy as np

from liftspan.events.columns import (
    BY_INFUSION,
    COLUMNS,
    DOSE,
    DRUGS,
    REQUIRED_OF_DOSES,
    RESET_AND_DOSE,
    ROUTES,
)
from liftspan.events.source import Problems
from liftspan.treatment.amounts import LARGEST_PLAUSIBLE_MG, session_doses
from liftspan.treatment.dose import Dose
from liftspan.treatment.drug import Drug
from liftspan.treatment.route import Route
from liftspan.units import BASE_PER_HYDROCHLORIDE, DEVICE_BASE_MG, HOURS_PER_DAY

SLOWEST = 1e-3  # mg/h: below it a rate is in another unit
MOST_DOSES = 5_000_000
Problem = tuple[int, str, str]  # place in the block, column, reason


def problems_of_rows(values: dict[str, np.ndarray], columns: set[str]) -> Iterator[Problem]:
    """Cells that are readable one by one but not together.

    Args:
        values: numbers by column, shape (row,); nan = blank, inf = its problem has been said.
        columns: those that the file has.
    """
    given = {name: np.isfinite(column) & (column > 0) for name, column in values.items()}
    dose = np.isin(values["EVID"], (DOSE, RESET_AND_DOSE))
    other = np.isfinite(values["EVID"]) & ~dose
    yield from _missing(values, columns, dose)
    for name in ("AMT", "RATE", "DUR", "II", "ADDL"):
        yield from _at(other & given[name], name, f"{name} stands on a row that is no dose; is EVID 1 meant?")
    yield from _at(given["RATE"] & given["DUR"], "RATE", "RATE and DUR are both given; keep one of them")
    yield from _at(dose & given["ADDL"] & ~given["II"], "ADDL", "additional doses need II, the hours between them")
    idle = dose & given["II"] & (np.isnan(values["ADDL"]) | (values["ADDL"] == 0))
    yield from _at(idle, "II", "an interval without ADDL repeats nothing; give ADDL, the number of additional doses")
    slow = dose & given["RATE"] & (values["RATE"] < SLOWEST)
    yield from _at(slow, "RATE", f"below {SLOWEST:g} mg/h; is it in another unit?")
    yield from _of_routes(values, given, dose)
    yield from _of_amounts(values, dose & given["AMT"])


def _missing(values: dict, columns: set[str], dose: np.ndarray) -> Iterator[Problem]:
    for name in REQUIRED_OF_DOSES:
        blank = np.isnan(values[name]) | ((values[name] == 0) if name == "AMT" else False)
        absent = "" if name in columns else f"the file has no column {name}; "
        text = f"{absent}a dose needs {COLUMNS[name]}"
        if name == "AMT":
            text = f"{absent}a dose needs an amount above 0, {COLUMNS[name]}; a visit without drug is EVID 2"
        # A column that is absent is absent from every row: said once.
        yield from list(_at(dose & blank, name, text))[: None if name in columns else 1]


def _of_routes(values: dict, given: dict, dose: np.ndarray) -> Iterator[Problem]:
    slow = dose & (given["RATE"] | given["DUR"])
    for code, route in enumerate(ROUTES):
        here = dose & (values["CMT"] == code)
        if not here.any():
            continue
        if route not in BY_INFUSION:
            injected = ", ".join(BY_INFUSION)
            reason = f"a {route} dose has no rate or duration; only injections ({injected}) are given slowly"
            yield from _at(here & slow & given["RATE"], "RATE", reason)
            yield from _at(here & slow & given["DUR"], "DUR", reason)


def _of_amounts(values: dict, dose: np.ndarray) -> Iterator[Problem]:
    """Slips of unit by size, and sprays that are no whole number of devices."""
    with np.errstate(divide="ignore", invalid="ignore"):
        hours = np.where(values["DUR"] > 0, values["DUR"], values["AMT"] / values["RATE"])
        large = dose & (values["AMT"] / np.maximum(_filled_in(hours) / HOURS_PER_DAY, 1.0) > LARGEST_PLAUSIBLE_MG)
    reason = f"above {LARGEST_PLAUSIBLE_MG:g} mg in a day; was it in mcg, or did it lose its decimal point?"
    yield from _at(large, "AMT", reason)
    factor = np.where(values["SALT"] == 1, BASE_PER_HYDROCHLORIDE, 1.0)
    spray = (values["CMT"] == ROUTES.index(Route.NASAL)) & (values["DRUG"] == DRUGS.index(Drug.ESKETAMINE))
    for amount in np.unique((values["AMT"] * factor)[dose & spray & ~large]):
        _, said = sprays(round(float(amount), 6))
        if said:
            yield from _at(dose & spray & np.isclose(values["AMT"] * factor, amount, 1e-12), "AMT", said)


def _filled_in(hours: np.ndarray) -> np.ndarray:
    return np.where(np.isfinite(hours), hours, 0.0)


@cache
def sprays(amount_mg: float) -> tuple[tuple[Dose, ...], str]:
    """The devices of one nasal dose of esketamine, or why it has none: up to one device, the amount as it stands."""
    if amount_mg <= DEVICE_BASE_MG:
        return (Dose(Drug.ESKETAMINE, Route.NASAL, amount_mg, False, 0.0, 0.0),), ""
    problems: list[str] = []
    doses = session_doses(Drug.ESKETAMINE, Route.NASAL, amount_mg, False, 0.0, "", problems)
    return doses or (), "".join(problems).removeprefix(": ")


def _at(wrong: np.ndarray, column: str, reason: str) -> Iterator[Problem]:
    return ((int(i), column, reason) for i in np.flatnonzero(wrong))


def problems_of_people(rows, problems: Problems) -> None:
    """Two weights at one moment, doses beyond number; `rows` as in the file."""
    expanded = int((rows.additional[rows.doses()] + 1).sum())
    if expanded > MOST_DOSES:
        problems.add(f"ADDL makes {expanded} doses of this table; at most {MOST_DOSES} can be worked out at once")
    for name, values in (("WT", rows.weight_kg), ("AGE", rows.age_y)):
        known = np.flatnonzero(np.isfinite(values))
        known = known[np.lexsort((known, rows.time_h[known], rows.person[known]))]
        one, next_ = known[:-1], known[1:]
        same = (rows.person[one] == rows.person[next_]) & (rows.time_h[one] == rows.time_h[next_])
        for i in np.flatnonzero(same & (values[one] != values[next_])):
            a, b = one[i], next_[i]
            reason = f"{values[b]:g}, but {values[a]:g} on line {rows.line[a]} at the same time of the same person"
            problems.add(reason, int(rows.line[b]), name)
