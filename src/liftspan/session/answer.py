"""START HERE: one session of a treatment and who gets it -> what rises, when it is over, how often it goes wrong.

The same concentrations that drive mood drive the session. Each draw is another clinic: parameters of the fit, and a
site of its own for pressure, since cohorts differ fivefold there and nobody knows why.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from liftspan.acute.effects import cadss, drive, rise
from liftspan.acute.parameters import EVENTS
from liftspan.errors import OutsideEvidence
from liftspan.monitoring import Kind, RuleSet, rules_for
from liftspan.parameters import body_value
from liftspan.session.predicted import (
    MINUTES,
    PEOPLE,
    PRESSURE_EVENTS,
    SEED,
    Levels,
    deviates,
    event_rate,
    levels_of,
    placebo_rate,
    pressure_rate,
    sedated,
)
from liftspan.session.published import SeenPoint, seen_points
from liftspan.session.readiness import READY_MIN, ByRules, by_rules, by_trials, first_minutes
from liftspan.session.serious import SeriousEvent, serious_events
from liftspan.session.store import load_acute_posterior
from liftspan.treatment import Protocol, Regimen
from liftspan.treatment.dose import Session
from liftspan.treatment.drug import Drug
from liftspan.treatment.route import Route

DRAWS = 60  # of the fit
SHOWN_MIN = (0.0, 15.0, 40.0, 60.0, 90.0, 120.0, 240.0)
LEVEL = 0.9
PRESSURES = ("systolic", "diastolic", "heart_rate")
RATES = (*PRESSURE_EVENTS, *EVENTS, "cadss_above_4")
# Drugs and routes of which the fit has rows, and those that borrow from them.
SEEN = ((Drug.ESKETAMINE, Route.NASAL), (Drug.KETAMINE, Route.IV), (Drug.ESKETAMINE, Route.SC))
BORROWED = {
    (Drug.KETAMINE, Route.IM): "no published session of ketamine into muscle is in the fit",
    (Drug.KETAMINE, Route.SC): "the published sessions under the skin were of esketamine",
    (Drug.ESKETAMINE, Route.IV): "no published session of esketamine by infusion is in the fit",
}
SERIOUS = "serious_drug_related"  # published count, the same at every dose


@dataclass(frozen=True)
class Interval:
    """Mean, median and central 90 % over draws: of a group in another clinic."""

    mean: float
    median: float
    low: float
    high: float


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
    by_rules: float | None  # None = no rules ship for this drug and route
    effects_over: float | None  # the same without the rule on time


@dataclass(frozen=True)
class RuleLimit:
    """A limit of the rules that a picture can draw: above it is an alert, or bars discharge."""

    measure: str  # of monitoring.MEASURES
    value: float
    kind: Kind


@dataclass(frozen=True)
class SessionAnswer:
    """One session in people of one kind."""

    title: str
    dose: str  # of the session shown
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
    ready_minutes: Mapping[float, float | None]  # share -> minutes as judged; None = not within four hours
    ready_minutes_by_rules: Mapping[float, float | None]
    held_by: Mapping[str, float]  # share of people held at two hours by each effect, by the rules
    published: tuple[SeenPoint, ...]  # of this drug and route, at its usual doses
    limits: tuple[RuleLimit, ...]
    rules: str  # name and day of the rules of discharge; empty = none for this route
    extrapolated: tuple[str, ...]
    inputs_sha256: str


def session_of(
    treatment: Protocol | Regimen, *, weight_kg: float | None = None, age_y: float | None = None
) -> SessionAnswer:
    """The session of a treatment with the largest dose, in people of this weight and age.

    Raises OutsideEvidence where no published session supports an answer.
    """
    regimen = treatment.regimen if isinstance(treatment, Protocol) else treatment
    session = max((one for one in regimen.sessions if one.doses), key=_dose, default=None)
    kinds = {(dose.drug, dose.route) for dose in session.doses} if session else set()
    if len(kinds) != 1 or (kind := next(iter(kinds))) not in (*SEEN, *BORROWED):
        said = ", ".join(f"{drug.value} {route.value}" for drug, route in sorted(kinds)) or "no drug"
        problem = f"{said}: no published session of it is in the tables, by nose, infusion or injection; not answered"
        raise OutsideEvidence([problem], subject="this session")
    posterior = load_acute_posterior()
    levels = levels_of(session, weight_kg, age_y, PEOPLE, SEED)
    draws = [posterior.draws[i] for i in np.linspace(0, len(posterior.draws) - 1, DRAWS).round().astype(int)]
    clinics = _clinics(draws)
    courses = [_course(levels, p, clinic.rise) for p, clinic in zip(draws, clinics, strict=True)]
    rules = rules_for(*kind)
    judged = by_trials(levels, draws, [one.log_odds for one in clinics])
    ruled = by_rules(rules, levels, draws, courses, _age(age_y)) if rules else None
    ready = tuple(_ready(judged, ruled, i) for i in range(len(MINUTES)))
    course = tuple(_point(courses, i) for i in range(len(MINUTES)))
    return SessionAnswer(
        title=treatment.title if isinstance(treatment, Protocol) else regimen.text,
        dose=_dose_in_words(session),
        people=_people(weight_kg, age_y),
        weight_kg=weight_kg,
        age_y=age_y,
        timeline=tuple(course[i] for i in np.searchsorted(MINUTES, SHOWN_MIN)),
        course=course,
        peaks={name: _peak(courses, name) for name in (*PRESSURES, "cadss", "moaas_below_5")},
        probabilities=rates(levels, draws, clinics) | {SERIOUS: _counted()},
        placebo_probabilities=placebo_rates(levels, draws, clinics) | {SERIOUS: None},
        serious=serious_events(),
        ready=tuple(ready[i] for i in np.searchsorted(MINUTES, READY_MIN)),
        ready_course=ready,
        ready_minutes=first_minutes(judged.mean(axis=0)),
        ready_minutes_by_rules=first_minutes(ruled.ready) if ruled else {},
        held_by=ruled.held if ruled else {},
        published=seen_points(kind[0].value, kind[1].value, levels.older),
        limits=_limits(rules) if rules else (),
        rules=f"{rules.name}, as of {rules.dated.isoformat()}" if rules else "",
        extrapolated=tuple(_extrapolated(kind)),
        inputs_sha256=posterior.inputs_sha256,
    )


@dataclass(frozen=True)
class Clinic:
    """How one clinic deviates: a factor on every rise of pressure, and log odds on rates of side effects."""

    rise: float
    log_odds: float


def _clinics(draws) -> list[Clinic]:
    """One for each draw of the parameters."""
    z = np.random.default_rng(SEED + 1).standard_normal((len(draws), 2))
    return [
        Clinic(float(np.exp(p["site_spread"] * one[0])), p["rate_spread"] * float(one[1]))
        for p, one in zip(draws, z, strict=True)
    ]


def rates(levels: Levels, draws, clinics: list[Clinic]) -> dict[str, Interval]:
    """Rate of each event in one session, between clinics."""
    return {name: _interval(_rates(levels, draws, clinics, name)) for name in RATES}


def placebo_rates(levels: Levels, draws, clinics: list[Clinic]) -> dict[str, Interval]:
    """The same without drug, in the same clinics."""
    return {name: _interval(_rates(levels, draws, clinics, name, drug=False)) for name in RATES}


def _counted() -> Interval:
    """Serious events that were judged related to the drug, as counted, with exact limits."""
    one = next(one for one in serious_events() if one.name == SERIOUS)
    return Interval(one.rate, one.rate, one.low, one.high)


def _rates(levels: Levels, draws, clinics: list[Clinic], name: str, drug: bool = True) -> list[float]:
    """The rate of an event in one session, clinic by clinic."""
    pairs = list(zip(draws, clinics, strict=True))
    if name in PRESSURE_EVENTS:
        return [pressure_rate(levels, p, name, 1, drug=drug, site=one.rise) for p, one in pairs]
    shares = [(event_rate if drug else placebo_rate)(levels, p, name, 1) for p in draws]
    odds = [share / (1.0 - share) * np.exp(one.log_odds) for share, one in zip(shares, clinics, strict=True)]
    return [one / (1.0 + one) for one in odds]


def _dose(session: Session) -> float:
    return sum(dose.amount for dose in session.doses)


def _dose_in_words(session: Session) -> str:
    dose = session.doses[0]
    unit = "mg/kg" if dose.per_kg else "mg"
    return f"{_dose(session):g} {unit} {dose.drug.value} {dose.route.value}"


def _course(levels: Levels, p: Mapping[str, float], site: float) -> dict[str, np.ndarray]:
    """Everybody's courses in one clinic, (person, time); the share sedated, (time,)."""
    z, d = deviates()["person"], drive(levels.s, levels.r, p["s_over_r"])
    found = {
        name: site
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
    values = {name: _interval([course[name][:, i].mean() for course in courses]) for name in courses[0]}
    return Point(
        float(MINUTES[i]), values["systolic"], values["diastolic"], values["heart_rate"], values["cadss"],
        values["moaas_below_5"],
    )  # fmt: skip


def _peak(courses, name: str) -> tuple[Interval, Interval]:
    means = [course[name].mean(axis=0) for course in courses]
    return _interval([mean.max() for mean in means]), _interval([MINUTES[mean.argmax()] for mean in means])


def _interval(values) -> Interval:
    values = np.asarray(values, dtype=float)
    low, median, high = np.quantile(values, [0.5 - LEVEL / 2, 0.5, 0.5 + LEVEL / 2])
    return Interval(float(values.mean()), float(median), float(low), float(high))


def _ready(judged: np.ndarray, ruled: ByRules | None, i: int) -> Ready:
    return Ready(
        float(MINUTES[i]), _interval(judged[:, i]), float(ruled.ready[i]) if ruled else None,
        float(ruled.effects_over[i]) if ruled else None,
    )  # fmt: skip


def _limits(rules: RuleSet) -> tuple[RuleLimit, ...]:
    rules_of = [(kind, rule) for kind in (Kind.ALERT, Kind.DISCHARGE) for rule in rules.of(kind)]
    return tuple(RuleLimit(limit.measure, limit.value, kind) for kind, rule in rules_of for limit in rule.limits)


def _age(age_y: float | None) -> float:
    return body_value("population_age_y") if age_y is None else age_y


def _people(weight_kg: float | None, age_y: float | None) -> str:
    weight = f"about {body_value('population_weight_kg'):g} kg" if weight_kg is None else f"{weight_kg:g} kg"
    return f"adults of {weight}, {_age(age_y):g} years"


def _extrapolated(kind):
    if kind in BORROWED:
        yield f"{BORROWED[kind]}: effects follow concentration as by other routes"
    if kind != (Drug.ESKETAMINE, Route.NASAL):
        yield "shares judged ready were published for nasal esketamine alone: by concentration here"
    if kind == (Drug.KETAMINE, Route.IV):
        yield "rates of side effects of infusions are those of nasal esketamine at the same effect-site level"
