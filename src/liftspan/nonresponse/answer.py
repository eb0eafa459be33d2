"""Chances of response at the end of a course, given response or none at the visit after a session.

Response is read as it would be at the visit: the score written down, with its error of rating, against the first one.
So some people without response at a visit are better than their score says, and the other way round.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from liftspan.errors import InvalidInput
from liftspan.evidence import NearEvidence, load_evidence, near_treatment
from liftspan.evidence.miss import Miss, misses_of
from liftspan.evidence.risks import Risks, risks_of
from liftspan.how_fast.answer import DRAWS, GROUP_SIZE, SEED, Interval, interval
from liftspan.how_fast.arguments import check_numbers, numbers_asked
from liftspan.how_fast.limits import FITTED_UNTIL_H, assumptions_of, check_circumstances, refuse
from liftspan.how_fast.question import Question, question_of, who_of
from liftspan.how_fast.spans import in_response
from liftspan.how_fast.stretched import cautions_of, not_known
from liftspan.nonresponse.published import Published, published_for
from liftspan.population import Enrolment, usual_enrolment
from liftspan.posterior import load_posterior
from liftspan.simulate import simulate
from liftspan.treatment import Protocol, Regimen, treatment_of
from liftspan.units import HOURS_PER_DAY

USUAL_SESSIONS = (2, 4, 6)
VISIT_AFTER_H = 24.0  # the visit after a session, or just before the next one where that comes sooner
PUBLISHED_SESSIONS = 6
INDUCTION_H = 672.0  # four weeks: when the trials of a longer plan judged its first part


@dataclass(frozen=True)
class Chance:
    """A share of people: its interval over groups in new trials, and the chance of one new person."""

    group: Interval | None  # None where no group holds such people
    person: float | None  # over all people of all trials: what is expected for the next one


@dataclass(frozen=True)
class AfterSessions:
    """What follows for those with and without response at the visit after session number `sessions`."""

    sessions: int
    visit_h: float
    without: Chance  # share without response at the visit
    later: Chance  # of those without: in response at the end
    sometime: Chance  # of those without: in response at some later visit, the end included
    later_without_drug: Chance  # of the same people, had the sessions after the visit been visits without the drug
    sometime_without_drug: Chance  # likewise at some later visit: among several looks one low rating is partly luck
    kept: Chance  # of those with response at the visit: in response at the end


@dataclass(frozen=True)
class NonResponse:
    """The answer."""

    question: Question
    enrolment: Enrolment
    group_size: int
    draws: int
    seed: int
    end_h: float
    end_why: str
    response_at_end: Chance
    after: tuple[AfterSessions, ...]
    published: tuple[Published, ...]
    late: Chance | None  # after the sixth session, of those without after the first: what `published` may hold as well
    near: NearEvidence
    risks: Risks
    misses: Mapping[str, Miss]  # how far trials that were not seen were missed, by kind
    cautions: tuple[str, ...]
    manifest: dict
    assumptions: tuple[str, ...]
    extrapolated: tuple[str, ...]


def nonresponse(
    treatment: Protocol | Regimen | str,
    *,
    at_sessions: int | tuple[int, ...] | None = None,
    end_d: float | None = None,
    weight_kg: float | None = None,
    age_y: float | None = None,
    baseline: float | None = None,
    control: str | None = None,
    background: str | None = None,
    setting: str | None = None,
    seed: int = SEED,
    draws: int = DRAWS,
    group_size: int = GROUP_SIZE,
) -> NonResponse:
    """The chance of response at the end for people without response after some sessions.

    Args:
        treatment: of several sessions: a named protocol or a regimen from `parse_treatment`; text is the name of a
            protocol, or words.
        at_sessions: numbers of sessions; default 2, 4 and 6, as far as the plan has them.
        end_d: day at which the end is judged; default the end of the plan, or day 28 where the plan goes on beyond what
            the fit has seen.
        weight_kg, age_y, baseline, control, background, setting, seed, draws, group_size: as in `how_fast`.

    Raises:
        InvalidInput: with every problem at once.
        OutsideEvidence: when no trial supports an answer on mood.
    """
    treatment = treatment_of(treatment)
    at_sessions = None if at_sessions is None else numbers_asked(at_sessions)
    check_numbers(
        {"weight_kg": weight_kg, "age_y": age_y, "baseline": baseline, "end_d": end_d, "at_sessions": at_sessions},
        {"seed": seed, "draws": draws, "group_size": group_size},
    )
    check_circumstances(control, background, setting)
    if age_y is None and isinstance(treatment, Protocol):
        age_y = treatment.age_y
    question = question_of(treatment, control, background, setting, weight_kg, age_y, baseline, None)
    regimen = question.regimen
    end_h, end_why = _end(regimen, end_d)
    counts = _counts(regimen, at_sessions, end_h)
    evidence = load_evidence()
    refuse(regimen, evidence, usual_enrolment(weight_kg, age_y, baseline).weight_kg, ())
    whole = load_posterior()
    posterior = whole.first(draws)
    who, enrolment = who_of(None, weight_kg, age_y, baseline, seed, posterior, group_size)
    step_h = _published_step_h(regimen)
    visits_h = [visit_h(regimen, count) for count in _possible(regimen, end_h)]
    times_h = np.unique([*visits_h, *step_h, end_h])

    def responded(plan: Regimen, at_h: np.ndarray) -> np.ndarray:
        return in_response(simulate(plan, question.context, who, enrolment, posterior, at_h, seed=seed))

    given = responded(regimen, times_h)
    at = {hours: given[..., i] for i, hours in enumerate(times_h)}
    after = []
    for count in counts:
        now_h = visit_h(regimen, count)
        later_h = np.unique([hours for hours in [*visits_h, end_h] if hours > now_h])
        later = np.any([at[hours] for hours in later_h], axis=0)
        bare = responded(without_later_doses(regimen, count), later_h)
        bare_end = bare[..., list(later_h).index(end_h)]
        after.append(after_sessions(count, now_h, at[now_h], at[end_h], later, bare_end, bare.any(axis=-1)))
    near = near_treatment(evidence, regimen)
    return NonResponse(
        question=question,
        enrolment=enrolment,
        group_size=len(who),
        draws=posterior.size,
        seed=seed,
        end_h=end_h,
        end_why=end_why,
        response_at_end=chance_among(np.ones_like(at[end_h]), at[end_h]),
        after=tuple(after),
        published=published_for(regimen),
        late=chance_among(~at[step_h[0]], at[step_h[1]]) if step_h else None,
        near=near,
        risks=risks_of(regimen, float(np.mean(who.weight_kg))),
        misses=misses_of(posterior.manifest),
        cautions=cautions_of(regimen, evidence),
        manifest=posterior.manifest,
        assumptions=assumptions_of(question),
        extrapolated=_of_the_course(
            not_known(question, enrolment, float(np.max(who.age_y)), near, end_h, evidence, whole)
        ),
    )


def visit_h(regimen: Regimen, sessions: int) -> float:
    """When the visit after that many sessions takes place: a day after the last of them, before the next one."""
    starts_h = [session.start_h for session in regimen.sessions]
    after_h = starts_h[sessions - 1] + VISIT_AFTER_H
    return min(after_h, starts_h[sessions]) if sessions < len(starts_h) else after_h


def without_later_doses(regimen: Regimen, sessions: int) -> Regimen:
    """The same plan with the same visits, of which those after so many sessions bring no drug."""
    kept, later = regimen.sessions[:sessions], regimen.sessions[sessions:]
    return replace(regimen, sessions=(*kept, *(replace(session, doses=()) for session in later)))


def after_sessions(
    sessions: int,
    at_h: float,
    at_visit: np.ndarray,
    at_end: np.ndarray,
    at_some_later_visit: np.ndarray,
    at_end_without_drug: np.ndarray,
    at_some_later_visit_without_drug: np.ndarray,
) -> AfterSessions:
    """Shares and conditional chances from who is in response when; all arrays are truth values, (draw, person)."""
    none = ~at_visit
    return AfterSessions(
        sessions=sessions,
        visit_h=at_h,
        without=chance_among(np.ones_like(none), none),
        later=chance_among(none, at_end),
        sometime=chance_among(none, at_some_later_visit),
        later_without_drug=chance_among(none, at_end_without_drug),
        sometime_without_drug=chance_among(none, at_some_later_visit_without_drug),
        kept=chance_among(at_visit, at_end),
    )


def chance_among(asked: np.ndarray, outcome: np.ndarray) -> Chance:
    """Share with the outcome among those asked about: by group (draw), and over all people; (draw, person) both.

    The person's chance weighs trials by how many such people they hold, since to be one of them says something about
    the trial as well; the group's interval gives each trial the same weight and leaves out groups without such people.
    """
    many = asked.sum(axis=1)
    having = (asked & outcome).sum(axis=1)
    some = many > 0
    if not some.any():
        return Chance(None, None)
    return Chance(interval(having[some] / many[some]), float(having.sum() / many.sum()))


def _published_step_h(regimen: Regimen) -> tuple[float, ...]:
    """Visits after the first and the sixth session, between which published series tell of late response."""
    has = len(regimen.sessions) >= PUBLISHED_SESSIONS and any(
        one.late_low is not None for one in published_for(regimen)
    )
    return (visit_h(regimen, 1), visit_h(regimen, PUBLISHED_SESSIONS)) if has else ()


def _end(regimen: Regimen, end_d: float | None) -> tuple[float, str]:
    """When the end is judged, h, and why then."""
    if end_d is not None:
        latest_d = max(regimen.end_h, FITTED_UNTIL_H) / HOURS_PER_DAY
        if not 0.0 < end_d <= latest_d:
            raise InvalidInput(
                [f"end day {end_d:g} is outside 0 to {latest_d:g}, the end of the plan"], "this question"
            )
        return HOURS_PER_DAY * end_d, "the day asked for"
    if regimen.end_h > FITTED_UNTIL_H:
        return INDUCTION_H, (
            f"the plan runs to day {regimen.end_h / HOURS_PER_DAY:g}, beyond the 8 weeks that the fit has seen; trials "
            "judge its first four weeks"
        )
    return regimen.end_h, "the end of the plan"


def _counts(regimen: Regimen, at_sessions: tuple[int, ...] | None, end_h: float) -> tuple[int, ...]:
    """Numbers of sessions whose visit lies before the end; every number that was asked for must."""
    possible = _possible(regimen, end_h)
    if not possible:
        raise InvalidInput(
            [
                f"{len(regimen.sessions)} sessions and an end on day {end_h / HOURS_PER_DAY:g}: no visit lies between "
                "a session and the end; ask of a course, for example --protocol iv-induction"
            ],
            "this question",
        )
    if at_sessions is None:
        return tuple(count for count in USUAL_SESSIONS if count in possible) or (possible[-1],)
    problems = [
        f"after {count} sessions: the visits before the end come after 1 to {possible[-1]} sessions"
        for count in at_sessions
        if count not in possible
    ]
    if problems or not at_sessions:
        raise InvalidInput(problems or ["no number of sessions was given, as in 2,4,6"], "this question")
    return tuple(sorted(set(at_sessions)))


def _possible(regimen: Regimen, end_h: float) -> list[int]:
    """Numbers of sessions whose visit lies before the end; a visit at the end itself has nothing after it."""
    return [count for count in range(1, len(regimen.sessions) + 1) if visit_h(regimen, count) < end_h]


def _of_the_course(said: tuple[str, ...]) -> tuple[str, ...]:
    """As for the main answer, without what it says of times after the plan: nothing here is asked of them."""
    course = tuple(text for text in said if not text.startswith(("what follows after", "beyond 8 weeks")))
    return (
        *course,
        "how a person's scores hang together over time rests on the spread of people and on assumed rating noise and "
        "fluctuation: the fitted rows are means and shares of groups, not courses of persons",
    )
