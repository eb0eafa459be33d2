"""When people are ready to leave: as trials judged it, and by a file of rules, which can be stricter.

The trials print shares of people whom a clinician judged ready; nobody printed why the rest was not. The rules hold
each person's simulated readings against limits, so they say what holds whom, and rest on choices of their own.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from liftspan.acute.effects import drive
from liftspan.acute.parameters import DIASTOLIC_BEFORE_SD, SYSTOLIC_BEFORE_SD
from liftspan.monitoring import MEASURES, TIME, Basis, Kind, Rule, RuleSet, all_hold
from liftspan.monitoring.judge import applies
from liftspan.session.predicted import MINUTES, PEOPLE, Levels, deviates, not_ready
from liftspan.units import MINUTES_PER_HOUR

READY_MIN = (60.0, 90.0, 120.0, 150.0, 180.0, 240.0)
READY_SHARES = (0.5, 0.9, 0.99)
HELD_AT_MIN = 120.0
BEFORE_SD = {"systolic": SYSTOLIC_BEFORE_SD, "diastolic": DIASTOLIC_BEFORE_SD}
# What a rule of monitoring reads, in the words of this model.
HOLDS_BACK = {
    "minutes_since_dose": "the time of observation",
    "moaas": "sedation",
    "cadss": "dissociation",
    "systolic_rise_mmhg": "blood pressure",
    "systolic_mmhg": "blood pressure",
    "diastolic_rise_mmhg": "blood pressure",
    "diastolic_mmhg": "blood pressure",
    "cadss_rise": "dissociation",
}


@dataclass(frozen=True)
class ByRules:
    """Shares of people over MINUTES by the rules of discharge, as far as simulated; what holds whom at two hours."""

    ready: np.ndarray  # (time,)
    effects_over: np.ndarray  # the same without the rules on time
    held: Mapping[str, float]


@dataclass(frozen=True)
class NotSimulated:
    """What a rule of discharge asks for and this model cannot read: nobody is held by it here."""

    rule_id: str
    measures: tuple[str, ...]  # of monitoring.MEASURES
    judged_by_clinician: tuple[str, ...]

    @property
    def words(self) -> tuple[str, ...]:
        """`oxygen saturation`, `a clinician's judgement of oxygen saturation`."""
        judged = (f"a clinician's judgement of {MEASURES[name].words}" for name in self.judged_by_clinician)
        return (*(MEASURES[name].words for name in self.measures), *judged)


def by_trials(levels: Levels, draws: Sequence[Mapping[str, float]], log_odds: Sequence[float]) -> np.ndarray:
    """Share judged ready, (draw, time); `log_odds`: how each clinic deviates."""
    shares = np.clip(np.array([not_ready(levels, p) for p in draws]), 1e-12, 1.0 - 1e-12)
    odds = shares / (1.0 - shares) * np.exp(np.asarray(log_odds))[:, None]
    return 1.0 / (1.0 + odds)


def by_rules(rules: RuleSet, levels: Levels, draws, courses, age_y: float, infusion_min: float = 0.0) -> ByRules | None:
    """Every person of every clinic held against the rules of discharge, as far as they can be simulated.

    Args:
        infusion_min: length of an infusion; the clock of the rules starts when it ends.

    None where no such rule asks for anything simulated but time: time alone never discharges.
    """
    of = simulated(rules, age_y)
    effects = [rule for rule in of if not _on_time(rule)]
    if not effects:
        return None
    ready, over, held = [], [], {}
    at = int(np.searchsorted(MINUTES, HELD_AT_MIN))
    for p, course in zip(draws, courses, strict=True):
        readings = readings_of(levels, p, course, infusion_min)
        each = {rule.rule_id: np.broadcast_to(all_hold(rule, readings, age_y), (PEOPLE, len(MINUTES))) for rule in of}
        ready.append(np.logical_and.reduce(list(each.values())).mean(axis=0))
        over.append(np.logical_and.reduce([each[rule.rule_id] for rule in effects]).mean(axis=0))
        for rule in of:
            held.setdefault(HOLDS_BACK[rule.limits[0].measure], []).append(1.0 - each[rule.rule_id][:, at].mean())
    return ByRules(
        np.mean(ready, axis=0), np.mean(over, axis=0), {name: float(np.mean(one)) for name, one in held.items()}
    )


def simulated(rules: RuleSet, age_y: float) -> tuple[Rule, ...]:
    """Rules of discharge for people of this age, with those of their limits that can be held against a simulation."""
    found = []
    for rule in rules.of(Kind.DISCHARGE):
        limits = tuple(one for one in rule.limits if one.measure in HOLDS_BACK and applies(one, age_y))
        if limits:
            found.append(replace(rule, limits=limits, judged_by_clinician=()))
    return tuple(found)


def not_simulated(rules: RuleSet) -> tuple[NotSimulated, ...]:
    """What the rules of discharge ask for and no simulated reading gives, rule by rule."""
    found = []
    for rule in rules.of(Kind.DISCHARGE):
        measures = dict.fromkeys(limit.measure for limit in rule.limits if limit.measure not in HOLDS_BACK)
        if measures or rule.judged_by_clinician:
            found.append(NotSimulated(rule.rule_id, tuple(measures), rule.judged_by_clinician))
    return tuple(found)


def why_not_by_rules(rules: RuleSet, age_y: float) -> str:
    """Why no share of people can be told by a file of rules."""
    if not rules.of(Kind.DISCHARGE):
        return "this file has no rule for discharge"
    if not simulated(rules, age_y):
        return "none of its rules for discharge can be simulated"
    return "only its rule on time can be simulated, and time alone never discharges"


def _on_time(rule: Rule) -> bool:
    return all(limit.measure == TIME for limit in rule.limits)


def soft(rules: RuleSet) -> tuple[str, ...]:
    """Rules of discharge that no source gives for this drug and route, each with what it rests on instead."""
    return tuple(
        f"{rule.rule_id} ({rule.basis})"
        for rule in rules.of(Kind.DISCHARGE)
        if rule.basis in (Basis.ANALOGY, Basis.DESIGN_CHOICE)
    )


def readings_of(
    levels: Levels, p: Mapping[str, float], course: Mapping[str, np.ndarray], infusion_min: float
) -> dict[str, np.ndarray]:
    """What is read of each person at each time, (person, time); pressure with its noise."""
    luck = deviates()
    risen, lower = (course[kind] + p[f"{kind}_noise"] * luck["read"][:, :1, i] for i, kind in enumerate(BEFORE_SD))
    before = {kind: p[f"{kind}_before"] + sd * luck["before"][:, None] for kind, sd in BEFORE_SD.items()}
    passed = sedated_person(drive(levels.s, levels.r, p["s_over_r"]), luck["first"][:, 2], p)
    return {
        "minutes_since_dose": np.broadcast_to(MINUTES - infusion_min, risen.shape),
        "systolic_rise_mmhg": risen,
        "systolic_mmhg": before["systolic"] + risen,
        "diastolic_rise_mmhg": lower,
        "diastolic_mmhg": before["diastolic"] + lower,
        "cadss": course["cadss"],
        "cadss_rise": course["cadss"],
        "moaas": np.where(passed, 4.0, 5.0),
    }


def sedated_person(drive_ng_per_ml: np.ndarray, z: np.ndarray, p: Mapping[str, float]) -> np.ndarray:
    """Whether the drive is above a person's threshold of sedation, (person, time)."""
    threshold = p["c50_moaas_below_5"] * np.exp(p["threshold_spread"] * z)
    return drive_ng_per_ml > threshold[:, None]


def first_minutes(shares: np.ndarray) -> dict[float, float | None]:
    """When each of READY_SHARES is reached for good, minutes; None = not within four hours."""
    found = {}
    for share in READY_SHARES:
        lacking = np.flatnonzero(shares < share)
        after = int(lacking[-1]) + 1 if len(lacking) else 0
        found[share] = float(MINUTES[after]) if after < len(MINUTES) else None
    return found


def as_read(minutes: Mapping[float, float | None]) -> dict[float, float | None]:
    """The same of a curve that rests on published shares: None also where it is reached before anybody read it.

    Before the first reading the curve would be the model's alone, and "at once" would be read as leave to go.
    """
    return {share: None if at is not None and at < READY_MIN[0] else at for share, at in minutes.items()}


def notes_of_minutes(minutes: Mapping[float, float | None], told: Mapping[float, float | None]) -> dict[float, str]:
    """Why a share has no minute: not read so early, or not reached.

    Args:
        minutes, told: of `first_minutes`, and what is said of them.
    """
    early = f"no reading before minute {READY_MIN[0]:g}"
    late = f"not within {MINUTES[-1] / MINUTES_PER_HOUR:g} hours"
    return {share: late if minutes[share] is None else early for share, at in told.items() if at is None}
