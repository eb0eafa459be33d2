"""Published numbers of sessions beside what the shipped fit says of them; `check` adds fits that never saw them."""

from dataclasses import dataclass

import numpy as np

from liftspan.session.observations import AcuteRow, Bounds, shipped_acute
from liftspan.session.predicted import levels_of_row, said_of
from liftspan.session.store import load_acute_posterior

GROUPS = {
    "rate": "rate, %",
    "peak": "peak rise, mmHg or per minute",
    "cadss_mean": "CADSS, points",
    "cadss_over": "CADSS when said to be over, points",
    "time": "time of the peak, minutes",
    "ready": "ready, %",
    "ready_more": "ready between 90 minutes and later, %",
}


@dataclass(frozen=True)
class Beside:
    """One published number, the model's, and how far apart they are (0 inside a printed range)."""

    row: AcuteRow
    kind: str  # of GROUPS
    predicted: float
    miss: float
    placebo: float | None  # predicted, where one was printed beside a rate, %


def usable(row: AcuteRow) -> bool:
    """Whether a number can be set beside the model: it is in the fit, or checks it."""
    return row.use in ("fit", "check") and row.value is not None and row.quantity.partition(":")[0] in GROUPS


def beside() -> tuple[Beside, ...]:
    """Every number that the fit uses or that only checks it, by the mode of the fit: a clinic of the middle."""
    p, found = load_acute_posterior().mode, []
    for row in shipped_acute():
        if usable(row):
            said, quiet = said_of(row, levels_of_row(row), p)
            kind = row.quantity.partition(":")[0]
            printed_too = kind == "rate" and row.placebo is not None
            found.append(Beside(row, kind, said, miss(said, row.value), quiet if printed_too else None))
    return tuple(found)


def miss(said: float, value: Bounds) -> float:
    """Predicted minus published, 0 inside a printed range."""
    low, high = bounds_of(value)
    return said - min(max(said, low), high)


def bounds_of(value: Bounds) -> tuple[float, float]:
    """What was printed; an open side is infinite."""
    return -np.inf if value.low is None else value.low, np.inf if value.high is None else value.high


def printed(row: AcuteRow) -> str:
    """A published number as printed: 13.3, 49 to 61, >= 90."""
    low, high = row.value.low, row.value.high
    if low == high:
        return f"{low:g}"
    if low is None or high is None:
        return f"<= {high:g}" if low is None else f">= {low:g}"
    return f"{low:g} to {high:g}"
