"""Read an event table: every problem of the file at once, or its rows as arrays in the order of the file."""

from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np

from liftspan.errors import InvalidInput
from liftspan.events.cells import LARGEST, READERS, TIME_DECIMALS, Memory, Names, is_dated
from liftspan.events.checks import SLOWEST, problems_of_people, problems_of_rows
from liftspan.events.columns import (
    COLUMNS,
    COMMENT_COLUMN,
    DOSE,
    HYDROCHLORIDE,
    OBSERVATION,
    RESET_AND_DOSE,
    Asked,
    asked,
    header_problems,
)
from liftspan.events.source import Block, Problems, blocks, checked_text, read_header
from liftspan.files import read_input, shown_name
from liftspan.treatment.amounts import AMOUNT_DECIMALS
from liftspan.units import BASE_PER_HYDROCHLORIDE


@dataclass(frozen=True)
class Rows:
    """Events in the order of the file, comments left out; every field has shape (row,)."""

    line: np.ndarray  # of the file
    person: np.ndarray  # place in Events.people
    time_h: np.ndarray
    evid: np.ndarray
    amount_mg: np.ndarray  # of base; 0 where nothing is given
    duration_h: np.ndarray  # 0 = bolus, device or tablet
    route: np.ndarray  # places in columns.ROUTES and columns.DRUGS, -1 = blank
    drug: np.ndarray
    interval_h: np.ndarray
    additional: np.ndarray  # ADDL
    weight_kg: np.ndarray  # nan = blank
    age_y: np.ndarray
    asked: np.ndarray  # place in Events.asked

    def doses(self) -> np.ndarray:
        """Whether a row gives something."""
        return (self.evid == DOSE) | (self.evid == RESET_AND_DOSE)


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


def load_events(path: Path) -> Events:
    """Events of a CSV file; InvalidInput with every problem."""
    path = Path(path)
    name = shown_name(path)
    try:
        raw = read_input(path)
    except OSError as error:
        raise InvalidInput([f"{path}: cannot be read ({error.strerror or error})"], name) from None
    return read_events(name, raw)


def read_events(name: str, raw: bytes) -> Events:
    """Events of the bytes of a CSV file; `name` appears in the messages."""
    checked_text(name, raw)
    header, problems = read_header(name, raw), Problems(name)
    for column, reason in header_problems(header):
        problems.add(reason, column=f"column {column}" if column else "")
    problems.raise_any()
    reading = _Reading(problems, {column.upper() for column in header})
    parts = [reading.block(block) for block in blocks(raw, problems)]
    if not any(len(part.line) for part in parts) and not problems.count:
        problems.add("no events; the file needs a line for each dose and each observation")
    problems.raise_any()
    rows = Rows(*(np.concatenate([getattr(part, one.name) for part in parts]) for one in fields(Rows)))
    dated = reading.first_dated is not None
    if dated:
        rows = _since_first_record(rows, len(reading.people))
    problems_of_people(rows, tuple(reading.people), problems)
    problems.raise_any()
    return Events(name, raw, header, tuple(reading.people), tuple(reading.asked), dated, rows)


