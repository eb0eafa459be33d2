"""Where a patient stands, in sentences: on course or not, what four weeks bring, and what the scores have told."""

from liftspan.forecast.answer import LEVEL, Day, Forecast
from liftspan.forecast.care import Care
from liftspan.forecast.day_words import day_text, percent, with_date
from liftspan.forecast.outcomes import FOUR_WEEKS_D
from liftspan.mood.scales import RESPONSE_FRACTION

NEAR_D = 1.0  # a last score this near to a day of the population can be set beside it


NO_PLAN = "No plan, window or date for a session is shown."


def in_short(answer: Forecast) -> tuple[str, ...]:
    """The sentences that text and page begin with; what stands against every plan before all."""
    first = "; ".join(answer.unsafe)
    stands = f"{_verdict(answer)} {_beside_population(answer)}".strip()
    said = (f"{first[:1].upper()}{first[1:]}. {NO_PLAN}" if first else "", stands, _four_weeks(answer))
    return tuple(one for one in (*said, moved_text(answer)) if one)


def at_day(days: tuple[Day, ...], day: float) -> Day:
    """The one of these days that is nearest."""
    return min(days, key=lambda one: abs(one.day - day))


def plan_text(answer: Forecast) -> str:
    """Under which plan, and in what care, the coming weeks stand."""
    planned, care = answer.coming, answer.care
    days = ", ".join(day_text(session.day) for session in planned)
    plan = f"With the sessions planned in the record (day {days})" if planned else "With no further session"
    if care is Care.ON:
        return f"{plan}, while visits go on"
    ends = "with the last of them" if planned and care is Care.UNTIL_LAST_SESSION else "today"
    return f"{plan}, and contact with care ending {ends}"


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
    others, when = at_day(answer.population, own.day), with_date(answer.patient, own.day)
    return (
        f"{plan_text(answer)}, in four weeks, on day {when}, a {own.scale} of {own.mean:.0f} is expected "
        f"({100 * LEVEL:g} %: {own.low:.0f} to {own.high:.0f}), such people {others.mean:.0f}. Chance of response "
        f"{percent(own.response)}, remission {percent(own.remission)}, relapsed by then {percent(own.relapsed)}."
        f"{_without_visits(answer)}"
    )


def _without_visits(answer: Forecast) -> str:
    """The same weeks out of care, beside weeks that show what visits alone are believed to hold."""
    if answer.coming or answer.care is not Care.ON:
        return ""
    out = next(one for one in answer.scenarios if one.name == "stop all").judged[0]
    return f" If visits end today as well: response {percent(out.response)}, relapsed {percent(out.relapsed)}."


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
