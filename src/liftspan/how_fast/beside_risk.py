"""The risks of a session beside its benefit: as text, as plain data, and what one treatment buys and costs more."""

from textwrap import wrap

import numpy as np

from liftspan.how_fast.answer import HowFast, Interval, interval
from liftspan.session.risks import COUNTED_SESSIONS, SessionRisks
from liftspan.session.words import SAID, SMALL, share_text, share_word

WIDTH = 100
MODELLED = (
    "Modelled from published sessions; 90 % of clinics in brackets. The table for each minute: liftspan session. How "
    "well it predicts studies it has not seen: liftspan session check."
)
NOT_MODELLED = "Not modelled at this dose: no published session of this drug by this route supports numbers."


def session_risks_text(answer: HowFast) -> str:
    """Shares of people with each event, beside placebo, in one session and over the course."""
    found = answer.session_risks
    if found is None:
        return NOT_MODELLED if answer.risks.session else ""
    rise, cadss = (interval(found.peaks[name]) for name in ("systolic_mmhg", "cadss"))
    largest = "" if len(doses_of(answer)) == 1 else "its largest dose, "
    said = (
        f"Beside this benefit, at {largest}{found.dose}: systolic pressure rises by {rise.median:.0f} mmHg "
        f"({rise.low:.0f} to {rise.high:.0f}) and CADSS reaches {cadss.median:.0f} points ({cadss.low:.0f} to "
        f"{cadss.high:.0f})."
    )
    lines = wrap(said, WIDTH)
    course = f"ever in {found.sessions} sessions"
    lines.append(f"{'Of 100 people':<38}{'one session':>18}{'placebo':>12}" + (
        f"{course:>20}{'placebo':>12}" if found.course else ""))  # fmt: skip
    for name in found.once:
        cells = f"{share_text(interval(found.once[name])):>18}{median(found.once_placebo[name]):>12}"
        if found.course:
            cells += f"{share_text(interval(found.course[name])):>20}{median(found.course_placebo[name]):>12}"
        lines.append(f"{SAID[name]:<38}{cells}")
    return "\n".join([*lines, *wrap(note(answer), WIDTH)])


def note(answer: HowFast) -> str:
    """What the numbers of risk rest on, and what they stretch."""
    found, sessions = answer.session_risks, sum(bool(one.doses) for one in answer.question.regimen.sessions)
    said = MODELLED
    if sessions > COUNTED_SESSIONS:
        said += f" Of {sessions} sessions the first {COUNTED_SESSIONS} are told, as far as trials counted."
    if found.extrapolated:
        said += f" Stretched: {'; '.join(found.extrapolated)}."
    return said


def median(values: np.ndarray) -> str:
    """`1.3` of 100."""
    return share_word(float(np.median(values)))


def session_risks_record(found: SessionRisks | None) -> dict | None:
    """Plain data; None where nothing supports numbers."""
    if found is None:
        return None
    course = None
    if found.course:
        course = {
            "sessions": found.sessions,
            "probabilities": _each(found.course),
            "placebo_probabilities": _each(found.course_placebo),
        }
    return {
        "dose": found.dose,
        "kind": "90 % of clinics",
        "peaks": _each(found.peaks),
        "probabilities": _each(found.once),
        "placebo_probabilities": _each(found.once_placebo),
        "course": course,
        "extrapolated": list(found.extrapolated),
    }


def _each(values) -> dict:
    return {name: {key: round(value, 4) for key, value in vars(interval(one)).items()} for name, one in values.items()}


def exchange(answers: tuple[HowFast, ...]) -> tuple[dict[float, dict[str, Interval]], dict[str, Interval]]:
    """What the second treatment buys and costs beside the first, draw by draw.

    Returns: by hours of both timelines the difference of `madrs_change` (points) and `response` (share) of the group;
    the difference of each risk of one session, empty where one of the two has none.
    """
    first, second = answers
    shared = [point.hours for point in first.timeline if any(point.hours == other.hours for other in second.timeline)]
    buys = {
        hours: {
            "madrs_change": interval(_at(second, "group_change", hours) - _at(first, "group_change", hours)),
            "response": interval(_at(second, "group_response", hours) - _at(first, "group_response", hours)),
        }
        for hours in shared
    }
    risks = [answer.session_risks for answer in answers]
    if None in risks:
        return buys, {}
    costs = {
        name: interval(getattr(risks[1], part)[name] - getattr(risks[0], part)[name])
        for part in ("peaks", "once")
        for name in getattr(risks[0], part)
    }
    return buys, costs


