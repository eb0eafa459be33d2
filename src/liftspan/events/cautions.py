"""What is read as it stands and may not have been meant: sizes far from what was ever given, and clocks of other units.

A caution changes no number. It is a sentence for the screen, and a few words in the note of the rows that it is about.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache

import numpy as np

from liftspan.events.columns import OBSERVATION, OTHER, ROUTES
from liftspan.events.doses import Doses
from liftspan.events.identity import listed
from liftspan.events.table import Events
from liftspan.evidence import shipped_rows
from liftspan.numbers import NoNumber, finite, shortened
from liftspan.population import pounds_suspected
from liftspan.treatment.amounts import (
    MG_PER_KG_SUSPECTED_BELOW_MG,
    MG_SUSPECTED_ABOVE_MG_PER_KG,
    MG_SUSPECTED_ABOVE_MG_PER_KG_IV,
)
from liftspan.treatment.route import Route
from liftspan.units import HOURS_PER_DAY, MINUTES_PER_HOUR

YEAR_H = 365 * HOURS_PER_DAY
# Days since 30 December 1899, as spreadsheets count: the years 2009 to 2064.
SPREADSHEET_DAYS, SPREADSHEET_EPOCH = (40_000, 60_000), date(1899, 12, 30)
ROUND_MINUTES = 5.0  # samples planned in minutes stand at multiples of it; those planned in hours seldom all do
FEWEST_TIMES = 3


@dataclass(frozen=True)
class Caution:
    """A sentence, and words for the note of rows by their place; no commas in a note."""

    sentence: str
    notes: dict[int, str] = field(default_factory=dict)


def cautions(events: Events, doses: Doses) -> list[Caution]:
    """Everything that may not have been meant."""
    found = [*_long_infusions(events), *_small_amounts(events), *_large_amounts(events, doses)]
    if not events.dated:
        found += [*_late_clocks(events), *_clock_in_fractions(events), *_clock_in_minutes(events)]
    return [*found, *_pounds(events), *_without_drug(events)]


@cache
def longest_infusion_h() -> float:
    """Of all arms and kinetic studies of the shipped tables that print one."""
    cells = [row.get("infusion_min", "") for name in ("arms.csv", "pk_observations.csv") for row in shipped_rows(name)]
    minutes = []
    for cell in cells:
        try:
            minutes.append(finite(cell))
        except NoNumber:
            continue  # blank, or "continuous": in anaesthesia, without a length
    return max(minutes) / MINUTES_PER_HOUR


def _long_infusions(events: Events) -> Iterator[Caution]:
    rows = events.rows
    long = np.flatnonzero(rows.doses() & (rows.duration_h > 0))
    if not len(long):
        return
    longest_h = longest_infusion_h()
    long = long[rows.duration_h[long] > longest_h]
    if not len(long):
        return
    hours = rows.duration_h[long]
    columns = [name for name in ("DUR", "RATE") if name in {one.upper() for one in events.header}]
    minutes = hours[0] <= longest_h * MINUTES_PER_HOUR
    units = {"DUR": ("DUR is in h", "minutes"), "RATE": ("RATE is in mg/h", "mg/min")}
    said = " and ".join(units[name][0] for name in columns)
    meant = " or ".join(units[name][1] for name in columns) if minutes else "another unit"
    first = f"{rows.amount_mg[long[0]]:g} mg over {hours[0]:.4g} h on line {rows.line[long[0]]}"
    yield Caution(
        f"Caution: {said}: {first} is longer than any infusion whose length the tables print ({longest_h:g} h); "
        f"{meant}? ({_counted(len(long))})",
        {int(i): f"over {h:.4g} h: {meant}?" for i, h in zip(long, hours, strict=True)},
    )


def _counted(count: int) -> str:
    return f"{count} row{'s' * (count > 1)}"


def _small_amounts(events: Events) -> Iterator[Caution]:
    rows = events.rows
    small = np.flatnonzero((rows.amount_mg > 0) & (rows.amount_mg < MG_PER_KG_SUSPECTED_BELOW_MG))
    if len(small):
        yield Caution(
            f"Warning: AMT is below {MG_PER_KG_SUSPECTED_BELOW_MG:g} mg on {_counted(len(small))} (first: line "
            f"{rows.line[small[0]]}); it is taken as mg, not mg/kg.",
            {int(i): f"below {MG_PER_KG_SUSPECTED_BELOW_MG:g} mg: per kilogram?" for i in small},
        )


def _large_amounts(events: Events, doses: Doses) -> Iterator[Caution]:
    """More per kilogram than anaesthesia needs, in no longer a time than the tables have."""
    rows = events.rows
    own = np.flatnonzero((doses.repeat == 0) & (doses.device == 0))
    row = doses.row[own]
    iv = rows.route[row] == ROUTES.index(Route.IV)
    limit = np.where(iv, MG_SUSPECTED_ABOVE_MG_PER_KG_IV, MG_SUSPECTED_ABOVE_MG_PER_KG)
    per_kg = rows.amount_mg[row] / doses.weight_kg[own]
    large = np.flatnonzero(per_kg > limit)
    if len(large):  # a longer infusion has its own caution, and keeps somebody asleep by its rate
        large = large[rows.duration_h[row[large]] <= longest_infusion_h()]
    if len(large):
        i = large[0]
        yield Caution(
            f"Caution: {rows.amount_mg[row[i]]:g} mg {ROUTES[rows.route[row[i]]]} on line {rows.line[row[i]]} is "
            f"{per_kg[i]:.3g} mg/kg, more than anaesthesia needs ({limit[i]:g} mg/kg, Ketalar label); another unit? "
            f"({_counted(len(large))})",
            {int(row[i]): f"{per_kg[i]:.3g} mg/kg: another unit?" for i in large},
        )


def _late_clocks(events: Events) -> Iterator[Caution]:
    """A first record years after hour 0, which is the first record by definition: a count of days."""
    rows = events.rows
    first_h = np.full(len(events.people), np.inf)
    np.minimum.at(first_h, rows.person, rows.time_h)
    begins = np.flatnonzero(rows.time_h == first_h[rows.person]) if (first_h >= YEAR_H).any() else np.empty(0, int)
    _, one_each = np.unique(rows.person[begins], return_index=True)
    late = begins[one_each][rows.time_h[begins[one_each]] >= YEAR_H]
    if not len(late):
        return
    hours = rows.time_h[late]
    low, high = SPREADSHEET_DAYS
    guess = "a count of days or a year"
    if low <= hours[0] <= high:
        day = SPREADSHEET_EPOCH + timedelta(days=int(hours[0]))
        guess = f"the day of a spreadsheet ({day.isoformat()})"
    names = listed([shortened(events.people[rows.person[i]]) for i in late])
    yield Caution(
        f"Caution: TIME is in hours since a person's first record, and the first record is at hour {hours[0]:.10g} on "
        f"line {rows.line[late[0]]}: {guess}? Of ID {names}.",
        {int(i): f"first record at hour {rows.time_h[i]:.10g}: {guess}?" for i in late},
    )


def _clock_in_fractions(events: Events) -> Iterator[Caution]:
    """A clock formatted as a number by a spreadsheet: 09:00 is 0.375."""
    times = events.rows.time_h
    if len(times) >= FEWEST_TIMES and times.min() > 0.0 and times.max() < 1.0:
        yield Caution(
            f"Caution: TIME is in h, every time lies below 1 and none is 0 (first: {times[0]:g}); parts of a day, as a "
            "spreadsheet stores a clock?"
        )


def _clock_in_minutes(events: Events) -> Iterator[Caution]:
    """Every time a multiple of five, and not all whole days."""
    times = events.rows.time_h
    if (times % ROUND_MINUTES).any() or not (times % HOURS_PER_DAY).any():
        return
    times = np.unique(times[times > 0])
    if len(times) >= FEWEST_TIMES:
        shown = ", ".join(f"{one:g}" for one in times[:FEWEST_TIMES])
        yield Caution(
            f"Caution: TIME is in h, and every time is a multiple of {ROUND_MINUTES:g} ({shown}, ...); minutes?"
        )


def _pounds(events: Events) -> Iterator[Caution]:
    rows = events.rows
    known = np.isfinite(rows.weight_kg)
    if not known.any():
        return
    heaviest = np.full(len(events.people), -np.inf)
    np.maximum.at(heaviest, rows.person[known], rows.weight_kg[known])
    if words := pounds_suspected(heaviest[np.isfinite(heaviest)], "WT"):
        yield Caution(words)


def _without_drug(events: Events) -> Iterator[Caution]:
    """People who are observed without ever having been given anything before: an ID or a clock that does not fit."""
    rows, count = events.rows, len(events.people)
    seen, dose = np.isin(rows.evid, (OBSERVATION, OTHER)), rows.doses()
    first_dose, last_look = np.full(count, np.inf), np.full(count, -np.inf)
    np.minimum.at(first_dose, rows.person[dose], rows.time_h[dose])
    np.maximum.at(last_look, rows.person[seen], rows.time_h[seen])
    observed = np.isfinite(last_look)
    if not dose.any():
        yield Caution("Caution: no dose in this table; every level is 0.")
    elif (none := observed & np.isinf(first_dose)).any():
        yield Caution(f"Caution: people with observations and no dose: {_named(events, none)}.")
    if (before := observed & np.isfinite(first_dose) & (last_look <= first_dose)).any():
        yield Caution(f"Caution: people whose observations all lie before their first dose: {_named(events, before)}.")


def _named(events: Events, who: np.ndarray) -> str:
    return listed([shortened(events.people[i]) for i in np.flatnonzero(who)])
