"""Mass: what the file gives must be found again, eliminated or in the body, at each person's last record.

Two countings that share nothing: the rows as they stand in the file, and the doses as the prediction used them, each
followed from its entry into three compartments and out of them. A dose dropped, doubled or shortened, and an algebra
that loses drug, both open a gap.
"""

from dataclasses import dataclass

import numpy as np

from liftspan.body.absorption import entries
from liftspan.body.concentration import SHARES, Analyte, Matrix, dispositions
from liftspan.body.exponentials import Exponentials
from liftspan.body.physiology import Body
from liftspan.events.cells import TIME_DECIMALS
from liftspan.events.columns import RESET, RESET_AND_DOSE
from liftspan.events.doses import Doses
from liftspan.events.levels import Kind, kinds
from liftspan.events.reading import Rows
from liftspan.events.table import Events
from liftspan.person import body_of

LARGEST_GAP = 1e-6  # relative to what the file gives to that person
BATCH_DOSES = 20_000
AFTER_LAST_H = 1.0  # the last moment counted lies after everything that is given


class MassLost(RuntimeError):
    """Drug was lost or made between the file and the body: a fault of this program, never of the input."""


@dataclass(frozen=True)
class Balance:
    """Milligrams of base by person, shape (person,); `gap` is relative to what the file gives."""

    given_mg: np.ndarray
    gap: np.ndarray

    def largest(self) -> float:
        """The largest relative gap of any person."""
        return float(self.gap.max(initial=0.0))


def balance(events: Events, doses: Doses) -> Balance:
    """Compare both countings; MassLost names the people whose drug does not add up."""
    rows, count = events.rows, len(events.people)
    in_file = np.bincount(rows.person, mg_by_row(rows), count)
    used, lost = np.zeros(count), np.zeros(count)
    last_h = _last_moments(rows, doses, count)
    person = rows.person[doses.row]
    for kind, places in kinds(rows, doses):
        for batch in np.array_split(places, len(places) // BATCH_DOSES + 1):
            until_h = np.minimum(doses.until_h[batch], last_h[person[batch]])
            given, unaccounted = _followed(
                kind, doses.weight_kg[batch], doses.age_y[batch], until_h - doses.start_h[batch]
            )
            used += np.bincount(person[batch], doses.amount_mg[batch] * given, count)
            lost += np.bincount(person[batch], doses.amount_mg[batch] * np.abs(unaccounted), count)
    unused = _unused_devices(doses)
    used += np.bincount(person[unused], doses.amount_mg[unused], count)
    gap = (np.abs(in_file - used) + lost) / np.where(in_file > 0, in_file, 1.0)
    found = Balance(in_file, gap)
    if not found.largest() <= LARGEST_GAP:
        worst = int(np.argmax(np.where(np.isnan(gap), np.inf, gap)))
        raise MassLost(
            f"mass balance: of {in_file[worst]:g} mg given to ID {events.people[worst]}, a share of {gap[worst]:.2g} "
            f"is missing or too much (limit {LARGEST_GAP:g}). This is a fault of the program: please report the table."
        )
    return found


def mg_by_row(rows: Rows) -> np.ndarray:
    """Base that each row gives in the end, mg, from its cells alone: AMT for the dose and each additional one.

    A reset stops what is running and what is pending, so rows before a reset are counted dose by dose.
    """
    total = rows.amount_mg * (rows.additional + 1.0)
    resets: dict[int, list[float]] = {}
    for i in np.flatnonzero(np.isin(rows.evid, (RESET, RESET_AND_DOSE))).tolist():
        resets.setdefault(int(rows.person[i]), []).append(float(rows.time_h[i]))
    for i in np.flatnonzero(np.isin(rows.person, list(resets)) & rows.doses()).tolist():
        at = [h for h in resets[int(rows.person[i])] if h > rows.time_h[i]]
        if at:
            total[i] = rows.amount_mg[i] * sum(_delivered(rows, i, k, min(at)) for k in range(rows.additional[i] + 1))
    return total


def _delivered(rows: Rows, i: int, k: int, reset_h: float) -> float:
    """Share of the k-th dose of row i that is given when the reset comes."""
    start_h = round(float(rows.time_h[i] + k * rows.interval_h[i]), TIME_DECIMALS)
    if start_h >= reset_h:
        return 0.0
    return min((reset_h - start_h) / rows.duration_h[i], 1.0) if rows.duration_h[i] > 0 else 1.0


def _unused_devices(doses: Doses) -> np.ndarray:
    """Later devices of a dose that had begun when a reset cancelled them: taken from their box, never sprayed."""
    later = np.flatnonzero(doses.cancelled & (doses.device > 0))
    if not len(later):
        return later
    first = np.flatnonzero((doses.device == 0) & ~doses.cancelled)
    begun = set(zip(doses.row[first].tolist(), doses.repeat[first].tolist(), strict=True))
    return np.array([i for i in later.tolist() if (int(doses.row[i]), int(doses.repeat[i])) in begun], int)


def _last_moments(rows: Rows, doses: Doses, count: int) -> np.ndarray:
    last_h = np.zeros(count)
    np.maximum.at(last_h, rows.person, rows.time_h)
    np.maximum.at(last_h, rows.person[doses.row], doses.start_h + rows.duration_h[doses.row])
    return last_h + AFTER_LAST_H


def _followed(kind: Kind, weight_kg, age_y, elapsed_h) -> tuple[np.ndarray, np.ndarray]:
    """Of 1 mg: what has been given after `elapsed_h`, and what of the absorbed drug is nowhere; shape (dose,)."""
    body = body_of(weight_kg, age_y, {})
    given = np.clip(elapsed_h / kind.duration_h, 0.0, 1.0) if kind.duration_h > 0 else np.ones(len(elapsed_h))
    unaccounted = np.zeros(len(elapsed_h))
    for side in SHARES:
        held = _everywhere(body, side)
        ever = Exponentials(np.ones((1, 1)), (np.zeros((1, 1)),))
        for entry in entries(kind.session(), body, getattr(body, side), SHARES[side], weight_kg):
            if not np.any(entry.amount_mg):
                continue  # the empty spray
            at_h = elapsed_h[:, None]
            # What needs no absorption has entered as soon as it is given.
            entered = given[:, None] if entry.uptake_rate_per_h is None else entry.through(ever, at_h)
            found = sum(entry.through(part, at_h) for part in held)
            unaccounted += entry.amount_mg * entry.parent_share * (entered - found)[:, 0]
    return given, unaccounted


def _everywhere(body: Body, side: str) -> list[Exponentials]:
    """After 1 mg into the blood: mg in the central and both peripheral compartments, and mg eliminated."""
    kinetics = getattr(body, side)
    level, _ = dispositions(body, kinetics, Analyte.KETAMINE, Matrix.VENOUS)
    central_l, *others_l = body.venous_volumes_l
    parts = [level.scaled(central_l)]
    for litres, flow in zip(others_l, body.venous_flows_l_per_h, strict=True):
        parts.append(level.convolve(Exponentials(flow[:, None], ((flow / litres)[:, None],))))
    clearance = kinetics.clearance_l_per_h
    parts.append(level.convolve(Exponentials(clearance[:, None], (0.0 * clearance[:, None],))))
    return parts
