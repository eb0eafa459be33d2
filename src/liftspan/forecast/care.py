"""Being in care, a setting of its own: whether visits go on, whatever becomes of the sessions.

Contact with care is the largest part of what holds severity down in this model, so every plan of one answer is met
under one setting. In `mood` contact lasts until a week after the last visit; what differs here is when that visit is.
"""

from collections.abc import Iterable
from enum import StrEnum

from liftspan.errors import InvalidInput
from liftspan.forecast.patient import GivenSession
from liftspan.vocabulary import NotAWord, Vocabulary


class Care(StrEnum):
    """When the last visit is."""

    ON = "on"  # later than every day that is looked at
    UNTIL_LAST_SESSION = "until-last-session"
    ENDS_TODAY = "ends-today"


# Later than any rating that an answer looks ahead to (twelve weekly ones and four weeks more): contact never fades.
BEYOND_D = 364.0

CARE = Vocabulary("care", tuple(Care), {"goes on": "on", "until the last session": "until-last-session"})

SHORT = {
    Care.ON: "visits go on",
    Care.UNTIL_LAST_SESSION: "visits until the last session",
    Care.ENDS_TODAY: "visits end today",
}
LONG = {
    Care.ON: "visits go on past every day shown, whether or not a drug is given",
    Care.UNTIL_LAST_SESSION: "visits go on until the last session of each plan, until today where none is to come; a "
    "week after the last visit contact with care begins to fade",
    Care.ENDS_TODAY: "the last visit is today, a week after it contact with care begins to fade, and sessions to come "
    "bring their drug only",
}


def parse_care(text: str) -> Care:
    """The setting that a word means. Raises InvalidInput."""
    try:
        return Care(CARE.read(str(text)))
    except NotAWord as error:
        raise InvalidInput([str(error)], "this question") from error


def last_visit_d(care: Care, today_d: float, coming: Iterable[GivenSession]) -> float:
    """Day of the last visit under a plan of coming sessions."""
    if care is Care.ON:
        return today_d + BEYOND_D
    if care is Care.ENDS_TODAY:
        return today_d
    return max([today_d, *(session.day for session in coming)])
