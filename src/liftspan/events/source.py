"""Bytes of a table -> header and records with their line numbers, a block at a time."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, field

from liftspan.errors import InvalidInput
from liftspan.events.columns import REQUIRED
from liftspan.numbers import SPREADSHEET_ERROR
from liftspan.sheets import problems_of_first_row, text_of

BLOCK_ROWS = 20_000
MOST_PROBLEMS = 30  # listed; the rest is counted
COMMENT = "#"
MARKS = "#@"  # before the first name of a header: other programs leave the line out by it


@dataclass
class Problems:
    """Reasons why a file cannot be used: the first ones in words, the rest as a number."""

    name: str  # of the file
    listed: list[tuple[int, str]] = field(default_factory=list)  # line, words
    count: int = 0

    def add(self, reason: str, line: int = 0, column: str = "") -> None:
        """One more; without a line it is of the whole file."""
        self.count += 1
        if len(self.listed) < MOST_PROBLEMS:
            place = ", ".join(part for part in (f"line {line}" if line else "", column) if part)
            self.listed.append((line, f"{self.name}{' ' if place else ''}{place}: {reason}"))

    def raise_any(self) -> None:
        """InvalidInput with all that was added, in the order of lines, if anything was."""
        if self.count:
            words = [text for _, text in sorted(self.listed, key=lambda one: one[0])]
            more = self.count - len(self.listed)
            rest = [f"{self.name}: {more} more not listed here; mend these first"] if more else []
            raise InvalidInput([*words, *rest], self.name)


@dataclass
class Layout:
    """How the table lies in its file: what is needed to write it back, and what was left out of it."""

    header_line: int
    header: tuple[str, ...]  # without blanks around the names, without empty ones at the end
    width: int  # cells of the header as written, empty ones at its end among them
    ragged: bool = False  # rows end with more or fewer empty cells than the header
    comments: int = 0  # lines that start with #
    first_comment: int = 0  # the line of the first


@dataclass
class Block:
    """Consecutive records: the line of each, and its cells by column as tuples of text."""

    lines: list[int]
    cells: dict[str, tuple[str, ...]]


def checked_text(name: str, raw: bytes) -> None:
    """Raise InvalidInput where the bytes are no text table at all."""
    _, problem = text_of(raw, name)
    if problem:
        raise InvalidInput([problem], name)


def physical_lines(raw: bytes) -> io.TextIOWrapper:
    """Lines of the file with their ends, without a byte order mark."""
    return io.TextIOWrapper(io.BytesIO(raw), encoding="utf-8-sig", newline="")


def is_skipped(line: str) -> bool:
    """A line without text in any cell, or a comment that starts with #, as NONMEM ignores them."""
    start = line.lstrip()
    return not start or start[0] == COMMENT or (start[0] in ',"' and not start.strip(',"; \t\r\n'))


def _unmarked(line: str) -> str:
    start = line.lstrip()
    return start.lstrip(MARKS) if start[:1] in tuple(MARKS) else line


def _cells(line: str) -> tuple[str, ...]:
    """The cells of a line that should be a header; none where it is no CSV."""
    try:
        return tuple(cell.strip() for cell in next(csv.reader([_unmarked(line)], strict=True), ()))
    except csv.Error:
        return ()


def _is_header(line: str) -> bool:
    return set(REQUIRED) <= {name.upper() for name in _cells(line)}


def _header_line(raw: bytes) -> tuple[int, str]:
    """The first line that is no comment, or the #ID,TIME,... before it: its number and its text without the mark."""
    marked = (0, "")
    for number, line in enumerate(physical_lines(raw), start=1):
        if not is_skipped(line):
            # Where both look like headers, the first is a comment on the second.
            return marked if marked[0] and not _is_header(line) else (number, _unmarked(line))
        if line.lstrip()[:1] == COMMENT and _is_header(line):
            marked = (number, _unmarked(line))
    return marked


