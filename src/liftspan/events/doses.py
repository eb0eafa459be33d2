"""From rows to doses: every ADDL dose and every spray device a row of its own, with the body that it meets.

At one moment observations come first, then resets, then doses.
"""

from dataclasses import dataclass

import numpy as np

from liftspan.events.cells import TIME_DECIMALS
from liftspan.events.checks import sprays
from liftspan.events.columns import DRUGS, RESET, RESET_AND_DOSE, ROUTES
from liftspan.events.reading import Rows
from liftspan.events.table import Events
from liftspan.parameters import body_value
from liftspan.treatment.drug import Drug
from liftspan.treatment.route import Route

CARRY = ("locf", "nocb")
# Sprays that start within this time of the first belong to one sitting: the nose has not recovered. Spravato's devices
# are 5 minutes apart, and its label ends the sitting after 2 hours of watching.
SITTING_H = 2.0


@dataclass(frozen=True)
class Doses:
    """Administrations in order of person, time and line; every field has shape (dose,)."""

    row: np.ndarray  # place in Rows of the row that gives it
    repeat: np.ndarray  # 0 for the dose of the row itself, then its additional doses
    device: np.ndarray  # 0, and more for the later spray devices of one dose
    given_h: np.ndarray  # when the dose of its device 0 starts
    start_h: np.ndarray
    until_h: np.ndarray  # the next reset, inf without one: what it left in the body counts up to then
    amount_mg: np.ndarray
    later_spray: np.ndarray  # not the first spray of its sitting: the nose holds only so much
    cancelled: np.ndarray  # a reset came between its row and itself
    weight_kg: np.ndarray  # carried to the time of the dose
    age_y: np.ndarray


def schedule(events: Events, carry: str = "locf") -> Doses:
    """Every dose of a table.

    Args:
        carry: a blank WT or AGE takes the last value before it ("locf") or the next one after it ("nocb"); where there
            is none on that side, the nearest on the other; without any, the usual adult of `parameters.py`.
    """
    rows = events.rows
    row, repeat, device, given_h, offset_h, amount_mg = _expanded(rows)
    start_h = np.round(given_h + offset_h, TIME_DECIMALS)
    order = np.lexsort((device, repeat, row, start_h, rows.person[row]))
    row, repeat, device, given_h = row[order], repeat[order], device[order], given_h[order]
    start_h, amount_mg, person = start_h[order], amount_mg[order], rows.person[row]
    until_h, cancelled = _resets(rows, person, start_h, rows.time_h[row])
    return Doses(
        row=row,
        repeat=repeat,
        device=device,
        given_h=given_h,
        start_h=start_h,
        until_h=until_h,
        amount_mg=amount_mg,
        later_spray=_later_sprays(rows, row, start_h, until_h, cancelled),
        cancelled=cancelled,
        weight_kg=carried(rows, rows.weight_kg, person, given_h, carry, body_value("population_weight_kg")),
        age_y=carried(rows, rows.age_y, person, given_h, carry, body_value("population_age_y")),
    )


def _expanded(rows: Rows):
    """Row, repeat, device, time given, offset and amount of every dose, in the order of rows."""
    giving = np.flatnonzero(rows.doses())
    counts = rows.additional[giving] + 1
    row = np.repeat(giving, counts)
    repeat = np.arange(len(row)) - np.repeat(np.cumsum(counts) - counts, counts)
    given_h = np.round(rows.time_h[row] + repeat * rows.interval_h[row], TIME_DECIMALS)
    devices = _devices(rows, row)
    counts = np.array([len(one) for one in devices], int)
    each = np.repeat(np.arange(len(row)), counts)
    device = np.arange(len(each)) - np.repeat(np.cumsum(counts) - counts, counts)
    flat = np.array([pair for one in devices for pair in one], float).reshape(-1, 2)
    return row[each], repeat[each], device, given_h[each], flat[:, 0], flat[:, 1]


def _devices(rows: Rows, row: np.ndarray) -> list[tuple[tuple[float, float], ...]]:
    """(offset h, mg) of the devices of each dose; one pair unless nasal esketamine exceeds one device."""
    spray = (rows.route == ROUTES.index(Route.NASAL)) & (rows.drug == DRUGS.index(Drug.ESKETAMINE))
    amounts, sprayed = rows.amount_mg[row].tolist(), spray[row].tolist()
    return [
        tuple((dose.start_h, dose.amount) for dose in sprays(round(mg, 6))[0]) if nasal else ((0.0, mg),)
        for mg, nasal in zip(amounts, sprayed, strict=True)
    ]


def _resets(rows: Rows, person: np.ndarray, start_h: np.ndarray, row_h: np.ndarray):
    """The first reset after each dose (inf without one), and whether one came between its row and itself."""
    resets = np.flatnonzero(np.isin(rows.evid, (RESET, RESET_AND_DOSE)))
    resets = resets[np.lexsort((rows.time_h[resets], rows.person[resets]))]
    at_person = np.append(rows.person[resets], -1)
    at_h = np.append(rows.time_h[resets], np.inf)

    def next_after(times_h):
        i = positions(at_person[:-1], at_h[:-1], person, times_h, "right")
        return np.where(at_person[i] == person, at_h[i], np.inf)

    return next_after(start_h), next_after(row_h) <= start_h


def _later_sprays(rows: Rows, row, start_h, until_h, cancelled) -> np.ndarray:
    later = np.zeros(len(row), bool)
    sittings: dict[
        tuple[int, int], tuple[float, float]
    ] = {}  # by person and drug: first spray, and when it is wiped out
    nasal = np.flatnonzero((rows.route[row] == ROUTES.index(Route.NASAL)) & ~cancelled)
    for i in nasal.tolist():
        key = int(rows.person[row[i]]), int(rows.drug[row[i]])
        first_h, wiped_h = sittings.get(key, (-np.inf, -np.inf))
        later[i] = start_h[i] - first_h < SITTING_H and start_h[i] < wiped_h
        if not later[i]:
            sittings[key] = float(start_h[i]), float(until_h[i])
    return later


def carried(rows: Rows, values, person, times_h, carry: str, otherwise: float) -> np.ndarray:
    """A covariate at some moments of some people, by the carry rule of `schedule`; `otherwise` for who has none."""
    known = np.flatnonzero(np.isfinite(values))
    if not len(known):
        return np.full(len(person), otherwise)
    known = known[np.lexsort((known, rows.time_h[known], rows.person[known]))]
    whose, when = rows.person[known], rows.time_h[known]
    last = positions(whose, when, person, times_h, "right") - 1
    following = positions(whose, when, person, times_h, "left")
    answer = np.full(len(person), otherwise)
    # The rule's own choice is written last, over the other side's.
    for place in (following, last) if carry == "locf" else (last, following):
        inside = np.clip(place, 0, len(known) - 1)
        own = (place == inside) & (whose[inside] == person)
        answer = np.where(own, values[known][inside], answer)
    return answer


def positions(people, times_h, person, at_h, side: str) -> np.ndarray:
    """Like np.searchsorted, within a person: the first place not before ("left") or after ("right") each moment.

    `people` and `times_h` are sorted by person, then time; whole numbers are compared, so nothing is lost to rounding.
    """
    distinct = np.unique(times_h)
    base = len(distinct) + 1
    keys = people.astype(np.int64) * base + np.searchsorted(distinct, times_h)
    return np.searchsorted(keys, person.astype(np.int64) * base + np.searchsorted(distinct, at_h, side))
