"""Monitoring rules in words and as a record."""

from collections.abc import Iterable, Iterator
from textwrap import wrap

from liftspan.monitoring.records import MEASURES, Basis, Comparison, Kind, Limit, Rule, RuleSet, Schedule
from liftspan.monitoring.sense import notes_of

SCHEMA = "liftspan/monitoring-rules/1"
WIDTH = 100
HEADINGS = {
    Kind.MEASURE: "Measure",
    Kind.HOLD: "Hold the dose when",
    Kind.ALERT: "Alert when",
    Kind.DISCHARGE: "May be assessed as ready to leave when all of this holds",
    Kind.ADVISE: "Also",
}
MARKS = {Basis.ANALOGY: "ANALOGY", Basis.DESIGN_CHOICE: "DESIGN CHOICE"}
SIGNS = {Comparison.ABOVE: ">", Comparison.AT_LEAST: ">=", Comparison.BELOW: "<", Comparison.AT_MOST: "<="}
CAUTION = (
    "For licensed clinicians and supervised sessions. These rules are facts from the sources named; they do not "
    "replace judgement or the label, and a clinic may use its own (--rules FILE)."
)


def listed(rules: RuleSet) -> str:
    """One line."""
    marked = sum(rule.basis in MARKS for rule in rules.rules)
    return (
        f"{rules.name:<30}{rules.dated.isoformat()}  {len(rules.rules)} rules, {marked} of them analogies or design "
        f"choices: {rules.title}"
    )


def rules_text(rules: RuleSet) -> str:
    """Everything of a set, by kind."""
    lines = [f"{rules.title}, as of {rules.dated.isoformat()} ({', '.join(rules.drugs)}: {', '.join(rules.routes)})"]
    for kind, heading in HEADINGS.items():
        if rules.of(kind):
            lines += ["", f"{heading}:"]
        for rule in rules.of(kind):
            lines += _rule_lines(rule)
    notes = notes_of(rules)
    if notes:
        lines += ["", "Open in this file:"]
        lines += [line for note in notes for line in wrap(note, WIDTH, initial_indent="  ", subsequent_indent="      ")]
    lines += ["", *wrap(CAUTION, WIDTH)]
    return "\n".join(lines) + "\n"


def _rule_lines(rule: Rule) -> Iterator[str]:
    mark = f"[{MARKS[rule.basis]}] " if rule.basis in MARKS else ""
    what = _what(rule)
    yield from wrap(f"{rule.rule_id}: {mark}{what}", WIDTH, initial_indent="  ", subsequent_indent="      ")
    if what != rule.text:
        yield from wrap(rule.text, WIDTH, initial_indent="      ", subsequent_indent="      ")
    source = f"source ({rule.basis}): {rule.source}"
    yield from wrap(source, WIDTH, initial_indent="      ", subsequent_indent="      ")
    yield f"      {rule.source_url}"
    if rule.other_source_of:
        how = "words only" if rule.kind is Kind.ADVISE else "both are judged; where they differ the stricter one holds"
        said = f"another source of {rule.other_source_of}: {how}"
        yield from wrap(said, WIDTH, initial_indent="      ", subsequent_indent="      ")


def _what(rule: Rule) -> str:
    if rule.schedule is not None:
        return schedule_words(rule.schedule)
    joint = " and " if rule.kind is Kind.DISCHARGE else ", or "
    limited = joint.join(limit_words(limit) for limit in rule.limits)
    parts = [limited, clinician_words(rule.judged_by_clinician), *rule.confirm]
    return " and ".join(part for part in parts if part) or rule.text


def clinician_words(measures: Iterable[str]) -> str:
    """`oxygen saturation: no threshold, a named clinician judges`; empty without measures."""
    words = ", ".join(MEASURES[name].words for name in measures)
    return f"{words}: no threshold, a named clinician judges" if words else ""


def reading_words(name: str, value: float) -> str:
    """`systolic pressure 185 mmHg`."""
    measure = MEASURES[name]
    if name == "moaas":
        return f"{measure.words} {value:g}"
    return f"{measure.words} {value:g} {measure.unit}"


def limit_words(limit: Limit) -> str:
    """`systolic pressure > 140 mmHg (below 66 years)`."""
    measure = MEASURES[limit.measure]
    unit = "" if measure.name == "moaas" else f" {measure.unit}"
    words = f"{measure.words} {SIGNS[limit.comparison]} {limit.value:g}{unit}"
    if limit.age_from_y > 0.0:
        words += f" (from {limit.age_from_y:g} years)"
    if limit.age_below_y < float("inf"):
        words += f" (below {limit.age_below_y:g} years)"
    return words


def schedule_words(schedule: Schedule) -> str:
    """What is measured and when, in minutes after the dose."""
    what = ", ".join(MEASURES[name].words for name in schedule.measures)
    before = [-time for time in schedule.at_min if time < 0.0]
    after = [f"{time:g}" for time in schedule.at_min if time >= 0.0]
    when = []
    if before:
        when.append("before the dose")
    if after:
        when.append(f"at {', '.join(after)} minutes")
    if schedule.every_min is not None:
        when.append(f"every {schedule.every_min:g} minutes from {schedule.from_min:g} to {schedule.until_min:g}")
    return f"{what}: {'; '.join(when)}"


def rules_record(rules: RuleSet) -> dict:
    """The set as `liftspan/monitoring-rules/1`."""
    return {
        "schema": SCHEMA,
        "name": rules.name,
        "title": rules.title,
        "dated": rules.dated.isoformat(),
        "drugs": list(rules.drugs),
        "routes": list(rules.routes),
        "rules": [_rule_record(rule) for rule in rules.rules],
        "notes": list(notes_of(rules)),
        "caution": CAUTION,
    }


def _rule_record(rule: Rule) -> dict:
    record = {
        "id": rule.rule_id,
        "kind": rule.kind.value,
        "text": rule.text,
        "basis": rule.basis.value,
        "source": rule.source,
        "source_url": rule.source_url,
        "limits": [limit_record(limit) for limit in rule.limits],
        "confirm": list(rule.confirm),
        "judged_by_clinician": list(rule.judged_by_clinician),
        "other_source_of": rule.other_source_of or None,
    }
    if rule.schedule is not None:
        record["schedule"] = vars(rule.schedule) | {
            "measures": list(rule.schedule.measures),
            "at_min": list(rule.schedule.at_min),
        }
    return record


def limit_record(limit: Limit) -> dict:
    """One limit as plain data."""
    ends = {"age_from_y": limit.age_from_y or None, "age_below_y": limit.age_below_y}
    ends["age_below_y"] = None if limit.age_below_y == float("inf") else limit.age_below_y
    return {"measure": limit.measure, limit.comparison.value: limit.value, "unit": MEASURES[limit.measure].unit} | ends
