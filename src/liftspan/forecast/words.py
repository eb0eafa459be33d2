"""Forecast as text of at most 100 columns, for a clinician: where the patient stands, what comes, what next."""

from collections.abc import Iterable, Sequence
from typing import Any

from liftspan.forecast.answer import Forecast
from liftspan.forecast.care import LONG, Care
from liftspan.forecast.day_words import date_text, day_text, with_date
from liftspan.forecast.next_session import NOT_RANDOMISED, Candidate
from liftspan.forecast.outcomes import DEFINITIONS
from liftspan.forecast.scenarios import Scenario
from liftspan.forecast.standing import NO_PLAN, in_short
from liftspan.forecast.stopping import ASK_TOO
from liftspan.forecast.why import Why
from liftspan.how_fast.words import wrapped

FOR_CLINICIANS = (
    "A forecast for one person is for licensed clinicians. It supports their judgement and never replaces it; nothing "
    "here is an order. Doses are for supervised sessions."
)
RISKS_OF_EACH = "The risks of a session come with each of the three."
THEN_NONE = {
    Care.ON: f"Visits go on after the third session. {RISKS_OF_EACH}",
    Care.UNTIL_LAST_SESSION: "Contact with care is taken to end with the third session: at a short gap that is soon, "
    f"and the week after it shows it. {RISKS_OF_EACH}",
    Care.ENDS_TODAY: f"The last visit is today, whatever sessions come. {RISKS_OF_EACH}",
}
# The checks on maintenance that the fit did not see: said wherever going on and stopping are compared.
HELD_OFF = (
    "This model credits much of what going on holds off to being in care, little to the drug. In SUSTAIN-1 people who "
    "went on with the drug relapsed about half as often as those on placebo sprays at the same visits (26.7 against "
    "45.3 %, 25.8 against 57.6 %), so the drug's share is likely larger than shown here (liftspan evidence relapse)."
)


def as_text(answer: Forecast, reasons: Why | None = None) -> str:
    """The answer as a clinician reads it in a terminal."""
    parts = [
        FOR_CLINICIANS,
        _opening(answer),
        care_text(answer),
        *in_short(answer),
        _days(answer),
        "" if reasons is None else why_text(reasons),
        _candidates(answer),
        *_proposal(answer),
        _scenarios(answer.scenarios),
        HELD_OFF,
        _stopping(answer),
        *_risks(answer),
        _basis(answer),
        "Definitions: " + "; ".join(f"{name}: {text}" for name, text in DEFINITIONS.items()) + ".",
        "Not known: " + "; ".join(answer.limits) + ".",
    ]
    return "\n\n".join(part if "\n" in part else wrapped(part) for part in parts if part) + "\n"


def _opening(answer: Forecast) -> str:
    """Where the record stands."""
    patient = answer.patient
    own = [score for score in patient.scores if score.scale == patient.primary]
    return (
        f"Day {with_date(patient, patient.today_d)}. Sessions given: {len(patient.sessions)}, the last on day "
        f"{with_date(patient, patient.sessions[-1].day)}; planned: {len(patient.planned)}. First {patient.primary} "
        f"{answer.known.course.baseline:g}, last {own[-1].value:g} (day {day_text(own[-1].day)})."
    )


def care_text(answer: Forecast) -> str:
    """In what care all plans are met, and what the other settings are."""
    others = ", ".join(f"--care {care}" for care in Care if care is not answer.care)
    return f"Being in care (--care {answer.care}): {LONG[answer.care]}. Else: {others}."


def _days(answer: Forecast) -> str:
    scale = answer.known.seen.scales[0].name
    head = f"{'day':>7}{'from today':>12}{scale + ', mean':>14}{'90 %':>12}{'response':>10}{'remission':>11}"
    head += f"{'relapsed by':>13}" + (f"{'date':>12}" if answer.patient.calendar else "")
    rows = [
        f"{day_text(day.day):>7}{'+' + day_text(day.day - answer.patient.today_d):>12}{day.mean:>14.1f}"
        f"{f'{day.low:.0f} to {day.high:.0f}':>12}{day.response:>10.0%}{day.remission:>11.0%}{day.relapsed:>13.0%}"
        + (f"{date_text(answer.patient, day.day):>12}" if answer.patient.calendar else "")
        for day in answer.days
    ]
    return "\n".join([head, "-" * len(head), *rows])


