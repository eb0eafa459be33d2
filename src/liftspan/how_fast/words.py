"""HowFast as text of at most 100 columns: one plain sentence, a table, the risks, the basis, what is not known."""

from collections.abc import Mapping
from textwrap import wrap

import numpy as np

from liftspan.evidence.miss import Miss
from liftspan.how_fast.answer import HowFast, Interval, OfHundred, TimePoint, interval
from liftspan.how_fast.beside_risk import exchange_text, session_risks_text
from liftspan.how_fast.question import Question
from liftspan.mood.context import Control
from liftspan.mood.scales import MADRS
from liftspan.units import HOURS_PER_DAY

WIDTH = 100
# Trials count the day of the first session as day 1, so their day 28 is 648 hours after it.
DAY_28_H = 648.0
DAY_28 = "Day 28 (648 h): as trials count, whose first session is on day 1; other days here are full days after it."
NAMES_H = {2.0: "2 hours", 4.0: "4 hours", 24.0: "24 hours", DAY_28_H: "day 28 (648 h)"}
HEADLINE_H = 24.0
OF_100_H = (24.0, 168.0, 648.0)  # a day, a week and four weeks
UNKNOWN_OF_ANYONE = "who will respond: no person's trait is known before the first scores"
CLINICAL = (
    "For research and for licensed clinicians; doses are for supervised sessions. It does not replace their judgement."
)