class _Reading:
    """What must be remembered from block to block."""

    def __init__(self, problems: Problems, columns: set[str]):
        self.problems, self.columns = problems, columns
        self.memories = {name: Memory(parse) for name, parse in READERS.items() if name in columns}
        self.people, self.asked, self.asked_of, self.refused = Names(), Names(), {}, {}
        self.first_dated = self.first_hours = None

    def block(self, block: Block) -> Rows:
        """The rows of a block; its problems are added in the order of lines."""
        block = _without_comments(block)
        values = {name: memory.read(block.cells[name]) for name, memory in self.memories.items()}
        blank = np.full(len(block.lines), np.nan)
        for name in COLUMNS:
            values.setdefault(name, blank)
        if "EVID" not in self.columns:
            values["EVID"] = np.where(values["AMT"] > 0, float(DOSE), float(OBSERVATION))
        values["EVID"] = _filled(values["EVID"], float(OBSERVATION))
        found = [*self._unreadable(block, values), *self._clocks(block)]
        people = np.fromiter((self.people[cell.strip()] for cell in block.cells["ID"]), np.int32, len(block.lines))
        found += [(i, "ID", "blank; every row belongs to someone") for i in _blanks(block.cells["ID"])]
        measured, unclear = self._asked(block)
        found += [*unclear, *problems_of_rows(values, self.columns)]
        for i, column, reason in sorted(found, key=lambda one: one[0]):
            self.problems.add(reason, block.lines[i], column)
        return _rows(block, values, people, measured)

    def _unreadable(self, block: Block, values: dict):
        for name, memory in self.memories.items():
            for i in np.flatnonzero(np.isinf(values[name])):
                yield int(i), name, memory.reasons[block.cells[name][i]]
        yield from ((int(i), "TIME", "blank") for i in np.flatnonzero(np.isnan(values["TIME"])))

    def _clocks(self, block: Block):
        """Hours and date-times in one file: one of them was meant for another column or another person."""
        dated = [is_dated(cell.strip()) for cell in block.cells["TIME"]]
        if any(dated) and self.first_dated is None:
            self.first_dated = block.lines[dated.index(True)]
        if not all(dated) and self.first_hours is None:
            self.first_hours = block.lines[dated.index(False)]
        if self.first_dated is not None and self.first_hours is not None and "mixed" not in self.refused:
            self.refused["mixed"] = True
            reason = f"date-times (line {self.first_dated}) and hours (line {self.first_hours}) are mixed; use one"
            yield 0, "TIME", reason

    def _asked(self, block: Block):
        """What each row measures, shape (row,), and the rows where that is unclear."""
        nothing = ("",) * len(block.lines)
        pairs = list(zip(block.cells.get("DVID", nothing), block.cells.get("MATRIX", nothing), strict=True))
        unclear = []
        for pair in dict.fromkeys(pairs):
            if pair not in self.asked_of:
                try:
                    self.asked_of[pair] = self.asked[
                        asked(*("" if cell.strip() == "." else cell.strip() for cell in pair))
                    ]
                except ValueError as error:
                    self.asked_of[pair], self.refused[pair] = -1, str(error)
        codes = np.fromiter((self.asked_of[pair] for pair in pairs), np.int16, len(pairs))
        for i in np.flatnonzero(codes < 0):
            unclear.append((int(i), "DVID" if "DVID" in self.columns else "MATRIX", self.refused[pairs[i]]))
        return codes, unclear


def _without_comments(block: Block) -> Block:
    marks = block.cells.get(COMMENT_COLUMN)
    if marks is None or all(not mark.strip(" .") for mark in marks):
        return block
    kept = [i for i, mark in enumerate(marks) if not mark.strip(" .")]
    cells = {name: tuple(column[i] for i in kept) for name, column in block.cells.items()}
    return Block([block.lines[i] for i in kept], cells)


def _blanks(cells: tuple[str, ...]) -> list[int]:
    return [i for i, cell in enumerate(cells) if cell.strip() in ("", ".")]


def _filled(values: np.ndarray, fill: float) -> np.ndarray:
    return np.where(np.isnan(values), fill, values)


def _rows(block: Block, values: dict[str, np.ndarray], people: np.ndarray, measured: np.ndarray) -> Rows:
    """Arrays of the cells; where a cell could not be read they hold anything, and the file is refused."""
    known = {name: np.where(np.isinf(column), np.nan, column) for name, column in values.items()}
    zero = {name: _filled(column, 0.0) for name, column in known.items()}
    code = {name: _filled(known[name], -1.0).astype(np.int8) for name in ("CMT", "DRUG")}
    converted = np.round(zero["AMT"] * BASE_PER_HYDROCHLORIDE, AMOUNT_DECIMALS)
    amount = np.where(zero["SALT"] == HYDROCHLORIDE, converted, zero["AMT"])
    # AMT and RATE are of the same salt: the duration needs no conversion.
    by_rate = zero["AMT"] / np.where(zero["RATE"] > 0, np.maximum(zero["RATE"], SLOWEST), 1.0)
    duration = np.where(zero["RATE"] > 0, by_rate, zero["DUR"])
    return Rows(
        line=np.array(block.lines, np.int64),
        person=people,
        time_h=np.round(zero["TIME"], TIME_DECIMALS),
        evid=zero["EVID"].astype(np.int8),
        amount_mg=amount,
        duration_h=np.round(np.minimum(duration, LARGEST), TIME_DECIMALS),
        route=code["CMT"],
        drug=code["DRUG"],
        interval_h=zero["II"],
        additional=zero["ADDL"].astype(np.int32),
        weight_kg=known["WT"],
        age_y=known["AGE"],
        asked=measured,
    )


def _since_first_record(rows: Rows, people: int) -> Rows:
    first = np.full(people, np.inf)
    np.minimum.at(first, rows.person, rows.time_h)
    values = {one.name: getattr(rows, one.name) for one in fields(Rows)}
    return Rows(**values | {"time_h": np.round(rows.time_h - first[rows.person], TIME_DECIMALS)})
