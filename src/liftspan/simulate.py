"""START HERE: a treatment, the people who get it, and the times at which they are rated -> their course.

    dose -> concentration -> engagement -> lift -> severity -> score
    body    body             brain         brain   mood        mood

What the body does is computed once per person (`sittings_of`); engagement and lift once per posterior draw and person
(`_lift`); then `respond` answers with severity, and `simulate` adds trials, fluctuation and rating on top.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from liftspan.arrays import Array, array_namespace, in_order
from liftspan.body.concentration import Matrix, ketamine_stores
from liftspan.body.modes import Stores
from liftspan.brain.engagement import Episode, episodes
from liftspan.compiled import kernels_for
from liftspan.errors import OutsideEvidence
from liftspan.mood.context import Context
from liftspan.mood.scales import MADRS
from liftspan.mood.severity import recall_grid, recalled_h, severity
from liftspan.mood_model import (
    POTENCY,
    drug_lift,
    drug_shift_share,
    first_days,
    illness_variance,
    lift_from_context,
    older_share,
    traits_of,
)
from liftspan.parameters import FLUCTUATION_DAYS, INSTABILITY_DAYS, OLDER_Y, RATING_NOISE_POINTS, TRIAL_TAIL
from liftspan.person import People, some_people
from liftspan.population import Enrolment, deviates, deviates_at, true_baseline
from liftspan.posterior import Posterior
from liftspan.treatment.regimen import Regimen
from liftspan.units import HOURS_PER_DAY

# Posterior draws that are simulated together, alone and times people: small enough to stay near the processor's cache.
DRAWS_AT_ONCE, DRAWS_AND_PEOPLE_AT_ONCE = 25, 5000
# People whose bodies are followed together, and whose levels are: a call costs as much as a hundred people, but what a
# call writes should still stand in a cache when the next one reads it.
BODIES_AT_ONCE = 8192
LEVELS_AT_ONCE, PEOPLE_AT_ONCE = 2048, 4096  # in a response, in a course
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
class Response:
    """What a treatment does to people before luck, trial and rating; times in hours since the first session."""

    times_h: np.ndarray
    s_ng_per_ml: Array  # venous S-ketamine, (person, time)
    r_ng_per_ml: Array
    lift: Array  # logits of severity, (draw, person, time)
    severity: Array  # MADRS points, as if the first score had been the true one, (draw, person, time)


@dataclass(frozen=True)
class Sitting:
    """One kind of sitting of these people: its grid, and S- and R-ketamine at the effect site."""

    episode: Episode
    stores: tuple[Stores, Stores]
    potency: str | None  # name of the potency parameter; None = the unit, racemic ketamine IV

    def levels(self, people: slice, draws: int) -> tuple[Array, Array]:
        """At the nodes of the grid, ng/mL, (person, node)."""
        s, r = (one.levels(self.episode.nodes_h, people) for one in self.stores)
        return (s, r) if draws == 1 else (in_order(s), in_order(r))


@dataclass(frozen=True)
class TrialDeviates:
    """How a trial deviates in each draw, in SDs: context, drug, first days, slow course, and one of each time."""

    context: np.ndarray  # (draw,)
    drug: np.ndarray  # (draw,)
    early: np.ndarray  # (draw,)
    course: np.ndarray  # (draw,)
    time: np.ndarray  # (draw, time)

    def of(self, part: slice) -> "TrialDeviates":
        """Those of some draws."""
        return TrialDeviates(*(getattr(self, name)[part] for name in TrialDeviates.__dataclass_fields__))


def respond(regimen: Regimen, context: Context, people: People, posterior: Posterior, times_h: np.ndarray) -> Response:
    """Concentration, lift and severity of people under a treatment: what `simulate` adds trial, luck and rating to.

    Args: as in `simulate`; `load_posterior().first(1)` is one draw. People of JAX arrays, traced ones too, are followed
    all at once, those of NumPy in blocks.
    """
    if array_namespace(people.weight_kg) is not np:
        sittings, venous = sittings_of(regimen, people), _venous(regimen, people, times_h)
        levels = _levels(sittings, slice(0, len(people)), posterior.size)
        drug = _drug_lift(sittings, levels, posterior.draws, times_h)
        answered = (drug, _circumstances(context, people, posterior.draws, times_h), *_answers(people, posterior.draws))
        return Response(times_h, *venous, *_outcome(*answered, people.observed_baseline))
    shape, dtype = (
        (posterior.size, len(people), len(times_h)),
        np.result_type(people.weight_kg, *posterior.draws.values()),
    )
    venous, lift, points = [], np.empty(shape, dtype), np.empty(shape, dtype)
    circumstances = _circumstances(context, people, posterior.draws, times_h)
    for block in _blocks(len(people), BODIES_AT_ONCE):
        group = people if len(people) <= BODIES_AT_ONCE else some_people(people, block)
        sittings = sittings_of(regimen, group)
        venous.append(_venous(regimen, group, times_h))
        for who in _blocks(len(group), LEVELS_AT_ONCE):
            some, levels = group.traits_only(who), _levels(sittings, who, posterior.size)
            drug = _drug_lift(sittings, levels, posterior.draws, times_h)
            answered = (drug, circumstances, *_answers(some, posterior.draws))
            room = (one[:, block.start + who.start : block.start + who.stop] for one in (lift, points))
            _fill_outcome(answered, some.observed_baseline, *room)
    s, r = venous[0] if len(venous) == 1 else (np.concatenate(one) for one in zip(*venous, strict=True))
    return Response(times_h, s, r, lift, points)


def _venous(regimen: Regimen, people: People, times_h: np.ndarray) -> tuple[Array, Array]:
    """Venous S- and R-ketamine, ng/mL, (person, time)."""
    s, r = ketamine_stores(regimen.sessions, people.body, people.weight_kg, Matrix.VENOUS)
    return s.levels(times_h), r.levels(times_h)


def _levels(sittings: tuple[Sitting, ...], who: slice, draws: int) -> list[tuple[Array, Array]]:
    """At the nodes of each sitting."""
    return [sitting.levels(who, draws) for sitting in sittings]


def _outcome(drug: Array, circumstances: Array, sensitivity: Array, responsiveness: Array, baseline: Array):
    """Lift and severity, (draw, person, time), of people who answer so much to drug and circumstances."""
    lift = _answered(drug, circumstances, sensitivity, responsiveness)
    return lift, severity(baseline[..., None], lift, MADRS.maximum)


def _fill_outcome(answered: tuple[np.ndarray, ...], baseline: np.ndarray, lift: np.ndarray, points: np.ndarray) -> None:
    """The same, compiled where that is asked for."""
    kernels = kernels_for(*answered, baseline, lift)
    if kernels:
        kernels.outcome(*answered, baseline, MADRS.maximum, lift, points)
    else:
        lift[...], points[...] = _outcome(*answered, baseline)


def _answered(drug: Array, circumstances: Array, sensitivity: Array, responsiveness: Array) -> Array:
    return sensitivity[..., None] * drug + responsiveness[..., None] * circumstances[:, None, :]


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
    sittings = sittings_of(regimen, people)
    if trial is None:
        trial = new_trial(seed if trial_seed is None else trial_seed, posterior.size, times_h)
    noise = _noise(seed, people, times_h)
    score = np.empty((posterior.size, len(people), len(times_h)))
    for who in _blocks(len(people), PEOPLE_AT_ONCE):
        levels = _levels(sittings, who, posterior.size)
        draws_at_once = max(1, min(DRAWS_AT_ONCE, DRAWS_AND_PEOPLE_AT_ONCE // (who.stop - who.start)))
        for part in _blocks(posterior.size, draws_at_once):
            values = {name: draws[part] for name, draws in posterior.draws.items()}
            group, trials = people.traits_only(who, part), trial.of(part)
            lift = _lift(sittings, levels, context, group, values, looked_at_h, trials)
            moved = lift[..., inverse.reshape(looks_h.shape)]
            enrolled = _enrolment_of(enrolment, part)
            score[part, who] = _scores(
                moved, weights, group, enrolled, values, times_h, trials.time, noise.of(part, who)
            )
    return Course(times_h, score, people.observed_baseline)


def _blocks(count: int, at_once: int) -> Iterator[slice]:
    """Slices of at most `at_once` that cover 0..count."""
    return (slice(first, min(first + at_once, count)) for first in range(0, count, at_once))


def sittings_of(regimen: Regimen, people: People) -> tuple[Sitting, ...]:
    """The distinct sittings of a regimen with what they give to these people."""
    sittings = []
    for episode in episodes(regimen, body=people.body):
        kinds = {(dose.drug, dose.route) for session in episode.sessions for dose in session.doses}
        if len(kinds) > 1:
            names = " and ".join(sorted(f"{drug.value} {route.value}" for drug, route in kinds))
            raise OutsideEvidence([f"{names} within one day: no trial combined them, and mood has no model of it"])
        (kind,) = kinds
        if kind not in POTENCY:
            raise OutsideEvidence(
                [f"{kind[0].value} by {kind[1].value} has no mood model: no trial of it is in the fit"]
            )
        stores = ketamine_stores(episode.sessions, people.body, people.weight_kg, Matrix.EFFECT_SITE)
        sittings.append(Sitting(episode, stores, POTENCY[kind]))
    return tuple(sittings)


def new_trial(seed: int, draws: int, times_h: np.ndarray) -> TrialDeviates:
    """A new trial for each posterior draw: some trials are stranger than others, so the tails are heavy."""
    context_z, drug_z, early_z, tail_z, course_z = deviates(seed, "trial", 0, draws, 5)
    tail = np.exp(0.5 * TRIAL_TAIL * tail_z)
    times_z = deviates_at(seed, "trial-time", times_h, draws)
    return TrialDeviates(tail * context_z, tail * drug_z, tail * early_z, tail * course_z, times_z)


@dataclass(frozen=True)
class Noise:
    """Deviates of people's ratings and fluctuation; each belongs to a moment, whatever other moments are asked for."""

    rating_z: np.ndarray  # (draw, person, time)
    knot_z: np.ndarray  # of the fluctuation, week by week, (draw, person, knot)
    between_z: np.ndarray  # of the fluctuation between the knots, (draw, person, time)
    illness_z: tuple[np.ndarray, np.ndarray]  # of the course of illness, pace and level, each (draw, person, knot)

    def of(self, part: slice, who: slice) -> "Noise":
        """Those of some draws and people."""
        pace_z, level_z = (z[part, who] for z in self.illness_z)
        return Noise(self.rating_z[part, who], self.knot_z[part, who], self.between_z[part, who], (pace_z, level_z))


