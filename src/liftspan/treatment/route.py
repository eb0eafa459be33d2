"""How a dose enters the body."""

from enum import StrEnum


class Route(StrEnum):
    """Routes of administration; `NASAL` is a spray device of 28 mg esketamine base or another spray."""

    IV = "iv"
    NASAL = "nasal"
    IM = "im"
    SC = "sc"
    ORAL = "oral"
    SUBLINGUAL = "sublingual"
    RECTAL = "rectal"
