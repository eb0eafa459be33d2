"""Where an arm of another folder lies outside what the shipped trials have shown: refused for its dose, else cautioned.

The limits are computed from the shipped arms and never written down here. An amount above the highest studied by that
drug and route gets no prediction of mood, as everywhere in the program; a duration, a frequency, a small amount or a
late time outside theirs is predicted, and the note says so.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache

from liftspan.evidence.design import DRUGS, arm_regimen, arm_route
from liftspan.evidence.near import ACTIVE_DRUGS, DOSE_FACTOR, REFERENCE_WEIGHT_KG, arm_dose_mg
from liftspan.evidence.records import Arm
from liftspan.evidence.tables import load_evidence
from liftspan.frozen import frozen_record
from liftspan.treatment.drug import Drug
from liftspan.treatment.limits import EvidenceLimit, busiest_week, evidence_limits, outside_evidence
from liftspan.treatment.route import Route
from liftspan.units import HOURS_PER_DAY

LONGEST_H = 1e5  # later than any study could rate: the unit of the time was mistaken (as for the body)


@dataclass(frozen=True)
class Shown:
    """What the arms of the shipped tables have had, by drug and route."""

    limits: dict[tuple[Drug, Route], EvidenceLimit]
    lowest_mg: dict[tuple[Drug, Route], float]  # at REFERENCE_WEIGHT_KG
    infusion_min: tuple[float, float]  # shortest and longest infusion into a vein
    last_h: float  # of the readings


@cache
def shown() -> Shown:
    """Those of the shipped tables, computed once."""
    evidence = load_evidence(outcomes=False)
    active = [arm for arm in evidence.arms.values() if is_active(arm) and arm.route]
    lowest: dict[tuple[Drug, Route], float] = {}
    for arm in active:
        if (doses := arm_dose_mg(arm)) is not None:
            kind = given(arm)
            lowest[kind] = min(doses[0], lowest.get(kind, doses[0]))
    minutes = [arm.infusion_min for arm in active if arm.route == "iv" and arm.infusion_min is not None]
    last_h = max(row.time_h for row in evidence.observations if row.time_h is not None)
    return frozen_record(
        Shown(evidence_limits(evidence.arm_rows.values()), lowest, (min(minutes), max(minutes)), last_h)
    )


def is_active(arm: Arm) -> bool:
    """Whether an arm gets ketamine, esketamine or arketamine."""
    return DRUGS.get(arm.drug) in ACTIVE_DRUGS


def given(arm: Arm) -> tuple[Drug, Route]:
    """Drug and route of an arm. Raises ValueError where the route is none of the body's."""
    return DRUGS[arm.drug], arm_route(arm)


def refused(arm: Arm) -> tuple[str, ...]:
    """Why mood is not answered at the highest dose of an arm; empty where a trial has shown it.

    Args:
        arm: blanks filled.
    """
    if not is_active(arm):
        return ()
    if arm.route not in set(Route):
        return (f"route '{arm.route}' has no model",)
    highest = max((dose for dose in (arm.dose, arm.dose_max) if dose is not None), default=None)
    if highest is None:
        return ()
    once = replace(arm, dose=highest, dose_min=None, dose_max=None, session_days=(0.0,))
    return tuple(outside_evidence(arm_regimen(once), shown().limits, arm.weight_kg_mean or REFERENCE_WEIGHT_KG))


def cautions(arm: Arm, filled_in: bool = False) -> Iterator[str]:
    """What lies outside the shipped trials and is predicted all the same.

    Args:
        arm: blanks filled.
        filled_in: the days of sessions are not the arm's own, so they are not judged.
    """
    last_d = shown().last_h / HOURS_PER_DAY
    if arm.session_days and arm.session_days[-1] > last_d:
        yield f"outside the evidence: a session on day {arm.session_days[-1]:g}; the tables end on day {last_d:g}"
    if not is_active(arm):
        return
    shortest, longest = shown().infusion_min
    if arm.route == "iv" and arm.infusion_min is not None and not shortest <= arm.infusion_min <= longest:
        text = f"infusion of {arm.infusion_min:g} min; those of the tables ran {shortest:g} to {longest:g} min"
        yield f"outside the evidence: {text}"
    lowest, doses = shown().lowest_mg.get(given(arm)), arm_dose_mg(arm)
    if lowest is not None and doses is not None and doses[0] * DOSE_FACTOR < lowest:
        text = f"{doses[0]:g} mg at {REFERENCE_WEIGHT_KG:g} kg; the lowest dose by that route is {lowest:g} mg"
        yield f"outside the evidence: {text}; is the unit right?"
    most = shown().limits[given(arm)].max_sessions_in_7_days if given(arm) in shown().limits else None
    count = busiest_week(list(arm.session_days))
    if not filled_in and count > max(most or 0, 1):
        yield f"outside the evidence: {count} sessions in 7 days; no arm by that route gave more than {most or 1}"


def too_late(time_h: float | None) -> str:
    """Why a number at that time is not predicted; empty where it can be."""
    if time_h is None or time_h <= LONGEST_H:
        return ""
    return f"{time_h:g} h is above {LONGEST_H:g} h, longer than any study: is the time in hours?"


def late(time_h: float | None) -> str:
    """A caution for a time after the last reading of the shipped tables."""
    if time_h is None or time_h <= shown().last_h:
        return ""
    return f"outside the evidence: {time_h:g} h; the last reading of the tables is at {shown().last_h:g} h"
