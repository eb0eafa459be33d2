"""Rows as a table: fitted to a terminal where there is one, plain columns where the output is piped."""

import sys
from collections.abc import Collection, Sequence

from liftspan.cli.terminal import shown_cell, unescaped


def print_table(
    header: Sequence[str], rows: Sequence[Sequence[str]], right: Collection[str] = (), whole: Collection[str] = ()
) -> None:
    """Print rows under their header.

    Args:
        right: columns set to the right.
        whole: columns whose cells are never broken: identifiers that will be copied.
    """
    rows = [[shown_cell(cell) for cell in cells] for cells in rows]
    if sys.stdout.isatty():
        _print_rich(header, rows, right, whole)
    else:
        print(plain_table(header, rows, right))


def plain_table(header: Sequence[str], rows: Sequence[Sequence[str]], right: Collection[str] = ()) -> str:
    """Columns two spaces apart, nothing cut: one line a row, for `grep` and `less`."""
    widths = [max(len(cell) for cell in column) for column in zip(header, *rows, strict=True)]
    lines = (
        "  ".join(
            f"{cell:>{width}}" if name in right else f"{cell:<{width}}"
            for cell, width, name in zip(cells, widths, header, strict=True)
        ).rstrip()
        for cells in (header, *rows)
    )
    return "\n".join(lines)


def _print_rich(header, rows, right, whole) -> None:
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False)
    for name in header:
        table.add_column(name, justify="right" if name in right else "left", no_wrap=name in whole, overflow="fold")
    for cells in rows:
        # Text, not str: brackets in a cell are no markup.
        table.add_row(*(Text(cell) for cell in cells))
    # The frame is written with control characters of its own; the cells are escaped already.
    Console(file=unescaped(sys.stdout)).print(table)
