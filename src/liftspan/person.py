"""One person's (or many people's) parameters, stage by stage, from published values and standard normal deviates."""

from dataclasses import dataclass
from math import log

import numpy as np

from liftspan.arrays import Array, array_namespace
from liftspan.body.physiology import Body, Enantiomer, Nasal
from liftspan.parameters import BODY, body_value


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


def hepatic_extraction(intrinsic_l_per_h: Array, flow_l_per_h: Array) -> Array:
    """Well-stirred liver: share lost in one pass. Source: Rowland, Benet & Graham 1973."""
    return intrinsic_l_per_h / (flow_l_per_h + intrinsic_l_per_h)


def body_of(weight_kg: Array, age_y: Array, deviates: dict[str, Array]) -> Body:
    """Kinetics of people of these weights and ages.

    Args:
        weight_kg, age_y: shape (person,).
        deviates: standard normal deviates by parameter name, shape (person,); a name left out means no deviation.

    Volumes scale with weight, flows and clearances with weight^0.75 (assumed allometry); hepatic flow falls after 60.
    """
    xp = array_namespace(weight_kg, age_y)

    def varied(name: str) -> Array:
        parameter = BODY[name]
        return parameter.value * xp.exp(parameter.spread * deviates.get(name, 0.0 * weight_kg))

    small = (weight_kg / body_value("reference_weight_kg")) ** body_value("clearance_exponent")
    large = (weight_kg / body_value("reference_weight_kg")) ** body_value("volume_exponent")
    flow = body_value("hepatic_flow_l_per_h") * small * flow_by_age(age_y)
    intrinsic_s = varied("intrinsic_clearance_s_l_per_h") * small
    typical_s = _typical_clearance_l_per_h()
    typical_r = body_value("clearance_ratio_r_over_s") * typical_s
    intrinsic_r = intrinsic_s * (_intrinsic(typical_r) / body_value("intrinsic_clearance_s_l_per_h"))
    arterial_small = (weight_kg / body_value("arterial_reference_weight_kg")) ** body_value("clearance_exponent")
    arterial_large = (weight_kg / body_value("arterial_reference_weight_kg")) ** body_value("volume_exponent")

    def enantiomer(intrinsic: Array, hydroxynorketamine_clearance: Array) -> Enantiomer:
        extraction = hepatic_extraction(intrinsic, flow)
        clearance = flow * extraction
        # The arterial set has its own scale; people differ in it as they do in the venous one.
        arterial = body_value("arterial_clearance_s_l_per_h") * arterial_small * clearance / (typical_s * small)
        return Enantiomer(clearance, arterial, extraction, hydroxynorketamine_clearance * small)

    hnk = xp.exp(
        BODY["hydroxynorketamine_clearance_s_l_per_h"].spread
        * deviates.get("hydroxynorketamine_clearance_s_l_per_h", 0.0 * weight_kg)
    )
    return Body(
        s=enantiomer(intrinsic_s, body_value("hydroxynorketamine_clearance_s_l_per_h") * hnk),
        r=enantiomer(intrinsic_r, body_value("hydroxynorketamine_clearance_r_l_per_h") * hnk),
        gut_share=body_value("gut_share"),
        venous_volumes_l=(
            varied("venous_central_l") * large,
            body_value("venous_peripheral_1_l") * large,
            body_value("venous_peripheral_2_l") * large,
        ),
        venous_flows_l_per_h=(
            body_value("venous_flow_1_l_per_h") * small,
            body_value("venous_flow_2_l_per_h") * small,
        ),
        arterial_volumes_l=(
            varied("arterial_central_l") * arterial_large,
            body_value("arterial_peripheral_1_l") * arterial_large,
            body_value("arterial_peripheral_2_l") * arterial_large,
        ),
        arterial_flows_l_per_h=(
            body_value("arterial_flow_1_l_per_h") * arterial_small,
            body_value("arterial_flow_2_l_per_h") * arterial_small,
        ),
        norketamine_clearance_l_per_h=varied("norketamine_clearance_l_per_h") * small,
        norketamine_volumes_l=(
            varied("norketamine_central_l") * large,
            body_value("norketamine_peripheral_l") * large,
        ),
        norketamine_flow_l_per_h=body_value("norketamine_flow_l_per_h") * small,
        hydroxynorketamine_share=body_value("hydroxynorketamine_share"),
        hydroxynorketamine_volumes_l=(
            body_value("hydroxynorketamine_central_l") * large,
            body_value("hydroxynorketamine_peripheral_l") * large,
        ),
        hydroxynorketamine_flow_l_per_h=body_value("hydroxynorketamine_flow_l_per_h") * small,
        effect_site_rate_per_h=varied("effect_site_rate_per_h"),
        nasal=_nasal(xp, weight_kg, deviates, varied),
    )


def flow_by_age(age_y: Array) -> Array:
    """Hepatic flow relative to that at 60 or younger. Source: Perez-Ruixo 2021."""
    xp = array_namespace(age_y)
    return 1.0 - body_value("flow_loss_per_year_over_60") * xp.maximum(age_y - 60.0, 0.0)


def typical_body(weight_kg: float = 70.0, age_y: float = 45.0) -> Body:
    """The typical adult of that weight and age, as arrays of one person."""
    return body_of(np.array([float(weight_kg)]), np.array([float(age_y)]), {})


def _nasal(xp, weight_kg: Array, deviates: dict[str, Array], varied) -> Nasal:
    parameter = BODY["mucosal_share_first"]
    logit = log(parameter.value / (1.0 - parameter.value))
    first = 1.0 / (1.0 + xp.exp(-logit - parameter.spread * deviates.get(parameter.name, 0.0 * weight_kg)))
    return Nasal(
        mucosal_share_first=first,
        mucosal_share_next=first * body_value("mucosal_share_ratio_next"),
        mucosal_rate_per_h=varied("mucosal_rate_per_h"),
        swallowed_rate_per_h=varied("swallowed_rate_per_h"),
        swallowing_h=body_value("swallowing_h"),
    )


def _typical_clearance_l_per_h() -> float:
    flow, intrinsic = body_value("hepatic_flow_l_per_h"), body_value("intrinsic_clearance_s_l_per_h")
    return flow * intrinsic / (flow + intrinsic)


def _intrinsic(clearance_l_per_h: float) -> float:
    """Intrinsic clearance at which the well-stirred liver clears this much, at the typical flow."""
    flow = body_value("hepatic_flow_l_per_h")
    return clearance_l_per_h * flow / (flow - clearance_l_per_h)
