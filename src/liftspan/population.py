"""How people differ, and drawing virtual people as trials enrol them.

Every number of a person comes from a counter: (seed, purpose, block of 256 people). So person 1000 is the same
whether drawn alone, in a batch of ten million, or by another worker.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from math import exp, pi, sqrt
from statistics import NormalDist

import numpy as np

from liftspan.arrays import Array
from liftspan.errors import InvalidInput
from liftspan.frozen import frozen
from liftspan.mood.scales import MADRS
from liftspan.parameters import (
    BODY,
    ENROLMENT_SD_BELOW_MEAN,
    RATING_NOISE_POINTS,
    USUAL_BASELINE_MEAN,
    USUAL_BASELINE_SD,
    body_value,
)
from liftspan.person import NO_COVARIATES, Covariates, People, body_of
from liftspan.units import KG_PER_LB, MINUTES_PER_HOUR

BLOCK = 256
# The order in which a person's kinetic deviates are drawn: append only, or people change.
BODY_DEVIATES = (
    "population_weight_kg",
    "intrinsic_clearance_s_l_per_h",
    "venous_central_l",
    "arterial_central_l",
    "norketamine_clearance_l_per_h",
    "norketamine_central_l",
    "hydroxynorketamine_clearance_s_l_per_h",
    "nasal_share_first",
    "nasal_rate_per_h",
    "nasal_swallowed_rate_per_h",
    "effect_site_rate_per_h",
    "nasal_other_share",
    "nasal_other_rate_per_h",
    "oral_rate_per_h",
    "extended_rate_per_h",
    "sublingual_share",
    "sublingual_rate_per_h",
    "rectal_share",
    "rectal_rate_per_h",
    "intramuscular_share",
    "intramuscular_rate_per_h",
    "subcutaneous_share",
    "subcutaneous_rate_per_h",
)
# One stream of random numbers for each purpose; append only, or people change.
PURPOSES = (
    "body",
    "traits",
    "baseline",
    "trial",
    "trial-time",
    "fluctuation",
    "rating",
    "fluctuation-between",
    "illness",
    "illness-pace",
    "trial-baseline",
)


@dataclass(frozen=True)
class Enrolment:
    """Who a trial takes: body and severity at the door. A spread of 0 makes everyone alike in it."""

    weight_kg: float
    weight_spread: float  # SD of log weight
    age_y: float
    baseline_mean: float | np.ndarray  # observed MADRS at enrolment; (draw, 1) where it is not known exactly
    baseline_sd: float | np.ndarray
    adults_only: bool = True  # mood is answered for adults; the body, by allometry, for children as well

    def __post_init__(self):
        limits = LIMITS if self.adults_only else LIMITS_OF_THE_BODY
        problems = [
            *_problems_of(self.weight_kg, self.age_y, float(np.mean(self.baseline_mean)), limits),
            *_problems_of_spread(self),
        ]
        if problems:
            raise InvalidInput(problems, subject="these people")


# What an adult in treatment can be; outside it the likely cause is a slip of unit or of digit.
LIMITS = (
    ("weight", 30.0, 250.0, "kg", "is it in kilograms, of an adult?"),
    ("age", 18.0, 100.0, "years", "the evidence is of adults; mood is not answered under 18"),
    ("baseline", 7.0, MADRS.maximum, "MADRS points", "below 7 is no depression, above 60 is off the scale"),
)


SPREADS_SUSPECTED = 3.0  # half of all people so far above the usual adult: the unit is another


def pounds_suspected(weights_kg: np.ndarray, column: str) -> str:
    """A caution where the middle one of some weights lies far above the usual adult; else an empty text."""
    usual, middle = BODY["population_weight_kg"], float(np.median(weights_kg))
    if middle <= usual.value * exp(SPREADS_SUSPECTED * usual.spread):
        return ""
    return (
        f"Caution: {column} is in kg, and half of the people weigh {middle:g} kg or more (the usual adult: "
        f"{usual.value:g} kg); pounds? {middle:g} lb are {middle * KG_PER_LB:.3g} kg."
    )


LIMITS_OF_THE_BODY = (
    ("weight", 5.0, 250.0, "kg", "is it in kilograms?"),
    ("age", 1.0, 100.0, "years", "below one year nothing here holds"),
    LIMITS[2],
)


def _problems_of(weight_kg: float, age_y: float, baseline: float, limits=LIMITS) -> Iterator[str]:
    for (name, low, high, unit, cause), value in zip(limits, (weight_kg, age_y, baseline), strict=True):
        if not low <= value <= high:
            yield f"{name} {value:g} is outside {low:g} to {high:g} {unit}: {cause}"


def _problems_of_spread(enrolment: Enrolment) -> Iterator[str]:
    for name in ("weight_spread", "baseline_sd"):
        value = float(np.min(getattr(enrolment, name)))
        if not value >= 0.0:
            yield f"{name} {value:g} must be 0 or more"


def deviates(seed: int, purpose: str, first: int, count: int, rows: int) -> np.ndarray:
    """Standard normal deviates of people `first` .. `first + count - 1`, shape (rows, count).

    Row j of a person does not change when more rows are asked for, nor with the batch it is drawn in.
    """
    stream = PURPOSES.index(purpose)
    blocks = range(first // BLOCK, (first + count - 1) // BLOCK + 1)
    drawn = [
        np.random.Generator(np.random.Philox(key=[seed, (stream << 48) | block])).standard_normal((rows, BLOCK))
        for block in blocks
    ]
    offset = first - blocks[0] * BLOCK
    return np.concatenate(drawn, axis=1)[:, offset : offset + count]


def deviates_at(seed: int, purpose: str, times_h: np.ndarray, count: int) -> np.ndarray:
    """Standard normal deviates that belong to a moment, shape (count, time): the same whatever other times are asked.

    So two treatments, or a treatment and its control, that are rated at one time share that time's luck.
    """
    stream = PURPOSES.index(purpose)
    minutes = np.rint(np.asarray(times_h) * MINUTES_PER_HOUR).astype(int)
    drawn = [np.random.Philox(key=[seed, (stream << 48) | int(minute)]) for minute in minutes]
    return np.stack([np.random.Generator(bits).standard_normal(count) for bits in drawn], axis=1)


def draw_people(
    enrolment: Enrolment, seed: int, draws: int, count: int, covariates: Covariates = NO_COVARIATES
) -> People:
    """Virtual people: `count` bodies, and `draws` x `count` sets of traits and first ratings.

    The bodies are shared by all posterior draws (kinetics are known far better than mood); a person's traits and
    scores are new for each draw. Traits and baselines have shape (draw, person), weight and age (person,).
    """
    body_z = _body_deviates(seed, count)
    weight_kg = enrolment.weight_kg * np.exp(enrolment.weight_spread * body_z["population_weight_kg"])
    age_y = np.full(count, enrolment.age_y)
    body = body_of(weight_kg, age_y, body_z, covariates)

    def by_draw(purpose: str, rows: int) -> np.ndarray:
        return deviates(seed, purpose, 0, draws * count, rows).reshape(rows, draws, count)

    traits_z, baseline_z = by_draw("traits", 2), by_draw("baseline", 3)
    observed = enrolled_scores(enrolment.baseline_mean, enrolment.baseline_sd, baseline_z[0])
    return People(
        weight_kg=weight_kg,
        age_y=age_y,
        body=body,
        sensitivity_z=traits_z[0],
        responsiveness_z=traits_z[1],
        observed_baseline=observed,
        baseline_z=baseline_z[1],
        fluctuation_z=baseline_z[2],
    )


def _body_deviates(seed: int, count: int) -> dict[str, np.ndarray]:
    return dict(zip(BODY_DEVIATES, deviates(seed, "body", 0, count, len(BODY_DEVIATES)), strict=True))


def default_weight_spread() -> float:
    """SD of log weight between adults in the trials (assumed)."""
    return BODY["population_weight_kg"].spread


def enrolled_scores(mean: Array, sd: Array, z: np.ndarray) -> np.ndarray:
    """Observed scores with this mean and SD that were cut by an enrolment threshold below the mean.

    A normal before selection, truncated `ENROLMENT_SD_BELOW_MEAN` SDs below the mean of those enrolled.
    """
    centre, spread, cut = before_selection(mean, sd)
    selected = np.interp(z, *_above_cut(cut))
    return np.clip(centre + spread * selected, 1.0, MADRS.maximum)


@cache
def _above_cut(cut: float) -> tuple[np.ndarray, np.ndarray]:
    """Standard normal deviates, and what they become above `cut`: a grid to interpolate, exact to 1e-4 SD.

    The standard library's normal distribution, since importing SciPy's would cost a fifth of a second at each start.
    """
    normal = NormalDist()
    below = normal.cdf(cut)
    z = np.arange(-6.0, 6.001, 0.02)
    shares = [min(below + (1.0 - below) * normal.cdf(value), 1.0 - 1e-12) for value in z]
    return frozen((z, np.array([normal.inv_cdf(share) for share in shares])))


def before_selection(mean: Array, sd: Array) -> tuple[Array, Array, float]:
    """Mean and SD of scores before the threshold, and the threshold in SDs from that mean.

    Truncation of a normal at `cut` gives mean `hazard` and variance 1 - hazard (hazard - cut), in its own SDs.
    """
    cut = _enrolment_cut()
    hazard = _hazard(cut)
    spread = sd / sqrt(1.0 - hazard * (hazard - cut))
    return mean - hazard * spread, spread, cut


@cache
def _enrolment_cut() -> float:
    """The cut at which the enrolled mean lies ENROLMENT_SD_BELOW_MEAN enrolled SDs above it, by bisection."""
    low, high = -6.0, 2.0
    for _ in range(60):
        cut = 0.5 * (low + high)
        hazard = _hazard(cut)
        above = (hazard - cut) / sqrt(1.0 - hazard * (hazard - cut))
        low, high = (cut, high) if above > ENROLMENT_SD_BELOW_MEAN else (low, cut)
    return 0.5 * (low + high)


def _hazard(cut: float) -> float:
    """Mean of a standard normal above `cut`."""
    return exp(-0.5 * cut**2) / sqrt(2.0 * pi) / (1.0 - NormalDist().cdf(cut))


@dataclass(frozen=True)
class Baseline:
    """A person's first day taken apart: what was true, and what of it was passing; shape (draw, person)."""

    severity: np.ndarray  # true severity on the scale, without error of rating
    fluctuation_logit: np.ndarray  # how far that day was from the person's usual level


