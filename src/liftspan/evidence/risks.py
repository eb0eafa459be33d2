"""What a session and a course risk, as published: the line that stands beside every answer on benefit."""

from dataclasses import dataclass

from liftspan.evidence.tables import shipped_rows
from liftspan.treatment.regimen import Regimen
from liftspan.units import DAYS_PER_WEEK, HOURS_PER_DAY

HALF_YEAR_H = 26.0 * DAYS_PER_WEEK * HOURS_PER_DAY
UNKNOWN = "side effects of this drug by this route are not in the tables"


@dataclass(frozen=True)
class Risks:
    """Sentences with their sources, and how much drug half a year of this plan means."""

    session: tuple[tuple[str, str], ...]  # (text, source)
    course: tuple[tuple[str, str], ...]
    sessions_in_half_year: int
    amount_in_half_year_mg: float  # of base, at the weight given


def risks_of(regimen: Regimen, weight_kg: float) -> Risks:
    """Risks of the drugs and routes of a regimen; both tuples are empty when nothing active is given."""
    doses = [dose for session in regimen.sessions for dose in session.doses]
    given = sorted({(dose.drug.value, dose.route.value) for dose in doses})
    session = tuple(sentence for kind in given for sentence in _sentences("session", *kind))
    if given and not session:
        session = ((UNKNOWN, ""),)
    within = [item for item in regimen.sessions if item.doses and item.start_h < HALF_YEAR_H]
    return Risks(
        session=session,
        course=_sentences("course", "any", "any") if given else (),
        sessions_in_half_year=len(within),
        amount_in_half_year_mg=float(sum(dose.amount_mg(weight_kg) for item in within for dose in item.doses)),
    )


def _sentences(kind: str, drug: str, route: str) -> tuple[tuple[str, str], ...]:
    rows = shipped_rows("risks.csv")
    return tuple(
        (row["text"], row["source"]) for row in rows if (row["kind"], row["drug"], row["route"]) == (kind, drug, route)
    )
