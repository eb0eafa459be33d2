"""When next: each possible day of the next session, what may happen before it and after it, and what is proposed."""

import re
from dataclasses import dataclass, replace
from math import ceil, floor

import numpy as np

from liftspan.errors import InvalidInput
from liftspan.forecast.outcomes import FOUR_WEEKS_D, HORIZON_D
from liftspan.forecast.patient import GivenSession, Patient
from liftspan.forecast.person import Known
from liftspan.forecast.plans import HALF_DAY, amount_mg, every, going_on, usual_gap_d
from liftspan.forecast.rules import Maintenance, Rulebook, reasons_against_plan, reasons_against_proposal
from liftspan.forecast.safety import against_any_plan
from liftspan.forecast.what_if import HALF_YEAR_D, WhatIf, half_year_of, what_if
from liftspan.treatment.dose import Dose

CANDIDATES_D = (0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 7.0, 10.0, 14.0, 17.0, 21.0, 24.0, 28.0)  # from today
HELD_AFTER_D = 7.0  # response "after" is read a week later
ALTERNATIVES = 4
OTHER_DOSES_WITHIN = 2.0  # factor on the dose of now
GOING_ON = ("expected_score", "relapse_by_end", "sessions_half_year", "dose_half_year_mg")
HOURS_APART_D = 0.25  # sessions of two days are not given at one hour: whole days from today
SOONER = "sooner needs two ratings in a row that worsened, or a clinician's word"
NOT_SHOWN_FOR_LONG = "no trial went on at this gap for twelve weeks"
TOO_FAR = "the third session and the week after it lie beyond twelve weeks"
EVERY_DAY = "every day of the next four weeks is refused"
# On what every window rests, in one sentence beside it.
NOT_RANDOMISED = (
    "No maintenance trial in the tables randomised the interval between sessions, and this model credits being in care "
    "with most of what going on holds off: so no window reaches beyond the steps and rules of trials, whatever this "
    "forecast says."
)


@dataclass(frozen=True)
class NextThree:
    """The next three sessions at one gap, then none; shares of people."""

    last_d: float  # day of the third, since the first session
    relapse_before: float  # the third
    response_after: float  # a week after the third
    expected_score: float  # mean from today until a week after the third
    sessions_half_year: int  # in the half year before the end of the third, with it
    dose_half_year_mg: float  # of base in them


@dataclass(frozen=True)
class Candidate:
    """The next session on one day, like the last one unless `text` says otherwise; shares of people."""

    day: float  # since the first session
    ahead_d: float  # from today
    text: str
    gap_d: float  # since the last session
    relapse_before: float | None  # in care, with no session until then
    response_before: float | None
    response_after: float | None  # a week after it, no further one in between
    expected_score: float | None  # mean of four weeks from today, going on at this gap; None where no trial did
    relapse_by_end: float | None  # in twelve weeks, going on at this gap
    sessions_half_year: float | None  # at this gap
    dose_half_year_mg: float | None
    next_three: NextThree | None  # from this day on at this gap; None where no trial did, or it reaches too far
    refused: tuple[str, ...]  # rules against it; its numbers are then None
    blank: tuple[tuple[str, str], ...] = ()  # why a number of an allowed day is None: (what, reason)


@dataclass(frozen=True)
class Target:
    """What is to be kept until the next session: "relapse <= 20 %"."""

    measure: str  # "relapse", "response" or "score"
    at_most: bool
    value: float  # share, or points

    def __str__(self) -> str:
        sign = "<=" if self.at_most else ">="
        return f"{self.measure} {sign} " + (f"{self.value:g}" if self.measure == "score" else f"{100 * self.value:g} %")


@dataclass(frozen=True)
class Proposal:
    """A window for the next session with alternatives around it, or the reasons why there is none."""

    target: Target
    from_d: float | None  # days since the first session
    to_d: float | None
    bounded_by: str  # what keeps the window from being later
    alternatives: tuple[Candidate, ...]  # earlier and later days, other doses
    reasons: tuple[str, ...]


