"""Records of made-up patients for the tests."""

from collections.abc import Sequence
from dataclasses import replace

from liftspan.forecast.members import Members, first_numbers, members_of
from liftspan.forecast.patient import GivenSession, Patient, Person, Score
from liftspan.population import usual_enrolment
from liftspan.treatment import parse_treatment

INFUSION = "0.5 mg/kg iv ketamine over 40 min"
SPRAY = "84 mg nasal esketamine"
PERSON = Person(74.0, 45.0, "", None, "none", "outpatient", "", (), ())


def session(day: float, text: str = INFUSION) -> GivenSession:
    return GivenSession(float(day), text, parse_treatment(text).sessions[0].doses, f"day {day}")


WITH_ITEM = ("MADRS", "PHQ-9")


def score(day: float, value: float, scale: str = "MADRS", item: int | None = 0) -> Score:
    """One rating; its item on suicide is entered as 0 where its scale has a column for it."""
    item = item if scale in WITH_ITEM else None
    return Score(float(day), scale, float(value), item, None, f"day {day}")


def patient(
    days: Sequence[float],
    scores: Sequence[Score],
    today: float,
    text: str = INFUSION,
    planned: Sequence[float] = (),
    **person,
) -> Patient:
    """A record; `person` replaces what PERSON says."""
    return Patient(
        "made-up",
        replace(PERSON, **person),
        tuple(session(day, text) for day in days),
        (),
        tuple(scores),
        scores[0].scale,
        float(today),
    )


def responder_on_sprays(**changes) -> Patient:
    """Twice weekly for four weeks, then weekly; a response from week 4 on; today is day 42."""
    days = (0, 3, 7, 10, 14, 17, 21, 24, 31, 38)
    rated = ((0, 35), (1, 27), (7, 25), (14, 20), (21, 17), (28, 14), (38, 13), (42, 15))
    return replace(patient(days, [score(*one) for one in rated], 42, SPRAY), **changes)


def draw_members(posterior, weight_kg: float, age_y: float, baseline_madrs: float, count: int, seed: int) -> Members:
    """`count` members of the population of one weight, age and first score."""
    enrolment = usual_enrolment(weight_kg, age_y, baseline_madrs)
    return members_of(posterior, enrolment, first_numbers(posterior, count, seed))
