"""Concentrations of a plan: what the body answers, also where no trial supports an answer on mood."""

from dataclasses import dataclass, replace

import numpy as np

from liftspan.body.concentration import SHARES, Analyte, Matrix, concentration
from liftspan.person import People
from liftspan.treatment.regimen import Regimen

# After the first session, h: dense where levels bend.
SHOWN_H = (0.25, 0.5, 2.0 / 3.0, 1.0, 2.0, 4.0, 8.0, 24.0)
END_H = 48.0
GRID_H = np.unique(
    np.concatenate([np.arange(0.0, 2.0, 0.04), np.arange(2.0, 8.0, 0.2), np.arange(8.0, END_H + 0.01, 0.8)])
)
LEVEL = 0.9


@dataclass(frozen=True)
class Exposure:
    """One analyte in one matrix after the first session: median and central 90 % of people, shape (3,) or (3, time)."""

    analyte: Analyte
    matrix: Matrix
    enantiomer: str  # "s", "r" or "both"
    peak_ng_per_ml: np.ndarray
    peak_at_h: np.ndarray
    area_ng_h_per_ml: np.ndarray  # 0 to 48 h
    at_ng_per_ml: np.ndarray  # at SHOWN_H


MEASURED = (
    (Analyte.KETAMINE, Matrix.VENOUS),
    (Analyte.NORKETAMINE, Matrix.VENOUS),
    (Analyte.HYDROXYNORKETAMINE, Matrix.VENOUS),
    (Analyte.KETAMINE, Matrix.ARTERIAL),
    (Analyte.KETAMINE, Matrix.EFFECT_SITE),
)


def exposure(regimen: Regimen, people: People) -> tuple[Exposure, ...]:
    """Both enantiomers together, each analyte, in the 48 h from the first session."""
    shown = replace(regimen, sessions=tuple(session for session in regimen.sessions if session.start_h < END_H))
    return tuple(_one(shown, people, analyte, matrix) for analyte, matrix in MEASURED)


def _one(regimen: Regimen, people: People, analyte: Analyte, matrix: Matrix) -> Exposure:
    times_h = np.unique(np.concatenate([GRID_H, SHOWN_H]))
    levels = sum(
        concentration(regimen, people.body, people.weight_kg, times_h, enantiomer=one, analyte=analyte, matrix=matrix)
        for one in SHARES
    )
    shown = np.searchsorted(times_h, SHOWN_H)
    quantiles = (0.5 - LEVEL / 2.0, 0.5, 0.5 + LEVEL / 2.0)
    return Exposure(
        analyte,
        matrix,
        "both",
        np.quantile(levels.max(axis=1), quantiles),
        np.quantile(times_h[levels.argmax(axis=1)], quantiles),
        np.quantile(np.trapezoid(levels, times_h, axis=1), quantiles),
        np.quantile(levels[:, shown], quantiles, axis=0),
    )
