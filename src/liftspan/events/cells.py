"""Text of a cell -> a number: nan where it is blank, inf where it cannot be read (its reason is kept)."""

import re
from collections.abc import Callable
from datetime import UTC, datetime

import numpy as np

from liftspan.events.columns import DRUGS, EVIDS, ROUTES, SALTS
from liftspan.numbers import DECIMAL, NOT_REPORTED, NoNumber, finite, shortened
from liftspan.population import LIMITS
from liftspan.treatment.drug import Drug
from liftspan.treatment.words import DRUG_WORDS, ROUTE_WORDS
from liftspan.units import MINUTES_PER_HOUR
from liftspan.vocabulary import NotAWord, Vocabulary

BLANK, UNREADABLE = float("nan"), float("inf")
BLANKS = frozenset({"", "."})
NUMBERED = -2.0  # CMT as a number: it says no route, and nothing at all on a row without a dose
# Far below any schedule, far above the rounding of sums of hours: closer than this is the same moment.
TIME_DECIMALS = 9
MOST_ADDITIONAL = 10_000
LARGEST = 1e6  # of any number: hours of a century, a kilogram in mg; beyond it a cell holds something else
MOST_REMEMBERED = 100_000
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MISSING_CODES = frozenset({-9.0, -99.0, -999.0, -9999.0, -99999.0})  # no column holds negative numbers
NOT_KNOWN = "where it is not known write '.', or leave the cell blank"
BELOW_QUANTIFICATION = re.compile(r"<.*|[ab]?blo?q|bql|<?l?loq|below .*|n\.?d\.?|not detected", re.IGNORECASE)
# 2026-03-29..., 2026-W13-7..., 20260329T...: what may be an ISO date-time.
ISO = re.compile(r"\s*(?:[0-9]{4}-|[0-9]{8}[T ])", re.ASCII | re.IGNORECASE)
DATE = re.compile(r"[0-9]{1,2}[/.][0-9]{1,2}[/.][0-9]{2,4}\b.*|[0-9]{4}[/.][0-9]{1,2}[/.][0-9]{1,2}\b.*", re.ASCII)
EXAMPLE = "2026-03-29T14:30:00+02:00"


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
        return np.fromiter(map(self.__getitem__, cells), float, len(cells))


class Names(dict):
    """Identifier -> its number, in order of first appearance."""

    def __missing__(self, cell: str) -> int:
        self[cell] = len(self)
        return self[cell]


def number(text: str) -> float:
    """A finite decimal number."""
    try:
        value = finite(text)
    except NoNumber as error:
        raise ValueError(_not_known(text, "number") or str(error)) from None
    if value in MISSING_CODES:
        raise ValueError(f"{text}: is it a code for a missing value? {NOT_KNOWN.capitalize()}")
    if abs(value) > LARGEST:
        raise ValueError(f"{text} is beyond {LARGEST:g}; is it in another unit, or in the wrong column?")
    return value


def _not_known(text: str, what: str) -> str:
    """What to say of NA, nan and their like."""
    return f"'{text}' is no {what}; {NOT_KNOWN}" if text.lower() in NOT_REPORTED else ""


def not_negative(meaning: str) -> Callable[[str], float]:
    """Reader of numbers from 0 up; `meaning` says what a negative one may have been."""

    def parse(text: str) -> float:
        value = number(text)
        if value < 0:
            raise ValueError(f"{text} is negative; {meaning}")
        return value

    return parse


hours = not_negative("it lies before the person's first record, which is hour 0; shift the person's times")


def clock(text: str) -> float:
    """Hours: as written, or since 1970 for a date-time with its zone."""
    if DECIMAL.fullmatch(text):
        return hours(text)
    if is_dated(text):
        return _moment(text)
    if DATE.fullmatch(text):
        order = "" if text[:4].isdigit() else " (the day or the month may stand first here)"
        raise ValueError(f"'{shortened(text)}' is no ISO date-time{order}; write {EXAMPLE}")
    if ":" in text:
        raise ValueError(f"'{shortened(text)}' is a time without its date; write hours, or {EXAMPLE}")
    return hours(text)


def is_dated(text: str) -> bool:
    """Written as an ISO date rather than as hours."""
    return ISO.match(text) is not None


def _moment(text: str) -> float:
    shown = shortened(text)
    if re.search(r"[T ]24:?(00|$)", text, re.IGNORECASE):
        raise ValueError(f"'{shown}': hour 24 is hour 0 of the next day; write it so")
    if re.search(r":[0-9]{2}:60|T[0-9]{4}60", text, re.IGNORECASE):
        raise ValueError(f"'{shown}': seconds run from 0 to 59; write the minute that follows, with second 0")
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f"'{shown}' is no ISO date-time; write {EXAMPLE} or ...T12:30:00Z") from None
    if not re.search(r"[T ]", text, re.IGNORECASE):
        raise ValueError(f"'{shown}' is a date without its time and has no zone; write {EXAMPLE}")
    if moment.tzinfo is None:
        raise ValueError(
            f"'{shown}' has no zone, and a local time can mean two moments when clocks change; add Z or +02:00"
        )
    return (moment - EPOCH).total_seconds() / MINUTES_PER_HOUR**2


def word(words: Vocabulary) -> Callable[[str], float]:
    """Reader of one of a few words; the value is the place of the word."""
    places = {one: float(i) for i, one in enumerate(words.words)}

    def parse(text: str) -> float:
        try:
            return places[words.read(text)]
        except NotAWord as error:
            raise ValueError(_not_known(text, words.what) or str(error)) from None

    return parse


NO_DOSE = "a placebo is no dose; write it as an event of EVID 2 without AMT"
ROUTE_NAMES = Vocabulary("route", tuple(one.value for one in ROUTES), {k: v.value for k, v in ROUTE_WORDS.items()})
DRUG_NAMES = Vocabulary(
    "drug",
    tuple(one.value for one in DRUGS),
    {k: v.value for k, v in DRUG_WORDS.items() if v in DRUGS},
    {k: NO_DOSE for k, v in DRUG_WORDS.items() if v is Drug.PLACEBO},
)
SALT_NAMES = Vocabulary("form of a dose", SALTS, {"hcl": "hydrochloride", "free base": "base"})


named_route = word(ROUTE_NAMES)


def route(text: str) -> float:
    """Number of the route by its name; NUMBERED for a number, which says none."""
    return NUMBERED if DECIMAL.fullmatch(text) else named_route(text)


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


level = not_negative("DV is in ng/mL; is it a logarithm?")


def measured(text: str) -> float:
    """DV; not used by a prediction, so only slips are looked for."""
    if not DECIMAL.fullmatch(text) and BELOW_QUANTIFICATION.fullmatch(text):
        raise ValueError(f"'{shortened(text)}' is no number; a level below quantification is '.' with MDV 1")
    return level(text)


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
    "DRUG": word(DRUG_NAMES),
    "SALT": word(SALT_NAMES),
    "WT": adult("weight"),
    "AGE": adult("age"),
}
