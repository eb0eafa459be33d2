"""Three CSV tables of a folder -> what is written of each patient, with the line of each row."""

import csv
import io
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from liftspan.errors import InvalidInput, nearest
from liftspan.forecast.entries import (
    LARGEST_TABLE_BYTES,
    PERSON_KEYS,
    SCORE_KEYS,
    SESSION_KEYS,
    Entry,
    Written,
    read_text,
    shown,
)
from liftspan.numbers import NoNumber, finite

PATIENT = "patient"
COLUMNS = {
    "persons.csv": (PATIENT, *PERSON_KEYS, "today"),
    "sessions.csv": (PATIENT, *SESSION_KEYS),
    "scores.csv": (PATIENT, *SCORE_KEYS),
}
NEEDED = {
    "persons.csv": (PATIENT,),
    "sessions.csv": (PATIENT, "treatment"),
    "scores.csv": (PATIENT, "scale", "value"),
}
NUMBERS = ("weight_kg", "age", "failed_treatments", "day", "value", "item10", "item9", "recall_d", "today")
TRUTHS = dict.fromkeys(("true", "yes", "1", "ja", "wahr"), True) | dict.fromkeys(
    ("false", "no", "0", "nein", "falsch"), False
)
MOST_COLUMNS = 100


@dataclass(frozen=True)
class Found:
    """One patient of a folder; the problems are of this patient alone."""

    id: str
    written: Written | None  # None = nothing of it can be read
    problems: tuple[str, ...] = ()


@dataclass(frozen=True)
class Row:
    """One row of a table; `problem` says why it cannot be used."""

    entry: Entry
    problem: str = ""


def tables_in(files: Iterable[Path]) -> dict[str, Path]:
    """The tables among files by their name in small letters. Raises InvalidInput where one stands there twice."""
    found: dict[str, Path] = {}
    for path in files:
        if path.name.lower() in COLUMNS:
            other = found.setdefault(path.name.lower(), path)
            if other != path:
                raise InvalidInput([f"{path}: {other.name} stands there too; keep one of them"], path.name)
    return found


def written_in_tables(folder: Path, paths: Mapping[str, Path]) -> list[Found]:
    """What persons.csv, sessions.csv and scores.csv say, patient by patient.

    Raises InvalidInput for what concerns a table as a whole: its file, its header, and rows that name no patient, for
    they may belong to anyone.
    """
    problems: list[str] = []
    rows = {name: _all_rows(paths.get(name, folder / name), name, problems) for name in COLUMNS}
    if not problems and not rows["persons.csv"]:
        problems.append("persons.csv: no patients; the table needs a line for each")
    if problems:
        raise InvalidInput(problems, f"the tables in {folder.name}")
    people: dict[str, Row] = {}
    reasons: dict[str, list[str]] = defaultdict(list)
    for row in rows["persons.csv"]:
        name = row.entry.cells[PATIENT]
        if name in people:
            first = people[name].entry.line
            reasons[name].append(f"{row.entry.at()}: patient '{name}' stands there twice, first on line {first}")
        people.setdefault(name, row)
    for row in (*rows["sessions.csv"], *rows["scores.csv"]):
        _look_for_its_person(row, people, reasons)
    for row in (row for table in rows.values() for row in table if row.problem):
        reasons[row.entry.cells[PATIENT]].append(row.problem)
    sessions, scores = _by_patient(rows["sessions.csv"]), _by_patient(rows["scores.csv"])
    found = [
        Found(name, _written(person.entry, sessions.get(name, []), scores.get(name, [])), tuple(reasons.pop(name, ())))
        for name, person in people.items()
    ]
    return found + [Found(name, None, tuple(told)) for name, told in reasons.items()]


def _look_for_its_person(row: Row, people: Mapping[str, Row], reasons: dict[str, list[str]]) -> None:
    """A row whose patient is not in persons.csv is told; a patient of nearly that name is left out with it."""
    name = row.entry.cells[PATIENT]
    if name in people:
        return
    like = next((one for one in people if one.casefold() == name.casefold()), None)
    hint = "add a line there" if like is None else f"is it '{like}'? Its record would lack this row"
    reason = f"{row.entry.at()}: patient '{name}' is not in persons.csv; {hint}"
    reasons[name if like is None else like].append(reason)


