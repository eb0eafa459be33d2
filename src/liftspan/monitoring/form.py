"""The form of a rule file: every key of the right type, every number finite and in range, every word known."""

import datetime
import math
from collections.abc import Iterable, Iterator, Mapping, Set
from typing import Any

from liftspan.errors import nearest, printable
from liftspan.monitoring.coded import BASIS, KIND, MEASURE, NAMED
from liftspan.monitoring.places import Fault
from liftspan.monitoring.records import AGE, MEASURES, TIME, Comparison, Kind, Measure
from liftspan.numbers import shortened
from liftspan.vocabulary import NotAWord, Vocabulary

SCHEMA = "liftspan/monitoring/1"
HEAD = ("schema", "name", "title", "dated", "drugs", "routes", "rule")
OF_SCHEDULE = ("measures", "at_min", "every_min", "from_min", "until_min")
OF_RULE = ("id", "kind", "text", "basis", "source", "source_url", "limit", "confirm", "judged_by_clinician")
OF_RULE += ("other_source_of", *OF_SCHEDULE)
OF_LIMIT = ("measure", *Comparison, "age_from_y", "age_below_y")
LONGEST_TEXT = 1_000  # characters; a rule is read at a bedside
MOST_RULES, MOST_LIMITS = 200, 60  # of a file, of a rule
WITH_LIMITS = (Kind.HOLD, Kind.ALERT, Kind.DISCHARGE)
FAR_MIN = MEASURES[TIME].high  # a session ends within a day


def faults_of(cells: Mapping[str, Any]) -> Iterator[Fault]:
    """Every problem of form of a file."""
    yield from _unknown("this file", cells, HEAD)
    yield from (Fault(f"'{key}' is missing") for key in HEAD if key not in cells)
    if "schema" in cells and cells["schema"] != SCHEMA:
        yield Fault(f"schema is {told(cells['schema'])}; this version reads '{SCHEMA}'", "schema")
    for key in ("name", "title"):
        if key in cells:
            yield from (Fault(f"'{key}' {said}", key) for said in _not_words(cells[key]))
    # A date-time is a date too, by type.
    if "dated" in cells and type(cells["dated"]) is not datetime.date:
        yield Fault(
            "'dated' must be a day like 2026-12-01, without quotes: the day as of which these rules hold", "dated"
        )
    for key, known in NAMED.items():
        if key in cells:
            yield from (Fault(said, key) for said in _not_names(key, cells[key], known, f"'{key}'"))
    if "rule" not in cells:
        return
    rules = cells["rule"]
    if not isinstance(rules, list) or not all(isinstance(one, dict) for one in rules):
        yield Fault("rules stand under [[rule]], each with its own heading", "rule")
    elif not rules:
        yield Fault("there is no rule in it", "rule")
    elif len(rules) > MOST_RULES:
        yield Fault(f"{len(rules)} rules; a file holds at most {MOST_RULES}", "rule")
    else:
        yield from _faults_of_rules(rules)


def id_of(rule: Mapping[str, Any]) -> str:
    """The id of a rule for messages."""
    return shortened(rule["id"]) if is_words(rule.get("id")) else "no id"


def _faults_of_rules(rules: list[Mapping[str, Any]]) -> Iterator[Fault]:
    ids = {tidy(rule["id"]) for rule in rules if is_words(rule.get("id"))}
    seen: set[str] = set()
    for at, rule in enumerate(rules, start=1):
        yield from (one.of(rule=at) for one in faults_of_rule(rule, ids))
        if is_words(rule.get("id")):
            if tidy(rule["id"]) in seen:
                yield Fault("this id stands twice", "id", at)
            seen.add(tidy(rule["id"]))


def faults_of_rule(rule: Mapping[str, Any], ids: Set[str]) -> Iterator[Fault]:
    """Every problem of form of one rule.

    Args:
        ids: of all rules of the file.
    """
    yield from _unknown("a rule", rule, OF_RULE)
    for key in ("id", "kind", "text", "basis", "source", "source_url"):
        if key not in rule or (isinstance(rule[key], str) and not rule[key].strip()):
            yield Fault(f"'{key}' is missing or empty" + (": who says so?" if key == "source" else ""), key)
        else:
            yield from (Fault(f"'{key}' {said}", key) for said in _not_words(rule[key]))
    kind = _word(rule, "kind", KIND)
    for key, words in (("kind", KIND), ("basis", BASIS)):
        if is_words(rule.get(key)) and _word(rule, key, words) is None:
            yield Fault(_why_not(words, rule[key]), key)
    url = rule.get("source_url")
    if is_words(url) and not (url.startswith("https://") and len(url.split()) == 1):
        yield Fault(f"source_url '{shortened(url)}' must begin with https:// and hold no blanks", "source_url")
    yield from _faults_of_limits(rule, kind)
    yield from _faults_of_people(rule, kind)
    yield from _faults_of_schedule(rule, kind)
    if "other_source_of" in rule:
        other = rule["other_source_of"]
        own = tidy(rule["id"]) if is_words(rule.get("id")) else ""
        if not isinstance(other, str) or tidy(other) not in ids - {own}:
            yield Fault(f"other_source_of {told(other)}: no other rule has this id", "other_source_of")


