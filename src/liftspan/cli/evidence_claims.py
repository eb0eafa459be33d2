"""`liftspan evidence claims` and `liftspan evidence predictors`."""

from pathlib import Path

import typer

from liftspan.cli.asking import LARGEST_SEED


def register(app: typer.Typer) -> None:
    """Add the commands to `liftspan evidence`."""
    app.command("claims")(claims_command)
    app.command("predictors")(predictors_command)


def claims_command(
    claim: str = typer.Argument(None, help="Id of one claim; without it all of them, which takes longer."),
    as_json: bool = typer.Option(False, "--json", help="Machine-readable answer."),
    report: Path = typer.Option(None, "--report", help="Self-contained page: .html."),
    ids: bool = typer.Option(False, "--ids", help="Only the ids and the claims, at once."),
    seed: int = typer.Option(1, "--seed", min=0, max=LARGEST_SEED, help="The same seed gives the same answer."),
) -> None:
    """Common claims: the published numbers, what the model says with its interval, the verdict.

    Example: liftspan evidence claims first-24-hours
    """
    import sys

    from liftspan.evidence.claims import find_claim, load_claims

    wanted = (find_claim(claim).claim_id,) if claim is not None else ()
    if ids:
        for one in load_claims():
            if not wanted or one.claim_id in wanted:
                print(f"{one.claim_id:<28}{one.claim}")
        return
    if report is not None:
        from liftspan.errors import InvalidInput
        from liftspan.report import problems_of_report

        problems = problems_of_report(report)
        if problems:
            raise InvalidInput(problems, "the place of the report")
    from liftspan.claims import as_record, as_text, claim_answers
    from liftspan.claims.answer import Effort

    if not wanted:
        print("asking the model about every claim; this takes about 20 seconds", file=sys.stderr)
    answers = claim_answers(wanted, Effort(seed=seed))
    if report is not None:
        from liftspan.report.claims import write_claims

        write_claims(answers, report)
    if as_json:
        import json

        print(json.dumps(as_record(answers), indent=1, allow_nan=False))
    else:
        print(as_text(answers), end="")


def predictors_command(
    factor: str = typer.Argument(None, help="Part of a factor's name: dissociation, BMI, age ..."),
    as_json: bool = typer.Option(False, "--json", help="Machine-readable answer."),
) -> None:
    """Who responds: published predictors with interval, number of people and source; nulls as nulls.

    Example: liftspan evidence predictors dissociation
    """
    from liftspan.evidence.predictors import load_predictors, matching

    found = load_predictors() if factor is None else matching(factor, load_predictors())
    if as_json:
        import json

        from liftspan.evidence.predictors_said import as_record

        print(json.dumps(as_record(found, factor), indent=1, allow_nan=False))
    else:
        from liftspan.evidence.predictors_said import as_text

        print(as_text(found, factor), end="")
