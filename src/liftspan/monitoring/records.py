"""Monitoring rules of a session as facts: what to measure, when to hold, to alert, to let go. No threshold here."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What a rule is for."""

    MEASURE = "measure"
    HOLD = "hold"  # before dosing
    ALERT = "alert"
    DISCHARGE = "discharge"  # all of its limits must be met, and what is to be confirmed
    ADVISE = "advise"  # words only


class Basis(StrEnum):
    """What a rule rests on."""

    LABEL = "label"
    PUBLISHED = "published"
    ANALOGY = "analogy"  # from another drug or route
    DESIGN_CHOICE = "design choice"  # no source gives it


class Comparison(StrEnum):
    """How a limit compares a reading with its value."""

    ABOVE = "above"
    AT_LEAST = "at_least"
    BELOW = "below"
    AT_MOST = "at_most"


@dataclass(frozen=True)
class Measure:
    """Something that is read, with its unit and the values that a reading or a limit can have."""

    name: str
    words: str
    unit: str
    low: float
    high: float


# Beyond these a number is a slip of the pen, not a reading; whether it is dangerous is for the rules to say.
MEASURES = {
    one.name: one
    for one in (
        Measure("systolic_mmhg", "systolic pressure", "mmHg", 40.0, 300.0),
        Measure("diastolic_mmhg", "diastolic pressure", "mmHg", 20.0, 200.0),
        Measure("systolic_rise_mmhg", "rise of systolic pressure from before the dose", "mmHg", -150.0, 200.0),
        Measure("diastolic_rise_mmhg", "rise of diastolic pressure from before the dose", "mmHg", -100.0, 150.0),
        Measure("heart_rate_per_min", "heart rate", "per minute", 20.0, 250.0),
        Measure("oxygen_saturation_percent", "oxygen saturation", "%", 40.0, 100.0),
        Measure("respiratory_rate_per_min", "breathing rate", "per minute", 0.0, 70.0),  # 0: no breath is a reading
        Measure("moaas", "alertness on MOAA/S", "0 to 5", 0.0, 5.0),
        Measure("cadss", "dissociation on CADSS", "points", 0.0, 92.0),
        Measure("cadss_rise", "rise of CADSS from before the dose", "points", -92.0, 92.0),
        Measure("minutes_since_dose", "time since the dose (of an infusion: since its end)", "minutes", 0.0, 1440.0),
    )
}
AGE = Measure("age_y", "age", "years", 18.0, 110.0)  # of a person, not a reading: limits have ages of their own
TIME = "minutes_since_dose"
# A rise is read from the same instrument, so a rule on the rise judges what was measured.
RISE_OF = {
    "systolic_rise_mmhg": "systolic_mmhg",
    "diastolic_rise_mmhg": "diastolic_mmhg",
    "cadss_rise": "cadss",
}


@dataclass(frozen=True)
class Limit:
    """One comparison, for people of some ages."""

    measure: str  # of MEASURES
    comparison: Comparison
    value: float
    age_from_y: float = 0.0
    age_below_y: float = float("inf")


@dataclass(frozen=True)
class Schedule:
    """When something is measured, minutes after the dose; negative = before it."""

    measures: tuple[str, ...]
    at_min: tuple[float, ...]
    every_min: float | None = None  # in addition, from `from_min` to `until_min`
    from_min: float = 0.0
    until_min: float | None = None


@dataclass(frozen=True)
class Rule:
    """One rule with its source."""

    rule_id: str
    kind: Kind
    text: str  # what to do, in words
    basis: Basis
    source: str
    source_url: str
    limits: tuple[Limit, ...] = ()
    schedule: Schedule | None = None
    confirm: tuple[str, ...] = ()  # what a person has to see, beside the limits
    # Measures without a threshold: read, and then judged by a clinician who is named. Nothing else meets the rule.
    judged_by_clinician: tuple[str, ...] = ()
    other_source_of: str = (
        ""  # id of a rule that says the same by another source; where they differ, the stricter holds
    )

    @property
    def asks_for(self) -> tuple[str, ...]:
        """Every measure that the rule judges, by a limit or by a clinician, each once."""
        limited = (limit.measure for limit in self.limits)
        return tuple(dict.fromkeys((*limited, *self.judged_by_clinician)))


@dataclass(frozen=True)
class RuleSet:
    """The rules of one kind of session, as of a day."""

    name: str
    title: str
    dated: datetime.date
    drugs: tuple[str, ...]
    routes: tuple[str, ...]
    rules: tuple[Rule, ...]

    def of(self, kind: Kind) -> tuple[Rule, ...]:
        """Rules of one kind, in the order of the file."""
        return tuple(rule for rule in self.rules if rule.kind is kind)


Readings = Mapping[str, float]  # by measure; arrays are as welcome as numbers
