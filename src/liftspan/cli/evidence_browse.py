"""`liftspan evidence list`, `show` and `forest`: look at the published evidence."""

from pathlib import Path

import typer

from liftspan.cli import options

DRUG = typer.Option(None, "--drug", help="ketamine, esketamine, arketamine, placebo, midazolam ...; repeatable.")
ROUTE = typer.Option(None, "--route", help="iv, nasal, oral, sublingual, im or sc; repeatable.")
CONTROL = typer.Option(None, "--control", help="saline, placebo_spray, placebo_oral, midazolam ...; repeatable.")
DESIGN = typer.Option(None, "--design", help="parallel_rct, crossover_rct, open_label, cohort ...; repeatable.")
YEAR = typer.Option(None, "--year", help="2019, 2018-2020, 2018- or -2010.")
FITTED = typer.Option(None, "--fitted/--not-fitted", help="Only trials that the posterior was, or was not, fitted to.")
JSON = typer.Option(False, "--json", help="Machine-readable answer.")
PLOT = typer.Option(None, "--plot", help="Picture: .png, .svg or .pdf.")


def list_command(
    words: list[str] = typer.Argument(None, help="Words that must stand in the trial: name, registry, label, notes."),
    drug: list[str] = DRUG,
    route: list[str] = ROUTE,
    control: list[str] = CONTROL,
    design: list[str] = DESIGN,
    year: str = YEAR,
    fitted: bool = FITTED,
    as_json: bool = JSON,
) -> None:
    """Published trials, and how many people stand behind them, each counted once.

    Example: liftspan evidence list --drug esketamine --route nasal --year 2018-
    """
    from liftspan.cli.plain_table import print_table
    from liftspan.evidence import load_evidence
    from liftspan.evidence.browse import count_once, make_filters, matching_trials
    from liftspan.evidence.browse_words import LIST_HEADER, cautions_text, counts_text, list_record, list_rows
    from liftspan.posterior import load_posterior

    evidence, fitted_ids = load_evidence(), load_posterior().trial_ids
    filters = make_filters(
        evidence, drug or (), route or (), control or (), design or (), year, fitted, " ".join(words or ())
    )
    trials = matching_trials(evidence, filters, fitted_ids)
    counts = count_once(evidence, trials)
    if as_json:
        _print_json(list_record(evidence, trials, counts, fitted_ids))
        return
    if trials:
        print_table(LIST_HEADER, list_rows(evidence, trials, fitted_ids), right=("year", "people"), whole=("trial",))
        print()
    print(counts_text(counts))
    if trials:
        print(cautions_text(), end="")


def show_command(
    trial: str = typer.Argument(help="Identifier; see: liftspan evidence list."),
    as_json: bool = JSON,
    plot: Path = PLOT,
) -> None:
    """One trial: its arms, every published number with its source, and what repeats or carries over.

    --plot adds to the picture, and to --json, what the shipped model expects of such arms in a new trial.

    Example: liftspan evidence show popova2019_transform2 --plot trial.png
    """
    from liftspan.cli.plain_table import print_table
    from liftspan.evidence import load_evidence
    from liftspan.evidence.browse import find_trial
    from liftspan.evidence.browse_words import (
        ROW_HEADER,
        cautions_text,
        course_rows,
        head_text,
        rows_of_trial,
        show_record,
    )
    from liftspan.evidence.course import predicted_bands, trial_points
    from liftspan.posterior import load_posterior

    evidence, posterior = load_evidence(), load_posterior()
    found = find_trial(evidence, trial)
    _check_place(plot)
    bands = ()
    if plot is not None:
        from liftspan.figures.files import save_figure
        from liftspan.figures.trial import trial_figure

        points = trial_points(evidence, found.trial_id)
        bands = predicted_bands(evidence, points, posterior)
        save_figure(trial_figure(evidence, found, points, bands), plot)
    if as_json:
        _print_json(show_record(evidence, found, posterior.trial_ids, bands))
        return
    print(head_text(evidence, found, posterior.trial_ids))
    rows = rows_of_trial(evidence, found)
    addresses = list(dict.fromkeys(row.source_url for row in rows))
    for scale in dict.fromkeys(row.scale for row in rows):
        print(f"\n{scale}")
        shown = course_rows([row for row in rows if row.scale == scale], addresses)
        print_table(ROW_HEADER, shown, right=("hours", "value", "n"), whole=("row", "statistic", "error"))
    if not rows:
        print("\nNo published number of this trial is in the tables.")
    for number, address in enumerate(addresses, start=1):
        print(f"{'' if number > 1 else chr(10)}[{number}] {address or 'no address'}")
    print("\n" + cautions_text(), end="")


def forest_command(
    outcome: str = typer.Option("madrs", "--outcome", help="madrs, response or remission."),
    by: str = typer.Option("drug", "--by", help="drug, route, dose, control, background or time."),
    at: float = typer.Option(
        None, "--at", parser=options.number, help="Hours after the first session; nearest reading within a factor 1.5."
    ),
    drug: list[str] = DRUG,
    route: list[str] = ROUTE,
    control: list[str] = CONTROL,
    design: list[str] = DESIGN,
    year: str = YEAR,
    fitted: bool = FITTED,
    as_json: bool = JSON,
    plot: Path = PLOT,
) -> None:
    """Meta-analysis of active minus control: pooled effect, and the interval in which a new study is expected.

    Example: liftspan evidence forest --outcome madrs --by time --plot forest.png
    """
    from liftspan.cli.asking import all_or_every_problem
    from liftspan.evidence import load_evidence
    from liftspan.evidence.browse import make_filters
    from liftspan.evidence.forest import check_question, forest
    from liftspan.evidence.forest_words import forest_record, forest_text
    from liftspan.posterior import load_posterior

    evidence = load_evidence()
    filters, *_ = all_or_every_problem(
        lambda: make_filters(evidence, drug or (), route or (), control or (), design or (), year, fitted),
        lambda: check_question(outcome, by, at),
        lambda: _check_place(plot),
    )
    found = forest(evidence, outcome, by, at, filters, load_posterior().trial_ids)
    if plot is not None:
        from liftspan.errors import InvalidInput
        from liftspan.figures.files import save_figure
        from liftspan.figures.forest import forest_figure

        if not found.groups:
            raise InvalidInput(["no randomised trial answers this, so there is nothing to draw; leave --plot out"])
        save_figure(forest_figure(found), plot)
    if as_json:
        _print_json(forest_record(found, evidence.version))
    else:
        print(forest_text(found), end="")


def _check_place(plot: Path | None) -> None:
    """Ask where the picture can be written before the computation, not after it."""
    from liftspan.errors import InvalidInput

    if plot is not None:
        from liftspan.figures.files import problems_of_path

        if problems := problems_of_path(plot):
            raise InvalidInput(problems, "the place of the figure")


def _print_json(record: dict) -> None:
    import json

    print(json.dumps(record, indent=1))
