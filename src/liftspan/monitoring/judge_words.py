"""What the rules answer, in words and as a record: the decision first, then rule by rule."""

from collections.abc import Iterable, Iterator
from textwrap import wrap

from liftspan.monitoring.asked import Difference, Judgement, Overall, Question
from liftspan.monitoring.judge import Outcome, Verdict
from liftspan.monitoring.records import MEASURES, Kind, Limit
from liftspan.monitoring.sense import notes_of
from liftspan.monitoring.words import (
    CAUTION,
    MARKS,
    WIDTH,
    clinician_words,
    limit_record,
    limit_words,
    reading_words,
)

SCHEMA = "liftspan/monitoring-judge/1"
ASKED = {
    Question.BEFORE_DOSE: "before the dose: may it be given?",
    Question.DURING: "during the session: is there an alert?",
    Question.DISCHARGE: "discharge: is there an alert, and may this person leave?",
}
FIRST = {
    Overall.HOLD: "HOLD",
    Overall.CLEAR: "NO HOLD",
    Overall.ALERT: "ALERT",
    Overall.NO_ALERT: "NO ALERT",
    Overall.NOT_MEASURED: "NOT MEASURED",
    Overall.NOT_READY: "NOT READY",
    Overall.READY: "READY BY THE RULES",
    Overall.NOT_JUDGED: "NOT JUDGED",
}
COLUMN = max(map(len, Outcome))
TOLD_WHAT_TO_DO = (Outcome.FIRES, Outcome.NOT_MET, Outcome.CLINICIAN_JUDGES)
ALL_MEASURED = "every rule was measured, and none fires"
LACKING = {
    Question.BEFORE_DOSE: f"no rule of kind {Kind.HOLD} in this file is for this age",
    Question.DURING: f"no rule of kind {Kind.ALERT} in this file is for this age",
    Question.DISCHARGE: f"no rule of kind {Kind.DISCHARGE} in this file is for this age",
}


def judgement_text(found: Judgement) -> str:
    """The decision, what was asked, every rule with its readings, and what no rule used."""
    head = f"Asked {ASKED[found.question]} Rules: {found.rules.name}, as of {found.rules.dated.isoformat()}; age "
    lines = [*wrap(decision(found), WIDTH), *wrap(f"{head}{found.age_y:g} years.", WIDTH), ""]
    for one in found.verdicts:
        lines += wrap(_verdict_words(one), WIDTH, initial_indent="  ", subsequent_indent=" " * (COLUMN + 2 + 1))
    after = [
        *map(difference_words, found.differences),
        *(f"Another source of {one.other_source_of}, {one.rule_id}: {one.text}" for one in found.also),
        *(f"{reading_words(name, value)}: no rule asked here judges it." for name, value in found.not_used.items()),
        *(f"{MEASURES[name].words}, judged by {who}: no rule asked here leaves it to a clinician."
          for name, who in found.not_asked.items()),
        *(f"Open in this file: {note}." for note in notes_of(found.rules)),
    ]  # fmt: skip
    if after:
        lines += ["", *(line for said in after for line in wrap(said, WIDTH))]
    return "\n".join([*lines, "", *wrap(CAUTION, WIDTH)]) + "\n"


TIME_ALONE = "no reading met a rule; time alone never discharges"


def decision(found: Judgement) -> str:
    """`HOLD: diastolic pressure was not measured.`"""
    fires = _each_once((one, limit) for one in found.of(Outcome.FIRES) for limit in one.met)
    reasons = fires if found.overall in (Overall.HOLD, Overall.ALERT) else []
    if found.overall is Overall.ALERT and found.question is Question.DISCHARGE:
        reasons = [f"{'; '.join(reasons)}; not ready to leave"]
    elif found.overall in (Overall.HOLD, Overall.NOT_READY, Overall.NOT_MEASURED):
        reasons += _open(found) or ([] if reasons or found.contradictions else [TIME_ALONE])
    elif found.overall is Overall.NOT_JUDGED:
        reasons = [LACKING[found.question]]
    elif found.overall is Overall.READY:
        reasons = ["every rule is met by a reading, and no alert fires"]
    elif found.overall in (Overall.CLEAR, Overall.NO_ALERT):
        reasons = [ALL_MEASURED]
    reasons += found.contradictions
    if found.passed and found.to_confirm:
        reasons.append(f"for a person to confirm: {', '.join(found.to_confirm)}")
    return f"{FIRST[found.overall]}: {'; '.join(reasons)}."


def _open(found: Judgement) -> list[str]:
    """What is not met, not measured, or waits for a clinician."""
    said = _each_once((one, limit) for one in found.of(Outcome.NOT_MET) for limit in one.unmet)
    lacking = list(dict.fromkeys(MEASURES[name].words for one in found.verdicts for name in one.unknown))
    if lacking:
        said.append(f"{_listed(lacking)} {'was' if len(lacking) == 1 else 'were'} not measured")
    waiting = list(dict.fromkeys(MEASURES[name].words for one in found.verdicts for name in one.unjudged))
    if waiting:
        said.append(f"no named clinician has judged {_listed(waiting)} (--judged MEASURE=NAME)")
    return said


