"""How much drug a session may hold to be answered: the highest dose that anybody published, of sessions or of mood.

A limit of mood counts too: every answer on benefit carries the risks of its session, so both end at the same dose.
"""

from collections.abc import Mapping
from functools import cache

from liftspan.errors import OutsideEvidence
from liftspan.evidence import load_evidence
from liftspan.frozen import frozen
from liftspan.parameters import body_value
from liftspan.session.observations import shipped_acute
from liftspan.treatment import evidence_limits
from liftspan.treatment.dose import Session
from liftspan.treatment.drug import Drug
from liftspan.treatment.limits import CONVERSION_TOLERANCE, ROUNDING
from liftspan.treatment.route import Route
from liftspan.units import MINUTES_PER_HOUR

Kind = tuple[Drug, Route]
# Drugs and routes of which the fit has rows, with the highest dose of any of them, and those that borrow from them.
SEEN = {
    (Drug.ESKETAMINE, Route.NASAL): (84.0, "mg"),
    (Drug.KETAMINE, Route.IV): (0.5, "mg/kg"),
    (Drug.ESKETAMINE, Route.SC): (1.0, "mg/kg"),
}
BORROWED = {
    (Drug.KETAMINE, Route.IM): "no published session of ketamine into muscle is in the fit",
    (Drug.KETAMINE, Route.SC): "the published sessions under the skin were of esketamine",
    (Drug.ESKETAMINE, Route.IV): "no published session of esketamine by infusion is in the fit",
}


def usual_weight_kg(weight_kg: float | None) -> float:
    """The weight at which a dose is held against the evidence: of these people, else the usual one."""
    return body_value("population_weight_kg") if weight_kg is None else weight_kg


def amount_mg(session: Session, weight_kg: float) -> float:
    """All of a session, mg of base."""
    return float(sum(dose.amount_mg(weight_kg) for dose in session.doses))


@cache
def highest(kind: Kind) -> Mapping[str, float]:
    """The highest studied dose of a session by unit, mg or mg/kg: of published sessions, or of trials of mood."""
    found: dict[str, float] = {}
    if kind in SEEN:
        most, unit = SEEN[kind]
        found[unit] = most
    limit = evidence_limits(load_evidence().arm_rows.values()).get(kind)
    for unit, most in (("mg", limit.max_mg), ("mg/kg", limit.max_mg_per_kg)) if limit else ():
        if most is not None:
            found[unit] = max(most, found.get(unit, 0.0))
    return frozen(found)


def refuse_dose(session: Session, kind: Kind, weight_kg: float | None) -> None:
    """Raise OutsideEvidence where the dose of a session is above every one that was studied by its route.

    A dose meets a limit of the other unit through the weight, with the tolerance that trials round by.
    """
    weight = usual_weight_kg(weight_kg)
    total = amount_mg(session, weight)
    given = {"mg": total, "mg/kg": total / weight}
    own = {"mg/kg" if dose.per_kg else "mg" for dose in session.doses}
    limits = highest(kind)
    slack = {unit: ROUNDING if own == {unit} else CONVERSION_TOLERANCE for unit in given}
    if any(given[unit] <= most * (1.0 + slack[unit]) for unit, most in limits.items()):
        return
    drug, route = kind
    said = " or ".join(f"{most:g} {unit}" for unit, most in limits.items()) or "not printed"
    problem = (
        f"{drug} {route}: {given['mg']:.4g} mg in one session ({given['mg/kg']:.3g} mg/kg at {weight:g} kg) is above "
        f"every dose that a published session or a trial gave by this route; the highest is {said}"
    )
    raise OutsideEvidence([problem], subject="this session")


@cache
def infusion_minutes() -> tuple[float, float]:
    """The shortest and the longest published infusion of the table of sessions, minutes."""
    ran = [row.infusion for row in shipped_acute() if row.infusion is not None]
    return min(one.low for one in ran), max(one.high for one in ran)


def unlike_published(session: Session, kind: Kind) -> str:
    """Why an infusion is none like those published; empty where it is."""
    if kind[1] is not Route.IV:
        return ""
    shortest, longest = infusion_minutes()
    ran = max(dose.duration_h for dose in session.doses) * MINUTES_PER_HOUR
    if shortest - 1e-6 <= ran <= longest + 1e-6:
        return ""
    published = f"{shortest:g} minutes" if shortest == longest else f"{shortest:g} to {longest:g} minutes"
    return (
        f"published infusions ran {published}, this one {ran:.3g}: faster is higher, and effects follow concentration"
    )
