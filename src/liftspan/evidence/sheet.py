"""A file as read: cells as text with the number of their line, before anything is believed about them."""

from collections.abc import Mapping
from dataclasses import dataclass

from liftspan.evidence.columns import finite


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


def is_later(line: Line) -> bool:
    """Whether an observation lies after hour 0, or at no stated time: then its result is an outcome."""
    try:
        return finite(line.cell("hours_since_first_session")) > 0
    except ValueError:
        return True
