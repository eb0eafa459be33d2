"""What the rules say of readings: pure, for one person or for arrays of them."""

import operator
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from liftspan.arrays import Array
from liftspan.monitoring.records import Comparison, Kind, Limit, Rule, RuleSet

COMPARE = {
    Comparison.ABOVE: operator.gt,
    Comparison.AT_LEAST: operator.ge,
    Comparison.BELOW: operator.lt,
    Comparison.AT_MOST: operator.le,
}


@dataclass(frozen=True)
class Verdict:
    """One rule beside readings."""

    rule: Rule
    met: tuple[Limit, ...]  # limits that hold
    unmet: tuple[Limit, ...]
    unknown: tuple[str, ...]  # measures that were not read

    @property
    def fires(self) -> bool:
        """A hold or an alert: one limit is enough. Discharge: all of them, and nothing unknown."""
        if self.rule.kind is Kind.DISCHARGE:
            return not self.unmet and not self.unknown
        return bool(self.met)


def applies(limit: Limit, age_y: Array) -> Array:
    """Whether a limit is one for people of this age."""
    return (limit.age_from_y <= age_y) & (age_y < limit.age_below_y)


def holds(limit: Limit, readings: Mapping[str, Array], age_y: Array) -> Array:
    """Whether a reading compares as the limit says, for people of its ages; shape of the reading.

    Raises KeyError where the measure was not read.
    """
    return COMPARE[limit.comparison](np.asarray(readings[limit.measure]), limit.value) & applies(limit, age_y)


def any_holds(rule: Rule, readings: Mapping[str, Array], age_y: Array) -> Array:
    """A hold or alert for arrays: some limit holds; limits whose measure is not read say nothing."""
    known = [holds(limit, readings, age_y) for limit in rule.limits if limit.measure in readings]
    return np.logical_or.reduce(known) if known else np.asarray(False)


def all_hold(rule: Rule, readings: Mapping[str, Array], age_y: Array) -> Array:
    """Discharge for arrays: every limit of people of that age holds, of the measures that are read."""
    known = [
        holds(limit, readings, age_y) | ~np.asarray(applies(limit, age_y))
        for limit in rule.limits
        if limit.measure in readings
    ]
    return np.logical_and.reduce(known) if known else np.asarray(True)


def judged(rules: RuleSet, kind: Kind, readings: Mapping[str, float], age_y: float) -> tuple[Verdict, ...]:
    """Every rule of a kind beside the readings of one person."""
    found = []
    for rule in rules.of(kind):
        mine = [limit for limit in rule.limits if applies(limit, age_y)]
        known = [limit for limit in mine if limit.measure in readings]
        met = tuple(limit for limit in known if holds(limit, readings, age_y))
        unmet = tuple(limit for limit in known if limit not in met)
        unknown = tuple(dict.fromkeys(limit.measure for limit in mine if limit.measure not in readings))
        found.append(Verdict(rule, met, unmet, unknown))
    return tuple(found)
