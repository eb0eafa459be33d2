"""How people differ, and drawing virtual people as trials enrol them.

Every number of a person comes from a counter: (seed, purpose, block of 256 people). So person 1000 is the same
whether drawn alone, in a batch of ten million, or by another worker.
"""

from dataclasses import dataclass
from math import sqrt

import numpy as np
from scipy.special import ndtr, ndtri

from liftspan.errors import InvalidInput
from liftspan.mood.scales import MADRS
from liftspan.parameters import BODY, ENROLMENT_SD_BELOW_MEAN, RATING_NOISE_POINTS, body_value
from liftspan.person import People, body_of

BLOCK = 256
BODY_DEVIATES = tuple(name for name, parameter in BODY.items() if parameter.spread > 0.0)
# One stream of random numbers for each purpose; append only, or people change.
PURPOSES = ("body", "traits", "baseline", "trial", "trial-time", "fluctuation", "rating")


@dataclass(frozen=True)
class Enrolment:
    """Who a trial takes: body and severity at the door. A spread of 0 makes everyone alike in it."""

    weight_kg: float
    weight_spread: float  # SD of log weight
    age_y: float
    baseline_mean: float  # observed MADRS at enrolment
    baseline_sd: float

    def __post_init__(self):
        problems = list(_problems(self))
        if problems:
            raise InvalidInput(problems, subject="these people")


def _problems(enrolment: Enrolment):
    limits = (
        ("weight_kg", 30.0, 250.0, "kg", "is it in kilograms, of an adult?"),
        ("age_y", 18.0, 100.0, "years", "the evidence is of adults"),
        ("baseline_mean", 7.0, MADRS.maximum, "MADRS points", "below 7 is no depression, above 60 is off the scale"),
    )
    for name, low, high, unit, cause in limits:
        value = getattr(enrolment, name)
        if not low <= value <= high:
            yield f"{name}={value:g} is outside {low:g} to {high:g} {unit}: {cause}"
    for name in ("weight_spread", "baseline_sd"):
        value = getattr(enrolment, name)
        if not value >= 0.0:
            yield f"{name}={value:g} must be 0 or more"


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


def draw_people(enrolment: Enrolment, seed: int, draws: int, count: int) -> People:
    """Virtual people: `count` bodies, and `draws` x `count` sets of traits and first ratings.

    The bodies are shared by all posterior draws (kinetics are known far better than mood); a person's traits and
    scores are new for each draw. Traits and baselines have shape (draw, person), weight and age (person,).
    """
    body_z = deviates(seed, "body", 0, count, 1 + len(BODY_DEVIATES))
    weight_kg = enrolment.weight_kg * np.exp(enrolment.weight_spread * body_z[0])
    age_y = np.full(count, enrolment.age_y)
    body = body_of(weight_kg, age_y, dict(zip(BODY_DEVIATES, body_z[1:], strict=True)))

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


def default_weight_spread() -> float:
    """SD of log weight between adults in the trials (assumed)."""
    return BODY["population_weight_kg"].spread


def enrolled_scores(mean: float, sd: float, z: np.ndarray) -> np.ndarray:
    """Observed scores with this mean and SD that were cut by an enrolment threshold below the mean.

    A normal before selection, truncated `ENROLMENT_SD_BELOW_MEAN` SDs below the mean of those enrolled.
    """
    centre, spread, cut = before_selection(mean, sd)
    share_below = ndtr(cut)
    scores = centre + spread * ndtri(share_below + (1.0 - share_below) * ndtr(z))
    return np.clip(scores, 1.0, MADRS.maximum)


def before_selection(mean: float, sd: float) -> tuple[float, float, float]:
    """Mean and SD of scores before the threshold, and the threshold in SDs from that mean.

    Truncation of a normal at `cut` gives mean `hazard` and variance 1 - hazard (hazard - cut), in its own SDs.
    """
    hazard = np.exp(-0.5 * _CUT**2) / sqrt(2.0 * np.pi) / (1.0 - ndtr(_CUT))
    spread = sd / sqrt(1.0 - hazard * (hazard - _CUT))
    return mean - hazard * spread, spread, _CUT


def _solve_cut() -> float:
    """The cut at which the enrolled mean lies ENROLMENT_SD_BELOW_MEAN enrolled SDs above it, by bisection."""
    low, high = -6.0, 2.0
    for _ in range(60):
        cut = 0.5 * (low + high)
        hazard = np.exp(-0.5 * cut**2) / sqrt(2.0 * np.pi) / (1.0 - ndtr(cut))
        above = (hazard - cut) / sqrt(1.0 - hazard * (hazard - cut))
        low, high = (cut, high) if above > ENROLMENT_SD_BELOW_MEAN else (low, cut)
    return 0.5 * (low + high)


_CUT = _solve_cut()


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
    centre, spread, _ = before_selection(enrolment.baseline_mean, max(enrolment.baseline_sd, USUAL_BASELINE_SD))
    observed = people.observed_baseline
    error_share = min(RATING_NOISE_POINTS**2 / spread**2, 0.9)
    error = error_share * (observed - centre)
    error = error + RATING_NOISE_POINTS * sqrt(1.0 - error_share) * people.baseline_z
    severity = np.clip(observed - error, 1.0, MADRS.maximum - 1.0)
    points_per_logit = severity * (MADRS.maximum - severity) / MADRS.maximum
    passing = fluctuation_logit[:, None] * points_per_logit
    passing_share = np.minimum(passing**2 / (spread**2 - RATING_NOISE_POINTS**2), 0.9)
    fluctuation = passing_share * (severity - centre) + passing * np.sqrt(1.0 - passing_share) * people.fluctuation_z
    return Baseline(severity, fluctuation / points_per_logit)


# Median SD of the baseline MADRS over the shipped arms (a test recomputes it): used where everyone has one score.
USUAL_BASELINE_SD = 6.15


def usual_enrolment(weight_kg: float | None, age_y: float | None, baseline: float | None) -> Enrolment:
    """People as the trials enrolled them, with what is known of these ones in place of the usual."""
    return Enrolment(
        weight_kg=body_value("population_weight_kg") if weight_kg is None else weight_kg,
        weight_spread=default_weight_spread() if weight_kg is None else 0.0,
        age_y=body_value("population_age_y") if age_y is None else age_y,
        baseline_mean=USUAL_BASELINE_MEAN if baseline is None else baseline,
        baseline_sd=USUAL_BASELINE_SD if baseline is None else 0.0,
    )


# Median baseline MADRS over the shipped arms (a test recomputes it).
USUAL_BASELINE_MEAN = 34.8