def _each_once(found: Iterable[tuple[Verdict, Limit]]) -> list[str]:
    """Each reading against each limit once: where rules share a limit for other ages, without the ages."""
    shared: dict[tuple, list[tuple[Verdict, Limit]]] = {}
    for one, limit in found:
        shared.setdefault((one.rule.kind, limit.measure, limit.comparison, limit.value), []).append((one, limit))
    said = []
    for alike in shared.values():
        one, limit = alike[0]
        own = {(other.age_from_y, other.age_below_y) for _, other in alike}
        said.append(_read_against(one, limit if len(own) == 1 else Limit(limit.measure, limit.comparison, limit.value)))
    return said


def _listed(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def _read_against(one: Verdict, limit: Limit) -> str:
    """`systolic pressure 145 mmHg (limit > 140)`, with the ages that the limit is for."""
    discharge = one.rule.kind is Kind.DISCHARGE
    said = limit_words(limit).removeprefix(f"{MEASURES[limit.measure].words} ").replace(" (", ", ").replace(")", "")
    return f"{reading_words(limit.measure, one.readings[limit.measure])} ({'needed' if discharge else 'limit'} {said})"


def _verdict_words(one: Verdict) -> str:
    mark = f" [{MARKS[one.rule.basis]}]" if one.rule.basis in MARKS else ""
    parts = [_read_against(one, limit) for limit in (one.unmet if one.rule.kind is Kind.DISCHARGE else one.met)]
    if not parts:
        parts = [reading_words(name, value) for name, value in one.readings.items()]
    parts += [f"not measured: {_listed([MEASURES[name].words for name in one.unknown])}"] if one.unknown else []
    parts += [clinician_words(one.unjudged)] if one.unjudged else []
    parts += [f"{MEASURES[name].words} judged by {who}" for name, who in one.judged_by.items()]
    parts += [f"for a person to confirm: {', '.join(one.rule.confirm)}"] if one.rule.confirm else []
    said = "; ".join(parts)
    needed = "Needed: " if one.rule.kind is Kind.DISCHARGE else ""  # "Fully alert." is what is asked, not what is seen
    text = f". {needed}{one.rule.text}" if one.outcome in TOLD_WHAT_TO_DO else ""
    return f"{one.outcome:<{COLUMN}} {one.rule.kind} {one.rule.rule_id}{mark}" + (f": {said}" if said else "") + text


def difference_words(one: Difference) -> str:
    """Which two sources do not say the same here, and that the stricter one holds."""
    fires, silent = one.fires.rule, one.silent.rule
    measures = {limit.measure for limit in one.fires.met}
    own = ", ".join(limit_words(limit) for limit in one.fires.met)
    other = ", ".join(limit_words(limit) for limit in one.silent.unmet if limit.measure in measures)
    return (
        f"Two sources differ here: {fires.rule_id} ({fires.source}) fires at {own}; {silent.rule_id} ({silent.source}) "
        f"would fire at {other or 'none of these'}. The stricter one holds."
    )


def judgement_record(found: Judgement) -> dict:
    """The answer as `liftspan/monitoring-judge/1`."""
    return {
        "schema": SCHEMA,
        "question": found.question.value,
        "overall": found.overall.value,
        "passed": found.passed,
        "decision": decision(found),
        "age_y": found.age_y,
        "file": {"name": found.rules.name, "title": found.rules.title, "dated": found.rules.dated.isoformat()},
        "rules": [_verdict_record(one) for one in found.verdicts],
        "not_measured": _names(name for one in found.verdicts for name in one.unknown),
        "waiting_for_a_clinician": _names(name for one in found.verdicts for name in one.unjudged),
        "to_confirm": list(found.to_confirm),
        "contradictions": list(found.contradictions),
        "readings_not_used": _readings(found.not_used.items()),
        "judged_not_asked": [{"measure": name, "by": who} for name, who in found.not_asked.items()],
        "differences": [
            {"fires": one.fires.rule.rule_id, "silent": one.silent.rule.rule_id, "text": difference_words(one)}
            for one in found.differences
        ],
        "also": [{"id": one.rule_id, "other_source_of": one.other_source_of, "text": one.text} for one in found.also],
        "notes": list(notes_of(found.rules)),
        "caution": CAUTION,
    }


def _verdict_record(one: Verdict) -> dict:
    rule = one.rule
    return {
        "id": rule.rule_id,
        "kind": rule.kind.value,
        "verdict": one.outcome.value,
        "readings_used": _readings(one.readings.items()),
        "not_measured": list(one.unknown),
        "limits": [
            *(limit_record(limit) | {"holds": True} for limit in one.met),
            *(limit_record(limit) | {"holds": False} for limit in one.unmet),
        ],
        "waiting_for_a_clinician": list(one.unjudged),
        "judged_by": [{"measure": name, "by": who} for name, who in one.judged_by.items()],
        "confirm": list(rule.confirm),
        "text": rule.text,
        "basis": rule.basis.value,
        "source": rule.source,
        "source_url": rule.source_url,
        "other_source_of": rule.other_source_of or None,
    }


def _readings(items: Iterable[tuple[str, float]]) -> list[dict]:
    return [{"measure": name, "value": value, "unit": MEASURES[name].unit} for name, value in items]


def _names(names: Iterator[str]) -> list[str]:
    return list(dict.fromkeys(names))
