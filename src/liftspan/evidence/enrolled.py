"""People as an arm enrolled them; a first score that the trial does not print is drawn, not assumed to be known."""

from collections.abc import Iterable

import numpy as np

from liftspan.evidence.design import USUAL_INFUSION_MIN, ArmDesign
from liftspan.evidence.records import Arm
from liftspan.mood.scales import MADRS
from liftspan.parameters import (
    USUAL_BASELINE_MEAN,
    USUAL_BASELINE_MEAN_SPREAD,
    USUAL_BASELINE_SD,
    USUAL_BASELINE_SD_SPREAD,
)
from liftspan.population import LIMITS, Enrolment, default_weight_spread, deviates, usual_enrolment
from liftspan.posterior import Posterior
from liftspan.treatment.route import Route

LEAST_MEAN = LIMITS[2][1] + 5.0  # of an imputed baseline: a trial of depression enrols above it


def enrolled(design: ArmDesign, posterior: Posterior, trial_seed: int) -> Enrolment:
    """The people of an arm, for as many draws as the posterior has.

    A printed mean or SD is taken as it is. One that is not printed comes from the posterior where the trial was
    fitted, else from the baselines of the shipped trials with their spread; the arms of a trial share it.
    """
    usual = usual_enrolment(design.weight_kg, design.age_y, None)
    mean_z, sd_z = deviates(trial_seed, "trial-baseline", 0, posterior.size, 2)
    known = posterior.baselines.get(design.trial_id, np.full((posterior.size, 2), np.nan))
    mean, sd = design.baseline_mean, design.baseline_sd
    if design.usual_mean:
        drawn = USUAL_BASELINE_MEAN + USUAL_BASELINE_MEAN_SPREAD * mean_z
        mean = np.clip(np.where(np.isnan(known[:, 0]), drawn, known[:, 0]), LEAST_MEAN, MADRS.maximum - 5.0)[:, None]
    if design.usual_sd:
        drawn = USUAL_BASELINE_SD * np.exp(USUAL_BASELINE_SD_SPREAD * sd_z)
        sd = np.where(np.isnan(known[:, 1]), drawn, known[:, 1])[:, None]
    return Enrolment(usual.weight_kg, default_weight_spread(), usual.age_y, mean, sd)


def filled_design(arm: Arm) -> Iterable[str]:
    """What is said of an infusion without a duration, and of a first score that is not read.

    Args:
        arm: its dose and sessions filled.
    """
    if arm.route == Route.IV and arm.infusion_min is None and arm.dose is not None:
        yield f"infusion: {USUAL_INFUSION_MIN:g} min"
    if arm.baseline_mean is not None and arm.baseline_scale not in ("", MADRS.name):
        yield f"baseline {arm.baseline_mean:g} on {arm.baseline_scale} is not read: only one on MADRS is"


def filled_baseline(design: ArmDesign) -> Iterable[str]:
    """What is said of a baseline that is not printed."""
    spread = f"SD between trials {USUAL_BASELINE_MEAN_SPREAD:g}"
    if design.usual_mean:
        yield f"baseline: {USUAL_BASELINE_MEAN:g} ({spread}), not printed"
    if design.usual_sd:
        yield f"SD of baseline: about {USUAL_BASELINE_SD:g}, not printed"
