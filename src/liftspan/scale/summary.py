"""Merged sums -> group means, shares of response and remission, days to response and how long it lasts."""

from dataclasses import dataclass

import numpy as np

from liftspan.evidence import NearEvidence, load_evidence, near_treatment
from liftspan.evidence.risks import Risks, risks_of
from liftspan.how_fast.answer import LEVEL, Interval, interval
from liftspan.how_fast.limits import assumptions_of
from liftspan.how_fast.question import Question
from liftspan.how_fast.spans import Spans, counted_duration_of_response_d, counted_time_to_response_d
from liftspan.how_fast.stretched import cautions_of, not_known
from liftspan.mood.scales import MADRS
from liftspan.posterior import load_posterior
from liftspan.scale.plan import Plan
from liftspan.scale.sums import STEPS, STEPS_PER_POINT, Sums

TRIALS_FOR_AN_INTERVAL = 20  # fewer say nothing of the outer 5 % on either side


@dataclass(frozen=True)
class Wide:
    """Mean and median, and the central interval where enough trials were simulated to tell it, else None."""

    mean: float
    median: float
    low: float | None
    high: float | None


@dataclass(frozen=True)
class Point:
    """One time of the summary."""

    hours: float
    change_group: Wide  # MADRS points; mean of a trial's people
    change_person: Interval
    response: Wide  # share of a trial's people, 0..1
    remission: Wide


@dataclass(frozen=True)
class Summary:
    """What the people of a run add up to."""

    plan: Plan
    question: Question
    trials: int
    timeline: tuple[Point, ...]
    time_to_response: Spans
    duration_of_response: Spans
    near: NearEvidence
    risks: Risks
    cautions: tuple[str, ...]
    horizon_h: float
    manifest: dict  # of the posterior
    assumptions: tuple[str, ...]
    extrapolated: tuple[str, ...]


def summary_of(plan: Plan, sums: Sums) -> Summary:
    """The summary of all blocks of a plan."""
    question, regimen = plan.question, plan.question.regimen
    evidence, posterior = load_evidence(), load_posterior()
    near = near_treatment(evidence, regimen)
    oldest_y = plan.enrolment.age_y if plan.given is None else float(np.max(plan.given.age_y))
    mean_kg = plan.enrolment.weight_kg
    return Summary(
        plan=plan,
        question=question,
        trials=len(sums.people),
        timeline=tuple(_point(plan, sums, hours) for hours in plan.shown_h),
        time_to_response=counted_time_to_response_d(sums.responses, plan.horizon_h),
        duration_of_response=counted_duration_of_response_d(sums.responses),
        near=near,
        risks=risks_of(regimen, mean_kg),
        cautions=cautions_of(regimen, evidence, plan.conditions),
        horizon_h=plan.horizon_h,
        manifest=posterior.manifest,
        assumptions=assumptions_of(question),
        extrapolated=not_known(question, plan.enrolment, oldest_y, near, plan.horizon_h, evidence, posterior),
    )


def _point(plan: Plan, sums: Sums, hours: float) -> Point:
    i = int(np.searchsorted(plan.times_h, hours))
    return Point(
        hours=hours,
        change_group=_wide(plan, sums, sums.change[:, i]),
        change_person=of_counts(sums.changes[i], float(sums.change[:, i].sum() / sums.people.sum())),
        response=_wide(plan, sums, sums.response[:, i]),
        remission=_wide(plan, sums, sums.remission[:, i]),
    )


def _wide(plan: Plan, sums: Sums, of_block: np.ndarray) -> Wide:
    """The mean is over all people; the rest over whole trials, so that a cut last one does not pass for one."""
    whole = sums.people == plan.block_size
    whole = whole if whole.any() else np.ones(len(whole), dtype=bool)
    found = interval(of_block[whole] / sums.people[whole])
    enough = whole.sum() >= TRIALS_FOR_AN_INTERVAL
    mean = float(of_block.sum() / sums.people.sum())
    return Wide(mean, found.median, found.low if enough else None, found.high if enough else None)


def of_counts(counts: np.ndarray, mean: float) -> Interval:
    """Median and central interval of changes that were counted in steps; between the edges of a step, a line."""
    edges = -MADRS.maximum + np.arange(STEPS + 1) / STEPS_PER_POINT
    passed = np.concatenate([[0], np.cumsum(counts)])
    wanted = np.array([0.5 - LEVEL / 2.0, 0.5, 0.5 + LEVEL / 2.0]) * passed[-1]
    step = np.clip(np.searchsorted(passed, wanted, side="left"), 1, STEPS)
    inside = (wanted - passed[step - 1]) / np.maximum(passed[step] - passed[step - 1], 1)
    low, median, high = edges[step - 1] + inside / STEPS_PER_POINT
    return Interval(mean, float(median), float(low), float(high))
