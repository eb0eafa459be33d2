"""The table of `liftspan body predict`: read it, or say all that is wrong with it, and write it back answered."""

from pathlib import Path

from liftspan.errors import InvalidInput, nearest
from liftspan.files import write_whole
from liftspan.numbers import NoNumber, finite
from liftspan.sheets import read_sheet
from liftspan.spreadsheet import csv_text

NEEDED = ("analyte", "drug_given", "route", "metric", "unit")
USED = (*NEEDED, "dose", "dose_unit", "infusion_min", "population", "time_h", "value", "matrix", "enantiomer", "adult")
ADDED = ("predicted", "fold_error", "predicted_note")


def read_observations(path: Path) -> tuple[list[str], list[dict[str, str]]]:
    """Header and rows of a table in the format of pk_observations.csv."""
    sheet, problems = read_sheet(path, (*USED, *ADDED))
    if sheet.readable:
        if not sheet.lines:
            problems = [f"{sheet.name}: no rows; it needs the columns {', '.join(NEEDED)} and a line for each number"]
        missing = [name for name in NEEDED if name not in sheet.header]
        problems = [
            f"{sheet.name}: column '{name}' is missing{_hint(name, sheet.header)}" for name in missing
        ] + problems
    if problems:
        raise InvalidInput(problems, sheet.name)
    return list(sheet.header), [dict(line.cells) for line in sheet.lines]


def _hint(name: str, header: tuple[str, ...]) -> str:
    near = nearest(name, header) if header else ""
    return f"; {near.replace('did you mean', 'is it')}" if near.startswith("did") else ""


def write_predictions(path: Path, header: list[str], rows: list[dict[str, str]]) -> int:
    """Write every row back in order with prediction, fold error and note; returns how many have a number."""
    from liftspan.evidence.kinetics import predict_rows

    predictions = predict_rows(rows)
    answered = []
    for row, one in zip(rows, predictions, strict=True):
        predicted = "" if one.predicted is None else f"{one.predicted:.6g}"
        fold, why = _fold(row, one)
        note = "; ".join(filter(None, (one.note, why)))
        answered.append({**row, "predicted": predicted, "fold_error": fold, "predicted_note": note})
    text = csv_text([*(name for name in header if name not in ADDED), *ADDED], answered)
    write_whole({path: [text.encode()]})
    return sum(one.predicted is not None for one in predictions)


def _fold(row: dict[str, str], one) -> tuple[str, str]:
    """Predicted over published, or why there is no such number; nothing is said where no value stands."""
    stated = row.get("value", "")
    if one.predicted is None or not stated:
        return "", ""
    try:
        value = finite(stated)
    except NoNumber as error:
        return "", f"no fold error: value {error}"
    return (f"{one.predicted / value:.4g}", "") if value > 0.0 else ("", "no fold error: value is not above 0")
