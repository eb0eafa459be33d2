"""Benefit beside risk on a patient's page, and what stands behind its numbers."""

from liftspan.evidence import load_evidence
from liftspan.forecast.answer import Forecast
from liftspan.forecast.day_words import day_text, percent
from liftspan.forecast.outcomes import FOUR_WEEKS_D
from liftspan.forecast.patient import Score
from liftspan.forecast.scales import SCALES
from liftspan.forecast.standing import at_day, moved_text, plan_text
from liftspan.report.balance import gain_beside_risk
from liftspan.report.markup import Html, joined, pairs, table, tag, text
from liftspan.treatment import Drug

RACEMIC = "Racemic ketamine is off label for depression"


def people_text(answer: Forecast) -> str:
    """Who, without what could name the person: the diagnosis is free text and stays out."""
    person = answer.patient.person
    failed = person.failed_treatments
    parts = [
        f"{person.age_y:g} years",
        person.sex,
        f"{person.weight_kg:g} kg",
        "" if failed is None else f"{failed} failed treatments",
        f"oral antidepressant: {person.background}",
        person.setting,
    ]
    return ", ".join(part for part in parts if part)


def status_text(answer: Forecast) -> str:
    """Regulatory status of racemic ketamine, where it is given or planned."""
    sessions = (*answer.patient.sessions, *answer.patient.planned)
    racemic = any(dose.drug == Drug.KETAMINE for session in sessions for dose in session.doses)
    return RACEMIC if racemic else ""


def balance(answer: Forecast) -> Html:
    """What may be gained beside what is risked."""
    risks = answer.risks
    status = f" {RACEMIC}." if status_text(answer) else ""
    exposure = (
        f"In six months from the first session, given and planned: {risks.sessions_in_half_year} sessions and "
        f"{risks.amount_in_half_year_mg:,.0f} mg of base. It is a controlled substance.{status} What going on adds "
        "stands beside each way below."
    )
    return gain_beside_risk(_benefit(answer), risks, exposure, "h3")


def _benefit(answer: Forecast) -> list[str]:
    own = at_day(answer.days, answer.patient.today_d + FOUR_WEEKS_D)
    said = [
        f"{plan_text(answer)}, in four weeks: {percent(own.response)} in response, {percent(own.remission)} in "
        f"remission, {percent(own.relapsed)} relapsed by then."
    ]
    going_on = next((one for one in answer.scenarios if one.judged and one.sessions), None)
    if going_on:
        at = going_on.judged[0]
        said.append(
            f"Going on ({going_on.text}), in four weeks: {percent(at.response)} in response, {percent(at.relapsed)} "
            f"relapsed by then. The drug's own part of the mean score is {at.by_drug:+z.1f} points, beside the same "
            "visits with nothing given."
        )
    return [*said, "A chance is not a promise: the outcome itself is yes or no."]


def basis_of(answer: Forecast) -> Html:
    """What was seen, how the population was weighted, and the parameters."""
    return joined(
        [
            tag("h3", "What was seen"),
            _scores(answer),
            tag("h3", "The people behind this forecast"),
            _people(answer),
            tag("h3", "The model"),
            _model(answer),
        ]
    )


def _scores(answer: Forecast) -> Html:
    caption = "Scores as written down; on the day of a session they were rated before it."
    rows = [
        (day_text(one.day), one.scale, f"{one.value:g}", _suicidal(one), _recall(one)) for one in answer.patient.scores
    ]
    return table(caption, ("Day", "Scale", "Score", "Item on suicidal thoughts", "Looked back"), rows, "numbers")


def _suicidal(one: Score) -> str:
    scale = SCALES[one.scale]
    if not scale.suicidal_item:
        return "none read"
    return "not given" if one.suicidal_item is None else f"{one.suicidal_item} of {scale.suicidal_item_maximum}"


def _recall(one: Score) -> str:
    return "not stated" if one.recall_d is None else f"{day_text(one.recall_d)} days"


def _people(answer: Forecast) -> Html:
    known = answer.known
    refined = ", moved to where the scores want them, because the weights had collapsed" if known.refined else ""
    return pairs(
        {
            "Method": "people of the fitted population, weighted by how likely each would have written these scores",
            "Effective people": f"{known.effective:,.0f} of equal weight would say as much as the {len(known.crowd):,} "
            f"people drawn from {len(known.crowd.members):,} members{refined}",
            "Strangeness": f"{percent(known.p_value)} of the population would have scores stranger than these",
            "Moved from the population": moved_text(answer),
        }
    )


def _model(answer: Forecast) -> Html:
    manifest, trials = answer.manifest, load_evidence().trials
    names = sorted(
        trials[one["trial_id"]].citation if one["trial_id"] in trials else one["trial_id"] for one in manifest["trials"]
    )
    return pairs(
        {
            "Parameters": f"{manifest['status']}; {manifest['method']}",
            "Fitted to": f"{manifest['rows']} published numbers of {len(names)} trials: {'; '.join(names)}",
            "Evidence tables": Html(
                text(f"version {manifest['evidence_version']}, SHA-256 ") + tag("code", manifest["evidence_sha256"])
            ),
            "Versions at the fit": ", ".join(f"{name} {number}" for name, number in manifest["versions"].items()),
        }
    )
