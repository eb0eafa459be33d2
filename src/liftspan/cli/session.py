"""`liftspan session`: one session minute by minute, and the model beside published sessions."""

from pathlib import Path

import typer

from liftspan.cli import options

PLOT = typer.Option(None, "--plot", help="Picture with bands, limits of the rules, published points: .png, .svg, .pdf.")
RULES = typer.Option(None, "--rules", help="A clinic's own monitoring rules for discharge and limits (TOML).")
app = typer.Typer(invoke_without_command=True, rich_markup_mode=None)


@app.callback()
def _session(
    context: typer.Context,
    protocol: str = options.PROTOCOL,
    treatment: str = options.TREATMENT,
    weight_kg: float = options.WEIGHT,
    age: float = options.AGE,
    versus: str = options.VERSUS,
    as_json: bool = options.AS_JSON,
    plot: Path = PLOT,
    own: Path = RULES,
) -> None:
    """Blood pressure, dissociation, sedation and side effects of the session with the largest dose; when it is over.

    Example: liftspan session --protocol nasal-84
    """
    if context.invoked_subcommand is None:
        show_command(protocol, treatment, weight_kg, age, versus, as_json, plot, own)


@app.command("show")
def show_command(
    protocol: str = options.PROTOCOL,
    treatment: str = options.TREATMENT,
    weight_kg: float = options.WEIGHT,
    age: float = options.AGE,
    versus: str = options.VERSUS,
    as_json: bool = options.AS_JSON,
    plot: Path = PLOT,
    own: Path = RULES,
) -> None:
    """The session of a treatment with the largest dose, minute by minute.

    Example: liftspan session show --protocol nasal-84 --versus iv-single
    """
    from functools import partial

    from liftspan.cli.asking import all_or_every_problem, named_or_in_words, treatment_asked
    from liftspan.exposure import refuse_without_drug
    from liftspan.figures.files import refuse_path
    from liftspan.monitoring import load_rules
    from liftspan.population import usual_enrolment
    from liftspan.session.answer import session_of
    from liftspan.session.words import session_record, session_text

    asked, second, own_rules, *_ = all_or_every_problem(
        lambda: treatment_asked(protocol, treatment),
        lambda: named_or_in_words(versus) if versus is not None else None,
        lambda: load_rules(own) if own is not None else None,
        lambda: usual_enrolment(weight_kg, age, None),
        lambda: refuse_path(plot),
    )
    wanted = [one for one in (asked, second) if one is not None]
    all_or_every_problem(*(partial(refuse_without_drug, getattr(one, "regimen", one)) for one in wanted))
    answers = all_or_every_problem(
        *(partial(session_of, one, weight_kg=weight_kg, age_y=age, own_rules=own_rules) for one in wanted)
    )
    if plot is not None:
        from liftspan.figures.session import draw

        draw(answers, plot)
    if as_json:
        import json

        records = [session_record(answer) for answer in answers]
        record = records[0] if len(records) == 1 else {**records[0], "versus": records[1]}
        print(json.dumps(record, indent=1, allow_nan=False))
        return
    print("\n".join(session_text(answer) for answer in answers), end="")


@app.command("check")
def check_command(
    as_json: bool = options.AS_JSON,
    plot: Path = typer.Option(None, "--plot", help="Picture, predicted against published: .png, .svg or .pdf."),
) -> None:
    """Published numbers of sessions beside fits without their study: error and coverage by measure and route.

    Example: liftspan session check --plot check.png
    """
    from liftspan.figures.files import refuse_path

    refuse_path(plot)
    from liftspan.session.check import checked_rows
    from liftspan.session.check_words import check_record, check_text

    rows = checked_rows()
    if plot is not None:
        from liftspan.figures.session_check import draw

        draw(rows, plot)
    if as_json:
        import json

        print(json.dumps(check_record(rows), indent=1, allow_nan=False))
        return
    print(check_text(rows), end="")
