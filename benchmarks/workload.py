"""The one workload of the benchmark, for our engine and as a full ODE model of the same equations for everyone else.

Six sessions of 0.5 mg/kg IV ketamine over 40 min in two weeks; venous S- and R-ketamine, lift and severity at 40
readings over 28 days, 13 of them in the first; one posterior draw; people of the shipped population, who differ in
weight, hepatic and volume parameters, ke0 and both traits (see `VARIED`).
"""

from dataclasses import dataclass
from functools import cache

import numpy as np

from liftspan.body.physiology import Body
from liftspan.mood.context import Context, Control
from liftspan.mood.scales import MADRS
from liftspan.mood.severity import severity
from liftspan.mood_model import lift_from_context, traits_of
from liftspan.person import People
from liftspan.population import draw_people, usual_enrolment
from liftspan.posterior import Posterior, load_posterior
from liftspan.simulate import Response, respond
from liftspan.treatment import parse_treatment
from liftspan.treatment.regimen import Regimen

REGIMEN_WORDS = "0.5 mg/kg iv ketamine over 40 min on days 0, 2, 4, 7, 9, 11"
FIRST_DAY_H = (0.25, 0.5, 2.0 / 3.0, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 8.0, 12.0, 18.0, 24.0)
TIMES_H = np.array([*FIRST_DAY_H, *(24.0 * day for day in range(2, 29))])
CONTEXT = Context(Control.OPEN, False, False, 264.0)
VARIED = ("weight", "hepatic clearance", "venous V1", "arterial V1", "ke0", "sensitivity", "responsiveness", "baseline")
SEED = 20261125
# Of one enantiomer: three venous and three arterial compartments as concentrations of the central one, effect site.
STATES = ("v1", "v2", "v3", "a1", "a2", "a3", "e")


@dataclass(frozen=True)
class Model:
    """Numbers of the ODE model: arrays of shape (person,), or one number for all."""

    rates: dict[str, np.ndarray]  # per h, named as in `ode.py`
    values: dict[str, float]  # of the posterior draw


@cache
def regimen() -> Regimen:
    """The treatment."""
    return parse_treatment(REGIMEN_WORDS)


@cache
def posterior() -> Posterior:
    """One draw."""
    return load_posterior().first(1)


@cache
def people(count: int) -> People:
    """The first of an endless row of virtual people."""
    return draw_people(usual_enrolment(None, None, None), SEED, 1, count)


def ours(who: People) -> Response:
    """The answer of our engine."""
    return respond(regimen(), CONTEXT, who, posterior(), TIMES_H)


def model(who: People) -> Model:
    """The same people as rate constants."""
    rates = {}
    for side in "sr":
        rates |= {f"{name}_{side}": value for name, value in _rates(who.body, side, who.weight_kg).items()}
    rates["ke0"] = who.body.effect_site_rate_per_h
    return Model(rates, {name: float(draws[0]) for name, draws in posterior().draws.items()})


def _rates(body: Body, side: str, weight_kg: np.ndarray) -> dict[str, np.ndarray]:
    """Transfer rates between the compartments of one enantiomer, and what an infusion adds to their concentrations."""
    kinetics, (dose,) = getattr(body, side), regimen().sessions[0].doses
    found = {}
    for name, clearance, volumes, flows in (
        ("v", kinetics.clearance_l_per_h, body.venous_volumes_l, body.venous_flows_l_per_h),
        ("a", kinetics.arterial_clearance_l_per_h, body.arterial_volumes_l, body.arterial_flows_l_per_h),
    ):
        found |= {f"{name}10": clearance / volumes[0]}
        for i in (1, 2):
            found |= {f"{name}1{i + 1}": flows[i - 1] / volumes[0], f"{name}{i + 1}1": flows[i - 1] / volumes[i]}
        found[f"{name}in"] = 1000.0 * 0.5 * dose.amount_mg(weight_kg) / dose.duration_h / volumes[0]  # ng/mL per h
    return found


def breaks_h() -> list[tuple[float, float, bool]]:
    """(begin, end, whether an infusion runs) from the first session to the last reading."""
    (dose,) = regimen().sessions[0].doses
    starts = [session.start_h for session in regimen().sessions]
    found = []
    for start_h, following_h in zip(starts, [*starts[1:], TIMES_H[-1]], strict=True):
        found += [(start_h, start_h + dose.duration_h, True), (start_h + dose.duration_h, following_h, False)]
    return found


def from_drug_lift(who: People, drug: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Lift and severity from the drug's lift for sensitivity 1, all (person, time): the algebra behind it."""
    values = posterior().draws
    traits = traits_of(values, who.sensitivity_z, who.responsiveness_z)
    circumstances = lift_from_context(CONTEXT, values, TIMES_H)
    lift = traits.sensitivity[0][:, None] * drug + traits.responsiveness[0][:, None] * circumstances
    return lift, severity(who.observed_baseline[0][:, None], lift, MADRS.maximum)