def true_baseline(people: People, enrolment: Enrolment, fluctuation_logit: np.ndarray) -> Baseline:
    """Split the observed first score into severity, passing fluctuation and error, given that it was selected.

    The higher a score among those enrolled, the more of it is error and fluctuation: both are drawn from their normal
    distributions given the score. `fluctuation_logit` is the SD of the fluctuation, shape (draw,).
    """
    observed = people.observed_baseline
    # A known score stands for its own stratum: nobody's answer depends on who else is asked about.
    known = np.asarray(enrolment.baseline_sd) == 0.0
    sd = np.where(known, USUAL_BASELINE_SD, enrolment.baseline_sd)
    centre, spread, _ = before_selection(np.where(known, observed, enrolment.baseline_mean), sd)
    error_share = np.minimum(RATING_NOISE_POINTS**2 / spread**2, 0.9)
    error = error_share * (observed - centre)
    error = error + RATING_NOISE_POINTS * np.sqrt(1.0 - error_share) * people.baseline_z
    severity = np.clip(observed - error, 1.0, MADRS.maximum - 1.0)
    points_per_logit = severity * (MADRS.maximum - severity) / MADRS.maximum
    passing = fluctuation_logit[:, None] * points_per_logit
    passing_share = np.minimum(passing**2 / np.maximum(spread**2 - RATING_NOISE_POINTS**2, 1.0), 0.9)
    fluctuation = passing_share * (severity - centre) + passing * np.sqrt(1.0 - passing_share) * people.fluctuation_z
    return Baseline(severity, fluctuation / points_per_logit)


