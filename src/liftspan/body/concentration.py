"""From a session to concentrations: ketamine, norketamine, hydroxynorketamine; venous, arterial and effect site."""

from enum import StrEnum

from liftspan.arrays import Array, array_namespace
from liftspan.body.absorption import entries, is_nothing
from liftspan.body.disposition import three_compartments, three_modes, two_compartments
from liftspan.body.exponentials import Exponentials, first_order
from liftspan.body.modes import Inflow, Modes, Stores, stores_of
from liftspan.body.physiology import Body, Enantiomer
from liftspan.treatment.dose import Session
from liftspan.treatment.regimen import Regimen
from liftspan.units import NG_PER_ML_PER_MG_PER_L


class Analyte(StrEnum):
    """What is measured, of one enantiomer."""

    KETAMINE = "ketamine"
    NORKETAMINE = "norketamine"
    HYDROXYNORKETAMINE = "hydroxynorketamine"


class Matrix(StrEnum):
    """Where it is measured. Metabolites are venous only; never feed arterial C50 values with venous levels."""

    VENOUS = "venous"
    ARTERIAL = "arterial"
    EFFECT_SITE = "effect-site"  # behind the arterial concentration by ke0


SHARES = {"s": "share_s", "r": "share_r"}


def concentration(
    regimen: Regimen, body: Body, weight_kg: Array, times_h: Array, *, enantiomer: str, analyte: Analyte, matrix: Matrix
) -> Array:
    """One analyte of one enantiomer ("s" or "r"), ng/mL, shape (person, time).

    Args:
        weight_kg: shape (person,).
        times_h: hours since the first session, any order, shape (time,).

    Metabolites count in mg of what they are formed from (no correction for molar mass), as the sources fitted them.
    """
    total = 0.0
    for session in regimen.sessions:
        since_h = times_h - session.start_h
        total = total + session_concentration(
            session, body, weight_kg, since_h, enantiomer=enantiomer, analyte=analyte, matrix=matrix
        )
    return total


def session_concentration(
    session: Session, body: Body, weight_kg: Array, times_h: Array, *, enantiomer: str, analyte: Analyte, matrix: Matrix
) -> Array:
    """Contribution of one session, ng/mL, at `times_h` since its start, shape (person, time)."""
    kinetics: Enantiomer = getattr(body, enantiomer)
    as_parent, as_norketamine = dispositions(body, kinetics, analyte, matrix)
    xp = array_namespace(weight_kg, times_h)
    total = xp.zeros((weight_kg.shape[0], times_h.shape[-1]), dtype=weight_kg.dtype)
    for entry in entries(session, body, kinetics, SHARES[enantiomer], weight_kg):
        parent_mg = (entry.amount_mg * entry.parent_share)[:, None]
        total = total + parent_mg * entry.through(as_parent, times_h)
        if as_norketamine is not None and not is_nothing(entry.norketamine_share):
            norketamine_mg = (entry.amount_mg * entry.norketamine_share)[:, None]
            total = total + norketamine_mg * entry.through(as_norketamine, times_h)
    return NG_PER_ML_PER_MG_PER_L * total


def dispositions(
    body: Body, kinetics: Enantiomer, analyte: Analyte, matrix: Matrix
) -> tuple[Exponentials, Exponentials | None]:
    """Response, mg/L, of the analyte to 1 mg entering as ketamine, and to 1 mg entering as norketamine."""
    if analyte is Analyte.KETAMINE:
        return _ketamine(body, kinetics, matrix), None
    if matrix is not Matrix.VENOUS:
        raise ValueError(f"{analyte.value} has a venous model only; asked for {matrix.value}")
    norketamine = two_compartments(
        body.norketamine_clearance_l_per_h, body.norketamine_volumes_l, body.norketamine_flow_l_per_h
    )
    formation = _ketamine(body, kinetics, Matrix.VENOUS).scaled(kinetics.clearance_l_per_h)
    if analyte is Analyte.NORKETAMINE:
        return formation.convolve(norketamine), norketamine
    hydroxylation = norketamine.scaled(body.norketamine_clearance_l_per_h * body.hydroxynorketamine_share)
    hydroxynorketamine = two_compartments(
        kinetics.hydroxynorketamine_clearance_l_per_h,
        body.hydroxynorketamine_volumes_l,
        body.hydroxynorketamine_flow_l_per_h,
    )
    from_norketamine = hydroxylation.convolve(hydroxynorketamine)
    return formation.convolve(from_norketamine), from_norketamine


