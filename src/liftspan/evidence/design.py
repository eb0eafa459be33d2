"""The design of a published arm in the engine's own words: what was given when, and under which circumstances."""

from dataclasses import dataclass

import numpy as np

from liftspan.evidence.records import Arm, Evidence, Trial
from liftspan.mood.context import Context, Control
from liftspan.parameters import USUAL_BASELINE_MEAN, USUAL_BASELINE_SD
from liftspan.treatment.amounts import devices
from liftspan.treatment.dose import Dose, Session
from liftspan.treatment.drug import Drug
from liftspan.treatment.regimen import Regimen
from liftspan.treatment.route import Route, route_of
from liftspan.units import HOURS_PER_DAY, HOURS_PER_WEEK, MINUTES_PER_HOUR

# Median number of people in the shipped arms (a test recomputes it).
USUAL_N = 29.0
USUAL_INFUSION_MIN = 40.0  # the drug's commonest protocol, for arms that do not state it

UNMASKED_DESIGNS = ("open_label", "cohort")

# The tables' word for a drug in the package's vocabulary; None = it adds nothing but context.
DRUGS = {
    "ketamine": Drug.KETAMINE,
    "esketamine": Drug.ESKETAMINE,
    "arketamine": Drug.ARKETAMINE,
    "placebo": Drug.PLACEBO,
    "midazolam": Drug.PLACEBO,
    "other_antidepressant": Drug.ORAL_ANTIDEPRESSANT,
}


@dataclass(frozen=True)
class ArmDesign:
    """One arm: everything that a prediction may know of it."""

    trial_id: str
    arm_id: str
    regimen: Regimen
    context: Context
    drug: Drug
    route: Route | None
    baseline_mean: float
    baseline_sd: float
    n: float
    weight_kg: float | None
    age_y: float | None
    usual_mean: bool = False  # the trial prints no baseline on MADRS: the usual one stands for it
    usual_sd: bool = False


def arm_regimen(arm: Arm) -> Regimen:
    """Sessions of an arm as given: the first dose at the first session, the mean of a flexible range afterwards."""
    drug = DRUGS.get(arm.drug)
    days = arm.session_days or (0.0,)
    sessions = []
    for day in days:
        doses = _doses(arm, drug, first=day == days[0]) if drug is not None and drug.share_s + drug.share_r > 0 else ()
        sessions.append(Session(day * HOURS_PER_DAY, doses))
    return Regimen(arm.label, tuple(sessions), drug is Drug.ORAL_ANTIDEPRESSANT, days[-1] * HOURS_PER_DAY)


def arm_route(arm: Arm) -> Route:
    """The route of an arm; the tables call an extended-release tablet oral and say so in the label."""
    return route_of(arm.route, f"{arm.label} {arm.notes}")


def _doses(arm: Arm, drug: Drug, first: bool) -> tuple[Dose, ...]:
    amount = arm.dose
    if arm.dose_min is not None and arm.dose_max is not None and not (first and amount is not None):
        amount = 0.5 * (arm.dose_min + arm.dose_max)
    if amount is None:
        raise ValueError(f"{arm.trial_id}/{arm.arm_id}: no dose is stated")
    route = arm_route(arm)
    if route is Route.NASAL and drug is Drug.ESKETAMINE:
        return devices(drug, amount)
    minutes = USUAL_INFUSION_MIN if arm.infusion_min is None else arm.infusion_min
    duration_h = minutes / MINUTES_PER_HOUR if route is Route.IV else 0.0
    return (Dose(drug, route, amount, arm.dose_unit == "mg/kg", 0.0, duration_h),)


def arm_context(evidence: Evidence, arm: Arm) -> Context:
    """Circumstances of an arm: the control of its trial tells what both arms could expect."""
    trial = evidence.trials[arm.trial_id]
    regimen = arm_regimen(arm)
    return Context(
        control=trial_control(evidence, trial),
        new_antidepressant=trial.concomitant_antidepressant == "new" or regimen.daily_oral_antidepressant,
        inpatient=_is_crisis(trial),
        last_visit_h=max(regimen.end_h, _last_rating_h(evidence, trial)),
    )


