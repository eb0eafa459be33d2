"""A CSV table as read: cells as text with the number of their line, before anything is believed about them.

One reader for tables of trials, kinetics, people and patients: the same habits of spreadsheets are mended silently
where they change nothing (a byte order mark, blank rows, empty columns at the end, capitals in the header), and the
same slips are refused with the same words.
"""

import csv
import io
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from liftspan.errors import InvalidInput
from liftspan.files import STANDARD, read_input, shown_name
from liftspan.numbers import shortened
from liftspan.vocabulary import folded

LARGEST_BYTES = 200_000_000
MOST_COLUMNS = 1_000
MOST_LISTED = 30  # problems of rows in words; the rest is counted
UTF_16 = (b"\xff\xfe", b"\xfe\xff")
SEPARATORS = {";": "';'", "\t": "tabs", "|": "'|'"}


@dataclass(frozen=True)
class Line:
    """One row: the line of the file on which it starts, and its cells by column."""

    number: int
    cells: Mapping[str, str]

    def cell(self, column: str) -> str:
        """Text of a cell; blank where the column or the cell is missing."""
        return self.cells.get(column, "")


@dataclass(frozen=True)
class Sheet:
    """One table; `readable=False` when its problem has been said and its rows are unknown."""

    name: str
    header: tuple[str, ...]
    lines: tuple[Line, ...]
    readable: bool = True


def read_sheet(
    path, columns: Sequence[str] = (), name: str = "", largest_bytes: int = LARGEST_BYTES
) -> tuple[Sheet, list[str]]:
    """A file as lines, with every problem of its form; the sheet is not readable where nothing can be said of its rows.

    Args:
        path: a Path, or a file inside the package.
        columns: names that the caller knows: a header cell in other capitals or with blanks takes the known name.
            Other columns keep their own name.
        name: of the table in messages; default: of the file.
        largest_bytes: a larger file is refused at once.
    """
    name = name or name_of(path)
    raw, problem = bytes_of(path, largest_bytes)
    if problem:
        return Sheet(name, (), (), readable=False), [problem]
    return parse_sheet(raw, columns, name)


def parse_sheet(raw: bytes, columns: Sequence[str], name: str) -> tuple[Sheet, list[str]]:
    """`read_sheet` for bytes that are at hand."""
    nothing = Sheet(name, (), (), readable=False)
    text, problem = text_of(raw, name)
    if problem:
        return nothing, [problem]
    rows = _rows(text)
    try:
        start, cells = next(rows, (1, []))
        if problems := problems_of_first_row(cells, name, start):
            return nothing, problems
        header = [_known_name(cell, columns) for cell in cells]
        body = list(rows)
    except csv.Error as error:
        return nothing, [_no_csv(error, name, text)]
    header, problems = _named_columns(header, body, name)
    lines, of_rows = _lines(header, body, cells, name)
    return Sheet(name, tuple(header), tuple(lines)), problems + _listed(of_rows, name)


def name_of(path) -> str:
    """What messages call an input; `-` is standard input."""
    return shown_name(path) or str(path)


def bytes_of(path, largest_bytes: int = LARGEST_BYTES) -> tuple[bytes, str]:
    """The bytes of a file, of a file inside the package or of standard input; or none and the reason."""
    name = name_of(path)
    if path == STANDARD and sys.stdin is None:
        return b"", f"{name}: is closed; name a file"
    try:
        return read_input(path, largest_bytes, "a table"), ""
    except InvalidInput as error:
        return b"", error.problems[0]
    except IsADirectoryError:
        return b"", f"{path}: is a folder; name a file in it"
    except FileNotFoundError:
        return b"", f"{name}: there is no such file ({path}); is the path right?"
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        return b"", f"{name}: cannot be read ({getattr(error, 'strerror', None) or error})"


