"""Read a table of people: weight_kg, age and baseline, one person per line."""

import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from liftspan.errors import InvalidInput, nearest, printable
from liftspan.numbers import NOT_REPORTED, SPREADSHEET_ERROR, NoNumber, finite, shortened
from liftspan.population import LIMITS, GivenPeople, pounds_suspected
from liftspan.sheets import Line, Sheet, bytes_of, name_of, parse_sheet
from liftspan.units import KG_PER_LB
from liftspan.vocabulary import folded

COLUMNS = ("weight_kg", "age", "baseline")
NEEDED = "every person needs weight_kg, age and baseline"
MOST_PEOPLE = 2000
MOST_LISTED = 30  # problems in words; the rest is counted
LARGEST_BYTES = 10_000_000
LIMIT_OF = dict(zip(COLUMNS, LIMITS, strict=True))
IN_POUNDS = ("lb", "lbs", "pound", "pounds")


def read_people(path: Path | str) -> GivenPeople:
    """People of a CSV file, or of standard input for `-`; what was left out or looks odd is printed to stderr.

    Raises InvalidInput with every problem, its line and its column.
    """
    people, notes = people_and_notes(path)
    for note in notes:
        print(printable(note), file=sys.stderr)
    return people


def people_and_notes(path: Path | str) -> tuple[GivenPeople, tuple[str, ...]]:
    """People of a CSV file, and a sentence for each thing that was left out or may not have been meant."""
    path = Path(path)
    raw, problem = bytes_of(path, LARGEST_BYTES)
    if problem:
        raise InvalidInput([problem], name_of(path))
    return people_of(name_of(path), raw)


def people_of(name: str, raw: bytes) -> tuple[GivenPeople, tuple[str, ...]]:
    """The same from the bytes of a file; `name` appears in the messages."""
    raw, comments = _without_comments(raw)
    sheet, problems = parse_sheet(raw, COLUMNS, name)
    if sheet.readable:
        problems += _problems_of_form(sheet)
    if problems:
        raise InvalidInput(problems, name)
    people = _people(sheet)
    unused = [shortened(column) for column in sheet.header if column not in COLUMNS]
    notes = [
        *([f"{name}: lines that start with # were left out: {comments}."] if comments else []),
        *([f"{name}: columns not used: {', '.join(unused)}."] if unused else []),
        *([f"{name}: {words}"] if (words := pounds_suspected(people.weight_kg, "weight_kg")) else []),
    ]
    return people, tuple(notes)


def _without_comments(raw: bytes) -> tuple[bytes, int]:
    """The file with lines that start with # as blank ones, so that lines keep their numbers; and how many they are."""
    kept, count = [], 0
    for line in raw.splitlines(keepends=True):
        text = line.removeprefix(b"\xef\xbb\xbf").strip()
        if text.startswith(b"#"):
            cells = [cell.strip() for cell in text.decode("utf-8", "replace").split(",")]
            if {folded(cell.lstrip("# ")) for cell in cells} >= set(map(folded, COLUMNS)):
                line = text.lstrip(b"# ") + line[len(line.rstrip(b"\r\n")) :]
            elif not SPREADSHEET_ERROR.fullmatch(cells[0]):
                count += 1
                line = line[len(line.rstrip(b"\r\n")) :]
        kept.append(line)
    return b"".join(kept), count


def _problems_of_form(sheet: Sheet) -> Iterator[str]:
    missing = [column for column in COLUMNS if column not in sheet.header]
    for column in missing:
        yield f"{sheet.name}: column '{column}' is missing; the file needs {', '.join(COLUMNS)}"
    if missing:
        for column in sheet.header:
            if column and column not in COLUMNS:
                yield f"{sheet.name}: column '{shortened(column)}' is not known; {_meant(column)}"
    if not sheet.lines:
        yield f"{sheet.name}: no people; the file needs a header ({','.join(COLUMNS)}) and a line for each person"
    if len(sheet.lines) > MOST_PEOPLE:
        yield f"{sheet.name}: {len(sheet.lines)} people; at most {MOST_PEOPLE} can be asked about at once"


def _meant(column: str) -> str:
    if set(folded(column).split()) & set(IN_POUNDS):
        return f"weights are in kilograms: multiply pounds by {KG_PER_LB:.4g} and name the column weight_kg"
    return nearest(column, COLUMNS)


def _people(sheet: Sheet) -> GivenPeople:
    values, problems = [], []
    for line in sheet.lines:
        numbers = []
        for column in COLUMNS:
            try:
                numbers.append(_number(line.cell(column), column))
            except ValueError as error:
                problems.append(f"{sheet.name} line {line.number}, {column}: {error}")
        if not numbers and _holds_words(line):
            del problems[-len(COLUMNS) :]
            problems.append(f"{sheet.name} line {line.number}: no number in it; is it a line of units? Delete it")
        values.append(numbers)
    if problems:
        more = len(problems) - MOST_LISTED
        rest = [f"{sheet.name}: {more} more not listed here; mend these first"] if more > 0 else []
        raise InvalidInput([*problems[:MOST_LISTED], *rest], sheet.name)
    weight_kg, age_y, baseline = np.array(values).T
    return GivenPeople(weight_kg, age_y, baseline)


def _holds_words(line: Line) -> bool:
    return all(line.cell(column)[:1].isalpha() for column in COLUMNS)


def _number(text: str, column: str) -> float:
    """A number that a person in treatment can have; ValueError with the reason."""
    if not text or text.lower() in NOT_REPORTED:
        shown = f"'{text}'" if text else "blank"
        raise ValueError(f"{shown}; {NEEDED}: leave the person out where it is not known")
    try:
        value = finite(text)
    except NoNumber as error:
        raise ValueError(str(error)) from None
    _, low, high, unit, cause = LIMIT_OF[column]
    if low <= value <= high:
        return value
    pounds = f" {text} lb are {value * KG_PER_LB:.3g} kg." if column == "weight_kg" and value > high else ""
    raise ValueError(f"{shortened(text)} is outside {low:g} to {high:g} {unit}: {cause}{pounds}")
