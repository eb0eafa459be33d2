"""Forecast as the JSON that others rely on: fields are added, never changed."""

import json

from liftspan.conditions.diagnosis import unquoted
from liftspan.forecast.answer import LEVEL, Forecast
from liftspan.forecast.care import LONG
from liftspan.forecast.day_words import date_text
from liftspan.forecast.next_session import NOT_RANDOMISED, Candidate, NextThree
from liftspan.forecast.outcomes import DEFINITIONS
from liftspan.forecast.patient import Person
from liftspan.forecast.scenarios import Scenario
from liftspan.forecast.stopping import Stopping
from liftspan.forecast.why import Why
from liftspan.how_fast.record import model_record, risks_record, tidy

SCHEMA = "liftspan/forecast/1"


def as_json(answer: Forecast, reasons: Why | None = None) -> str:
    """The record as text; a number that is none would raise ValueError and never be written."""
    return json.dumps(as_record(answer, reasons), indent=1, allow_nan=False) + "\n"


def as_record(answer: Forecast, reasons: Why | None = None) -> dict:
    """Plain data of one answer; no name and no id of the patient."""
    patient, known = answer.patient, answer.known
    record = {
        "schema": SCHEMA,
        "for": "licensed clinicians",
        "care": str(answer.care),
        "care_text": LONG[answer.care],
        "person": _person(answer),
        "seen": {
            "scores": [{"day": tidy(one.day), "scale": one.scale, "value": tidy(one.value)} for one in patient.scores],
            "sessions": [{"day": tidy(one.day), "treatment": one.text} for one in patient.sessions],
            "planned": [{"day": tidy(one.day), "treatment": one.text} for one in patient.planned],
            "today": tidy(patient.today_d),
            "today_date": date_text(patient, patient.today_d) or None,
            "in_response_so_far": known.course.responded,
        },
        "interval": {"level": LEVEL, "kind": "equal-tailed"},
        "forecast": [_tidied(day) | _date(answer, day.day) for day in answer.days],
        "population": [_tidied(day) for day in answer.population if day.day in {one.day for one in answer.days}],
        "next": [_candidate(one) | _date(answer, one.day) for one in answer.candidates],
        "next_reason": "; ".join(answer.unsafe),
        "proposal": _proposal(answer),
        "proposal_reason": "; ".join(answer.proposal.reasons),
        "scenarios": [_scenario(one, bool(answer.unsafe)) for one in answer.scenarios],
        "stopping": _stopping(answer.stopping),
        "risks": risks_record(answer.risks),
        "basis": {
            "model": model_record(answer.manifest),
            "posterior": {"draws": len(known.crowd.members), "people": len(known.crowd), "seed": answer.seed},
            "effective_people": tidy(known.effective),
            "refined": known.refined,
            "share_of_population_stranger": tidy(known.p_value),
            "moved_from_population": {
                "points": tidy(answer.moved.points),
                "explained": tidy(answer.moved.explained),
                "moved": answer.moved.moved,
                "weekly_ratings_needed": answer.moved.ratings_needed,
            },
            "definitions": DEFINITIONS,
            "limits": list(answer.limits),
        },
        **({} if reasons is None else {"why": _why(reasons)}),
    }
    return _nameless(record)


def _person(answer: Forecast) -> dict:
    person = answer.patient.person
    return {
        "weight_kg": person.weight_kg,
        "age": person.age_y,
        "sex": person.sex or None,
        "failed_treatments": person.failed_treatments,
        "background": person.background,
        "setting": person.setting,
        "diagnosis": person.diagnosis if _is_understood(person) else "",
        "defaults": list(person.defaults),
        "conditions": list(person.conditions),
        "questions": list(person.questions),
    }


def _is_understood(person: Person) -> bool:
    """Whether no word of the diagnosis is unknown: such a word may name somebody, and files are passed on."""
    return not any(unquoted(said) != said for said in (*person.questions, *person.defaults))


def _nameless(value):
    """The record without quotations of what was not understood."""
    if isinstance(value, dict):
        return {name: _nameless(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_nameless(one) for one in value]
    return unquoted(value) if isinstance(value, str) else value


def _tidied(one) -> dict:
    """The fields of a flat record, numbers as written."""
    return {name: tidy(value) if isinstance(value, float) else value for name, value in vars(one).items()}


def _candidate(one: Candidate) -> dict:
    return {
        "day": tidy(one.day),
        "days_from_today": tidy(one.ahead_d),
        "treatment": one.text,
        "days_since_last_session": tidy(one.gap_d),
        "relapse_before": tidy(one.relapse_before),
        "response_before": tidy(one.response_before),
        "response_after": tidy(one.response_after),
        "expected_score": tidy(one.expected_score),
        "relapse_in_12_weeks_going_on": tidy(one.relapse_by_end),
        "sessions_in_half_year": tidy(one.sessions_half_year),
        "amount_in_half_year_mg": tidy(one.dose_half_year_mg),
        "next_three": None if one.next_three is None else _three(one.next_three),
        "null_because": dict(one.blank) if not one.refused else {"refused": "; ".join(one.refused)},
        "refused": list(one.refused),
    }


def _three(one: NextThree) -> dict:
    return {
        "last_day": tidy(one.last_d),
        "relapse_before": tidy(one.relapse_before),
        "response_after": tidy(one.response_after),
        "expected_score": tidy(one.expected_score),
        "sessions_in_half_year": one.sessions_half_year,
        "amount_in_half_year_mg": tidy(one.dose_half_year_mg),
    }


def _date(answer: Forecast, day: float) -> dict:
    """The date of a day, where the record is dated."""
    date = date_text(answer.patient, day)
    return {"date": date} if date else {}


def _proposal(answer: Forecast) -> dict | None:
    one = answer.proposal
    if one.from_d is None:
        return None
    dates = {"from_date": date_text(answer.patient, one.from_d), "to_date": date_text(answer.patient, one.to_d)}
    return {
        "target": str(one.target),
        "from_day": tidy(one.from_d),
        "to_day": tidy(one.to_d),
        "bounded_by": one.bounded_by,
        "rests_on": NOT_RANDOMISED,
        "alternatives": [_candidate(candidate) | _date(answer, candidate.day) for candidate in one.alternatives],
        **(dates if answer.patient.calendar else {}),
    }


def _scenario(one: Scenario, unsafe: bool) -> dict:
    """A way to go on; where every plan is refused for safety, the sessions it would have are no answer."""
    hidden = unsafe and bool(one.refused)
    return {
        "name": one.name,
        "text": one.text,
        "care": str(one.care),
        "sessions_in_12_weeks": None if hidden else one.sessions,
        "amount_in_12_weeks_mg": None if hidden else tidy(one.dose_mg),
        "judged": [_tidied(judged) for judged in one.judged],
        "refused": list(one.refused),
    }


def _stopping(found: Stopping | None) -> dict | None:
    if found is None:
        return None
    return {
        "sessions_given": found.sessions_given,
        "further": [
            {
                "sessions": one.sessions,
                "day": tidy(one.day),
                "response": tidy(one.response),
                "response_without_them": tidy(one.response_without),
                "response_in_population": tidy(one.population),
                "refused": list(one.refused),
            }
            for one in found.chances
        ],
    }


def _why(reasons: Why) -> dict:
    return {
        "day": tidy(reasons.day),
        "steps": [_tidied(step) for step in reasons.steps],
        "parts": [_tidied(part) for part in reasons.parts],
    }
