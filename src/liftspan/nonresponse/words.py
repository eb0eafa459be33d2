"""NonResponse as text of at most 100 columns."""

from liftspan.how_fast.words import (
    CLINICAL,
    WIDTH,
    basis_text,
    miss_text,
    percent_text,
    risks_text,
    share_text,
    title_text,
    wrapped,
)
from liftspan.nonresponse.answer import AfterSessions, Chance, NonResponse
from liftspan.nonresponse.published import conventional
from liftspan.units import HOURS_PER_DAY

DEFINITION = (
    "response: the MADRS score written down is at most half of the first one, rating noise included; it is read a day "
    "after the session, or just before the next one where that comes sooner"
)
NO_DECISION = (
    "A statement about trial populations: people who were enrolled, stayed and were rated. It is no forecast for one "
    "person and no decision to stop or to go on; that belongs to the clinician and the patient, who know what else has "
    "changed. Chances come from one model of how people differ and have not been checked against courses of persons."
)
NO_PUBLISHED = "none of this drug and route are in the tables"


def as_text(answer: NonResponse) -> str:
    """The answer as a person reads it in a terminal."""
    parts = [
        title_text(answer.question),
        sentence(answer),
        _table(answer),
        wrapped(NO_DECISION),
        wrapped(against_print(answer)) if against_print(answer) else "",
        _published(answer),
        risks_text(answer),
        basis_text(answer),
        miss_text(answer.misses),
        wrapped("Not known: " + "; ".join(answer.extrapolated) + ".")
        + "\n"
        + wrapped("Assumed: " + "; ".join(answer.assumptions) + "."),
        wrapped(CLINICAL),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def sentence(answer: NonResponse) -> str:
    """The question answered in plain words, one sentence for each number of sessions."""
    day = f"day {answer.end_h / HOURS_PER_DAY:g}"
    said = [_said(one, day) for one in answer.after]
    whole = answer.response_at_end
    said.append(
        f"Of everyone, {percent_text(whole.person)} are in response on {day} ({answer.end_why}; 90 % of new trials: "
        f"{_range(whole)})."
    )
    return wrapped(" ".join(said) + "".join(f" Caution: {caution}." for caution in answer.cautions))


def _said(one: AfterSessions, day: str) -> str:
    sessions = "1 session" if one.sessions == 1 else f"{one.sessions} sessions"
    if one.later.group is None:
        return f"After {sessions} everyone is in response."
    return (
        f"After {sessions} {percent_text(one.without.person)} are without response; of these "
        f"{percent_text(one.later.person)} are in response on {day} (90 % of new trials: {_range(one.later)}), "
        f"and {percent_text(one.sometime.person)} are at some later visit "
        f"({percent_text(one.sometime_without_drug.person)} if the later visits bring no drug)."
    )


def against_print(answer: NonResponse) -> str:
    """The model beside published series where both speak of the same step; "" where they do not."""
    if answer.late is None or answer.late.group is None:
        return ""
    series = [one for one in answer.published if one.late_low is not None]
    bounds = ", ".join(f"{100.0 * one.late_low:.0f} to {percent_text(one.late_high)} ({one.source})" for one in series)
    low, high = answer.late.group.low, answer.late.group.high
    above = sum(one.late_low > high for one in series)
    below = sum(one.late_high < low for one in series)
    text = (
        f"Check against print: of those without response after the first session, the model has "
        f"{percent_text(answer.late.person)} in response after the sixth (90 % of new trials: {_range(answer.late)}); "
        f"published open series had {bounds}."
    )
    if above:
        text += (
            f" {above} of {len(series)} lie above the model's interval: people may respond later more often than this "
            "answer says, so a low chance here is no sign that going on is futile."
        )
    if below:
        text += f" {below} of {len(series)} lie below it: late response may be rarer than this answer says."
    return text


def _table(answer: NonResponse) -> str:
    head = (
        f"{'after':<12}{'without':>17}   {'of those without, in response':-^49}{'of those with,':>17}",
        f"{'sessions':<12}{'response':>17}{'at the end':>17}{'at a later visit':>18}{'at end, no drug':>17}"
        f"{'at the end':>17}",
    )
    rows = [
        f"{f'{one.sessions} (day {one.visit_h / HOURS_PER_DAY:.3g})':<12}{_cell(one.without):>17}{_cell(one.later):>17}"
        f"{_cell(one.sometime):>18}{_cell(one.later_without_drug):>17}{_cell(one.kept):>17}"
        for one in answer.after
    ]
    note = (
        f"Shares in response, mean of groups of {answer.group_size} in new trials (90 %); a group without such people "
        f"is left out. Chances in the sentences are over all people. {DEFINITION[:1].upper()}{DEFINITION[1:]}. A later "
        "visit: one after a later session, or the end. No drug: none after that visit, the same people and visits; "
        "what remains is expectancy, contact, earlier sessions and chance."
    )
    return "\n".join([*head, "-" * (WIDTH - 2), *rows, wrapped(note)])


def _published(answer: NonResponse) -> str:
    facts = [f"{one.text} ({one.source}{', derived' if one.derived else ''})" for one in answer.published]
    late = conventional()
    said = "; ".join(facts) if facts else NO_PUBLISHED
    return wrapped(f"Published: {said}. For comparison, conventional antidepressants: {late.text} ({late.source}).")


def _cell(chance: Chance) -> str:
    return share_text(chance.group) if chance.group is not None else "nobody"


def _range(chance: Chance) -> str:
    return f"{chance.group.low * 100:.0f} to {chance.group.high * 100:.0f}"
