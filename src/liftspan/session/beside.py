"""Published numbers of sessions beside what the fitted model says of them: in sample, and said so."""

from dataclasses import dataclass

import numpy as np

from liftspan.session.observations import AcuteRow, shipped_acute
from liftspan.session.predicted import levels_of_row, said_of
from liftspan.session.store import load_acute_posterior

GROUPS = {
    "rate": "rate, %",
    "peak": "peak rise, mmHg or per minute",
    "cadss_mean": "CADSS, points",
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


def beside() -> tuple[Beside, ...]:
    """Every number that the fit uses or that only checks it, by the mode of the fit."""
    p, found = load_acute_posterior().mode, []
    for row in shipped_acute():
        kind = row.quantity.partition(":")[0]
        if row.use == "not" or kind not in GROUPS or row.value is None:
            continue
        said, _ = said_of(row, levels_of_row(row), p)
        low = row.value.low if row.value.low is not None else -np.inf
        high = row.value.high if row.value.high is not None else np.inf
        found.append(Beside(row, kind, said, said - min(max(said, low), high)))
    return tuple(found)


def beside_text(rows: tuple[Beside, ...]) -> str:
    """A line for each number, and the error by kind."""
    lines = [f"{'study':24s}{'route':8s}{'what':38s}{'published':>11s}{'predicted':>11s}  {'in the fit'}"]
    for one in rows:
        lines.append(
            f"{one.row.study_id[:23]:24s}{one.row.route[:7]:8s}{one.row.quantity[:37]:38s}{_printed(one.row):>11s}"
            f"{one.predicted:11.1f}  {'yes' if one.row.use == 'fit' else 'no'}"
        )
    lines.append("")
    for kind, words in GROUPS.items():
        for use, said in (("fit", "in the fit"), ("check", "not in it")):
            misses = [one.miss for one in rows if one.kind == kind and one.row.use == use]
            if misses:
                rmse = float(np.sqrt(np.mean(np.square(misses))))
                lines.append(f"{words}, {said}: {len(misses)} numbers, RMSE {rmse:.1f}, bias {np.mean(misses):+.1f}")
    lines += ["", "In sample: no study was left out of the fit. A miss inside a printed range or bound counts as 0."]
    return "\n".join(lines) + "\n"


def beside_record(rows: tuple[Beside, ...]) -> dict:
    """The same as `liftspan/session-check/1`."""
    return {
        "schema": "liftspan/session-check/1",
        "role": "in sample",
        "rows": [
            {
                "line": one.row.line, "study": one.row.study_id, "route": one.row.route, "quantity": one.row.quantity,
                "published": [one.row.value.low, one.row.value.high], "predicted": one.predicted, "miss": one.miss,
                "in_the_fit": one.row.use == "fit",
            }
            for one in rows
        ],
    }  # fmt: skip


def _printed(row: AcuteRow) -> str:
    low, high = row.value.low, row.value.high
    if low == high:
        return f"{low:g}"
    if low is None or high is None:
        return f"<= {high:g}" if low is None else f">= {low:g}"
    return f"{low:g} to {high:g}"
