"""The main answer: a treatment and people in, a timeline with honest intervals out.

answer = how_fast("iv-single", weight_kg=80)
answer.timeline[2].change.group  # Interval(mean, median, low, high) at 24 h
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from liftspan.evidence import NearEvidence, load_evidence, near_treatment
from liftspan.evidence.miss import Miss, misses_of
from liftspan.evidence.risks import Risks, risks_of
from liftspan.frozen import same
from liftspan.how_fast.arguments import check_numbers, check_people, numbers_asked, words_asked
from liftspan.how_fast.beside_print import BesidePrint, beside_print
from liftspan.how_fast.limits import assumptions_of, check_circumstances, refuse
from liftspan.how_fast.question import Question, question_of, timeline_h, visits_of, who_of, without_drug
from liftspan.how_fast.spans import Spans, duration_of_response_d, in_response, time_to_response_d
from liftspan.how_fast.stretched import cautions_of, not_known
from liftspan.mood.scales import MADRS
from liftspan.population import Enrolment, GivenPeople
from liftspan.posterior import load_posterior
from liftspan.session.risks import SessionRisks, session_risks
from liftspan.simulate import Course, simulate
from liftspan.treatment import Protocol, Regimen, treatment_of

LEVEL = 0.9
# Further times when a picture is wanted; not visits, so they do not change time to response.
BETWEEN_VISITS_H = (0.5, 1.0, 8.0, 16.0, 96.0, 144.0, 204.0)
DRAWS, GROUP_SIZE, SEED = 500, 200, 1


@dataclass(frozen=True)
class Interval:
    """Mean, median and the central interval of `LEVEL`."""

    mean: float
    median: float
    low: float
    high: float


@dataclass(frozen=True)
class Twice:
    """One quantity for the mean of a new group in a new trial, and for one new person."""

    group: Interval
    person: Interval


@dataclass(frozen=True)
class TimePoint:
    """What is rated at one time after the first session."""

    hours: float
    change: Twice  # MADRS points, negative = better
    beyond_control: Interval  # change of the group beyond the same visits without drug
    response: Twice  # share 0..1
    remission: Twice


@dataclass(frozen=True)
class OfHundred:
    """Of 100 people of a group, how many are in response at one time: the difference is taken draw by draw."""

    hours: float
    with_drug: Interval
    visits_only: Interval  # the same people at the same visits without the drug
    difference: Interval


@dataclass(frozen=True, eq=False)
class HowFast:
    """The answer; `course_points` adds the visits to the timeline, for pictures."""

    question: Question
    enrolment: Enrolment
    group_size: int
    draws: int
    seed: int
    timeline: tuple[TimePoint, ...]
    course_points: tuple[TimePoint, ...]
    group_change: np.ndarray  # (draw, time) of course_points: to compare treatments draw by draw
    group_response: np.ndarray  # likewise, share of each group in response
    group_remission: np.ndarray  # likewise, in remission
    of_100: tuple[OfHundred, ...]  # at the times of the timeline
    time_to_response: Spans
    never_without_drug: float  # share without response, had the same visits brought no drug
    duration_of_response: Spans
    horizon_h: float
    near: NearEvidence
    risks: Risks
    session_risks: SessionRisks | None  # at this dose, by the model; None = no published session supports any
    cautions: tuple[str, ...]  # to be read with the plain sentence
    beside_print: BesidePrint  # the published values near the treatment, above or below the line of the answer
    misses: Mapping[str, Miss]  # how far trials that were not seen were missed, by kind
    manifest: dict
    assumptions: tuple[str, ...]
    extrapolated: tuple[str, ...]

    def __eq__(self, other) -> bool:
        return same(self, other) if isinstance(other, HowFast) else NotImplemented

    __hash__ = None  # it holds arrays


def how_fast(
    treatment: Protocol | Regimen | str,
    *,
    weight_kg: float | None = None,
    age_y: float | None = None,
    baseline: float | None = None,
    people: GivenPeople | None = None,
    control: str | None = None,
    background: str | None = None,
    setting: str | None = None,
    conditions: str | tuple[str, ...] = (),
    at_h: float | tuple[float, ...] = (),
    smooth: bool = False,
    seed: int = SEED,
    draws: int = DRAWS,
    group_size: int = GROUP_SIZE,
) -> HowFast:
    """How fast, how far, for how long and in how many a treatment lifts depression.

    Args:
        treatment: a named protocol or a regimen from `parse_treatment`; text is the name of a protocol, or words.
        weight_kg, age_y, baseline: of everyone, where known; else as the trials enrolled people. MADRS points.
        people: a table of known people instead.
        control: "open", the default: what a person can receive, everyone knows what is given. Or the control of a trial
            that is to be predicted (saline, midazolam, placebo_spray, placebo_oral, anaesthesia): it sets expectancy.
        background: "none", "continued" or "new" oral antidepressant, by default what the treatment says; setting:
            "outpatient" or "inpatient".
        conditions: of the people, for the check against the evidence ("pregnancy", "psychosis", "bipolar-1"); one that
            a clinician has to judge ("breastfeeding") is a caution of the answer.
        at_h: further times, hours since the first session.
        smooth: adds times between visits to `course_points`, for a picture.
        seed: of people, trial and ratings; the same seed gives two treatments the same luck.
        draws, group_size: posterior draws, and people in each.

    Raises:
        InvalidInput: with every problem at once.
        OutsideEvidence: when no trial supports an answer on mood; it names the limit.
    """
    treatment = treatment_of(treatment)
    conditions, at_h = words_asked(conditions), numbers_asked(at_h)
    check_numbers(
        {"weight_kg": weight_kg, "age_y": age_y, "baseline": baseline, "at_h": at_h},
        {"seed": seed, "draws": draws, "group_size": group_size},
    )
    check_people(people, {"weight_kg": weight_kg, "age_y": age_y, "baseline": baseline})
    check_circumstances(control, background, setting, conditions, at_h)
    if age_y is None and isinstance(treatment, Protocol):
        age_y = treatment.age_y
    question = question_of(treatment, control, background, setting, weight_kg, age_y, baseline, people)
    evidence, whole = load_evidence(), load_posterior()
    posterior = whole.first(draws)
    who, enrolment = who_of(people, weight_kg, age_y, baseline, seed, posterior, group_size)
    refuse(question.regimen, evidence, _weight_at_stake_kg(enrolment, people), conditions)
    visits_h, horizon_h = visits_of(question.regimen)
    shown = timeline_h(question.regimen, at_h)
    course_h = np.unique([*visits_h, *at_h, *(BETWEEN_VISITS_H if smooth else ())])
    course = simulate(question.regimen, question.context, who, enrolment, posterior, course_h, seed=seed)
    without_h = np.unique([*visits_h, *shown])
    without = simulate(*without_drug(question), who, enrolment, posterior, without_h, seed=seed)
    responded = in_response(course)
    points = tuple(_time_point(course, responded, i, without.at(shown)) for i in range(len(course_h)))
    near = near_treatment(evidence, question.regimen)
    return HowFast(
        question=question,
        enrolment=enrolment,
        group_size=len(who),
        draws=posterior.size,
        seed=seed,
        timeline=tuple(point for point in points if point.hours in shown),
        course_points=points,
        group_change=course.change.mean(axis=1),
        group_response=responded.mean(axis=1),
        group_remission=(course.score <= MADRS.remission_at_most).mean(axis=1),
        of_100=_of_100(course.at(shown), without.at(shown)),
        time_to_response=time_to_response_d(course.at(visits_h), horizon_h),
        never_without_drug=time_to_response_d(without.at(visits_h), horizon_h).unfinished,
        duration_of_response=duration_of_response_d(course.at(visits_h)),
        horizon_h=horizon_h,
        near=near,
        risks=risks_of(question.regimen, float(np.mean(who.weight_kg))),
        session_risks=session_risks(question.regimen, **_of_everyone(weight_kg, age_y, people)),
        cautions=cautions_of(question.regimen, evidence, conditions),
        beside_print=beside_print(evidence, near, course.at(visits_h)),
        misses=misses_of(posterior.manifest),
        manifest=posterior.manifest,
        assumptions=assumptions_of(question),
        extrapolated=not_known(question, enrolment, float(np.max(who.age_y)), near, horizon_h, evidence, whole),
    )


def _of_100(course: Course, without: Course) -> tuple[OfHundred, ...]:
    """People in response at each time of both courses."""
    drug, visits = (100.0 * in_response(one).mean(axis=1) for one in (course, without))
    return tuple(
        OfHundred(float(hours), interval(drug[:, i]), interval(visits[:, i]), interval(drug[:, i] - visits[:, i]))
        for i, hours in enumerate(course.times_h)
    )


def _of_everyone(weight_kg: float | None, age_y: float | None, people: GivenPeople | None) -> dict[str, float | None]:
    """Weight and age at which the risks of a session are told: as asked, or the means of known people."""
    if people is None:
        return {"weight_kg": weight_kg, "age_y": age_y}
    return {"weight_kg": float(np.mean(people.weight_kg)), "age_y": float(np.mean(people.age_y))}


def _weight_at_stake_kg(enrolment: Enrolment, people: GivenPeople | None) -> float:
    """The weight at which a dose is held against the evidence: of the lightest known person, else the usual one."""
    return enrolment.weight_kg if people is None else float(np.min(people.weight_kg))


def _time_point(course: Course, responded: np.ndarray, i: int, control: Course) -> TimePoint:
    score, first = course.score[..., i], course.observed_baseline
    change = score - first
    response = responded[..., i]
    remission = score <= MADRS.remission_at_most
    beside = np.flatnonzero(control.times_h == course.times_h[i])
    beyond = change.mean(axis=1) - control.change[..., beside[0]].mean(axis=1) if len(beside) else np.full(1, np.nan)
    return TimePoint(
        hours=float(course.times_h[i]),
        change=_twice(change),
        beyond_control=interval(beyond),
        response=_twice(response.astype(float)),
        remission=_twice(remission.astype(float)),
    )


def _twice(values: np.ndarray) -> Twice:
    """`values` of shape (draw, person): the group is the mean over people, one for each draw."""
    return Twice(interval(values.mean(axis=1)), interval(values.ravel()))


def interval(values: np.ndarray) -> Interval:
    """Mean, median and equal-tailed interval of `LEVEL` over all of `values`."""
    low, median, high = np.quantile(values, [0.5 - LEVEL / 2.0, 0.5, 0.5 + LEVEL / 2.0])
    return Interval(float(values.mean()), float(median), float(low), float(high))
