"""How long a dose takes, beside what the arms of trials printed: computed from their table, never written down here."""

from collections.abc import Mapping
from dataclasses import dataclass

from liftspan.treatment.dose import Dose
from liftspan.treatment.limits import ROUNDING, EvidenceLimit, Given
from liftspan.treatment.regimen import Regimen
from liftspan.treatment.route import Route
from liftspan.units import MINUTES_PER_HOUR

# Ours, for what is said and not for what is answered: beyond it a slip of unit is more likely than a plan.
FAR_FACTOR = 2.0


@dataclass(frozen=True)
class StretchedDuration:
    """A duration of a plan that no arm of the tables printed."""

    text: str  # the dose and what the arms ran, in words
    far: bool  # more than FAR_FACTOR from the shortest or the longest


def durations_outside(regimen: Regimen, limits: Mapping[Given, EvidenceLimit]) -> tuple[StretchedDuration, ...]:
    """Infusions longer or shorter than those of the tables, and an intravenous bolus.

    Args:
        limits: from `evidence_limits`.
    """
    doses = [dose for session in regimen.sessions for dose in session.doses if _takes_time(dose)]
    found = (
        _stretched(dose, limits) for dose in {(dose.drug, dose.route, dose.duration_h): dose for dose in doses}.values()
    )
    return tuple(one for one in found if one is not None)


def _takes_time(dose: Dose) -> bool:
    """Whether its duration is a choice: of a dose into the vein, and of one spread over time by another route."""
    return dose.route is Route.IV or dose.duration_h > 0.0


def _stretched(dose: Dose, limits: Mapping[Given, EvidenceLimit]) -> StretchedDuration | None:
    minutes = dose.duration_h * MINUTES_PER_HOUR
    name = f"{dose.route} {dose.drug}"
    what = f"{name} over {minutes:.4g} min" if minutes else f"{name} as a bolus"
    limit = limits.get((dose.drug, dose.route))
    own = limit.infusion_min if limit else None
    if own is not None:
        shortest, longest = own
        if shortest * (1.0 - ROUNDING) <= minutes <= longest * (1.0 + ROUNDING):
            return None
        return StretchedDuration(
            f"{what}: every {name} arm of the tables that prints a duration ran {_range(own)}", _is_far(minutes, own)
        )
    others = _by_route(dose.route, limits)
    if others is None:
        return StretchedDuration(f"{what}: no {dose.route} arm of the tables prints a duration", False)
    said = f"{what}: no arm of the tables prints its duration; {dose.route} arms of other drugs ran {_range(others)}"
    return StretchedDuration(said, _is_far(minutes, others))


def _by_route(route: Route, limits: Mapping[Given, EvidenceLimit]) -> tuple[float, float] | None:
    """Shortest and longest duration by a route, of any drug."""
    known = [limit.infusion_min for (_, way), limit in limits.items() if way is route and limit.infusion_min]
    return (min(low for low, _ in known), max(high for _, high in known)) if known else None


def _is_far(minutes: float, ran: tuple[float, float]) -> bool:
    return minutes * FAR_FACTOR < ran[0] or minutes > FAR_FACTOR * ran[1]


def _range(ran: tuple[float, float]) -> str:
    low, high = ran
    return f"{low:g} min" if low == high else f"{low:g} to {high:g} min"
