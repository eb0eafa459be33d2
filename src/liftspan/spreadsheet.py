"""Cells of written tables: a text that a spreadsheet would compute is written so that it stays a text.

A cell of text that begins with `=`, `+`, `-`, `@`, tab or line end gets an apostrophe before it (OWASP Application
Security Verification Standard 5.0, 1.2.10). Numbers keep their sign, and a dash alone stays the dash that it is.

>>> cell("=1+1"), cell("-0.5"), cell("-"), cell("+5e3"), cell("-1+1"), cell(-2.5)
("'=1+1", '-0.5', '-', '+5e3', "'-1+1", -2.5)
"""

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence

# Spreadsheets of some languages take the wide forms for the narrow ones.
COMPUTED = "=+\\-@\t\r\n\0\uff1d\uff0b\uff0d\uff20"
NUMBER_OR_DASH = r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?|-+"
FORMULA = re.compile(rf"(?!(?:{NUMBER_OR_DASH})\Z)[{COMPUTED}]")
# The same anywhere in a line, found at once: most lines have none and stay as they are.
SUSPECT = re.compile(rf'(?:^|,)(?:"(?!(?:{NUMBER_OR_DASH})"(?:,|\Z))|(?!(?:{NUMBER_OR_DASH})(?:,|\Z)))[{COMPUTED}]')


def cell(value: object) -> object:
    """A value as it is written to a table for people; only a text can change."""
    return f"'{value}" if isinstance(value, str) and FORMULA.match(value) else value


def line_of(cells: Iterable[object]) -> str:
    """A line of CSV without its end."""
    stream = io.StringIO()
    csv.writer(stream, lineterminator="").writerow([cell(one) for one in cells])
    return stream.getvalue()


def checked_line(text: str) -> str:
    """A line of CSV as it stood in a file, byte for byte unless a cell would be computed; without its end."""
    if not SUSPECT.search(text):
        return text
    cells = next(csv.reader([text]), [])
    return text if all(cell(one) == one for one in cells) else line_of(cells)


def csv_text(columns: Sequence[str], rows: Iterable[Mapping[str, object]], line_end: str = "\r\n") -> str:
    """A whole table with its header; what a row has beside `columns` is left aside."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator=line_end)
    writer.writerow([cell(name) for name in columns])
    writer.writerows([cell(row.get(name, "")) for name in columns] for row in rows)
    return stream.getvalue()
