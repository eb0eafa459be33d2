"""Published numbers of sessions beside what the shipped fit says of them; `check` adds fits that never saw them."""

from dataclasses import dataclass

import numpy as np

from liftspan.session.observations import AcuteRow, shipped_acute
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


def usable(row: AcuteRow) -> bool:
    """Whether a number can be set beside the model: it is in the fit, or checks it."""
    return row.use in ("fit", "check") and row.value is not None and row.quantity.partition(":")[0] in GROUPS


def beside() -> tuple[Beside, ...]:
    """Every number that the fit uses or that only checks it, by the mode of the fit: a clinic of the middle."""
    p, found = load_acute_posterior().mode, []
    for row in shipped_acute():
        if usable(row):
            said, _ = said_of(row, levels_of_row(row), p)
            found.append(Beside(row, row.quantity.partition(":")[0], said, miss(said, row)))
    return tuple(found)


def miss(said: float, row: AcuteRow) -> float:
    """Predicted minus published, 0 inside a printed range."""
    low, high = bounds_of(row)
    return said - min(max(said, low), high)


def bounds_of(row: AcuteRow) -> tuple[float, float]:
    """What was printed; an open side is infinite."""
    return (
        -np.inf if row.value.low is None else row.value.low,
        np.inf if row.value.high is None else row.value.high,
    )


def printed(row: AcuteRow) -> str:
    """A published number as printed: 13.3, 49 to 61, >= 90."""
    low, high = row.value.low, row.value.high
    if low == high:
        return f"{low:g}"
    if low is None or high is None:
        return f"<= {high:g}" if low is None else f">= {low:g}"
    return f"{low:g} to {high:g}"
