"""Ways to go on: as before, less often, a taper, a missed session, a new induction, none, or another treatment."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from liftspan.errors import InvalidInput
from liftspan.forecast.care import SHORT, Care, last_visit_d
from liftspan.forecast.outcomes import FOUR_WEEKS_D, HORIZON_D
from liftspan.forecast.patient import GivenSession, Patient
from liftspan.forecast.person import Known
from liftspan.forecast.plans import HALF_DAY, amount_mg, every, going_on, usual_gap_d, within
from liftspan.forecast.rules import Rulebook, dense_courses, reasons_against_plan
from liftspan.forecast.safety import planned_of
from liftspan.forecast.what_if import WhatIf, what_if
from liftspan.treatment import parse_treatment
from liftspan.units import DAYS_PER_WEEK, HOURS_PER_DAY

JUDGED_D = (FOUR_WEEKS_D, HORIZON_D)  # from today
TAPER_GAPS_D = (7.0, 7.0, 14.0, 14.0, 28.0, 28.0)  # weekly, every 2, every 4 weeks, as in SUSTAIN-3
GAPS_D = {"weekly": 7.0, "every 2 weeks": 14.0, "every 4 weeks": 28.0}  # as maintenance is given in SUSTAIN-1 and -3
INDUCTION_GAP_D, INDUCTION_SESSIONS = 3.5, 8  # twice weekly for four weeks (labels, KADS)


@dataclass(frozen=True)
class Judged:
    """One plan in the week up to one day from today."""

    ahead_d: float
    mean_score: float
    response: float
    remission: float
    relapsed: float
    difference: float  # of the same people from the first scenario judged: mean
    difference_low: float  # central 90 % of people
    difference_high: float
    by_drug: float  # mean score minus that of the same visits with nothing given


@dataclass(frozen=True)
class Scenario:
    """One way to go on."""

    name: str
    text: str
    care: Care  # that of the answer; "stop all" ends it
    sessions: int  # in the next twelve weeks
    dose_mg: float  # of base in them
    judged: tuple[Judged, ...]
    refused: tuple[str, ...]  # rules against it; then nothing is judged


@dataclass(frozen=True)
class Plan:
    """What is to be met; a plan that goes on reaches beyond the last day that is judged."""

    name: str
    text: str
    coming: tuple[GivenSession, ...]
    care: Care


def scenarios_of(known: Known, rules: Rulebook, switch: str | None) -> tuple[Scenario, ...]:
    """Every way to go on; those against a rule are named with it. Others are compared with the first of them."""
    plans = list(_plans(known, rules, switch))
    refused = [tuple(reasons_against_plan(known.patient, rules, plan.coming)) for plan in plans]
    met = [
        None if reasons else what_if(known, plan.coming, care=plan.care)
        for plan, reasons in zip(plans, refused, strict=True)
    ]
    first = next(one for one in met if one is not None)  # to stop is never refused
    bare = _Bare(known)
    return tuple(
        _scenario(known.patient, plan, reasons, _judged_at_all(tried, bare.of(plan, tried), first) if tried else ())
        for plan, reasons, tried in zip(plans, refused, met, strict=True)
    )


class _Bare:
    """The same visits with nothing given: met once for all plans with the same last visit."""

    def __init__(self, known: Known):
        self._known, self._met = known, {}

    def of(self, plan: Plan, tried: WhatIf) -> WhatIf:
        last_d = last_visit_d(plan.care, self._known.patient.today_d, plan.coming)
        if last_d not in self._met:
            nothing = tried if not plan.coming else what_if(self._known, (), care=plan.care, visits=plan.coming)
            self._met[last_d] = nothing
        return self._met[last_d]


def _plans(known: Known, rules: Rulebook, switch: str | None) -> Iterator[Plan]:
    """Each way to go on: first as planned, or none where nothing is planned."""
    patient, gap_d = known.patient, usual_gap_d(known.patient)
    like, today_d = patient.sessions[-1], patient.today_d
    end_d = today_d + HORIZON_D

    def plan(name: str, text: str, coming: tuple[GivenSession, ...] = (), care: Care = known.care) -> Plan:
        return Plan(name, text, coming, care)

    def at_gap(gap: float, skipped: int = 0) -> tuple[GivenSession, ...]:
        return going_on(like, max(like.day + gap, today_d) + skipped * gap, gap, end_d)

    planned = planned_of(patient)
    if planned:
        yield plan("as planned", "the sessions planned in the record", planned)
    ends = Care.ENDS_TODAY
    # With no session to come, visits until the last session end today as well.
    yield plan("stop", f"no further session, {SHORT[Care.ON if known.care is Care.ON else ends]}")
    yield plan("stop all", f"no further session, {SHORT[ends]}", care=ends)
    if len(patient.sessions) > 1:
        yield plan("as now", f"every {gap_d:.3g} days", at_gap(gap_d))
        yield plan("miss one", f"the next session left out, then every {gap_d:.3g} days", at_gap(gap_d, skipped=1))
    series = tuple(_series(patient, rules, gap_d, end_d)) if gap_d < DAYS_PER_WEEK - HALF_DAY else ()
    if series:
        yield plan("finish series", f"every {gap_d:.3g} days for as long as a trial did, then weekly", series)
    for name, gap in GAPS_D.items():
        if abs(gap - gap_d) > 1.0:
            yield plan(name, f"every {gap:g} days", at_gap(gap))
    yield plan("taper", "after 7, 7, 14, 14, 28 and 28 days, then none", tuple(_taper(like, today_d)))
    first_d = max(like.day + INDUCTION_GAP_D, today_d)
    induced = every(like, first_d, INDUCTION_GAP_D, first_d + (INDUCTION_SESSIONS - 1) * INDUCTION_GAP_D)
    yield plan("new induction", "twice weekly for four weeks, then none", induced)
    if switch is not None:
        yield plan("switch", switch, _switched(patient, switch))


def _series(patient: Patient, rules: Rulebook, gap_d: float, end_d: float) -> Iterator[GivenSession]:
    """On at a gap of less than a week to the length of the longest such course of a trial, then weekly."""
    like = patient.sessions[-1]
    longest_d = max((rules.longest_course_d.get((dose.drug, dose.route), 0.0) for dose in like.doses), default=0.0)
    first_d, _ = dense_courses([session.day for session in patient.sessions if session.doses])[-1]
    day, more = max(like.day + gap_d, patient.today_d), 0
    while day <= first_d + longest_d + 1e-6:
        yield replace(like, day=round(day, 6))
        day, more = day + gap_d, more + 1
    if more:
        yield from going_on(like, day - gap_d + DAYS_PER_WEEK, DAYS_PER_WEEK, end_d)


def _taper(like: GivenSession, today_d: float) -> Iterator[GivenSession]:
    day = like.day
    for gap_d in TAPER_GAPS_D:
        day = max(day + gap_d, today_d)
        yield replace(like, day=day)


def _switched(patient: Patient, text: str) -> tuple[GivenSession, ...]:
    """The sessions of another treatment in words, from the usual gap after the last session on."""
    regimen = parse_treatment(text)
    if not any(session.doses for session in regimen.sessions):
        raise InvalidInput([f"switch '{text}': it gives no drug; to stop stands among the scenarios"], "this question")
    start_d = max(patient.sessions[-1].day + usual_gap_d(patient), patient.today_d)
    return tuple(
        GivenSession(start_d + session.start_h / HOURS_PER_DAY, text, session.doses, "--switch")
        for session in regimen.sessions
    )


def _scenario(patient: Patient, plan: Plan, refused: tuple[str, ...], judged: tuple[Judged, ...]) -> Scenario:
    counted = within(plan.coming, patient.today_d + HORIZON_D)
    dose_mg = sum(amount_mg(session.doses, patient.person.weight_kg) for session in counted)
    return Scenario(plan.name, plan.text, plan.care, len(counted), dose_mg, judged, refused)


def _judged_at_all(tried: WhatIf, bare: WhatIf, first: WhatIf) -> tuple[Judged, ...]:
    return tuple(_judged(tried, bare, first, ahead_d) for ahead_d in JUDGED_D)


def _judged(tried: WhatIf, bare: WhatIf, first: WhatIf, ahead_d: float) -> Judged:
    week = tried.week_to(ahead_d)
    own, nothing, base = (one.outlook.score[:, week].mean(axis=1) for one in (tried, bare, first))
    low, high = np.quantile(own - base, [0.05, 0.95])
    return Judged(
        ahead_d=ahead_d,
        mean_score=float(own.mean()),
        response=float(tried.outcomes.response[:, week].mean()),
        remission=float(tried.outcomes.remission[:, week].mean()),
        relapsed=float(tried.outcomes.relapsed[:, tried.at(ahead_d)].mean()),
        difference=float((own - base).mean()),
        difference_low=float(low),
        difference_high=float(high),
        by_drug=float((own - nothing).mean()),
    )
