"""One question put to the rules: may the dose be given, is there an alert, may this person leave?

An answer is good only where every rule that was asked is met by a reading. Nothing measured is no answer.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from liftspan.monitoring.contradict import contradictions
from liftspan.monitoring.judge import Outcome, Verdict, judged
from liftspan.monitoring.records import TIME, Kind, Rule, RuleSet


class Question(StrEnum):
    """When somebody asks."""

    BEFORE_DOSE = "before the dose"
    DURING = "during the session"
    DISCHARGE = "discharge"


class Overall(StrEnum):
    """The answer to the question as a whole; the first of each question that applies."""

    HOLD = "hold"
    CLEAR = "clear"
    ALERT = "alert"
    NOT_READY = "not ready"
    READY = "ready"
    NOT_MEASURED = "not measured"
    NO_ALERT = "no alert"
    NOT_JUDGED = "not judged"  # the file has no rule for the question


KINDS = {
    Question.BEFORE_DOSE: (Kind.HOLD,),
    Question.DURING: (Kind.ALERT,),
    Question.DISCHARGE: (Kind.ALERT, Kind.DISCHARGE),
}
NEEDED = {Question.BEFORE_DOSE: Kind.HOLD, Question.DURING: Kind.ALERT, Question.DISCHARGE: Kind.DISCHARGE}
GOOD = (Overall.CLEAR, Overall.NO_ALERT, Overall.READY)
FINE = (Outcome.CLEAR, Outcome.MET, Outcome.OTHER_AGES)


@dataclass(frozen=True)
class Difference:
    """Two sources of one rule that do not say the same of these readings."""

    fires: Verdict
    silent: Verdict


@dataclass(frozen=True)
class Judgement:
    """What a file of rules answers."""

    rules: RuleSet
    question: Question
    age_y: float
    verdicts: tuple[Verdict, ...]
    overall: Overall
    not_used: Mapping[str, float]  # readings that no rule of this question judges
    not_asked: Mapping[str, str]  # judged by a clinician although no rule of this question left it to one
    differences: tuple[Difference, ...]
    also: tuple[Rule, ...]  # what further sources of these rules say in words, without a limit
    contradictions: tuple[str, ...] = ()  # readings that cannot both hold: never good

    @property
    def passed(self) -> bool:
        """Whether every rule that was asked is met by a reading."""
        return self.overall in GOOD

    def of(self, *outcomes: Outcome) -> tuple[Verdict, ...]:
        """Verdicts of these outcomes."""
        return tuple(one for one in self.verdicts if one.outcome in outcomes)

    @property
    def to_confirm(self) -> tuple[str, ...]:
        """What a person has to see beside the readings."""
        return tuple(dict.fromkeys(said for one in self.verdicts for said in one.rule.confirm))


def ask(
    rules: RuleSet,
    question: Question,
    readings: Mapping[str, float],
    age_y: float,
    by: Mapping[str, str] | None = None,
) -> Judgement:
    """Put a question to the rules.

    Args:
        by: who judged a measure that has no threshold, by measure.
    """
    by = by or {}
    verdicts = tuple(one for kind in KINDS[question] for one in judged(rules, kind, readings, age_y, by))
    used = {name for one in verdicts for name in one.readings}
    asked = {one.rule.rule_id for one in verdicts}
    left = {name for one in verdicts for name in one.rule.judged_by_clinician}
    wrong = contradictions(readings)
    return Judgement(
        rules,
        question,
        age_y,
        verdicts,
        _overall(question, verdicts, not wrong),
        not_used={name: value for name, value in readings.items() if name not in used},
        not_asked={name: who for name, who in by.items() if name not in left},
        differences=_differences(verdicts),
        also=tuple(one for one in rules.of(Kind.ADVISE) if one.other_source_of in asked),
        contradictions=wrong,
    )


def _overall(question: Question, verdicts: tuple[Verdict, ...], agree: bool) -> Overall:
    mine = [one for one in verdicts if one.outcome is not Outcome.OTHER_AGES]
    outcomes = {one.outcome for one in mine}
    needed = [one for one in mine if one.rule.kind is NEEDED[question]]
    fine = agree and outcomes <= set(FINE)
    if question is Question.BEFORE_DOSE:
        return Overall.NOT_JUDGED if not needed else Overall.CLEAR if fine else Overall.HOLD
    if Outcome.FIRES in outcomes:
        return Overall.ALERT
    if not needed:
        return Overall.NOT_JUDGED
    if question is Question.DURING:
        return Overall.NO_ALERT if fine else Overall.NOT_MEASURED
    # Time alone never discharges, whatever the file says.
    by_readings = any(set(one.readings) - {TIME} for one in needed)
    return Overall.READY if fine and by_readings else Overall.NOT_READY


def _differences(verdicts: tuple[Verdict, ...]) -> tuple[Difference, ...]:
    found, by_id = [], {one.rule.rule_id: one for one in verdicts}
    for one in verdicts:
        other = by_id.get(one.rule.other_source_of)
        if other is not None and one.fires != other.fires:
            fires, silent = (one, other) if one.fires else (other, one)
            found.append(Difference(fires, silent))
    return tuple(found)
