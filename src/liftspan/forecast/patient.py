"""What is known of one patient: who, sessions as given, scores as written down. Days since the first session."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo

from liftspan.treatment.dose import Dose


@dataclass(frozen=True)
class Person:
    """Who is treated; `defaults` says in words what was not stated and what stands in its place."""

    weight_kg: float
    age_y: float
    sex: str  # "female", "male" or "" = not stated
    failed_treatments: int | None
    background: str  # oral antidepressant: "none", "continued" or "new"
    setting: str  # "outpatient" or "inpatient"
    diagnosis: str
    conditions: tuple[str, ...]  # names of liftspan.conditions that hold for this person, of `conditions` and diagnosis
    defaults: tuple[str, ...]
    # What the diagnosis leaves open, one sentence each with how to answer it: nothing is proposed before.
    questions: tuple[str, ...] = ()


@dataclass(frozen=True)
class GivenSession:
    """One session, given or planned."""

    day: float
    text: str  # the treatment in words
    doses: tuple[Dose, ...]  # none for a visit with placebo
    where: str  # place in the file, for messages: "line 12"


@dataclass(frozen=True)
class Score:
    """One score as written down."""

    day: float  # when rated; on the day of a session it was rated before that session
    scale: str  # a name of forecast.scales.SCALES
    value: float
    suicidal_item: int | None  # item 10 of MADRS, item 9 of PHQ-9
    recall_d: float | None  # how far back the rater was told to look; None = not stated
    where: str


@dataclass(frozen=True)
class Calendar:
    """When day 0 was, for those who read dates; days stay exact across a change of clocks."""

    start: date  # the first session: a date-time with its zone, or a plain date where the record has no hours
    zone: tzinfo | None = None  # in which dates are told: that of the record's latest entry

    def at(self, day: float) -> date:
        """The date, or the date-time, of a day since the first session."""
        later = self.start + timedelta(days=day)
        return later.astimezone(self.zone) if isinstance(later, datetime) else later


@dataclass(frozen=True)
class Patient:
    """One patient's record, sorted by day; the first session is day 0."""

    id: str
    person: Person
    sessions: tuple[GivenSession, ...]  # given, at least one
    planned: tuple[GivenSession, ...]  # after today
    scores: tuple[Score, ...]  # at least one of them at day <= 0 on the scale of `primary`
    primary: str  # the scale that the answer is given on: the one with the most scores, MADRS first
    today_d: float
    cautions: tuple[str, ...] = ()  # what in this record an answer must say under its limits, one sentence each
    calendar: Calendar | None = None  # None = the record counts in days
