"""One arm of a maintenance or stopping trial through all its phases, as one course of the same people."""

import zlib
from dataclasses import dataclass, replace

import numpy as np

from liftspan.evidence import outside
from liftspan.evidence.design import DRUGS, ArmDesign, arm_design, arm_regimen
from liftspan.evidence.enrolled import enrolled
from liftspan.evidence.records import Arm, Observation
from liftspan.evidence.usual import filled
from liftspan.evidence.withdrawal_rules import Rule, rule_of
from liftspan.population import draw_people
from liftspan.posterior import Posterior
from liftspan.simulate import Course, TrialDeviates, new_trial, simulate
from liftspan.treatment.dose import Session
from liftspan.treatment.regimen import Regimen
from liftspan.units import HOURS_PER_DAY

DRAWS = 100  # of the posterior
# People drawn for each draw, before selection: one or two in three respond, one in ten stably without remission.
PEOPLE = {"stable_remission": 600, "stable_response": 600}
PEOPLE_USUAL = 300


@dataclass(frozen=True)
class Phases:
    """One arm over all its phases."""

    course: Course
    design: ArmDesign
    start_d: float  # of follow-up, since the first session
    end_d: float  # last session before selection
    notes: tuple[str, ...]  # what was filled in
    second: Course | None = None  # another course of the same people, from the severity they began with


def phases_of(trial, rule: Rule, arm: Arm, visits_d: np.ndarray) -> Phases:
    """The simulated arm; kept in `trial.phases`, since several groups may come from it.

    Raises ValueError where its drug has no model, or its dose lies above those that a trial has shown.
    """
    like = trial.evidence.arms.get((trial.trial_id, rule.treat_as), arm)
    treated, notes = filled(replace(like, session_days=rule.days or like.session_days))
    if treated.drug not in DRUGS:
        raise ValueError(f"{treated.drug} has no model here")
    if reasons := outside.refused(treated):
        raise ValueError("; ".join(reasons))
    remarks = trial.evidence.remarks.get((trial.trial_id, like.arm_id), ())
    notes = (*remarks, *outside.cautions(treated, filled_in=treated.session_days != arm.session_days), *notes)
    days = treated.session_days
    start_d = days[-1] if rule.start_d is None else rule.start_d
    times_d = {start_d, *(start_d + visits_d), *(rule.selected_at_d or (days[-1] + 1.0,))}
    asked = _asked(trial, rule, arm, start_d)
    name = f"{rule.treat_as or arm.arm_id}/{rule.after}/{rule.after_days}"
    seed = (trial.seed + zlib.crc32(name.encode())) % 2**32
    design, course = _course_once(trial, treated, rule, days, times_d if rule.again_days else times_d | asked, seed)
    if not rule.again_days:
        return Phases(course, design, start_d, days[-1], notes)
    # The same seed draws the same people, with the same traits and first scores; their ratings have new luck.
    _, second = _course_once(trial, treated, rule, rule.again_days, asked, seed, again=True)
    return Phases(course, design, start_d, days[-1], notes, second)


def asked_d(row: Observation, rule: Rule, start_d: float) -> float:
    """Day of the score that a row asks for, since the first session of its course."""
    return start_d + rule.visits[-1] if row.time_h is None else row.time_h / HOURS_PER_DAY


def _asked(trial, rule: Rule, arm: Arm, start_d: float) -> set[float]:
    """Days of the scores that rows of this arm ask for."""
    if rule.relapse:
        return set()
    rows = [row for row in trial.rows if row.arm_id == arm.arm_id and rule_of(row) == rule]
    return {asked_d(row, rule, start_d) for row in rows}


def _course_once(
    trial, arm: Arm, rule: Rule, days: tuple[float, ...], times_d: set[float], seed: int, again: bool = False
) -> tuple[ArmDesign, Course]:
    """A simulated course; kept, since several groups may come from it."""
    regimen = _regimen(arm, rule, days)
    times_h = HOURS_PER_DAY * np.array(sorted(times_d))
    key = (regimen.sessions, rule.new_antidepressant, seed, again, tuple(times_h))
    if key not in trial.phases:
        design = _design(trial, arm, rule, regimen)
        count = PEOPLE.get(rule.selected, PEOPLE_USUAL)
        trial.phases[key] = design, _course(trial, design, seed, times_h, count, again)
    return trial.phases[key]


def _design(trial, arm: Arm, rule: Rule, regimen: Regimen) -> ArmDesign:
    days = tuple(one.start_h / HOURS_PER_DAY for one in regimen.sessions)
    design = arm_design(trial.evidence, replace(arm, session_days=days))
    new = design.context.new_antidepressant or rule.new_antidepressant
    return replace(design, regimen=regimen, context=replace(design.context, new_antidepressant=new))


def _regimen(arm: Arm, rule: Rule, days: tuple[float, ...]) -> Regimen:
    """Sessions of all phases; after withdrawal they are held without drug."""
    regimen = arm_regimen(replace(arm, session_days=tuple(sorted({*days, *rule.after_days}))))
    if rule.after != "placebo":
        return regimen
    bare = {day * HOURS_PER_DAY for day in rule.after_days}
    return replace(
        regimen,
        sessions=tuple(Session(one.start_h, ()) if one.start_h in bare else one for one in regimen.sessions),
    )


def _course(trial, design: ArmDesign, seed: int, times_h: np.ndarray, count: int, again: bool = False) -> Course:
    """`count` people per draw; a second course draws the same people and gives their ratings another luck."""
    posterior = _evenly(trial.posterior, DRAWS)
    enrolment = enrolled(design, posterior, trial.seed)
    people = draw_people(enrolment, seed, posterior.size, count)
    luck, deviates = (seed + again) % 2**32, _deviates(trial, posterior, times_h)
    return simulate(design.regimen, design.context, people, enrolment, posterior, times_h, seed=luck, trial=deviates)


def _evenly(posterior: Posterior, count: int) -> Posterior:
    """`count` draws spread over all of them, so that no chain of the sampler is left out."""
    at = np.linspace(0, posterior.size - 1, min(count, posterior.size)).round().astype(int)
    return posterior.at(at)


def _deviates(trial, posterior: Posterior, times_h: np.ndarray) -> TrialDeviates:
    """Those of a new trial; of a fitted one, the deviations that its rows tell of. All arms share them."""
    new = new_trial(trial.seed, posterior.size, times_h)
    if trial.trial_id not in posterior.deviations:
        return new
    return TrialDeviates(*posterior.deviations[trial.trial_id].T, new.time)
