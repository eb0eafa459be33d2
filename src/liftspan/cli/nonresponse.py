"""`liftspan nonresponse`: without response after some sessions, the chance of response by the end."""

import re

import typer

from liftspan.cli import options

NUMBER_OF_SESSIONS = re.compile("[1-9][0-9]{0,5}", re.ASCII)  # how many a plan has is asked later


def nonresponse_command(
    protocol: str = options.PROTOCOL,
    treatment: str = options.TREATMENT,
    at_sessions: str = typer.Option(None, "--at-sessions", help="Numbers of sessions: 2,4,6 (the default)."),
    end_day: float = typer.Option(
        None, "--end-day", parser=options.number, help="Day on which the end is judged; default: of the plan."
    ),
    weight_kg: float = options.WEIGHT,
    age: float = options.AGE,
    baseline: float = options.BASELINE,
    control: str = options.CONTROL,
    background: str = options.BACKGROUND,
    setting: str = options.SETTING,
    as_json: bool = options.AS_JSON,
    seed: int = options.SEED,
) -> None:
    """Without response after 2, 4, 6 sessions: the chance of response by the end of the course.

    Example: liftspan nonresponse --protocol iv-induction --at-sessions 2,4,6
    """
    from liftspan.cli.asking import all_or_every_problem, treatment_asked
    from liftspan.how_fast.limits import check_circumstances
    from liftspan.population import usual_enrolment

    asked, counts, *_ = all_or_every_problem(
        lambda: treatment_asked(protocol, treatment),
        lambda: _counts(at_sessions),
        lambda: usual_enrolment(weight_kg, age, baseline),
        lambda: check_circumstances(control, background, setting),
    )
    from liftspan.nonresponse import as_record, as_text, nonresponse

    answer = nonresponse(
        asked,
        at_sessions=counts,
        end_d=end_day,
        weight_kg=weight_kg,
        age_y=age,
        baseline=baseline,
        control=control,
        background=background,
        setting=setting,
        seed=seed,
    )
    if as_json:
        import json

        print(json.dumps(as_record(answer), indent=1))
    else:
        print(as_text(answer), end="")


def _counts(text: str | None) -> tuple[int, ...] | None:
    """Whole numbers with commas between them."""
    from liftspan.errors import InvalidInput
    from liftspan.numbers import shortened

    if text is None:
        return None
    parts = [part.strip() for part in text.split(",")]
    wrong = [part for part in parts if not NUMBER_OF_SESSIONS.fullmatch(part)]
    if wrong:
        raise InvalidInput(
            [f"--at-sessions '{shortened(part)}' is no number of sessions; write 2,4,6" for part in wrong]
        )
    return tuple(int(part) for part in parts)
