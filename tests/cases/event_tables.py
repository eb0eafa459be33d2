"""Event tables as the command reads them, and the level that a treatment in words gives: the witness."""

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from liftspan.body.concentration import Analyte, Matrix, concentration
from liftspan.events import balance, load_events, predict, predicted_lines, read_events, schedule, summary
from liftspan.events.mass import LARGEST_GAP
from liftspan.person import typical_body
from liftspan.treatment import parse_treatment

DATA = Path(__file__).parent / "data"
CLOCK = "one clock must run on for each person"
HEAD = "ID,TIME,EVID,AMT,DUR,CMT,DRUG"
USUAL_KG, USUAL_Y = 74.0, 45.0


@dataclass(frozen=True)
class Understood:
    """A table with its answer."""

    levels: list[float]  # of the rows that are observed, in the order of the file
    said: str  # on the screen
    notes: list[str]  # of the rows that were used
    rows: list[dict[str, str]]  # as written back


def understood(table: str | Path) -> Understood:
    """The answer to a file, or to the text of one; InvalidInput where it is refused."""
    events = load_events(table) if isinstance(table, Path) else read_events("t.csv", table.encode())
    doses = schedule(events, "locf")
    mass = balance(events, doses)
    assert mass.largest() < LARGEST_GAP
    levels = predict(events, doses)
    said = "\n".join(summary(events, doses, "locf", mass))
    header, *lines = list(predicted_lines(events, doses, levels))[events.layout.header_line - 1 :]
    rows = list(csv.DictReader([header, *(line for line in lines if line and not line.startswith("#"))]))
    notes = [row["note"] for row in rows if row["note"] is not None]
    return Understood([level for level in levels.tolist() if level == level], said, notes, rows)


def table(*rows: str, more: str = "") -> str:
    """Rows under the usual header, `more` its further columns."""
    return "\n".join((HEAD + more, *rows)) + "\n"


@cache
def level(
    mg: float, over_h: float, since_h: float, weight_kg: float = USUAL_KG, age_y: float = USUAL_Y, route: str = "iv"
) -> float:
    """Ketamine in venous plasma, ng/mL, some hours after one dose, by the door of treatments in words."""
    how = f"over {over_h * 60:.10f} min" if over_h else "bolus" if route == "iv" else ""
    regimen = parse_treatment(f"{mg:g} mg ketamine {route} {how} once")
    body, when = typical_body(weight_kg, age_y), np.array([since_h])
    sides = (
        concentration(
            regimen, body, np.array([weight_kg]), when, enantiomer=side, analyte=Analyte.KETAMINE, matrix=Matrix.VENOUS
        )
        for side in "sr"
    )
    return float(sum(side[0, 0] for side in sides))
