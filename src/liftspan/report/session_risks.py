"""The page's numbers on risk: what a session at this dose does to how many, beside benefit; what more dose costs."""

import numpy as np

from liftspan.how_fast.answer import LEVEL, HowFast, Interval, interval
from liftspan.how_fast.beside_risk import NOT_MODELLED, exchange, half_year_text, note, same_dose, signed
from liftspan.how_fast.words import HEADLINE_H, point_at, when
from liftspan.report.markup import Html, table, tag, valued
from liftspan.session.words import SAID, share_text, share_word

INTERVAL = f"{100 * LEVEL:g} % equal-tailed interval"
MEANS = {"systolic_mmhg": "Rise of systolic pressure, mmHg", "cadss": "Dissociation, CADSS points"}


def risk_numbers(answer: HowFast) -> Html:
    """Of 100 people, each event in one session and over the course, placebo beside it."""
    found = answer.session_risks
    if found is None:
        return tag("p", NOT_MODELLED, class_="note") if answer.risks.session else Html("")
    rows = [(MEANS[name], _value(interval(values)), "0", *(("", "") if found.course else ()))
            for name, values in found.peaks.items()]  # fmt: skip
    for name in found.once:
        cells = (_share(interval(found.once[name])), _median(found.once_placebo[name]))
        if found.course:
            cells += (_share(interval(found.course[name])), _median(found.course_placebo[name]))
        rows.append((_words(name), *cells))
    course = (f"Ever in {found.sessions} sessions", "Placebo, ever") if found.course else ()
    caption = (
        f"What a session of {found.dose} does, beside placebo: means of a group at their largest, then people of 100. "
        f"Median clinic ({INTERVAL} between clinics)."
    )
    head = ("In a session", "This dose", "Placebo", *course)
    return table(caption, head, rows, "numbers") + tag("p", note(answer), class_="note")


def exchange_section(answers: tuple[HowFast, ...], names: list[str]) -> Html:
    """What the second treatment buys and costs beside the first: one table, the same clinics and people for both."""
    buys, costs = exchange(answers)
    last = max(buys)
    rows = []
    for hours in dict.fromkeys((HEADLINE_H, last)):
        points = [point_at(answer, hours) for answer in answers]
        changes = [f"{one.change.group.median:z.1f}" for one in points]
        responses = [f"{100 * one.response.group.mean:.0f}" for one in points]
        rows += [
            (f"Change of MADRS, {when(hours)}, points", *changes, _difference(buys[hours]["madrs_change"], 1.0)),
            (f"Response, {when(hours)}, people in 100", *responses, _difference(buys[hours]["response"], 100.0)),
        ]
    alike = same_dose(answers, costs)
    for name, one in ({} if alike else costs).items():
        mean, scale = name in MEANS, 1.0 if name in MEANS else 100.0
        risks = [answer.session_risks for answer in answers]
        medians = [float(np.median((found.peaks if mean else found.once)[name])) for found in risks]
        words = MEANS.get(name) or f"{_words(name)}, people in 100"
        digits = [0 if value * scale >= 10 else 1 for value in medians]
        said = [f"{value:.{n}f}" if mean else share_word(value, n) for value, n in zip(medians, digits, strict=True)]
        rows.append((words, *said, _difference(one, scale)))
    caption = (
        "Benefit first (MADRS: lower is better), then risks of one session at the largest dose. Difference: "
        f"{names[1]} minus {names[0]}, median and {INTERVAL}."
    )
    without = "" if costs else tag("p", "Costs have no numbers: one of the two has no drug or no published session.")
    if alike:
        without = tag("p", f"In a session neither risks more: {alike}.")
    return tag(
        "section", tag("h2", "What it buys, and what it costs"),
        table(caption, ("", *names, "Difference"), rows, "numbers"), without,
        tag("p", half_year_text(answers, names), class_="note"),
    )  # fmt: skip


def _words(name: str) -> str:
    return SAID[name][:1].upper() + SAID[name][1:]


def _difference(one: Interval, scale: float) -> Html:
    value, _, limits = signed(one, scale).partition(" (")
    return valued(value, limits.rstrip(")"))


def _value(one: Interval) -> Html:
    return valued(f"{one.median:z.1f}", f"{one.low:z.1f} to {one.high:z.1f}")


def _median(values: np.ndarray) -> str:
    """Of 100; what rounds to zero is `below 0.05`."""
    return share_word(float(np.median(values)))


def _share(one: Interval) -> Html:
    value, _, limits = share_text(one).partition(" (")
    return valued(value, limits.rstrip(")"))
