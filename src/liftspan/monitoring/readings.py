"""Readings as they are typed: `systolic_mmhg=185`, and what a named clinician judged: `spo2=Dr A. Example`."""

from collections.abc import Callable, Iterable
from typing import Any

from liftspan.errors import InvalidInput, printable
from liftspan.monitoring.coded import MEASURE
from liftspan.monitoring.form import tidy, within
from liftspan.monitoring.records import AGE, MEASURES
from liftspan.numbers import finite, shortened

LONGEST_NAME = 80
NO_NAMES = frozenset(
    (
        *("nobody", "none", "no", "unknown", "na", "null", "nil", "tbd", "todo", "ok", "yes", "true", "me", "x"),
        *("name", "clinician", "doctor", "dr"),
    )
)


def readings_of(words: Iterable[str], age_y: float) -> dict[str, float]:
    """`systolic_mmhg=185` and the like as numbers by measure. Raises InvalidInput with every problem."""
    problems: list[str] = []
    found = _pairs("reading", words, _reading, "MEASURE=NUMBER, like systolic_mmhg=185", problems)
    if not AGE.low <= age_y <= AGE.high:
        problems.append(f"age {age_y:g} is outside {AGE.low:g} to {AGE.high:g} years")
    if problems:
        raise InvalidInput(problems, "these readings")
    return found


def judged_by(words: Iterable[str]) -> dict[str, str]:
    """`oxygen_saturation_percent=Dr A. Example` and the like: who judged, by measure. Raises InvalidInput."""
    problems: list[str] = []
    found = _pairs("judged", words, _name, 'MEASURE=NAME, like "spo2=Dr A. Example"', problems)
    if problems:
        raise InvalidInput(problems, "what was judged")
    return found


def _pairs(
    what: str, words: Iterable[str], read: Callable[[str, str], Any], form: str, problems: list[str]
) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for word in words:
        given, equals, rest = word.partition("=")
        said = f"{what} '{shortened(word)}'"
        if not equals:
            problems.append(f"{said} is not {form}")
            continue
        try:
            name = MEASURE.read(given)
            value = read(name, rest)
        except ValueError as error:  # no word of the list, no number, no name
            problems.append(f"{said}: {error}")
            continue
        if name in found:
            problems.append(f"{said}: {MEASURES[name].words} stands twice")
        found[name] = value
    return found


def _reading(name: str, text: str) -> float:
    value, measure = finite(text), MEASURES[name]
    if not measure.low <= value <= measure.high:
        raise ValueError(within(measure))
    return value


def _name(_: str, text: str) -> str:
    name = tidy(text)
    words = "".join(one for one in name.casefold() if one.isalpha() or one == " ").split()
    if set(words) <= NO_NAMES:
        raise ValueError("who judged it? Write a name")
    if len(name) > LONGEST_NAME or printable(name) != name:
        raise ValueError(f"a name has at most {LONGEST_NAME} plain characters")
    return name
