"""What the body stage needs to know of a person: volumes, flows, clearances, and how each route absorbs."""

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
class Nasal:
    """Absorption from a spray: part through the mucosa, the rest swallowed; every field has shape (person,)."""

    mucosal_share_first: Array  # of the first device of a session
    mucosal_share_next: Array  # of each later device: the nose holds only so much
    mucosal_rate_per_h: Array
    swallowed_rate_per_h: Array
    swallowing_h: float  # the swallowed part arrives in the gut at a constant rate over this time


@dataclass(frozen=True)
class Body:
    """Kinetics of these people, both enantiomers; arrays have shape (person,)."""

    s: Enantiomer
    r: Enantiomer
    gut_share: float  # fraction of a swallowed dose that passes the gut wall
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
    nasal: Nasal
