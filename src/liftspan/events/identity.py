"""Who a row belongs to: IDs that are one person, IDs that are none, and IDs that are too alike to be meant."""

import unicodedata
from collections.abc import Iterator, Sequence
from decimal import Decimal

from liftspan.events.cells import BLANKS
from liftspan.numbers import DECIMAL, LONGEST, NOT_REPORTED, SPREADSHEET_ERROR, shortened

NOBODY = -1  # blank
DAMAGED = -2  # an error of a spreadsheet
MOST_DIGITS = 28  # of a number, as decimals keep them; anything longer is a text
MOST_NAMED = 6  # people in one sentence; the rest is counted


class Identities(dict):
    """Cell of ID -> number of the person in order of first appearance, NOBODY or DAMAGED.

    IDs with a point or an exponent are numbers, as R and spreadsheets write them: 1.0, 1.0000E+00 and 1 are one person.
    Anything else is a text: 007 and 7 are two people, and so are A1 and a1.
    """

    def __init__(self):
        self.names: list[str] = []  # by person, as first written
        self.spellings: dict[int, dict[str, None]] = {}  # of people who are written in several ways
        self._of_key: dict[str, int] = {}

    def __missing__(self, cell: str) -> int:
        text = cell.strip()
        self[cell] = self._person(text)
        return self[cell]

    def _person(self, text: str) -> int:
        if text in BLANKS:
            return NOBODY
        if SPREADSHEET_ERROR.fullmatch(text):
            return DAMAGED
        person = self._of_key.setdefault(_key(text), len(self.names))
        if person == len(self.names):
            self.names.append(text)
        elif text != self.names[person]:
            self.spellings.setdefault(person, {self.names[person]: None})[text] = None
        return person


def _key(text: str) -> str:
    """What makes two IDs one person."""
    if text.isdigit() or len(text) > LONGEST or not DECIMAL.fullmatch(text):
        return text
    value = Decimal(text)
    if max(abs(value.adjusted()), len(value.as_tuple().digits)) > MOST_DIGITS:
        return text
    return f"{value.normalize():f}" if value else "0"


def alike(names: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """Groups of IDs that differ only in case, in blanks, in leading zeros or in how an accent is stored."""
    groups: dict[str, list[str]] = {}
    for name in names:
        folded = "".join(name.casefold().split())
        if not folded.isascii():
            folded = unicodedata.normalize("NFKC", folded)
        groups.setdefault(folded.lstrip("0") or "0" if folded.isdigit() else folded, []).append(name)
    return (tuple(group) for group in groups.values() if len(group) > 1)


def words_on_people(names: Sequence[str], spellings: dict[int, dict[str, None]]) -> list[str]:
    """What a reader should know of who is who."""
    lines = []
    if spellings:
        pairs = listed([" = ".join(map(shortened, several)) for several in spellings.values()])
        lines.append(f"IDs that are the same number are one person: {pairs}.")
    if groups := [" and ".join(map(shortened, group)) for group in alike(names)]:
        lines.append(
            f"Caution: IDs that differ only in case, blanks or leading zeros are different people: {listed(groups)}."
        )
    if unknown := [shortened(name) for name in names if name.lower() in NOT_REPORTED]:
        lines.append(f"Caution: an ID that may stand for a missing one is taken as a person: {listed(unknown)}.")
    return lines


def listed(texts: Sequence[str]) -> str:
    """The first few, and how many there are."""
    if len(texts) <= MOST_NAMED:
        return ", ".join(texts)
    return f"{', '.join(texts[:MOST_NAMED])}, ... ({len(texts)} in all)"
