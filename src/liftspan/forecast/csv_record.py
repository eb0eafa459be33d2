"""Three CSV tables of a folder -> what is written of each patient, with the line of each row."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from liftspan.errors import InvalidInput, nearest
from liftspan.forecast.entries import PERSON_KEYS, SCORE_KEYS, SESSION_KEYS, Entry, Written, read_text

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
NUMBERS = ("weight_kg", "age", "failed_treatments", "day", "value", "item10", "item9", "recall_d")
TRUTHS = {"true": True, "false": False}


def written_in_tables(folder: Path) -> tuple[list[Written], list[str]]:
    """What persons.csv, sessions.csv and scores.csv say, patient by patient, and every problem of their form."""
    problems: list[str] = []
    rows = {name: list(_rows(folder / name, problems)) for name in COLUMNS}
    if problems:
        return [], problems
    people: dict[str, Entry] = {}
    for row in rows["persons.csv"]:
        name = row.cells[PATIENT]
        if name in people:
            problems.append(f"{row.at()}: patient '{name}' stands there twice, first on line {people[name].line}")
        people.setdefault(name, row)
    for row in (*rows["sessions.csv"], *rows["scores.csv"]):
        if row.cells[PATIENT] not in people:
            problems.append(f"{row.at()}: patient '{row.cells[PATIENT]}' is not in persons.csv; add a line there")
    if not people:
        problems.append("persons.csv: no patients; the table needs a line for each")
    sessions, scores = _by_patient(rows["sessions.csv"]), _by_patient(rows["scores.csv"])
    return [_written(person, sessions.get(name, []), scores.get(name, [])) for name, person in people.items()], problems


def _by_patient(rows: list[Entry]) -> dict[str, list[Entry]]:
    found: dict[str, list[Entry]] = {}
    for row in rows:
        found.setdefault(row.cells[PATIENT], []).append(_without(row))
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


def _rows(path: Path, problems: list[str]) -> Iterator[Entry]:
    """The rows of one table; blank cells are missing keys, blank lines are skipped."""
    try:
        lines = _lines(path)
        header = [name.strip() for name in next(lines, (1, []))[1]]
        reasons = _reasons(path.name, header)
        problems += reasons
        if reasons:
            return
        for line, cells in lines:
            yield from _row(path.name, line, header, cells, problems)
    except InvalidInput as error:
        problems += error.problems


def _lines(path: Path) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(read_text(path), newline=""), strict=True)
    start = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield start, cells
            start = reader.line_num + 1
    except csv.Error as error:
        reason = f"{path.name} line {start}: no CSV ({error}); is a quotation mark left open?"
        raise InvalidInput([reason], path.name) from None


def _reasons(name: str, header: list[str]) -> list[str]:
    """Why a header cannot be used."""
    known = COLUMNS[name]
    if not header:
        return [f"{name} line 1: the table is empty; it needs a header: {','.join(known)}"]
    if len(header) == 1 and ";" in header[0]:
        return [f"{name} line 1: columns are separated by ';'; save the table with commas"]
    missing = [column for column in NEEDED[name] if column not in header]
    reasons = [f"{name} line 1: column '{column}' is missing; the table has {', '.join(known)}" for column in missing]
    if "day" in known and "day" not in header and "date" not in header:
        reasons.append(f"{name} line 1: column 'day' is missing (days since the first session), or 'date'")
    reasons += [
        f"{name} line 1: column '{one}' stands there twice" for one in sorted({*header}) if header.count(one) > 1
    ]
    return reasons + [
        f"{name} line 1: column '{one}' is not known; {nearest(one, known)}" for one in header if one not in known
    ]


def _row(name: str, line: int, header: list[str], cells: list[str], problems: list[str]) -> Iterator[Entry]:
    if len(cells) > len(header):
        problems.append(f"{name} line {line}: more cells than columns; a number with a comma instead of a point?")
        return
    known = {key: _value(key, cell.strip()) for key, cell in zip(header, cells, strict=False) if cell.strip()}
    if PATIENT not in known:
        problems.append(f"{name} line {line}: no patient is named")
        return
    yield Entry(name, line, known, in_folder=True)


def _value(key: str, cell: str) -> Any:
    """A cell as TOML would hold it; one that cannot be read stays text, and is told by the checks."""
    if key == "given":
        return TRUTHS.get(cell.lower(), cell)
    if key in NUMBERS or key == "today":
        try:
            return float(cell)
        except ValueError:
            return cell
    return cell