# Ratings later than this are follow-up by other means: no regular contact is inferred from them.
LAST_RATING_H = 8.0 * HOURS_PER_WEEK


def _last_rating_h(evidence: Evidence, trial: Trial) -> float:
    """The last rating of a trial within eight weeks: a rating is a visit, so contact goes on until then."""
    times_h = [
        row.time_h
        for row in evidence.observations
        if row.trial_id == trial.trial_id and row.time_h is not None and not row.carry_over
    ]
    return max((time_h for time_h in times_h if time_h <= LAST_RATING_H), default=0.0)


def _is_crisis(trial: Trial) -> bool:
    """Admitted for a crisis that resolves; a stay in hospital for a drug-free study (NIMH) is none."""
    return trial.setting == "inpatient" and trial.concomitant_antidepressant != "none"


def trial_control(evidence: Evidence, trial: Trial) -> Control:
    """The control of a trial by its control arms; without a masked one everybody knows what is given."""
    if trial.design in UNMASKED_DESIGNS:
        return Control.OPEN
    words = {arm.control for arm in evidence.arms.values() if arm.trial_id == trial.trial_id}
    masked = sorted(words & {control.value for control in Control})
    if masked:
        return Control(masked[0])
    return _usual_control(evidence, trial)


def _usual_control(evidence: Evidence, trial: Trial) -> Control:
    """The control of a trial whose placebo is not described, by the route; without placebo everybody knows."""
    arms = [arm for arm in evidence.arms.values() if arm.trial_id == trial.trial_id]
    if all(arm.drug != "placebo" for arm in arms):
        return Control.OPEN
    routes = {arm.route for arm in arms}
    if "nasal" in routes:
        return Control.PLACEBO_SPRAY
    return Control.PLACEBO_ORAL if "oral" in routes else Control.SALINE


def arm_design(evidence: Evidence, arm: Arm) -> ArmDesign:
    """An arm as the fit sees it; blanks are filled from row 0, the trial, or the usual of the shipped evidence."""
    trial = evidence.trials[arm.trial_id]
    drug = DRUGS[arm.drug]
    first = [row for row in evidence.rows_of(arm) if row.time_h == 0.0 and row.scale == "MADRS"]
    mean, sd = arm.baseline_mean, arm.baseline_sd
    if arm.baseline_scale not in ("", "MADRS"):
        mean, sd = None, None
    mean = mean if mean is not None else (first[0].value if first else None)
    active = drug.share_s + drug.share_r > 0.0
    of_trial = None if mean is not None else _trial_baseline(evidence, trial.trial_id)
    return ArmDesign(
        trial_id=arm.trial_id,
        arm_id=arm.arm_id,
        regimen=arm_regimen(arm),
        context=arm_context(evidence, arm),
        drug=drug,
        route=arm_route(arm) if active else None,
        baseline_mean=next((value for value in (mean, of_trial) if value is not None), USUAL_BASELINE_MEAN),
        baseline_sd=USUAL_BASELINE_SD if sd is None else sd,
        n=arm.n or _share(evidence, trial),
        weight_kg=arm.weight_kg_mean,
        age_y=arm.age_mean,
        usual_mean=mean is None and of_trial is None,
        usual_sd=sd is None,
    )


def _trial_baseline(evidence: Evidence, trial_id: str) -> float | None:
    """Mean baseline of the trial's other arms, if any."""
    means = [
        arm.baseline_mean
        for arm in evidence.arms.values()
        if arm.trial_id == trial_id and arm.baseline_mean is not None and arm.baseline_scale == "MADRS"
    ]
    return float(np.mean(means)) if means else None


def _share(evidence: Evidence, trial) -> float:
    """People per arm when only the trial's total is known, else the median arm of the shipped evidence."""
    count = sum(arm.trial_id == trial.trial_id and not arm.part_of for arm in evidence.arms.values())
    if trial.n_randomised:
        return trial.n_randomised / max(count, 1)
    return USUAL_N
