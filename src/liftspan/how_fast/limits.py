"""Where an answer on mood ends: what is refused, what is stretched, and what is assumed."""

from itertools import pairwise

from liftspan.conditions import CONDITIONS, Kind, names_of, refusals
from liftspan.errors import InvalidInput, OutsideEvidence, nearest
from liftspan.evidence import Evidence, NearEvidence
from liftspan.mood.context import Control
from liftspan.population import Enrolment
from liftspan.treatment import Drug, Regimen, Route, evidence_limits, outside_evidence
from liftspan.units import HOURS_PER_DAY, HOURS_PER_WEEK

# People whom the trials of these tables left out; mood is not answered for them.
EXCLUDED = {one.name: one.reason for one in CONDITIONS.values() if one.kind is Kind.EXCLUSION}
FITTED_UNTIL_H = 8.0 * HOURS_PER_WEEK
LATEST_H = 52.0 * HOURS_PER_WEEK
FEW_TRIALS = 3
OLDER_Y = 65.0
# The direction is what `liftspan evidence relapse` shows; a test of those checks fails when it no longer does.
RELAPSE_IS_A_CHECK = (
    "relapse after long courses is not in the likelihood: how far illness moves by itself was chosen on it. What a "
    "continued treatment holds off is less in this model than SUSTAIN-1 saw, and after the last session it loses "
    "response sooner than the follow-up of SYNAPSE did (liftspan evidence relapse)"
)


def check_circumstances(
    control: str | None,
    background: str | None,
    setting: str | None,
    conditions: tuple[str, ...] | str = (),
    at_h: tuple[float, ...] = (),
) -> None:
    """Raise InvalidInput with every word and time that is not known; None stands for what the protocol says.

    Args:
        conditions: of the people, in any spelling of `liftspan.conditions`; one text alone is one condition.
    """
    words = (
        ("control", control, [item.value for item in Control]),
        ("background", background, ["none", "continued", "new"]),
        ("setting", setting, ["outpatient", "inpatient"]),
    )
    problems = [
        f"{name} '{value}' is not known; {nearest(str(value), valid)}"
        for name, value, valid in words
        if value is not None and value not in valid
    ]
    try:
        names_of(conditions)
    except InvalidInput as error:
        problems += error.problems
    problems += [
        f"time {hours:g} h is outside 0 to {LATEST_H:g} h (a year) after the first session"
        for hours in at_h
        if not 0.0 < hours <= LATEST_H
    ]
    if problems:
        raise InvalidInput(problems, subject="this question")


def refuse(regimen: Regimen, evidence: Evidence, weight_kg: float, conditions: tuple[str, ...] | str) -> None:
    """Raise OutsideEvidence with every reason why no trial supports an answer on mood.

    Args:
        conditions: of the people, in any spelling of `liftspan.conditions`: what the trials left out, and what a label
            of the drugs in the plan forbids. Warnings refuse nothing.
    """
    limits = evidence_limits(evidence.arm_rows.values())
    reasons = outside_evidence(regimen, limits, weight_kg)
    for drug, route in sorted(_kinds(regimen)) or [(Drug.PLACEBO, None)]:
        reasons += refusals(conditions, drug, route)
    reasons = list(dict.fromkeys(reasons))
    if reasons:
        raise OutsideEvidence(reasons, subject="this treatment of these people, outside the evidence on mood")


def extrapolated(
    regimen: Regimen, enrolment: Enrolment, oldest_y: float, near: NearEvidence, horizon_h: float
) -> tuple[str, ...]:
    """Where the answer goes beyond the rows that it was fitted to; the bands are wide there for a reason."""
    found = []
    if near.trials < FEW_TRIALS and _is_active(regimen):
        trials = "1 trial" if near.trials == 1 else f"{near.trials or 'no'} trials"
        found.append(f"{trials} near this treatment (same drug, route, like dose and course)")
    if regimen.end_h > FITTED_UNTIL_H:
        found.append("beyond 8 weeks: the fit used no later rows, and trials then select who stays")
    found.append(
        f"what follows after the last session (to day {horizon_h / HOURS_PER_DAY:g}) rests on the fade seen within 8 "
        "weeks"
    )
    found.append(RELAPSE_IS_A_CHECK)
    if len(_kinds(regimen)) > 1:
        found.append("no trial of the tables gave one drug or route after the other, as this plan does")
    if oldest_y >= OLDER_Y:
        found.append("65 years and older: one trial, TRANSFORM-3, which found a smaller change than this answer")
    if not 20.0 <= enrolment.baseline_mean <= 45.0:
        found.append(f"baseline {enrolment.baseline_mean:g}: trials enrolled means of about 20 to 45")
    return tuple(found)


def assumptions_of(question) -> tuple[str, ...]:
    """What was taken for granted, each with where it can be changed."""
    context = question.context
    if context.control is Control.OPEN:
        blinding = "open care: everyone knows what is given"
    else:
        blinding = f"{question.blinding}, which sets what people expect"
    if question.trial_control not in ("", context.control.value):
        blinding += f" (this protocol comes from {question.trial_blinding}: that is another question)"
    said = [
        f"setting: {question.setting}, {blinding}; background antidepressant: {question.background}",
        f"contact with care lasts until a week after day {context.last_visit_h / HOURS_PER_DAY:g}, the last of the "
        "plan, and what it brings then fades",
        "MADRS rating noise SD 2.5 points; ratings look back at most one day (judged on the published arms)",
        "engagement from arterial S- and R-ketamine; its EC50 and Hill keep pharmacological priors",
    ]
    if "(assumed:" in question.regimen.text:
        said.append(question.regimen.text[question.regimen.text.index("(assumed:") :].strip("()"))
    return tuple(said)


def status_of(regimen: Regimen) -> str:
    """Regulatory words for a treatment that is no named protocol; empty when nothing active is given."""
    given = {(dose.drug, dose.route) for session in regimen.sessions for dose in session.doses}
    approved = (Drug.ESKETAMINE, Route.NASAL)
    said = ["off label for depression in this form"] if given - {approved} else []
    if approved in given:
        said.append("esketamine spray: approved for adults with TRD, see label")
    return "; ".join(said)


def cautions(regimen: Regimen) -> tuple[str, ...]:
    """What a reader must know before the numbers: it stands right after the plain sentence."""
    if not _has_daily_doses(regimen):
        return ()
    return (
        "doses on several days in a row build up in this model, which knows no tolerance: the one trial of daily "
        "extended-release tablets (KET01-02) found only 2 to 4 points beyond placebo; this answer is likely too good",
    )


def _kinds(regimen: Regimen) -> set:
    doses = [dose for session in regimen.sessions for dose in session.doses]
    return {(dose.drug, dose.route) for dose in doses if dose.drug is not Drug.PLACEBO}


def _has_daily_doses(regimen: Regimen) -> bool:
    starts_h = [session.start_h for session in regimen.sessions if session.doses]
    return sum(later - earlier <= HOURS_PER_DAY for earlier, later in pairwise(starts_h)) > 1


def _is_active(regimen: Regimen) -> bool:
    return bool(_kinds(regimen))
