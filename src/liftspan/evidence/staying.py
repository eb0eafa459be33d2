"""Who is still rated: what an analysis set says of people who left, told apart as the tables do.

`observed` and `on_treatment` rows are of those still there; a `locf` row keeps the last score of those who left; a
`nonresponder_imputed` row counts them as failures; a mixed model (`mmrm`), an adjusted mean or a row that says nothing
stands for everybody.
"""

import zlib
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from liftspan.evidence.records import Evidence, Observation
from liftspan.parameters import LEAVING_PER_POINT


class Kept(StrEnum):
    """What becomes of people who left."""

    EVERYBODY = "everybody"
    STAYED = "those still there"
    LAST_SCORE = "last score carried forward"
    FAILED = "counted as failures"


KEPT = {
    "observed": Kept.STAYED,
    "on_treatment": Kept.STAYED,
    "locf": Kept.LAST_SCORE,
    "nonresponder_imputed": Kept.FAILED,
}


@dataclass(frozen=True)
class Staying:
    """How a row treats people who left, and the share of the arm that had left by its time."""

    kept: Kept
    gone: float  # 0..1

    @property
    def matters(self) -> bool:
        """Whether it changes a number."""
        return self.kept is not Kept.EVERYBODY and self.gone > 0.0


def staying_of(evidence: Evidence, row: Observation) -> Staying:
    """What the analysis set of a row says; the share who left is 0 where neither it nor a row beside it tells.

    The number of people is part of the design of a row: no result is read.
    """
    kept = KEPT.get(row.analysis_set, Kept.EVERYBODY)
    everybody = evidence.arms[row.trial_id, row.arm_id].n
    there = row.n if kept is Kept.STAYED else _observed_n(evidence, row)
    if kept is Kept.EVERYBODY or everybody is None or there is None:
        return Staying(kept, 0.0)
    return Staying(kept, min(max(1.0 - there / everybody, 0.0), 0.95))


def _observed_n(evidence: Evidence, row: Observation) -> float | None:
    """People with an observed rating of the same scale at that time."""
    beside = (
        other.n
        for other in evidence.observations
        if _place(other) == _place(row) and KEPT.get(other.analysis_set) is Kept.STAYED and other.n is not None
    )
    return next(beside, None)


def _place(row: Observation) -> tuple:
    return row.trial_id, row.arm_id, row.time_h, row.scale


def who_left(last: np.ndarray, gone: float, seed: int) -> np.ndarray:
    """Who has left when a share `gone` has, given last scores (draw, person): rather those who are worse off.

    Drawn without replacement with weights exp(`LEAVING_PER_POINT` x score): the smallest of exponential waiting times
    at these rates. Efraimidis & Spirakis, Inf. Process. Lett. 97 (2006) 181-185.
    """
    bits = np.random.Philox(key=[seed % 2**32, zlib.crc32(b"leaving")])
    waiting = np.random.Generator(bits).standard_exponential(last.shape)
    waiting = waiting * np.exp(-LEAVING_PER_POINT * (last - last.mean(axis=1, keepdims=True)))
    count = min(round(gone * last.shape[1]), last.shape[1] - 1)
    order = np.argsort(np.argsort(waiting, axis=1), axis=1)
    return order < count