def doses_of(answer: HowFast) -> set:
    """The different sittings of a treatment, those without drug left out."""
    return {session.doses for session in answer.question.regimen.sessions if session.doses}


def same_dose(answers: tuple[HowFast, ...], costs: dict[str, Interval]) -> str:
    """What is alike where a session of the second costs what one of the first does; "" where it costs more or less."""
    if not costs or any(one.low or one.high for one in costs.values()):
        return ""
    each = doses_of(answers[0]) == doses_of(answers[1])
    return f"the same {'dose in each session' if each else 'largest dose of a session'}"


def _at(answer: HowFast, name: str, hours: float) -> np.ndarray:
    index = [point.hours for point in answer.course_points].index(hours)
    return getattr(answer, name)[:, index]


def exchange_text(answers: tuple[HowFast, ...], names: list[str], end: str, end_h: float) -> str:
    """More benefit and more risk in two lines, then the cumulative exposure of both."""
    buys, costs = exchange(answers)
    day, last = buys[24.0], buys[end_h]
    lines = wrap(
        f"What {names[1]} buys beside {names[0]}: MADRS {signed(day['madrs_change'])} points after 24 hours, "
        f"{signed(last['madrs_change'])} by {end}; response {signed(day['response'], 100)} and "
        f"{signed(last['response'], 100)} people in 100.",
        WIDTH,
    )
    alike = same_dose(answers, costs)
    if alike:
        cost = f"What it costs in a session: nothing more or less, {alike} ({answers[0].session_risks.dose})."
    elif costs:
        worth = ("systolic_rise_40", "cadss_above_4", "moaas_below_5", "dissociation", "dizziness", "nausea")
        said = "; ".join(f"{SAID[name]} {signed(costs[name], 100)}" for name in worth)
        cost = (
            f"What it costs in a session: systolic pressure at its peak {signed(costs['systolic_mmhg'])} mmHg, CADSS "
            f"{signed(costs['cadss'])} points; of 100 people {said}."
        )
    else:
        cost = (
            "What it costs in a session cannot be told in numbers: one of the two has no drug or no published session."
        )
    lines += wrap(cost, WIDTH)
    return "\n".join([*lines, *wrap(half_year_text(answers, names), WIDTH)])


def half_year_text(answers: tuple[HowFast, ...], names: list[str]) -> str:
    """Sessions and drug of half a year of each, and how much more or less the second is."""
    said = "; ".join(
        f"{name} {counted(answer.risks.sessions_in_half_year)}, {answer.risks.amount_in_half_year_mg:,.0f} mg of base"
        for name, answer in zip(names, answers, strict=True)
    )
    first, second = (answer.risks for answer in answers)
    sessions = second.sessions_in_half_year - first.sessions_in_half_year
    amount_mg = second.amount_in_half_year_mg - first.amount_in_half_year_mg
    return (
        f"In the first six months: {said}. {names[1]} minus {names[0]}: {sessions:+d} sessions, {amount_mg:+,.0f} mg; "
        "what a course adds up to stands below for both."
    )


def counted(sessions: int) -> str:
    """`1 session`, `8 sessions`."""
    return f"{sessions} session{'' if sessions == 1 else 's'}"


def signed(one: Interval, scale: float = 1.0) -> str:
    """`+6 (-1 to +12)`, with a decimal where all is small."""
    digits = 1 if scale * max(abs(one.low), abs(one.high)) < SMALL or scale == 1.0 else 0
    value, low, high = (f"{scale * side:+z.{digits}f}" for side in (one.median, one.low, one.high))
    return f"{value} ({low} to {high})"


def exchange_record(answers: tuple[HowFast, ...]) -> dict:
    """The same as plain data: second minus first."""
    buys, costs = exchange(answers)

    def tidy(one: Interval) -> dict:
        return {key: round(value, 4) for key, value in vars(one).items()}

    return {
        "buys": [{"hours": hours, **{name: tidy(one) for name, one in found.items()}} for hours, found in buys.items()],
        "costs": {name: tidy(one) for name, one in costs.items()} or None,
        "same_dose": bool(same_dose(answers, costs)),
        "half_year": [
            {
                "sessions": answer.risks.sessions_in_half_year,
                "amount_mg": round(answer.risks.amount_in_half_year_mg, 4),
            }
            for answer in answers
        ],
    }
