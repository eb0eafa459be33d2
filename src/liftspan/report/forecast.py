"""Forecast of one patient as one HTML page for a clinician: the sentence and the picture first, the basis after.

forecast.html holds the page and the words that never change. No name or id of the patient enters it.
"""

from importlib.metadata import version
from pathlib import Path

from liftspan.conditions.diagnosis import unquoted
from liftspan.errors import InvalidInput
from liftspan.figures.forecast import forecast_figure
from liftspan.files import write_whole
from liftspan.forecast.answer import LEVEL, Day, Forecast
from liftspan.forecast.care import SHORT
from liftspan.forecast.day_words import date_text, day_text, percent, with_date
from liftspan.forecast.outcomes import DEFINITIONS
from liftspan.forecast.standing import in_short, plan_text
from liftspan.forecast.words import FOR_CLINICIANS, care_text
from liftspan.report.forecast_basis import balance, basis_of, people_text, status_text
from liftspan.report.forecast_next import next_session, proposal_text, stopping_section, ways_to_go_on
from liftspan.report.markup import Html, bullets, joined, pairs, sentence_case, table, tag, text, valued
from liftspan.report.page import problems_of_report
from liftspan.report.picture import picture
from liftspan.report.templates import page_of

MOST_DAYS = 20  # of sessions that are listed


def write_forecast(answer: Forecast, path: Path) -> Path:
    """Write the page of one patient, which nobody but the owner may read. A file of that name is replaced, or kept.

    The same answer gives the same bytes.

    Raises InvalidInput, with nothing written, where the suffix is not .html or the folder cannot take the file.
    """
    target = Path(path)
    problems = problems_of_report(target)
    if problems:
        raise InvalidInput(problems, "the place of the report")
    write_whole({target: [forecast_html(answer).encode("utf-8", "replace")]}, private=True)
    return target


def forecast_html(answer: Forecast) -> str:
    """The page as text, with the picture and the style inside it."""
    today = with_date(answer.patient, answer.patient.today_d)
    page = page_of(
        "forecast.html",
        title=text(
            f"One patient on day {today}, {SHORT[answer.care]}: the coming weeks, and when the next session is due"
        ),
        clinical=text(FOR_CLINICIANS),
        asked=_asked(answer),
        short=joined(tag("p", said, class_="lead") for said in (*in_short(answer), proposal_text(answer))),
        picture=_picture(answer),
        balance=balance(answer),
        weeks=_weeks(answer),
        next=next_session(answer),
        ways=ways_to_go_on(answer),
        stopping=stopping_section(answer),
        basis=basis_of(answer),
        definitions=pairs({sentence_case(name): f"{said}." for name, said in DEFINITIONS.items()}),
        limits=bullets(sentence_case(limit) + "." for limit in answer.limits),
        made=text(f"liftspan {version('liftspan')}, seed {answer.seed}."),
    )
    return unquoted(page)


def _asked(answer: Forecast) -> Html:
    """Who, what was given, and its status."""
    given = answer.patient.sessions
    days = ", ".join(day_text(session.day) for session in given[-MOST_DAYS:])
    many = f"{len(given)} sessions, the last one" if len(given) > 1 else "One session"
    when = f"on {'days' if len(given) > 1 else 'day'} {'..., ' if len(given) > MOST_DAYS else ''}{days}"
    return tag(
        "div",
        tag("p", f"{many} {given[-1].text}; {when}."),
        tag("p", f"{sentence_case(people_text(answer))}."),
        tag("p", care_text(answer)),
        *([tag("p", f"{status_text(answer)}.")] if status_text(answer) else []),
        class_="asked",
    )  # fmt: skip


def _picture(answer: Forecast) -> Html:
    words = (
        f"Chart in three parts: scores and the weeks ahead; chance of response, remission and relapse by day; the next "
        f"session by day. {proposal_text(answer)} All numbers stand in the tables of this page."
    )
    caption = (
        f"Scores as written and the coming weeks with 50 and {100 * LEVEL:g} % equal-tailed intervals (above), chances "
        "by day (middle), and the possible days of the next session (below; crosses are days that a rule refuses)."
    )
    return picture(forecast_figure(answer), words, caption)


def _weeks(answer: Forecast) -> Html:
    """The days of the answer, each beside such people of the population."""
    scale = answer.patient.primary
    caption = (
        f"{scale} as it would be written down: mean ({100 * LEVEL:g} % equal-tailed intervals); chances of this "
        "patient. Such people: the same first score and sessions, as if no other score were known."
    )
    head = ("Day", f"{scale}", "Response", "Remission", "Relapsed by then", f"Such people: {scale}", "Their response")
    population = {day.day: day for day in answer.population}
    rows = [
        _week(day, population[day.day], answer.patient.today_d, date_text(answer.patient, day.day))
        for day in answer.days
    ]
    return table(caption, head, rows, "numbers") + tag("p", f"{plan_text(answer)}.", class_="note")


def _week(day: Day, others: Day, today_d: float, date: str) -> tuple[str, ...]:
    return (
        f"{day_text(day.day)} (+{day_text(day.day - today_d)}{f', {date}' if date else ''})",
        _score(day),
        percent(day.response),
        percent(day.remission),
        percent(day.relapsed),
        _score(others),
        percent(others.response),
    )


def _score(day: Day) -> Html:
    return valued(f"{day.mean:.1f}", f"{day.low:.0f} to {day.high:.0f}")
