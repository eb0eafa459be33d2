"""Random-effects meta-analysis of one number a study: what studies agree on, and what a new one may find.

    effect of study i = mean + deviation of its trial (SD tau) + sampling error (SD se_i)

Sources: REML for tau, Viechtbauer, J Educ Behav Stat 30 (2005), 261-293; interval of the mean, Hartung & Knapp,
Stat Med 20 (2001), 3875-3889, never narrower than without their factor, as recommended for few studies by Roever,
Knapp & Friede, BMC Med Res Methodol 15 (2015), 99 (PMC4647507); prediction interval on k - 2 degrees of freedom,
Higgins, Thompson & Spiegelhalter, J R Stat Soc A 172 (2009), 137-159, with that variance of the mean, as
Nagashima, Noma & Furukawa print it, Stat Methods Med Res 28 (2019), 1689-1702.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri, stdtrit

LEAST_FOR_PREDICTION = 3
HALVINGS = 100  # of a bracket: to the last bit of a float


@dataclass(frozen=True)
class Pooled:
    """Several studies as one; None where so few studies cannot tell."""

    studies: int
    estimate: float
    low: float  # interval of the mean of all such studies
    high: float
    predicted_low: float | None  # interval of the true effect in a new study; needs three studies
    predicted_high: float | None
    tau: float | None  # SD between studies, in the unit of the effects; needs two
    i2: float | None  # share of the variation that lies between studies, 0..1
    weights: tuple[float, ...]  # of each study in the mean; sum 1


def pool(effects, standard_errors, level: float = 0.9) -> Pooled:
    """Pool k studies; one study is its own answer, with a normal interval.

    Args:
        effects: shape (study,), on a scale where they add (points, log odds ratios).
        standard_errors: shape (study,), all positive.
        level: of both intervals, equal-tailed.
    """
    y, v = np.asarray(effects, float), np.asarray(standard_errors, float) ** 2
    if y.size == 0 or y.shape != v.shape or not np.all(v > 0.0):
        raise ValueError(f"{y.size} effects with {v.size} standard errors; each study needs both, the second above 0")
    k, upper = y.size, 0.5 + level / 2.0
    if k == 1:
        half = float(ndtri(upper) * np.sqrt(v[0]))
        return Pooled(1, float(y[0]), float(y[0]) - half, float(y[0]) + half, None, None, None, None, (1.0,))
    tau2 = reml_tau2(y, v)
    weights, mean = _weights_and_mean(y, v, tau2)
    spread = np.sum(weights * (y - mean) ** 2) / (k - 1)
    variance = max(spread, 1.0) / np.sum(weights)
    half = stdtrit(k - 1, upper) * np.sqrt(variance)
    low, high = None, None
    if k >= LEAST_FOR_PREDICTION:
        reach = stdtrit(k - 2, upper) * np.sqrt(tau2 + variance)
        low, high = float(mean - reach), float(mean + reach)
    return Pooled(
        studies=k,
        estimate=float(mean),
        low=float(mean - half),
        high=float(mean + half),
        predicted_low=low,
        predicted_high=high,
        tau=float(np.sqrt(tau2)),
        i2=float(tau2 / (tau2 + _typical_variance(v))),
        weights=tuple(float(weight) for weight in weights / np.sum(weights)),
    )


def reml_tau2(y: np.ndarray, v: np.ndarray) -> float:
    """Variance between studies: where the restricted likelihood is stationary, 0 where it only falls."""
    if _slope(y, v, 0.0) <= 0.0:
        return 0.0
    low, high = 0.0, float(np.var(y) + np.mean(v))
    while _slope(y, v, high) > 0.0:
        low, high = high, 2.0 * high
    for _ in range(HALVINGS):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if _slope(y, v, middle) > 0.0 else (low, middle)
    return 0.5 * (low + high)


def _slope(y: np.ndarray, v: np.ndarray, tau2: float) -> float:
    """Twice the derivative of the restricted log likelihood with respect to tau2."""
    weights, mean = _weights_and_mean(y, v, tau2)
    return float(np.sum(weights**2 * (y - mean) ** 2) - np.sum(weights) + np.sum(weights**2) / np.sum(weights))


def _weights_and_mean(y: np.ndarray, v: np.ndarray, tau2: float) -> tuple[np.ndarray, float]:
    weights = 1.0 / (v + tau2)
    return weights, float(np.sum(weights * y) / np.sum(weights))


def _typical_variance(v: np.ndarray) -> float:
    """Sampling variance of a typical study: Higgins & Thompson, Stat Med 21 (2002), 1539-1558."""
    w = 1.0 / v
    return float((v.size - 1) * np.sum(w) / (np.sum(w) ** 2 - np.sum(w**2)))