def text_of(raw: bytes, name: str) -> tuple[str, str]:
    """The text of a file without a byte order mark, or an empty text and the reason why it is none."""
    if raw.startswith(UTF_16):
        return "", f"{name}: the text is UTF-16; save it as CSV (UTF-8)"
    if not raw.strip():
        return "", f"{name}: the file is empty; it needs a header line and one line for each row"
    if b"\0" in raw:
        return "", f"{name}: a binary file, not text; save it as CSV (UTF-8)"
    try:
        return raw.decode("utf-8-sig"), ""
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        return "", f"{name} line {line}: no UTF-8 text; is this a spreadsheet? Save it as CSV (UTF-8)"


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """The line on which each row starts, and its cells; rows without any text are left out."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    start = 1
    for cells in reader:
        if any(cell.strip() for cell in cells):
            yield start, [cell.strip() for cell in cells]
        start = reader.line_num + 1


def _no_csv(error: csv.Error, name: str, text: str) -> str:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        for _ in reader:
            pass
    except csv.Error:
        pass
    if "field larger" in str(error):
        return f"{name} line {reader.line_num}: a cell is longer than {csv.field_size_limit():,} characters"
    return f"{name} line {reader.line_num}: no CSV ({error}); is a quotation mark left open?"


def problems_of_first_row(cells: Sequence[str], name: str, line: int = 1) -> list[str]:
    """Why the first row that holds text is no header: what other programs write above it, or between its cells."""
    where, first = f"{name} line {line}", cells[0] if cells else ""
    if first.lower().startswith("sep="):
        return [f"{where}: 'sep=' is a line for a spreadsheet; delete it, the header comes first"]
    if first.upper().startswith("TABLE NO"):
        return [f"{where}: '{shortened(first)}' is a line of NONMEM output; delete it, the header comes first"]
    if len(cells) > MOST_COLUMNS:
        return [f"{where}: {len(cells):,} columns; at most {MOST_COLUMNS:,} can be read. Is it the right file?"]
    if len(cells) == 1:
        for sign, words in SEPARATORS.items():
            if sign in first:
                return [f"{where}: the cells are separated by {words}; save the table with commas"]
        if len(first.split()) > 1:
            return [f"{where}: one column only; are the cells separated by blanks? Save the table with commas"]
    return []


def _known_name(cell: str, columns: Sequence[str]) -> str:
    """The known column that a header cell means: as written, or in other capitals."""
    if cell in columns:
        return cell
    return next((column for column in columns if folded(column) == folded(cell)), cell)


def _named_columns(header: list[str], body, name: str) -> tuple[list[str], list[str]]:
    """The header without empty columns at its end; columns without a name that hold something are problems."""
    width = len(header)
    while width and not header[width - 1] and not any(any(cells[width - 1 :]) for _, cells in body):
        width -= 1
    kept = header[:width]
    problems = [
        f"{name} line 1: column {number} has no name; name it or delete it"
        for number, column in enumerate(kept, start=1)
        if not column
    ]
    twice = sorted({column for column in kept if column and kept.count(column) > 1})
    return kept, problems + [f"{name} line 1: column {column} appears twice; which one holds?" for column in twice]


def _lines(header: list[str], body, written: list[str], name: str) -> tuple[list[Line], list[str]]:
    """Rows as lines by column; rows of another width are problems as well."""
    lines, problems, width = [], [], len(header)
    for number, cells in body:
        filled = max((i for i, cell in enumerate(cells, start=1) if cell), default=0)
        if cells[:width] == written[:width]:
            problems.append(f"{name} line {number}: the header stands here again; were two tables joined? Delete it")
        elif filled > width or len(cells) < width:
            cause = "put quotation marks around text with a comma" if filled > width else "was the line cut short?"
            problems.append(f"{name} line {number}: {len(cells)} cells under {width} columns; {cause}")
        lines.append(Line(number, dict(zip(header, cells[:width], strict=False))))
    return lines, problems


def _listed(problems: list[str], name: str) -> list[str]:
    if len(problems) <= MOST_LISTED:
        return problems
    return [*problems[:MOST_LISTED], f"{name}: {len(problems) - MOST_LISTED} more such lines; mend these first"]
