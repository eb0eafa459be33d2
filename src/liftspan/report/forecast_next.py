"""The next session on a page: the proposal and what its alternatives buy, each day, ways to go on, when to stop."""

from liftspan.forecast.answer import Forecast
from liftspan.forecast.care import SHORT, Care
from liftspan.forecast.day_words import date_text, day_text, percent, with_date
from liftspan.forecast.next_session import NOT_RANDOMISED, Candidate
from liftspan.forecast.scenarios import GAPS_D, Judged, Scenario
from liftspan.forecast.standing import NO_PLAN
from liftspan.forecast.stopping import ASK_TOO, Chance
from liftspan.forecast.words import HELD_OFF, THEN_NONE
from liftspan.report.markup import Html, bullets, joined, sentence_case, table, tag, valued
from liftspan.units import DAYS_PER_WEEK

HEAD = (
    "Relapse before it",
    "Response before it",
    "Response a week after it",
    "Mean score, 4 weeks",
    "Relapsed in 12 weeks",
    "In half a year",
)
THREE_HEAD = (
    "First on day",
    "Third on day",
    "Relapse before the third",
    "Response a week after it",
    "Mean score until then",
    "Half a year up to the third, with what was given",
)
IN_CARE = {
    Care.ON: "Visits go on whichever day is chosen, and being in care holds much off in this model: so days differ "
    "less here than they may.",
    Care.UNTIL_LAST_SESSION: "Until the session the patient stays in care, and care itself holds much off in this "
    "model: so relapse before a later session is rarer here than in the coming weeks above, which go on without.",
    Care.ENDS_TODAY: "The last visit is today, whichever day is chosen: what differs is the drug.",
}
OWN_PART = "The drug's own part: the mean score minus that of the same visits with nothing given. "
NOT_AN_ORDER = (
    "A proposal is a window to be judged, with what earlier days, later days and other doses would buy. Sooner needs "
    "less evidence than later, and each session adds to what is given in half a year."
)


def proposal_text(answer: Forecast) -> str:
    """The window, or that there is none and why."""
    one, today_d = answer.proposal, answer.patient.today_d
    if one.reasons:
        return f"No proposal for the next session ({one.target}): {'; '.join(one.reasons)}."
    soon, late = map(day_text, (one.from_d - today_d, one.to_d - today_d))
    first, last = (with_date(answer.patient, day) for day in (one.from_d, one.to_d))
    window = (
        f"day {first}, {soon} days from today" if first == last else f"day {first} to {last}, in {soon} to {late} days"
    )
    return (
        f"Proposed for the next session: {window}, to keep {one.target} until then. The window is bounded by "
        f"{one.bounded_by}. {NOT_RANDOMISED}"
    )


def next_session(answer: Forecast) -> Html:
    """Proposal, alternatives, every allowed day, and the refused ones with their rules."""
    parts = [tag("p", proposal_text(answer))]
    if answer.unsafe:
        parts.append(tag("p", NO_PLAN))
    if answer.proposal.alternatives:
        rows = [(_day_of(one, answer), one.text, *_numbers(one)) for one in answer.proposal.alternatives]
        caption = "What earlier and later days, and other doses that trials gave, would buy: chances, mean and amounts."
        parts += [tag("p", NOT_AN_ORDER, class_="note"), table(caption, ("Day", "Treatment", *HEAD), rows, "numbers")]
    allowed = [one for one in answer.candidates if not one.refused]
    if allowed:
        caption = (
            f"The next session like the last one ({allowed[0].text}), by day: chances of this patient. Mean score, "
            "relapse in 12 weeks and half a year: going on at the same gap."
        )
        rows = [(_day_of(one, answer), *_numbers(one)) for one in allowed]
        parts += [table(caption, ("Day", *HEAD), rows, "numbers"), tag("p", IN_CARE[answer.care], class_="note")]
        parts += [_next_three(answer, [one for one in allowed if one.next_three is not None])]
    refused = [one for one in answer.candidates if one.refused]
    if refused:
        caption = "Days that are refused, and the rule."
        rows = [(days, rule) for rule, days in refused_days(refused).items()]
        parts.append(table(caption, ("Refused", "Rule"), rows, "said"))
    return joined(parts)


def _next_three(answer: Forecast, allowed: list[Candidate]) -> Html:
    """Three sessions at the same gap from each day."""
    rows = [
        (
            _day_of(one, answer),
            day_text(three.last_d),
            percent(three.relapse_before),
            percent(three.response_after),
            f"{three.expected_score:.1f}",
            f"{three.sessions_half_year} sessions, {three.dose_half_year_mg:,.0f} mg",
        )
        for one in allowed
        if (three := one.next_three)
    ]
    caption = "The next three sessions at the same gap, then none: what they would bring."
    return joined(
        [table(caption, THREE_HEAD, rows, "numbers"), tag("p", THEN_NONE[answer.care], class_="note")] if rows else []
    )