def _faults_of_limits(rule: Mapping[str, Any], kind: str | None) -> Iterator[Fault]:
    limits = rule.get("limit", [])
    if not isinstance(limits, list) or not all(isinstance(one, dict) for one in limits):
        yield Fault("limits stand under [[rule.limit]]", "limit")
        return
    if len(limits) > MOST_LIMITS:
        yield Fault(f"{len(limits)} limits; a rule holds at most {MOST_LIMITS}", "limit")
        return
    for at, limit in enumerate(limits, start=1):
        yield from (one.of(limit=at) for one in _faults_of_limit(limit))
    if kind in WITH_LIMITS and not limits and not ("judged_by_clinician" in rule and kind != Kind.ALERT):
        alone = "" if kind == Kind.ALERT else ", or judged_by_clinician where no source gives a number"
        yield Fault(f"a rule of kind {kind} needs at least one [[rule.limit]]{alone}")
    if kind in (Kind.MEASURE, Kind.ADVISE) and limits:
        yield Fault(f"a rule of kind {kind} has no limits; is it a hold or an alert?", "limit")


def _faults_of_people(rule: Mapping[str, Any], kind: str | None) -> Iterator[Fault]:
    """What a person confirms, and what a clinician judges."""
    for key in ("confirm", "judged_by_clinician"):
        if key in rule and kind is not None and kind not in (Kind.HOLD, Kind.DISCHARGE):
            yield Fault(f"'{key}' belongs to rules of kind {Kind.HOLD} or {Kind.DISCHARGE}", key)
    if "confirm" in rule:
        said = rule["confirm"]
        if not isinstance(said, list) or not said:
            yield Fault("'confirm' must be a list of words in quotes, like [\"an escort is there\"]", "confirm")
        else:
            yield from (Fault(f"'confirm' {why}", "confirm") for one in said for why in _not_words(one))
    if "judged_by_clinician" in rule:
        given = rule["judged_by_clinician"]
        what = "'judged_by_clinician' (measures that no number of a source judges)"
        yield from (Fault(why, "judged_by_clinician") for why in _not_names("", given, MEASURE, what))


def _faults_of_limit(limit: Mapping[str, Any]) -> Iterator[Fault]:
    yield from _unknown("a limit", limit, OF_LIMIT)
    name = _word(limit, "measure", MEASURE)
    measure = MEASURES[name] if name else None
    if measure is None:
        given = limit.get("measure")
        said = _why_not(MEASURE, given) if isinstance(given, str) else f"measure {told(given)} is no word in quotes"
        yield Fault(said if "measure" in limit else "'measure' is missing: what is compared?", "measure")
    given = [key for key in Comparison if key in limit]
    if len(given) != 1:
        yield Fault(f"exactly one of {', '.join(Comparison)} is needed, and {len(given)} stand here")
    for key in given:
        yield from (Fault(said, key) for said in _not_a_limit(key, limit[key], measure))
    yield from _faults_of_ages(limit)


def _not_a_limit(key: Comparison, given: Any, measure: Measure | None) -> Iterator[str]:
    value = number(given)
    if value is None:
        yield f"{key} must be a number{_because(given)}"
    elif measure is not None and not measure.low <= value <= measure.high:
        yield f"{key} = {value:g}: {within(measure)}"
    elif measure is not None and value == {Comparison.ABOVE: measure.high, Comparison.BELOW: measure.low}.get(key):
        yield f"{key} = {value:g}: no reading can be, for {within(measure)}"


def _faults_of_ages(limit: Mapping[str, Any]) -> Iterator[Fault]:
    ages = {"age_from_y": 0.0, "age_below_y": math.inf}
    for key in tuple(ages):
        if key in limit:
            ages[key] = number(limit[key])
            if ages[key] is None:
                yield Fault(f"{key} must be a number of years{_because(limit[key])}", key)
    begin, end = ages.values()
    if begin is None or end is None:
        return
    if begin >= end:
        yield Fault(f"age_from_y {begin:g} is not below age_below_y {end:g}: nobody has such an age", "age_from_y")
    elif begin > AGE.high or end <= AGE.low:
        key = "age_from_y" if begin > AGE.high else "age_below_y"
        yield Fault(f"{key} {limit[key]:g}: nobody of {AGE.low:g} to {AGE.high:g} years has such an age", key)


