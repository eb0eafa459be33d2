"""Commands and their options; each command lives in a file of its own."""

import typer

from liftspan.cli import (
    body,
    calibrate,
    check,
    evidence,
    forecast,
    how_fast,
    monitoring,
    nonresponse,
    protocols,
    session,
    simulate,
)

app = typer.Typer(
    name="liftspan",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help=(
        "How fast ketamine treatment lifts depression, how long the lift lasts, and when the next session is due.\n\n"
        "For research and to support licensed clinicians; no guide to unsupervised use.\n\n"
        "Exit codes: 0 done, 1 failed, 2 usage, 3 invalid input, 4 a check did not pass, 5 partial, 130 interrupted; "
        "docs/exit_codes.md says when.\n\n"
        "Example: liftspan how-fast --protocol iv-single"
    ),
)
app.command("how-fast")(how_fast.how_fast_command)
app.command("forecast")(forecast.forecast_command)
app.command("calibrate")(calibrate.calibrate_command)
app.command("check")(check.check_command)
app.command("nonresponse")(nonresponse.nonresponse_command)
app.command("simulate")(simulate.simulate_command)
app.add_typer(protocols.app, name="protocols", help="Named dosing protocols and their sources.")
app.add_typer(evidence.app, name="evidence", help="Published trials, and their prediction.")
app.add_typer(session.app, name="session", help="One session, minute by minute.")
app.add_typer(monitoring.app, name="monitoring", help="Rules for watching a session, with their sources.")
app.add_typer(body.app, name="body", help="Concentrations of ketamine and its metabolites.")


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        from liftspan.evidence import shipped_version

        print(f"liftspan {version('liftspan')}, evidence tables {shipped_version()}")
        raise typer.Exit()


@app.callback()
def _global(
    version: bool = typer.Option(False, "--version", callback=_version, is_eager=True, help="Versions, then exit."),
) -> None:
    """Global options."""
