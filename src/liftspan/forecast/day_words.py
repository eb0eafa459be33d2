"""Days and chances as one says them, in every sentence of a forecast."""

from datetime import datetime
from math import floor

from liftspan.forecast.patient import Patient

SMALLEST_SHOWN = 0.01  # a smaller chance would look like none


def day_text(day: float) -> str:
    """A day as one says it: whole where it is, else with one decimal."""
    return f"{round(day, 1) + 0.0:g}" if abs(day) < 1e6 else f"{day:.0f}"


def date_text(patient: Patient, day: float) -> str:
    """The date of a day where the record is dated, as 2026-03-30; else empty."""
    if patient.calendar is None:
        return ""
    when = patient.calendar.at(day)
    return (when.date() if isinstance(when, datetime) else when).isoformat()


def with_date(patient: Patient, day: float) -> str:
    """A day, with its date in brackets where the record is dated."""
    date = date_text(patient, day)
    return f"{day_text(day)} ({date})" if date else day_text(day)


def age_text(days: float) -> str:
    """An age in whole days."""
    return f"{floor(days + 1e-6)} day{'' if floor(days + 1e-6) == 1 else 's'}"


def percent(share: float) -> str:
    """A chance as a clinician reads it: none is certain."""
    if share < SMALLEST_SHOWN:
        return "< 1 %"
    return "> 99 %" if share > 1.0 - SMALLEST_SHOWN else f"{100.0 * share:.0f} %"