def _faults_of_schedule(rule: Mapping[str, Any], kind: str | None) -> Iterator[Fault]:
    if kind != Kind.MEASURE:
        keys = (key for key in OF_SCHEDULE if key in rule and kind is not None)
        yield from (Fault(f"'{key}' belongs to rules of kind {Kind.MEASURE}", key) for key in keys)
        return
    what = "'measures' (what is measured)"
    yield from (Fault(said, "measures") for said in _not_names("", rule.get("measures", []), MEASURE, what))
    times = rule.get("at_min", [])
    minutes = [number(one) for one in times] if isinstance(times, list) else [None]
    if None in minutes:
        yield Fault("'at_min' must be a list of minutes after the dose, like [-10, 40]", "at_min")
    elif any(abs(one) > FAR_MIN for one in minutes):
        yield Fault(f"at_min: minutes lie within {-FAR_MIN:g} to {FAR_MIN:g} of the dose", "at_min")
    elif sorted(set(minutes)) != minutes:
        yield Fault(f"at_min [{', '.join(f'{one:g}' for one in minutes)}] must ascend", "at_min")
    if not minutes and "every_min" not in rule:
        yield Fault("when? give 'at_min' or 'every_min'")
    if ("until_min" in rule) != ("every_min" in rule):
        yield Fault("'every_min' and 'until_min' belong together", "every_min")
    yield from _faults_of_intervals(rule)


def _faults_of_intervals(rule: Mapping[str, Any]) -> Iterator[Fault]:
    found = {key: number(rule[key]) for key in ("every_min", "from_min", "until_min") if key in rule}
    for key, value in found.items():
        if value is None:
            yield Fault(f"{key} must be a number of minutes{_because(rule[key])}", key)
        elif key == "every_min" and not 0.0 < value <= FAR_MIN:
            yield Fault(f"every_min {value:g} must be a number above 0 and at most {FAR_MIN:g}", key)
        elif abs(value) > FAR_MIN:
            yield Fault(f"{key} {value:g}: minutes lie within {-FAR_MIN:g} to {FAR_MIN:g} of the dose", key)
    begin, end = found.get("from_min", 0.0), found.get("until_min", math.inf)
    if begin is not None and end is not None and begin >= end:
        yield Fault(f"from_min {begin:g} is not before until_min {end:g}", "until_min")
    if "from_min" in found and "every_min" not in found:
        yield Fault("'from_min' belongs to 'every_min'", "from_min")


def within(measure: Measure) -> str:
    """`systolic pressure lies within 40 to 300 mmHg`."""
    return f"{measure.words} lies within {measure.low:g} to {measure.high:g} {measure.unit}"


def number(value: Any) -> float | None:
    """A finite number of a file; None for everything else: a date, a text, true, nan, more digits than a number has."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    try:
        found = float(value)
    except OverflowError:
        return None
    return found if math.isfinite(found) else None


def is_words(value: Any) -> bool:
    """Whether a value is a text that says something."""
    return isinstance(value, str) and bool(value.strip())


def tidy(text: str) -> str:
    """A text on one line, with single blanks."""
    return " ".join(text.split())


def told(value: Any) -> str:
    """A value as a message repeats it: never long, never raw."""
    if isinstance(value, str):
        return f"'{shortened(value)}'"
    if isinstance(value, bool):
        return str(value).lower()
    if (found := number(value)) is not None:
        return f"{found:g}"
    if isinstance(value, float):
        return f"{value}"
    if isinstance(value, int):
        return "a number of hundreds of digits"
    if value is None:
        return "nothing"
    kinds = {list: "a list", dict: "a table", datetime.date: "a date", datetime.datetime: "a date"}
    return kinds.get(type(value), "a time")


def _because(value: Any) -> str:
    return f", and {told(value)} is none" + (": write it without quotes" if isinstance(value, str) else "")


def _not_words(value: Any) -> Iterator[str]:
    if not is_words(value):
        yield "must be words in quotes"
    elif len(value) > LONGEST_TEXT:
        yield f"has more than {LONGEST_TEXT} characters"
    elif printable(tidy(value)) != tidy(value):
        yield "holds control characters, or some that cannot be seen; write plain text"


def _not_names(key: str, given: Any, known: Vocabulary, what: str) -> Iterator[str]:
    """Problems of a list of coded words: at least one, each known, each once."""
    if not isinstance(given, list) or not given:
        yield f"{what} must be a list with at least one of: {', '.join(known.words)}"
        return
    seen: set[str] = set()
    for one in given:
        if not isinstance(one, str):
            yield f"{what} holds {told(one)}; write words in quotes"
            continue
        try:
            word = known.read(one)
        except NotAWord as error:
            yield str(error)
            continue
        if word in seen:
            yield f"{key or 'measure'} '{word}' stands twice"
        seen.add(word)


def _word(cells: Mapping[str, Any], key: str, known: Vocabulary) -> str | None:
    given = cells.get(key)
    return known.read(given) if isinstance(given, str) and given in known else None


def _why_not(known: Vocabulary, text: str) -> str:
    try:
        return f"'{known.read(text)}'"
    except NotAWord as error:
        return str(error)


def _unknown(where: str, cells: Mapping[str, Any], known: Iterable[str]) -> Iterator[Fault]:
    for key in cells:
        if key not in known:
            yield Fault(f"'{shortened(key)}' is no key of {where}; {nearest(key, known)}", key)
