"""Amounts: what was written -> mg or mg/kg of base -> the doses of one session; slips of unit are caught by size."""

from math import isfinite

from liftspan.errors import nearest
from liftspan.treatment.dose import Dose
from liftspan.treatment.drug import Drug
from liftspan.treatment.route import Route
from liftspan.treatment.words import UNITS
from liftspan.units import BASE_PER_HYDROCHLORIDE, DEVICE_BASE_MG, MINUTES_PER_HOUR

# Spravato US label, section 2: devices are used one after another with a 5-minute rest between them.
DEVICE_GAP_H = 5.0 / MINUTES_PER_HOUR
# The smallest fixed dose in the evidence is 10 mg (sublingual, lara2013); people write 0.1 to 2 when they mean mg/kg.
MG_PER_KG_SUSPECTED_BELOW_MG = 5.0
# Anaesthesia needs 1 to 4.5 mg/kg iv and up to 13 mg/kg im (Ketalar label): more is an amount in mg, mislabelled.
MG_SUSPECTED_ABOVE_MG_PER_KG_IV = 4.5
MG_SUSPECTED_ABOVE_MG_PER_KG = 13.0
# 13 mg/kg in a person of 77 kg: above it the unit was mcg, or a decimal point was lost.
LARGEST_PLAUSIBLE_MG = 1000.0
# The evidence starts at 0.1 mg/kg: a tenth of that was converted twice, or is in g.
SMALLEST_PLAUSIBLE_MG_PER_KG = 0.01
# 1 ng is finer than any syringe, and keeps 32.3 mg of hydrochloride from becoming 28.000000000000004 mg of base.
AMOUNT_DECIMALS = 6


def _not_an_amount(unit: str) -> str:
    """What a unit of something else asks for: its nearest unit of amount would be another dose."""
    parts = unit.split("/")[1:]
    if any(part in ("h", "hr", "hour", "min", "minute", "s", "d", "day") for part in parts):
        return "it is a rate: write the amount of the session, and 'over 40 min'"
    if any(part in ("ml", "l", "dl", "cc") for part in parts):
        return "it is a concentration: write the amount of the session"
    return ""


def base_amount(
    value: float, unit: str, drug: Drug, route: Route, salt: bool, where: str, problems: list[str]
) -> tuple[float, bool] | None:
    """(amount of base in mg or mg/kg, per_kg), or None with its reason added to `problems`.

    A hydrochloride amount is converted by the label's 28 mg base per 32.3 mg (units.py). The same factor serves racemic
    ketamine and arketamine: mirror images have one molar mass, so one factor.
    """
    if unit not in UNITS:
        problems.append(f"{where}: unknown unit '{unit}'; {_not_an_amount(unit) or nearest(unit, UNITS)}")
        return None
    if not isfinite(value) or value <= 0:
        problems.append(f"{where}: an amount must be a number above 0; a session without drug is a 'placebo visit'")
        return None
    factor, per_kg = UNITS[unit]
    amount = round(value * factor * (BASE_PER_HYDROCHLORIDE if salt else 1.0), AMOUNT_DECIMALS)
    if reason := _implausible(amount, per_kg, drug, route):
        problems.append(f"{where}: {reason}")
        return None
    return amount, per_kg


def _implausible(amount: float, per_kg: bool, drug: Drug, route: Route) -> str | None:
    """Why this size is more likely a slip than a dose."""
    if not per_kg and amount < MG_PER_KG_SUSPECTED_BELOW_MG:
        return f"{amount:g} mg is below {MG_PER_KG_SUSPECTED_BELOW_MG:g} mg; was it meant per kilogram (mg/kg)?"
    if not per_kg and amount > LARGEST_PLAUSIBLE_MG:
        return f"{amount:g} mg is above {LARGEST_PLAUSIBLE_MG:g} mg; was it meant in mcg, or lost its decimal point?"
    if per_kg and drug is Drug.ESKETAMINE and route is Route.NASAL:
        return f"nasal esketamine comes in devices of {DEVICE_BASE_MG:g} mg, not per kilogram; write 28, 56 or 84 mg"
    highest = MG_SUSPECTED_ABOVE_MG_PER_KG_IV if route is Route.IV else MG_SUSPECTED_ABOVE_MG_PER_KG
    if per_kg and amount > highest:
        return f"{amount:g} mg/kg {route} is above {highest:g} mg/kg, more than anaesthesia needs; was it meant in mg?"
    if per_kg and amount < SMALLEST_PLAUSIBLE_MG_PER_KG:
        return f"{amount:g} mg/kg is below {SMALLEST_PLAUSIBLE_MG_PER_KG:g} mg/kg; was it converted twice?"
    return None


def session_doses(
    drug: Drug, route: Route, amount: float, per_kg: bool, duration_h: float, where: str, problems: list[str]
) -> tuple[Dose, ...] | None:
    """The doses of one sitting: one, or for nasal esketamine one per spray device, 5 minutes apart."""
    if not (drug is Drug.ESKETAMINE and route is Route.NASAL):
        return (Dose(drug, route, amount, per_kg, 0.0, duration_h),)
    halves = amount / (DEVICE_BASE_MG / 2)
    if halves != round(halves):
        below, above = (int(halves // 2) + step for step in (0, 1))
        choices = [f"{n} device{'s' * (n > 1)} = {n * DEVICE_BASE_MG:g} mg" for n in (below, above) if n]
        problems.append(
            f"{where}: {amount:g} mg base is no whole number of nasal devices of {DEVICE_BASE_MG:g} mg base; "
            f"nearest: {' or '.join(choices)} (14 mg is a half-filled device)"
        )
        return None
    return devices(drug, amount)


def devices(drug: Drug, amount_mg: float) -> tuple[Dose, ...]:
    """Nasal devices of 28 mg base, 5 minutes apart; the last one holds what is left (trials report mean doses)."""
    doses, left_mg = [], amount_mg
    while left_mg > 1e-9:
        doses.append(Dose(drug, Route.NASAL, min(DEVICE_BASE_MG, left_mg), False, len(doses) * DEVICE_GAP_H, 0.0))
        left_mg -= DEVICE_BASE_MG
    return tuple(doses)
