"""Plans of sessions for one patient: what was given, and what may come, as a Regimen with its circumstances."""

from collections.abc import Iterable
from dataclasses import replace

from liftspan.forecast.patient import GivenSession, Patient
from liftspan.mood.context import Context, Control
from liftspan.treatment.dose import Dose, Session
from liftspan.treatment.regimen import Regimen
from liftspan.units import DAYS_PER_WEEK, HOURS_PER_DAY

HALF_DAY = 0.5  # sessions of one weekday are not given at one hour


def regimen_of(patient: Patient, coming: Iterable[GivenSession] = ()) -> Regimen:
    """Everything given, then what comes."""
    sessions = tuple(
        Session(HOURS_PER_DAY * one.day, one.doses)
        for one in sorted((*patient.sessions, *coming), key=lambda session: session.day)
    )
    return Regimen("as given", sessions, patient.person.background == "new", sessions[-1].start_h)


def context_of(patient: Patient, coming: Iterable[GivenSession] = ()) -> Context:
    """The circumstances of a person in care: everyone knows what is given.

    Contact with care goes on until today, and then as long as a session is to come: so the checks on maintenance and
    stopping read it (`liftspan evidence relapse`), where ratings alone did not keep it up.
    """
    person = patient.person
    last_visit_d = max([patient.today_d, *(session.day for session in coming)])
    medicated, inpatient = person.background == "new", person.setting == "inpatient"
    return Context(Control.OPEN, medicated, inpatient, HOURS_PER_DAY * last_visit_d)


def usual_gap_d(patient: Patient) -> float:
    """Days between sessions as they are given now; a week after a single session.

    Within a week the gaps differ (two and three days make three a week), so sessions of the last week are counted.
    """
    days = [session.day for session in patient.sessions]
    if len(days) == 1:
        return DAYS_PER_WEEK
    if days[-1] - days[-2] >= DAYS_PER_WEEK - HALF_DAY:
        return days[-1] - days[-2]
    return DAYS_PER_WEEK / sum(day > days[-1] - DAYS_PER_WEEK + HALF_DAY for day in days)


def every(like: GivenSession, first_d: float, gap_d: float, until_d: float) -> tuple[GivenSession, ...]:
    """Sessions like one, from a day on, at equal gaps."""
    count = int((until_d - first_d) / gap_d + 1e-9) + 1 if until_d >= first_d else 0
    return tuple(replace(like, day=round(first_d + k * gap_d, 6)) for k in range(count))


def amount_mg(doses: tuple[Dose, ...], weight_kg: float) -> float:
    """Base in one session."""
    return float(sum(dose.amount_mg(weight_kg) for dose in doses))
