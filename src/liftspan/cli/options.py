"""Options that several commands share, each written once: the same question has the same name and words everywhere."""

import typer

from liftspan.cli.asking import LARGEST_SEED


def number(text: str) -> float:
    """The value of an option, read as cells of tables are; a slip names its likely cause. Limits are asked later."""
    from liftspan.numbers import NoNumber, finite

    try:
        return finite(text)
    except NoNumber as error:
        if text.strip().lower().lstrip("+-") in ("nan", "inf", "infinity"):
            return float(text)  # outside every limit, and the limit says more
        raise typer.BadParameter(str(error)) from None


PROTOCOL = typer.Option(None, "--protocol", "-p", help="Named protocol; see: liftspan protocols list.")
TREATMENT = typer.Option(
    None, "--treatment", "-t", help='In words: "0.5 mg/kg iv ketamine over 40 min, twice weekly for 3 weeks".'
)
WEIGHT = typer.Option(None, "--weight-kg", parser=number, help="Body weight of everyone, kg.")
AGE = typer.Option(None, "--age", parser=number, help="Age of everyone, years.")
BASELINE = typer.Option(None, "--baseline", parser=number, help="MADRS score of everyone at the start.")
PEOPLE = typer.Option(None, "--people", help="CSV file instead: weight_kg, age, baseline.")
CONTROL = typer.Option(
    None, "--control", help="Blinding: saline, midazolam, placebo_spray, placebo_oral, anaesthesia or open."
)
BACKGROUND = typer.Option(None, "--background", help="Oral antidepressant: none, continued or new.")
SETTING = typer.Option(None, "--setting", help="outpatient or inpatient.")
CONDITION = typer.Option(None, "--condition", help="pregnancy, psychosis or bipolar-1; repeatable.")
AT = typer.Option(None, "--at", parser=number, help="A further time, hours after the first session; repeatable.")
VERSUS = typer.Option(None, "--versus", help="Second protocol, or treatment in words, side by side.")
AS_JSON = typer.Option(False, "--json", help="Machine-readable answer.")
SEED = typer.Option(1, "--seed", min=0, max=LARGEST_SEED, help="The same seed gives the same answer.")
