"""`liftspan body predict` and `liftspan body check`: published kinetics beside the body."""

import csv
import io
import os
from pathlib import Path

from liftspan.errors import InvalidInput

NEEDED = ("analyte", "drug_given", "route", "metric", "unit")


def read_observations(path: Path) -> tuple[list[str], list[dict[str, str]]]:
    """Header and rows of a table in the format of pk_observations.csv."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise InvalidInput([f"{path}: cannot be read ({error.strerror})"]) from None
    except UnicodeDecodeError:
        raise InvalidInput([f"{path}: no UTF-8 text; save the table as CSV (UTF-8)"]) from None
    reader = csv.DictReader(io.StringIO(text, newline=""), restval="")
    rows = list(reader)
    header = list(reader.fieldnames or ())
    problems = [f"{path.name}: column '{name}' is missing" for name in NEEDED if name not in header]
    repeated = sorted({name for name in header if header.count(name) > 1})
    problems += [f"{path.name}: column '{name}' stands there twice" for name in repeated]
    if not rows:
        problems = [f"{path.name}: no rows; it needs the columns {', '.join(NEEDED)} and a line for each number"]
    wide = [i for i, row in enumerate(rows, start=2) if None in row]
    problems += [
        f"{path.name} line {line}: more cells than columns; put quotation marks around commas" for line in wide
    ]
    if problems:
        raise InvalidInput(problems, path.name)
    return header, rows


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
    replace_file(path, out.getvalue())
    return sum(one.predicted is not None for one in predictions)


def _fold(row: dict[str, str], one) -> str:
    try:
        value = float(row.get("value", ""))
    except ValueError:
        return ""
    return f"{one.predicted / value:.4g}" if one.predicted is not None and value > 0.0 else ""


def replace_file(path: Path, text: str) -> None:
    """Write beside the path first, so that a failure leaves nothing half-done."""
    beside = path.with_name(f".{path.name}.part")
    try:
        beside.write_text(text, encoding="utf-8", newline="")
        os.replace(beside, path)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise InvalidInput([f"{path}: cannot be written ({error.strerror})"]) from None
