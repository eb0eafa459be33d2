"""START HERE to read patients: one TOML file, a folder of them, or three CSV tables -> Patient records.

Every problem of every file is told at once, each with its file and line.
"""

import re
from datetime import UTC, datetime
from pathlib import Path

from liftspan.errors import InvalidInput
from liftspan.files import shown_name
from liftspan.forecast.assemble import assemble
from liftspan.forecast.csv_record import COLUMNS, written_in_tables
from liftspan.forecast.entries import Written, read_text
from liftspan.forecast.patient import Patient
from liftspan.forecast.toml_record import written_in_toml


def read_patient(path: Path, *, today: float | datetime | None = None, now: datetime | None = None) -> Patient:
    """The patient of one TOML file.

    Args:
        path: with [person], [[session]] and [[score]]; the file's name without ending becomes the patient's id.
        today: day number (for a record in day numbers) or date-time with its zone; before the file's own `today`.
        now: what the clock says, for dated records without `today`; None = ask it.

    Raises: InvalidInput, with every problem and its line.
    """
    path = Path(path)
    name = shown_name(path)
    written, problems = written_in_toml(name, Path(name).stem, read_text(path))
    return _patients([written] if written else [], problems, today, now, f"the record in {name}")[0]


def read_patients(folder: Path, *, today: float | datetime | None = None, now: datetime | None = None) -> list[Patient]:
    """The patients of a folder: of its TOML files, in order of their names, or of its three CSV tables.

    Args as in `read_patient`; `today` holds for all of them.

    Raises: InvalidInput, with every problem of every file.
    """
    folder = Path(folder)
    if not folder.is_dir():
        reason = "is a file, not a folder; read it as one patient" if folder.exists() else "there is no such folder"
        raise InvalidInput([f"{folder}: {reason}"], folder.name)
    files = sorted(path for path in folder.glob("*.toml") if not path.name.startswith("."))
    tables = [name for name in COLUMNS if (folder / name).exists()]
    if files and tables:
        both = f"{folder}: has both {files[0].name} and {tables[0]}; keep one kind of record in a folder"
        raise InvalidInput([both], folder.name)
    if not files and not tables:
        none = f"{folder}: holds no patients; it needs *.toml files, one for each, or {', '.join(COLUMNS)}"
        raise InvalidInput([none], folder.name)
    written, problems = written_in_tables(folder) if tables else _of_files(files)
    return _patients(written, problems, today, now, f"the records in {folder.name}")


def _of_files(files: list[Path]) -> tuple[list[Written], list[str]]:
    found, problems = [], []
    for path in files:
        try:
            written, reasons = written_in_toml(path.name, path.stem, read_text(path))
        except InvalidInput as error:
            written, reasons = None, list(error.problems)
        problems += reasons
        found += [written] if written else []
    return found, problems


def _patients(
    written: list[Written],
    problems: list[str],
    today: float | datetime | None,
    now: datetime | None,
    subject: str,
) -> list[Patient]:
    """Patients of what is written, or InvalidInput with the problems of form and of content together."""
    now = datetime.now(UTC) if now is None else now
    patients = [assemble(one, today, now, problems) for one in written]
    if problems:
        raise InvalidInput(_in_order(problems), subject)
    return [patient for patient in patients if patient is not None]


def _in_order(problems: list[str]) -> list[str]:
    """Each problem once, file by file from the first line to the last."""
    places = {problem: re.match(r"(.+?) line (\d+):", problem) for problem in problems}
    files = list(dict.fromkeys(place[1] for place in places.values() if place))
    return sorted(
        places,
        key=lambda one: (files.index(places[one][1]), int(places[one][2])) if places[one] else (len(files), 0),
    )
