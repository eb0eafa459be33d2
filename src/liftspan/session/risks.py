"""What a session at this dose risks, and what a course of them adds up to: to stand beside an answer on benefit."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from liftspan.errors import OutsideEvidence
from liftspan.exposure_words import dose_words
from liftspan.session.clinics import clinics, extrapolated, largest_session, rates
from liftspan.session.predicted import PEOPLE, SEED, cadss_course, levels_of, mean_rise
from liftspan.treatment import Regimen

# Beside benefit: these, in this order. `liftspan session` has the rest.
SHOWN = (
    "systolic_180", "systolic_rise_40", "cadss_above_4", "moaas_below_5", "loss_of_consciousness", "dissociation",
    "dizziness", "nausea", "vomiting", "headache", "anxiety",
)  # fmt: skip
# Trials counted events over four weeks of two sessions a week; a longer course is told as far as that.
COUNTED_SESSIONS = 8


@dataclass(frozen=True)
class SessionRisks:
    """Of one treatment, clinic by clinic: arrays of one value a draw, the same clinics for every treatment."""

    dose: str  # of the session with the largest dose
    sessions: int  # of the course, as far as trials counted them; at that dose
    peaks: Mapping[str, np.ndarray]  # systolic_mmhg and cadss: largest mean over time
    once: Mapping[str, np.ndarray]  # share of people, in one session
    once_placebo: Mapping[str, np.ndarray]
    course: Mapping[str, np.ndarray]  # at least once in `sessions`; empty for one session
    course_placebo: Mapping[str, np.ndarray]
    extrapolated: tuple[str, ...]


def session_risks(
    regimen: Regimen, *, weight_kg: float | None = None, age_y: float | None = None
) -> SessionRisks | None:
    """Of the session with the largest dose; None where no published session supports any."""
    try:
        session, kind = largest_session(regimen, weight_kg)
    except OutsideEvidence:
        return None
    levels, of = levels_of(session, weight_kg, age_y, PEOPLE, SEED), clinics()
    sessions = min(sum(bool(one.doses) for one in regimen.sessions), COUNTED_SESSIONS)

    def each(count: int, drug: bool) -> dict[str, np.ndarray]:
        return {name: rates(levels, of, name, count, drug) for name in SHOWN}

    return SessionRisks(
        dose=dose_words(session),
        sessions=sessions,
        peaks={
            "systolic_mmhg": np.array([one.rise * mean_rise(levels, one.parameters, "systolic").max() for one in of]),
            "cadss": np.array([cadss_course(levels, one.parameters).max() for one in of]),
        },
        once=each(1, True),
        once_placebo=each(1, False),
        course=each(sessions, True) if sessions > 1 else {},
        course_placebo=each(sessions, False) if sessions > 1 else {},
        extrapolated=tuple(one for one in extrapolated(session, kind, weight_kg) if "judged ready" not in one),
    )
