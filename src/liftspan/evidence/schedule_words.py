"""The course of an arm in words ("twice weekly for 4 weeks, then weekly for 4 weeks, then ...") as days of sessions.

Used where a course goes on beyond the days that the table lists. A rule for single patients ("weekly, every 2 or every
4 weeks") is replaced by its mean frequency.
"""

import re

NUMBER_OF = {"": 1.0, "twice ": 2.0, "thrice ": 3.0}
DAYS_PER = {"day": 1.0, "week": 7.0, "month": 30.4375}
# Mean distance of sessions, days, where the words leave it to a rule. The first is what SUSTAIN-1's arms are coded
# with; the others are assumptions.
BY_RULE_D = (
    ("weekly, every 2 or every 4 weeks", 14.0),
    ("less than weekly", 10.0),
    ("falling frequency", 7.0),
    ("individualised", 10.0),
)
_FOR = re.compile(r"^(twice |thrice |)weekly for (\d+) weeks?")
_EVERY = re.compile(r"every (\d+) days")
_UNTIL = re.compile(r"until (day|week|month) (\d+)")
_NONE = re.compile(r"^none")


def days_in_words(schedule: str, until_d: float) -> tuple[float, ...]:
    """Days of sessions, first = 0, until the words or `until_d` end; empty where the words say no frequency."""
    days: list[float] = []
    at = 0.0
    for clause in schedule.split(", then "):
        every, end = _clause(clause.strip(), at)
        if every is None or at > until_d:
            break
        stop = min(until_d, end if end is not None else until_d)
        while at < stop - 1e-9:
            days.append(int(at + 1e-9))
            at += every
        at = stop
    return tuple(float(day) for day in dict.fromkeys(days))


def _clause(clause: str, begin: float) -> tuple[float | None, float | None]:
    """Days between sessions and the day on which the clause ends (None = open); (None, None) where nothing is given."""
    if _NONE.match(clause):
        return None, None
    until = _UNTIL.search(clause)
    end = float(until[2]) * DAYS_PER[until[1]] if until else None
    if found := _FOR.match(clause):
        return 7.0 / NUMBER_OF[found[1]], begin + 7.0 * float(found[2])
    if found := _EVERY.search(clause):
        return float(found[1]), end
    return next(((every, end) for words, every in BY_RULE_D if words in clause), (None, None))
