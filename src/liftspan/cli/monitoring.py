"""`liftspan monitoring`: what to measure in a session, when to hold, to alert and to let go, with sources."""

from pathlib import Path

import typer

from liftspan.cli import EXIT_CHECK_FAILED, options

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
NAME = typer.Argument(None, help="Name of rules that ship; left out with --rules.")
OWN = typer.Option(None, "--rules", help="A clinic's own rules, in the format of the shipped files (TOML).")
AS_JSON = typer.Option(False, "--json", help="Machine-readable.")


@app.command("list")
def list_command() -> None:
    """The rules that ship, with their day.

    Example: liftspan monitoring list
    """
    from liftspan.monitoring import shipped_rules
    from liftspan.monitoring.words import listed

    for rules in shipped_rules().values():
        print(listed(rules))


@app.command("show")
def show_command(name: str = NAME, own: Path = OWN, as_json: bool = AS_JSON) -> None:
    """Every rule of a kind of session, with its source; analogies and design choices are marked.

    Example: liftspan monitoring show nasal-esketamine
    """
    from liftspan.monitoring.words import rules_record, rules_text

    rules = _wanted(name, own)
    _print(rules_record(rules) if as_json else rules_text(rules))


@app.command("judge")
def judge_command(
    name: str = NAME,
    readings: list[str] = typer.Option([], "--reading", help="MEASURE=NUMBER, repeatable: systolic_mmhg=185."),
    age: float = typer.Option(..., "--age", parser=options.number, help="Age in years: some limits depend on it."),
    before: bool = typer.Option(False, "--before-dose", help="Ask whether the dose may be given: rules that hold it."),
    during: bool = typer.Option(False, "--during", help="Ask whether there is an alert: rules of alert alone."),
    judged: list[str] = typer.Option(
        [], "--judged", help='MEASURE=NAME, repeatable: who judged a measure without a threshold: "spo2=Dr A. Example".'
    ),
    own: Path = OWN,
    as_json: bool = AS_JSON,
) -> None:
    """Whether a dose may be given (--before-dose), an alert is on (--during), or this person may leave (else).

    A reading that was not taken holds a dose and bars discharge. Exit code 0: every rule that was asked is met by a
    reading; 4: it is not.

    Example: liftspan monitoring judge nasal-esketamine --age 50 --reading systolic_mmhg=185 --reading moaas=5
    """
    from liftspan.cli.asking import all_or_every_problem
    from liftspan.errors import InvalidInput
    from liftspan.monitoring.asked import Question, ask
    from liftspan.monitoring.judge_words import judgement_record, judgement_text
    from liftspan.monitoring.readings import judged_by, readings_of

    def question() -> Question:
        if before and during:
            raise InvalidInput(["--before-dose and --during are two questions; ask one at a time"])
        return Question.BEFORE_DOSE if before else Question.DURING if during else Question.DISCHARGE

    asked, rules, values, by = all_or_every_problem(
        question, lambda: _wanted(name, own), lambda: readings_of(readings, age), lambda: judged_by(judged)
    )
    found = ask(rules, asked, values, age, by)
    _print(judgement_record(found) if as_json else judgement_text(found))
    if not found.passed:
        raise typer.Exit(EXIT_CHECK_FAILED)


def _print(said: dict | str) -> None:
    if isinstance(said, str):
        print(said, end="")
        return
    import json

    print(json.dumps(said, indent=1, allow_nan=False))


def _wanted(name: str | None, own: Path | None):
    from liftspan.errors import InvalidInput
    from liftspan.monitoring import find_rules, load_rules, shipped_rules

    if (name is None) == (own is None):
        known = ", ".join(shipped_rules())
        raise InvalidInput([f"give the name of shipped rules ({known}), or --rules FILE, one of the two"])
    return find_rules(name) if own is None else load_rules(own)
