"""The main answer: a treatment and people in, a timeline with honest intervals out.

answer = how_fast(find_protocol("iv-single"), weight_kg=80)
answer.timeline[2].change.group  # Interval(mean, median, low, high) at 24 h
"""

from dataclasses import dataclass, replace

import numpy as np

from liftspan.evidence import NearEvidence, load_evidence, near_treatment
from liftspan.evidence.risks import Risks, risks_of
from liftspan.how_fast.limits import assumptions_of, cautions, check_circumstances, extrapolated, refuse, status_of
from liftspan.how_fast.spans import Spans, duration_of_response_d, in_response, time_to_response_d
from liftspan.mood.context import Context, Control
from liftspan.mood.scales import MADRS
from liftspan.person import People
from liftspan.population import Enrolment, GivenPeople, draw_people, given_people, usual_enrolment
from liftspan.posterior import Posterior, load_posterior
from liftspan.session.risks import SessionRisks, session_risks
from liftspan.simulate import Course, simulate
from liftspan.treatment import Protocol, Regimen
from liftspan.units import HOURS_PER_DAY, HOURS_PER_WEEK

LEVEL = 0.9
# The timeline always holds these: 2 h, 4 h, day 2 (24 h), day 4, week 1, week 2, day 28.
ALWAYS_H = (2.0, 4.0, 24.0, 72.0, 168.0, 336.0, 648.0)
# Visits at which response and relapse are looked for, days: dense at first, then twice weekly, then weekly.
EARLY_VISITS_D = (1.0, 2.0, 3.0, 5.0, 7.0, 10.5, 14.0, 17.5, 21.0, 24.5, 28.0)
# Further times when a picture is wanted; not visits, so they do not change time to response.
BETWEEN_VISITS_H = (0.5, 1.0, 8.0, 16.0, 96.0, 144.0, 204.0)
FOLLOW_UP_H = 12.0 * HOURS_PER_WEEK  # after the last session, and never less than this in all
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
class Question:
    """What was asked: the plan, the people and the circumstances."""

    name: str  # of the protocol, or "" for a treatment in words
    title: str
    regimen: Regimen
    context: Context
    background: str
    setting: str
    status: str
    source: str
    people: str  # in words


@dataclass(frozen=True)
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
    time_to_response: Spans
    duration_of_response: Spans
    horizon_h: float
    near: NearEvidence
    risks: Risks
    session_risks: SessionRisks | None  # at this dose, by the model; None = no published session supports any
    cautions: tuple[str, ...]  # to be read with the plain sentence
    manifest: dict
    assumptions: tuple[str, ...]
    extrapolated: tuple[str, ...]


def how_fast(
    treatment: Protocol | Regimen,
    *,
    weight_kg: float | None = None,
    age_y: float | None = None,
    baseline: float | None = None,
    people: GivenPeople | None = None,
    control: str | None = None,
    background: str | None = None,
    setting: str | None = None,
    conditions: tuple[str, ...] = (),
    at_h: tuple[float, ...] = (),
    smooth: bool = False,
    seed: int = SEED,
    draws: int = DRAWS,
    group_size: int = GROUP_SIZE,
) -> HowFast:
    """How fast, how far, for how long and in how many a treatment lifts depression.

    Args:
        treatment: a named protocol, or a regimen from `parse_treatment`.
        weight_kg, age_y, baseline: of everyone, where known; else as the trials enrolled people. MADRS points.
        people: a table of known people instead.
        control: what a trial of it would be blinded with (saline, midazolam, placebo_spray, placebo_oral,
            anaesthesia) or "open"; sets expectancy. Default: the protocol's, or open for a treatment in words.
        background: "none", "continued" or "new" oral antidepressant; setting: "outpatient" or "inpatient".
        conditions: of the people, for the check against the evidence ("pregnancy", "psychosis", "bipolar-1").
        at_h: further times, hours since the first session.
        smooth: adds times between visits to `course_points`, for a picture.
        seed: of people, trial and ratings; the same seed gives two treatments the same luck.
        draws, group_size: posterior draws, and people in each.

    Raises:
        InvalidInput: with every problem at once.
        OutsideEvidence: when no trial supports an answer on mood; it names the limit.
    """
    check_circumstances(control, background, setting, conditions, at_h)
    if age_y is None and isinstance(treatment, Protocol):
        age_y = treatment.age_y
    question = question_of(treatment, control, background, setting, weight_kg, age_y, baseline, people)
    evidence = load_evidence()
    posterior = load_posterior().first(draws)
    who, enrolment = who_of(people, weight_kg, age_y, baseline, seed, posterior, group_size)
    refuse(question.regimen, evidence, _weight_at_stake_kg(enrolment, people), conditions)
    visits_h, horizon_h = visits_of(question.regimen)
    course_h = np.unique([*visits_h, *at_h, *(BETWEEN_VISITS_H if smooth else ())])
    course = simulate(question.regimen, question.context, who, enrolment, posterior, course_h, seed=seed)
    shown = timeline_h(question.regimen, at_h)
    control_course = _without_drug(question, who, enrolment, posterior, shown, seed)
    responded = in_response(course)
    points = tuple(_time_point(course, responded, i, control_course) for i in range(len(course_h)))
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
        time_to_response=time_to_response_d(course.at(visits_h), horizon_h),
        duration_of_response=duration_of_response_d(course.at(visits_h)),
        horizon_h=horizon_h,
        near=near,
        risks=risks_of(question.regimen, float(np.mean(who.weight_kg))),
        session_risks=session_risks(question.regimen, **_of_everyone(weight_kg, age_y, people)),
        cautions=cautions(question.regimen),
        manifest=posterior.manifest,
        assumptions=assumptions_of(question),
        extrapolated=extrapolated(question.regimen, enrolment, float(np.max(who.age_y)), near, horizon_h),
    )


