"""The cells of a block -> arrays, with what must be remembered from block to block."""

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np

from liftspan.events.cells import LARGEST, NUMBERED, READERS, TIME_DECIMALS, Memory, Names, is_dated
from liftspan.events.checks import SLOWEST, problems_of_rows
from liftspan.events.columns import (
    COLUMNS,
    COMMENT_COLUMN,
    DOSE,
    HYDROCHLORIDE,
    OBSERVATION,
    OCCASIONS,
    OTHER,
    RESET_AND_DOSE,
    ROUTES,
    asked,
)
from liftspan.events.identity import DAMAGED, NOBODY, Identities
from liftspan.events.source import Block, Problems
from liftspan.numbers import DECIMAL, shortened
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


def joined(parts: Sequence[Rows]) -> Rows:
    """Rows of consecutive blocks as one."""
    return Rows(*(np.concatenate([getattr(part, one.name) for part in parts]) for one in fields(Rows)))


class Reading:
    """What must be remembered from block to block."""

    def __init__(self, problems: Problems, columns: set[str]):
        self.problems, self.columns = problems, columns
        self.memories = {name: Memory(parse) for name, parse in READERS.items() if name in columns}
        self.people, self.asked, self.asked_of, self.refused = Identities(), Names(), {}, {}
        self.first_dated = self.first_hours = None
        self.occasions = {name: Occasions() for name in OCCASIONS if name in columns}
        self.marked = self.numbered = 0  # rows left out by column C; numbers as compartments where nothing is given

    def block(self, block: Block) -> Rows:
        """The rows of a block; its problems are added in the order of lines."""
        block = self._without_comments(block)
        values = {name: memory.read(block.cells[name]) for name, memory in self.memories.items()}
        blank = np.full(len(block.lines), np.nan)
        for name in COLUMNS:
            values.setdefault(name, blank)
        if "EVID" not in self.columns:
            values["EVID"] = np.where(values["AMT"] > 0, float(DOSE), float(OBSERVATION))
        values["EVID"] = _filled(values["EVID"], float(OBSERVATION))
        for name, occasions in self.occasions.items():
            occasions.read(block.cells[name])
        people = np.fromiter(map(self.people.__getitem__, block.cells["ID"]), np.int32, len(block.lines))
        measured, unclear = self._asked(block, np.isin(values["EVID"], (OBSERVATION, OTHER)))
        found = [
            *self._unreadable(block, values),
            *self._clocks(block, values["TIME"]),
            *_nobodies(block, people),
            *unclear,
            *self._numbered(block, values),
            *problems_of_rows(values, self.columns),
        ]
        for i, column, reason in sorted(found, key=lambda one: one[0]):
            self.problems.add(reason, block.lines[i], column)
        return _rows(block, values, people, measured)

    def remarks(self) -> list[str]:
        """What was left out or not used, a sentence each."""
        lines = []
        if self.marked:
            lines.append(f"Rows with something in column {COMMENT_COLUMN} were left out: {self.marked}.")
        if self.numbered:
            lines.append(f"Numbers as CMT or DVID on rows without a use for them were not used: {self.numbered}.")
        return lines

    def _without_comments(self, block: Block) -> Block:
        marks = block.cells.get(COMMENT_COLUMN)
        if marks is None or all(not mark.strip(" .") for mark in marks):
            return block
        kept = [i for i, mark in enumerate(marks) if not mark.strip(" .")]
        self.marked += len(marks) - len(kept)
        cells = {name: tuple(column[i] for i in kept) for name, column in block.cells.items()}
        return Block([block.lines[i] for i in kept], cells)

    def _unreadable(self, block: Block, values: dict):
        for name, memory in self.memories.items():
            for i in np.flatnonzero(np.isinf(values[name])):
                yield int(i), name, memory.reasons[block.cells[name][i]]
        yield from ((int(i), "TIME", "blank") for i in np.flatnonzero(np.isnan(values["TIME"])))

    def _clocks(self, block: Block, times: np.ndarray):
        """Hours and date-times in one file: one of them was meant for another column or another person."""
        dated = np.fromiter(map(is_dated, block.cells["TIME"]), bool, len(block.lines))
        if self.first_dated is None and dated.any():
            self.first_dated = block.lines[int(np.argmax(dated))]
        hours = ~dated & np.isfinite(times)
        if self.first_hours is None and hours.any():
            self.first_hours = block.lines[int(np.argmax(hours))]
        if self.first_dated is not None and self.first_hours is not None and "mixed" not in self.refused:
            self.refused["mixed"] = True
            reason = f"date-times (line {self.first_dated}) and hours (line {self.first_hours}) are mixed; use one"
            yield 0, "TIME", reason

    def _numbered(self, block: Block, values: dict):
        """Compartments by number: refused where something is given, not used elsewhere, as on resets (CMT 0)."""
        numbered, dose = values["CMT"] == NUMBERED, np.isin(values["EVID"], (DOSE, RESET_AND_DOSE))
        self.numbered += int((numbered & ~dose).sum())
        for i in np.flatnonzero(numbered & dose):
            text = shortened(block.cells["CMT"][i].strip())
            yield int(i), "CMT", f"compartment number {text} says no route; write one of {', '.join(ROUTES)}"

    def _asked(self, block: Block, seen: np.ndarray):
        """What each row measures, shape (row,), and the rows where that is unclear.

        A number as DVID says no analyte: refused where something is measured (`seen`), not used elsewhere.
        """
        nothing = ("",) * len(block.lines)
        pairs = list(zip(block.cells.get("DVID", nothing), block.cells.get("MATRIX", nothing), strict=True))
        for pair in dict.fromkeys(pairs):
            if pair not in self.asked_of:
                try:
                    self.asked_of[pair] = self.asked[
                        asked(*("" if cell.strip() == "." else cell.strip() for cell in pair))
                    ]
                except ValueError as error:
                    self.asked_of[pair], self.refused[pair] = -1, str(error)
        codes = np.fromiter(map(self.asked_of.__getitem__, pairs), np.int16, len(pairs))
        unclear = []
        for i in np.flatnonzero(codes < 0):
            if not seen[i] and DECIMAL.fullmatch(pairs[i][0].strip()):
                codes[i], self.numbered = self.asked[asked("", "")], self.numbered + 1
            else:
                unclear.append((int(i), "DVID" if "DVID" in self.columns else "MATRIX", self.refused[pairs[i]]))
        return codes, unclear


