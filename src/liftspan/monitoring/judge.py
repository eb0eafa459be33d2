"""What the rules say of readings: pure, for one person or for arrays of them."""

import operator
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np

from liftspan.arrays import Array
from liftspan.monitoring.records import Comparison, Kind, Limit, Rule, RuleSet

COMPARE = {
    Comparison.ABOVE: operator.gt,
    Comparison.AT_LEAST: operator.ge,
    Comparison.BELOW: operator.lt,
    Comparison.AT_MOST: operator.le,
}


class Outcome(StrEnum):
    """What one rule says of the readings. A reading that was not taken is never good."""

    FIRES = "fires"  # a hold or an alert
    CLEAR = "clear"  # a hold or an alert: everything measured, nothing fires
    MET = "met"  # discharge
    NOT_MET = "not met"
    NOT_MEASURED = "not measured"
    CLINICIAN_JUDGES = "clinician judges"  # measured, no threshold, and nobody named has judged it
    OTHER_AGES = "for other ages"  # none of its limits is for people of this age


@dataclass(frozen=True)
class Verdict:
    """One rule beside readings."""

    rule: Rule
    met: tuple[Limit, ...]  # limits that hold
    unmet: tuple[Limit, ...]
    unknown: tuple[str, ...]  # measures that were not read
    unjudged: tuple[str, ...] = ()  # read, and waiting for a named clinician
    judged_by: Mapping[str, str] = field(default_factory=dict)  # measure -> who judged it
    readings: Mapping[str, float] = field(default_factory=dict)  # those that this rule used

    @property
    def outcome(self) -> Outcome:
        """A hold or an alert: one limit is enough. Discharge: all of them, and nothing unknown."""
        discharge = self.rule.kind is Kind.DISCHARGE
        if self.met and not discharge:
            return Outcome.FIRES
        if self.unmet and discharge:
            return Outcome.NOT_MET
        if self.unknown:
            return Outcome.NOT_MEASURED
        if self.unjudged:
            return Outcome.CLINICIAN_JUDGES
        if not (self.met or self.unmet or self.judged_by):
            return Outcome.OTHER_AGES
        return Outcome.MET if discharge else Outcome.CLEAR

    @property
    def fires(self) -> bool:
        """A hold or an alert that fires; a discharge rule that is met."""
        return self.outcome in (Outcome.FIRES, Outcome.MET)


def applies(limit: Limit, age_y: Array) -> Array:
    """Whether a limit is one for people of this age."""
    return (limit.age_from_y <= age_y) & (age_y < limit.age_below_y)


def holds(limit: Limit, readings: Mapping[str, Array], age_y: Array) -> Array:
    """Whether a reading compares as the limit says, for people of its ages; shape of the reading.

    Raises KeyError where the measure was not read.
    """
    return COMPARE[limit.comparison](np.asarray(readings[limit.measure]), limit.value) & applies(limit, age_y)


def any_holds(rule: Rule, readings: Mapping[str, Array], age_y: Array) -> Array:
    """A hold or alert for arrays: some limit holds; a limit whose measure is not read says nothing."""
    known = [holds(limit, readings, age_y) for limit in rule.limits if limit.measure in readings]
    return np.logical_or.reduce(known) if known else np.asarray(False)


def all_hold(rule: Rule, readings: Mapping[str, Array], age_y: Array) -> Array:
    """Discharge for arrays: every limit of people of that age holds; nobody meets a rule whose measures are not read.

    A clinician's judgement is no reading: what only a clinician judges is not met here.
    """
    mine = [limit for limit in rule.limits if np.any(applies(limit, age_y))]
    if not mine or rule.judged_by_clinician or any(limit.measure not in readings for limit in mine):
        return np.asarray(False)
    return np.logical_and.reduce([holds(limit, readings, age_y) | ~np.asarray(applies(limit, age_y)) for limit in mine])


def judged(
    rules: RuleSet, kind: Kind, readings: Mapping[str, float], age_y: float, by: Mapping[str, str] | None = None
) -> tuple[Verdict, ...]:
    """Every rule of a kind beside the readings of one person.

    Args:
        by: who judged a measure that has no threshold, by measure.
    """
    return tuple(_verdict(rule, readings, age_y, by or {}) for rule in rules.of(kind))


def _verdict(rule: Rule, readings: Mapping[str, float], age_y: float, by: Mapping[str, str]) -> Verdict:
    mine = [limit for limit in rule.limits if applies(limit, age_y)]
    known = [limit for limit in mine if limit.measure in readings]
    met = tuple(limit for limit in known if holds(limit, readings, age_y))
    asked = tuple(dict.fromkeys((*(limit.measure for limit in mine), *rule.judged_by_clinician)))
    read = tuple(name for name in rule.judged_by_clinician if name in readings)
    return Verdict(
        rule,
        met,
        unmet=tuple(limit for limit in known if limit not in met),
        unknown=tuple(name for name in asked if name not in readings),
        unjudged=tuple(name for name in read if name not in by),
        judged_by={name: by[name] for name in read if name in by},
        readings={name: readings[name] for name in asked if name in readings},
    )
