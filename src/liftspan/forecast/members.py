"""The population behind a forecast: members who share the patient's weight, age and first score.

A member is one posterior draw with a body of its own, a clinic that deviates as a new trial does, and one way in which
the first score may be split into severity, passing fluctuation and error. What is left of a person, given that, is
linear in the logits of severity, and `latent.py` follows it exactly.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from liftspan.body.concentration import Matrix, ketamine_stores
from liftspan.brain.engagement import engagement
from liftspan.brain.plasticity import lift_of_each
from liftspan.mood.context import Context
from liftspan.mood_model import drug_shift_share, kernel_of, lift_from_context, older_share
from liftspan.parameters import OLDER_Y, TRIAL_TAIL
from liftspan.person import People, body_of
from liftspan.population import BODY_DEVIATES, Baseline, Enrolment, deviates, true_baseline
from liftspan.posterior import Posterior
from liftspan.simulate import Sitting, sittings_of
from liftspan.treatment.dose import Session
from liftspan.treatment.regimen import Regimen


@dataclass(frozen=True, eq=False)
class Members:
    """Arrays of shape (member,); compared by identity, so that what a sitting does to them can be kept."""

    values: dict[str, np.ndarray]  # parameters of mood by name
    people: People  # their bodies
    first: Baseline  # severity and fluctuation of day 0
    tail: np.ndarray  # factor on the deviations of the clinic
    drug_z: np.ndarray  # its deviation of the drug effect, SDs
    older: np.ndarray  # factor on all lift at this age

    def __len__(self) -> int:
        return len(self.tail)


@dataclass(frozen=True)
class Lifts:
    """Lift of each member with average traits at each time, logits, (member, time)."""

    drug: np.ndarray
    circumstances: np.ndarray


@dataclass(frozen=True)
class Numbers:
    """What members are made of."""

    z: np.ndarray  # standard normal: body, split of the first score, clinic, (member, number)
    draw: np.ndarray  # place of the posterior draw, (member,)

    def at(self, which: np.ndarray) -> "Numbers":
        """Some of them, in this order."""
        return Numbers(self.z[which], self.draw[which])


def first_numbers(posterior: Posterior, count: int, seed: int) -> Numbers:
    """Numbers of members of the population."""
    _, drug_z, _, tail_z, _ = deviates(seed, "trial", 0, count, 5)
    split_z = deviates(seed, "baseline", 0, count, 3)[1:]
    z = np.vstack([deviates(seed, "body", 0, count, len(BODY_DEVIATES)), split_z, drug_z, tail_z])
    return Numbers(z.T, np.arange(count) % posterior.size)


def members_of(posterior: Posterior, enrolment: Enrolment, numbers: Numbers) -> Members:
    """Members of people of one weight, age and first score (`usual_enrolment` of all three)."""
    values = {name: draws[numbers.draw] for name, draws in posterior.draws.items()}
    *body_z, error_z, fluctuation_z, drug_z, tail_z = numbers.z.T
    weight_kg, age_y = (np.full(len(drug_z), value) for value in (enrolment.weight_kg, enrolment.age_y))
    body, known = body_of(weight_kg, age_y, dict(zip(BODY_DEVIATES, body_z, strict=True))), enrolment.baseline_mean
    # One person of each member's own draw: draws take the place of people. Traits are not the member's.
    split = (np.full((len(drug_z), 1), known), error_z[:, None], fluctuation_z[:, None])
    people = People(weight_kg, age_y, body, np.zeros(0), np.zeros(0), *split)
    first = true_baseline(people, enrolment, values["fluctuation_logit"])
    return Members(
        values=values,
        people=people,
        first=Baseline(first.severity[:, 0], first.fluctuation_logit[:, 0]),
        tail=np.exp(0.5 * TRIAL_TAIL * tail_z),
        drug_z=drug_z,
        older=older_share(values["older_share"], float(enrolment.age_y >= OLDER_Y)),
    )


def lifts_of(members: Members, regimen: Regimen, context: Context, times_h: np.ndarray) -> Lifts:
    """What drug and circumstances lift; times in hours since the first session, ascending.

    Raises OutsideEvidence for drugs and routes without a model of mood.
    """
    drug = np.zeros((len(members), len(times_h)))
    for sitting in sittings_of(regimen, members.people) if len(times_h) else ():
        drug += _drug_of_each(members, sitting, times_h)
    deviation = members.values["trial_drug"] * members.tail * members.drug_z
    drug += deviation[:, None] * drug_shift_share(np.maximum(drug, 0.0))
    return Lifts(drug, lift_from_context(context, members.values, times_h))


def _drug_of_each(members: Members, sitting: Sitting, times_h: np.ndarray) -> np.ndarray:
    """Lift by one kind of sitting, each draw with the body of its own member: (member, time). As `drug_lift`."""
    episode, values = sitting.episode, members.values
    engaged = _engaged(members, episode.sessions, tuple(episode.nodes_h.tolist()))
    lift = lift_of_each(episode, engaged, kernel_of(values), times_h)
    return lift if sitting.potency is None else lift * values[sitting.potency][:, None]


@lru_cache(maxsize=16)  # the plans of one patient are made of a few kinds of sitting
def _engaged(members: Members, sessions: tuple[Session, ...], nodes_h: tuple[float, ...]) -> np.ndarray:
    """Engagement of each member at the nodes of a sitting, (member, node)."""
    people = members.people
    stores = ketamine_stores(sessions, people.body, people.weight_kg, Matrix.EFFECT_SITE)
    curve = {name: members.values[name][:, None] for name in ("ec50_ng_per_ml", "hill", "s_over_r")}
    return engagement(*(one.levels(np.array(nodes_h)) for one in stores), **curve)
