"""What the body stage needs to know of a person: volumes, flows, clearances, and how each route absorbs."""

from collections.abc import Mapping
from dataclasses import dataclass

from liftspan.arrays import Array


@dataclass(frozen=True)
class Enantiomer:
    """S- or R-ketamine and its metabolites in these people; every field has shape (person,)."""

    clearance_l_per_h: Array  # venous scale: hepatic flow x extraction
    arterial_clearance_l_per_h: Array  # of the arterial disposition, which feeds the effect site
    hepatic_extraction: Array  # fraction of what reaches the liver that is lost in one pass
    hydroxynorketamine_clearance_l_per_h: Array


@dataclass(frozen=True)
class WayIn:
    """How one form of dose gets in: part straight into the blood, part through gut and liver.

    Fields have shape (person,) or are one number.
    What is neither direct, metabolised on the way nor swallowed is lost.
    """

    direct_share: Array  # reaches the blood unchanged: through mucosa, muscle or skin
    direct_rate_per_h: Array
    direct_supply_h: float  # the drug is set free at a constant rate over this time; 0 = at once
    direct_metabolised_share: Array  # arrives with the direct part, as norketamine
    swallowed_share: Array
    swallowed_rate_per_h: Array
    swallowed_supply_h: float
    first_pass_to_norketamine: Array  # of what gut and liver take from the swallowed part


@dataclass(frozen=True)
class Body:
    """Kinetics of these people, both enantiomers; arrays have shape (person,)."""

    s: Enantiomer
    r: Enantiomer
    gut_share: Array  # fraction of a swallowed dose that passes the gut wall
    venous_volumes_l: tuple  # central, two peripheral
    venous_flows_l_per_h: tuple
    arterial_volumes_l: tuple
    arterial_flows_l_per_h: tuple
    norketamine_clearance_l_per_h: Array
    norketamine_volumes_l: tuple  # central, peripheral
    norketamine_flow_l_per_h: Array
    hydroxynorketamine_share: float  # of norketamine elimination
    hydroxynorketamine_volumes_l: tuple
    hydroxynorketamine_flow_l_per_h: Array
    effect_site_rate_per_h: Array  # ke0
    ways: Mapping[str, WayIn]  # by route, and "nasal-next" for spray devices after the first of a session
