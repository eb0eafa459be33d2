"""A patient's record as it was written: cells with the line each stands on, before anything is believed."""

import math
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from liftspan.errors import InvalidInput, nearest, printable
from liftspan.files import read_input, shown_name
from liftspan.numbers import NoNumber, finite, likely_cause
from liftspan.vocabulary import NotAWord, Vocabulary

PERSON_KEYS = (
    "weight_kg",
    "age",
    "sex",
    "failed_treatments",
    "background",
    "setting",
    "diagnosis",
    "conditions",
)
SESSION_KEYS = ("day", "date", "treatment", "given")
SCORE_KEYS = ("day", "date", "scale", "value", "item10", "item9", "recall_d")
LARGEST_RECORD_BYTES = 500_000  # of one patient: 800 entries with all their keys take a quarter of it
LARGEST_TABLE_BYTES = 5_000_000  # of many
SHOWN = 40  # characters of a cell that a message repeats
ZONED = "2026-03-02T09:00:00+01:00"
EARLIEST_YEAR, LATEST_YEAR = 1990, 2100  # beyond them a year was mistyped
DAY_FIRST = re.compile(r"[0-9]{1,2}[./-][0-9]{1,2}[./-][0-9]{2,4}.*")
LONGEST_DATE = 60  # characters


@dataclass(frozen=True)
class Entry:
    """The cells of one table of a TOML file, or of one line of a CSV file."""

    file: str
    line: int
    cells: Mapping[str, Any]
    lines: Mapping[str, int] = field(default_factory=dict)  # of single cells, where they have their own
    in_folder: bool = False  # one of several tables: the file belongs to the place

    def at(self, key: str = "") -> str:
        """`patient.toml line 12`: where a message points; what is no file has no lines."""
        line = self.lines.get(key, self.line)
        return f"{self.file} line {line}" if line else self.file

    @property
    def where(self) -> str:
        """The place as a record keeps it."""
        return self.at() if self.in_folder else f"line {self.line}"


@dataclass(frozen=True)
class Written:
    """Everything that was written of one patient."""

    id: str
    file: str
    person: Entry  # its line is that of the heading, or 1
    sessions: tuple[Entry, ...]
    scores: tuple[Entry, ...]
    today: Entry | None  # one cell `today`


def read_text(path: Path, most_bytes: int = LARGEST_RECORD_BYTES) -> str:
    """The text of a file. Raises InvalidInput where there is none, with the likely cause."""
    name = shown_name(path)
    if os.path.isdir(path):  # a name that is too long is no folder: no error here, and one sentence below
        raise InvalidInput([f"{path}: is a folder; name one patient's file in it, such as patient.toml"], name)
    try:
        raw = read_input(path, most_bytes, "a patient's record")
    except FileNotFoundError:
        raise InvalidInput([f"{path}: there is no such file; is the path right?"], name) from None
    except (OSError, ValueError) as error:  # a name with a zero byte is a ValueError
        if isinstance(error, InvalidInput):
            raise
        raise InvalidInput([f"{path}: cannot be read ({getattr(error, 'strerror', None) or error})"], name) from None
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise InvalidInput([f"{name} line {line}: no UTF-8 text; save the file as UTF-8"], name) from None
    if "\0" in text:
        raise InvalidInput([f"{name}: a binary file, not text; save it as text in UTF-8"], name)
    return text


def unknown_keys(entry: Entry, what: str, known: tuple[str, ...]) -> list[str]:
    """One problem for each key that no part of the record has."""
    return [
        f"{entry.at(key)}: {shown(key)} is no key of {what}; {nearest(key, known)}"
        for key in entry.cells
        if key not in known
    ]


def number(entry: Entry, key: str, problems: list[str]) -> float | None:
    """The number in a cell; None where it is missing, or is none and `problems` says so."""
    value = entry.cells.get(key)
    if value is None:
        return None
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        try:
            if math.isfinite(float(value)):
                return float(value)
        except OverflowError:
            pass
    problems.append(f"{entry.at(key)}: {key} = {shown(value)} is no number; {_cause(key, value)}")
    return None


def _cause(key: str, value: Any) -> str:
    if isinstance(value, str) and key == "value" and value.rstrip().endswith("%"):
        return "is it a change in percent? Write the score itself"
    if not isinstance(value, str):
        return "write digits, or leave the key out when it is not known"
    try:
        finite(value)
    except NoNumber:
        return likely_cause(value)
    return "leave out the quotes"