USUAL_TARGET = Target("relapse", True, 0.2)
_TARGET = re.compile(r"\s*(relapse|response|score)\s*(<=|>=)\s*(\d+(?:\.\d+)?)\s*(%?)\s*", re.IGNORECASE)


def parse_target(text: str | None) -> Target:
    """A target in words; None is the usual one. Raises InvalidInput."""
    if text is None:
        return USUAL_TARGET
    found = _TARGET.fullmatch(text)
    hint = "write it as in 'relapse <= 20 %', 'response >= 60 %' or 'score <= 15'"
    if not found:
        raise InvalidInput([f"target '{text[:60]}' is not understood; {hint}"], "this question")
    measure, sign, number, percent = found[1].lower(), found[2], float(found[3]), bool(found[4])
    wanted_sign = ">=" if measure == "response" else "<="
    problems = []
    if sign != wanted_sign:
        problems.append(f"target '{text.strip()}': {measure} is kept {wanted_sign} a number; {hint}")
    if percent == (measure == "score"):
        problems.append(f"target '{text.strip()}': a {measure} is {'points' if percent else 'a share in %'}; {hint}")
    if percent and not 0.0 < number < 100.0:
        problems.append(f"target '{text.strip()}': {number:g} % lies outside 0 to 100; {hint}")
    if problems:
        raise InvalidInput(problems, "this question")
    return Target(measure, sign == "<=", number / 100.0 if percent else number)


def candidates_of(known: Known, rules: Rulebook) -> tuple[Candidate, ...]:
    """Each possible day of the next session like the last one; none where no plan may be shown."""
    if against_any_plan(known.patient):
        return ()
    like = known.patient.sessions[-1]
    return tuple(candidate_at(known, rules, like, ahead_d) for ahead_d in CANDIDATES_D)


def candidate_at(known: Known, rules: Rulebook, like: GivenSession, ahead_d: float) -> Candidate:
    """The next session on one day."""
    patient = known.patient
    day = patient.today_d + ahead_d
    gap_d = day - patient.sessions[-1].day
    session = replace(like, day=day)
    refused = reasons_against_plan(patient, rules, (session,)) if gap_d > 0 else ["a session was given then"]
    if refused:
        return Candidate(day, ahead_d, like.text, gap_d, *[None] * 8, tuple(refused))
    single = what_if(known, (session,), until_d=ahead_d + HELD_AFTER_D)
    on, three = _going_on(known, rules, session, gap_d), _next_three(known, rules, session, gap_d)
    blank = [("going_on", on)] if isinstance(on, str) else []
    blank += [("next_three", three)] if isinstance(three, str) else []
    return Candidate(
        day=day,
        ahead_d=ahead_d,
        text=like.text,
        gap_d=gap_d,
        relapse_before=single.share(single.outcomes.relapsed, ahead_d),
        response_before=single.share(single.outcomes.response, ahead_d),
        response_after=single.share(single.outcomes.response, ahead_d + HELD_AFTER_D),
        **(dict.fromkeys(GOING_ON) if isinstance(on, str) else on),
        next_three=None if isinstance(three, str) else three,
        refused=(),
        blank=tuple(blank),
    )


def _next_three(known: Known, rules: Rulebook, session: GivenSession, gap_d: float) -> NextThree | str:
    """What three sessions would bring, the first of them this one; or why that is not said."""
    patient = known.patient
    last_d = session.day + 2.0 * gap_d
    coming = every(session, session.day, gap_d, last_d)
    ahead_d = last_d - patient.today_d
    if ahead_d + HELD_AFTER_D > HORIZON_D:
        return TOO_FAR
    refused = reasons_against_plan(patient, rules, coming)
    if refused:
        return refused[0]
    met = what_if(known, coming, until_d=ahead_d + HELD_AFTER_D)
    counted = [one for one in (*patient.sessions, *coming) if one.day > last_d - HALF_YEAR_D and one.doses]
    return NextThree(
        last_d=last_d,
        relapse_before=met.share(met.outcomes.relapsed, ahead_d),
        response_after=met.share(met.outcomes.response, ahead_d + HELD_AFTER_D),
        expected_score=met.mean_score(0.0, ahead_d + HELD_AFTER_D),
        sessions_half_year=len(counted),
        dose_half_year_mg=sum(amount_mg(one.doses, patient.person.weight_kg) for one in counted),
    )


