"""A patient's record as it was written: cells with the line each stands on, before anything is believed."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from liftspan.errors import InvalidInput, nearest
from liftspan.files import read_input, shown_name

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
LARGEST_FILE_BYTES = 5_000_000
SHOWN = 40  # characters of a cell that a message repeats
ZONED = "2026-03-02T09:00:00+01:00"


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


def read_text(path: Path) -> str:
    """The text of a file. Raises InvalidInput where there is none, with the likely cause."""
    name = shown_name(path)
    if path.is_dir():
        raise InvalidInput([f"{path}: is a folder; name one patient's file in it, such as patient.toml"], name)
    try:
        raw = read_input(path, LARGEST_FILE_BYTES, "a patient's record")
    except FileNotFoundError:
        raise InvalidInput([f"{path}: there is no such file; is the path right?"], name) from None
    except OSError as error:
        raise InvalidInput([f"{path}: cannot be read ({error.strerror or error})"], name) from None
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
    problems.append(f"{entry.at(key)}: {key} = {shown(value)} is no number{_hint(value)}")
    return None


def _hint(value: Any) -> str:
    if not isinstance(value, str):
        return "; write digits, or leave the key out when it is not known"
    if value.replace(",", ".", 1).replace(".", "", 1).strip("+- ").isdigit():
        return "; write a decimal point" if "," in value else "; leave out the quotes"
    return "; write digits, or leave it out when it is not known"


def whole(entry: Entry, key: str, most: int, problems: list[str]) -> int | None:
    """A whole number from 0 to `most`; None where it is missing or wrong."""
    value = number(entry, key, problems)
    if value is None:
        return None
    if value != int(value) or not 0 <= value <= most:
        problems.append(f"{entry.at(key)}: {key} = {value:g} is outside the whole numbers 0 to {most}")
        return None
    return int(value)


def word(entry: Entry, key: str, known: tuple[str, ...], problems: list[str]) -> str | None:
    """One of a few words, in any case; None where it is missing or unknown."""
    value = entry.cells.get(key)
    if value is None:
        return None
    if isinstance(value, str) and value.strip().lower() in known:
        return value.strip().lower()
    problems.append(f"{entry.at(key)}: {key} {shown(value)} is not known; {nearest(str(value)[:SHOWN], known)}")
    return None


def text(entry: Entry, key: str, problems: list[str]) -> str | None:
    """Words in a cell; None where it is missing or no text."""
    value = entry.cells.get(key)
    if value is None or isinstance(value, str):
        return value
    problems.append(f"{entry.at(key)}: {key} = {shown(value)} is no text; write it in quotes")
    return None


def moment(entry: Entry, what: str, problems: list[str]) -> float | datetime | None:
    """When an entry was: a day number, or a date-time with its zone; None where `problems` says why not."""
    day, dated = entry.cells.get("day"), entry.cells.get("date")
    if day is None and dated is None:
        problems.append(f"{entry.at()}: this {what} has no day; write day = 3 (days since the first session) or a date")
        return None
    if day is not None and dated is not None:
        problems.append(f"{entry.at('day')}: this {what} has a day and a date; keep one of them")
        return None
    return number(entry, "day", problems) if dated is None else zoned(entry, "date", problems)


def zoned(entry: Entry, key: str, problems: list[str]) -> datetime | None:
    """A date-time with its zone. A local time can mean two moments, and a date a whole day."""
    value = entry.cells[key]
    if isinstance(value, str):
        try:
            value = date.fromisoformat(value.strip())
        except ValueError:
            try:
                value = datetime.fromisoformat(value.strip())
            except ValueError:
                problems.append(f"{entry.at(key)}: {key} {shown(value)} is no date-time; write {ZONED}")
                return None
    if isinstance(value, datetime) and value.utcoffset() is not None:
        return value
    if isinstance(value, datetime):
        problems.append(f"{entry.at(key)}: {key} {value.isoformat()} has no zone; add Z or +01:00, as in {ZONED}")
    elif isinstance(value, date):
        problems.append(
            f"{entry.at(key)}: {key} {value} has neither time nor zone, and a score before a session is not one after "
            f"it; write {ZONED}, or count in days with day = 0"
        )
    else:
        problems.append(f"{entry.at(key)}: {key} = {shown(value)} is no date-time; write {ZONED}, or day = 3")
    return None


def shown(value: Any) -> str:
    """A cell as a message repeats it: short, on one line, and text in quotes."""
    words = "".join(letter if letter.isprintable() else " " for letter in str(value))
    words = f"'{words}'" if isinstance(value, str) else words
    return words if len(words) <= SHOWN else f"{words[: SHOWN - 3]}..."
