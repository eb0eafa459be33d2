"""Patients written as TOML and as CSV, for tests: entries are plain dicts of cells."""

import csv
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from liftspan.forecast.patient import Patient

IV = "ketamine 0.5 mg/kg iv over 40 min"
PERSON = {"weight_kg": 68, "age": 41, "sex": "female", "failed_treatments": 3}
PERSON |= {"background": "none", "setting": "outpatient", "diagnosis": "major depression", "conditions": []}
FIRST = {"day": 0, "treatment": IV}
BASELINE = {"day": 0, "scale": "MADRS", "value": 34}


NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def baseline_on(moment: Any) -> dict[str, Any]:
    return {"date": moment, "scale": "MADRS", "value": 34}


def only(problems: tuple[str, ...]) -> str:
    """The one problem that there is."""
    assert len(problems) == 1, problems
    return problems[0]


def toml_value(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, list):
        return f"[{', '.join(map(toml_value, value))}]"
    return f'"{value}"' if isinstance(value, str) else repr(value)


def toml_lines(cells: Mapping[str, Any]) -> list[str]:
    return [f"{key} = {toml_value(value)}" for key, value in cells.items()]


def toml_of(
    person: Mapping[str, Any] | None = PERSON,
    sessions: Iterable[Mapping[str, Any]] = (FIRST,),
    scores: Iterable[Mapping[str, Any]] = (BASELINE,),
    **top: Any,
) -> str:
    """The text of a patient's file; each key on a line of its own."""
    lines = toml_lines(top)
    lines += [] if person is None else ["[person]", *toml_lines(person)]
    for heading, entries in (("[[session]]", sessions), ("[[score]]", scores)):
        for cells in entries:
            lines += [heading, *toml_lines(cells)]
    return "\n".join(lines) + "\n"


def write_csv(path: Path, rows: list[Mapping[str, Any]]) -> None:
    columns = list(dict.fromkeys(key for row in rows for key in row))
    with path.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.DictWriter(stream, columns)
        writer.writeheader()
        writer.writerows({key: csv_cell(value) for key, value in row.items()} for row in rows)


def csv_cell(value: Any) -> Any:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return ";".join(value)
    return value.isoformat() if isinstance(value, datetime) else value


def line_of(text: str, words: str, which: int = 1) -> int:
    """The line on which these words stand for the `which`-th time, counted by hand."""
    found = [line for line, said in enumerate(text.split("\n"), start=1) if said.startswith(words)]
    return found[which - 1]


def without_places(patient: Patient) -> Patient:
    """The same record, whatever file, line and calendar its entries stood on."""
    return replace(
        patient,
        calendar=None,
        sessions=tuple(replace(one, where="") for one in patient.sessions),
        planned=tuple(replace(one, where="") for one in patient.planned),
        scores=tuple(replace(one, where="") for one in patient.scores),
    )