class Occasions:
    """A column that numbers the occasions of a person: its words, and which of them stands on each row."""

    def __init__(self):
        self.words, self._codes = Names(), []

    def read(self, cells: tuple[str, ...]) -> None:
        """The cells of one more block."""
        self._codes.append(np.fromiter(map(self.words.__getitem__, cells), np.int32, len(cells)))

    def codes(self) -> np.ndarray:
        """Places in `words`, shape (row,)."""
        return np.concatenate(self._codes)


def _nobodies(block: Block, people: np.ndarray):
    for i in np.flatnonzero(people == NOBODY):
        yield int(i), "ID", "blank; every row belongs to someone"
    for i in np.flatnonzero(people == DAMAGED):
        cell = block.cells["ID"][i].strip()
        yield int(i), "ID", f"'{cell}' is an error of a spreadsheet; mend the cell there"


def _filled(values: np.ndarray, fill: float) -> np.ndarray:
    return np.where(np.isnan(values), fill, values)


def _rows(block: Block, values: dict[str, np.ndarray], people: np.ndarray, measured: np.ndarray) -> Rows:
    """Arrays of the cells; where a cell could not be read they hold anything, and the file is refused."""
    known = {name: np.where(np.isinf(column), np.nan, column) for name, column in values.items()}
    zero = {name: _filled(column, 0.0) for name, column in known.items()}
    code = {name: np.maximum(_filled(known[name], -1.0), -1.0).astype(np.int8) for name in ("CMT", "DRUG")}
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
