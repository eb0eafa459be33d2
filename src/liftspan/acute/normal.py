"""The normal distribution function for arrays, without importing SciPy at each start."""

import numpy as np


def normal_cdf(x):
    """Probability below `x`; absolute error below 1.5e-7 (Abramowitz & Stegun 1964, formula 7.1.26)."""
    y = np.abs(x) * 0.7071067811865476
    t = 1.0 / (1.0 + 0.3275911 * y)
    series = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))))
    tail = 0.5 * series * np.exp(-y * y)
    return np.where(np.asarray(x) < 0.0, tail, 1.0 - tail)
