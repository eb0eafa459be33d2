"""Read monitoring rules from TOML files: those that ship, or a clinic's own; every problem of a file at once."""

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from liftspan.errors import InvalidInput, nearest
from liftspan.files import STANDARD, read_input, shown_name
from liftspan.frozen import frozen
from liftspan.monitoring.coded import BASIS, KIND, MEASURE, NAMED
from liftspan.monitoring.form import MOST_RULES, faults_of, faults_of_rule, id_of, number, tidy
from liftspan.monitoring.places import Fault, lines_of, placed
from liftspan.monitoring.records import Basis, Comparison, Kind, Limit, Rule, RuleSet, Schedule
from liftspan.monitoring.sense import faults_of_sense
from liftspan.treatment.drug import Drug
from liftspan.treatment.route import Route

LARGEST_BYTES = 65_536  # several times a rule file; the parser's time grows faster than the text
LONGEST_LINE, MOST_DOTS = 1_200, 30  # a key of thousands of parts would take gigabytes to parse
MOST_PROBLEMS = 60
AT_LINE = re.compile(r" *\(at (?:line (\d+), column \d+|end of document)\)")


@cache
def shipped_rules() -> Mapping[str, RuleSet]:
    """The rules that ship, by name."""
    folder = files("liftspan.monitoring") / "data"
    found = [_read(path.name, path.read_bytes()) for path in sorted(folder.iterdir(), key=lambda one: one.name)]
    return frozen({rules.name: rules for rules in found})


def load_rules(path: Path | str) -> RuleSet:
    """The rules of a file. Raises InvalidInput with every problem of it."""
    try:
        raw = read_input(Path(path), LARGEST_BYTES, "a file of rules")
    except (OSError, ValueError) as error:  # a name with a zero byte is a ValueError
        if isinstance(error, InvalidInput):
            raise
        raise InvalidInput([f"{path}: cannot be read ({getattr(error, 'strerror', None) or error})"]) from None
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
    text = _text(name, raw)
    cells = _parsed(name, text)
    faults = list(faults_of(cells))
    given = cells.get("rule")
    fit = isinstance(given, list) and len(given) <= MOST_RULES and all(isinstance(one, dict) for one in given)
    rows = given if fit else []
    ids = {tidy(row["id"]) for row in rows if isinstance(row.get("id"), str)}
    rules = {at: _rule(row) for at, row in enumerate(rows, start=1) if not any(faults_of_rule(row, ids))}
    broken = [row for at, row in enumerate(rows, start=1) if at not in rules]
    elsewhere = {name for row in broken for name in _measures_named(row)}
    faults += faults_of_sense(rules, elsewhere, whole=not broken)
    if faults:
        raise _refused(name, text, faults, rows)
    return RuleSet(
        tidy(cells["name"]), tidy(cells["title"]), cells["dated"], _coded(cells, "drugs"), _coded(cells, "routes"),
        tuple(rules.values()),
    )  # fmt: skip


def _text(name: str, raw: bytes) -> str:
    if len(raw) > LARGEST_BYTES:
        raise InvalidInput([f"{name}: has more than {LARGEST_BYTES} bytes; is it a rule file?"])
    try:
        return raw.decode("utf-8-sig").replace("\r\n", "\n")  # Notepad begins a file with a mark
    except UnicodeDecodeError:
        hint = "; save it as UTF-8" if raw[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" not in raw else ""
        raise InvalidInput([f"{name}: not a TOML file (it is no text in UTF-8{hint})"]) from None


def _parsed(name: str, text: str) -> Mapping[str, Any]:
    for at, line in enumerate(text.split("\n"), start=1):
        if len(line) > LONGEST_LINE:
            raise InvalidInput([f"{name} line {at}: has more than {LONGEST_LINE} characters; is it a rule file?"])
        if line.partition("=")[0].count(".") > MOST_DOTS and not line.lstrip().startswith("#"):
            raise InvalidInput([f"{name} line {at}: not a rule file (keys are nested too deeply)"])
    try:
        return tomllib.loads(text)
    except RecursionError:
        raise InvalidInput([f"{name}: not a rule file (brackets are nested too deeply)"]) from None
    except ValueError as error:  # TOMLDecodeError; a number of thousands of digits
        found = AT_LINE.search(str(error))
        at = f" line {found[1] or text.count(chr(10)) + 1}" if found else ""
        said = AT_LINE.sub("", str(error)).partition(": value has")[0].partition("; use sys.")[0]
        raise InvalidInput(
            [f"{name}{at}: not a TOML file ({said}); words stand in quotes, rules under [[rule]]"]
        ) from None


def _refused(name: str, text: str, faults: list[Fault], rows: list[Mapping[str, Any]]) -> InvalidInput:
    lines = lines_of(text, len(rows))
    said = [placed(one, lines, name, id_of(rows[one.rule - 1]) if one.rule else "") for one in faults]
    if len(said) > MOST_PROBLEMS:
        said = [*said[:MOST_PROBLEMS], f"{name}: and {len(said) - MOST_PROBLEMS} problems more"]
    return InvalidInput(said, f"the monitoring rules in {name}")


def _measures_named(row: Mapping[str, Any]) -> set[str]:
    """Measures that stand in a rule with a problem: it may judge them."""
    limits = row.get("limit")
    cells = [limit.get("measure") for limit in limits if isinstance(limit, dict)] if isinstance(limits, list) else []
    judged = row.get("judged_by_clinician")
    cells += judged if isinstance(judged, list) else []
    return {MEASURE.read(cell) for cell in cells if isinstance(cell, str) and cell in MEASURE}


def _coded(cells: Mapping[str, Any], key: str) -> tuple[str, ...]:
    return tuple(NAMED[key].read(one) for one in cells[key])


def _rule(cells: Mapping[str, Any]) -> Rule:
    kind = Kind(KIND.read(cells["kind"]))
    return Rule(
        rule_id=tidy(cells["id"]),
        kind=kind,
        text=tidy(cells["text"]),
        basis=Basis(BASIS.read(cells["basis"])),
        source=tidy(cells["source"]),
        source_url=cells["source_url"],
        limits=tuple(_limit(limit) for limit in cells.get("limit", ())),
        schedule=_schedule(cells) if kind is Kind.MEASURE else None,
        confirm=tuple(map(tidy, cells.get("confirm", ()))),
        judged_by_clinician=tuple(map(MEASURE.read, cells.get("judged_by_clinician", ()))),
        other_source_of=tidy(cells.get("other_source_of", "")),
    )


def _schedule(cells: Mapping[str, Any]) -> Schedule:
    return Schedule(
        tuple(map(MEASURE.read, cells["measures"])),
        tuple(map(float, cells.get("at_min", ()))),
        number(cells.get("every_min")),
        float(cells.get("from_min", 0.0)),
        number(cells.get("until_min")),
    )


def _limit(cells: Mapping[str, Any]) -> Limit:
    comparison = next(key for key in Comparison if key in cells)
    return Limit(
        MEASURE.read(cells["measure"]),
        comparison,
        float(cells[comparison]),
        float(cells.get("age_from_y", 0.0)),
        float(cells.get("age_below_y", float("inf"))),
    )
