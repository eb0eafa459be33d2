"""Published numbers of sessions beside fits that never saw their study: read from the store, scored by route."""

import csv
import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np

from liftspan.errors import InvalidInput
from liftspan.session.beside import GROUPS, Beside, beside, bounds_of, miss
from liftspan.session.fit import inputs_hash
from liftspan.session.predicted import MINUTES, levels_in_words, not_ready
from liftspan.session.store import LEFT_OUT, load_acute_posterior

RATES_RMSE_POINTS, READY_SHARE, READY_MIN, NASAL_84 = 6.0, 0.9, 120.0, "84 mg nasal esketamine"
CONTRADICTIONS = "acute_contradictions.csv"
MAKE = "`python -m liftspan.session.left_out` makes it"


@dataclass(frozen=True)
class Checked:
    """One published number, in sample and by a fit without its study and those that share people with it."""

    seen: Beside
    predicted: float
    low: float  # central 90 % of what a new study would print
    high: float

    @property
    def miss(self) -> float:
        """Predicted minus published, 0 inside a printed range."""
        return miss(self.predicted, self.seen.row.value)

    @property
    def inside(self) -> bool:
        """Whether the interval meets what was printed."""
        low, high = bounds_of(self.seen.row.value)
        return self.low <= high and low <= self.high


@dataclass(frozen=True)
class Score:
    """Error and coverage of one kind of number by one route."""

    kind: str  # of GROUPS
    route: str
    use: str  # "fit": one of the numbers of the fit; "check": overlaps them or says too little to be fitted
    count: int
    rmse: float  # left out
    bias: float
    inside: int
    rmse_in_sample: float


@cache
def checked_rows() -> tuple[Checked, ...]:
    """Every usable number with its stored prediction. Raises InvalidInput where the store rests on something else."""
    try:
        record = json.loads((files("liftspan.session") / "data" / LEFT_OUT).read_text(encoding="utf-8"))
        stored = {one["line"]: (one["predicted"], one["low"], one["high"]) for one in record["rows"]}
        made_of = record["inputs_sha256"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InvalidInput([f"{LEFT_OUT} holds no predictions ({error}); {MAKE}"]) from error
    rows = beside()
    lacking = [one.row.line for one in rows if one.row.line not in stored]
    if made_of != inputs_hash() or lacking:
        raise InvalidInput([f"{LEFT_OUT} rests on other tables or another model; {MAKE}"])
    return tuple(Checked(one, *stored[one.row.line]) for one in rows)


def scores(rows: Iterable[Checked]) -> tuple[Score, ...]:
    """By measure, route and role."""
    by: dict[tuple[str, str, str], list[Checked]] = {}
    for one in rows:
        by.setdefault((one.seen.kind, route_of(one), one.seen.row.use), []).append(one)
    order = sorted(by, key=lambda key: (list(GROUPS).index(key[0]), key[2] != "fit", key[1]))
    return tuple(_score(key, by[key]) for key in order)


def route_of(one: Checked) -> str:
    """The route as a word: several routes together are "mixed"."""
    return one.seen.row.route.split(" ")[0]


def _score(key: tuple[str, str, str], rows: list[Checked]) -> Score:
    misses, seen = np.array([(one.miss, one.seen.miss) for one in rows]).T
    return Score(
        *key, len(rows), float(np.sqrt(np.mean(misses**2))), float(misses.mean()), sum(one.inside for one in rows),
        float(np.sqrt(np.mean(seen**2))),
    )  # fmt: skip


def contradictions() -> tuple[str, ...]:
    """Published numbers that no model can meet together, each with the lines of the table in the file."""
    text = (files("liftspan.session") / "data" / CONTRADICTIONS).read_text(encoding="utf-8")
    return tuple(row["text"] for row in csv.DictReader(text.splitlines()))


def placebo_misses(rows: Iterable[Checked]) -> list[float]:
    """Of placebo rates that were printed beside fitted ones, in the fit: percentage points."""
    return [
        miss(one.seen.placebo, one.seen.row.placebo)
        for one in rows
        if one.seen.placebo is not None and one.seen.row.use == "fit"
    ]


@dataclass(frozen=True)
class Goal:
    """What was to be reached, and what was."""

    words: str
    reached: str
    met: bool


def goals(rows: Iterable[Checked]) -> tuple[Goal, ...]:
    """The goals of this stage: on the numbers of the fit, each predicted without its study, and on the shipped fit."""
    rows = tuple(rows)
    rates = {use: [one.miss for one in rows if one.seen.kind == "rate" and use in ("all", one.seen.row.use)]
             for use in ("fit", "all")}  # fmt: skip
    rmse = {use: float(np.sqrt(np.mean(np.square(misses)))) for use, misses in rates.items()}
    peaks = [one for one in rows if one.seen.row.quantity == "peak:systolic"]
    inside = [one for one in peaks if one.inside]
    outside = ", ".join(one.seen.row.study_id for one in peaks if not one.inside)
    ready = 1.0 - np.interp(
        READY_MIN, MINUTES, not_ready(levels_in_words(NASAL_84, False), load_acute_posterior().mode)
    )
    return (
        Goal(
            f"rates, each study left out: RMSE at most {RATES_RMSE_POINTS:g} percentage points",
            f"{rmse['fit']:.1f} ({len(rates['fit'])} of the fit), {rmse['all']:.1f} (all {len(rates['all'])})",
            max(rmse.values()) <= RATES_RMSE_POINTS,
        ),
        Goal(
            "peak systolic rise, each study left out: inside the 90 % interval between sites",
            f"{len(inside)} of {len(peaks)}" + (f"; outside: {outside}" if outside else ""),
            not outside,
        ),
        Goal(
            f"judged ready {READY_MIN:g} minutes after 84 mg by nose: at least {100 * READY_SHARE:g} %",
            f"{100.0 * ready:.0f} % (shipped fit)",
            bool(ready >= READY_SHARE),
        ),
    )
