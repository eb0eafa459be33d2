"""The table of `liftspan body predict`: read it, or say all that is wrong with it, and write it back answered."""

import csv
import io
from math import isfinite
from pathlib import Path

from liftspan.errors import InvalidInput, nearest
from liftspan.files import read_input, shown_name, write_whole

NEEDED = ("analyte", "drug_given", "route", "metric", "unit")


def read_observations(path: Path) -> tuple[list[str], list[dict[str, str]]]:
    """Header and rows of a table in the format of pk_observations.csv."""
    name = shown_name(path)
    try:
        text = read_input(path).decode("utf-8-sig")
    except OSError as error:
        raise InvalidInput([f"{path}: cannot be read ({error.strerror})"]) from None
    except UnicodeDecodeError:
        raise InvalidInput([f"{path}: no UTF-8 text; save the table as CSV (UTF-8)"]) from None
    if "\0" in text:
        raise InvalidInput([f"{name}: no text (it holds NUL bytes); save the table as CSV (UTF-8)"], name)
    header, rows, lines = _cells(name, text)
    problems = [f"{name}: column '{name}' is missing{_hint(name, header)}" for name in NEEDED if name not in header]
    repeated = sorted({name for name in header if header.count(name) > 1})
    problems += [f"{name}: column '{name}' stands there twice" for name in repeated]
    if not rows:
        problems = [f"{name}: no rows; it needs the columns {', '.join(NEEDED)} and a line for each number"]
    problems += [
        f"{name} line {line}: {len(header) + len(row[None])} cells for {len(header)} columns, from "
        f"'{row[None][0][:30]}' on too many; put quotation marks around commas"
        for line, row in zip(lines, rows, strict=True)
        if None in row
    ]
    if problems:
        raise InvalidInput(problems, name)
    return header, rows


def _cells(name: str, text: str) -> tuple[list[str], list[dict[str, str]], list[int]]:
    """Header, rows, and the line on which each row ends; a short row is filled with blanks."""
    reader = csv.DictReader(io.StringIO(text, newline=""), restval="", strict=True)
    rows, lines, done = [], [], 0
    try:
        header = list(reader.fieldnames or ())
        done = reader.line_num
        for row in reader:
            rows.append(row)
            lines.append(done := reader.line_num)
    except csv.Error as error:
        why = f"{name} line {done + 1}: no CSV ({error}); is a quotation mark left open?"
        raise InvalidInput([why], name) from None
    return header, rows, lines


def _hint(name: str, header: list[str]) -> str:
    if len(header) == 1 and (";" in header[0] or "\t" in header[0]):
        return "; separate the columns with commas"
    near = nearest(name, header) if header else ""
    return f"; {near.replace('did you mean', 'is it')}" if near.startswith("did") else ""


def write_predictions(path: Path, header: list[str], rows: list[dict[str, str]]) -> int:
    """Write every row back in order with prediction, fold error and note; returns how many have a number."""
    from liftspan.evidence.kinetics import predict_rows

    predictions = predict_rows(rows)
    out = io.StringIO(newline="")
    added = ["predicted", "fold_error", "predicted_note"]
    writer = csv.DictWriter(out, [*(name for name in header if name not in added), *added], extrasaction="ignore")
    writer.writeheader()
    for row, one in zip(rows, predictions, strict=True):
        predicted = "" if one.predicted is None else f"{one.predicted:.6g}"
        writer.writerow({**row, "predicted": predicted, "fold_error": _fold(row, one), "predicted_note": one.note})
    write_whole({path: [out.getvalue().encode()]})
    return sum(one.predicted is not None for one in predictions)


def _fold(row: dict[str, str], one) -> str:
    try:
        value = float(row.get("value", ""))
    except ValueError:
        return ""
    usable = one.predicted is not None and isfinite(value) and value > 0.0
    return f"{one.predicted / value:.4g}" if usable else ""
