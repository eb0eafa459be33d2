"""How a dose enters the body."""

import re
from enum import StrEnum


class Route(StrEnum):
    """Routes of administration; `NASAL` is an esketamine device of 28 mg base or another spray."""

    IV = "iv"
    NASAL = "nasal"
    IM = "im"
    SC = "sc"
    ORAL = "oral"
    ORAL_EXTENDED = "oral-extended"  # extended-release tablets: absorption, not elimination, sets the pace
    SUBLINGUAL = "sublingual"
    RECTAL = "rectal"


EXTENDED_WORDS = re.compile(r"extended|prolonged|sustained|controlled|modified|\bER\b|\bXR\b|R-107", re.IGNORECASE)


def route_of(route: str, words: str) -> Route:
    """The route of a table's cell; an oral form that its words call extended release is a route of its own."""
    found = Route(route)
    return Route.ORAL_EXTENDED if found is Route.ORAL and EXTENDED_WORDS.search(words) else found
