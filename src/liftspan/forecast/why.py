"""What moved one number: each score in turn, and the parts of severity on that day."""

from dataclasses import dataclass, replace

import numpy as np

from liftspan.forecast.ahead import Crowd, look_ahead
from liftspan.forecast.day_words import day_text
from liftspan.forecast.latent import DEVIATES, levels_of, logit, points_at
from liftspan.forecast.person import Known, first_score, know
from liftspan.forecast.plans import context_of, regimen_of
from liftspan.forecast.safety import planned_of
from liftspan.posterior import load_posterior
from liftspan.units import HOURS_PER_DAY

MOST_STEPS = 12  # scores shown one by one; earlier ones are taken together
TRAITS = 2  # of the deviates, those of the person; the others are the clinic's
PARTS = ("severity at the start", "circumstances", "drug", "clinic, course of illness, fluctuation")


@dataclass(frozen=True)
class Step:
    """The forecast of that day once these scores were known."""

    scores: int  # seen by then, after the first one
    what: str  # the score that came last
    mean: float
    low: float
    high: float


@dataclass(frozen=True)
class Part:
    """How many MADRS points of that day's severity a part brings: these people, and the population."""

    name: str
    own: float
    population: float


@dataclass(frozen=True)
class Why:
    """What moved the forecast of one day."""

    day: float
    steps: tuple[Step, ...]
    parts: tuple[Part, ...]


def why(known: Known, day: float, seed: int) -> Why:
    """Forecast a day with more and more of the scores, and take its severity apart."""
    patient = known.patient
    others = [score for score in patient.scores if score is not first_score(patient)]
    counts = [0, *range(max(1, len(others) - MOST_STEPS + 1), len(others) + 1)]
    steps = tuple(_step(known, day, seed, count, others) for count in counts)
    own, population = (_parts(crowd, known, day) for crowd in (known.crowd, known.population))
    parts = tuple(Part(name, *pair) for name, *pair in zip(PARTS, own, population, strict=True))
    return Why(day, steps, parts)


def _step(known: Known, day: float, seed: int, count: int, others) -> Step:
    patient = known.patient
    seen = know(patient, load_posterior(), seed, scores=count, at_d=(day - patient.today_d,))
    planned = planned_of(patient)
    plan, context = regimen_of(patient, planned), context_of(patient, planned, known.care)
    outlook = look_ahead(seen.crowd, plan, context, seen.seen.scales[0])
    score = outlook.score[:, np.argmin(np.abs(outlook.times_h - HOURS_PER_DAY * day))]
    low, high = np.quantile(score, [0.05, 0.95])
    last = others[count - 1] if count else None
    what = f"{last.scale} {last.value:g} on day {day_text(last.day)}" if last else "none but the first"
    return Step(count, what, float(score.mean()), float(low), float(high))


def _parts(crowd: Crowd, known: Known, day: float) -> list[float]:
    """Points that each part adds to the mean severity, in the order of PARTS: each is put on top of those before it."""
    patient, members = known.patient, crowd.members
    planned = planned_of(patient)
    regimen, context = regimen_of(patient, planned), context_of(patient, planned, known.care)
    bare = replace(regimen, sessions=tuple(replace(session, doses=()) for session in regimen.sessions))
    at_h = np.array([HOURS_PER_DAY * day])
    place = int(np.argmin(np.abs(crowd.times_h - at_h)))
    with_drug, without = (levels_of(members, plan, context, at_h) for plan in (regimen, bare))
    of_person = np.arange(len(DEVIATES)) < TRAITS

    def level(levels, which: np.ndarray) -> np.ndarray:
        return levels.mean[crowd.who, 0] + np.sum(levels.loads[crowd.who, 0] * crowd.deviates * which, axis=1)

    everything = level(with_drug, np.ones(len(DEVIATES))) + crowd.paths[:, place]
    reached = [
        logit(members.first.severity)[crowd.who],
        level(without, of_person),
        level(with_drug, of_person),
        everything,
    ]
    means = [float(points_at(one).mean()) for one in reached]
    return [means[0], *np.diff(means).tolist()]
