"""NonResponse as JSON: fields are added, never changed."""

from liftspan.how_fast.answer import LEVEL
from liftspan.how_fast.record import (
    circumstances_record,
    interval_record,
    miss_record,
    model_record,
    risks_record,
    structure_of,
    tidy,
    treatment_record,
)
from liftspan.nonresponse.answer import AfterSessions, Chance, NonResponse
from liftspan.nonresponse.published import Published, conventional
from liftspan.nonresponse.words import DEFINITION, NO_DECISION, against_print
from liftspan.units import HOURS_PER_DAY

SCHEMA = "liftspan/nonresponse/1"


def as_record(answer: NonResponse) -> dict:
    """Plain data of one answer, in the order in which it is written."""
    question = answer.question
    return {
        "schema": SCHEMA,
        "treatment": treatment_record(question),
        "people": {
            "description": question.people,
            "group_size": answer.group_size,
            "posterior_draws": answer.draws,
            "seed": answer.seed,
            **circumstances_record(question),
        },
        "circumstances": circumstances_record(question),
        "interval": {"level": LEVEL, "kind": "equal-tailed"},
        "definition": DEFINITION,
        "end": {"day": tidy(answer.end_h / HOURS_PER_DAY), "why": answer.end_why},
        "response_at_end": _chance(answer.response_at_end),
        "after": [_after(one) for one in answer.after],
        "response_after_sixth_of_those_without_after_first": _chance(answer.late) if answer.late else None,
        "against_published": against_print(answer),
        "published": [published_record(one) for one in answer.published],
        "published_conventional": published_record(conventional()),
        "warning": NO_DECISION,
        "risks": risks_record(answer.risks),
        "evidence": {
            "trials": answer.near.trials,
            "arms": answer.near.arms,
            "patients": answer.near.patients,
            "trial_ids": list(answer.near.trial_ids),
        },
        "miss": miss_record(answer.misses),
        "structure": structure_of(answer.manifest),
        "model": model_record(answer.manifest),
        "cautions": list(answer.cautions),
        "assumptions": list(answer.assumptions),
        "extrapolated": list(answer.extrapolated),
    }


def published_record(one: Published) -> dict:
    """One published fact with its source."""
    return {"text": one.text, "source": one.source, "address": one.address, "derived": one.derived,
            "late_response_low": tidy(one.late_low), "late_response_high": tidy(one.late_high)}  # fmt: skip


def _after(one: AfterSessions) -> dict:
    return {
        "sessions": one.sessions,
        "visit_day": tidy(one.visit_h / HOURS_PER_DAY),
        "without_response": _chance(one.without),
        "response_at_end_of_those_without": _chance(one.later),
        "response_at_some_later_visit_of_those_without": _chance(one.sometime),
        "response_at_end_of_those_without_if_no_further_drug": _chance(one.later_without_drug),
        "response_at_some_later_visit_of_those_without_if_no_further_drug": _chance(one.sometime_without_drug),
        "response_at_end_of_those_with": _chance(one.kept),
    }


def _chance(chance: Chance) -> dict:
    return {
        "group": interval_record(chance.group) if chance.group is not None else None,
        "person": tidy(chance.person),
    }
