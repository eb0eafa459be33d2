"""`liftspan forecast`: one patient's coming weeks, or a table of many patients."""

import os
from pathlib import Path

import typer

from liftspan.cli import EXIT_PARTIAL, options


def forecast_command(
    patient: Path = typer.Argument(help="Patient file (.toml), or a folder of them or of persons.csv and its tables."),
    at: list[float] = typer.Option(
        None, "--at", parser=options.number, help="A further day since the first session; repeatable."
    ),
    why: float = typer.Option(
        None, "--why", parser=options.number, help="Day of which to print what moved its number."
    ),
    target: str = typer.Option(None, "--target", help='"relapse <= 20 %", "response >= 60 %" or "score <= 15".'),
    switch: str = typer.Option(None, "--switch", help="Another treatment in words, among the ways to go on."),
    care: str = typer.Option("on", "--care", help="Visits: on, until-last-session or ends-today; for all plans."),
    today: str = typer.Option(
        None, "--today", help="Day of asking: a day number, a date, or a date-time with its zone."
    ),
    as_json: bool = options.AS_JSON,
    plot: Path = typer.Option(None, "--plot", help="Picture: .png, .svg or .pdf."),
    report: Path = typer.Option(None, "--report", help="Self-contained page: .html."),
    out: Path = typer.Option(None, "--out", help="Of a folder: file of the table; default stdout."),
    workers: int = typer.Option(2, "--workers", min=1, max=64, help="Of a folder: processes."),
    seed: int = options.SEED,
) -> None:
    """The coming weeks of one patient from the patient's own scores, and when the next session may be due.

    For licensed clinicians.

    Example: liftspan forecast examples/patient.toml --target "relapse <= 20 %" --plot patient.png
    """
    if os.path.isdir(patient):
        single = {"--at": at, "--why": why is not None, "--switch": switch, "--plot": plot, "--report": report}
        _many(patient, target, care, today, workers, seed, out, as_json, single)
        return
    _one(patient, tuple(at or ()), why, target, switch, care, today, as_json, plot, report, out, seed)


def _one(patient: Path, at, why_d, target, switch, care, today, as_json: bool, plot, report, out, seed: int) -> None:
    from liftspan.cli.asking import all_or_every_problem
    from liftspan.cli.how_fast import no_problem_with
    from liftspan.errors import InvalidInput
    from liftspan.forecast.care import parse_care
    from liftspan.forecast.next_session import parse_target
    from liftspan.forecast.reading import read_patient
    from liftspan.treatment import parse_treatment

    if out is not None:
        raise InvalidInput(["--out belongs to a folder of patients; one patient's answer goes to stdout"])
    record, *_ = all_or_every_problem(
        lambda: read_patient(patient, today=_today(today)),
        lambda: parse_target(target),
        lambda: parse_treatment(switch) if switch is not None else None,
        lambda: parse_care(care),
        lambda: no_problem_with(plot, report),
    )
    from liftspan.forecast.answer import forecast

    asked = tuple(day for day in (*at, why_d) if day is not None)
    answer = forecast(record, at_d=asked, target=target, switch=switch, care=care, seed=seed)
    reasons = None
    if why_d is not None:
        from liftspan.forecast.why import why

        reasons = why(answer.known, why_d, seed)
    if plot is not None:
        from liftspan.figures.forecast import draw

        draw(answer, plot)
    if report is not None:
        from liftspan.report.forecast import write_forecast

        write_forecast(answer, report)
    if as_json:
        from liftspan.forecast.record import as_json as json_of

        print(json_of(answer, reasons), end="")
        return
    from liftspan.forecast.words import as_text

    print(as_text(answer, reasons), end="")


def _many(folder: Path, target, care, today, workers: int, seed: int, out, as_json: bool, single: dict) -> None:
    """One table of a folder; options that draw or explain belong to one patient.

    A patient whose record is wrong is left out and named on stderr, and the others are answered: exit code 5.
    """
    from liftspan.cli.asking import all_or_every_problem
    from liftspan.cli.progress import bar
    from liftspan.errors import InvalidInput
    from liftspan.files import refuse_places, write_whole
    from liftspan.forecast.care import parse_care
    from liftspan.forecast.many import COLUMNS, table_of
    from liftspan.forecast.next_session import parse_target
    from liftspan.forecast.reading import read_folder
    from liftspan.spreadsheet import csv_text

    extra = [name for name, value in single.items() if value]

    def no_extra():
        if extra:
            raise InvalidInput([f"{', '.join(extra)} with a folder: ask for one patient's file"])

    found, *_ = all_or_every_problem(
        lambda: read_folder(folder, today=_today(today)),
        lambda: parse_target(target),
        lambda: parse_care(care),
        no_extra,
        lambda: refuse_places({"--out": out}),
    )
    if not found.patients:
        raise InvalidInput(found.problems, f"the records in {folder.name}: none can be read")
    with bar("forecasting patients") as done:
        rows = table_of(found.patients, target=target, care=care, workers=workers, seed=seed, done=done)
    text = _as_json(rows, found) if as_json else csv_text(COLUMNS, rows, "\n")
    if out is None:
        print(text, end="")
    else:
        write_whole({out: [text.encode()]}, private=True)
    _tell(found)


def _tell(found) -> None:
    """What the table does not hold, on stderr; some patients left out: exit code 5."""
    from liftspan.errors import InvalidInput
    from liftspan.forecast.reading import said_not_read
    from liftspan.numbers import shortened

    not_read = said_not_read(found.passed_over)
    if not_read:
        typer.echo(not_read, err=True)
    if found.left_out:
        who = ", ".join(map(shortened, found.left_out))
        of_all = f"{len(found.left_out)} of {len(found.left_out) + len(found.patients)} patients"
        typer.echo(f"Left out: {of_all} ({who}).\n{InvalidInput(found.problems, 'their records')}", err=True)
        raise typer.Exit(EXIT_PARTIAL)


def _as_json(rows: list[dict], found) -> str:
    import json

    whole = {
        "schema": "liftspan/forecasts/1",
        "for": "licensed clinicians",
        "patients": rows,
        "left_out": [{"patient": name, "problems": list(told)} for name, told in found.left_out.items()],
        "not_read": list(found.passed_over),
    }
    return json.dumps(whole, indent=1, allow_nan=False) + "\n"


def _today(text: str | None):
    """A day number, a date, or a date-time with its zone; None stays None."""
    if text is None:
        return None
    from liftspan.errors import InvalidInput
    from liftspan.forecast.entries import Entry, calendar_moment
    from liftspan.numbers import NoNumber, finite

    try:
        return finite(text)
    except NoNumber:
        pass
    problems: list[str] = []
    found = calendar_moment(Entry("the option", 0, {"--today": text}), "--today", problems)
    if problems:
        hint = "write a day number, a date, or a date-time with its zone: 2026-03-02T09:00+01:00"
        raise InvalidInput([f"{problems[0]}; {hint}"])
    return found
