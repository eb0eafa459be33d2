"""One patient's TOML file -> what is written in it, with the line of each table and key (tomllib gives none)."""

import re
import tomllib
from collections.abc import Mapping
from typing import Any

from liftspan.errors import nearest
from liftspan.forecast.entries import Entry, Written, shown
from liftspan.forecast.toml_slips import DEEP_KEY, cause_of, with_seconds

MOST_HEADINGS = 2000  # a record may have 400 sessions and 400 scores: more are not worth the time to read them
TOP_KEYS = ("person", "session", "score", "today")
HEADING = re.compile(r"^\s*(\[\[?)\s*([A-Za-z0-9_-]+)\s*\]\]?\s*(#.*)?$")
KEY = re.compile(r"^\s*[\"']?([A-Za-z0-9_-]+)[\"']?\s*(?:\.\s*([A-Za-z0-9_-]+)\s*)?=")
AT_LINE = re.compile(r"\(at (?:line (\d+), column \d+|end of document)\)")
SKELETON = "[person], then [[session]] with day and treatment, and [[score]] with day, scale and value"


def written_in_toml(file: str, patient: str, text: str) -> tuple[Written | None, list[str]]:
    """What a TOML file says of one patient, and every problem of its form."""
    headings = text.count("\n[[")
    if headings > MOST_HEADINGS:
        return None, [f"{file}: {headings:,} headings; one patient's record has some hundred at most; is it one?"]
    tables, problem = _parsed(file, text)
    if problem:
        return None, [problem]
    if not tables:
        return None, [f"{file} line 1: the record is empty; it needs {SKELETON}"]
    lines = _lines(text)
    problems = [
        f"{file} line {lines.get((key, 0), {}).get('', 1)}: {shown(key)} is no part of a patient's record; "
        f"{nearest(key, TOP_KEYS)}"
        for key in tables
        if key not in TOP_KEYS
    ]
    person = _tables(file, tables, "person", lines, problems)
    if isinstance(tables.get("person"), list):
        problems.append(f"{file} line {person[0].line if person else 1}: write [person] once, in single brackets")
    sessions = _tables(file, tables, "session", lines, problems)
    scores = _tables(file, tables, "score", lines, problems)
    today = None
    if "today" in tables:
        today = Entry(file, lines.get(("today", 0), {}).get("", 1), {"today": tables["today"]})
    nobody = Entry(file, 1, {})
    return Written(patient, file, person[0] if person else nobody, tuple(sessions), tuple(scores), today), problems


def _parsed(file: str, text: str) -> tuple[Mapping[str, Any], str]:
    deep = DEEP_KEY.search(text)
    if deep:
        line = text.count("\n", 0, deep.start()) + 1
        return {}, f"{file} line {line}: a name of more than 12 parts is no part of a patient's record"
    try:
        return _loaded(text), ""
    except RecursionError:
        return {}, f"{file}: brackets are nested too deeply for a patient's record"
    except ValueError as error:  # TOMLDecodeError, and numbers of thousands of digits
        found = AT_LINE.search(str(error))
        lines = text.split("\n")
        line = int(found[1]) if found and found[1] else len(lines)
        said = AT_LINE.sub("", str(error)).strip()
        if found and not found[1]:
            return {}, f"{file} line {line}: not TOML ({said}); is a quotation mark or a bracket left open?"
        if said.startswith("Exceeds the limit"):
            return {}, f"{file}: a number of thousands of digits is no part of a patient's record"
        return {}, f"{file} line {line}: not TOML ({said}); {cause_of(lines[line - 1], said)}"


def _loaded(text: str) -> Mapping[str, Any]:
    try:
        return tomllib.loads(text)
    except ValueError:
        mended = with_seconds(text)
        if mended == text:
            raise
        return tomllib.loads(mended)


def _tables(file: str, tables: Mapping[str, Any], name: str, lines: Mapping, problems: list[str]) -> list[Entry]:
    """The tables of one heading, each with its line."""
    found = tables.get(name, [])
    first = lines.get((name, 0), {}).get("", 1)
    if isinstance(found, dict):
        if name != "person":
            problems.append(f"{file} line {first}: write [[{name}]] with two brackets; each one has its own")
        found = [found]
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        heading = "[person]" if name == "person" else f"[[{name}]]"
        problems.append(f"{file} line {first}: '{name}' is a heading; write {heading} on a line of its own")
        return []
    entries = []
    for place, cells in enumerate(found):
        own = lines.get((name, place), {})
        entries.append(Entry(file, own.get("", first), cells, {key: line for key, line in own.items() if key}))
    return entries


def _lines(text: str) -> dict[tuple[str, int], dict[str, int]]:
    """(heading, how many of its kind came before) -> line of each key; the heading itself stands under ''.

    A line that only looks like a heading or a key (inside a text of several lines) is skipped by its quotes.
    """
    found: dict[tuple[str, int], dict[str, int]] = {}
    counts: dict[str, int] = {}
    here: dict[str, int] | None = None
    quoted = ""
    for line, words in enumerate(text.split("\n"), start=1):
        if quoted:
            quoted = "" if words.count(quoted) % 2 else quoted
            continue
        heading, key = HEADING.match(words), KEY.match(words)
        if heading:
            name = heading[2]
            counts[name] = counts.get(name, -1) + 1
            here = found.setdefault((name, counts[name]), {})
            here.setdefault("", line)
        elif key and here is not None:
            here.setdefault(key[1], line)
        elif key:
            top = found.setdefault((key[1], 0), {})
            top.setdefault("", line)
            top.setdefault(key[2] or "", line)
        quoted = next((mark for mark in ('"""', "'''") if words.count(mark) % 2), "")
    return found
