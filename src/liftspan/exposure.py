"""Concentrations of a plan: what the body answers, also where no trial supports an answer on mood."""

from dataclasses import dataclass, replace

import numpy as np

from liftspan.body.concentration import SHARES, Analyte, Matrix, concentration
from liftspan.errors import InvalidInput
from liftspan.parameters import body_value
from liftspan.person import People
from liftspan.treatment.dose import Session
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


@dataclass(frozen=True)
class Shown:
    """The sessions that an exposure covers: those of the 48 h from the first session with a dose."""

    sessions: tuple[Session, ...]  # their clock begins at the first of them
    begins_h: float  # of the treatment's own clock
    largest_elsewhere: Session | None  # a session of the treatment with a larger dose, which is not among them


MEASURED = (
    (Analyte.KETAMINE, Matrix.VENOUS),
    (Analyte.NORKETAMINE, Matrix.VENOUS),
    (Analyte.HYDROXYNORKETAMINE, Matrix.VENOUS),
    (Analyte.KETAMINE, Matrix.ARTERIAL),
    (Analyte.KETAMINE, Matrix.EFFECT_SITE),
)


def exposure(regimen: Regimen, people: People) -> tuple[Exposure, ...]:
    """Both enantiomers together, each analyte, in the 48 h from the first session with a dose.

    Raises InvalidInput where the treatment holds no dose.
    """
    shown = replace(regimen, sessions=shown_of(regimen).sessions)
    return tuple(_one(shown, people, analyte, matrix) for analyte, matrix in MEASURED)


def refuse_without_drug(regimen: Regimen) -> None:
    """Raise InvalidInput where a treatment holds no dose of ketamine or one of its enantiomers.

    It is no question of evidence: the body has no more to answer than mood.
    """
    if not any(session.doses for session in regimen.sessions):
        problem = (
            f"{regimen.text}: no dose of ketamine, esketamine or arketamine is in it, so there is no concentration and "
            "no session to show"
        )
        raise InvalidInput([problem], "this treatment")


def shown_of(regimen: Regimen) -> Shown:
    """Which sessions of a treatment an exposure covers. Raises InvalidInput where none holds a dose."""
    refuse_without_drug(regimen)
    dosed = [session for session in regimen.sessions if session.doses]
    begins_h = min(session.start_h for session in dosed)
    within = [session for session in dosed if session.start_h - begins_h < END_H]
    largest, most = (max(of, key=_amount) for of in (dosed, within))
    elsewhere = largest if _amount(largest) > _amount(most) else None
    moved = tuple(replace(session, start_h=session.start_h - begins_h) for session in within)
    return Shown(moved, begins_h, elsewhere)


def _amount(session: Session) -> float:
    """The dose of a session at the usual weight, mg of base."""
    return float(sum(dose.amount_mg(body_value("population_weight_kg")) for dose in session.doses))


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
