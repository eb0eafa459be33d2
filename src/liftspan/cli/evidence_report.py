"""`liftspan evidence report`: the qualification report."""

from pathlib import Path

import typer


def report_command(
    out: Path = typer.Option(..., "--out", help="Folder for qualification.html; made if missing."),
) -> None:
    """One qualification report from frozen data: question, data, model, verification, checks, limits, versions.

    Example: liftspan evidence report --out report/
    """
    import sys

    from liftspan.report.qualification import prepared_folder, write_qualification

    prepared_folder(out)
    print("writing the report: scores, pictures and simulated trials; this takes about half a minute", file=sys.stderr)
    print(f"wrote {write_qualification(out)}", file=sys.stderr)


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("report")(report_command)
