"""START HERE: one session of a treatment and who gets it -> what rises, when it is over, how often it goes wrong.

The same concentrations that drive mood drive the session. Each draw is another clinic: parameters of the fit, and a
site of its own for pressure, since cohorts differ fivefold there and nobody knows why.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from liftspan.acute.effects import cadss, drive, rise
from liftspan.acute.parameters import EVENTS
from liftspan.errors import InvalidInput
from liftspan.exposure_words import dose_words
from liftspan.monitoring import TIME, Comparison, Kind, RuleSet, rules_for
from liftspan.numbers import is_number
from liftspan.parameters import body_value
from liftspan.session.clinics import Clinic, Interval, clinics, extrapolated, interval, largest_session, rates
from liftspan.session.predicted import MINUTES, PEOPLE, PRESSURE_EVENTS, SEED, Levels, deviates, levels_of, sedated
from liftspan.session.published import SeenPoint, seen_points
from liftspan.session.readiness import (
    READY_MIN,
    ByRules,
    NotSimulated,
    as_read,
    by_rules,
    by_trials,
    first_minutes,
    not_simulated,
    notes_of_minutes,
    soft,
    why_not_by_rules,
)
from liftspan.session.serious import SeriousEvent, serious_events
from liftspan.session.store import load_acute_posterior
from liftspan.treatment import Drug, Protocol, Regimen, Route, treatment_of
from liftspan.units import MINUTES_PER_HOUR

SHOWN_MIN = (0.0, 15.0, 40.0, 60.0, 90.0, 120.0, 240.0)
PRESSURES = ("systolic", "diastolic", "heart_rate")
RATES = (*PRESSURE_EVENTS, *EVENTS, "cadss_above_4")
SERIOUS = "serious_drug_related"  # published count, the same at every dose


@dataclass(frozen=True)
class Point:
    """What a group shows at one time after the dose begins."""

    minutes: float
    systolic_change_mmhg: Interval
    diastolic_change_mmhg: Interval
    heart_rate_change_per_min: Interval
    cadss: Interval
    moaas_below_5: Interval


@dataclass(frozen=True)
class Ready:
    """Share of people who may leave at one time: as the trials judged it, and by the file of rules."""

    minutes: float
    judged: Interval
    by_rules: float | None  # as far as simulated; None = no rules, or none that can be: `not_by_rules` says why
    effects_over: float | None  # the same without the rule on time


@dataclass(frozen=True)
class RuleLimit:
    """A limit of the rules that a picture can draw: beyond it is an alert; on this side of it a person may leave."""

    measure: str  # of monitoring.MEASURES
    value: float
    kind: Kind
    comparison: Comparison


@dataclass(frozen=True)
class SessionAnswer:
    """One session in people of one kind."""

    title: str
    dose: str  # of the session shown: the largest of the treatment
    first_dose: str  # of the treatment's first session with a dose
    people: str
    weight_kg: float | None
    age_y: float | None
    timeline: tuple[Point, ...]
    course: tuple[Point, ...]  # every five to fifteen minutes, for a picture
    peaks: Mapping[str, tuple[Interval, Interval]]  # name -> value, minutes
    probabilities: Mapping[str, Interval]
    placebo_probabilities: Mapping[str, Interval | None]  # None = nobody printed it
    serious: tuple[SeriousEvent, ...]
    ready: tuple[Ready, ...]
    ready_course: tuple[Ready, ...]  # at the times of `course`
    ready_minutes: Mapping[float, float | None]  # share -> minutes as judged; None: `ready_notes` says why
    ready_notes: Mapping[float, str]  # not read so early, or not within four hours
    ready_minutes_by_rules: Mapping[float, float | None]  # None = not within four hours
    ready_notes_by_rules: Mapping[float, str]
    held_by: Mapping[str, float]  # share of people held at two hours by each effect, by the rules
    published: tuple[SeenPoint, ...]  # of this drug and route, at its usual doses
    limits: tuple[RuleLimit, ...]
    rules: str  # name and day of the rules of discharge; empty = none for this route
    soft_rules: tuple[str, ...]  # of discharge: an analogy or a choice
    not_simulated: tuple[NotSimulated, ...]  # what these rules ask for and the model cannot read
    not_by_rules: str  # why nobody can be told ready by the rules; empty where it is told
    extrapolated: tuple[str, ...]
    inputs_sha256: str


def session_of(
    treatment: Protocol | Regimen | str,
    *,
    weight_kg: float | None = None,
    age_y: float | None = None,
    own_rules: RuleSet | None = None,
) -> SessionAnswer:
    """The session of a treatment with the largest dose, in people of this weight and age.

    Args:
        own_rules: of a clinic, in the place of those that ship.

    Raises OutsideEvidence where no published session supports an answer or the dose is above every one studied;
    InvalidInput where the clinic's rules are for other drugs or routes, or a weight or an age is no number.
    """
    treatment = treatment_of(treatment)
    given = (("weight_kg", weight_kg), ("age_y", age_y))
    wrong = [f"{name}={value!r} is no number" for name, value in given if value is not None and not is_number(value)]
    if wrong:
        raise InvalidInput(wrong, "this question")
    regimen = treatment.regimen if isinstance(treatment, Protocol) else treatment
    session, kind = largest_session(regimen, weight_kg)
    levels, of = levels_of(session, weight_kg, age_y, PEOPLE, SEED), clinics()
    draws = [one.parameters for one in of]
    courses = [_course(levels, one) for one in of]
    rules = rules_for(*kind) if own_rules is None else _meant_for(own_rules, *kind)
    judged = by_trials(levels, draws, [one.log_odds for one in of])
    infusion_min = MINUTES_PER_HOUR * max(dose.duration_h for dose in session.doses)
    ruled = by_rules(rules, levels, draws, courses, _age(age_y), infusion_min) if rules else None
    ready = tuple(_ready(judged, ruled, i) for i in range(len(MINUTES)))
    course = tuple(_point(courses, i) for i in range(len(MINUTES)))
    reached, by_rule = first_minutes(judged.mean(axis=0)), first_minutes(ruled.ready) if ruled else {}
    return SessionAnswer(
        title=treatment.title if isinstance(treatment, Protocol) else regimen.text,
        dose=dose_words(session),
        first_dose=dose_words(next(one for one in regimen.sessions if one.doses)),
        people=_people(weight_kg, age_y),
        weight_kg=weight_kg,
        age_y=age_y,
        timeline=tuple(course[i] for i in np.searchsorted(MINUTES, SHOWN_MIN)),
        course=course,
        peaks={name: _peak(courses, name) for name in (*PRESSURES, "cadss", "moaas_below_5")},
        probabilities={name: interval(rates(levels, of, name)) for name in RATES} | {SERIOUS: _counted()},
        placebo_probabilities={name: interval(rates(levels, of, name, drug=False)) for name in RATES} | {SERIOUS: None},
        serious=serious_events(),
        ready=tuple(ready[i] for i in np.searchsorted(MINUTES, READY_MIN)),
        ready_course=ready,
        ready_minutes=as_read(reached),
        ready_notes=notes_of_minutes(reached, as_read(reached)),
        ready_minutes_by_rules=by_rule,
        ready_notes_by_rules=notes_of_minutes(by_rule, by_rule),
        held_by=ruled.held if ruled else {},
        published=seen_points(kind[0].value, kind[1].value, levels.older),
        limits=_limits(rules, infusion_min) if rules else (),
        rules=f"{rules.name}, as of {rules.dated.isoformat()}" if rules else "",
        soft_rules=soft(rules) if rules else (),
        not_simulated=not_simulated(rules) if rules else (),
        not_by_rules=_why_not(rules, ruled, _age(age_y)),
        extrapolated=tuple(extrapolated(session, kind, weight_kg)),
        inputs_sha256=load_acute_posterior().inputs_sha256,
    )


def _counted() -> Interval:
    """Serious events that were judged related to the drug, as counted, with exact limits."""
    one = next(one for one in serious_events() if one.name == SERIOUS)
    return Interval(one.rate, one.rate, one.low, one.high)


def _course(levels: Levels, clinic: Clinic) -> dict[str, np.ndarray]:
    """Everybody's courses in one clinic, (person, time); the share sedated, (1, time)."""
    p = clinic.parameters
    z, d = deviates()["person"], drive(levels.s, levels.r, p["s_over_r"])
    found = {
        name: clinic.rise
        * rise(
            d, z, largest=p[f"{name}_max"], c50_ng_per_ml=p["pressure_c50"], person_spread=p["pressure_person_spread"]
        )
        for name in PRESSURES
    }
    found["cadss"] = cadss(
        d, deviates()["first"][:, 1], largest=p["cadss_max"], c50_ng_per_ml=p["cadss_c50"], hill=p["cadss_hill"],
        spread=p["cadss_spread"],
    )  # fmt: skip
    found["moaas_below_5"] = sedated(levels, p)[None, :]
    return found


