"""Read monitoring rules from TOML files: those that ship, or a clinic's own; every problem of a file at once."""

import datetime
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from liftspan.errors import InvalidInput, nearest
from liftspan.files import STANDARD, read_input, shown_name
from liftspan.frozen import frozen
from liftspan.monitoring.records import MEASURES, Basis, Comparison, Kind, Limit, Measure, Rule, RuleSet, Schedule
from liftspan.treatment.drug import Drug
from liftspan.treatment.route import Route

SCHEMA = "liftspan/monitoring/1"
HEAD = ("schema", "name", "title", "dated", "drugs", "routes", "rule")
OF_RULE = ("id", "kind", "text", "basis", "source", "source_url", "limit", "confirm", "measures", "at_min")
OF_RULE += ("every_min", "from_min", "until_min")
OF_LIMIT = ("measure", *Comparison, "age_from_y", "age_below_y")


@cache
def shipped_rules() -> Mapping[str, RuleSet]:
    """The rules that ship, by name."""
    folder = files("liftspan.monitoring") / "data"
    found = [_read(path.name, path.read_bytes()) for path in sorted(folder.iterdir(), key=lambda one: one.name)]
    return frozen({rules.name: rules for rules in found})


def load_rules(path: Path) -> RuleSet:
    """The rules of a file. Raises InvalidInput with every problem of it."""
    try:
        raw = read_input(Path(path))
    except OSError as error:
        raise InvalidInput([f"{path}: cannot be read ({error.strerror or error})"]) from None
    return _read(shown_name(Path(path)) if Path(path) == STANDARD else str(path), raw)


def find_rules(name: str) -> RuleSet:
    """Shipped rules by name. Raises InvalidInput with the nearest name."""
    rules = shipped_rules()
    if name not in rules:
        raise InvalidInput([f"monitoring rules '{name}' are not known; {nearest(name, rules)}"])
    return rules[name]


def rules_for(drug: Drug, route: Route) -> RuleSet | None:
    """The shipped rules for sessions of a drug by a route; None where there are none."""
    return next(
        (one for one in shipped_rules().values() if drug.value in one.drugs and route.value in one.routes), None
    )


