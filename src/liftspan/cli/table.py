"""`liftspan body table`: concentrations for the rows of an event table."""

import sys
from enum import StrEnum
from pathlib import Path

import typer

from liftspan.cli import EXIT_CHECK_FAILED


class Carry(StrEnum):
    """Where a blank covariate takes its value from."""

    LOCF = "locf"
    NOCB = "nocb"


def table_command(
    file: Path = typer.Argument(
        help="Event table, CSV, or - for standard input: ID, TIME (h), EVID, AMT (mg base), ..."
    ),
    out: Path = typer.Option(..., "--out", help="File for the rows with predicted, time_since_dose_h and note."),
    explain: str = typer.Option(None, "--explain", help="File, or -, for the table as understood: every dose a row."),
    carry: Carry = typer.Option(Carry.LOCF, "--carry", help="A blank WT or AGE takes the last or the next value."),
) -> None:
    """Concentrations of a typical adult for the rows of a NONMEM-style event table; docs/tables.md has its columns.

    Example: liftspan body table events.csv --out predicted.csv --explain -
    """
    from liftspan.cli.asking import all_or_every_problem
    from liftspan.events import (
        MassLost,
        balance,
        explained_lines,
        load_events,
        predict,
        predicted_lines,
        schedule,
        summary,
    )
    from liftspan.files import refuse_places, write_whole

    explained = None if explain is None else Path(explain)
    events, _ = all_or_every_problem(
        lambda: load_events(file), lambda: refuse_places({"--out": out, "--explain": explained})
    )
    doses = schedule(events, carry.value)
    try:
        mass = balance(events, doses)
    except MassLost as error:
        print(error, file=sys.stderr)
        raise typer.Exit(EXIT_CHECK_FAILED) from None
    tables = {out: predicted_lines(events, doses, predict(events, doses))}
    if explained is not None:
        tables[explained] = explained_lines(events, doses, carry.value)
    write_whole({path: (f"{line}\n".encode() for line in lines) for path, lines in tables.items()})
    print("\n".join(summary(events, doses, carry.value, mass)), file=sys.stderr)
