"""A person's level of severity over time, in logits: a mean, what five deviates add to it, and two wandering paths.

    level(t) = first level - lift(t) + fluctuation(t) - fluctuation(0) + course of illness(t) + moment(t)

Traits and the clinic's deviations enter linearly (`loads`), fluctuation and illness are Gaussian paths, so everything
but the members' own parameters is one normal distribution: no person needs to be drawn to learn from a score.
This restates `simulate` for one person at a time; a test compares the two.
"""

from dataclasses import dataclass

import numpy as np

from liftspan.forecast.members import Members, lifts_of
from liftspan.mood.context import Context
from liftspan.mood.scales import MADRS
from liftspan.mood_model import first_days, illness_variance
from liftspan.parameters import FLUCTUATION_DAYS, INSTABILITY_DAYS
from liftspan.treatment.regimen import Regimen
from liftspan.units import HOURS_PER_DAY

DEVIATES = ("sensitivity", "responsiveness", "context", "early", "course")  # of the person, then of the clinic
# Added to the diagonal of covariances of paths, beside variances of 1: two moments a minute apart are nearly one.
JITTER = 1e-9


@dataclass(frozen=True)
class Levels:
    """Level at each time without the wandering paths: mean (member, time) and loads (member, time, deviate)."""

    mean: np.ndarray
    loads: np.ndarray


def levels_of(members: Members, regimen: Regimen, context: Context, times_h: np.ndarray) -> Levels:
    """Levels at times in hours since the first session, ascending, any sign; nothing is lifted before it."""
    values, tail = members.values, members.tail[:, None]
    lifts = lifts_of(members, regimen, context, np.maximum(times_h, 0.0))
    after = times_h > 0.0
    drug, circumstances = (members.older[:, None] * part * after for part in (lifts.drug, lifts.circumstances))
    rho = values["trait_correlation"][:, None]
    by_context = values["responsiveness_spread"][:, None] * circumstances
    loads = (
        -values["sensitivity_spread"][:, None] * drug - rho * by_context,
        -np.sqrt(1.0 - rho * rho) * by_context,
        -values["trial_context"][:, None] * tail * after,
        -values["trial_early"][:, None] * tail * (first_days(np.maximum(times_h, 0.0)) * after),
        -values["trial_course"][:, None] * tail * np.sqrt(illness_variance(times_h)),
    )
    passing = members.first.fluctuation_logit[:, None] * np.expm1(-_steps(times_h, FLUCTUATION_DAYS))
    level = logit(members.first.severity)[:, None]
    return Levels(level + passing - drug - circumstances, np.stack(loads, axis=-1))


def logit(points: np.ndarray) -> np.ndarray:
    """Level of a severity in MADRS points."""
    return np.log(points / (MADRS.maximum - points))


def points_at(level: np.ndarray) -> np.ndarray:
    """Severity in MADRS points at a level."""
    return MADRS.maximum / (1.0 + np.exp(-level))


def fluctuation_covariance(times_h: np.ndarray, others_h: np.ndarray) -> np.ndarray:
    """Covariance of the slow fluctuation given that of day 0, for SD 1: first order, to both sides of day 0."""
    apart = np.exp(-_steps(times_h[:, None] - others_h, FLUCTUATION_DAYS))
    return apart - np.exp(-_steps(times_h, FLUCTUATION_DAYS)[:, None] - _steps(others_h, FLUCTUATION_DAYS))


def illness_covariance(times_h: np.ndarray, others_h: np.ndarray) -> np.ndarray:
    """Covariance of the slow course of illness for SD 1: white noise through two equal stages, at rest on day 0.

    With s the earlier and s + d the later time in units of the time constant, v integrated back from s:
    4 e^-d int_0^s v (v + d) e^-2v dv.
    """
    early, late = (np.maximum(at(times_h[:, None], others_h), 0.0) for at in (np.minimum, np.maximum))
    gap = _steps(late - early, INSTABILITY_DAYS)
    steps = _steps(early, INSTABILITY_DAYS)
    pace = 1.0 - np.exp(-2.0 * steps) * (1.0 + 2.0 * steps)
    return np.exp(-gap) * (illness_variance(early) + gap * pace)


def _steps(times_h: np.ndarray, days: float) -> np.ndarray:
    return np.abs(times_h) / (HOURS_PER_DAY * days)


@dataclass(frozen=True)
class Wandering:
    """Covariances for SD 1 between two sets of times; `moment` is 1 where both are the same moment."""

    fluctuation: np.ndarray
    illness: np.ndarray
    moment: np.ndarray

    def of(self, members: Members) -> np.ndarray:
        """Covariance of the sum in each member, (member, time, other)."""
        return sum(
            (values**2)[:, None, None] * part
            for values, part in zip(path_sds(members), (self.fluctuation, self.illness, self.moment), strict=True)
        )

    def moved(self, members: Members, pull: np.ndarray) -> np.ndarray:
        """How a pull on the others, (member, person, other), moves the paths, (member, person, time)."""
        fluctuation, illness, _ = ((sd**2)[:, None, None] for sd in path_sds(members))
        return pull @ (fluctuation * self.fluctuation.T + illness * self.illness.T)


def path_sds(members: Members) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """SDs of fluctuation, course of illness and moments of each member."""
    return tuple(members.values[name] for name in ("fluctuation_logit", "instability_logit", "trial_time"))


def wandering(times_h: np.ndarray, others_h: np.ndarray) -> Wandering:
    """Covariances of the three wandering parts."""
    same = (times_h[:, None] == others_h).astype(float)
    return Wandering(fluctuation_covariance(times_h, others_h), illness_covariance(times_h, others_h), same)


def root_of(covariance: np.ndarray) -> np.ndarray:
    """Lower triangular root of a covariance that may be singular to rounding."""
    size = len(covariance)
    return np.linalg.cholesky(
        covariance + JITTER * max(float(np.max(np.diag(covariance), initial=0.0)), 1.0) * np.eye(size)
    )
