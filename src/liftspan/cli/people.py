"""Read a table of people: weight_kg, age and baseline, one person per line."""

import csv
import io
from pathlib import Path

import numpy as np

from liftspan.errors import InvalidInput, nearest
from liftspan.files import read_input, shown_name
from liftspan.population import GivenPeople

COLUMNS = ("weight_kg", "age", "baseline")
MOST_PEOPLE = 2000


def read_people(path: Path) -> GivenPeople:
    """People of a CSV file; every problem with its line and column."""
    subject = shown_name(path)
    try:
        text = read_input(path).decode("utf-8-sig")
    except OSError as error:
        raise InvalidInput([f"{path}: cannot be read ({error.strerror})"], subject) from None
    except UnicodeDecodeError:
        raise InvalidInput([f"{path}: no UTF-8 text; save the table as CSV (UTF-8)"], subject) from None
    try:
        reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
        rows, header = list(reader), tuple(reader.fieldnames or ())
    except csv.Error as error:
        raise InvalidInput([f"{subject}: no CSV ({error}); is a quotation mark left open?"], subject) from None
    problems = [
        f"{subject}: column '{name}' is missing; the file needs {', '.join(COLUMNS)}"
        for name in COLUMNS
        if name not in header
    ]
    problems += [f"{subject}: column '{name}' stands there twice" for name in COLUMNS if header.count(name) > 1]
    problems += [
        f"{subject} line {line}: more cells than columns; a number with a comma instead of a point?"
        for line, row in enumerate(rows, start=2)
        if None in row
    ]
    if not rows:
        problems = [f"{subject}: no people; the file needs a header ({','.join(COLUMNS)}) and a line for each person"]
    if len(rows) > MOST_PEOPLE:
        problems.append(f"{subject}: {len(rows)} people; at most {MOST_PEOPLE} can be asked about at once")
    unknown = [name for name in header if name and name not in COLUMNS and "missing" in " ".join(problems)]
    problems += [f"{subject}: column '{name}' is not known; {nearest(name, COLUMNS)}" for name in unknown]
    if problems:
        raise InvalidInput(problems, subject)
    return _people(subject, rows)


def _people(name: str, rows: list[dict]) -> GivenPeople:
    values, problems = [], []
    for line, row in enumerate(rows, start=2):
        numbers = []
        for column in COLUMNS:
            try:
                numbers.append(float((row[column] or "").strip()))
            except ValueError:
                problems.append(f"{name} line {line}, {column}: '{row[column] or ''}' is no number")
        values.append(numbers)
    if problems:
        raise InvalidInput(problems, name)
    weight_kg, age_y, baseline = np.array(values).T
    return GivenPeople(weight_kg, age_y, baseline)
