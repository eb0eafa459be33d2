"""Is the forecast calibrated? Patients are simulated, their first scores shown to it, and their later ones ranked.

The patients come from `liftspan.simulate`, the engine that answers for trials; the forecast sees their scores only. If
both say the same of how scores hang together, the rank of a true score among the people of the forecast is uniform.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from liftspan.forecast.ahead import crowd_of, look_ahead
from liftspan.forecast.person import FEWEST_EFFECTIVE, Treated
from liftspan.forecast.scales import SCALES
from liftspan.forecast.straight import Seen
from liftspan.mood.context import Context, Control
from liftspan.mood.severity import RECALL_AT_MOST_H
from liftspan.population import draw_people, usual_enrolment
from liftspan.posterior import Posterior
from liftspan.simulate import simulate
from liftspan.treatment import parse_treatment
from liftspan.units import HOURS_PER_DAY

TREATMENT = "0.5 mg/kg iv ketamine over 40 min, twice weekly for 4 weeks, then weekly until week 13"
RATED_D = (1.0, 3.0, 7.0, 10.0, 14.0, 17.0, 21.0, 28.0, 35.0, 42.0, 49.0, 56.0)
SEEN = (1, 3, 6, 12)  # of these ratings
AHEAD_D = (1.0, 7.0, 28.0)
SAME_DAY_D = 84.0  # forecast by all of them as well: each score should make it sharper
BODIES = 20  # that simulated patients share; kinetics are a small part of how they differ
CROWD = 2000


@dataclass(frozen=True)
class Forecasted:
    """Forecasts of one kind: so many scores seen, so many days ahead; arrays of shape (patient,)."""

    seen: int
    ahead_d: float
    truth: np.ndarray  # the score that was written down
    last: np.ndarray  # the last score seen
    rank: np.ndarray  # share of the forecast below the truth, ties broken by chance
    below: np.ndarray  # share of the forecast strictly below, and at or below the truth: (patient, 2)
    crps: np.ndarray  # of the forecast, points
    crps_population: np.ndarray  # of the population with the same first score and sessions
    sd: np.ndarray  # of the forecast


@dataclass(frozen=True)
class _Patients:
    """Simulated patients: scores at every time, (patient, time)."""

    times_h: np.ndarray
    score: np.ndarray
    baseline: np.ndarray


def simulated_patients(posterior: Posterior, count: int, seed: int) -> _Patients:
    """`count` patients of `count` new trials, each from a draw of the posterior taken at random."""
    rng = np.random.default_rng(seed)
    draws = posterior.at(rng.integers(posterior.size, size=count))
    targets_d = [RATED_D[seen - 1] + ahead for seen in SEEN for ahead in ahead_d(seen)]
    times_h = HOURS_PER_DAY * np.unique([*RATED_D, *targets_d])
    enrolment = usual_enrolment(None, None, None)
    people = draw_people(enrolment, seed, count, BODIES)
    regimen = parse_treatment(TREATMENT)
    course = simulate(regimen, _context(regimen), people, enrolment, draws, times_h, seed=seed)
    each, which = np.arange(count), np.arange(count) % BODIES
    return _Patients(times_h, course.score[each, which], course.observed_baseline[each, which])


def ahead_d(seen: int) -> tuple[float, ...]:
    """Days ahead that are forecast from so many scores: the fixed ones, and the day that all forecast."""
    return tuple(np.unique([*AHEAD_D, SAME_DAY_D - RATED_D[seen - 1]]).tolist())


def study(
    posterior: Posterior,
    count: int,
    seed: int,
    done: Callable[[int, int], None],
    fewest: float = FEWEST_EFFECTIVE,
) -> tuple[Forecasted, ...]:
    """Forecast every patient with each number of scores seen; `done(at, of)` is told of progress.

    Members are moved where fewer than `fewest` people are left; infinity moves them for every patient.
    """
    patients = simulated_patients(posterior, count, seed)
    rng = np.random.default_rng([seed, 1])
    found: dict[tuple[int, float], list] = {}
    for i in range(count):
        for seen, ahead, one in _of_patient(patients, i, posterior, seed + 1 + i, rng, fewest):
            found.setdefault((seen, ahead), []).append(one)
        done(i + 1, count)
    return tuple(
        Forecasted(seen, ahead, *(np.array(column) for column in zip(*rows, strict=True)))
        for (seen, ahead), rows in found.items()
    )


def _of_patient(patients: _Patients, i: int, posterior: Posterior, seed: int, rng, fewest: float):
    """(scores seen, days ahead, fields of Forecasted) of one patient."""
    regimen, scale = parse_treatment(TREATMENT), SCALES["MADRS"]
    # The weight and age that the population usually has: the patient's own weight is drawn around it.
    enrolment = usual_enrolment(None, None, None)
    enrolment = usual_enrolment(enrolment.weight_kg, enrolment.age_y, float(patients.baseline[i]))
    treated = Treated(posterior, enrolment, regimen, _context(regimen), seed)
    for seen in SEEN:
        times_h = HOURS_PER_DAY * (RATED_D[seen - 1] + np.array(ahead_d(seen)))
        rated_h = HOURS_PER_DAY * np.array(RATED_D[:seen])
        at, value = (np.searchsorted(patients.times_h, hours) for hours in (times_h, rated_h))
        scores = patients.score[i]
        shown = Seen(rated_h, scores[value], np.full(seen, RECALL_AT_MOST_H), np.zeros(seen, dtype=int), (scale,))
        found = [treated.learn(known, times_h, fewest).learned for known in (shown, shown.at(slice(0)))]
        crowds = [crowd_of(learned, CROWD, seed) for learned in found]
        own, others = (look_ahead(crowd, regimen, treated.context, scale).score for crowd in crowds)
        for j, ahead in enumerate(ahead_d(seen)):
            truth = scores[at[j]]
            below = (np.mean(own[:, j] < truth), np.mean(own[:, j] <= truth))
            rank = below[0] + rng.random() * (below[1] - below[0])
            both = (crps(own[:, j], truth), crps(others[:, j], truth))
            yield seen, ahead, (truth, scores[value[-1]], rank, below, *both, own[:, j].std())


def _context(regimen) -> Context:
    return Context(Control.OPEN, False, False, regimen.end_h)


def crps(sample: np.ndarray, truth: float) -> float:
    """Continuous ranked probability score of a sample: mean distance to the truth less half that between two of it.

    Source: Gneiting & Raftery, J Am Stat Assoc 102:359 (2007), equation 21.
    """
    ordered, count = np.sort(sample), len(sample)
    weights = 2.0 * np.arange(1, count + 1) - count - 1.0
    return float(np.mean(np.abs(sample - truth)) - np.sum(weights * ordered) / count**2)


def carried_forward_crps(one: Forecasted) -> np.ndarray:
    """CRPS of the last score carried forward, with the errors that this makes in the other patients as its spread."""
    errors = one.truth - one.last
    return np.array([crps(one.last[i] + np.delete(errors, i), one.truth[i]) for i in range(len(errors))])


def summary(studied: tuple[Forecasted, ...]) -> list[Mapping[str, object]]:
    """One row for each kind of forecast, as stored and printed."""
    return [_row(one) for one in studied]


def _row(one: Forecasted) -> Mapping[str, object]:
    own, carried = one.crps.mean(), carried_forward_crps(one).mean()
    return {
        "seen": one.seen,
        "ahead_d": one.ahead_d,
        "patients": len(one.truth),
        **{f"inside_{level}": float(np.mean(_inside(one, level / 100.0))) for level in (50, 80, 90)},
        "crps": float(own),
        "gain_over_last": float(1.0 - own / carried),
        "gain_over_last_alone": float(1.0 - own / np.mean(np.abs(one.truth - one.last))),
        "gain_over_population": float(1.0 - own / one.crps_population.mean()),
        "sd": float(one.sd.mean()),
        "rank": [round(float(value), 4) for value in one.rank],
    }


def _inside(one: Forecasted, level: float) -> np.ndarray:
    """Whether the truth lies inside the central interval, by its rank, since scores are whole numbers."""
    return np.abs(one.rank - 0.5) <= 0.5 * level
