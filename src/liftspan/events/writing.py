"""The rows as they came with their predictions, and a regimen as a table."""

import csv
from collections.abc import Iterator

import numpy as np

from liftspan.arrays import floats
from liftspan.events.cautions import cautions
from liftspan.events.cells import TIME_DECIMALS
from liftspan.events.columns import DOSE, EVIDS, OBSERVATION, OTHER, OUTPUT
from liftspan.events.doses import Doses
from liftspan.events.levels import last_dose
from liftspan.events.source import COMMENT, is_skipped, physical_lines
from liftspan.events.table import Events
from liftspan.parameters import body_value
from liftspan.spreadsheet import checked_line
from liftspan.treatment.regimen import Regimen


def predicted_lines(events: Events, doses: Doses, predicted: np.ndarray) -> Iterator[str]:
    """Every line of the file as it stood, in its order, with the columns `columns.OUTPUT` after it.

    Cells that a spreadsheet would compute get an apostrophe: liftspan/spreadsheet.py.
    """
    rows, last = events.rows, last_dose(events, doses)
    since = np.where(last >= 0, rows.time_h - (doses.start_h[last] if len(doses.row) else 0.0), np.nan)
    since = np.where(rows.doses(), 0.0, since)
    notes, extra = _Notes(events, doses, last), iter(range(len(rows.line)))
    line_of, layout = rows.line, events.layout
    at = next(extra, None)
    for number, text in enumerate(physical_lines(events.raw), start=1):
        text = text.rstrip("\r\n")
        # An @ before the first name marks the header for NONMEM.
        marked = number == layout.header_line and text.startswith("@")
        text = f"@{checked_line(text[1:])}" if marked else checked_line(text)
        if number == layout.header_line:
            yield f"{text},{','.join(OUTPUT)}"
            continue
        if is_skipped(text):
            # Empty cells of a spreadsheet are a row of the table: it keeps its width.
            yield f"{text},,," if "," in text and not text.lstrip().startswith(COMMENT) else text
            continue
        if layout.ragged:
            text = _of_width(text, layout.width)
        if at is None or line_of[at] != number:
            yield f"{text},,,comment: not used"
        else:
            level = "" if np.isnan(predicted[at]) else f"{predicted[at]:.8g}"
            elapsed = "" if np.isnan(since[at]) else f"{since[at]:.9g}"
            yield f"{text},{level},{elapsed},{notes.of(at)}"
            at = next(extra, None)


def _of_width(text: str, width: int) -> str:
    """A row with as many cells as the header: empty ones at its end are added or taken away."""
    cells = len(next(csv.reader([text])))
    for _ in range(cells - width):
        text = text[: text.rindex(",")]
    return text + "," * (width - cells)


class _Notes:
    """What a reader should know of one row of the output."""

    def __init__(self, events: Events, doses: Doses, last: np.ndarray):
        rows, people = events.rows, len(events.people)
        self.cautions: dict[int, list[str]] = {}
        for caution in cautions(events, doses):
            for i, note in caution.notes.items():
                self.cautions.setdefault(i, []).append(note)
        self.evid, self.none = rows.evid, last < 0
        self.assumed = []
        for values, name, unit in (
            (rows.weight_kg, "population_weight_kg", "kg"),
            (rows.age_y, "population_age_y", "years"),
        ):
            known = np.bincount(rows.person, np.isfinite(values), people) > 0
            self.assumed.append((known[rows.person], f"assumed {body_value(name):g} {unit}"))

    def of(self, i: int) -> str:
        """Parts joined by semicolons: commas and quotation marks would need quoting."""
        if self.evid[i] not in (OBSERVATION, OTHER):
            parts = [EVIDS[self.evid[i]]]
        else:
            parts = [text for known, text in self.assumed if not known[i]]
            if self.none[i]:
                parts.append("no drug in the body")
        return "; ".join([*parts, *self.cautions.get(i, ())])


def events_table(regimen: Regimen, weight_kg: float, times_h) -> list[dict[str, object]]:
    """A regimen for one person as event rows, observations of venous ketamine at `times_h` among them.

    Reading them back gives the same doses. A session without drug becomes an event of EVID 2; a daily oral
    antidepressant has no row, since it has no concentration here.

    Args:
        times_h: hours since the first session.
    """
    rows = [_row(h, OBSERVATION, weight_kg, dvid="ketamine") for h in floats(times_h).tolist()]
    for session in regimen.sessions:
        if not session.doses:
            rows.append(_row(session.start_h, OTHER, weight_kg))
        for dose in session.doses:
            given = {"amt": float(dose.amount_mg(weight_kg)), "dur": dose.duration_h, "cmt": dose.route.value}
            rows.append(_row(session.start_h + dose.start_h, DOSE, weight_kg, **given, drug=dose.drug.value))
    return sorted(rows, key=lambda row: (row["time"], row["evid"] == DOSE))


def _row(time_h: float, evid: int, weight_kg: float, **cells) -> dict[str, object]:
    blank = dict.fromkeys(("amt", "dur", "cmt", "drug", "dvid"), "")
    return {"id": 1, "time": round(time_h, TIME_DECIMALS), "evid": evid, **blank, "wt": weight_kg, **cells}
