"""Read an event table: every problem of the file at once, or its rows as arrays in the order of the file."""

from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np

from liftspan.errors import InvalidInput
from liftspan.events.cells import TIME_DECIMALS
from liftspan.events.checks import problems_of_people
from liftspan.events.clocks import problems_of_clocks
from liftspan.events.columns import Asked, header_problems
from liftspan.events.identity import words_on_people
from liftspan.events.reading import Reading, Rows, joined
from liftspan.events.source import Layout, Problems, blocks, checked_text, read_header
from liftspan.sheets import bytes_of, name_of

LARGEST_BYTES = 1_000_000_000


@dataclass(frozen=True)
class Events:
    """An event table as read: its rows, the words behind their numbers, and the file itself."""

    name: str
    raw: bytes
    header: tuple[str, ...]
    people: tuple[str, ...]
    asked: tuple[Asked, ...]
    dated: bool  # times were date-times: hours are since each person's first record
    rows: Rows
    layout: Layout
    remarks: tuple[str, ...] = ()  # what the reader left out, put together or found odd: a sentence each


def load_events(path: Path | str) -> Events:
    """Events of a CSV file, or of standard input for `-`; InvalidInput with every problem."""
    path = Path(path)
    raw, problem = bytes_of(path, LARGEST_BYTES)
    if problem:
        raise InvalidInput([problem], name_of(path))
    return read_events(name_of(path), raw)


def read_events(name: str, raw: bytes) -> Events:
    """Events of the bytes of a CSV file; `name` appears in the messages."""
    checked_text(name, raw)
    layout, problems = read_header(name, raw), Problems(name)
    for column, reason in header_problems(layout.header):
        problems.add(reason, column=f"column {column}")
    problems.raise_any()
    reading = Reading(problems, {column.upper() for column in layout.header})
    parts = [reading.block(block) for block in blocks(raw, layout, problems)]
    if not any(len(part.line) for part in parts) and not problems.count:
        problems.add("no events; the file needs a line for each dose and each observation")
    problems.raise_any()
    rows, people = joined(parts), tuple(reading.people.names)
    dated = reading.first_dated is not None
    if dated:
        rows = _since_first_record(rows, len(people))
    problems_of_people(rows, problems)
    remarks = [*reading.remarks(), *words_on_people(people, reading.people.spellings)]
    if not dated:
        remarks += problems_of_clocks(rows, people, reading.occasions, problems)
    problems.raise_any()
    return Events(name, raw, layout.header, people, tuple(reading.asked), dated, rows, layout, tuple(remarks))


def _since_first_record(rows: Rows, people: int) -> Rows:
    first = np.full(people, np.inf)
    np.minimum.at(first, rows.person, rows.time_h)
    values = {one.name: getattr(rows, one.name) for one in fields(Rows)}
    return Rows(**values | {"time_h": np.round(rows.time_h - first[rows.person], TIME_DECIMALS)})
