"""Published arms that resemble a planned treatment, and how many people they hold."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from liftspan.evidence.records import Arm, Evidence, primary
from liftspan.treatment.drug import Drug
from liftspan.treatment.regimen import Regimen
from liftspan.treatment.route import Route, route_of
from liftspan.units import HOURS_PER_DAY

REFERENCE_WEIGHT_KG = 70.0  # turns mg/kg into mg where a trial printed no weight
DOSE_FACTOR = 1.5  # doses within this factor are near each other: 0.5 mg/kg is, 0.2 and 1.0 are not

ORAL_ANTIDEPRESSANTS = frozenset({"other_antidepressant", "citalopram"})
INACTIVE = frozenset({"placebo", "midazolam"})
ACTIVE_DRUGS = (Drug.KETAMINE, Drug.ESKETAMINE, Drug.ARKETAMINE)

# A control visit is an infusion or a spray. Pills taken at home are no visit, and under anaesthesia
# everyone improves (lii2023).
VISIT_CONTROLS = frozenset({"saline", "placebo_spray", "midazolam"})


@dataclass(frozen=True)
class NearEvidence:
    """Arms near a treatment; no person is counted twice where the tables say who overlaps."""

    trials: int
    arms: int
    patients: int  # sum of the arms that printed their n; see `arms_without_n`
    trial_ids: tuple[str, ...]
    arm_list: tuple[Arm, ...]
    arms_without_n: int


@dataclass(frozen=True)
class _Sought:
    """What an arm must be to count as near; None asks for nothing."""

    drugs: frozenset[str]
    routes: frozenset[str] | None
    dose_mg: tuple[float, float] | None  # lowest and highest dose of a session
    several: bool | None  # several sessions, or one
    controls: frozenset[str] | None = None
    daily: bool | None = None


def near_treatment(evidence: Evidence, regimen: Regimen) -> NearEvidence:
    """Arms of the same drug and route, a dose within a factor 1.5, and the same kind of course.

    A flexible arm counts when its range comes within that factor of the range of the plan. mg/kg and mg meet at 70 kg.
    The kind of a course is one session or several, and daily or not. Left out: arms whose dose or course is not stated
    where the plan has one; subgroups; second periods and phases that begin after an earlier treatment; arms without a
    published number of their own; bipolar samples; pooled reviews; and trials that overlap another counted one.
    """
    sought = _sought(regimen)
    reporting = arms_that_report(evidence)
    near = [
        arm
        for key, arm in evidence.arms.items()
        if key in reporting and _is_near(arm, sought) and _is_of_these_people(evidence, arm)
    ]
    return _counted(evidence, _without_overlap(evidence, near))


def _is_of_these_people(evidence: Evidence, arm: Arm) -> bool:
    """One trial of unipolar depression: pooled reviews hold other trials, and mood is not answered for bipolar I."""
    trial = evidence.trials[arm.trial_id]
    return trial.design != "meta_analysis" and trial.population != "BD"


def _sought(regimen: Regimen) -> _Sought:
    doses = [dose for session in regimen.sessions for dose in session.doses]
    active = [dose for dose in doses if dose.drug in ACTIVE_DRUGS]
    several = len(regimen.sessions) > 1
    if active:
        kinds = {(dose.drug.value, dose.route.value) for dose in active}
        if len(kinds) > 1:
            return _Sought(frozenset(), None, None, several)  # no arm gave one after the other
        ((drug, route),) = kinds
        return _Sought(
            frozenset({drug}), frozenset({route}), _range_mg(regimen), several, daily=is_daily(_days(regimen))
        )
    # Placebo visits beside a new antidepressant are the control arm of a trial; without visits it is the pill alone.
    pill_alone = regimen.daily_oral_antidepressant and not regimen.sessions
    if pill_alone or any(dose.drug == Drug.ORAL_ANTIDEPRESSANT for dose in doses):
        return _Sought(ORAL_ANTIDEPRESSANTS, frozenset({Route.ORAL.value}), None, None)
    routes = frozenset(dose.route.value for dose in doses) or None
    return _Sought(INACTIVE, routes, None, several, VISIT_CONTROLS if routes is None else None)


def _range_mg(regimen: Regimen) -> tuple[float, float]:
    """Lowest and highest amount of one session, mg at 70 kg; devices of one sitting add up."""
    amounts_mg = [
        sum(dose.amount_mg(REFERENCE_WEIGHT_KG) for dose in session.doses)
        for session in regimen.sessions
        if session.doses
    ]
    return min(amounts_mg), max(amounts_mg)


def _is_near(arm: Arm, sought: _Sought) -> bool:
    return (
        arm.drug in sought.drugs
        and (sought.routes is None or _route(arm) in sought.routes)
        and (sought.daily is None or sought.daily == is_daily(arm.session_days))
        and (sought.controls is None or arm.control in sought.controls)
        and not arm.part_of
        and begins_with_treatment(arm)
        and sought.several in (None, has_several_sessions(arm))
        and (sought.dose_mg is None or _dose_is_near(arm, sought.dose_mg))
    )


def _route(arm: Arm) -> str:
    """The route of the arm, extended-release tablets of ketamine told apart from other oral forms."""
    known = arm.route in set(Route) and arm.drug in ACTIVE_DRUGS
    return route_of(arm.route, f"{arm.label} {arm.notes}").value if known else arm.route


def is_daily(days: Sequence[float]) -> bool:
    """Whether a course goes on from day to day for more than two days."""
    return len(days) > 2 and all(later - earlier <= 1.0 for earlier, later in pairwise(days))


def _days(regimen: Regimen) -> list[float]:
    return [session.start_h / HOURS_PER_DAY for session in regimen.sessions if session.doses]


def begins_with_treatment(arm: Arm) -> bool:
    """Whether hour 0 of the arm is the start of its own drug, and not of what came before it."""
    words = arm.schedule.lower()
    if "or placebo" in words or (arm.session_days and arm.session_days[0] > 0):
        return False  # a control first, for some or for all, the drug on a later day
    if arm.drug in INACTIVE and "ketamine" in words:
        return False  # placebo after a course of ketamine: maintenance, not a control from the start
    return not (arm.drug in ORAL_ANTIDEPRESSANTS and ("continuation" in words or "ect" in words.split()))


def has_several_sessions(arm: Arm) -> bool | None:
    """Several sessions, one, or None where neither days nor a schedule are stated."""
    if arm.session_days:
        return len(arm.session_days) > 1
    return arm.schedule != "once" if arm.schedule else None


def arm_dose_mg(arm: Arm) -> tuple[float, float] | None:
    """Lowest and highest dose of the arm, mg at 70 kg; None where no dose is stated."""
    per_unit_mg = {"mg": 1.0, "mg/kg": REFERENCE_WEIGHT_KG}.get(arm.dose_unit)
    doses = [dose for dose in (arm.dose_min, arm.dose_max) if dose is not None] or [arm.dose]
    if per_unit_mg is None or None in doses:
        return None
    return min(doses) * per_unit_mg, max(doses) * per_unit_mg


def _dose_is_near(arm: Arm, planned_mg: tuple[float, float]) -> bool:
    given_mg = arm_dose_mg(arm)
    if given_mg is None:
        return False
    factor = DOSE_FACTOR * (1.0 + 1e-9)  # 56 and 84 mg are exactly a factor 1.5 apart and belong together
    return given_mg[0] <= planned_mg[1] * factor and planned_mg[0] <= given_mg[1] * factor


def arms_that_report(evidence: Evidence) -> set[tuple[str, str]]:
    """Arms with a primary row of their own, none of whose changes starts from a later phase."""
    own = {(row.trial_id, row.arm_id) for row in primary(evidence.observations) if not row.carry_over}
    later = {(row.trial_id, row.arm_id) for row in evidence.observations if row.change_from == "phase"}
    return own - later


def _without_overlap(evidence: Evidence, arms: list[Arm]) -> tuple[Arm, ...]:
    """The arms, less the trials that share people with one counted before them."""
    counted = trials_without_overlap(evidence, (arm.trial_id for arm in arms))
    return tuple(arm for arm in arms if arm.trial_id in counted)


def trials_without_overlap(evidence: Evidence, trial_ids: Iterable[str]) -> tuple[str, ...]:
    """The trials in their order, each once, less those that share people with one before them."""
    counted: list[str] = []
    for trial_id in dict.fromkeys(trial_ids):
        named = set(evidence.trials[trial_id].overlaps_with)
        naming = {other for other in counted if trial_id in evidence.trials[other].overlaps_with}
        if not naming and named.isdisjoint(counted):
            counted.append(trial_id)
    return tuple(counted)


def _counted(evidence: Evidence, arms: tuple[Arm, ...]) -> NearEvidence:
    trial_ids = tuple(dict.fromkeys(arm.trial_id for arm in arms))
    known = [arm.n for arm in arms if arm.n is not None]
    return NearEvidence(
        trials=len(trial_ids),
        arms=len(arms),
        patients=round(sum(known)),
        trial_ids=trial_ids,
        arm_list=arms,
        arms_without_n=len(arms) - len(known),
    )
