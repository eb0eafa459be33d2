"""What an answer stretches and what nobody knows: the sentences under "not known", computed each time."""

import numpy as np

from liftspan.conditions import to_judge
from liftspan.evidence import Evidence, NearEvidence
from liftspan.how_fast.limits import cautions, extrapolated
from liftspan.how_fast.question import CONTROL_WORDS, Question
from liftspan.mood.context import Control
from liftspan.population import Enrolment
from liftspan.posterior import Posterior
from liftspan.treatment import Regimen, evidence_limits
from liftspan.treatment.durations import durations_outside

SURE = 0.9  # share of draws from which a direction is said: that of the intervals


def not_known(
    question: Question,
    enrolment: Enrolment,
    oldest_y: float,
    near: NearEvidence,
    horizon_h: float,
    evidence: Evidence,
    posterior: Posterior,
) -> tuple[str, ...]:
    """Everything of an answer that goes beyond what it was fitted to."""
    outside = durations_outside(question.regimen, evidence_limits(evidence.arm_rows.values()))
    return (
        *(one.text for one in outside),
        *extrapolated(question.regimen, enrolment, oldest_y, near, horizon_h),
        *open_is_weaker(question.context.control, posterior),
    )


def cautions_of(regimen: Regimen, evidence: Evidence, conditions: tuple[str, ...] = ()) -> tuple[str, ...]:
    """What a reader must know before the numbers; of the people, each condition that a clinician has to judge."""
    outside = durations_outside(regimen, evidence_limits(evidence.arm_rows.values()))
    far = (f"{one.text}; is the unit of the duration right? No trial tells of it" for one in outside if one.far)
    return (*to_judge(conditions), *cautions(regimen), *far)


def open_is_weaker(control: Control, posterior: Posterior) -> tuple[str, ...]:
    """One sentence where open treatment lifts less in this model than treatment blinded against something; else none.

    It is read off the posterior: it goes when a fit no longer says so.
    """
    if control is not Control.OPEN:
        return ()
    opened = posterior.draws[f"expectancy_{Control.OPEN.value}"]
    found = []
    for other in Control:
        blinded = posterior.draws[f"expectancy_{other.value}"]
        share = float(np.mean(opened < blinded))
        if other is not Control.OPEN and share >= SURE:
            found.append(
                f"{CONTROL_WORDS[other.value]} ({np.median(blinded):.2f} logits, in {100 * share:.0f} of 100 draws)"
            )
    if not found:
        return ()
    return (
        f"open care: in this model what people expect lifts them less ({np.median(opened):.2f} logits) than in trials "
        f"blinded against {', '.join(found)}; this is how the fit reads different trial programmes and no finding that "
        "knowing helps less, so open care may do better than this answer",
    )