def _point(courses, i: int) -> Point:
    values = {name: interval([course[name][:, i].mean() for course in courses]) for name in courses[0]}
    return Point(
        float(MINUTES[i]), values["systolic"], values["diastolic"], values["heart_rate"], values["cadss"],
        values["moaas_below_5"],
    )  # fmt: skip


def _peak(courses, name: str) -> tuple[Interval, Interval]:
    means = [course[name].mean(axis=0) for course in courses]
    return interval([mean.max() for mean in means]), interval([MINUTES[mean.argmax()] for mean in means])


def _ready(judged: np.ndarray, ruled: ByRules | None, i: int) -> Ready:
    return Ready(
        float(MINUTES[i]), interval(judged[:, i]), float(ruled.ready[i]) if ruled else None,
        float(ruled.effects_over[i]) if ruled else None,
    )  # fmt: skip


def _meant_for(rules: RuleSet, drug: Drug, route: Route) -> RuleSet:
    if drug.value in rules.drugs and route.value in rules.routes:
        return rules
    meant = f"{', '.join(rules.drugs)} by {', '.join(rules.routes)}"
    raise InvalidInput([f"the rules '{rules.name}' are for {meant}, and this session is {drug.value} by {route.value}"])


def _why_not(rules: RuleSet | None, ruled: ByRules | None, age_y: float) -> str:
    if rules is None:
        return "no monitoring rules ship for this drug and route"
    return "" if ruled else why_not_by_rules(rules, age_y)


def _limits(rules: RuleSet, infusion_min: float) -> tuple[RuleLimit, ...]:
    """Limits in minutes since the start, as the axes have them: the rules count from the end of an infusion."""
    rules_of = [(kind, rule) for kind in (Kind.ALERT, Kind.DISCHARGE) for rule in rules.of(kind)]
    return tuple(
        RuleLimit(limit.measure, limit.value + (infusion_min if limit.measure == TIME else 0.0), kind, limit.comparison)
        for kind, rule in rules_of
        for limit in rule.limits
    )


def _age(age_y: float | None) -> float:
    return body_value("population_age_y") if age_y is None else age_y


def _people(weight_kg: float | None, age_y: float | None) -> str:
    weight = f"about {body_value('population_weight_kg'):g} kg" if weight_kg is None else f"{weight_kg:g} kg"
    return f"adults of {weight}, {_age(age_y):g} years"
