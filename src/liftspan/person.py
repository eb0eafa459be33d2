"""One person's (or many people's) parameters, stage by stage, from published values and standard normal deviates."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from math import log, prod

import numpy as np

from liftspan.arrays import Array, array_namespace
from liftspan.body.physiology import Body, Enantiomer, WayIn
from liftspan.errors import InvalidInput, nearest
from liftspan.parameters import BODY, BodyParameter

ALL = slice(None)
BY_DRAW = ("sensitivity_z", "responsiveness_z", "observed_baseline", "baseline_z", "fluctuation_z")


@dataclass(frozen=True)
class People:
    """Who is treated: arrays of shape (person,)."""

    weight_kg: np.ndarray
    age_y: np.ndarray
    body: Body
    sensitivity_z: np.ndarray  # standard normal deviates of the two traits
    responsiveness_z: np.ndarray
    observed_baseline: np.ndarray  # the score written down at enrolment
    baseline_z: np.ndarray  # deviates of its error of rating, and of the fluctuation of that day
    fluctuation_z: np.ndarray

    def __len__(self) -> int:
        return len(self.weight_kg)

    def traits_only(self, who: slice, draws: slice = ALL) -> "People":
        """Some of them in some draws, for what comes after the body, which stays that of all."""
        by_draw = (getattr(self, name)[draws, who] for name in BY_DRAW)
        return People(self.weight_kg[who], self.age_y[who], self.body, *by_draw)


def some_people(people: People, who: slice) -> People:
    """Some of them, with their bodies."""
    return replace(people.traits_only(who), body=_some(people.body, who))


def _some(record, who: slice):
    """The arrays of a record for some people; one number stays one number for all."""
    if is_dataclass(record):
        return type(record)(*(_some(getattr(record, field.name), who) for field in fields(record)))
    if isinstance(record, tuple):
        return tuple(_some(one, who) for one in record)
    if isinstance(record, Mapping):
        return {name: _some(one, who) for name, one in record.items()}
    return record if np.ndim(record) == 0 else record[who]


@dataclass(frozen=True)
class Covariates:
    """What changes kinetics beside weight and age: factors on typical values, 1 = no change."""

    intrinsic_clearance: float = 1.0  # hepatic
    norketamine_clearance: float = 1.0
    nasal_share: float = 1.0
    gut_loss: float = 1.0  # what the gut wall takes of a swallowed dose: 0 = nothing
    gut_share: float = 1.0  # on what passes the gut wall


NO_COVARIATES = Covariates()
LIVER = "liver-impairment"
COVARIATES = {
    # Perez-Ruixo 2021: kel x 0.36 on the 28.6 % of intrinsic clearance that is not norketamine formation.
    "asian": Covariates(intrinsic_clearance=0.82, norketamine_clearance=0.81),
    "japanese": Covariates(intrinsic_clearance=0.82, norketamine_clearance=0.81, nasal_share=1.34),
    # Ticlopidine (Ashraf 2018: 63 % of hepatic clearance is CYP2B6).
    "cyp2b6-inhibitor": Covariates(intrinsic_clearance=0.37),
    # Clarithromycin, grapefruit: no loss in the gut wall, and the hepatic part that is not CYP2B6 stops.
    # Itraconazole found nothing: a conflict that is left open.
    "cyp3a-inhibitor": Covariates(intrinsic_clearance=0.63, gut_loss=0.0),
    # Rifampicin: intrinsic clearance x 2.0 gives IV x 0.86, then gut share x 0.28 gives oral x 0.14 (Peltoniemi 2012).
    "cyp3a-inducer": Covariates(intrinsic_clearance=2.0, gut_share=0.28),
}


def covariates_of(names: Iterable[str]) -> Covariates:
    """Named covariates together: their factors multiply. Raises InvalidInput for unknown names."""
    names = tuple(names)
    if LIVER in names:
        raise InvalidInput([f"{LIVER}: levels are higher and last longer, but no source gave a number; not modelled"])
    unknown = [name for name in names if name not in COVARIATES]
    if unknown:
        raise InvalidInput([f"covariate '{name}' is not known; {nearest(name, COVARIATES)}" for name in unknown])
    factors = [vars(COVARIATES[name]) for name in names]
    return Covariates(**{field: prod(one[field] for one in factors) for field in Covariates.__dataclass_fields__})


@dataclass(frozen=True)
class _Values:
    """Parameters of some people: the typical value, and what their deviates make of it."""

    table: Mapping[str, BodyParameter]
    deviates: Mapping[str, Array]
    none: Array  # zero deviates, (person,)

    def typical(self, name: str) -> float:
        return self.table[name].value

    def varied(self, name: str) -> Array:
        """Log-normal between people."""
        return self.table[name].value * array_namespace(self.none).exp(self._deviation(name))

    def share(self, name: str, factor: float = 1.0) -> Array:
        """A fraction, normal between people on its logit; `factor` changes the typical one, which stays below 1."""
        typical = min(self.table[name].value * factor, 0.98)
        logit = log(typical / (1.0 - typical))
        return 1.0 / (1.0 + array_namespace(self.none).exp(-logit - self._deviation(name)))

    def _deviation(self, name: str) -> Array:
        return self.table[name].spread * self.deviates.get(name, self.none)


def body_of(
    weight_kg: Array,
    age_y: Array,
    deviates: Mapping[str, Array],
    covariates: Covariates = NO_COVARIATES,
    table: Mapping[str, BodyParameter] = BODY,
) -> Body:
    """Kinetics of people of these weights and ages.

    Args:
        weight_kg, age_y: shape (person,).
        deviates: standard normal deviates by parameter name, shape (person,); a name left out means no deviation.
        covariates: of all of them.
        table: parameters by name; another one than the shipped for checks that leave studies out.

    Volumes scale with weight, flows and clearances with weight^0.75 (assumed allometry); hepatic flow falls after 60.
    """
    values = _Values(table, deviates, 0.0 * weight_kg)
    typical = values.typical
    small, large = _sizes(values, weight_kg, "reference_weight_kg")
    arterial_small, arterial_large = _sizes(values, weight_kg, "arterial_reference_weight_kg")
    gut_share = (1.0 - covariates.gut_loss * (1.0 - typical("gut_share"))) * covariates.gut_share
    norketamine_clearance = values.varied("norketamine_clearance_l_per_h") * covariates.norketamine_clearance
    s, r = _enantiomers(values, age_y, small, arterial_small, covariates)
    return Body(
        s=s,
        r=r,
        gut_share=gut_share,
        venous_volumes_l=(
            values.varied("venous_central_l") * large,
            typical("venous_peripheral_1_l") * large,
            typical("venous_peripheral_2_l") * large,
        ),
        venous_flows_l_per_h=tuple(typical(f"venous_flow_{i}_l_per_h") * small for i in (1, 2)),
        arterial_volumes_l=(
            values.varied("arterial_central_l") * arterial_large,
            typical("arterial_peripheral_1_l") * arterial_large,
            typical("arterial_peripheral_2_l") * arterial_large,
        ),
        arterial_flows_l_per_h=tuple(typical(f"arterial_flow_{i}_l_per_h") * arterial_small for i in (1, 2)),
        norketamine_clearance_l_per_h=norketamine_clearance * small,
        norketamine_volumes_l=(
            values.varied("norketamine_central_l") * large,
            typical("norketamine_peripheral_l") * large,
        ),
        norketamine_flow_l_per_h=typical("norketamine_flow_l_per_h") * small,
        hydroxynorketamine_share=typical("hydroxynorketamine_share"),
        hydroxynorketamine_volumes_l=(
            typical("hydroxynorketamine_central_l") * large,
            typical("hydroxynorketamine_peripheral_l") * large,
        ),
        hydroxynorketamine_flow_l_per_h=typical("hydroxynorketamine_flow_l_per_h") * small,
        effect_site_rate_per_h=values.varied("effect_site_rate_per_h"),
        ways=_ways(values, covariates),
    )


def typical_body(weight_kg: float = 70.0, age_y: float = 45.0) -> Body:
    """The typical adult of that weight and age, as arrays of one person."""
    return body_of(np.array([float(weight_kg)]), np.array([float(age_y)]), {})


def hepatic_extraction(intrinsic_l_per_h: Array, flow_l_per_h: Array) -> Array:
    """Well-stirred liver: share lost in one pass. Source: Rowland, Benet & Graham 1973."""
    return intrinsic_l_per_h / (flow_l_per_h + intrinsic_l_per_h)


def flow_by_age(age_y: Array, loss_per_year: float) -> Array:
    """Hepatic flow relative to that at 60 or younger. Source: Perez-Ruixo 2021."""
    return 1.0 - loss_per_year * array_namespace(age_y).maximum(age_y - 60.0, 0.0)


def _sizes(values: _Values, weight_kg: Array, reference: str) -> tuple[Array, Array]:
    """Factors of flows and clearances, and of volumes, for these weights."""
    relative = weight_kg / values.typical(reference)
    return relative ** values.typical("clearance_exponent"), relative ** values.typical("volume_exponent")


def _enantiomers(values: _Values, age_y, small, arterial_small, covariates: Covariates):
    """S and R: what the liver takes of each, and the clearances that follow."""
    typical = values.typical
    flow = typical("hepatic_flow_l_per_h") * small * flow_by_age(age_y, typical("flow_loss_per_year_over_60"))
    typical_s = _cleared(typical("intrinsic_clearance_s_l_per_h"), typical("hepatic_flow_l_per_h"))
    intrinsic_r = _intrinsic(typical("clearance_ratio_r_over_s") * typical_s, typical("hepatic_flow_l_per_h"))
    ratio_r = intrinsic_r / typical("intrinsic_clearance_s_l_per_h")
    intrinsic_s = values.varied("intrinsic_clearance_s_l_per_h") * small * covariates.intrinsic_clearance
    spread = values.varied("hydroxynorketamine_clearance_s_l_per_h") / typical("hydroxynorketamine_clearance_s_l_per_h")

    def enantiomer(name: str, intrinsic: Array) -> Enantiomer:
        extraction = hepatic_extraction(intrinsic, flow)
        clearance = flow * extraction
        # The arterial set has its own scale; people differ in it as they do in the venous one.
        arterial = typical("arterial_clearance_s_l_per_h") * arterial_small * clearance / (typical_s * small)
        hydroxy = typical(f"hydroxynorketamine_clearance_{name}_l_per_h") * spread * small
        return Enantiomer(clearance, arterial, extraction, hydroxy)

    return enantiomer("s", intrinsic_s), enantiomer("r", intrinsic_s * ratio_r)


def _ways(values: _Values, covariates: Covariates) -> dict[str, WayIn]:
    """Every way in."""
    typical, varied = values.typical, values.varied
    first = values.share("nasal_share_first", covariates.nasal_share)
    other = values.share("nasal_other_share", covariates.nasal_share)
    oral_rate, sublingual, rectal = (
        varied("oral_rate_per_h"),
        values.share("sublingual_share"),
        values.share("rectal_share"),
    )
    oral_to_norketamine = typical("oral_first_pass_to_norketamine")

    nasal_rate, swallowed_rate = varied("nasal_rate_per_h"), varied("nasal_swallowed_rate_per_h")

    def spray(share: Array, rate: Array) -> WayIn:
        swallowing_h = typical("nasal_swallowing_h")
        to_norketamine = typical("nasal_first_pass_to_norketamine")
        return WayIn(share, rate, 0.0, 0.0, 1.0 - share, swallowed_rate, swallowing_h, to_norketamine)

    def swallowed(rate: Array) -> WayIn:
        return WayIn(0.0, rate, 0.0, 0.0, 1.0, rate, 0.0, oral_to_norketamine)

    def injected(name: str) -> WayIn:
        rate = varied(f"{name}_rate_per_h")
        return WayIn(values.share(f"{name}_share"), rate, 0.0, 0.0, 0.0, rate, 0.0, 0.0)

    held = (varied("sublingual_rate_per_h"), typical("sublingual_supply_h"))
    return {
        "nasal": spray(first, nasal_rate),
        "nasal-next": spray(first * typical("nasal_share_ratio_next"), nasal_rate),
        "nasal-other": spray(other, varied("nasal_other_rate_per_h")),
        "oral": swallowed(oral_rate),
        "oral-extended": swallowed(varied("extended_rate_per_h")),
        "sublingual": WayIn(sublingual, *held, 0.0, 1.0 - sublingual, oral_rate, 0.0, oral_to_norketamine),
        # What the rectum does not pass on unchanged appears as norketamine (Yanagihara: as much as after tablets).
        "rectal": WayIn(rectal, varied("rectal_rate_per_h"), 0.0, 1.0 - rectal, 0.0, oral_rate, 0.0, 0.0),
        "im": injected("intramuscular"),
        "sc": injected("subcutaneous"),
    }


def _cleared(intrinsic_l_per_h: float, flow_l_per_h: float) -> float:
    return flow_l_per_h * intrinsic_l_per_h / (flow_l_per_h + intrinsic_l_per_h)


def _intrinsic(clearance_l_per_h: float, flow_l_per_h: float) -> float:
    """Intrinsic clearance at which the well-stirred liver clears this much, at the typical flow."""
    return clearance_l_per_h * flow_l_per_h / (flow_l_per_h - clearance_l_per_h)
