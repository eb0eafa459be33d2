"""Bytes of a table -> header and records with their line numbers, a block at a time."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, field

from liftspan.errors import InvalidInput

BLOCK_ROWS = 20_000
MOST_PROBLEMS = 30  # listed; the rest is counted
COMMENT = "#"


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
class Block:
    """Consecutive records: the line of each, and its cells by column as tuples of text."""

    lines: list[int]
    cells: dict[str, tuple[str, ...]]


def checked_text(name: str, raw: bytes) -> None:
    """Raise InvalidInput where the bytes are no text table at all."""
    problems = Problems(name)
    if not raw.strip():
        problems.add("the file is empty; it needs a header line and one line for each event")
    elif b"\0" in raw:
        problems.add("a binary file, not text; save the table as CSV (UTF-8)")
    else:
        try:
            raw.decode("utf-8")
        except UnicodeDecodeError as error:
            line = raw[: error.start].count(b"\n") + 1
            problems.add("no UTF-8 text; is this a spreadsheet? Save it as CSV (UTF-8)", line)
    problems.raise_any()


def physical_lines(raw: bytes) -> io.TextIOWrapper:
    """Lines of the file with their ends, without a byte order mark."""
    return io.TextIOWrapper(io.BytesIO(raw), encoding="utf-8-sig", newline="")


def is_skipped(line: str) -> bool:
    """A blank line, or a comment that starts with #, as NONMEM ignores them."""
    start = line.lstrip()
    return not start or start[0] == COMMENT


class _Kept:
    """The lines that hold records, and the number of the one handed out last."""

    def __init__(self, raw: bytes):
        self.lines, self.number = enumerate(physical_lines(raw), start=1), 0

    def __iter__(self) -> "_Kept":
        return self

    def __next__(self) -> str:
        number, line = next(self.lines)
        while is_skipped(line):
            number, line = next(self.lines)
        self.number = number
        return line


def read_header(name: str, raw: bytes) -> tuple[str, ...]:
    """Names of the columns as written, without spaces around them; InvalidInput where they cannot be read."""
    problems, reader = Problems(name), csv.reader(_Kept(raw), strict=True)
    try:
        header = tuple(cell.strip() for cell in next(reader, ()))
        if reader.line_num > 1:
            problems.add("the header holds a line break; is a quotation mark left open?")
    except csv.Error as error:
        problems.add(f"the header is no CSV ({error}); is a quotation mark left open?")
    problems.raise_any()
    return header


def blocks(raw: bytes, problems: Problems) -> Iterator[Block]:
    """All records after the header; rows of a wrong width are problems and left out."""
    kept = _Kept(raw)
    reader = csv.reader(kept, strict=True)
    header = [cell.strip().upper() for cell in next(reader)]
    lines, rows, before = [], [], reader.line_num
    try:
        for row in reader:
            # One record, one line: so a row can be written back as it stood, and # is always a comment.
            if reader.line_num > before + 1:
                problems.add("a cell holds a line break; is a quotation mark left open above?", kept.number)
            elif len(row) != len(header):
                problems.add(_width(len(row), len(header)), kept.number)
            else:
                lines.append(kept.number)
                rows.append(row)
            before = reader.line_num
            if len(rows) == BLOCK_ROWS:
                yield Block(lines, dict(zip(header, zip(*rows, strict=True), strict=True)))
                lines, rows = [], []
    except csv.Error as error:
        problems.add(f"no CSV ({error}); is a quotation mark left open?", kept.number)
    if rows:
        yield Block(lines, dict(zip(header, zip(*rows, strict=True), strict=True)))


def _width(cells: int, columns: int) -> str:
    cause = "put quotation marks around text with a comma" if cells > columns else "was the line cut short?"
    return f"{cells} cells under {columns} columns; {cause}"