def whole(entry: Entry, key: str, most: int, problems: list[str]) -> int | None:
    """A whole number from 0 to `most`; None where it is missing or wrong."""
    value = number(entry, key, problems)
    if value is None:
        return None
    if value != int(value) or not 0 <= value <= most:
        problems.append(f"{entry.at(key)}: {key} = {value:.6g} is outside the whole numbers 0 to {most}")
        return None
    return int(value)


def word(entry: Entry, key: str, known: Vocabulary, problems: list[str]) -> str | None:
    """One of a few words, in any usual spelling; None where it is missing or unknown."""
    value = entry.cells.get(key)
    if value is None:
        return None
    if isinstance(value, str):
        try:
            return known.read(value)
        except NotAWord as error:
            problems.append(f"{entry.at(key)}: {error}")
            return None
    problems.append(f"{entry.at(key)}: {key} {shown(value)} is not known; {nearest('', known.words)}")
    return None


def text(entry: Entry, key: str, problems: list[str]) -> str | None:
    """Words in a cell; None where it is missing or no text."""
    value = entry.cells.get(key)
    if value is None or isinstance(value, str):
        return value
    problems.append(f"{entry.at(key)}: {key} = {shown(value)} is no text; write it in quotes")
    return None


def moment(entry: Entry, what: str, problems: list[str]) -> float | date | None:
    """When an entry was: a day number, a date, or a date-time with its zone; None where `problems` says why not."""
    day, dated = entry.cells.get("day"), entry.cells.get("date")
    if day is None and dated is None:
        problems.append(f"{entry.at()}: this {what} has no day; write day = 3 (days since the first session) or a date")
        return None
    if day is not None and dated is not None:
        problems.append(f"{entry.at('day')}: this {what} has a day and a date; keep one of them")
        return None
    return number(entry, "day", problems) if dated is None else calendar_moment(entry, "date", problems)


def calendar_moment(entry: Entry, key: str, problems: list[str]) -> date | None:
    """A plain date, or a date-time with its zone: a local time can mean two moments."""
    value = entry.cells[key]
    if isinstance(value, str):
        value = _date_in(value)
    if value is None:
        said = shown(entry.cells[key])
        problems.append(f"{entry.at(key)}: {key} {said} is no date-time; write {ZONED}{_day_first(said)}")
    elif not isinstance(value, date):
        problems.append(f"{entry.at(key)}: {key} = {shown(value)} is no date-time; write {ZONED}, or day = 3")
    elif not EARLIEST_YEAR <= value.year <= LATEST_YEAR:
        problems.append(
            f"{entry.at(key)}: {key} {value} is outside the years {EARLIEST_YEAR} to {LATEST_YEAR}; is the year right?"
        )
    elif isinstance(value, datetime) and value.utcoffset() is None:
        problems.append(f"{entry.at(key)}: {key} {value.isoformat()} has no zone; add Z or +01:00, as in {ZONED}")
    else:
        return value
    return None


def _date_in(text: str) -> date | None:
    words = text.strip()[:LONGEST_DATE]
    for read in (date.fromisoformat, datetime.fromisoformat):
        try:
            return read(words)
        except ValueError:
            pass
    return None


def _day_first(said: str) -> str:
    return ": the year first, then month and day" if DAY_FIRST.fullmatch(said.strip("'")) else ""


def shown(value: Any) -> str:
    """A cell as a message repeats it: short, on one line, and text in quotes."""
    if isinstance(value, int) and value.bit_length() > 200:
        return (
            f"a whole number of about {int(value.bit_length() * 0.30103) + 1} digits"  # str() refuses thousands of them
        )
    try:
        words = value[: 2 * SHOWN] if isinstance(value, str) else str(value)[: 2 * SHOWN]
    except ValueError:  # a number of thousands of digits inside a list
        return "a value that holds a number of thousands of digits"
    words = printable(words).replace("\n", " ")
    cut = len(words) > SHOWN - (2 if isinstance(value, str) else 0)
    words = f"{words[: SHOWN - 3]}..." if cut else words
    return f"'{words}'" if isinstance(value, str) else words
