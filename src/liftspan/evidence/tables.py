"""Read the tables of evidence: the shipped folder, or any folder in its format."""

import csv
import io
from collections.abc import Callable, Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path

from liftspan.errors import InvalidInput
from liftspan.evidence.canonical import Read, canonical_tables
from liftspan.evidence.checks import is_later, problems_of_tables
from liftspan.evidence.columns import ARMS, COLUMNS, OBSERVATIONS, TRIALS, convert
from liftspan.evidence.contradictions import doubts
from liftspan.evidence.records import Arm, Evidence, Observation, Trial
from liftspan.frozen import Frozen
from liftspan.sheets import Line, Sheet, read_sheet

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
    return _read_folder(_data(), outcomes, version=shipped_version())


def _read_folder(folder, outcomes: bool, version: str) -> Evidence:
    if not folder.is_dir():
        raise InvalidInput([f"{folder}: no such folder; it should hold {TRIALS}, {ARMS} and {OBSERVATIONS}"], SUBJECT)
    sheets, problems = {}, []
    for name, columns in COLUMNS.items():
        sheets[name], found = read_sheet(folder / name, [column.name for column in columns], name)
        problems += found
    read = canonical_tables(sheets)
    problems += read.problems
    problems += problems_of_tables(read.sheets, outcomes, () if version else _shipped(outcomes).trials)
    if problems:
        raise InvalidInput(problems, SUBJECT)
    return _evidence(read, sheets[OBSERVATIONS], outcomes, version)


def _evidence(read: Read, written: Sheet, outcomes: bool, version: str) -> Evidence:
    trial_lines, arm_lines, lines = (read.sheets[name].lines for name in (TRIALS, ARMS, OBSERVATIONS))
    arms = Frozen({_arm_key(line): _record(Arm, ARMS, line) for line in arm_lines})
    return Evidence(
        trials=Frozen({line.cells["trial_id"]: _record(Trial, TRIALS, line) for line in trial_lines}),
        arms=arms,
        observations=tuple(_observation(line, arms[_arm_key(line)], outcomes) for line in lines),
        trial_rows=Frozen({line.cells["trial_id"]: Frozen(line.cells) for line in trial_lines}),
        arm_rows=Frozen({_arm_key(line): Frozen(line.cells) for line in arm_lines}),
        observation_rows=tuple(Frozen(line.cells) for line in lines),
        version=version,
        written_rows=tuple(Frozen(line.cells) for line in written.lines),
        remarks=_remarks(read),
    )


def _remarks(read: Read) -> Mapping[tuple[str, str], tuple[str, ...]]:
    found = dict(read.remarks)
    for key, texts in doubts(read.sheets).items():
        found[key] = (*found.get(key, ()), *texts)
    return Frozen(found)


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
