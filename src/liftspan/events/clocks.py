"""Whether one clock runs on for each person, or starts again with each occasion.

A table may stand in any order: it is sorted by time. A clock that starts again cannot be sorted, since that would lay
the occasions over each other. What tells the two apart:

- a reset at which time falls, in a table that is in order but for that;
- a column that numbers occasions (OCC, DAY, VISIT, ...), which goes up where time falls; or two of whose occasions
  begin or give a dose at the same hour; or days that go on while time stays within 24 hours;
- no such column, but time goes back to where it began, to a dose each time.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from liftspan.events.cells import BLANKS
from liftspan.events.columns import DAYS, DOSE, OBSERVATION, RESET, RESET_AND_DOSE
from liftspan.events.reading import Occasions, Rows
from liftspan.events.source import Problems
from liftspan.numbers import shortened
from liftspan.units import HOURS_PER_DAY

ONE_CLOCK = "one clock must run on for each person: add the hours so far, or give each occasion its own ID"
SORT = "if TIME does run on, sort the rows by it"
Found = tuple[int, str]  # row, reason


def problems_of_clocks(
    rows: Rows, people: tuple[str, ...], occasions: Mapping[str, Occasions], problems: Problems
) -> list[str]:
    """Add a problem for each person whose clock starts again; returns what may be one and is not refused."""
    stretches = _Stretches(rows)
    said: set[int] = set()
    doubts: list[str] = []
    found = [_at_resets(stretches)]
    for name, column in occasions.items():
        found.append(_by_column(rows, stretches, name, column))
        if name in DAYS:
            found.append(_by_day(rows, name, column, doubts))
    found.append(_at_doses(stretches))
    for rule in found:
        for row, reason in rule:
            person = int(rows.person[row])
            if person not in said:
                said.add(person)
                problems.add(f"the clock of ID {shortened(people[person])} {reason}", int(rows.line[row]), "TIME")
    return doubts


class _Stretches:
    """Rows of one person, in the order of the file, between two falls of time; fields have shape (stretch,)."""

    def __init__(self, rows: Rows):
        self.order = np.argsort(rows.person, kind="stable")
        person, time_h, evid = rows.person[self.order], rows.time_h[self.order], rows.evid[self.order]
        new = np.ones(len(person), bool)
        new[1:] = (person[1:] != person[:-1]) | (time_h[1:] < time_h[:-1])
        self.first = np.flatnonzero(new)  # places in `order`
        self.person, self.begin_h = person[self.first], time_h[self.first]
        which = np.cumsum(new) - 1
        at_begin = time_h == self.begin_h[which]
        gives, empties = np.isin(evid, (DOSE, RESET_AND_DOSE)), np.isin(evid, (RESET, RESET_AND_DOSE))
        self.end_h = np.maximum.reduceat(time_h, self.first)
        self.second_h = np.minimum.reduceat(np.where(at_begin, np.inf, time_h), self.first)
        # A sample before the dose may come first.
        soon = time_h <= self.second_h[which]
        self.begins_with_dose = np.logical_or.reduceat(soon & gives, self.first)
        self.begins_with_reset = np.logical_or.reduceat(at_begin & empties, self.first)
        self.observed = np.logical_or.reduceat(evid == OBSERVATION, self.first)
        # Falls of time: stretches that follow another one of the same person.
        self.falls = np.flatnonzero(self.person[1:] == self.person[:-1]) + 1

    def row(self, stretch: int) -> int:
        """Place in Rows of the first row of a stretch."""
        return int(self.order[self.first[stretch]])

    def only(self, which: np.ndarray) -> np.ndarray:
        """Those of the falls `which` (shape (fall,), bool) whose person has no other ones."""
        others = np.unique(self.person[self.falls[~which]])
        return self.falls[which & ~np.isin(self.person[self.falls], others)]


def _at_resets(stretches: _Stretches) -> Iterator[Found]:
    for k in stretches.only(stretches.begins_with_reset[stretches.falls]):
        yield stretches.row(k), f"goes back at this reset; {ONE_CLOCK}"


def _at_doses(stretches: _Stretches) -> Iterator[Found]:
    """Back to where it began, to a dose and observations: twice or more, or once to the same moment."""
    s, k = stretches, stretches.falls
    occasion = s.begins_with_dose & s.observed
    back = occasion[k] & occasion[k - 1] & (s.begin_h[k] < s.second_h[k - 1])
    back &= s.end_h[k] >= s.begin_h[k - 1]  # else blocks in falling order: nothing lies over anything else
    again = s.only(back)
    count = np.bincount(s.person[again], minlength=1) if len(again) else np.zeros(1, int)
    for one in again:
        if s.begin_h[one] == s.begin_h[one - 1] or count[s.person[one]] > 1:
            yield s.row(one), f"goes back to where it began, at a dose; {ONE_CLOCK}; {SORT}"


@dataclass(frozen=True)
class _Groups:
    """Rows of one person with one word in a column; fields have shape (group,), in order of person."""

    person: np.ndarray
    code: np.ndarray
    row: np.ndarray  # the first in the file
    begin_h: np.ndarray
    end_h: np.ndarray
    first_dose_h: np.ndarray  # inf without one
    of_row: np.ndarray  # shape (row,): place of its group, -1 where the cell is blank


def _grouped(rows: Rows, codes: np.ndarray, blank: np.ndarray) -> _Groups:
    kept = np.flatnonzero(~blank[codes])
    key = rows.person[kept].astype(np.int64) * len(blank) + codes[kept]
    distinct, first, which = np.unique(key, return_index=True, return_inverse=True)
    times, dose = rows.time_h[kept], rows.doses()[kept]

    def of(ufunc, values: np.ndarray, start: float) -> np.ndarray:
        found = np.full(len(distinct), start)
        ufunc.at(found, which, values)
        return found

    of_row = np.full(len(codes), -1)
    of_row[kept] = which
    return _Groups(
        person=(distinct // len(blank)).astype(int),
        code=(distinct % len(blank)).astype(int),
        row=kept[first] if len(kept) else kept,
        begin_h=of(np.minimum, times, np.inf),
        end_h=of(np.maximum, times, -np.inf),
        first_dose_h=of(np.minimum, np.where(dose, times, np.inf), np.inf),
        of_row=of_row,
    )


def _blank(column: Occasions) -> np.ndarray:
    return np.array([word.strip() in BLANKS for word in column.words], bool)


def _values(column: Occasions) -> np.ndarray:
    """The number in each word of a column: 2 of `2` and of `Day 2`; nan where there is none, or more than one."""
    found = [re.findall(r"[0-9]+(?:\.[0-9]+)?", word[:100], re.ASCII) for word in column.words]
    return np.array([float(one[0]) if len(one) == 1 else np.nan for one in found], float)


def _by_column(rows: Rows, stretches: _Stretches, name: str, column: Occasions) -> Iterator[Found]:
    words = [shortened(word.strip()) for word in column.words]
    groups, values = _grouped(rows, column.codes(), _blank(column)), _values(column)
    end = f"{ONE_CLOCK}; {SORT}"
    for k in stretches.falls:
        row, before = stretches.row(k), int(stretches.order[stretches.first[k] - 1])
        now, then = int(groups.of_row[row]), int(groups.of_row[before])
        if min(now, then) >= 0 and _is_later(groups, values, now, then):
            pair = f"{words[groups.code[then]]} to {words[groups.code[now]]}"
            yield row, f"goes back where {name} goes from {pair}; {end}"
    for row, before in _at_one_moment(rows, groups):
        pair = f"{words[groups.code[groups.of_row[before]]]} and {words[groups.code[groups.of_row[row]]]}"
        yield (
            row,
            f"starts again: {name} {pair} begin or are given at the same hour; {ONE_CLOCK}; if {name} says something "
            "else, leave the column out",
        )


def _is_later(groups: _Groups, values: np.ndarray, now: int, then: int) -> bool:
    """Whether one occasion follows another: a greater number, or another word, where their hours overlap."""
    if now == then:
        return False
    a, b = values[groups.code[then]], values[groups.code[now]]
    if np.isfinite(a) and np.isfinite(b):
        return bool(b > a)
    both_dosed = np.isfinite(groups.first_dose_h[[now, then]]).all()
    overlap = groups.begin_h[now] < groups.end_h[then] and groups.end_h[now] > groups.begin_h[then]
    return bool(both_dosed and overlap)


def _at_one_moment(rows: Rows, groups: _Groups) -> Iterator[tuple[int, int]]:
    """Rows of two occasions with doses that begin together, or whose doses do; the later one in the file first.

    Doses of one label may lie among those of another (morning and evening, days of a cycle): that is no restart.
    """
    dosed = np.flatnonzero(np.isfinite(groups.first_dose_h))
    begins = dosed[np.lexsort((groups.row[dosed], groups.begin_h[dosed], groups.person[dosed]))]
    a, b = begins[:-1], begins[1:]
    same = (groups.person[a] == groups.person[b]) & (groups.begin_h[a] == groups.begin_h[b])
    yield from zip(groups.row[b[same]].tolist(), groups.row[a[same]].tolist(), strict=True)
    given = np.flatnonzero(rows.doses() & (groups.of_row >= 0))
    given = given[np.lexsort((given, rows.time_h[given], rows.person[given]))]
    a, b = given[:-1], given[1:]
    same = (rows.person[a] == rows.person[b]) & (rows.time_h[a] == rows.time_h[b])
    same &= groups.of_row[a] != groups.of_row[b]
    yield from zip(b[same].tolist(), a[same].tolist(), strict=True)


def _by_day(rows: Rows, name: str, column: Occasions, doubts: list[str]) -> Iterator[Found]:
    """Days that go on while time stays within 24 hours: TIME is the time of day."""
    groups, values = _grouped(rows, column.codes(), _blank(column)), _values(column)
    order = np.lexsort((values[groups.code], groups.person))
    first = np.flatnonzero(np.diff(groups.person[order], prepend=-1))
    for members in np.split(order, first[1:]) if len(order) else ():
        day = values[groups.code[members]]
        span_h = groups.end_h[members].max() - groups.begin_h[members].min()
        if not np.isfinite(day).all() or span_h >= HOURS_PER_DAY or day[-1] - day[0] < 1.0:
            continue
        row = int(groups.row[members[-1]])
        reason = f"stays within 24 h while {name} goes from {day[0]:g} to {day[-1]:g}"
        # The hours of one day may end the next morning; those of two neighbouring days cannot meet.
        if day[-1] - day[0] > 1.0 or groups.begin_h[members[-1]] <= groups.end_h[members[0]]:
            yield row, f"{reason}: is TIME the time of day? {ONE_CLOCK[:1].upper()}{ONE_CLOCK[1:]}"
        elif not doubts:
            doubts.append(f"Caution: line {rows.line[row]}: TIME {reason}; is it the time of day?")
