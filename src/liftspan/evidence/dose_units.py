"""Units of a dose, however they are written: mg or mg/kg, and what turns the others into one of them.

>>> read_unit("MG / KG").unit, read_unit("µg·kg-1")
('mg/kg', DoseUnit(unit='mg/kg', factor=Decimal('0.001')))
"""

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from liftspan.numbers import shortened
from liftspan.vocabulary import NotAWord

AMOUNTS = {"mg": Decimal(1), "ug": Decimal("0.001"), "g": Decimal(1000)}  # in mg
SPELLINGS = (
    ("milligrams", "mg"), ("milligram", "mg"), ("micrograms", "ug"), ("microgram", "ug"), ("kilograms", "kg"),
    ("kilogram", "kg"), ("grams", "g"), ("gram", "g"), ("mcg", "ug"),
)  # fmt: skip
PER_KG = re.compile(r"(?:/kg|per?kg|[·.*x]?kg(?:\^?-1|\(-1\)))(?:bw|bodyweight)?")
VALID = "valid: mg, mg/kg, ug, ug/kg, g"
LONGEST = 40


@dataclass(frozen=True)
class DoseUnit:
    """mg or mg/kg, and how many of it one unit as written holds."""

    unit: str
    factor: Decimal


@lru_cache(maxsize=1000)
def read_unit(text: str) -> DoseUnit:
    """The unit of a dose. Raises NotAWord with the valid ones: a unit is never guessed."""
    plain = "".join(text.casefold().split())[:LONGEST]
    for sign, letters in (("μ", "u"), ("µ", "u"), ("⁻¹", "-1"), ("−", "-"), ("∕", "/"), ("⁄", "/"), ("⋅", "·")):
        plain = plain.replace(sign, letters)
    for word, letters in SPELLINGS:
        plain = plain.replace(word, letters)
    plain = plain.removesuffix("ofbase").removesuffix("base")
    if plain in AMOUNTS:
        return DoseUnit("mg", AMOUNTS[plain])
    amount = next((one for one in ("mg", "ug", "g") if plain.startswith(one)), "")
    rest = plain.removeprefix(amount)
    if amount and PER_KG.fullmatch(rest):
        return DoseUnit("mg/kg", AMOUNTS[amount])
    raise NotAWord(f"unit '{shortened(text.strip())}' of a dose is not known; {_cause(plain, rest)}{VALID}")


def _cause(plain: str, rest: str) -> str:
    if re.search(r"/(h|hr|hour|min|minute|d|day)$", plain):
        return "it is a rate: write the dose of one session; "
    if rest.startswith(("/m2", "/m²", "·m-2")):
        return "per area of the body has no model: write the dose in mg; "
    return "hydrochloride is converted to base by hand; " if "hcl" in plain or "hydrochlor" in plain else ""