def read_header(name: str, raw: bytes) -> Layout:
    """The columns and their line; InvalidInput where they cannot be read or other programs wrote something above."""
    problems = Problems(name)
    number, text = _header_line(raw)
    reader = csv.reader([text], strict=True)
    try:
        cells = [cell.strip() for cell in next(reader, ())]
    except csv.Error as error:
        cause = "holds a line break" if text.count('"') % 2 else f"is no CSV ({error})"
        problems.add(f"the header {cause}; is a quotation mark left open?", number)
        problems.raise_any()
    if found := problems_of_first_row(cells, name, number):
        raise InvalidInput(found, name)
    width = len(cells)
    while cells and not cells[-1]:
        cells.pop()
    return Layout(number, tuple(cells), width, ragged=len(cells) < width)


class _Place:
    """The line handed out last, and the cells of spreadsheets' errors at the start of lines that look like comments."""

    def __init__(self):
        self.number, self.damaged = 0, []


def _kept_lines(raw: bytes, layout: Layout, place: _Place) -> Iterator[str]:
    """The lines of records after the header."""
    for number, line in enumerate(physical_lines(raw), start=1):
        if is_skipped(line):
            if number != layout.header_line and line.lstrip()[:1] == COMMENT:
                _leave_out(number, line, layout, place)
        elif number > layout.header_line:
            place.number = number
            yield line


def _leave_out(number: int, line: str, layout: Layout, place: _Place) -> None:
    first = line.split(",", 1)[0].strip(' "\t\r\n')
    if number > layout.header_line and SPREADSHEET_ERROR.fullmatch(first):
        place.damaged.append((number, first))
        return
    layout.comments += 1
    layout.first_comment = layout.first_comment or number


def blocks(raw: bytes, layout: Layout, problems: Problems) -> Iterator[Block]:
    """All records after the header; rows of a wrong width are problems and left out. Fills in the rest of `layout`."""
    place = _Place()
    reader = csv.reader(_kept_lines(raw, layout, place), strict=True)
    header = tuple(name.upper() for name in layout.header)
    # The first cell of the header as it may be written again; comparing whole rows would cost more than reading them.
    first = {
        form for name in (layout.header[0], header[0], header[0].lower()) for form in (name, f" {name}", f"{name} ")
    }
    lines, rows, before = [], [], 0
    try:
        for row in reader:
            # One record, one line: so a row can be written back as it stood, and # is always a comment.
            if reader.line_num > before + 1:
                problems.add("a cell holds a line break; is a quotation mark left open above?", place.number)
            elif row[0] in first and _repeats(row, header):
                problems.add("the header stands here again; were two tables joined? Delete it", place.number)
            elif reason := _fit(row, layout) if len(row) != len(header) else "":
                problems.add(reason, place.number)
            else:
                lines.append(place.number)
                rows.append(row)
            before = reader.line_num
            if len(rows) == BLOCK_ROWS:
                yield Block(lines, dict(zip(header, zip(*rows, strict=True), strict=True)))
                lines, rows = [], []
    except csv.Error as error:
        problems.add(f"no CSV ({error}); is a quotation mark left open?", place.number)
    for number, cell in place.damaged:
        problems.add(f"'{cell}' is an error of a spreadsheet, not a comment; mend the cell there", number)
    if rows:
        yield Block(lines, dict(zip(header, zip(*rows, strict=True), strict=True)))


def _repeats(row: list[str], header: tuple[str, ...]) -> bool:
    return tuple(cell.strip().upper() for cell in row[: len(header)]) == header


def _fit(row: list[str], layout: Layout) -> str:
    """Cut the empty cells behind the last column, in place; the reason where a row has another width for other causes.

    A spreadsheet writes a comma for each column that ever held something.
    """
    width = len(layout.header)
    surplus = [i for i, cell in enumerate(row[width:], start=width) if cell.strip()]
    if len(row) > width and not surplus:
        layout.ragged = layout.ragged or len(row) != layout.width
        del row[width:]
        return ""
    if row[0].strip().upper().startswith("TABLE NO"):
        return "a line of NONMEM output; delete it"
    if len(row) == layout.width:
        return f"column {surplus[0] + 1} has no name but holds something; name it or delete it"
    cause = (
        "put quotation marks around text with a comma, and a point in decimals"
        if surplus
        else "was the line cut short?"
    )
    return f"{len(row)} cells under {width} columns; {cause}"