def _going_on(known: Known, rules: Rulebook, session: GivenSession, gap_d: float) -> dict[str, float] | str:
    """What the same gap would bring from then on; or that no trial went on so, as thrice weekly for months."""
    patient = known.patient
    coming = going_on(session, session.day, gap_d, patient.today_d + HORIZON_D)
    if reasons_against_plan(patient, rules, coming):
        return NOT_SHOWN_FOR_LONG
    met = what_if(known, coming)
    numbers = (met.mean_score(0.0, FOUR_WEEKS_D), float(met.outcomes.relapsed[:, -1].mean()))
    return dict(zip(GOING_ON, (*numbers, *half_year_of(gap_d, session, patient.person.weight_kg)), strict=True))


def propose(known: Known, candidates: tuple[Candidate, ...], target: Target, rules: Rulebook) -> Proposal:
    """From the day that goes on as now to the latest one that keeps the target, at most one step of trials longer."""
    reasons = reasons_against_proposal(known)
    last = known.patient.sessions[-1]
    shown = rules.maintenance_of(last)
    allowed = [one for one in candidates if not one.refused]
    if shown is None:
        reasons.append(
            f"no maintenance trial of {last.text} is in the tables, so no gap can be said to have been shown"
        )
    elif candidates and not allowed:
        reasons.append(f"{EVERY_DAY}: {candidates[0].refused[0]}")
    if target.measure == "relapse" and not known.course.responded:
        rated = any(score.day > 0.0 for score in known.patient.scores)
        so_far = "no response so far" if rated else "no score after the first session, so no response is known"
        reasons.append(f"{so_far}: relapse has no meaning yet; see the chance of a response")
    if reasons:
        return Proposal(target, None, None, "", (), tuple(reasons))
    from_d, to_d, bound = _window(known, shown, allowed[0].day, _last_day_that_keeps(known, last, target))
    return Proposal(target, from_d, to_d, bound, _alternatives(known, rules, allowed, to_d), ())


def _window(known: Known, shown: Maintenance, earliest_d: float, kept_d: float) -> tuple[float, float, str]:
    """First and last day, in whole days from today, and what keeps the last one from being later.

    Sooner than now only where two ratings in a row worsened, and then not sooner than trials have shown.
    """
    patient, gap_d = known.patient, usual_gap_d(known.patient)
    today_d, last_d = patient.today_d, patient.sessions[-1].day
    now_d, step_d = last_d + gap_d, last_d + shown.next_gap_d(gap_d)
    if kept_d > step_d:
        step = f"{shown.next_gap_d(gap_d):g} days"
        longer = step_d > now_d + HALF_DAY
        said = f"the next step of trials, {step} after {gap_d:.3g}" if longer else f"the longest gap of trials, {step}"
        until_d, bound = step_d, f"{said} ({shown.what}; {shown.source})"
    elif kept_d >= now_d or now_d <= today_d:
        until_d, bound = kept_d, "the target"
    elif worsened_twice(patient):
        until_d = max(kept_d, last_d + shown.gaps_d[0] - HALF_DAY, earliest_d)
        bound = f"the target, and two ratings in a row that worsened; {_added(patient, until_d - last_d, gap_d)}"
    else:
        until_d = now_d
        bound = f"the target, which is not kept until the present step, every {gap_d:.3g} days: {SOONER}"
    to_d = max(today_d + floor(until_d - today_d + HOURS_APART_D), earliest_d)
    from_d = max(min(today_d + ceil(now_d - today_d - HOURS_APART_D), to_d), earliest_d)
    if until_d < earliest_d - HOURS_APART_D:
        bound += ", which no allowed day keeps: the earliest one stands"
    return from_d, max(from_d, to_d), bound


