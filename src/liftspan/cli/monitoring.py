"""`liftspan monitoring`: what to measure in a session, when to hold, to alert and to let go, with sources."""

from pathlib import Path

import typer

from liftspan.cli import options

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
OWN = typer.Option(None, "--rules", help="A clinic's own rules, in the format of the shipped files (TOML).")


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
def show_command(
    name: str = typer.Argument(None, help="Name of rules that ship; left out with --rules."),
    own: Path = OWN,
    as_json: bool = typer.Option(False, "--json", help="Machine-readable."),
) -> None:
    """Every rule of a kind of session, with its source; analogies and design choices are marked.

    Example: liftspan monitoring show nasal-esketamine
    """
    from liftspan.monitoring.words import rules_record, rules_text

    rules = _wanted(name, own)
    if as_json:
        import json

        print(json.dumps(rules_record(rules), indent=1))
        return
    print(rules_text(rules), end="")


@app.command("judge")
def judge_command(
    name: str = typer.Argument(None, help="Name of rules that ship; left out with --rules."),
    readings: list[str] = typer.Option([], "--reading", help="MEASURE=NUMBER, repeatable: systolic_mmhg=185."),
    age: float = typer.Option(..., "--age", parser=options.number, help="Age in years: some limits depend on it."),
    before: bool = typer.Option(False, "--before-dose", help="Judge what holds a dose, not alerts and discharge."),
    own: Path = OWN,
) -> None:
    """What the rules say of readings: holds before the dose; alerts, and what discharge still waits for, after it.

    Example: liftspan monitoring judge nasal-esketamine --age 50 --reading systolic_mmhg=185 --reading moaas=5
    """
    from liftspan.monitoring import Kind, judged
    from liftspan.monitoring.reading import readings_of
    from liftspan.monitoring.words import verdicts_text

    rules = _wanted(name, own)
    values = readings_of(readings, age)
    kinds = (Kind.HOLD,) if before else (Kind.ALERT, Kind.DISCHARGE)
    print(verdicts_text(tuple(one for kind in kinds for one in judged(rules, kind, values, age))), end="")


def _wanted(name: str | None, own: Path | None):
    from liftspan.errors import InvalidInput
    from liftspan.monitoring import find_rules, load_rules, shipped_rules

    if (name is None) == (own is None):
        known = ", ".join(shipped_rules())
        raise InvalidInput([f"give the name of shipped rules ({known}), or --rules FILE, one of the two"])
    return find_rules(name) if own is None else load_rules(own)
