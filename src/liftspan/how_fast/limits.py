"""Where an answer on mood ends: what is refused, what is stretched, and what is assumed."""

from liftspan.errors import OutsideEvidence
from liftspan.evidence import Evidence, NearEvidence
from liftspan.population import Enrolment
from liftspan.treatment import Drug, Regimen, evidence_limits, outside_evidence
from liftspan.units import HOURS_PER_DAY, HOURS_PER_WEEK

# People whom the trials of these tables left out; mood is not answered for them.
EXCLUDED = {
    "pregnancy": "trials of these tables left out pregnancy",
    "psychosis": "trials of these tables left out psychosis",
    "bipolar-1": "trials of these tables left out bipolar I disorder",
}
FITTED_UNTIL_H = 8.0 * HOURS_PER_WEEK
FEW_TRIALS = 3
OLDER_Y = 65.0


def refuse(regimen: Regimen, evidence: Evidence, weight_kg: float, conditions: tuple[str, ...]) -> None:
    """Raise OutsideEvidence with every reason why no trial supports an answer on mood."""
    limits = evidence_limits(evidence.arm_rows.values())
    reasons = outside_evidence(regimen, limits, weight_kg)
    for condition in conditions:
        known = EXCLUDED.get(condition)
        reasons.append(known or f"condition '{condition}' is not known; valid: {', '.join(sorted(EXCLUDED))}")
    if reasons:
        raise OutsideEvidence(reasons, subject="this treatment of these people, outside the evidence on mood")


def extrapolated(regimen: Regimen, enrolment: Enrolment, near: NearEvidence, horizon_h: float) -> tuple[str, ...]:
    """Where the answer goes beyond the rows that it was fitted to; the bands are wide there for a reason."""
    found = []
    if near.trials < FEW_TRIALS and _is_active(regimen):
        found.append(f"only {near.trials} trials near this treatment (same drug, route, like dose and course)")
    if regimen.end_h > FITTED_UNTIL_H:
        found.append("beyond 8 weeks: the fit used no later rows, and trials then select who stays")
    found.append(
        f"time to response and its duration look {horizon_h / HOURS_PER_DAY:g} days ahead; follow-up after stopping "
        "is not in the fit yet"
    )
    if enrolment.age_y >= OLDER_Y:
        found.append("65 years and older: one trial, TRANSFORM-3, which found a smaller change than this answer")
    if not 20.0 <= enrolment.baseline_mean <= 45.0:
        found.append(f"baseline {enrolment.baseline_mean:g}: trials enrolled means of about 20 to 45")
    return tuple(found)


def assumptions_of(question) -> tuple[str, ...]:
    """What was taken for granted, each with where it can be changed."""
    context = question.context
    blinding = (
        "open: everyone knows what is given"
        if context.control.value == "open"
        else (f"blinded against {context.control.value.replace('_', ' ')}, which sets what people expect")
    )
    said = [
        f"setting: {question.setting}, {blinding}; background antidepressant: {question.background}",
        "MADRS rating noise SD 2.5 points; ratings look back at most one day (judged on the published arms)",
        "engagement from arterial S- and R-ketamine; its EC50 and Hill keep pharmacological priors",
    ]
    if "(assumed:" in question.regimen.text:
        said.append(question.regimen.text[question.regimen.text.index("(assumed:") :].strip("()"))
    return tuple(said)


def _is_active(regimen: Regimen) -> bool:
    drugs = {dose.drug for session in regimen.sessions for dose in session.doses}
    return bool(drugs - {Drug.PLACEBO})
