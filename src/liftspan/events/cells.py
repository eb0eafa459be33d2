"""Text of a cell -> a number: nan where it is blank, inf where it cannot be read (its reason is kept)."""

from collections.abc import Callable
from datetime import UTC, datetime

import numpy as np

from liftspan.errors import nearest
from liftspan.events.columns import DRUGS, EVIDS, ROUTES, SALTS
from liftspan.evidence.columns import finite
from liftspan.population import LIMITS
from liftspan.treatment.drug import Drug
from liftspan.units import MINUTES_PER_HOUR

BLANK, UNREADABLE = float("nan"), float("inf")
BLANKS = frozenset({"", "."})
# Far below any schedule, far above the rounding of sums of hours: closer than this is the same moment.
TIME_DECIMALS = 9
MOST_ADDITIONAL = 10_000
LARGEST = 1e6  # of any number: hours of a century, a kilogram in mg; beyond it a cell holds something else
MOST_REMEMBERED = 100_000
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Memory(dict):
    """Cell -> number, worked out once for each text."""

    def __init__(self, parse: Callable[[str], float]):
        self.parse, self.reasons = parse, {}

    def __missing__(self, cell: str) -> float:
        text = cell.strip()
        try:
            value = BLANK if text in BLANKS else self.parse(text)
        except ValueError as error:
            self.reasons[cell], value = str(error), UNREADABLE
        if len(self) >= MOST_REMEMBERED:
            self.clear()
        self[cell] = value
        return value

    def read(self, cells: tuple[str, ...]) -> np.ndarray:
        """Numbers of many cells, shape (row,)."""
        return np.fromiter((self[cell] for cell in cells), float, len(cells))


class Names(dict):
    """Identifier -> its number, in order of first appearance."""

    def __missing__(self, cell: str) -> int:
        self[cell] = len(self)
        return self[cell]


def number(text: str) -> float:
    """A finite decimal number."""
    try:
        if "_" in text:
            raise ValueError
        value = finite(text)
    except ValueError:
        comma = "; write decimals with a point" if "," in text else ""
        raise ValueError(f"'{text}' is no number{comma}") from None
    if abs(value) > LARGEST:
        raise ValueError(f"{text} is beyond {LARGEST:g}; is it in another unit, or in the wrong column?")
    return value


def not_negative(meaning: str) -> Callable[[str], float]:
    """Reader of numbers from 0 up; `meaning` says what a negative one may have been."""

    def parse(text: str) -> float:
        value = number(text)
        if value < 0:
            raise ValueError(f"{text} is negative; {meaning}")
        return value

    return parse


def clock(text: str) -> float:
    """Hours: as written, or since 1970 for a date-time with its zone."""
    if is_dated(text):
        return _moment(text)
    if ":" in text:
        raise ValueError(f"'{text}' is a time without its date; write hours, or 2026-03-29T14:30:00+02:00")
    return not_negative("it lies before the person's first record, which is hour 0; shift the person's times")(text)


def is_dated(text: str) -> bool:
    """Written as a date rather than as hours."""
    return text[4:5] == "-" or (text[2:3] in ("/", ".") and text[5:6] in ("/", "."))


def _moment(text: str) -> float:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f"'{text}' is no ISO date-time; write 2026-03-29T14:30:00+02:00 or ...T12:30:00Z") from None
    if moment.tzinfo is None:
        raise ValueError(
            f"'{text}' has no zone, and a local time can mean two moments when clocks change; add Z or +02:00"
        )
    return (moment - EPOCH).total_seconds() / MINUTES_PER_HOUR**2


def word(words: dict[str, int], what: str) -> Callable[[str], float]:
    """Reader of one of a few words, whatever their case; the value is the word's number."""

    def parse(text: str) -> float:
        if text.lower() in words:
            return float(words[text.lower()])
        raise ValueError(f"'{text}' is no {what}; {nearest(text, words)}")

    return parse


def route(text: str) -> float:
    """Number of the route by its name."""
    names = {one.value: i for i, one in enumerate(ROUTES)}
    try:
        finite(text)
    except ValueError:
        return word(names, "route")(text)
    raise ValueError(f"compartment number {text} says no route; write one of {', '.join(names)}")


def drug(text: str) -> float:
    """Number of the drug by its name."""
    if text.lower() == Drug.PLACEBO.value:
        raise ValueError("a placebo is no dose; write it as an event of EVID 2 without AMT")
    return word({one.value: i for i, one in enumerate(DRUGS)}, "drug with doses")(text)


def event(text: str) -> float:
    """EVID 0 to 4."""
    value = number(text)
    if value in range(len(EVIDS)):
        return value
    known = {5.0: "replace", 6.0: "multiply", 7.0: "transit dose"}.get(value, "")
    named = f" ({known})" if known else ""
    listed = ", ".join(f"{i} {name}" for i, name in enumerate(EVIDS))
    raise ValueError(f"event {text}{named} is not supported; valid: {listed}")


def infusion(text: str) -> float:
    """RATE or DUR; negative codes ask for a parameter that does not exist here."""
    value = number(text)
    if value < 0:
        raise ValueError(f"{text} asks for a modelled rate or duration, which does not exist here; give it as a number")
    return value


def additional(text: str) -> float:
    """ADDL, a whole number."""
    value = number(text)
    if value != int(value) or not 0 <= value <= MOST_ADDITIONAL:
        raise ValueError(f"{text} must be a whole number from 0 to {MOST_ADDITIONAL}")
    return value


def steady_state(text: str) -> float:
    """SS, 0 only."""
    if number(text) != 0:
        raise ValueError(f"{text}: steady state is not supported; write the doses that lead to it, with II and ADDL")
    return 0.0


def missing_flag(text: str) -> float:
    """MDV."""
    value = number(text)
    if value not in (0.0, 1.0):
        raise ValueError(f"{text} must be 0 or 1; a row to be left out is a comment (# at its start)")
    return value


def measured(text: str) -> float:
    """DV; not used by a prediction, so only slips are looked for."""
    try:
        return not_negative("DV is in ng/mL; is it a logarithm?")(text)
    except ValueError as error:
        hint = "; a level below quantification is '.' with MDV 1" if "no number" in str(error) else ""
        raise ValueError(f"{error}{hint}") from None


def adult(name: str) -> Callable[[str], float]:
    """Reader of a covariate within the limits of `population.LIMITS`."""
    _, low, high, unit, cause = next(row for row in LIMITS if row[0] == name)

    def parse(text: str) -> float:
        value = number(text)
        if not low <= value <= high:
            raise ValueError(f"{text} is outside {low:g} to {high:g} {unit}: {cause}")
        return value

    return parse


READERS = {
    "TIME": clock,
    "EVID": event,
    "AMT": not_negative("an amount is in mg of base"),
    "RATE": infusion,
    "DUR": infusion,
    "CMT": route,
    "II": not_negative("an interval is in hours"),
    "ADDL": additional,
    "SS": steady_state,
    "MDV": missing_flag,
    "DV": measured,
    "DRUG": drug,
    "SALT": word(SALTS, "form of a dose"),
    "WT": adult("weight"),
    "AGE": adult("age"),
}
