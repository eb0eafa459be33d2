"""Read the tables of evidence: the shipped folder, or any folder in its format."""

import csv
import io
from collections.abc import Callable, Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path

from liftspan.errors import InvalidInput
from liftspan.evidence.checks import problems_of_tables
from liftspan.evidence.columns import ARMS, COLUMNS, OBSERVATIONS, TRIALS, convert
from liftspan.evidence.records import Arm, Evidence, Observation, Trial
from liftspan.evidence.sheet import Line, Sheet, is_later
from liftspan.files import read_input
from liftspan.frozen import frozen_record

SUBJECT = "the evidence tables"
CHANGES = "CHANGES.md"


def load_evidence(folder: Path | str | None = None, *, outcomes: bool = True) -> Evidence:
    """Trials, arms and observations of `folder` (default: the shipped tables, read once).

    Args:
        folder: holds trials.csv, arms.csv and observations.csv. Unknown columns are ignored, missing ones
            are blank, except the few without which a row means nothing.
        outcomes: False reads no result of any row later than hour 0, nor of rows without a time: their value, sd,
            se and confidence limits are None whatever stands there. A prediction loads its tables so, and
            cannot see what it predicts.

    Raises InvalidInput with every problem of the three files.
    """
    return _shipped(outcomes) if folder is None else _read_folder(Path(folder), outcomes, version="")


def shipped_rows(name: str) -> tuple[Mapping[str, str], ...]:
    """Rows of another shipped table as written: claims.csv, predictors.csv, meta_analyses.csv or the like."""
    text = (_data() / name).read_text(encoding="utf-8-sig")
    return tuple(csv.DictReader(io.StringIO(text, newline="")))


def shipped_version() -> str:
    """Version of the shipped tables: the line `Version: ...` of their changelog."""
    lines = (_data() / CHANGES).read_text(encoding="utf-8").splitlines()
    return next(line.removeprefix("Version:").strip() for line in lines if line.startswith("Version:"))


def _data():
    return files("liftspan.evidence") / "data"


@cache
def _shipped(outcomes: bool) -> Evidence:
    return frozen_record(_read_folder(_data(), outcomes, version=shipped_version()))


def _read_folder(folder, outcomes: bool, version: str) -> Evidence:
    if not folder.is_dir():
        raise InvalidInput([f"{folder}: no such folder; it should hold {TRIALS}, {ARMS} and {OBSERVATIONS}"], SUBJECT)
    sheets, problems = {}, []
    for name in COLUMNS:
        sheets[name], found = _read_sheet(folder / name, name)
        problems += found
    problems += problems_of_tables(sheets, outcomes, () if version else _shipped(outcomes).trials)
    if problems:
        raise InvalidInput(problems, SUBJECT)
    return _evidence(sheets, outcomes, version)


def _read_sheet(path, name: str) -> tuple[Sheet, list[str]]:
    """One file as lines, or an empty sheet and the reason why it cannot be read."""
    nothing = Sheet(name, (), (), readable=False)
    try:
        raw = read_input(path)
    except OSError as error:
        return nothing, [f"{name}: cannot be read ({error.strerror or error}); the folder needs all three tables"]
    if not raw.strip():
        return nothing, [f"{name}: the file is empty; it needs a header line and one line for each row"]
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        place = raw[: error.start].count(b"\n") + 1
        return nothing, [f"{name} line {place}: no UTF-8 text; is this a spreadsheet? Save it as CSV (UTF-8)"]
    if "\0" in text:
        return nothing, [f"{name}: a binary file, not text; save it as CSV (UTF-8)"]
    return _parse(text, name)


def _parse(text: str, name: str) -> tuple[Sheet, list[str]]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    lines, problems, header, start = [], [], (), 1
    try:
        for cells in reader:
            if not header:
                header = tuple(cell.strip() for cell in cells)
            elif cells:
                problems += _problem_of_width(name, start, len(cells), len(header))
                lines.append(Line(start, dict(zip(header, (cell.strip() for cell in cells), strict=False))))
            start = reader.line_num + 1
    except csv.Error as error:
        problems.append(f"{name} line {reader.line_num}: no CSV ({error}); is a quotation mark left open?")
        return Sheet(name, header, (), readable=False), problems
    return Sheet(name, header, tuple(lines)), problems


def _problem_of_width(name: str, number: int, cells: int, columns: int) -> list[str]:
    if cells == columns:
        return []
    cause = "put quotation marks around text with a comma" if cells > columns else "was the line cut short?"
    return [f"{name} line {number}: {cells} cells under {columns} columns; {cause}"]


def _evidence(sheets: Mapping[str, Sheet], outcomes: bool, version: str) -> Evidence:
    trial_lines, arm_lines, lines = (sheets[name].lines for name in (TRIALS, ARMS, OBSERVATIONS))
    arms = {_arm_key(line): _record(Arm, ARMS, line) for line in arm_lines}
    return Evidence(
        trials={line.cells["trial_id"]: _record(Trial, TRIALS, line) for line in trial_lines},
        arms=arms,
        observations=tuple(_observation(line, arms[_arm_key(line)], outcomes) for line in lines),
        trial_rows={line.cells["trial_id"]: line.cells for line in trial_lines},
        arm_rows={_arm_key(line): line.cells for line in arm_lines},
        observation_rows=tuple(line.cells for line in lines),
        version=version,
    )


def _arm_key(line: Line) -> tuple[str, str]:
    return line.cells["trial_id"], line.cells["arm_id"]


def _observation(line: Line, arm: Arm, outcomes: bool) -> Observation:
    hidden = not outcomes and is_later(line)
    return _record(
        Observation,
        OBSERVATIONS,
        line,
        hidden=hidden,
        change_from=line.cell("change_from_h"),
        part_of=arm.part_of,
        control=arm.control,
    )


def _record(make: Callable, name: str, line: Line, hidden: bool = False, **more):
    """A record of one line; with `hidden`, its outcomes are read as blank."""
    values = {
        column.field: convert("" if hidden and column.outcome else line.cell(column.name), column.kind)
        for column in COLUMNS[name]
    }
    return make(**values, **more)
