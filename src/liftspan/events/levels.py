"""Concentration of the typical adult of each person's weight and age, at each observation.

Doses add. Each has the body that it met; it counts at observations after its start and up to the next reset.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from liftspan.body.absorption import entries
from liftspan.body.concentration import SHARES, dispositions
from liftspan.events.columns import DRUGS, OBSERVATION, OTHER, ROUTES, Asked
from liftspan.events.doses import Doses, positions
from liftspan.events.reading import Rows
from liftspan.events.table import Events
from liftspan.person import body_of
from liftspan.treatment.dose import Dose, Session
from liftspan.units import NG_PER_ML_PER_MG_PER_L

# Doses are evaluated together until their table of (dose, observation) has this many cells: bounds the memory.
BATCH_CELLS = 100_000


@dataclass(frozen=True)
class Kind:
    """Doses that differ only in amount, moment and person."""

    drug: int  # places in columns.DRUGS and columns.ROUTES
    route: int
    duration_h: float
    later_spray: bool

    def session(self) -> Session:
        """One mg of it; a later spray follows an empty one."""
        drug, route = DRUGS[self.drug], ROUTES[self.route]
        dose = Dose(drug, route, 1.0, False, 0.0, self.duration_h)
        empty = (Dose(drug, route, 0.0, False, 0.0, 0.0),) if self.later_spray else ()
        return Session(0.0, (*empty, dose))


def predict(events: Events, doses: Doses) -> np.ndarray:
    """Predicted concentration, ng/mL, of each row of EVID 0 or 2; nan for the others; shape (row,)."""
    rows = events.rows
    seen = np.isin(rows.evid, (OBSERVATION, OTHER))
    predicted = np.where(seen, 0.0, np.nan)
    for code, asked in enumerate(events.asked):
        look = np.flatnonzero(seen & (rows.asked == code))
        look = look[np.lexsort((look, rows.time_h[look], rows.person[look]))]
        if len(look):
            _add(predicted, look, asked, rows, doses)
    return predicted


def last_dose(events: Events, doses: Doses) -> np.ndarray:
    """Place in `doses` of the last dose before each row and since its last reset, -1 without one; shape (row,)."""
    rows = events.rows
    first = np.flatnonzero((doses.device == 0) & ~doses.cancelled)
    if not len(first):
        return np.full(len(rows.line), -1)
    whose = rows.person[doses.row[first]]
    place = positions(whose, doses.start_h[first], rows.person, rows.time_h, "left") - 1
    inside = first[np.maximum(place, 0)]
    own = (place >= 0) & (rows.person[doses.row[inside]] == rows.person) & (rows.time_h <= doses.until_h[inside])
    return np.where(own, inside, -1)


def kinds(rows: Rows, doses: Doses) -> Iterator[tuple[Kind, np.ndarray]]:
    """Each kind of dose with the places of its doses; cancelled ones are left out."""
    given = np.flatnonzero(~doses.cancelled)
    row = doses.row[given]
    columns = (rows.drug[row], rows.route[row], rows.duration_h[row], doses.later_spray[given])
    order = np.lexsort(columns)
    changes = np.zeros(len(order), bool)
    for column in columns:
        changes[1:] |= column[order][1:] != column[order][:-1]
    for places in np.split(order, np.flatnonzero(changes)):
        if len(places):
            drug, route, duration_h, later = (column[places[0]] for column in columns)
            yield Kind(int(drug), int(route), float(duration_h), bool(later)), given[places]


def _add(predicted, look, asked: Asked, rows: Rows, doses: Doses) -> None:
    """Add what every dose leaves at the observations `look`, sorted by person and time, in place."""
    whose, when = rows.person[look], rows.time_h[look]
    person = rows.person[doses.row]
    # An observation at the moment of a dose is before it; at the moment of a reset, before that.
    begin = positions(whose, when, person, doses.start_h, "right")
    end = positions(whose, when, person, doses.until_h, "right")
    for kind, places in kinds(rows, doses):
        for batch in _batches(places, end - begin):
            reach = np.arange((end - begin)[batch].max())
            inside = reach < (end - begin)[batch][:, None]
            at = np.minimum(begin[batch][:, None] + reach, len(look) - 1)
            since_h = np.where(inside, when[at] - doses.start_h[batch][:, None], 0.0)
            levels = doses.amount_mg[batch][:, None] * _of_distinct(kind, asked, doses, batch, since_h)
            np.add.at(predicted, look[at[inside]], levels[inside])


def _batches(places: np.ndarray, counts: np.ndarray) -> Iterator[np.ndarray]:
    """Doses of similar reach together, `BATCH_CELLS` observations at most in one table."""
    places = places[counts[places] > 0]
    places = places[np.argsort(-counts[places], kind="stable")]
    while len(places):
        size = max(BATCH_CELLS // int(counts[places[0]]), 1)
        yield places[:size]
        places = places[size:]


def _of_distinct(kind: Kind, asked: Asked, doses: Doses, batch: np.ndarray, since_h: np.ndarray) -> np.ndarray:
    """Levels of 1 mg, (dose, observation): people alike in body and times are worked out once."""
    who = np.column_stack([doses.weight_kg[batch], doses.age_y[batch], since_h])
    places: dict[bytes, int] = {}
    same_as = [places.setdefault(line.tobytes(), len(places)) for line in who]
    _, first = np.unique(same_as, return_index=True)
    distinct = who[first]
    return levels_of_1_mg(kind, asked, distinct[:, 0], distinct[:, 1], distinct[:, 2:])[same_as]


def levels_of_1_mg(kind: Kind, asked: Asked, weight_kg, age_y, since_h) -> np.ndarray:
    """Typical concentration, ng/mL, after 1 mg of base.

    Args:
        weight_kg, age_y: shape (dose,).
        since_h: hours since the start of each dose, shape (dose, time); each dose has times of its own, which
            `session_concentration` does not offer.
    """
    body, total = body_of(weight_kg, age_y, {}), np.zeros(since_h.shape)
    for side in asked.sides:
        kinetics = getattr(body, side)
        as_parent, as_norketamine = dispositions(body, kinetics, asked.analyte, asked.matrix)
        for entry in entries(kind.session(), body, kinetics, SHARES[side], weight_kg):
            if not np.any(entry.amount_mg):
                continue  # the empty spray
            total += (entry.amount_mg * entry.parent_share)[:, None] * entry.through(as_parent, since_h)
            if as_norketamine is not None and np.any(entry.norketamine_share):
                formed = (entry.amount_mg * entry.norketamine_share)[:, None]
                total += formed * entry.through(as_norketamine, since_h)
    return NG_PER_ML_PER_MG_PER_L * total
