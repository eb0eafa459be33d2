"""Records of patients by hand, for the picture and the page of a forecast."""

from functools import cache

from liftspan.forecast.answer import Forecast, forecast
from liftspan.forecast.patient import GivenSession, Patient, Person, Score
from liftspan.treatment import parse_treatment

NASAL, INFUSION = "84 mg nasal esketamine", "0.5 mg/kg iv ketamine over 40 min"
NAME = "Mrs. Nemo"


def patient(text, session_days, scores, today_d, planned_days=(), primary="MADRS"):
    """A record; each score is (day, value) on the scale of the answer, or (day, value, scale)."""
    doses = parse_treatment(text).sessions[0].doses

    def sessions(days):
        return tuple(GivenSession(float(day), text, doses, "line 7") for day in days)

    rated = [(*one, primary) if len(one) == 2 else one for one in scores]
    return Patient(
        id=NAME,
        person=Person(74.0, 45.0, "", 3, "none", "outpatient", f"MDD of {NAME}", (), ()),
        sessions=sessions(session_days),
        planned=sessions(planned_days),
        scores=tuple(Score(float(day), scale, float(value), 0, None, "line 9") for day, value, scale in rated),
        primary=primary,
        today_d=float(today_d),
    )


WEEKLY = (0, 3, 7, 10, 14, 17, 21, 24, 28, 35)
RESPONSE = ((0, 36), (1, 28), (7, 22), (14, 18), (28, 12), (35, 13), (42, 14))


def responder(planned_days=()):
    """Nasal esketamine, weekly by now, in response."""
    return patient(NASAL, WEEKLY, RESPONSE, 42, planned_days)


def late_infusions():
    """Ten days after the sixth infusion: every later day is beyond the gap that a trial has shown."""
    scores = ((0, 34), (1, 22), (4, 18), (7, 16), (11, 12), (14, 10), (21, 13))
    return patient(INFUSION, (0, 2, 4, 7, 9, 11), scores, 21)


def not_responding():
    """Three sessions without a response."""
    return patient(NASAL, (0, 3, 7), ((0, 34), (3, 33), (7, 31)), 9)


def only_first_score():
    """One session today, one score."""
    return patient(NASAL, (0,), ((0, 34),), 0)


def two_scales():
    """PHQ-9 is answered on; MADRS 24 on day 14 reads as PHQ-9 15 (OPTIMUM)."""
    scores = ((0, 21), (3, 17), (7, 15), (14, 12), (14, 24, "MADRS"), (21, 8), (28, 9))
    return patient(NASAL, WEEKLY[:8], scores, 28, primary="PHQ-9")


def long_record():
    """A year of sessions and scores."""
    scores = [(0, 34), *((14.0 * k, 11 + k % 3) for k in range(2, 25))]
    return patient(NASAL, [*WEEKLY, *range(42, 336, 7)], scores, 340)


KINDS = ("responder", "planned", "late infusions", "not responding", "only first score", "two scales", "long record")


@cache
def answers() -> dict[str, Forecast]:
    """The answer for each kind of patient, computed once for pictures and pages."""
    records = {
        "responder": responder(),
        "planned": responder((42, 49, 63)),
        "late infusions": late_infusions(),
        "not responding": not_responding(),
        "only first score": only_first_score(),
        "two scales": two_scales(),
        "long record": long_record(),
    }
    return {name: forecast(record) for name, record in records.items()}
