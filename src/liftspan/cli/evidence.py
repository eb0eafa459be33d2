"""`liftspan evidence`: published trials and their prediction."""

from pathlib import Path

import typer

from liftspan.cli import evidence_browse, evidence_check, evidence_claims, evidence_relapse, evidence_report

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
app.command("list")(evidence_browse.list_command)
app.command("show")(evidence_browse.show_command)
app.command("forest")(evidence_browse.forest_command)
app.command("relapse")(evidence_relapse.relapse_command)


@app.callback()
def _evidence() -> None:
    """Published trials."""


evidence_claims.register(app)
evidence_check.register(app)
evidence_report.register(app)


@app.command("predict")
def predict_command(
    folder: Path = typer.Argument(help="Folder with trials.csv, arms.csv and observations.csv."),
    out: Path = typer.Option(..., "--out", help="CSV to write: every observation with its predictive interval."),
) -> None:
    """Predict every published number of a folder of trials, as of new trials; results in it are never read.

    Example: liftspan evidence predict trials/ --out predicted.csv
    """
    import sys

    from liftspan.cli.asking import all_or_every_problem
    from liftspan.evidence import load_evidence
    from liftspan.evidence.columns import ARMS, OBSERVATIONS, TRIALS, passed_over
    from liftspan.evidence.predict import predict_trials
    from liftspan.files import refuse_places, write_whole
    from liftspan.posterior import load_posterior
    from liftspan.spreadsheet import csv_text

    evidence, _ = all_or_every_problem(
        lambda: load_evidence(folder, outcomes=False), lambda: refuse_places({"--out": out})
    )
    tables = ((TRIALS, evidence.trial_rows.values()), (ARMS, evidence.arm_rows.values()))
    for name, lines in (*tables, (OBSERVATIONS, evidence.observation_rows)):
        for said in passed_over(name, next(iter(lines), ())):
            print(said, file=sys.stderr)
    found = predict_trials(evidence, load_posterior())
    added = ["predicted", "predicted_low", "predicted_high", "predicted_note"]
    written = evidence.written_rows  # as they stand in the file: a row is found again by its own words
    header = list(written[0]) if written else ["row_id"]
    rows = []
    for cells, one in zip(written, found, strict=True):
        numbers = ["" if value is None else f"{value:.5g}" for value in (one.predicted, one.low, one.high)]
        rows.append({**cells, **dict(zip(added, [*numbers, one.note], strict=True))})
    text = csv_text([*(name for name in header if name not in added), *added], rows)
    write_whole({out: [text.encode()]})
    done = sum(one.predicted is not None for one in found)
    print(f"{done} of {len(found)} rows predicted; the others say why in predicted_note", file=sys.stderr)
