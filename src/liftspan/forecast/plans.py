"""Plans of sessions for one patient: what was given, and what may come, as a Regimen with its circumstances."""

from collections.abc import Iterable
from dataclasses import replace

from liftspan.forecast.care import Care, last_visit_d
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


def context_of(patient: Patient, coming: Iterable[GivenSession] = (), care: Care = Care.ON) -> Context:
    """The circumstances of a person in care until today, and then as the setting says: everyone knows what is given.

    That contact ends with the last session is how the checks on maintenance and stopping read the trials (`liftspan
    evidence relapse`), where ratings alone did not keep it up.
    """
    person = patient.person
    medicated, inpatient = person.background == "new", person.setting == "inpatient"
    until_d = last_visit_d(care, patient.today_d, coming)
    return Context(Control.OPEN, medicated, inpatient, HOURS_PER_DAY * until_d)


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


def going_on(like: GivenSession, first_d: float, gap_d: float, until_d: float) -> tuple[GivenSession, ...]:
    """Sessions like one, at equal gaps, that do not end with the last day looked at: one more lies beyond it."""
    return every(like, first_d, gap_d, until_d + gap_d)


def within(coming: Iterable[GivenSession], until_d: float) -> tuple[GivenSession, ...]:
    """Those up to a day."""
    return tuple(one for one in coming if one.day <= until_d + 1e-9)


def amount_mg(doses: tuple[Dose, ...], weight_kg: float) -> float:
    """Base in one session."""
    return float(sum(dose.amount_mg(weight_kg) for dose in doses))
