"""`liftspan body`: concentrations."""

import typer

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)


@app.command("show")
def show_command(
    protocol: str = typer.Option(None, "--protocol", "-p", help="Named protocol; see: liftspan protocols list."),
    treatment: str = typer.Option(None, "--treatment", "-t", help='In words: "0.5 mg/kg iv ketamine over 40 min".'),
    weight_kg: float = typer.Option(None, "--weight-kg", help="Body weight of everyone, kg."),
    age: float = typer.Option(None, "--age", help="Age of everyone, years."),
    as_json: bool = typer.Option(False, "--json", help="Machine-readable answer."),
    seed: int = typer.Option(1, "--seed", min=0, help="The same seed gives the same people."),
) -> None:
    """Ketamine, norketamine and hydroxynorketamine after the first session, with the spread between people.

    Example: liftspan body show --protocol nasal-84
    """
    from liftspan.cli.asking import all_or_every_problem, treatment_asked
    from liftspan.exposure import exposure
    from liftspan.exposure_words import as_record, as_text
    from liftspan.population import draw_people, usual_enrolment

    asked, enrolment = all_or_every_problem(
        lambda: treatment_asked(protocol, treatment), lambda: usual_enrolment(weight_kg, age, None)
    )
    regimen = getattr(asked, "regimen", asked)
    people = draw_people(enrolment, seed, 1, 200)
    found = exposure(regimen, people)
    if as_json:
        import json

        print(json.dumps(as_record(regimen, enrolment, found), indent=1))
    else:
        print(as_text(regimen, enrolment, found), end="")
