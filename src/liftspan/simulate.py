"""START HERE: a treatment, the people who get it, and the times at which they are rated -> their course.

    dose -> concentration -> engagement -> lift -> severity -> score
    body    body             brain         brain   mood        mood

Everything before `lift` is computed once per person, everything after it per posterior draw and person.
"""

from dataclasses import dataclass

import numpy as np

from liftspan.body.concentration import effect_site_levels
from liftspan.brain.engagement import Episode, episodes
from liftspan.errors import OutsideEvidence
from liftspan.mood.context import Context
from liftspan.mood.scales import MADRS
from liftspan.mood.severity import recall_grid, recalled_h, severity
from liftspan.mood_model import (
    POTENCY,
    drug_lift,
    drug_shift_share,
    first_days,
    lift_from_context,
    older_share,
    traits_of,
)
from liftspan.parameters import FLUCTUATION_DAYS, OLDER_Y, RATING_NOISE_POINTS, TRIAL_TAIL
from liftspan.person import People
from liftspan.population import Enrolment, deviates, deviates_at, true_baseline
from liftspan.posterior import Posterior
from liftspan.treatment.regimen import Regimen
from liftspan.units import HOURS_PER_DAY

# Posterior draws that are simulated together: small enough to stay near the processor's cache.
DRAWS_AT_ONCE = 25
KNOT_H = 168.0  # weeks at which a person's fluctuation is followed exactly


@dataclass(frozen=True)
class Course:
    """What is rated over time; scores have shape (draw, person, time)."""

    times_h: np.ndarray  # since the first session
    score: np.ndarray  # as written down: recalled, with error of rating, within the scale
    observed_baseline: np.ndarray  # (draw, person)

    @property
    def change(self) -> np.ndarray:
        """Score minus the first one, (draw, person, time)."""
        return self.score - self.observed_baseline[..., None]

    def at(self, times_h: np.ndarray) -> "Course":
        """The same course at some of its times."""
        where = np.searchsorted(self.times_h, times_h)
        return Course(self.times_h[where], self.score[..., where], self.observed_baseline)


@dataclass(frozen=True)
class Sitting:
    """One kind of sitting of these people: its grid, and effect-site levels at the nodes, ng/mL, (person, node)."""

    episode: Episode
    levels: tuple[np.ndarray, np.ndarray]
    potency: str | None  # name of the potency parameter; None = the unit, racemic ketamine IV


@dataclass(frozen=True)
class TrialDeviates:
    """How a trial deviates in each draw, in SDs: context, drug, the first days, and one of each time."""

    context: np.ndarray  # (draw,)
    drug: np.ndarray  # (draw,)
    early: np.ndarray  # (draw,)
    time: np.ndarray  # (draw, time)


def simulate(
    regimen: Regimen,
    context: Context,
    people: People,
    enrolment: Enrolment,
    posterior: Posterior,
    times_h: np.ndarray,
    *,
    seed: int,
    trial_seed: int | None = None,
    trial: TrialDeviates | None = None,
) -> Course:
    """Scores of people under a treatment, each posterior draw being another new trial.

    Args:
        regimen: what is given, relative to the first session.
        context: control, background and setting.
        people: from `population.draw_people` for as many draws as the posterior has.
        enrolment: how they were enrolled, which splits their first score into severity, fluctuation and error.
        times_h: hours since the first session, ascending, shape (time,).
        seed: of the trial's and the ratings' deviates; the same seed gives two treatments the same luck.
        trial_seed: of the trial's deviates, where arms share a trial but not their people.
        trial: how this very trial deviates, in place of a new one in each draw.

    Returns: scores on MADRS, shape (draw, person, time).
    """
    looks_h, weights = recall_grid(times_h, recalled_h(times_h))
    looked_at_h, inverse = np.unique(looks_h.ravel(), return_inverse=True)
    sittings = sittings_of(regimen, people, looked_at_h)
    if trial is None:
        trial = new_trial(seed if trial_seed is None else trial_seed, posterior.size, times_h)
    noise = _noise(seed, people, times_h)
    score = np.empty((posterior.size, len(people), len(times_h)))
    for first in range(0, posterior.size, DRAWS_AT_ONCE):
        part = slice(first, first + DRAWS_AT_ONCE)
        values = {name: draws[part] for name, draws in posterior.draws.items()}
        group = _people_of(people, part)
        lift = _lift(sittings, context, group, values, looked_at_h, trial, part)
        moved = lift[..., inverse.reshape(looks_h.shape)]
        score[part] = _scores(moved, weights, group, enrolment, values, times_h, trial.time[part], noise.of(part))
    return Course(times_h, score, people.observed_baseline)


def sittings_of(regimen: Regimen, people: People, times_h: np.ndarray) -> tuple[Sitting, ...]:
    """The distinct sittings of a regimen with the levels they give in these people."""
    sittings = []
    for episode in episodes(regimen, times_h):
        kinds = {(dose.drug, dose.route) for session in episode.sessions for dose in session.doses}
        if len(kinds) > 1:
            names = " and ".join(sorted(f"{drug.value} {route.value}" for drug, route in kinds))
            raise OutsideEvidence([f"{names} within one day: no trial combined them, and mood has no model of it"])
        (kind,) = kinds
        if kind not in POTENCY:
            raise OutsideEvidence(
                [f"{kind[0].value} by {kind[1].value} has no mood model: no trial of it is in the fit"]
            )
        levels = effect_site_levels(episode.sessions, people.body, people.weight_kg, episode.nodes_h)
        sittings.append(Sitting(episode, levels, POTENCY[kind]))
    return tuple(sittings)


