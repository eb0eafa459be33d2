"""What was read and how it was understood, in words for people."""

import numpy as np

from liftspan.errors import printable
from liftspan.events.cautions import cautions
from liftspan.events.columns import COLUMNS, COMMENT_COLUMN, OBSERVATION, OTHER
from liftspan.events.doses import Doses
from liftspan.events.explain import out_of_order, together
from liftspan.events.mass import Balance
from liftspan.events.table import Events
from liftspan.numbers import shortened
from liftspan.parameters import body_value


def summary(events: Events, doses: Doses, carry: str, mass: Balance) -> list[str]:
    """One sentence for each thing worth knowing."""
    rows = events.rows
    seen = int(np.isin(rows.evid, (OBSERVATION, OTHER)).sum())
    cancelled = int(doses.cancelled.sum())
    lines = [
        f"{events.name}: {counted(len(rows.line), 'row')} of {counted(len(events.people), 'person')}. "
        f"{counted(int(rows.doses().sum()), 'dose row')} = {counted(len(doses.row) - cancelled, 'dose')} with ADDL and "
        f"spray devices. {counted(seen, 'row')} predicted for the typical adult "
        "of that weight and age."
    ]
    if cancelled:
        lines.append(f"Resets cancelled {cancelled} additional doses or devices still pending; --explain lists them.")
    lines.append(_order_words(events))
    lines.append(_carry_words(events, carry))
    if comments := events.layout.comments:
        begin = "line that starts with # was" if comments == 1 else "lines that start with # were"
        lines.append(f"{comments} {begin} left out (first: line {events.layout.first_comment}).")
    lines += _cautions(events, doses)
    lines.append(f"Mass balance: {mass.given_mg.sum():.8g} mg given; largest gap of a person {mass.largest():.1e}.")
    return [printable(line) for line in lines]


def counted(number: int, noun: str) -> str:
    """1 row, 2 rows, 3 people."""
    several = {"person": "people"}.get(noun, f"{noun}s")
    return f"{number} {noun if number == 1 else several}"


def _order_words(events: Events) -> str:
    rows, behind = events.rows, np.flatnonzero(out_of_order(events))
    words = "rows were in order of time"
    if len(behind):
        words = (
            f"{counted(len(behind), 'row')} stood after later rows (first: line {rows.line[behind[0]]}); sorted by "
            "time, equal times in the order of the file"
        )
    blocks = int((np.diff(rows.person) != 0).sum()) + 1
    apart = "; rows of one ID lay apart and are one person" if blocks > len(events.people) else ""
    return f"Order: {words}{apart}."


def _carry_words(events: Events, carry: str) -> str:
    rule = {"locf": "the last value before it (locf)", "nocb": "the next value after it (nocb)"}[carry]
    parts = []
    for name, values, parameter, unit in (
        ("WT", events.rows.weight_kg, "population_weight_kg", "kg"),
        ("AGE", events.rows.age_y, "population_age_y", "years"),
    ):
        without = len(events.people) - len(np.unique(events.rows.person[np.isfinite(values)]))
        if without:
            parts.append(f"{counted(without, 'person')} without {name} taken as {body_value(parameter):g} {unit}")
    return (
        f"Covariates: a blank WT or AGE takes {rule}; a dose keeps the body it met{''.join('; ' + p for p in parts)}."
    )


def _cautions(events: Events, doses: Doses) -> list[str]:
    """What may not have been meant."""
    rows, lines = events.rows, list(events.remarks)
    at_once = sorted({int(rows.line[doses.row[i]]) for i in together(events, doses)})
    if at_once:
        named = ", ".join(map(str, at_once[:6])) + (", ..." if len(at_once) > 6 else "")
        lines.append(f"Doses at the same time of one person all count: lines {named}.")
    lines += [caution.sentence for caution in cautions(events, doses)]
    known = {*COLUMNS, COMMENT_COLUMN}
    unused = [name for name in events.header if name.upper() not in known]
    if unused:
        lines.append(f"Columns not used, only written back: {', '.join(map(shortened, unused))}.")
    if events.dated:
        lines.append("TIME held date-times: hours are since each person's first record.")
    return lines