def _candidates(answer: Forecast) -> str:
    """Each day for the next session; days that one rule refuses are named together."""
    if answer.unsafe:
        return NO_PLAN
    lines = ["The next session like the last one, by day"]
    allowed = [one for one in answer.candidates if not one.refused]
    if allowed:
        lines += [
            f"{'day':>7}{'gap':>6}{'relapse':>9}{'response':>10}{'a week':>8}{'mean score,':>13}{'relapse by':>12}"
            f"{'sessions in':>13}{'mg in half':>12}",
            f"{'':>7}{'days':>6}{'before':>9}{'before':>10}{'after':>8}{'4 weeks':>13}{'12 weeks':>12}"
            f"{'half a year':>13}{'a year':>12}",
            "-" * 90,
            *(_candidate(one) for one in allowed),
            *_next_three(answer, [one for one in allowed if one.next_three is not None]),
        ]
    refused = _by_rule((one.day, one.refused) for one in answer.candidates)
    return "\n".join([*lines, *(wrapped(f"Refused, day {_listed(days)}: {rule}.") for rule, days in refused.items())])


def _by_rule(refused: Iterable[tuple[Any, Sequence[str]]]) -> dict[str, list]:
    """What is refused, under the first rule against it."""
    found: dict[str, list] = {}
    for what, rules in refused:
        if rules:
            found.setdefault(rules[0], []).append(what)
    return found


def _listed(days: Sequence[float]) -> str:
    if len(days) > 3:
        return f"{day_text(days[0])} to {day_text(days[-1])}"
    return ", ".join(map(day_text, days))


def _candidate(one: Candidate) -> str:
    shares = f"{one.relapse_before:>9.0%}{one.response_before:>10.0%}{one.response_after:>8.0%}"
    return f"{day_text(one.day):>7}{day_text(one.gap_d):>6}{shares}{_going_on(one)}"


def _next_three(answer: Forecast, allowed: Sequence[Candidate]) -> list[str]:
    """Three sessions at the same gap from each day."""
    if not allowed:
        return []
    rows = [
        f"{day_text(one.day):>7}{day_text(one.gap_d):>6}{day_text(three.last_d):>8}{three.relapse_before:>9.0%}"
        f"{three.response_after:>13.0%}{three.expected_score:>13.1f}{three.sessions_half_year:>13}"
        f"{three.dose_half_year_mg:>12,.0f}"
        for one in allowed
        if (three := one.next_three)
    ]
    return [
        "",
        "The next three sessions at that gap, then none; half a year: given and these three, to the third",
        f"{'day':>7}{'gap':>6}{'third':>8}{'relapse':>9}{'response a':>13}{'mean score':>13}{'sessions in':>13}"
        f"{'mg in half':>12}",
        f"{'':>7}{'days':>6}{'on day':>8}{'before':>9}{'week after':>13}{'until then':>13}{'half a year':>13}"
        f"{'a year':>12}",
        "-" * 81,
        *rows,
        wrapped(THEN_NONE[answer.care]),
    ]


def _going_on(one: Candidate) -> str:
    """What going on at the gap brings; no trial went on so where it is not known."""
    if one.expected_score is None:
        return f"{dict(one.blank).get('going_on', ''):>50}"
    return (
        f"{one.expected_score:>13.1f}{one.relapse_by_end:>12.0%}{one.sessions_half_year:>13.0f}"
        f"{one.dose_half_year_mg:>12,.0f}"
    )


def _proposal(answer: Forecast) -> list[str]:
    """The window, on what it rests and what its alternatives buy, or why there is none."""
    one = answer.proposal
    if one.from_d is None:
        return [f"No proposal for the target {one.target}: " + "; ".join(one.reasons) + "."]
    today = answer.patient.today_d
    days = (one.from_d, one.to_d) if one.to_d > one.from_d else (one.from_d,)
    ahead = " to ".join("+" + day_text(day - today) for day in days)
    window = f"day {' to '.join(with_date(answer.patient, day) for day in days)}, {ahead} days"
    said = (
        f"Proposal, to be judged by the clinician: the next session on {window}, to keep {one.target} until then; "
        f"bounded by {one.bounded_by}. {NOT_RANDOMISED} Sooner needs less evidence than later, and each session adds "
        "to what is given in half a year."
    )
    other = [
        f"on day {day_text(alternative.day)}: {alternative.text}: response a week after "
        f"{alternative.response_after:.0%}"
        + ("" if alternative.expected_score is None else f", mean score {alternative.expected_score:.1f}")
        for alternative in one.alternatives
        if alternative.text != answer.patient.sessions[-1].text
    ]
    return [said, *(["Other doses that trials gave: " + "; ".join(other) + "."] if other else [])]


