"""What may be gained, in short sentences for a reader who knows no statistics: groups in trials, never one's chance."""

from math import ceil

from liftspan.how_fast.answer import LEVEL, HowFast
from liftspan.how_fast.words import HEADLINE_H, of_100_at, of_100_sentence, percent_text, point_at, when
from liftspan.units import HOURS_PER_DAY

OF_TRIALS = f"{10 * LEVEL:g} of 10 new trials"


def benefit(answer: HowFast) -> list[str]:
    """Short sentences for a reader who knows no statistics; the numbers are those of the tables."""
    day, last = point_at(answer, HEADLINE_H), answer.timeline[-1]
    change, response, person = day.change.group, day.response.group, day.change.person
    said = [
        f"One day after the first session, about {percent_text(response.mean)} such people have lost at least half of "
        f"their score. In {OF_TRIALS} it would be {100 * response.low:.0f} to {percent_text(response.high)}.",
        f"The mean score {'falls' if change.median < 0.0 else 'rises'} by {abs(change.median):.0f} points in that day.",
    ]
    if answer.question.has_drug:
        said.insert(1, of_100_sentence(answer))
    if answer.risks.session:
        beyond = day.beyond_control
        said.append(
            f"Of this, {-beyond.median:z.0f} points ({-beyond.high:z.0f} to {-beyond.low:z.0f}) go beyond what the "
            f"same visits would bring without the drug.{' This range includes zero.' if beyond.high >= 0.0 else ''}"
        )
    if last.hours > HEADLINE_H:
        at = when(last.hours).partition(" (")[0]
        late = of_100_at(answer, last.hours)
        alone = f"; {late.visits_only.mean:.0f} would be without the drug" if answer.question.has_drug else ""
        said.append(f"By {at}, {percent_text(last.response.group.mean)} are at half of their score or less{alone}.")
    return [*said, *_benefit_in_time(answer), (
        f"One person may fare much better or worse. After a day, {10 * LEVEL:g} of 10 people would have a change "
        f"from {person.low:z.0f} to {person.high:+.0f} points."
    )]  # fmt: skip


def _benefit_in_time(answer: HowFast) -> list[str]:
    first, lasting, horizon = answer.time_to_response, answer.duration_of_response, answer.horizon_h / HOURS_PER_DAY
    soon = (
        f"Half of all people respond within {_about(first.median)}. "
        if first.median is not None
        else "Fewer than half of all people respond. "
    )
    alone = f" Without the drug it is {answer.never_without_drug * 100:.0f}." if answer.question.has_drug else ""
    stays = (
        f"Half of those who respond lose the response within {_about(lasting.median)}"
        if lasting.median is not None
        else f"More than half of those who respond still do so at {horizon:g} days"
    )
    return [
        f"{soon}{percent_text(first.unfinished)} have no two ratings in a row at half within {horizon:g} days.{alone}",
        f"{stays}, with no session after the last.",
    ]


def _about(days: float) -> str:
    """A span as one says it, rounded up: whole hours within the first day, then whole days."""
    count, unit = (ceil(days * HOURS_PER_DAY), "hour") if days < 1.0 else (ceil(days), "day")
    return f"{count} {unit}{'' if count == 1 else 's'}"


def exposure(answer: HowFast) -> str:
    """Sessions and drug of half a year, at the mean weight of the people."""
    risks = answer.risks
    if risks.sessions_in_half_year == 1:
        return "This is one session of a controlled substance. Further sessions add up:"
    return (
        f"In the first six months: {risks.sessions_in_half_year} sessions and {risks.amount_in_half_year_mg:,.0f} mg "
        f"of base at {answer.enrolment.weight_kg:.0f} kg. It is a controlled substance."
    )
