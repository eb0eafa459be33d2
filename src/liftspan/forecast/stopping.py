"""When to stop trying: the chance that someone without response so far still responds, with the drug and without."""

from dataclasses import dataclass

from liftspan.forecast.person import Known
from liftspan.forecast.plans import every, usual_gap_d
from liftspan.forecast.rules import Rulebook, reasons_against_plan
from liftspan.forecast.what_if import ASKED_OF, what_if

FURTHER = (2, 4, 6)
MANY = 6  # sessions without a response: two weeks of thrice weekly infusions, three of twice weekly sprays
ASK_TOO = (
    "Six or more sessions brought no response: to stop stands among the ways to go on, and liftspan nonresponse says "
    "how often a response still comes in groups, beside what trials printed"
)
READ_AFTER_D = 1.0  # a response is read a day after the last of them


@dataclass(frozen=True)
class Chance:
    """Further sessions, and who is in response a day after the last of them."""

    sessions: int
    day: float
    response: float
    response_without: float | None  # on the same day with no further session
    population: float | None  # of people with the same first score and sessions, whatever they scored since
    refused: tuple[str, ...]  # rules against them; the chances are then None


@dataclass(frozen=True)
class Stopping:
    """For a person without a response so far."""

    sessions_given: int
    chances: tuple[Chance, ...]

    @property
    def is_long(self) -> bool:
        """Whether so many sessions brought no response that more is to be said than the chances."""
        return self.sessions_given >= MANY


def stopping_of(known: Known, rules: Rulebook) -> Stopping:
    """Chances of a response after further sessions at the usual gap."""
    patient = known.patient
    gap_d = usual_gap_d(patient)
    return Stopping(len(patient.sessions), tuple(_chance(known, rules, gap_d, count) for count in FURTHER))


def _chance(known: Known, rules: Rulebook, gap_d: float, count: int) -> Chance:
    patient, like = known.patient, known.patient.sessions[-1]
    first_d = max(like.day + gap_d, patient.today_d)
    coming = every(like, first_d, gap_d, first_d + (count - 1) * gap_d)
    read_d = coming[-1].day + READ_AFTER_D
    refused = tuple(reasons_against_plan(patient, rules, coming))
    if refused:
        return Chance(count, read_d, None, None, None, refused)

    def share(plan, people=None) -> float:
        met = what_if(known, plan, people, until_d=read_d - patient.today_d)
        return float(met.outcomes.response[:, met.at(read_d - patient.today_d)].mean())

    some = known.population.some(ASKED_OF)
    return Chance(count, read_d, share(coming), share(()), share(coming, some), ())
