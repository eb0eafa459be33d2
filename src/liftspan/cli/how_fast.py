"""`liftspan how-fast`: the main job."""

from functools import partial
from pathlib import Path

import typer

from liftspan.cli import options


def how_fast_command(
    protocol: str = options.PROTOCOL,
    treatment: str = options.TREATMENT,
    weight_kg: float = options.WEIGHT,
    age: float = options.AGE,
    baseline: float = options.BASELINE,
    people: Path = options.PEOPLE,
    control: str = options.CONTROL,
    background: str = options.BACKGROUND,
    setting: str = options.SETTING,
    condition: list[str] = options.CONDITION,
    at: list[float] = options.AT,
    versus: str = options.VERSUS,
    as_json: bool = options.AS_JSON,
    plot: Path = typer.Option(None, "--plot", help="Picture: .png, .svg or .pdf."),
    report: Path = typer.Option(None, "--report", help="Self-contained page: .html."),
    seed: int = options.SEED,
) -> None:
    """How fast, how far, for how long and in how many a treatment lifts depression.

    Example: liftspan how-fast --protocol iv-single --weight-kg 80 --baseline 32 --plot lift.png
    """
    from liftspan.cli.asking import all_or_every_problem, named_or_in_words, people_file, treatment_asked
    from liftspan.how_fast.limits import check_circumstances
    from liftspan.population import usual_enrolment

    asked, second, given, *_ = all_or_every_problem(
        lambda: treatment_asked(protocol, treatment),
        lambda: named_or_in_words(versus) if versus is not None else None,
        lambda: people_file(people, {"--weight-kg": weight_kg, "--age": age, "--baseline": baseline}),
        lambda: usual_enrolment(weight_kg, age, baseline),
        lambda: check_circumstances(control, background, setting, tuple(condition or ()), tuple(at or ())),
        lambda: no_problem_with(plot, report),
    )
    from liftspan.how_fast import how_fast

    def answer(one):
        return how_fast(
            one,
            weight_kg=weight_kg,
            age_y=age,
            baseline=baseline,
            people=given,
            control=control,
            background=background,
            setting=setting,
            conditions=tuple(condition or ()),
            at_h=tuple(at or ()),
            smooth=plot is not None or report is not None,
            seed=seed,
        )

    asked_of = [one for one in (asked, second) if one is not None]
    answers = tuple(all_or_every_problem(*(partial(answer, one) for one in asked_of)))
    if plot is not None:
        from liftspan.figures.how_fast import draw

        draw(answers, plot)
    if report is not None:
        from liftspan.report import write_report

        write_report(answers, report)
    print(_written(answers, as_json), end="")


def _written(answers, as_json: bool) -> str:
    if as_json:
        import json

        from liftspan.how_fast import as_record, exchange_record

        record, *second = (as_record(answer) for answer in answers)
        if second:
            record |= {"versus": second[0], "exchange": exchange_record(answers)}
        return json.dumps(record, indent=1, allow_nan=False) + "\n"
    from liftspan.how_fast import as_text, versus_text

    return as_text(answers[0]) if len(answers) == 1 else versus_text(answers)


def no_problem_with(plot: Path | None, report: Path | None) -> None:
    """Ask where files can be written before the computation, not after it."""
    from liftspan.errors import InvalidInput

    problems = []
    if plot is not None:
        from liftspan.figures.files import problems_of_path

        problems += problems_of_path(plot)
    if report is not None:
        from liftspan.report import problems_of_report

        problems += problems_of_report(report)
    if plot is not None and report is not None:
        from liftspan.files import problems_of_pair

        problems += problems_of_pair({"--plot": plot, "--report": report})
    if problems:
        raise InvalidInput(problems)