def _ketamine(body: Body, kinetics: Enantiomer, matrix: Matrix) -> Exponentials:
    if matrix is Matrix.VENOUS:
        return three_compartments(kinetics.clearance_l_per_h, body.venous_volumes_l, body.venous_flows_l_per_h)
    arterial = three_compartments(
        kinetics.arterial_clearance_l_per_h, body.arterial_volumes_l, body.arterial_flows_l_per_h
    )
    if matrix is Matrix.ARTERIAL:
        return arterial
    return arterial.convolve(first_order(body.effect_site_rate_per_h))


def effect_site_levels(
    sessions: tuple[Session, ...], body: Body, weight_kg: Array, times_h: Array
) -> tuple[Array, Array]:
    """Effect-site S- and R-ketamine of several sessions together, ng/mL, each of shape (person, time)."""
    s, r = ketamine_stores(sessions, body, weight_kg, Matrix.EFFECT_SITE)
    return s.levels(times_h), r.levels(times_h)


def ketamine_stores(
    sessions: tuple[Session, ...], body: Body, weight_kg: Array, matrix: Matrix
) -> tuple[Stores, Stores]:
    """S- and R-ketamine of several sessions together: their `levels` are those of `concentration`, for many people."""
    s, r = (_stores(sessions, body, getattr(body, name), share, weight_kg, matrix) for name, share in SHARES.items())
    return s, r


def _stores(sessions, body: Body, kinetics: Enantiomer, share: str, weight_kg: Array, matrix: Matrix) -> Stores:
    """The modes of the disposition, then one for each uptake, with what enters them."""
    disposition = _ketamine_modes(body, kinetics, matrix)
    alike: dict[tuple, list[float]] = {}
    for session in sessions:
        alike.setdefault(session.doses, []).append(session.start_h)
    given = [
        (starts_h, entry)
        for doses, starts_h in alike.items()
        for entry in entries(Session(0.0, doses), body, kinetics, share, weight_kg)
    ]
    uptakes = {id(entry.uptake_rate_per_h): entry.uptake_rate_per_h for _, entry in given}
    through = {key: disposition if rate is None else disposition.then(rate) for key, rate in uptakes.items()}
    own, slots = len(disposition.rates), [key for key, rate in uptakes.items() if rate is not None]
    xp = array_namespace(weight_kg)
    inflows = []
    for starts_h, entry in given:
        key = id(entry.uptake_rate_per_h)
        amplitudes = through[key].amplitudes * (NG_PER_ML_PER_MG_PER_L * entry.amount_mg * entry.parent_share)
        nothing = xp.zeros_like(amplitudes[own:])
        if slots:
            amplitudes = xp.concatenate(
                [amplitudes[:own], *(amplitudes[own:] if key == slot else nothing for slot in slots)]
            )
        jumps = entry.uptake_rate_per_h is None and matrix is not Matrix.EFFECT_SITE
        inflows += [Inflow(start_h + entry.start_h, entry.supply_h, amplitudes, jumps) for start_h in starts_h]
    rates = xp.concatenate([disposition.rates, *(through[slot].rates[own:] for slot in slots)])
    return stores_of(rates, inflows)


def _ketamine_modes(body: Body, kinetics: Enantiomer, matrix: Matrix) -> Modes:
    if matrix is Matrix.VENOUS:
        return three_modes(kinetics.clearance_l_per_h, body.venous_volumes_l, body.venous_flows_l_per_h)
    arterial = three_modes(kinetics.arterial_clearance_l_per_h, body.arterial_volumes_l, body.arterial_flows_l_per_h)
    return arterial if matrix is Matrix.ARTERIAL else arterial.then(body.effect_site_rate_per_h)
