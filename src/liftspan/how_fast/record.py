"""HowFast as the JSON that others rely on: fields are added, never changed."""

from collections.abc import Mapping
from dataclasses import asdict

from liftspan.evidence.miss import Miss
from liftspan.evidence.risks import Risks
from liftspan.how_fast.answer import LEVEL, HowFast, Interval, OfHundred, TimePoint, Twice
from liftspan.how_fast.beside_print import BesidePrint, Sides
from liftspan.how_fast.beside_risk import session_risks_record
from liftspan.how_fast.question import CARE, Question
from liftspan.how_fast.spans import Spans
from liftspan.mood.scales import MADRS
from liftspan.treatment import Regimen, Session
from liftspan.units import HOURS_PER_DAY, MINUTES_PER_HOUR

SCHEMA = "liftspan/how-fast/1"
DIGITS = 4


def as_record(answer: HowFast) -> dict:
    """Plain data of one answer, in the order in which it is written."""
    question = answer.question
    return {
        "schema": SCHEMA,
        "treatment": treatment_record(question) | {"end_day": tidy(question.regimen.end_h / HOURS_PER_DAY)},
        "people": {
            "description": question.people,
            "group_size": answer.group_size,
            "posterior_draws": answer.draws,
            "seed": answer.seed,
            "weight_kg": answer.enrolment.weight_kg,
            "age_y": answer.enrolment.age_y,
            "baseline_mean": answer.enrolment.baseline_mean,
            "baseline_sd": answer.enrolment.baseline_sd,
            **circumstances_record(question),
        },
        "circumstances": circumstances_record(question),
        "interval": {"level": LEVEL, "kind": "equal-tailed"},
        "scale": {"name": MADRS.name, "maximum": MADRS.maximum, "remission_at_most": MADRS.remission_at_most},
        "timeline": [_time_point(point) for point in answer.timeline],
        "of_100": [_of_100(one) for one in answer.of_100],
        "time_to_response_d": spans_record(answer.time_to_response, "never")
        | {"never_without_drug": tidy(answer.never_without_drug)},
        "duration_of_response_d": spans_record(answer.duration_of_response, "censored"),
        "horizon_d": tidy(answer.horizon_h / HOURS_PER_DAY),
        "risks": risks_record(answer.risks),
        "session_risks": session_risks_record(answer.session_risks),
        "evidence": {
            "trials": answer.near.trials,
            "arms": answer.near.arms,
            "patients": answer.near.patients,
            "arms_without_n": answer.near.arms_without_n,
            "trial_ids": list(answer.near.trial_ids),
            "tables_version": answer.manifest["evidence_version"],
        },
        "published": _published(answer.beside_print),
        "miss": miss_record(answer.misses),
        "structure": structure_of(answer.manifest),
        "model": model_record(answer.manifest),
        "cautions": list(answer.cautions),
        "assumptions": list(answer.assumptions),
        "extrapolated": list(answer.extrapolated),
    }


def treatment_record(question: Question) -> dict:
    """What is given, in words and session by session."""
    return {
        "name": question.name,
        "title": question.title,
        "text": question.regimen.text,
        "status": question.status,
        "source": question.source,
        "sessions": sessions_record(question.regimen),
    }


def circumstances_record(question: Question) -> dict:
    """Blinding, background, setting, and how long people stay in contact with care."""
    return {
        "control": question.context.control.value,
        "background": question.background,
        "setting": question.setting,
        "care": CARE,
    }


def _of_100(one: OfHundred) -> dict:
    parts = ("with_drug", "visits_only", "difference")
    return {"hours": tidy(one.hours), **{part: interval_record(getattr(one, part)) for part in parts}}


def miss_record(misses: Mapping[str, Miss]) -> dict:
    """How far trials that were not seen were missed: of changes, and of shares in response beside them."""
    return {**_miss(misses["change"]), "response": _miss(misses["response"])}


def _miss(miss: Miss) -> dict:
    numbers = {name: tidy(getattr(miss, name)) for name in ("rmse", "table_rmse", "cover_90")}
    return {"kind": miss.kind, **numbers, "trials": miss.trials, "why": miss.why}


def structure_of(manifest: Mapping) -> str:
    """The structure of the mood model that answered; every shipped posterior is of the base."""
    return manifest.get("structure", "base")


def _published(found: BesidePrint) -> dict:
    """On which side of the answer the published values near the treatment lie."""

    def sides(one: Sides) -> dict:
        return {
            "above": one.above,
            "below": one.below,
            "trials": one.trials,
            "most_of_one_trial": one.of_one,
            "one_sided": one.side,
        }

    return {
        "shares": sides(found.shares),
        "changes": sides(found.changes),
        "trials": found.trials,
        "blinded": found.blinded,
    }


def model_record(manifest: Mapping) -> dict:
    """What the parameters of mood rest on."""
    return {name: manifest[name] for name in ("status", "method", "rows", "evidence_sha256", "versions")}


def sessions_record(regimen: Regimen) -> list[dict]:
    """Sessions of a regimen: day, and each dose in the unit that it was planned in."""
    return [{"day": tidy(session.start_h / HOURS_PER_DAY), "doses": _doses(session)} for session in regimen.sessions]


def _doses(session: Session) -> list[dict]:
    return [
        {
            "drug": dose.drug.value,
            "route": dose.route.value,
            "amount": tidy(dose.amount),
            "unit": "mg/kg" if dose.per_kg else "mg",
            "start_min": tidy(dose.start_h * MINUTES_PER_HOUR),
            "duration_min": tidy(dose.duration_h * MINUTES_PER_HOUR),
        }
        for dose in session.doses
    ]


def _time_point(point: TimePoint) -> dict:
    return {
        "hours": tidy(point.hours),
        "madrs_change": _twice(point.change),
        "madrs_change_beyond_control": interval_record(point.beyond_control),
        "response": _twice(point.response),
        "remission": _twice(point.remission),
    }


def _twice(twice: Twice) -> dict:
    return {"group": interval_record(twice.group), "person": interval_record(twice.person)}


def interval_record(interval: Interval) -> dict:
    """Mean, median, low and high, as written."""
    return {name: tidy(value) for name, value in asdict(interval).items()}


def spans_record(spans: Spans, unfinished: str) -> dict:
    """Days with the share that had not ended, under the name that it has there."""
    values = {name: tidy(getattr(spans, name)) for name in ("mean", "median", "low", "high")}
    return {**values, unfinished: tidy(spans.unfinished), "definition": spans.definition}


def risks_record(risks: Risks) -> dict:
    """Sentences with their sources, and what half a year of the plan adds up to."""
    return {
        "session": [{"text": text, "source": source} for text, source in risks.session],
        "course": [{"text": text, "source": source} for text, source in risks.course],
        "sessions_in_half_year": risks.sessions_in_half_year,
        "amount_in_half_year_mg": tidy(risks.amount_in_half_year_mg),
    }


def tidy(value: float | None) -> float | None:
    """A number as written: four decimals, and no minus sign before a zero."""
    return None if value is None else round(float(value), DIGITS) + 0.0
