"""The limits of the evidence on mood: computed from the arms of trials, never written down here."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from liftspan.numbers import NoNumber, finite
from liftspan.treatment.dose import Session
from liftspan.treatment.drug import Drug
from liftspan.treatment.regimen import Regimen
from liftspan.treatment.route import Route, route_of
from liftspan.units import DAYS_PER_WEEK, HOURS_PER_DAY

# An amount in mg meets a limit in mg/kg only through one body weight: trials round doses and weights to about this.
CONVERSION_TOLERANCE = 0.10
A_SECOND_D = 1.0 / 86_400.0
ROUNDING = 1e-9  # of floats only: the highest dose studied lies inside the evidence

DRUGS_WITH_DOSES = (Drug.KETAMINE, Drug.ESKETAMINE, Drug.ARKETAMINE)
Given = tuple[Drug, Route]


@dataclass(frozen=True)
class EvidenceLimit:
    """The most that any trial arm of one drug and route has given; None = no arm reports it."""

    max_mg: float | None
    max_mg_per_kg: float | None
    max_sessions_in_7_days: int | None
    infusion_min: tuple[float, float] | None = None  # shortest and longest duration that an arm prints, minutes


def evidence_limits(arms: Iterable[Mapping[str, str]]) -> dict[Given, EvidenceLimit]:
    """Highest dose and frequency by drug and route.

    Args:
        arms: rows of arms.csv; `drug, route, label, notes, dose, dose_unit, dose_max, infusion_min, session_days` are
            read. A titrated arm whose `dose_max` is blank counts with its `dose`, the first one: the limit is then too
            low, never too high.
    """
    rows_of: dict[Given, list[Mapping[str, str]]] = {}
    for row in arms:
        if row.get("drug") in DRUGS_WITH_DOSES and row.get("route") in set(Route):
            route = route_of(row["route"], f"{row.get('label', '')} {row.get('notes', '')}")
            rows_of.setdefault((Drug(row["drug"]), route), []).append(row)
    return {
        given: EvidenceLimit(
            max_mg=_highest_dose(rows, "mg"),
            max_mg_per_kg=_highest_dose(rows, "mg/kg"),
            max_sessions_in_7_days=max((busiest_week(_days(row)) for row in rows if _days(row)), default=None),
            infusion_min=_durations_min(rows),
        )
        for given, rows in rows_of.items()
    }


def _highest_dose(rows: list[Mapping[str, str]], unit: str) -> float | None:
    cells = [row.get(column) for row in rows if row.get("dose_unit") == unit for column in ("dose", "dose_max")]
    return max((float(cell) for cell in cells if cell), default=None)


def _durations_min(rows: list[Mapping[str, str]]) -> tuple[float, float] | None:
    """Shortest and longest infusion of these arms, minutes."""
    known = []
    for row in rows:
        try:
            known.append(finite(row.get("infusion_min") or ""))
        except NoNumber:  # blank, or words: the readers of the tables name what is no number
            continue
    return (min(known), max(known)) if known else None


def _days(row: Mapping[str, str]) -> list[float]:
    return [float(day) for day in (row.get("session_days") or "").split(";") if day]


def busiest_week(days: list[float]) -> int:
    """The most sessions in any 7 days; a window of 7 days begins with one of its sessions."""
    week = DAYS_PER_WEEK - A_SECOND_D  # the same hour a week later is the next week, whatever rounding says
    return max((sum(first <= day < first + week for day in days) for first in days), default=0)


def outside_evidence(regimen: Regimen, limits: Mapping[Given, EvidenceLimit], weight_kg: float) -> list[str]:
    """One sentence for each way in which no trial supports a forecast of mood; empty when all lies inside.

    Args:
        regimen: placebo visits and oral antidepressants have no limit here.
        limits: from `evidence_limits`.
        weight_kg: of the person; doses per kg and fixed doses are compared through it.
    """
    dosed = [session for session in regimen.sessions if session.doses]
    given = list(dict.fromkeys((dose.drug, dose.route) for session in dosed for dose in session.doses))
    reasons = []
    for drug, route in given:
        limit = limits.get((drug, route))
        if limit is None:
            reasons.append(f"{route} {drug}: no trial in the evidence measured mood after it; the body can be asked")
            continue
        reasons += _dose_reasons(dosed, drug, route, limit, weight_kg)
        own = [session for session in dosed if _has(session, drug, route)]
        reasons += _frequency_reasons(own, [(drug, route)], limits)
    # Two drugs in turn must not add up to a frequency that neither has been tried at.
    if len(given) > 1 and not reasons:
        reasons += _frequency_reasons(dosed, given, limits)
    return reasons


def _has(session: Session, drug: Drug, route: Route) -> bool:
    return any((dose.drug, dose.route) == (drug, route) for dose in session.doses)


def _dose_reasons(
    sessions: list[Session], drug: Drug, route: Route, limit: EvidenceLimit, weight_kg: float
) -> list[str]:
    """The highest session of this drug and route against the highest studied, in its own unit or through the weight."""
    totals = {False: 0.0, True: 0.0}  # highest amount of a session, by per_kg
    for session in sessions:
        for per_kg in totals:
            doses = [dose for dose in session.doses if (dose.drug, dose.route, dose.per_kg) == (drug, route, per_kg)]
            totals[per_kg] = max(totals[per_kg], sum(dose.amount for dose in doses))
    reasons = []
    for per_kg, amount in totals.items():
        unit, other_unit = ("mg/kg", "mg") if per_kg else ("mg", "mg/kg")
        same, other = (limit.max_mg, limit.max_mg_per_kg)[:: -1 if per_kg else 1]
        converted = amount * weight_kg if per_kg else amount / weight_kg
        inside = same is not None and amount <= same * (1 + ROUNDING)
        inside_converted = other is not None and converted <= other * (1 + CONVERSION_TOLERANCE)
        if amount and not inside and not inside_converted:
            studied = [f"{most:g} {name}" for most, name in ((same, unit), (other, other_unit)) if most is not None]
            highest = f"the highest studied is {' or '.join(studied)}" if studied else "no trial reports its dose"
            reasons.append(
                f"{route} {drug}: {amount:g} {unit} in one session ({converted:.3g} {other_unit} at {weight_kg:g} kg) "
                f"lies outside the evidence on mood; {highest}"
            )
    return reasons


def _frequency_reasons(sessions: list[Session], given: list[Given], limits: Mapping[Given, EvidenceLimit]) -> list[str]:
    count = busiest_week([session.start_h / HOURS_PER_DAY for session in sessions])
    known = [limits[pair].max_sessions_in_7_days for pair in given]
    most = max((sessions for sessions in known if sessions is not None), default=None)
    names = " and ".join(f"{route} {drug}" for drug, route in given)
    if most is None:
        return [f"{names}: no trial reports its session days"] if count > 1 else []
    if count > most:
        return [f"{names}: {count} sessions in 7 days; no trial in the evidence gave more than {most}"]
    return []