def _added(patient: Patient, gap_d: float, usual_d: float) -> str:
    """What a shorter gap costs."""
    like, weight_kg = patient.sessions[-1], patient.person.weight_kg
    (sessions, dose_mg), (usual, usual_mg) = (half_year_of(gap, like, weight_kg) for gap in (gap_d, usual_d))
    return (
        f"at that gap {sessions:.0f} sessions and {dose_mg:,.0f} mg in half a year in place of {usual:.0f} and "
        f"{usual_mg:,.0f} mg"
    )


def worsened_twice(patient: Patient) -> bool:
    """Whether each of the last two scores is worse than the one before it."""
    own = [score.value for score in patient.scores if score.scale == patient.primary][-3:]
    return len(own) == 3 and own[0] < own[1] < own[2]


def _last_day_that_keeps(known: Known, like: GivenSession, target: Target) -> float:
    """The last day for a session until which the target holds all the time; yesterday if it does not hold today."""
    # A session at the end of what is looked at keeps the person in care until then, and does not act before.
    today_d = known.patient.today_d
    waiting = what_if(known, (replace(like, day=today_d + HORIZON_D),))
    ahead = waiting.days >= -1e-6
    days, values = waiting.days[ahead], _measured(waiting, target.measure).mean(axis=0)[ahead]
    broken = values > target.value if target.at_most else values < target.value
    return today_d + (float(days[np.argmax(broken)]) - 1.0 if broken.any() else float(days[-1]))


def _measured(waiting: WhatIf, measure: str) -> np.ndarray:
    """What a target is about, (person, time)."""
    if measure == "score":
        return waiting.outlook.score
    return waiting.outcomes.relapsed if measure == "relapse" else waiting.outcomes.response


def _alternatives(known: Known, rules: Rulebook, allowed: list[Candidate], to_d: float) -> tuple[Candidate, ...]:
    """The allowed days around the end of the window, and that day with other doses that trials gave."""
    near = sorted(allowed, key=lambda one: abs(one.day - to_d))[:ALTERNATIVES]
    others = other_doses(known.patient.sessions[-1], rules)
    by_dose = [candidate_at(known, rules, like, near[0].ahead_d) for like in others]
    return (*sorted(near, key=lambda one: one.day), *by_dose)


def other_doses(like: GivenSession, rules: Rulebook) -> list[GivenSession]:
    """The same session with other doses that trials of the tables gave, within a factor of two.

    Devices of one size are counted: 84 mg is three of 28 mg.
    """
    sizes = {(dose.drug, dose.route, dose.amount, dose.per_kg) for dose in like.doses}
    if len(sizes) != 1:
        return []
    ((drug, route, size, per_kg),) = sizes
    total, unit = size * len(like.doses), "mg/kg" if per_kg else "mg"
    found = []
    for amount in rules.doses.get((drug, route, per_kg), ()):
        near = total / OTHER_DOSES_WITHIN <= amount <= total * OTHER_DOSES_WITHIN and amount != total
        doses = _of_size(like.doses, amount)
        if near and doses:
            found.append(replace(like, text=f"{amount:g} {unit} in place of {total:g} {unit}", doses=doses))
    return found


def _of_size(doses: tuple[Dose, ...], amount: float) -> tuple[Dose, ...]:
    """Doses like these that add up to an amount; none where whole devices do not."""
    if len(doses) == 1:
        return (replace(doses[0], amount=amount),)
    pieces = amount / doses[0].amount
    if abs(pieces - round(pieces)) > 1e-6:
        return ()
    step_h = doses[1].start_h - doses[0].start_h
    return tuple(replace(doses[0], start_h=doses[0].start_h + k * step_h) for k in range(round(pieces)))