def new_trial(seed: int, draws: int, times_h: np.ndarray) -> TrialDeviates:
    """A new trial for each posterior draw: some trials are stranger than others, so the tails are heavy."""
    context_z, drug_z, early_z, tail_z = deviates(seed, "trial", 0, draws, 4)
    tail = np.exp(0.5 * TRIAL_TAIL * tail_z)
    times_z = deviates_at(seed, "trial-time", times_h, draws)
    return TrialDeviates(tail * context_z, tail * drug_z, tail * early_z, times_z)


@dataclass(frozen=True)
class Noise:
    """Deviates of people's ratings and fluctuation; each belongs to a moment, whatever other moments are asked for."""

    rating_z: np.ndarray  # (draw, person, time)
    knot_z: np.ndarray  # of the fluctuation, week by week, (draw, person, knot)
    between_z: np.ndarray  # of the fluctuation between the knots, (draw, person, time)

    def of(self, part: slice) -> "Noise":
        """Those of some draws."""
        return Noise(self.rating_z[part], self.knot_z[part], self.between_z[part])


def _noise(seed: int, people: People, times_h: np.ndarray) -> Noise:
    draws, count = people.observed_baseline.shape

    def at(purpose: str, moments_h: np.ndarray) -> np.ndarray:
        return deviates_at(seed, purpose, moments_h, draws * count).reshape(draws, count, len(moments_h))

    knots_h = KNOT_H * np.arange(1, int(np.max(times_h) // KNOT_H) + 2)
    return Noise(at("rating", times_h), at("fluctuation", knots_h), at("fluctuation-between", times_h))


def _people_of(people: People, part: slice) -> People:
    """The same bodies with the traits and first scores of some draws."""
    return People(
        people.weight_kg,
        people.age_y,
        people.body,
        *(getattr(people, name)[part] for name in list(People.__dataclass_fields__)[3:]),
    )


def _lift(sittings, context, people: People, values, times_h, trial: TrialDeviates, part: slice) -> np.ndarray:
    """Lift of each person from drug, circumstances and the trial's own deviations, (draw, person, time)."""
    drug = np.zeros((1, 1, 1))
    for sitting in sittings:
        potency = 1.0 if sitting.potency is None else values[sitting.potency]
        drug = drug + drug_lift(sitting.episode, sitting.levels, values, times_h, potency)
    drug_shift = (values["trial_drug"] * trial.drug[part])[:, None, None]
    drug = drug + drug_shift * drug_shift_share(np.maximum(drug, 0.0))
    circumstances = lift_from_context(context, values, times_h)[:, None, :]
    traits = traits_of(values, people.sensitivity_z, people.responsiveness_z)
    lift = traits.sensitivity[..., None] * drug + traits.responsiveness[..., None] * circumstances
    lift = lift * older_share(values["older_share"][:, None], people.age_y >= OLDER_Y)[..., None]
    shift = (values["trial_context"] * trial.context[part])[:, None, None]
    shift = shift + (values["trial_early"] * trial.early[part])[:, None, None] * first_days(times_h)
    return lift + np.where(times_h > 0.0, shift, 0.0)


def _scores(lift, weights, people: People, enrolment, values, times_h, time_z, noise: Noise) -> np.ndarray:
    """Rated scores from the lift at each look, (draw, person, time, look)."""
    first = true_baseline(people, enrolment, values["fluctuation_logit"])
    drift = _fluctuation(first.fluctuation_logit, values["fluctuation_logit"], times_h, noise)
    shift = (values["trial_time"][:, None] * time_z)[:, None, :]
    moved = lift - (drift - first.fluctuation_logit[..., None])[..., None] + shift[..., None]
    levels = severity(first.severity[..., None, None], moved, MADRS.maximum)
    recalled = np.sum(levels * weights, axis=-1)
    rated = recalled + RATING_NOISE_POINTS * noise.rating_z
    return np.clip(np.rint(rated), 0.0, MADRS.maximum)


def _fluctuation(first: np.ndarray, sd: np.ndarray, times_h: np.ndarray, noise: Noise) -> np.ndarray:
    """A person's slow fluctuation at each time, logits, (draw, person, time): first order, from that of day 0.

    Exact from week to week; between two weeks each moment has its own deviate around the bridge. So a moment's value
    does not depend on which other moments are asked for.
    """
    step = KNOT_H / (HOURS_PER_DAY * FLUCTUATION_DAYS)
    keep = np.exp(-step)
    level, knots = first, [first]
    for z in np.moveaxis(noise.knot_z, -1, 0):
        level = keep * level + np.sqrt(1.0 - keep * keep) * sd[:, None] * z
        knots.append(level)
    before = np.minimum((times_h // KNOT_H).astype(int), len(knots) - 2)
    since = (times_h - KNOT_H * before) / (HOURS_PER_DAY * FLUCTUATION_DAYS)
    left, right = np.sinh(step - since) / np.sinh(step), np.sinh(since) / np.sinh(step)
    spread = np.sqrt(np.maximum(1.0 - (left**2 + right**2 + 2.0 * left * right * keep), 0.0))
    stacked = np.stack(knots, axis=-1)
    bridge = left * stacked[..., before] + right * stacked[..., before + 1]
    return bridge + spread * sd[:, None, None] * noise.between_z