def _scenarios(scenarios: Sequence[Scenario]) -> str:
    """Ways to go on beside the first of them, which is the one that the table of days shows."""
    judged = [one for one in scenarios if one.judged]
    base = judged[0].name
    width = 2 + max(map(len, (one.name for one in judged)))
    lines = [
        f"Ways to go on, the same people in each; difference from '{base}' at 12 weeks: mean (90 % of people),",
        "and what the drug makes of the score then, beyond the same visits without it",
        f"{'':<{width}}{'sessions':>8}{'mg':>7}{'4 weeks':>9}{'resp.':>7}{'12 weeks':>10}{'resp.':>7}{'relapsed':>10}"
        f"{'difference':>20}{'drug':>6}",
        "-" * (width + 84),
    ]
    lines += [
        f"{one.name:<{width}}{one.sessions:>8}{one.dose_mg:>7,.0f}{_judged(one, one.name == base)}" for one in judged
    ]
    lines += [wrapped(f"{one.name}: {one.text}.") for one in judged]
    refused = _by_rule((one.name, one.refused) for one in scenarios)
    lines += [wrapped(f"Refused: {', '.join(names)}: {rule}.") for rule, names in refused.items()]
    return "\n".join(lines)


def _judged(one: Scenario, is_base: bool) -> str:
    near, far = one.judged
    shares = (
        f"{near.mean_score:>9.1f}{near.response:>7.0%}{far.mean_score:>10.1f}{far.response:>7.0%}{far.relapsed:>10.0%}"
    )
    if is_base:
        return shares
    gap = f"{far.difference:+z.1f} ({far.difference_low:+z.0f} to {far.difference_high:+z.0f})"
    return f"{shares}{gap:>20}{far.by_drug:>+z6.1f}" if one.sessions else f"{shares}{gap:>20}"


def _stopping(answer: Forecast) -> str:
    """Chances for those without a response so far, and who decides."""
    found = answer.stopping
    if found is None:
        return ""
    lines = [
        f"No response after {found.sessions_given} sessions. In response a day after further ones at the present gap:",
        f"{'further':>9}{'by day':>8}{'chance':>9}{'without':>9}{'people like this at first':>27}",
    ]
    lines += [
        f"{one.sessions:>9}{day_text(one.day):>8}{one.response:>9.0%}{one.response_without:>9.0%}{one.population:>27.0%}"
        for one in found.chances
        if not one.refused
    ]
    refused = _by_rule((f"{one.sessions} further", one.refused) for one in found.chances)
    lines += [wrapped(f"Refused: {', '.join(which)}: {rule}.") for rule, which in refused.items()]
    lines.append(
        wrapped(
            "Without: on the same day with no further session. Labels judge benefit at the end of induction; whether "
            "to go on belongs to the clinician and the patient (liftspan nonresponse says what trials saw)."
            + (f" {ASK_TOO}." if found.is_long else "")
        )
    )
    return "\n".join(lines)


def _risks(answer: Forecast) -> list[str]:
    risks = answer.risks
    return [
        "Risks of a session: " + "; ".join(text for text, _ in risks.session) + ".",
        f"Cumulative, given and planned in six months from the first session: {risks.sessions_in_half_year} sessions, "
        f"{risks.amount_in_half_year_mg:,.0f} mg of base. " + "; ".join(text for text, _ in risks.course) + ".",
    ]


def _basis(answer: Forecast) -> str:
    known, manifest = answer.known, answer.manifest
    refined = ", moved to where the scores want them, since the weights collapsed on few" if known.refined else ""
    return (
        f"Basis: the population, reweighted by {len(known.seen)} scores after the first one: {len(known.crowd):,} "
        f"people of {len(known.crowd.members):,} members{refined}; effective number {known.effective:,.0f}. Scores as "
        f"strange as these or stranger: {known.p_value:.0%} of the population. Fitted to {manifest['rows']} published "
        f"numbers of {len(manifest['trials'])} trials."
    )


def why_text(reasons: Why) -> str:
    """What moved the number of one day."""
    lines = [
        f"What moved day {day_text(reasons.day)}: the forecast of its score once these scores were known",
        f"{'scores':>7}{'mean':>7}{'90 %':>12}  the last one",
    ]
    lines += [
        f"{step.scores:>7}{step.mean:>7.1f}{f'{step.low:.0f} to {step.high:.0f}':>12}  {step.what}"
        for step in reasons.steps
    ]
    lines += ["", f"{'Severity of that day, MADRS points':<45}{'this patient':>14}{'population':>12}"]
    lines += [f"{part.name:<45}{part.own:>+z14.1f}{part.population:>+z12.1f}" for part in reasons.parts]
    total = [sum(getattr(part, side) for part in reasons.parts) for side in ("own", "population")]
    lines.append(f"{'together':<45}{total[0]:>14.1f}{total[1]:>12.1f}")
    return "\n".join(lines)
