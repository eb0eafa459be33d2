"""START HERE to read patients: one TOML file, a folder of them, or three CSV tables -> Patient records.

Every problem of every file is told at once, each with its file and line.
"""

import os
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import islice
from pathlib import Path

from liftspan.errors import InvalidInput
from liftspan.files import shown_name
from liftspan.forecast.assemble import assemble
from liftspan.forecast.csv_record import COLUMNS, Found, tables_in, written_in_tables
from liftspan.forecast.entries import read_text
from liftspan.forecast.patient import Patient
from liftspan.forecast.toml_record import written_in_toml
from liftspan.numbers import shortened

MOST_NAMED = 5  # files that a message names
MOST_LOOKED_AT = 2000  # files below a folder, for a word on them


def read_patient(path: Path, *, today: float | date | None = None, now: datetime | None = None) -> Patient:
    """The patient of one TOML file.

    Args:
        path: with [person], [[session]] and [[score]]; the file's name without ending becomes the patient's id.
        today: day number (for a record in day numbers) date, or date-time with its zone; before the file's own `today`.
        now: what the clock says, for dated records without `today`; None = ask it.

    Raises: InvalidInput, with every problem and its line.
    """
    path = Path(path)
    name = shown_name(path)
    written, problems = written_in_toml(name, Path(name).stem, read_text(path))
    now = datetime.now(UTC) if now is None else now
    patient = assemble(written, today, now, problems) if written else None
    if problems or patient is None:
        raise InvalidInput(_in_order(problems), f"the record in {name}")
    return patient


def read_patients(folder: Path, *, today: float | date | None = None, now: datetime | None = None) -> list[Patient]:
    """The patients of a folder: of its TOML files, in order of their names, or of its three CSV tables.

    Args as in `read_patient`; `today` holds for all of them.

    Raises: InvalidInput, with every problem of every file. `read_folder` goes on without the patients that have one.
    """
    found = read_folder(folder, today=today, now=now)
    if found.problems:
        raise InvalidInput(_in_order(found.problems), f"the records in {Path(folder).name}")
    return list(found.patients)


@dataclass(frozen=True)
class Folder:
    """The patients of a folder, those that were left out with the reasons, and what was not read."""

    patients: tuple[Patient, ...]
    left_out: Mapping[str, tuple[str, ...]]  # patient -> problems
    passed_over: tuple[str, ...]  # files that are no part of the records

    @property
    def problems(self) -> tuple[str, ...]:
        """Those of everybody who was left out."""
        return tuple(problem for reasons in self.left_out.values() for problem in reasons)


def read_folder(folder: Path, *, today: float | date | None = None, now: datetime | None = None) -> Folder:
    """The patients of a folder, each read by itself: what is wrong with one does not stop the others.

    Args as in `read_patients`.

    Raises: InvalidInput where the folder holds no records, or where a table as a whole cannot be read.
    """
    folder = Path(folder)
    now = datetime.now(UTC) if now is None else now
    found, passed_over = _records_of(folder)
    patients, left_out = [], {}
    for one in found:
        problems = list(one.problems)
        patient = assemble(one.written, today, now, problems) if one.written else None
        if problems or patient is None:
            left_out[one.id] = tuple(_in_order(problems))
        else:
            patients.append(patient)
    return Folder(tuple(patients), left_out, passed_over)


def _records_of(folder: Path) -> tuple[list[Found], tuple[str, ...]]:
    """What is written of each patient of a folder, and the files that hold no records."""
    if not os.path.isdir(folder):
        reason = (
            "is a file, not a folder; read it as one patient" if os.path.exists(folder) else "there is no such folder"
        )
        raise InvalidInput([f"{folder}: {reason}"], folder.name)
    try:
        there = sorted(folder.iterdir())
    except OSError as error:
        raise InvalidInput([f"{folder}: cannot be read ({error.strerror or error})"], folder.name) from None
    files = [path for path in there if path.suffix.lower() == ".toml" and path.name[0] != "." and path.is_file()]
    tables = tables_in(there)
    if files and tables:
        both = f"{folder}: has both {files[0].name} and {next(iter(tables))}; keep one kind of record in a folder"
        raise InvalidInput([both], folder.name)
    if not files and not tables:
        others = said_not_read(_passed_over(folder, there, set()))
        none = f"{folder}: holds no patients; it needs *.toml files, one for each, or {', '.join(COLUMNS)}"
        raise InvalidInput([f"{none}; {others}" if others else none], folder.name)
    found = written_in_tables(folder, tables) if tables else _of_files(files)
    return found, _passed_over(folder, there, {*files, *tables.values()})


def said_not_read(names: Sequence[str]) -> str:
    """`not read: 7 files (a.txt, below/b.toml, ...)`; empty where there are none."""
    if not names:
        return ""
    few = ", ".join(map(shortened, names[:MOST_NAMED]))
    return f"not read: {len(names)} file{'s' * (len(names) > 1)} ({few}{', ...' * (len(names) > MOST_NAMED)})"


def _passed_over(folder: Path, there: Sequence[Path], read: set[Path]) -> tuple[str, ...]:
    """Names of the other files of a folder, and of records in the folders below it; hidden ones only if records."""
    names = []
    for path in there:
        if path.is_dir():
            below = islice(path.rglob("*"), MOST_LOOKED_AT)
            names += sorted(str(one.relative_to(folder)) for one in below if _like_a_record(one))
        elif path not in read and (path.name[0] != "." or _like_a_record(path)):
            names.append(path.name)
    return tuple(names)


def _like_a_record(path: Path) -> bool:
    return path.suffix.lower() == ".toml" or path.name.lower() in COLUMNS


def _of_files(files: list[Path]) -> list[Found]:
    found: dict[str, Found] = {}
    for path in files:
        if path.stem in found:
            reason = f"{path.name}: another file is of patient '{path.stem}' too; give each patient one file"
            found[path.name] = Found(path.name, None, (reason,))
            continue
        try:
            written, reasons = written_in_toml(path.name, path.stem, read_text(path))
        except InvalidInput as error:
            written, reasons = None, list(error.problems)
        found[path.stem] = Found(path.stem, written, tuple(reasons))
    return list(found.values())


def _in_order(problems: Iterable[str]) -> list[str]:
    """Each problem once, file by file from the first line to the last."""
    places = {problem: re.match(r"(.+?) line (\d+):", problem) for problem in problems}
    files = list(dict.fromkeys(place[1] for place in places.values() if place))
    return sorted(
        places,
        key=lambda one: (files.index(places[one][1]), int(places[one][2])) if places[one] else (len(files), 0),
    )
