"""`liftspan body`: concentrations."""

from pathlib import Path

import typer

from liftspan.cli import options
from liftspan.cli.asking import LARGEST_SEED
from liftspan.cli.table import table_command

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
app.command("table")(table_command)


@app.command("show")
def show_command(
    protocol: str = typer.Option(None, "--protocol", "-p", help="Named protocol; see: liftspan protocols list."),
    treatment: str = typer.Option(None, "--treatment", "-t", help='In words: "0.5 mg/kg iv ketamine over 40 min".'),
    weight_kg: float = typer.Option(None, "--weight-kg", parser=options.number, help="Body weight of everyone, kg."),
    age: float = typer.Option(None, "--age", parser=options.number, help="Age of everyone, years."),
    also: list[str] = typer.Option(
        None, "--with", help="asian, japanese, cyp2b6-inhibitor, cyp3a-inhibitor or cyp3a-inducer; repeatable."
    ),
    as_json: bool = typer.Option(False, "--json", help="Machine-readable answer."),
    seed: int = typer.Option(1, "--seed", min=0, max=LARGEST_SEED, help="The same seed gives the same people."),
) -> None:
    """Ketamine, norketamine and hydroxynorketamine after the first session, with the spread between people.

    Example: liftspan body show --protocol nasal-84
    """
    from liftspan.cli.asking import all_or_every_problem, treatment_asked
    from liftspan.exposure import exposure
    from liftspan.exposure_words import as_record, as_text
    from liftspan.person import covariates_of
    from liftspan.population import draw_people, usual_enrolment

    asked, enrolment, covariates = all_or_every_problem(
        lambda: treatment_asked(protocol, treatment),
        lambda: usual_enrolment(weight_kg, age, None, adults_only=age is None or age >= 18.0),
        lambda: covariates_of(also or ()),
    )
    regimen = getattr(asked, "regimen", asked)
    people = draw_people(enrolment, seed, 1, 200, covariates)
    found = exposure(regimen, people)
    if as_json:
        import json

        print(json.dumps(as_record(regimen, enrolment, found, tuple(also or ())), indent=1))
    else:
        print(as_text(regimen, enrolment, found, tuple(also or ())), end="")


@app.command("predict")
def predict_command(
    file: Path = typer.Argument(help="CSV in the format of pk_observations.csv."),
    out: Path = typer.Option(..., "--out", help="CSV to write: every row with predicted, fold_error, predicted_note."),
) -> None:
    """Predict every row of a table of published kinetics.

    Example: liftspan body predict observations.csv --out predicted.csv
    """
    import sys

    from liftspan.cli.body_table import read_observations, write_predictions

    header, rows = read_observations(file)
    done = write_predictions(out, header, rows)
    print(f"{done} of {len(rows)} rows predicted; the others say why in predicted_note", file=sys.stderr)


@app.command("check")
def check_command(
    as_json: bool = typer.Option(False, "--json", help="Machine-readable."),
    plot: Path = typer.Option(None, "--plot", help="Picture, predicted against published: .png, .svg or .pdf."),
) -> None:
    """Fold errors over the shipped kinetics by route and analyte, each study once and left out of what it tuned.

    Example: liftspan body check --plot folds.png
    """
    from liftspan.evidence.kinetics import shipped_observations
    from liftspan.evidence.kinetics.check import compare, fold_errors, table_text
    from liftspan.evidence.kinetics.interactions import interactions, interactions_text

    compared = compare(shipped_observations())
    errors = fold_errors(compared)
    if plot is not None:
        from liftspan.figures.files import save_figure
        from liftspan.figures.kinetics import fold_figure

        save_figure(fold_figure(compared), plot)
    if as_json:
        import json
        from dataclasses import asdict

        record = {
            "schema": "liftspan/body-check/1",
            "groups": [asdict(one) for one in errors],
            "interactions": [asdict(one) for one in interactions()],
        }
        print(json.dumps(record, indent=1))
    else:
        print(table_text(errors))
        print(interactions_text(interactions()), end="")
