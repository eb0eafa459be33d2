"""Effects of one session from effect-site concentrations: static curves, thresholds between people, no files.

`drive` is S-ketamine at the effect site behind ARTERIAL plasma, ng/mL, with R-ketamine added by potency. People
differ in kinetics (the drive) and in sensitivity (`z`, standard normal). No drug gives placebo exactly.
"""

from math import sqrt

import numpy as np

from liftspan.acute.normal import normal_cdf
from liftspan.arrays import Array, array_namespace

SMALLEST_NG_PER_ML = 1e-9  # a logarithm of no drug stays finite and its probability is 0


def drive(s_ng_per_ml: Array, r_ng_per_ml: Array, s_over_r: float) -> Array:
    """S-ketamine with the same effect, ng/mL: R counts by the potency ratio, as in `brain.engagement`."""
    return s_ng_per_ml + r_ng_per_ml / s_over_r


def saturating(drive_ng_per_ml: Array, c50_ng_per_ml: float, hill: float = 1.0) -> Array:
    """Share of the largest effect, 0..1, monotone in the drive."""
    xp = array_namespace(drive_ng_per_ml)
    raised = xp.exp(hill * xp.log(xp.maximum(drive_ng_per_ml, SMALLEST_NG_PER_ML) / c50_ng_per_ml))
    return raised / (1.0 + raised)


def rise(drive_ng_per_ml: Array, z: Array, *, largest: float, c50_ng_per_ml: float, person_spread: float) -> Array:
    """Rise of pressure (mmHg) or heart rate (1/min); people differ by a log-normal factor of mean 1.

    Args:
        drive_ng_per_ml: (..., person, time); z: (..., person); `largest`: of the mean person at saturation.
    """
    factor = np.exp(person_spread * z - 0.5 * person_spread**2)
    return largest * factor[..., None] * saturating(drive_ng_per_ml, c50_ng_per_ml)


def cadss(
    drive_ng_per_ml: Array,
    z: Array,
    *,
    largest: float,
    c50_ng_per_ml: float,
    hill: float,
    spread: float,
) -> Array:
    """CADSS points of a person, not above the maximum of the scale."""
    factor = np.exp(spread * z)
    return np.minimum(largest * factor[..., None] * saturating(drive_ng_per_ml, c50_ng_per_ml, hill), CADSS_MAXIMUM)


CADSS_MAXIMUM = 92.0  # 23 items of 0 to 4


def event_probability(
    drive_ng_per_ml: Array, person_z: Array, *, c50_ng_per_ml: float, spread: float, person_share: float, lag: Array
) -> Array:
    """Probability that a session passes a person's threshold at this drive, 0 without drug, monotone in the drive.

    The log threshold is Normal(log c50 + lag, spread); `person_share` of its variance stays with the person, the rest
    is new in each session. `lag` is habituation so far, in log units of concentration. Shapes broadcast.
    """
    stays, varies = spread * sqrt(person_share), spread * sqrt(1.0 - person_share)
    logs = np.log(np.maximum(drive_ng_per_ml, SMALLEST_NG_PER_ML) / c50_ng_per_ml)
    return np.where(drive_ng_per_ml > 0.0, normal_cdf((logs - lag - stays * person_z) / varies), 0.0)


def with_placebo(drug: Array, placebo: Array) -> Array:
    """Either cause is enough (Abbott's formula): without drug the placebo rate."""
    return 1.0 - (1.0 - drug) * (1.0 - placebo)


def habituated(per_session: float, session: Array, until: int) -> Array:
    """Log units of habituation before session 0, 1, ...; it stops growing after `until` sessions."""
    return per_session * np.minimum(session, until)