def _noise(seed: int, people: People, times_h: np.ndarray) -> Noise:
    draws, count = people.observed_baseline.shape

    def at(purpose: str, moments_h: np.ndarray) -> np.ndarray:
        return deviates_at(seed, purpose, moments_h, draws * count).reshape(draws, count, len(moments_h))

    knots_h = KNOT_H * np.arange(1, int(np.max(times_h) // KNOT_H) + 2)
    return Noise(
        at("rating", times_h),
        at("fluctuation", knots_h),
        at("fluctuation-between", times_h),
        (at("illness-pace", knots_h), at("illness", knots_h)),
    )


def _enrolment_of(enrolment: Enrolment, part: slice) -> Enrolment:
    """The same enrolment for some draws."""
    mean, sd = (
        value[part] if isinstance(value, np.ndarray) else value
        for value in (enrolment.baseline_mean, enrolment.baseline_sd)
    )
    return replace(enrolment, baseline_mean=mean, baseline_sd=sd)


def _drug_lift(sittings, levels, values, times_h) -> Array:
    """Lift from the drug for sensitivity 1, all sittings together, (draw, person, time)."""
    unit = array_namespace(values["lift_per_h"]).ones_like(values["lift_per_h"])
    potencies = [unit if sitting.potency is None else values[sitting.potency] for sitting in sittings]
    parts = [
        drug_lift(sitting.episode, at_site, values, times_h, potency)
        for sitting, at_site, potency in zip(sittings, levels, potencies, strict=True)
    ]
    return sum(parts[1:], start=parts[0]) if parts else array_namespace(unit).zeros((1, 1, 1))


def _circumstances(context, people: People, values, times_h) -> Array:
    """Lift from circumstances for responsiveness 1, (draw, time)."""
    return lift_from_context(context, values, np.asarray(times_h, dtype=people.weight_kg.dtype))


def _answers(people: People, values) -> tuple[Array, Array]:
    """How much people answer to drug and circumstances, each (draw, person)."""
    traits = traits_of(values, people.sensitivity_z, people.responsiveness_z)
    older = older_share(values["older_share"][:, None], people.age_y >= OLDER_Y)
    return traits.sensitivity * older, traits.responsiveness * older


def _lift(sittings, levels, context, people: People, values, times_h, trial: TrialDeviates) -> Array:
    """Lift of each person from drug, circumstances and a trial's own deviations, (draw, person, time)."""
    drug = _drug_lift(sittings, levels, values, times_h)
    drug = drug + (values["trial_drug"] * trial.drug)[:, None, None] * drug_shift_share(np.maximum(drug, 0.0))
    times_h = np.asarray(times_h, dtype=people.weight_kg.dtype)
    lift = _answered(drug, _circumstances(context, people, values, times_h), *_answers(people, values))
    shift = (values["trial_context"] * trial.context)[:, None, None]
    shift = shift + (values["trial_early"] * trial.early)[:, None, None] * first_days(times_h)
    months = np.sqrt(illness_variance(times_h))
    shift = shift + (values["trial_course"] * trial.course)[:, None, None] * months
    return lift + np.where(times_h > 0.0, shift, 0.0)


def _scores(lift, weights, people: People, enrolment, values, times_h, time_z, noise: Noise) -> np.ndarray:
    """Rated scores from the lift at each look, (draw, person, time, look)."""
    first = true_baseline(people, enrolment, values["fluctuation_logit"])
    drift = _drift(first.fluctuation_logit, values, times_h, noise)
    shift = (values["trial_time"][:, None] * time_z)[:, None, :]
    moved = lift - (drift - first.fluctuation_logit[..., None])[..., None] + shift[..., None]
    levels = severity(first.severity[..., None, None], moved, MADRS.maximum)
    recalled = np.sum(levels * weights, axis=-1)
    rated = recalled + RATING_NOISE_POINTS * noise.rating_z
    return np.clip(np.rint(rated), 0.0, MADRS.maximum)


def _drift(first: np.ndarray, values, times_h: np.ndarray, noise: Noise) -> np.ndarray:
    """How far a person is from the level of day 0, logits, (draw, person, time): fluctuation and course of illness."""
    weeks = _fluctuation(first, values["fluctuation_logit"], times_h, noise)
    return weeks + _course_of_illness(values["instability_logit"], times_h, noise.illness_z)


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


def _course_of_illness(sd: np.ndarray, times_h: np.ndarray, illness_z: tuple[np.ndarray, np.ndarray]) -> np.ndarray:
    """How far the illness has moved since the first session by itself, logits, (draw, person, time).

    People enrol in an episode; over months some recover and some fall ill again, whatever is given. Pace follows white
    noise, level follows pace, both with the same time constant; exact from week to week, straight in between.
    """
    step = KNOT_H / (HOURS_PER_DAY * INSTABILITY_DAYS)
    keep, (pace_z, level_z) = np.exp(-step), illness_z
    root = np.linalg.cholesky(_illness_noise(step))
    pace, knots = np.zeros(pace_z.shape[:2]), [np.zeros(pace_z.shape[:2])]
    for z, more_z in zip(np.moveaxis(pace_z, -1, 0), np.moveaxis(level_z, -1, 0), strict=True):
        knots.append(keep * (knots[-1] + step * pace) + root[1, 0] * z + root[1, 1] * more_z)
        pace = keep * pace + root[0, 0] * z
    before = np.minimum((times_h // KNOT_H).astype(int), len(knots) - 2)
    share = (times_h - KNOT_H * before) / KNOT_H
    stacked = np.stack(knots, axis=-1)
    return sd[:, None, None] * ((1.0 - share) * stacked[..., before] + share * stacked[..., before + 1])


def _illness_noise(step: float) -> np.ndarray:
    """Covariance of what one step adds to pace and level, where the level settles at variance 1.

    White noise of intensity 4 answers with exp(-v) in the pace and v exp(-v) in the level, v back in time.
    """
    left = np.exp(-2.0 * step)
    pace = 2.0 * (1.0 - left)
    both = 1.0 - left * (1.0 + 2.0 * step)
    level = 1.0 - left * (1.0 + 2.0 * step + 2.0 * step * step)
    return np.array([[pace, both], [both, level]])