def timeline_h(regimen: Regimen, at_h: tuple[float, ...] = ()) -> tuple[float, ...]:
    """Times of the timeline: the fixed ones, the protocol's end, and those asked for."""
    end = (regimen.end_h,) if regimen.end_h > 0.0 else ()
    return tuple(sorted({*ALWAYS_H, *end, *at_h}))


def visits_of(regimen: Regimen) -> tuple[np.ndarray, float]:
    """Visits at which response and its loss are looked for, h, and the horizon: a follow-up after the last session."""
    horizon_h = max(regimen.end_h, last_session_h(regimen)) + FOLLOW_UP_H
    weekly_h = np.arange(5.0 * HOURS_PER_WEEK, horizon_h + 1.0, HOURS_PER_WEEK)
    early_h = HOURS_PER_DAY * np.array(EARLY_VISITS_D)
    return np.unique(np.concatenate([timeline_h(regimen), early_h, weekly_h, [horizon_h]])), horizon_h


def last_session_h(regimen: Regimen) -> float:
    """Start of the last session, 0 when there is none."""
    return max((session.start_h for session in regimen.sessions), default=0.0)


def question_of(treatment, control, background, setting, weight_kg, age_y, baseline, people) -> Question:
    """What was asked, with the protocol's circumstances, or those of a treatment in words, where none were given."""
    named = isinstance(treatment, Protocol)
    regimen = treatment.regimen if named else treatment
    usual_background = "new" if regimen.daily_oral_antidepressant else "none"
    background = background or (treatment.background if named else usual_background)
    setting = setting or (treatment.setting if named else "outpatient")
    control = control or (treatment.control if named else "open")
    medicated = background == "new" or regimen.daily_oral_antidepressant
    context = Context(Control(control), medicated, setting == "inpatient", max(regimen.end_h, last_session_h(regimen)))
    return Question(
        name=treatment.name if named else "",
        title=treatment.title if named else regimen.text,
        regimen=regimen,
        context=context,
        background=background,
        setting=setting,
        status=treatment.status if named else status_of(regimen),
        source=treatment.source if named else "",
        people=_people_in_words(weight_kg, age_y, baseline, people),
    )


def _people_in_words(weight_kg, age_y, baseline, people: GivenPeople | None) -> str:
    if people is not None:
        return f"{len(people.weight_kg)} given people"
    usual = usual_enrolment(None, None, None)
    weight = f"{weight_kg:g} kg" if weight_kg is not None else f"about {usual.weight_kg:g} kg"
    age = f"{age_y:g} years" if age_y is not None else f"{usual.age_y:g} years"
    score = (
        f"MADRS {baseline:g}" if baseline is not None else f"MADRS {usual.baseline_mean:g} (SD {usual.baseline_sd:g})"
    )
    return f"adults of {weight}, {age}, {score} at the start"


def who_of(people, weight_kg, age_y, baseline, seed, posterior: Posterior, group_size) -> tuple[People, Enrolment]:
    """Virtual people for every posterior draw, and how they were enrolled."""
    if people is not None:
        return given_people(people, seed, posterior.size)
    enrolment = usual_enrolment(weight_kg, age_y, baseline)
    return draw_people(enrolment, seed, posterior.size, group_size), enrolment


def _of_everyone(weight_kg: float | None, age_y: float | None, people: GivenPeople | None) -> dict[str, float | None]:
    """Weight and age at which the risks of a session are told: as asked, or the means of known people."""
    if people is None:
        return {"weight_kg": weight_kg, "age_y": age_y}
    return {"weight_kg": float(np.mean(people.weight_kg)), "age_y": float(np.mean(people.age_y))}


def _weight_at_stake_kg(enrolment: Enrolment, people: GivenPeople | None) -> float:
    """The weight at which a dose is held against the evidence: of the lightest known person, else the usual one."""
    return enrolment.weight_kg if people is None else float(np.min(people.weight_kg))


def _without_drug(question: Question, who, enrolment, posterior, times_h, seed) -> Course:
    """The same people at the same visits with nothing active: what a control group of that trial would show."""
    visits = tuple(replace(session, doses=()) for session in question.regimen.sessions)
    bare = replace(question.regimen, sessions=visits)
    return simulate(bare, question.context, who, enrolment, posterior, np.array(times_h), seed=seed)


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