def _read(name: str, raw: bytes) -> RuleSet:
    subject = f"the monitoring rules in {name}"
    try:
        cells = tomllib.loads(raw.decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InvalidInput([f"{name}: not a TOML file ({error})"]) from None
    problems = list(_problems(cells))
    if problems:
        raise InvalidInput([f"{name}: {problem}" for problem in problems], subject)
    rules = tuple(_rule(rule) for rule in cells["rule"])
    return RuleSet(cells["name"], cells["title"], cells["dated"], tuple(cells["drugs"]), tuple(cells["routes"]), rules)


def _problems(cells: Mapping[str, Any]) -> Iterator[str]:
    yield from _unknown("this file", cells, HEAD)
    for key in HEAD:
        if key not in cells:
            yield f"'{key}' is missing"
    if cells.get("schema", SCHEMA) != SCHEMA:
        yield f"schema is '{cells['schema']}'; this version reads '{SCHEMA}'"
    for key in ("name", "title"):
        if key in cells and not _is_text(cells[key]):
            yield f"'{key}' must be words in quotes"
    if "dated" in cells and (
        not isinstance(cells["dated"], datetime.date) or isinstance(cells["dated"], datetime.datetime)
    ):
        yield "'dated' must be a day like 2026-11-25, without quotes: the day as of which these rules hold"
    for key, known in (("drugs", [one.value for one in Drug]), ("routes", [one.value for one in Route])):
        yield from _problems_of_names(key, cells.get(key, []), known)
    rules = cells.get("rule", [])
    if not isinstance(rules, list) or not all(isinstance(one, dict) for one in rules):
        yield "rules stand under [[rule]], each with its own heading"
        return
    if "rule" in cells and not rules:
        yield "there is no rule in it"
    seen: set[str] = set()
    for number, rule in enumerate(rules, start=1):
        where = f"rule {number} ({rule.get('id', 'no id')})"
        yield from (f"{where}: {problem}" for problem in _problems_of_rule(rule))
        if str(rule.get("id")) in seen:
            yield f"{where}: this id stands twice"
        seen.add(str(rule.get("id")))


def _problems_of_names(key: str, names: Any, known: list[str]) -> Iterator[str]:
    if not isinstance(names, list) or not names:
        yield f"'{key}' must be a list with at least one of: {', '.join(known)}"
        return
    for name in names:
        if name not in known:
            yield f"{key}: '{name}' is not known; {nearest(str(name), known)}"


def _problems_of_rule(rule: Mapping[str, Any]) -> Iterator[str]:
    yield from _unknown("a rule", rule, OF_RULE)
    for key in ("id", "kind", "text", "basis", "source", "source_url"):
        if not _is_text(rule.get(key)):
            yield f"'{key}' is missing or empty" + (": who says so?" if key == "source" else "")
    yield from _problems_of_choice(rule, "kind", Kind)
    yield from _problems_of_choice(rule, "basis", Basis)
    if _is_text(rule.get("source_url")) and not rule["source_url"].startswith("https://"):
        yield f"source_url '{rule['source_url']}' must begin with https://"
    limits = rule.get("limit", [])
    if not isinstance(limits, list) or not all(isinstance(one, dict) for one in limits):
        yield "limits stand under [[rule.limit]]"
        limits = []
    for number, limit in enumerate(limits, start=1):
        yield from (f"limit {number}: {problem}" for problem in _problems_of_limit(limit))
    kind = rule.get("kind")
    if kind in (Kind.HOLD, Kind.ALERT, Kind.DISCHARGE) and not limits:
        yield f"a rule of kind {kind} needs at least one [[rule.limit]]"
    if kind in (Kind.MEASURE, Kind.ADVISE) and limits:
        yield f"a rule of kind {kind} has no limits; is it a hold or an alert?"
    yield from _problems_of_schedule(rule)


def _problems_of_choice(rule: Mapping[str, Any], key: str, choices) -> Iterator[str]:
    if _is_text(rule.get(key)) and rule[key] not in list(choices):
        yield f"{key} '{rule[key]}' is not known; {nearest(rule[key], list(choices))}"


def _problems_of_limit(limit: Mapping[str, Any]) -> Iterator[str]:
    yield from _unknown("a limit", limit, OF_LIMIT)
    measure = MEASURES.get(str(limit.get("measure")))
    if measure is None:
        yield f"measure '{limit.get('measure')}' is not known; {nearest(str(limit.get('measure')), MEASURES)}"
    given = [key for key in Comparison if key in limit]
    if len(given) != 1:
        yield f"exactly one of {', '.join(Comparison)} is needed, and {len(given)} stand here"
    for key in given:
        if not _is_number(limit[key]):
            yield f"{key} must be a number"
        elif measure is not None and not measure.low <= limit[key] <= measure.high:
            yield f"{key} = {limit[key]:g}: {within(measure)}"
    ages = [limit.get("age_from_y", 0.0), limit.get("age_below_y", float("inf"))]
    if not all(_is_number(age) for age in ages):
        yield "age_from_y and age_below_y must be numbers of years"
    elif ages[0] >= ages[1]:
        yield f"age_from_y {ages[0]:g} is not below age_below_y {ages[1]:g}: nobody has such an age"


def _problems_of_schedule(rule: Mapping[str, Any]) -> Iterator[str]:
    if rule.get("kind") != Kind.MEASURE:
        for key in ("measures", "at_min", "every_min", "from_min", "until_min"):
            if key in rule:
                yield f"'{key}' belongs to rules of kind {Kind.MEASURE}"
        return
    measures = rule.get("measures", [])
    if not isinstance(measures, list) or not measures:
        yield "'measures' must list what is measured"
        measures = []
    for name in measures:
        if name not in MEASURES:
            yield f"measure '{name}' is not known; {nearest(str(name), MEASURES)}"
    times = rule.get("at_min", [])
    if not isinstance(times, list) or not all(_is_number(time) for time in times):
        yield "'at_min' must be a list of minutes after the dose"
        times = []
    elif sorted(times) != times:
        yield f"at_min {times} must ascend"
    if not times and "every_min" not in rule:
        yield "when? give 'at_min' or 'every_min'"
    if "every_min" in rule and not (_is_number(rule["every_min"]) and rule["every_min"] > 0):
        yield f"every_min {rule['every_min']} must be a number above 0"
    if ("until_min" in rule) != ("every_min" in rule):
        yield "'every_min' and 'until_min' belong together"
    ends = [rule.get("from_min", 0.0), rule.get("until_min", float("inf"))]
    if all(_is_number(one) for one in ends) and ends[0] >= ends[1]:
        yield f"from_min {ends[0]:g} is not before until_min {ends[1]:g}"


def within(measure: Measure) -> str:
    """`systolic pressure lies within 40 to 300 mmHg`."""
    return f"{measure.words} lies within {measure.low:g} to {measure.high:g} {measure.unit}"


def _unknown(where: str, cells: Mapping[str, Any], known) -> Iterator[str]:
    for key in cells:
        if key not in known:
            yield f"'{key}' is no key of {where}; {nearest(key, known)}"


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _rule(cells: Mapping[str, Any]) -> Rule:
    schedule = None
    if cells["kind"] == Kind.MEASURE:
        schedule = Schedule(
            tuple(cells["measures"]),
            tuple(map(float, cells.get("at_min", ()))),
            cells.get("every_min"),
            float(cells.get("from_min", 0.0)),
            cells.get("until_min"),
        )
    return Rule(
        rule_id=cells["id"],
        kind=Kind(cells["kind"]),
        text=cells["text"],
        basis=Basis(cells["basis"]),
        source=cells["source"],
        source_url=cells["source_url"],
        limits=tuple(_limit(limit) for limit in cells.get("limit", ())),
        schedule=schedule,
        confirm=tuple(cells.get("confirm", ())),
    )


def _limit(cells: Mapping[str, Any]) -> Limit:
    comparison = next(key for key in Comparison if key in cells)
    return Limit(
        cells["measure"],
        comparison,
        float(cells[comparison]),
        float(cells.get("age_from_y", 0.0)),
        float(cells.get("age_below_y", float("inf"))),
    )


def readings_of(words: Iterable[str], age_y: float) -> dict[str, float]:
    """`systolic_mmhg=185` and the like as numbers by measure. Raises InvalidInput with every problem."""
    found, problems = {}, []
    for word in words:
        name, equals, number = word.partition("=")
        measure = MEASURES.get(name)
        try:
            value = float(number)
        except ValueError:
            problems.append(f"reading '{word}' is not MEASURE=NUMBER, like systolic_mmhg=185")
            continue
        if not equals or measure is None:
            problems.append(f"reading '{word}': measure '{name}' is not known; {nearest(name, MEASURES)}")
        elif not measure.low <= value <= measure.high:
            problems.append(f"reading '{word}': {within(measure)}")
        elif name in found:
            problems.append(f"reading '{word}': {measure.words} stands twice")
        else:
            found[name] = value
    ages = MEASURES["age_y"]
    if not ages.low <= age_y <= ages.high:
        problems.append(f"age {age_y:g} is outside {ages.low:g} to {ages.high:g} years")
    if problems:
        raise InvalidInput(problems, "these readings")
    return found
