"""The answer for one patient: the coming weeks, what the next session would change, and on what it rests."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from liftspan.errors import InvalidInput
from liftspan.evidence import load_evidence
from liftspan.evidence.risks import Risks, risks_of
from liftspan.forecast.ahead import Crowd, Outlook, look_ahead
from liftspan.forecast.care import LONG, Care, parse_care
from liftspan.forecast.information import Moved, moved_from_population
from liftspan.forecast.next_session import Candidate, Proposal, Target, candidates_of, parse_target, propose
from liftspan.forecast.outcomes import HORIZON_D, outcomes_of, quantiles
from liftspan.forecast.patient import GivenSession, Patient
from liftspan.forecast.person import Known, know
from liftspan.forecast.plans import context_of, regimen_of
from liftspan.forecast.reading import read_patient
from liftspan.forecast.rules import Rulebook, reasons_against_plan, shipped_rules
from liftspan.forecast.safety import against_any_plan, planned_of
from liftspan.forecast.scenarios import Scenario, scenarios_of
from liftspan.forecast.stopping import Stopping, stopping_of
from liftspan.how_fast.arguments import check_numbers, numbers_asked
from liftspan.how_fast.limits import EXCLUDED, FITTED_UNTIL_H, OLDER_Y, refuse
from liftspan.how_fast.stretched import open_is_weaker
from liftspan.mood.context import Control
from liftspan.posterior import load_posterior
from liftspan.treatment.regimen import Regimen
from liftspan.units import DAYS_PER_WEEK, HOURS_PER_DAY

LEVEL = 0.9
AHEAD_D = (1.0, 3.0, 7.0, 14.0, 21.0, 28.0, 42.0, 56.0, 84.0)
SEED = 1


@dataclass(frozen=True)
class Day:
    """What would be written down on one day, and what it would count as."""

    day: float  # since the first session
    scale: str
    mean: float
    median: float
    low: float
    high: float
    response: float
    remission: float
    relapsed: float  # by then
    lower_quartile: float
    upper_quartile: float


@dataclass(frozen=True)
class Forecast:
    """Everything that the answer says."""

    known: Known
    seed: int
    days: tuple[Day, ...]
    curve: tuple[Day, ...]  # every day, the past week included: for the picture
    population: tuple[Day, ...]  # of people with the same first score and sessions, as if no other score were known
    moved: Moved
    candidates: tuple[Candidate, ...]
    proposal: Proposal
    scenarios: tuple[Scenario, ...]
    stopping: Stopping | None  # for those without a response so far
    risks: Risks
    limits: tuple[str, ...]
    manifest: dict

    @property
    def patient(self) -> Patient:
        """The record that was asked about."""
        return self.known.patient

    @property
    def care(self) -> Care:
        """Whether visits go on, in every plan but the one that ends them."""
        return self.known.care

    @property
    def coming(self) -> tuple[GivenSession, ...]:
        """The sessions planned in the record, under which the coming weeks are shown; none where none may be."""
        return planned_of(self.patient)

    @property
    def unsafe(self) -> tuple[str, ...]:
        """Why no plan, window or date is shown; empty where nothing stands against one."""
        return against_any_plan(self.patient)


def forecast(
    patient: Patient | str | Path,
    *,
    at_d: float | tuple[float, ...] = (),
    target: str | None = None,
    switch: str | None = None,
    care: str = Care.ON,
    seed: int = SEED,
) -> Forecast:
    """The coming weeks of one patient, and what the next session would change.

    Args:
        patient: a record, or the file of one.
        at_d: further days since the first session, within twelve weeks from today.
        target: what the next session should keep, such as "relapse <= 20 %"; default that one.
        switch: another treatment in words, to be compared with going on as before.
        care: whether visits go on, in every plan: "on", "until-last-session" (contact with care then fades from a
            week after it) or "ends-today".
        seed: of the people; the same record and seed give the same answer.

    Raises:
        InvalidInput: with every problem at once.
        OutsideEvidence: when no trial supports an answer on mood.
    """
    patient = patient if isinstance(patient, Patient) else read_patient(Path(patient))
    at_d = numbers_asked(at_d)
    check_numbers({"at_d": at_d}, {"seed": seed})
    wanted, ahead_d, setting = _question(patient, at_d, target, care)
    rules, plan = shipped_rules(), regimen_of(patient, planned_of(patient))
    left_out = tuple(name for name in patient.person.conditions if name in EXCLUDED)
    refuse(plan, load_evidence(), patient.person.weight_kg, left_out)
    posterior = load_posterior()
    known = know(patient, posterior, seed, at_d=ahead_d, care=setting)
    own, population = (_under(plan, known, crowd) for crowd in (known.crowd, known.population))
    curve = _days(own, known)
    shown = [patient.today_d + ahead for ahead in (*AHEAD_D, *ahead_d)]
    candidates = candidates_of(known, rules)
    return Forecast(
        known=known,
        seed=seed,
        days=tuple(day for day in curve if np.min(np.abs(np.subtract(day.day, shown))) < 1e-6),
        curve=curve,
        population=_days(population, known),
        moved=moved_from_population(known, own, population),
        candidates=candidates,
        proposal=propose(known, candidates, wanted, rules),
        scenarios=scenarios_of(known, rules, switch),
        stopping=None if known.course.responded or against_any_plan(patient) else stopping_of(known, rules),
        risks=risks_of(plan, patient.person.weight_kg),
        limits=_limits(known, plan, rules),
        manifest=posterior.manifest,
    )


def _under(plan: Regimen, known: Known, crowd: Crowd) -> Outlook:
    """A crowd under a plan."""
    context = context_of(known.patient, planned_of(known.patient), known.care)
    return look_ahead(crowd, plan, context, known.seen.scales[0])


def coming_days(known: Known) -> tuple[Day, ...]:
    """Every day of the grid under the sessions planned in the record, none where none is planned."""
    plan = regimen_of(known.patient, planned_of(known.patient))
    return _days(_under(plan, known, known.crowd), known)


def _days(outlook: Outlook, known: Known) -> tuple[Day, ...]:
    """Every day of the grid."""
    scale = known.seen.scales[0]
    outcomes = outcomes_of(outlook, known.course, scale)
    shares = [part.mean(axis=0) for part in (outcomes.response, outcomes.remission, outcomes.relapsed)]
    low, lower, median, upper, high = quantiles(outlook.score, (0.5 - LEVEL / 2.0, 0.25, 0.5, 0.75, 0.5 + LEVEL / 2.0))
    mean = outlook.score.mean(axis=0)
    numbers = (mean, median, low, high, *shares, lower, upper)
    days = outlook.times_h / HOURS_PER_DAY
    return tuple(Day(float(day), scale.name, *map(float, here)) for day, *here in zip(days, *numbers, strict=True))


def _question(
    patient: Patient, at_d: tuple[float, ...], target: str | None, care: str
) -> tuple[Target, tuple[float, ...], Care]:
    """The target, the days from today, and the care; every problem of all at once."""
    today, last = patient.today_d, patient.today_d + HORIZON_D
    problems = [
        f"day {day:g} is outside {today:g} (today) to {last:g}: days count from the first session, and a forecast "
        f"reaches {HORIZON_D / DAYS_PER_WEEK:g} weeks"
        for day in at_d
        if not today <= day <= last
    ]
    read = []
    for parse, text in ((parse_target, target), (parse_care, care)):
        try:
            read.append(parse(text))
        except InvalidInput as error:
            problems += error.problems
    if problems:
        raise InvalidInput(problems, "this question")
    wanted, setting = read
    return wanted, tuple(day - today for day in at_d), setting


def _limits(known: Known, plan: Regimen, rules: Rulebook) -> tuple[str, ...]:
    """What this forecast cannot know, each in words."""
    person, scales = known.patient.person, known.seen.scales
    found = [
        "how one person's scores hang together over time comes from the spread of trial groups, assumed rating noise "
        "and an assumed pace of illness: no courses of single patients were readable, so this forecast is "
        "calibrated on simulated patients only",
        f"{LONG[known.care]}: what holds most off in this model is contact with care, at visits like those of "
        "sessions, which people on placebo sprays had in trials as well; in trials of stopping ratings alone did not "
        "keep it up",
        "traits are taken as constant; what changes over months is the course of illness, which wanders by itself",
    ]
    against = reasons_against_plan(known.patient, rules, planned_of(known.patient))
    if against:
        found.append(
            f"the coming weeks are shown with the sessions planned in the record, which are refused: {against[0]}"
        )
    if plan.end_h > FITTED_UNTIL_H or known.patient.today_d * HOURS_PER_DAY > FITTED_UNTIL_H:
        found.append("beyond 8 weeks after the first session: the fit used no later rows")
    found += open_is_weaker(Control.OPEN, load_posterior())
    if person.age_y >= OLDER_Y:
        found.append("65 years and older: one trial, TRANSFORM-3")
    if known.is_strange:
        found.append(
            f"nearly nobody of the population writes such scores: {known.effective:.0f} people stand behind this "
            "forecast, and its bands are as rough as that"
        )
    if known.refined:
        found.append(
            "few members of the population suit these scores, so members were moved to where the scores want them; two "
            "such forecasts with other seeds differ more than usual"
        )
    found += [f"{scale.name}: {scale.assumed}" for scale in scales if scale.name != "MADRS"]
    return (*known.patient.cautions, *found, *person.defaults)