def usual_enrolment(
    weight_kg: float | None, age_y: float | None, baseline: float | None, *, adults_only: bool = True
) -> Enrolment:
    """People as the trials enrolled them, with what is known of these ones in place of the usual."""
    return Enrolment(
        weight_kg=body_value("population_weight_kg") if weight_kg is None else weight_kg,
        weight_spread=default_weight_spread() if weight_kg is None else 0.0,
        age_y=body_value("population_age_y") if age_y is None else age_y,
        baseline_mean=USUAL_BASELINE_MEAN if baseline is None else baseline,
        baseline_sd=USUAL_BASELINE_SD if baseline is None else 0.0,
        adults_only=adults_only,
    )


@dataclass(frozen=True)
class GivenPeople:
    """People of whom weight, age and first score are known: arrays of shape (person,)."""

    weight_kg: np.ndarray
    age_y: np.ndarray
    baseline: np.ndarray


def given_people(given: GivenPeople, seed: int, draws: int) -> tuple[People, Enrolment]:
    """Virtual copies of known people, one of each for every draw: their kinetics and traits are still drawn."""
    problems = [
        f"person {i + 1}: {problem}"
        for i, (weight, age, score) in enumerate(zip(given.weight_kg, given.age_y, given.baseline, strict=True))
        for problem in _problems_of(weight, age, score)
    ]
    if problems:
        raise InvalidInput(problems, subject="these people")
    count = len(given.weight_kg)
    enrolment = Enrolment(
        float(np.mean(given.weight_kg)), 0.0, float(np.mean(given.age_y)), float(np.mean(given.baseline)), 0.0
    )
    drawn = draw_people(enrolment, seed, draws, count)
    body = body_of(given.weight_kg, given.age_y, _body_deviates(seed, count))
    observed = np.broadcast_to(given.baseline, (draws, count)).copy()
    return replace(
        drawn, weight_kg=given.weight_kg, age_y=given.age_y, body=body, observed_baseline=observed
    ), enrolment
