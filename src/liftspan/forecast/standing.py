"""Where a patient stands, in sentences: on course or not, what four weeks bring, and what the scores have told."""

from liftspan.forecast.answer import LEVEL, Day, Forecast
from liftspan.forecast.outcomes import FOUR_WEEKS_D
from liftspan.mood.scales import RESPONSE_FRACTION

SMALLEST_SHOWN = 0.01  # a smaller chance would look like none
NEAR_D = 1.0  # a last score this near to a day of the population can be set beside it


def in_short(answer: Forecast) -> tuple[str, ...]:
    """The sentences that text and page begin with."""
    return f"{_verdict(answer)} {_beside_population(answer)}".strip(), _four_weeks(answer), moved_text(answer)


def day_text(day: float) -> str:
    """A day as one says it: whole where it is, else with one decimal."""
    return f"{round(day, 1):g}"


def percent(share: float) -> str:
    """A chance as a clinician reads it: none is certain."""
    if share < SMALLEST_SHOWN:
        return "< 1 %"
    return "> 99 %" if share > 1.0 - SMALLEST_SHOWN else f"{100.0 * share:.0f} %"


def at_day(days: tuple[Day, ...], day: float) -> Day:
    """The one of these days that is nearest."""
    return min(days, key=lambda one: abs(one.day - day))


def plan_text(answer: Forecast) -> str:
    """Under which plan the coming weeks stand."""
    planned = answer.patient.planned
    if not planned:
        return "With no further session, and contact with care ending today"
    days = ", ".join(day_text(session.day) for session in planned)
    return f"With the sessions planned in the record (day {days}), and contact with care ending with the last of them"


def _verdict(answer: Forecast) -> str:
    """On course or not: a response at the last score; one that is lost; none so far, as of such people or behind."""
    course, primary = answer.known.course, answer.patient.primary
    half = f"half of the first one is {RESPONSE_FRACTION * course.baseline:g}"
    later = _later_scores(answer)
    if not later:
        return f"Not yet to be judged: there is no {primary} after the first one ({course.baseline:g})."
    last = later[-1]
    said = f"the last {primary} is {last.value:g} on day {day_text(last.day)}; {half}"
    if last.value <= RESPONSE_FRACTION * course.baseline:
        return f"On course, in response: {said}."
    if course.responded:
        return f"Off course, the response is not held: {said}."
    return f"{'Behind course' if _side(answer) == 'worse than' else 'Open'}, no response so far: {said}."


def _later_scores(answer: Forecast) -> list:
    own = [score for score in answer.patient.scores if score.scale == answer.patient.primary]
    return [score for score in own if score.day > 0.0]


def _near(answer: Forecast) -> Day | None:
    """Such people on the day of the last score; None where it is too old, or none was given after the first."""
    later = _later_scores(answer)
    if not later:
        return None
    near = at_day(answer.population, later[-1].day)
    return near if abs(near.day - later[-1].day) <= NEAR_D else None


def _side(answer: Forecast) -> str:
    near = _near(answer)
    if near is None:
        return ""
    last = _later_scores(answer)[-1].value
    return "better than" if last < near.low else "worse than" if last > near.high else "within"


def _beside_population(answer: Forecast) -> str:
    """The last score beside those of people who began alike and had the same sessions."""
    near = _near(answer)
    if near is None:
        return "The last score is too old to be set beside such people." if _later_scores(answer) else ""
    return (
        f"It lies {_side(answer)} what {100 * LEVEL:g} % of people with the same first score and sessions have on that "
        f"day ({near.low:.0f} to {near.high:.0f}, mean {near.mean:.0f})."
    )


def _four_weeks(answer: Forecast) -> str:
    own = at_day(answer.days, answer.patient.today_d + FOUR_WEEKS_D)
    others = at_day(answer.population, own.day)
    return (
        f"{plan_text(answer)}, in four weeks (day {day_text(own.day)}) a {own.scale} of {own.mean:.0f} is expected "
        f"({100 * LEVEL:g} %: {own.low:.0f} to {own.high:.0f}), such people {others.mean:.0f}. Chance of response "
        f"{percent(own.response)}, remission {percent(own.remission)}, relapsed by then {percent(own.relapsed)}."
    )


def moved_text(answer: Forecast) -> str:
    """How far the scores moved the forecast from the population's, and how many more would."""
    moved = answer.moved
    told = f"by {moved.points:+.1f} points four weeks ahead; they explain {percent(moved.explained)} of its variance"
    if moved.moved:
        return f"The scores moved this forecast from the population's {told}."
    if moved.ratings_needed is None:
        more = "More than twelve further weekly ratings"
    else:
        more = f"About {moved.ratings_needed} further weekly rating{'' if moved.ratings_needed == 1 else 's'}"
    return (
        f"The scores have hardly moved it from the population's ({told}): read it as one for such people. {more} would."
    )
