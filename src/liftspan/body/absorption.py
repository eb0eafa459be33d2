"""From a dose to what enters: how much reaches the blood, how much arrives as norketamine, and over what time."""

from collections.abc import Iterator
from dataclasses import dataclass

from liftspan.arrays import Array
from liftspan.body.exponentials import Exponentials, first_order
from liftspan.body.physiology import Body, Enantiomer
from liftspan.treatment.dose import Dose, Session
from liftspan.treatment.route import Route


@dataclass(frozen=True)
class Entry:
    """One way in for one unit of drug.

    `uptake` passes the unit on (None = at once) after a supply at a constant rate over `supply_h` (0 = at once);
    `parent_share` of it reaches the blood as ketamine, `norketamine_share` as norketamine; the rest is lost.
    """

    start_h: float
    amount_mg: Array  # of this enantiomer, (person,)
    supply_h: float
    uptake: Exponentials | None
    parent_share: Array
    norketamine_share: Array

    def through(self, disposition: Exponentials, times_h: Array) -> Array:
        """`disposition` driven by one unit entering here, at `times_h` since the start of the session."""
        response = self.uptake.convolve(disposition) if self.uptake is not None else disposition
        return response.given(times_h - self.start_h, self.supply_h)


def entries(session: Session, body: Body, enantiomer: Enantiomer, share: str, weight_kg: Array) -> Iterator[Entry]:
    """Every way in of one session for one enantiomer.

    Args:
        share: "share_s" or "share_r", the fraction of the drug that is this enantiomer.
        weight_kg: shape (person,); turns mg/kg into mg.
    """
    devices = 0
    for dose in session.doses:
        amount_mg = dose.amount_mg(weight_kg) * getattr(dose.drug, share)
        if getattr(dose.drug, share) == 0.0:
            continue
        if dose.route is Route.IV:
            yield Entry(dose.start_h, amount_mg, dose.duration_h, None, 1.0, 0.0)
        elif dose.route is Route.NASAL:
            yield from _spray(dose, amount_mg, body, enantiomer, first=devices == 0)
            devices += 1
        else:
            raise NotImplementedError(f"route {dose.route.value} has no absorption model")


def _spray(dose: Dose, amount_mg: Array, body: Body, enantiomer: Enantiomer, first: bool) -> Iterator[Entry]:
    """Mucosal and swallowed part of one device. Source: Perez-Ruixo 2021, fractions rescaled to the label's F."""
    nasal = body.nasal
    mucosal = nasal.mucosal_share_first if first else nasal.mucosal_share_next
    yield Entry(dose.start_h, amount_mg, 0.0, first_order(nasal.mucosal_rate_per_h), mucosal, 0.0)
    passed = (1.0 - mucosal) * swallowed_share(body, enantiomer)
    # What gut and liver take on the first pass appears as norketamine, all of it: the best of 1, 0.9, 0.8, 0.7.
    metabolised = (1.0 - mucosal) - passed
    uptake = first_order(nasal.swallowed_rate_per_h)
    yield Entry(dose.start_h, amount_mg, nasal.swallowing_h, uptake, passed, metabolised)


def swallowed_share(body: Body, enantiomer: Enantiomer) -> Array:
    """Fraction of a swallowed dose that reaches the blood as ketamine (oral bioavailability)."""
    return body.gut_share * (1.0 - enantiomer.hepatic_extraction)
