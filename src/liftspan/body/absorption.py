"""From a dose to what enters: how much reaches the blood, how much arrives as norketamine, and over what time."""

from collections.abc import Iterator
from dataclasses import dataclass

from liftspan.arrays import Array
from liftspan.body.exponentials import Exponentials, first_order
from liftspan.body.physiology import Body, Enantiomer, WayIn
from liftspan.treatment.dose import Dose, Session
from liftspan.treatment.drug import Drug
from liftspan.treatment.route import Route


@dataclass(frozen=True)
class Entry:
    """One way in for one unit of drug.

    One first-order stage passes the unit on at `uptake_rate_per_h` (None = at once), after a supply at a constant rate
    over `supply_h` (0 = at once);
    `parent_share` of it reaches the blood as ketamine, `norketamine_share` as norketamine; the rest is lost.
    """

    start_h: float
    amount_mg: Array  # of this enantiomer, (person,)
    supply_h: float
    uptake_rate_per_h: Array | None
    parent_share: Array
    norketamine_share: Array

    def through(self, disposition: Exponentials, times_h: Array) -> Array:
        """`disposition` driven by one unit entering here, at `times_h` since the start of the session."""
        uptake = self.uptake_rate_per_h
        response = disposition if uptake is None else first_order(uptake).convolve(disposition)
        return response.given(times_h - self.start_h, self.supply_h)


def entries(session: Session, body: Body, enantiomer: Enantiomer, share: str, weight_kg: Array) -> Iterator[Entry]:
    """Every way in of one session for one enantiomer.

    Args:
        share: "share_s" or "share_r", the fraction of the drug that is this enantiomer.
        weight_kg: shape (person,); turns mg/kg into mg.
    """
    sprayed: set[Drug] = set()
    for dose in session.doses:
        share_given = getattr(dose.drug, share)
        if share_given == 0.0:
            continue
        amount_mg = dose.amount_mg(weight_kg) * share_given
        if dose.route is Route.IV:
            yield Entry(dose.start_h, amount_mg, dose.duration_h, None, 1.0, 0.0)
            continue
        yield from _through(way_of(dose, body, again=dose.drug in sprayed), dose, amount_mg, body, enantiomer)
        if dose.route is Route.NASAL:
            sprayed.add(dose.drug)


def way_of(dose: Dose, body: Body, again: bool) -> WayIn:
    """The way in of a dose: by its route; a spray of esketamine by device, other nasal ketamine by its own."""
    if dose.route is not Route.NASAL:
        return body.ways[dose.route.value]
    if dose.drug is not Drug.ESKETAMINE:
        return body.ways["nasal-other"]
    return body.ways["nasal-next" if again else "nasal"]


def _through(way: WayIn, dose: Dose, amount_mg: Array, body: Body, enantiomer: Enantiomer) -> Iterator[Entry]:
    """Direct and swallowed part of one dose; an injection given slowly supplies over its duration."""
    supply_h = max(way.direct_supply_h, dose.duration_h)
    if not is_nothing(way.direct_share):
        yield Entry(
            dose.start_h, amount_mg, supply_h, way.direct_rate_per_h, way.direct_share, way.direct_metabolised_share
        )
    if not is_nothing(way.swallowed_share):
        passed = way.swallowed_share * swallowed_share(body, enantiomer)
        metabolised = way.first_pass_to_norketamine * (way.swallowed_share - passed)
        rate = way.swallowed_rate_per_h
        yield Entry(dose.start_h, amount_mg, way.swallowed_supply_h, rate, passed, metabolised)


def is_nothing(share: Array) -> bool:
    """Whether a share is the plain number 0: then its way need not be computed."""
    return isinstance(share, float) and share == 0.0


def swallowed_share(body: Body, enantiomer: Enantiomer) -> Array:
    """Fraction of a swallowed dose that reaches the blood as ketamine (oral bioavailability)."""
    return body.gut_share * (1.0 - enantiomer.hepatic_extraction)
