"""Summary as the JSON that others rely on: fields are added, never changed."""

from dataclasses import asdict

from liftspan.how_fast.answer import LEVEL
from liftspan.how_fast.record import (
    circumstances_record,
    interval_record,
    model_record,
    risks_record,
    spans_record,
    tidy,
    treatment_record,
)
from liftspan.mood.scales import MADRS
from liftspan.scale.manifest import versions
from liftspan.scale.plan import parts_of
from liftspan.scale.summary import TRIALS_FOR_AN_INTERVAL, Point, Summary, Wide
from liftspan.units import HOURS_PER_DAY

SCHEMA = "liftspan/simulate/1"


def as_record(summary: Summary) -> dict:
    """Plain data of one summary, in the order in which it is written."""
    plan, question = summary.plan, summary.question
    return {
        "schema": SCHEMA,
        "treatment": treatment_record(question) | {"end_day": tidy(question.regimen.end_h / HOURS_PER_DAY)},
        "people": {
            "description": question.people,
            "count": plan.people,
            "trials": summary.trials,
            "people_per_trial": plan.block_size,
            "seed": plan.seed,
            **circumstances_record(question),
        },
        "circumstances": circumstances_record(question),
        "interval": {"level": LEVEL, "kind": "equal-tailed", "group_needs_trials": TRIALS_FOR_AN_INTERVAL},
        "scale": {"name": MADRS.name, "maximum": MADRS.maximum, "remission_at_most": MADRS.remission_at_most},
        "readout_h": tidy(plan.readout_h),
        "timeline": [_point(point) for point in summary.timeline],
        "time_to_response_d": spans_record(summary.time_to_response, "never"),
        "duration_of_response_d": spans_record(summary.duration_of_response, "censored"),
        "horizon_d": tidy(plan.horizon_h / HOURS_PER_DAY),
        "files": {"parts": parts_of(plan), "courses": plan.courses, "floats": plan.floats},
        "risks": risks_record(summary.risks),
        "evidence": {
            "trials": summary.near.trials,
            "arms": summary.near.arms,
            "patients": summary.near.patients,
            "trial_ids": list(summary.near.trial_ids),
            "tables_version": summary.manifest["evidence_version"],
        },
        "model": model_record(summary.manifest),
        "versions": versions(),
        "cautions": list(summary.cautions),
        "assumptions": list(summary.assumptions),
        "extrapolated": list(summary.extrapolated),
    }


def _point(point: Point) -> dict:
    return {
        "hours": tidy(point.hours),
        "madrs_change": {"group": _wide(point.change_group), "person": interval_record(point.change_person)},
        "response": {"group": _wide(point.response)},
        "remission": {"group": _wide(point.remission)},
    }


def _wide(wide: Wide) -> dict:
    return {name: tidy(value) for name, value in asdict(wide).items()}
