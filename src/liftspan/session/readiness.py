"""When people are ready to leave: as trials judged it, and by a file of rules, which can be stricter.

The trials print shares of people whom a clinician judged ready; nobody printed why the rest was not. The rules hold
each person's simulated readings against limits, so they say what holds whom, and rest on choices of their own.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from liftspan.acute.effects import drive
from liftspan.acute.parameters import DIASTOLIC_BEFORE_SD, SYSTOLIC_BEFORE_SD
from liftspan.monitoring import MEASURES, Basis, Kind, RuleSet, all_hold
from liftspan.session.predicted import MINUTES, PEOPLE, Levels, deviates, not_ready

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
    """Shares of people over MINUTES by the rules of discharge, and who is held by what after two hours."""

    ready: np.ndarray  # (time,)
    effects_over: np.ndarray  # the same without the rule on time
    held: Mapping[str, float]


def by_trials(levels: Levels, draws: Sequence[Mapping[str, float]], log_odds: Sequence[float]) -> np.ndarray:
    """Share judged ready, (draw, time); `log_odds`: how each clinic deviates."""
    shares = np.clip(np.array([not_ready(levels, p) for p in draws]), 1e-12, 1.0 - 1e-12)
    odds = shares / (1.0 - shares) * np.exp(np.asarray(log_odds))[:, None]
    return 1.0 / (1.0 + odds)


def by_rules(rules: RuleSet, levels: Levels, draws, courses, age_y: float) -> ByRules:
    """Every person of every clinic held against the rules of discharge."""
    of = {
        rule.rule_id: next((HOLDS_BACK[one.measure] for one in rule.limits if one.measure in HOLDS_BACK), "")
        for rule in rules.of(Kind.DISCHARGE)
    }
    ready, over, held = [], [], {}
    at = int(np.searchsorted(MINUTES, HELD_AT_MIN))
    for p, course in zip(draws, courses, strict=True):
        readings = readings_of(levels, p, course)
        each = {
            rule.rule_id: np.broadcast_to(all_hold(rule, readings, age_y), (PEOPLE, len(MINUTES)))
            for rule in rules.of(Kind.DISCHARGE)
        }
        ready.append(np.logical_and.reduce(list(each.values())).mean(axis=0))
        effects = [met for name, met in each.items() if of[name] != HOLDS_BACK["minutes_since_dose"]]
        over.append(np.logical_and.reduce(effects).mean(axis=0))
        for name, met in ((name, met) for name, met in each.items() if of[name]):
            held.setdefault(of[name], []).append(1.0 - met[:, at].mean())
    return ByRules(
        np.mean(ready, axis=0), np.mean(over, axis=0), {name: float(np.mean(one)) for name, one in held.items()}
    )


def not_simulated(rules: RuleSet) -> tuple[str, ...]:
    """What the rules of discharge ask for and no simulated reading gives: those limits say nothing here."""
    asked = (limit.measure for rule in rules.of(Kind.DISCHARGE) for limit in rule.limits)
    return tuple(dict.fromkeys(MEASURES[one].words for one in asked if one not in HOLDS_BACK))


def soft(rules: RuleSet) -> tuple[str, ...]:
    """Rules of discharge that no source gives for this drug and route, each with what it rests on instead."""
    return tuple(
        f"{rule.rule_id} ({rule.basis})"
        for rule in rules.of(Kind.DISCHARGE)
        if rule.basis in (Basis.ANALOGY, Basis.DESIGN_CHOICE)
    )


def readings_of(levels: Levels, p: Mapping[str, float], course: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """What is read of each person at each time, (person, time); pressure with its noise."""
    luck = deviates()
    risen, lower = (course[kind] + p[f"{kind}_noise"] * luck["read"][:, :1, i] for i, kind in enumerate(BEFORE_SD))
    before = {kind: p[f"{kind}_before"] + sd * luck["before"][:, None] for kind, sd in BEFORE_SD.items()}
    passed = sedated_person(drive(levels.s, levels.r, p["s_over_r"]), luck["first"][:, 2], p)
    return {
        "minutes_since_dose": np.broadcast_to(MINUTES, risen.shape),
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
