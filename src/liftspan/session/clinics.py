"""Draws of the fit as clinics: each with parameters, a deviation of its own, and the rates that it would see."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from liftspan.errors import OutsideEvidence
from liftspan.session.predicted import PRESSURE_EVENTS, SEED, Levels, event_rate, placebo_rate, pressure_rate
from liftspan.session.store import load_acute_posterior
from liftspan.session.studied import (
    BORROWED,
    SEEN,
    Kind,
    amount_mg,
    refuse_dose,
    unlike_published,
    usual_weight_kg,
)
from liftspan.treatment import Regimen
from liftspan.treatment.dose import Session
from liftspan.treatment.drug import Drug
from liftspan.treatment.limits import ROUNDING
from liftspan.treatment.route import Route

DRAWS, LEVEL = 60, 0.9


@dataclass(frozen=True)
class Interval:
    """Mean, median and central 90 % over draws: of a group in another clinic."""

    mean: float
    median: float
    low: float
    high: float


def interval(values: Iterable[float]) -> Interval:
    """Of one value for each clinic."""
    values = np.asarray(values, dtype=float)
    low, median, high = np.quantile(values, [0.5 - LEVEL / 2, 0.5, 0.5 + LEVEL / 2])
    return Interval(float(values.mean()), float(median), float(low), float(high))


@dataclass(frozen=True)
class Clinic:
    """Parameters of one draw, a factor on every rise of pressure, and log odds on rates of side effects."""

    parameters: Mapping[str, float]
    rise: float
    log_odds: float


def clinics() -> tuple[Clinic, ...]:
    """Evenly chosen draws of the shipped fit, each with luck of its own: the same for every treatment."""
    every = load_acute_posterior().draws
    chosen = [every[i] for i in np.linspace(0, len(every) - 1, DRAWS).round().astype(int)]
    z = np.random.default_rng(SEED + 1).standard_normal((DRAWS, 2))
    return tuple(
        Clinic(p, float(np.exp(p["site_spread"] * one[0])), p["rate_spread"] * float(one[1]))
        for p, one in zip(chosen, z, strict=True)
    )


def rates(levels: Levels, of: Sequence[Clinic], name: str, sessions: int = 1, drug: bool = True) -> np.ndarray:
    """Share of people with an event at least once in `sessions`, clinic by clinic; without drug that of placebo."""
    if name in PRESSURE_EVENTS:
        return np.array([pressure_rate(levels, one.parameters, name, sessions, drug=drug, site=one.rise) for one in of])
    share = np.array([(event_rate if drug else placebo_rate)(levels, one.parameters, name, sessions) for one in of])
    # Odds times a factor, written so that a share of 1 is no division by zero.
    factor = np.exp([one.log_odds for one in of])
    return share * factor / (1.0 - share + share * factor)


def largest_session(regimen: Regimen, weight_kg: float | None = None) -> tuple[Session, Kind]:
    """The session of a treatment with the largest dose, its drug and route.

    Args:
        weight_kg: of the people, where known: doses in mg and in mg/kg are compared through it.

    Raises OutsideEvidence where no published session supports an answer, or the dose is above every one studied.
    """
    weight = usual_weight_kg(weight_kg)
    dosed = (one for one in regimen.sessions if one.doses)
    session = max(dosed, key=lambda one: amount_mg(one, weight), default=None)
    kinds = {(dose.drug, dose.route) for dose in session.doses} if session else set()
    if len(kinds) != 1 or (kind := next(iter(kinds))) not in (*SEEN, *BORROWED):
        said = ", ".join(f"{drug.value} {route.value}" for drug, route in sorted(kinds)) or "no drug"
        problem = f"{said}: no published session of it is in the tables, by nose, infusion or injection; not answered"
        raise OutsideEvidence([problem], subject="this session")
    refuse_dose(session, kind, weight_kg)
    return session, kind


def extrapolated(session: Session, kind: Kind, weight_kg: float | None = None) -> list[str]:
    """What an answer on this session stretches."""
    found = []
    if kind in BORROWED:
        found.append(f"{BORROWED[kind]}: effects follow concentration as by other routes")
    highest, unit = SEEN.get(kind, (float("inf"), "mg"))
    weight = usual_weight_kg(weight_kg)
    total = amount_mg(session, weight)
    if (total if unit == "mg" else total / weight) > highest * (1.0 + ROUNDING):
        found.append(f"no published session of this route in the fit had more than {highest:g} {unit}")
    if unlike := unlike_published(session, kind):
        found.append(unlike)
    if kind != (Drug.ESKETAMINE, Route.NASAL):
        found.append("shares judged ready were published for nasal esketamine alone: by concentration here")
    if kind == (Drug.KETAMINE, Route.IV):
        found.append("rates of side effects of infusions are those of nasal esketamine at the same effect-site level")
    return found
