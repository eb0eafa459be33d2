"""Weight, age and adulthood out of the words with which a paper describes its people.

    "71.5 ± 8 kg"  71.5, not 8      "60 to 80 kg"  70      "BMI 18-30 kg/m2"  no weight
    "35 mg at 70 kg"  70            "> 50 kg"  a limit     "71,5 kg"  71.5, and said

A weight that is no weight is named, and the usual one is taken: a number of another kind must not become a body.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from liftspan.numbers import finite

ADULT_KG, ADULT_Y = 70.0, 35.0  # of rows that state neither: the reference person of the sources
OLDER_Y = 70.0  # rows of people over 60 (Perez-Ruixo 2021)
CHILD_Y = 6.0  # a child without age
ADULT_FROM_Y = 18.0
LIGHTEST_ADULT_KG = 30.0  # below it the number is a spread, an index or a child's

LONG_NUMBER = re.compile(r"[0-9]{5,}[0-9.,]*")  # no age and no weight: an identifier, or a slip
NUMBER = r"[0-9]+(?:[.,][0-9]{1,9})?"
COMPARED = r"(?:[<>≤≥]=?|(?:above|below|over|under|at least|at most|more than|less than|up to|minimum|maximum))\s*"
KILOGRAMS = r"(?:kgs?|kilograms?|kilos?)\b(?!\s*(?:[/·*]|per)?\s*m(?:\^?2|²|\b))"  # kg/m2 is an index
WEIGHT = re.compile(
    rf"(?P<limit>{COMPARED})?(?<![0-9.,/])(?P<first>{NUMBER})\s*"
    rf"(?:(?:±|\+/?-)\s*{NUMBER}\s*|[(\[][^()\[\]]*[)\]]\s*|(?:-|to|and)\s*(?P<last>{NUMBER})\s*)?{KILOGRAMS}"
)
MIDDLE = re.compile(r"(?:mean|median|average|weight(?: of)?)\W{0,3}(?:\w+\W{1,2}){0,2}$")
INDEX = re.compile(rf"\bbmi\b|{NUMBER}\s*kg\s*[/·*]?\s*(?:per\s*)?m(?:\^?-?2|²)")
POUNDS = re.compile(rf"{NUMBER}\s*(?:lbs?|pounds?|stones?)\b")
YEARS = r"\s*(?:y|yr|yrs|year|years)(?![a-z])"
AGE_RANGE = re.compile(rf"([0-9]+(?:\.[0-9]{1, 9})?)\s*(?:-|to)\s*([0-9]+(?:\.[0-9]{1, 9})?){YEARS}")
# An age is called one, or stands alone between commas: "ill for 10 years" is none.
ONE_AGE = rf"({NUMBER})(?:\s*(?:±|\+/?-)\s*{NUMBER})?{YEARS}"
AGE = re.compile(
    rf"(?:\bage[ds]?\b\W*(?:of |mean |median |was )*|(?:^|[,;(])\s*(?:mean |median |average )?(?=[^,;()]*(?:[,;)]|$)))"
    rf"{ONE_AGE}(?:\s*old)?(?=\s*(?:[,;)]|$))"
)
OLDER = re.compile(r"(?:>|≥|over|above)\s*=?\s*(?:60|65|70|75)\b|elderly|older")
YOUNG = re.compile(r"child|paediat|pediat|infant|neonat|adolescen|\bboys?\b|\bgirls?\b")
DASHES = str.maketrans({"–": "-", "—": "-", "−": "-", "‑": "-", " ": " "})


@dataclass(frozen=True)
class Described:
    """Who a row is about; `notes` say what was taken for what."""

    weight_kg: float
    age_y: float
    adult: bool
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Weight:
    text: str
    kg: float
    limit: bool  # "> 50 kg": a rule of inclusion, nobody's weight
    middle: bool  # called a mean or a median


def described(population: str, adult: bool | None = None) -> Described:
    """Weight, age and adulthood of the people of a row.

    Args:
        adult: as its own column states it; None = to be told from the words.
    """
    words = LONG_NUMBER.sub("#", " ".join(population.lower().translate(DASHES).split()))
    age_y = _age(words)
    if adult is None:
        adult = not YOUNG.search(words) and not (age_y is not None and age_y < ADULT_FROM_Y)
    if age_y is None:
        age_y = ADULT_Y if adult else CHILD_Y
    weight_kg, notes = _weight(words, adult, age_y)
    return Described(weight_kg, age_y, adult, tuple(notes))


def _weight(words: str, adult: bool, age_y: float) -> tuple[float, list[str]]:
    found = list(_weights(words))
    usable = [one for one in found if not one.limit and not (adult and one.kg < LIGHTEST_ADULT_KG)]
    taken = next((one for one in usable if one.middle), usable[0] if usable else None)
    if taken is not None:
        notes = [f"weight '{taken.text}' read as {taken.kg:g} kg"] if "," in taken.text else []
        if len({one.kg for one in usable}) > 1:
            notes.append(f"{len(usable)} weights in the words: {taken.kg:g} kg is taken")
        return taken.kg, notes
    notes = [f"'{one.text}' is a limit, no weight" for one in found if one.limit]
    notes += [f"'{one.text}' is no weight of an adult" for one in found if not one.limit]
    if INDEX.search(words):
        notes.append("a body mass index is no weight")
    if pounds := POUNDS.search(words):
        notes.append(f"'{pounds[0]}' is not read: write kg")
    if adult:
        return ADULT_KG, [f"{'; '.join(notes)}: taken as {ADULT_KG:g} kg"] if notes else []
    kg = 2.0 * age_y + 8.0
    return kg, [*notes, f"a child without weight: taken as {kg:g} kg (2 x age + 8, assumed)"]


def _weights(words: str) -> Iterator[_Weight]:
    for found in WEIGHT.finditer(words):
        first, last = (finite(text.replace(",", ".")) for text in (found["first"], found["last"] or found["first"]))
        middle = bool(MIDDLE.search(words[: found.start()]))
        yield _Weight(found[0].strip(), 0.5 * (first + last), bool(found["limit"]), middle)


def _age(words: str) -> float | None:
    """Years: the middle of a range, 70 of people over 60, a mean; None where nothing is said."""
    if found := AGE_RANGE.search(words):
        return 0.5 * (finite(found[1].replace(",", ".")) + finite(found[2].replace(",", ".")))
    if OLDER.search(words):
        return OLDER_Y
    return finite(found[1].replace(",", ".")) if (found := AGE.search(words)) else None
