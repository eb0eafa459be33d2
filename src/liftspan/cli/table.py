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
    file: Path = typer.Argument(help="Event table, CSV: ID, TIME (h), EVID, AMT (mg base), CMT, DRUG, ..."),
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
    from liftspan.files import write_whole

    explained = None if explain in (None, "-") else Path(explain)
    events, _ = all_or_every_problem(lambda: load_events(file), lambda: _no_problem_with(file, out, explained))
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
    if explain == "-":
        for line in explained_lines(events, doses, carry.value):
            print(line)
    print("\n".join(summary(events, doses, carry.value, mass)), file=sys.stderr)


def _no_problem_with(file: Path, out: Path, explained: Path | None) -> None:
    from liftspan.errors import InvalidInput
    from liftspan.files import problems_of_place

    problems = []
    for option, path in (("--out", out), ("--explain", explained)):
        if path is None:
            continue
        problems += [f"{option} {problem}" for problem in problems_of_place(path)]
        if path.resolve() == file.resolve():
            problems.append(f"{option} {path}: is the table itself; choose another name")
    if explained is not None and explained.resolve() == out.resolve():
        problems.append(f"--explain {explained}: is the file of --out too; choose another name")
    if problems:
        raise InvalidInput(problems, "the places of the answer")