def _day_of(one: Candidate, answer: Forecast) -> str:
    ahead = day_text(one.day - answer.patient.today_d)
    date = date_text(answer.patient, one.day)
    when = f"{'today' if ahead == '0' else f'+{ahead}'}{f', {date}' if date else ''}"
    return f"{day_text(one.day)} ({when}; gap {day_text(one.gap_d)})"


def _numbers(one: Candidate) -> tuple[str, ...]:
    shares = (percent(one.relapse_before), percent(one.response_before), percent(one.response_after))
    if one.expected_score is None:
        return (*shares, "-", "-", dict(one.blank).get("going_on", ""))
    half_year = f"{one.sessions_half_year:.0f} sessions, {one.dose_half_year_mg:,.0f} mg"
    return (*shares, f"{one.expected_score:.1f}", percent(one.relapse_by_end), half_year)


def refused_days(refused: list[Candidate]) -> dict[str, str]:
    """Days by rule."""
    found: dict[str, list[str]] = {}
    for one in refused:
        found.setdefault(sentence_case("; ".join(one.refused)) + ".", []).append(day_text(one.day))
    return {rule: f"Day {', '.join(days)}" for rule, days in found.items()}


def ways_to_go_on(answer: Forecast) -> Html:
    """Each scenario at each time, and those against a rule."""
    judged = [one for one in answer.scenarios if one.judged]
    parts = [_at_time(judged, i) for i in range(len(judged[0].judged))] if judged else []
    parts.append(tag("p", OWN_PART + HELD_OFF, class_="note"))
    refused = [one for one in answer.scenarios if one.refused]
    if refused:
        rows = [(sentence_case(one.name), one.text, f"{sentence_case('; '.join(one.refused))}.") for one in refused]
        parts.append(table("Ways that are refused, and the rule.", ("Way", "What", "Rule"), rows, "said"))
    return joined(parts)


def _at_time(judged: list[Scenario], i: int) -> Html:
    weeks = judged[0].judged[i].ahead_d / DAYS_PER_WEEK
    first = judged[0].name
    care = SHORT[judged[0].care]
    caption = (
        f"After {weeks:g} weeks, {care} in each way but the one that stops all; the same people go each way. "
        f"Difference of the score from '{first}': mean (90 % equal-tailed intervals of people). Sessions and dose: in "
        "twelve weeks."
    )
    head = ("Way to go on", "Sessions, dose", "Mean score", "Response", "Relapsed", "Difference", "The drug's own part")
    return table(caption, head, [_way(one, one.judged[i], first) for one in judged], "ways")


def _way(one: Scenario, at: Judged, first: str) -> tuple[str, ...]:
    limits = f"{_signed(at.difference_low, 0)} to {_signed(at.difference_high, 0)}"
    return (
        sentence_case(one.name if one.name in GAPS_D else f"{one.name}: {one.text}"),
        f"{one.sessions}; {one.dose_mg:,.0f} mg" if one.sessions else "none",
        f"{at.mean_score:.1f}",
        percent(at.response),
        percent(at.relapsed),
        "" if one.name == first else valued(_signed(at.difference, 1), limits),
        _signed(at.by_drug, 1) if one.sessions else "",
    )


def _signed(points: float, digits: int) -> str:
    """A difference with its sign; none where it is rounded to nothing."""
    said = f"{points:+z.{digits}f}"
    return said if float(said) else said[1:]


def stopping_section(answer: Forecast) -> Html:
    """The chance of a response with further sessions, for those without one so far."""
    found = answer.stopping
    if found is None:
        return Html("")
    given = f"{found.sessions_given} session{'' if found.sessions_given == 1 else 's'}"
    caption = (
        f"In response a day after the last of further sessions at the usual gap: chances. So far {given}, no response."
    )
    head = ("Further sessions", "By day", "With them", "Without", "Such people, with them")
    rows = [_chance(one) for one in found.chances if not one.refused]
    refused = [
        f"{one.sessions} further sessions are refused: {'; '.join(one.refused)}."
        for one in found.chances
        if one.refused
    ]
    note = (
        "Without: on the same day with no further session. Such people: the same first score and sessions, whatever "
        "they scored since. Whether to go on is for clinician and patient to decide."
        + (f" {ASK_TOO}." if found.is_long else "")
    )
    parts = [table(caption, head, rows, "numbers") if rows else Html(""), bullets(refused) if refused else Html("")]
    return tag("section", tag("h2", "When to stop trying"), *parts, tag("p", note, class_="note"))


def _chance(one: Chance) -> tuple[str, ...]:
    chances = (one.response, one.response_without, one.population)
    return str(one.sessions), day_text(one.day), *map(percent, chances)