def _by_patient(rows: list[Row]) -> dict[str, list[Entry]]:
    found: dict[str, list[Entry]] = {}
    for row in rows:
        found.setdefault(row.entry.cells[PATIENT], []).append(_without(row.entry))
    return found


def _written(person: Entry, sessions: list[Entry], scores: list[Entry]) -> Written:
    cells = {key: value for key, value in person.cells.items() if key not in (PATIENT, "today")}
    today = None
    if "today" in person.cells:
        today = Entry(person.file, person.line, {"today": person.cells["today"]}, in_folder=True)
    who = Entry(person.file, person.line, cells, in_folder=True)
    return Written(person.cells[PATIENT], person.file, who, tuple(sessions), tuple(scores), today)


def _without(row: Entry) -> Entry:
    cells = {key: value for key, value in row.cells.items() if key != PATIENT}
    return Entry(row.file, row.line, cells, in_folder=True)


def _all_rows(path: Path, name: str, problems: list[str]) -> list[Row]:
    """The rows of one table; blank cells are missing keys, blank lines and blank last columns are skipped."""
    try:
        lines = _lines(path)
        header = [one.strip().lower() for one in next(lines, (1, []))[1]]
        reasons = _reasons(name, path.name, header)
        problems += reasons
        return [] if reasons else list(_rows(path.name, header, lines, problems))
    except InvalidInput as error:
        problems += error.problems
        return []


def _rows(file: str, header: list[str], lines: Iterator[tuple[int, list[str]]], problems: list[str]) -> Iterator[Row]:
    for line, cells in lines:
        row = _row(file, line, header, cells)
        if PATIENT in row.entry.cells:
            yield row
        else:
            problems.append(f"{file} line {line}: no patient is named; whose row is it?")


def _lines(path: Path) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(read_text(path, LARGEST_TABLE_BYTES), newline=""), strict=True)
    start = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield start, cells
            start = reader.line_num + 1
    except csv.Error as error:
        reason = f"{path.name} line {start}: no CSV ({error}); is a quotation mark left open?"
        raise InvalidInput([reason], path.name) from None


def _reasons(name: str, file: str, header: list[str]) -> list[str]:
    """Why a header cannot be used."""
    known = COLUMNS[name]
    if not header:
        return [f"{file} line 1: the table is empty; it needs a header: {','.join(known)}"]
    for mark, words in ((";", "';'"), ("\t", "tabs")):
        if len(header) == 1 and mark in header[0]:
            return [f"{file} line 1: columns are separated by {words}; save the table with commas"]
    if len(header) > MOST_COLUMNS:
        return [f"{file} line 1: {len(header):,} columns; the table has {', '.join(known)}"]
    missing = [column for column in NEEDED[name] if column not in header]
    reasons = [f"{file} line 1: column '{column}' is missing; the table has {', '.join(known)}" for column in missing]
    if "day" in known and "day" not in header and "date" not in header:
        reasons.append(f"{file} line 1: column 'day' is missing (days since the first session), or 'date'")
    named = Counter(one for one in header if one)
    reasons += [f"{file} line 1: column {shown(one)} stands there twice" for one in sorted(named) if named[one] > 1]
    return reasons + [
        f"{file} line 1: column {shown(one)} is not known; {nearest(one, known)}" for one in named if one not in known
    ]


def _row(file: str, line: int, header: list[str], cells: list[str]) -> Row:
    """A row; a cell that has no column, or one without a name, is a problem where something stands in it."""
    stripped = [cell.strip() for cell in cells]
    known = {key: _value(key, cell) for key, cell in zip(header, stripped, strict=False) if key and cell}
    beyond = next((cell for cell in stripped[len(header) :] if cell), "")
    nameless = next((cell for key, cell in zip(header, stripped, strict=False) if cell and not key), "")
    problem = ""
    if beyond:
        problem = f"{file} line {line}: more cells than columns; a number with a comma instead of a point?"
    elif nameless:
        problem = f"{file} line {line}: {shown(nameless)} stands in a column without a name; name it, or empty it"
    return Row(Entry(file, line, known, in_folder=True), problem)


def _value(key: str, cell: str) -> Any:
    """A cell as TOML would hold it; one that cannot be read stays text, and is told by the checks."""
    if key == "given":
        return TRUTHS.get(cell.lower(), cell)
    if key in NUMBERS:
        try:
            return finite(cell)
        except NoNumber:
            return cell
    return cell