def as_text(answer: HowFast) -> str:
    """The answer as a person reads it in a terminal."""
    parts = [
        title_text(answer.question),
        sentence(answer),
        _table(answer),
        of_100_text(answer),
        spans_text(answer, f"{percent_text(answer.never_without_drug)} with {answer.question.without}"),
        session_risks_text(answer),
        risks_text(answer),
        "\n".join([basis_text(answer), *map(wrapped, said_of_print(answer))]),
        miss_text(answer.misses),
        not_known_text(answer),
        wrapped(CLINICAL),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def sentence(answer: HowFast) -> str:
    """How fast, how far, for how long, in how many: one plain sentence, and what of it the drug adds."""
    day = next(point for point in answer.timeline if point.hours == HEADLINE_H)
    last = answer.timeline[-1]
    best = max(answer.timeline, key=lambda point: -point.change.group.median)
    text = (
        f"24 hours after the first session a group of such people scores {_points(day.change.group)} MADRS points "
        f"{_direction(day.change.group)} on average (90 % of new trials: {_range(day.change.group)}), and "
        f"{percent_text(day.response.group.mean)} have lost at least half of their score"
    )
    if last.hours > best.hours and last.change.group.median > best.change.group.median + 1.0:
        text += (
            f"; the lift is largest at {when(best.hours)} and has shrunk to {_points(last.change.group)} points by "
            f"{when(last.hours)}"
        )
    elif last.hours > HEADLINE_H:
        text += f"; by {when(last.hours)} it is {_points(last.change.group)} points"
    text += "."
    if answer.question.has_drug:
        beyond = day.beyond_control
        text += (
            f" Of the 24-hour change, {-beyond.median:z.1f} points ({-beyond.high:z.1f} to {-beyond.low:z.1f}) are "
            f"beyond what {answer.question.without} would bring. {of_100_sentence(answer)}"
        )
    text += "".join(f" Caution: {caution}." for caution in answer.cautions)
    return wrapped(text)


def of_100_sentence(answer: HowFast) -> str:
    """How many of those who respond after a day would have without the drug."""
    day = of_100_at(answer, HEADLINE_H)
    alone = answer.question.without.replace("the same visits without the drug", "the same visits alone")
    return (
        f"Of 100 people, {day.with_drug.mean:.0f} respond at 24 hours; {day.visits_only.mean:.0f} of them would have "
        f"with {alone}."
    )


def of_100_at(answer: HowFast, hours: float) -> OfHundred:
    """The entry of that time."""
    return next(one for one in answer.of_100 if one.hours == hours)


def of_100_text(answer: HowFast) -> str:
    """Of 100 people in response: how many with the drug, with the same visits alone, and through the drug."""
    if not answer.question.has_drug:
        return ""
    alone = "placebo tablets" if answer.question.tablets_alone else "same visits alone"
    lines = [f"{'Of 100 people in response':<28}{'with the drug':>20}{alone:>22}{'through the drug':>22}"]
    for one in (of_100_at(answer, hours) for hours in OF_100_H):
        cells = (f"{part.mean:z.0f} ({part.low:z.0f} to {part.high:z.0f})"
                 for part in (one.with_drug, one.visits_only, one.difference))  # fmt: skip
        name = when(one.hours)
        lines.append(
            f"{f'on {name}' if name.startswith('day') else f'at {name}':<28}"
            + "".join(map("{:>{}}".format, cells, (20, 22, 22)))
        )
    return "\n".join(lines)


def miss_text(misses: Mapping[str, Miss]) -> str:
    """How far trials that were not seen were missed, beside a simple average; or why that is not told."""
    change, response = misses["change"], misses["response"]
    if change.rmse is None:
        return wrapped(f"Trials that this model had not seen: how far it missed them is not told, for {change.why}.")
    verdict = "which did better" if change.table_rmse < change.rmse else "which did worse"
    text = (
        f"Trials that this model had not seen: it missed their change of MADRS by {change.rmse:.1f} points (root mean "
        f"square, {change.trials} trials, each left out of the fit), a simple average of other trials by "
        f"{change.table_rmse:.1f}, {verdict}; {100 * change.cover_90:.0f} of 100 numbers lay inside its 90 % interval."
    )
    if response.rmse is not None:
        text += (
            f" The share in response it missed by {100 * response.rmse:.0f} people of 100 ({response.trials} trials), "
            f"the average by {100 * response.table_rmse:.0f}."
        )
    return wrapped(text)


def said_of_print(answer: HowFast) -> tuple[str, ...]:
    """What is one-sided about the published values beside the answer."""
    return answer.beside_print.sentences(answer.question.context.control is Control.OPEN)


def title_text(question: Question) -> str:
    """The treatment, its status, the people and the circumstances."""
    lines = [question.title]
    if question.title != question.regimen.text:
        lines.append(question.regimen.text)
    if question.status:
        lines.append(question.status)
    lines.append(f"{question.people}; {question.circumstances}")
    if question.trial_control not in ("", question.context.control.value):
        lines.append(f"(This protocol comes from {question.trial_blinding}: --control {question.trial_control}.)")
    return "\n".join(wrapped(line) for line in lines)


def _table(answer: HowFast) -> str:
    head = (
        f"{'after first':<15}{'MADRS change, group':>22}{'one person':>19}"
        f"{'response, group':>21}{'remission, group':>21}",
        f"{'session':<15}{'median (90 %)':>22}{'90 %':>19}{'mean (90 %)':>21}{'mean (90 %)':>21}",
    )
    rows = [_row(point, answer) for point in answer.timeline]
    note = (
        f"Remission: MADRS <= {MADRS.remission_at_most:g}. Group: {answer.group_size} people, a new trial. One person: "
        "what would be written down, rating noise included; a person's chance of response or remission is the "
        "group's mean, the outcome itself is yes or no."
    )
    if DAY_28_H in (point.hours for point in answer.timeline):
        note += f" {DAY_28}"
    return "\n".join([*head, "-" * (WIDTH - 2), *rows, wrapped(note)])


def _row(point: TimePoint, answer: HowFast) -> str:
    name = when(point.hours)
    if point.hours == answer.question.regimen.end_h:
        name = f"end ({point.hours:g} h)" if point.hours in NAMES_H else f"{name} end"
    group, person = point.change.group, point.change.person
    return (
        f"{name:<15}{f'{group.median:z.1f} ({group.low:z.1f} to {group.high:z.1f})':>22}"
        f"{f'{person.low:z.0f} to {person.high:+.0f}':>19}"
        f"{share_text(point.response.group):>21}{share_text(point.remission.group):>21}"
    )


def spans_text(answer, without_drug: str = "") -> str:
    """Time to response and how long it lasts, of an answer or of a summary that has both.

    Args:
        without_drug: how many would be without response then without the drug, in words, where it is known.
    """
    first, lasting = answer.time_to_response, answer.duration_of_response
    days = answer.horizon_h / HOURS_PER_DAY
    text = (
        f"Time to response (the first of two visits in a row): median {days_text(first.median)} (90 %: "
        f"{days_text(first.low)} to {days_text(first.high)}); {percent_text(first.unfinished)} without response within "
        f"{days:g} days{f', {without_drug}' if without_drug else ''}. "
        f"Response, once reached, lasts {days_text(lasting.median)} (90 %: {days_text(lasting.low)} to "
        f"{days_text(lasting.high)}) with no session after the last; {percent_text(lasting.unfinished)} have "
        f"not lost it by {days:g} days. How long it lasts is set beside trials of stopping, which the fit leaves "
        "out: see what is not known."
    )
    return wrapped(text)


def risks_text(answer: HowFast) -> str:
    """The risks of a session and, for a course, what half a year of it adds up to."""
    risks = answer.risks
    if not risks.session:
        return wrapped("No ketamine is given; side effects of other medicines are not in the tables: see labels.")
    lines = ["Risks of a session: " + "; ".join(text for text, _ in risks.session) + "."]
    if risks.sessions_in_half_year > 1:
        lines.append(
            f"Cumulative, first six months: {risks.sessions_in_half_year} sessions, "
            f"{risks.amount_in_half_year_mg:,.0f} mg of base. " + "; ".join(text for text, _ in risks.course) + "."
        )
    else:
        lines.append("A controlled substance; more sessions add cumulative risk (bladder, dependence, blood pressure).")
    return "\n".join(wrapped(line) for line in lines)


def basis_text(answer: HowFast) -> str:
    """How many trials are near the treatment, and what the parameters were fitted to."""
    near, manifest = answer.near, answer.manifest
    text = (
        f"Basis: {near.trials} published {'trial' if near.trials == 1 else 'trials'} near this treatment "
        f"({near.arms} arms, {near.patients} patients); parameters fitted to "
        f"{manifest['rows']} published numbers of {len(manifest['trials'])} trials."
    )
    return wrapped(text)


def not_known_text(answer) -> str:
    """What the answer stretches, what nobody knows, and what was assumed."""
    known = [*answer.extrapolated, UNKNOWN_OF_ANYONE]
    return (
        wrapped("Not known: " + "; ".join(known) + ".")
        + "\n"
        + wrapped("Assumed: " + "; ".join(answer.assumptions) + ".")
    )


def versus_text(answers: tuple[HowFast, ...]) -> str:
    """Treatments side by side with the same luck, and the difference of the second from the first."""
    first, second = answers
    shared = [point.hours for point in first.timeline if any(point.hours == other.hours for other in second.timeline)]
    names = [answer.question.name or f"treatment {i + 1}" for i, answer in enumerate(answers)]
    lines = [
        "Side by side: change of MADRS, group, median (90 %), and response, group",
        f"{'after first':<15}{names[0][:29]:>30}{names[1][:29]:>30}{'difference (90 %)':>25}",
        "-" * WIDTH,
    ]
    for hours in shared:
        points = [point_at(answer, hours) for answer in answers]
        cells = [
            f"{p.change.group.median:z.1f} ({p.change.group.low:z.1f} to {p.change.group.high:z.1f}), "
            f"{p.response.group.mean:.0%}"
            for p in points
        ]
        gap = interval(draws_at(second, hours) - draws_at(first, hours))
        lines.append(
            f"{when(hours):<15}{cells[0]:>30}{cells[1]:>30}"
            f"{f'{gap.median:+z.1f} ({gap.low:+z.1f} to {gap.high:+z.1f})':>25}"
        )
    lines.append(
        wrapped(
            f"{circumstances_of_both(answers)}Difference: {names[1]} minus {names[0]}, negative = {names[1]} lowers "
            "the score more; both groups share trial, people and rating luck. No trial compared them unless the "
            "evidence says so."
        )
    )
    lines += ["", exchange_text(answers, names, when(shared[-1]), shared[-1])]
    for name, answer in zip(names, answers, strict=True):
        status = f" ({answer.question.status})" if answer.question.status else ""
        lines += [
            "",
            *([f"{name}{status}:"] if answer.question.name else [f"{name}: {answer.question.regimen.text}{status}"]),
            *(f"Caution: {caution}." for caution in answer.cautions),
            of_100_text(answer),
            session_risks_text(answer),
            risks_text(answer),
            basis_text(answer),
            *map(wrapped, said_of_print(answer)),
            not_known_text(answer),
        ]
    lines += ["", miss_text(first.misses)]
    fitting = [wrapped(line) if len(line) > WIDTH and "\n" not in line else line for line in lines]
    return "\n".join([*fitting, "", wrapped(CLINICAL)]) + "\n"


def circumstances_of_both(answers: tuple[HowFast, ...]) -> str:
    """The circumstances of two answers; where they differ, that part of the difference is not the treatment's."""
    first, second = (answer.question for answer in answers)
    said = first.circumstances
    if first.circumstances == second.circumstances:
        return f"Both: {said}. "
    said = f"{said} against {second.circumstances}"
    kinds = [(one.context.control, one.context.new_antidepressant, one.context.inpatient) for one in (first, second)]
    if kinds[0] == kinds[1]:
        return f"The circumstances differ ({said}) in what this model does not tell apart. "
    return f"The circumstances differ ({said}): part of the difference is theirs. "


def point_at(answer: HowFast, hours: float) -> TimePoint:
    """The point of the timeline at that time."""
    return next(point for point in answer.timeline if point.hours == hours)


def draws_at(answer: HowFast, hours: float) -> np.ndarray:
    """The group's change at that time, draw by draw."""
    index = [point.hours for point in answer.course_points].index(hours)
    return answer.group_change[:, index]


def when(hours: float) -> str:
    """A time after the first session in words: "4 hours", "day 14"."""
    if hours in NAMES_H:
        return NAMES_H[hours]
    days = hours / HOURS_PER_DAY
    if hours < HOURS_PER_DAY:
        return f"{hours:g} hours"
    return f"day {days:.3g}" if days < 100 else f"day {days:.0f}"


def _points(value: Interval) -> str:
    return f"{abs(value.median):.1f}"


def _direction(value: Interval) -> str:
    return "lower" if value.median < 0.0 else "higher"


def _range(value: Interval) -> str:
    return f"{value.low:.1f} to {value.high:.1f}"


def share_text(value: Interval) -> str:
    """A share with its interval: "39% (4 to 70)"."""
    return f"{value.mean:.0%} ({value.low * 100:.0f} to {value.high * 100:.0f})"


def percent_text(share: float) -> str:
    """A share as people count: "55 in 100"."""
    return f"{share * 100:.0f} in 100"


def days_text(days: float | None) -> str:
    """A span in words; None is a span that outlasts what was watched."""
    if days is None:
        return "not reached"
    if days < 1.0:
        return f"{days * HOURS_PER_DAY:.0f} h"
    return "1 day" if days == 1.0 else f"{days:.3g} days"


def wrapped(text: str) -> str:
    """Lines of at most WIDTH columns."""
    return "\n".join(wrap(text, WIDTH, break_long_words=False, break_on_hyphens=False))
