"""Sessions and scores of a record, one by one: checked, in the time they were written in."""

from dataclasses import dataclass
from datetime import date

from liftspan.errors import InvalidInput
from liftspan.forecast.entries import (
    SCORE_KEYS,
    SESSION_KEYS,
    Entry,
    moment,
    number,
    shown,
    text,
    unknown_keys,
    whole,
)
from liftspan.forecast.scales import SCALES, leaves_items_open, scale_named
from liftspan.treatment.dose import Dose
from liftspan.treatment.grammar import parse_treatment

Moment = float | date  # a date-time is a date too
LONGEST_RECALL_D = 31.0
ITEM_SCALES = {scale.suicidal_item: scale for scale in SCALES.values() if scale.suicidal_item}


@dataclass(frozen=True)
class ReadSession:
    """One session as written; `moment` None = it could not be read."""

    entry: Entry
    moment: Moment | None
    given: bool
    text: str
    doses: tuple[Dose, ...]


@dataclass(frozen=True)
class ReadScore:
    """One score as written; None where a part could not be read."""

    entry: Entry
    moment: Moment | None
    scale: str | None
    value: float | None
    suicidal_item: int | None
    recall_d: float | None
    caution: str = ""  # what was taken for granted

    @property
    def readable(self) -> bool:
        return None not in (self.moment, self.scale, self.value)


def read_session(entry: Entry, problems: list[str]) -> ReadSession:
    """A session; every problem of it goes to `problems`."""
    problems += unknown_keys(entry, "a session", SESSION_KEYS)
    when = moment(entry, "session", problems)
    given = entry.cells.get("given", True)
    if not isinstance(given, bool):
        problems.append(f"{entry.at('given')}: given = {shown(given)} is neither true nor false; false = planned")
    words = text(entry, "treatment", problems)
    if "treatment" not in entry.cells:
        problems.append(f'{entry.at()}: no treatment; write treatment = "ketamine 0.5 mg/kg iv over 40 min"')
    said, doses = _one_sitting(entry, words, problems) if words is not None else ("", ())
    return ReadSession(entry, when, given is not False, said, doses)


def _one_sitting(entry: Entry, words: str, problems: list[str]) -> tuple[str, tuple[Dose, ...]]:
    """The words and doses of the one session that a treatment describes."""
    where = entry.at("treatment")
    try:
        regimen = parse_treatment(words)
    except InvalidInput as error:
        problems += [f"{where}: treatment {shown(words)}: {problem}" for problem in error.problems]
        return "", ()
    if regimen.daily_oral_antidepressant:
        problems.append(
            f'{where}: treatment {shown(words)} names an oral antidepressant; write background = "new" under '
            "[person], and under treatment what was given in the session"
        )
        return "", ()
    if len(regimen.sessions) != 1:
        problems.append(
            f"{where}: treatment {shown(words)} has {len(regimen.sessions)} sessions; write each one with its own day"
        )
        return "", ()
    said, _, assumed = regimen.text.partition(" (assumed: ")
    kept = [one for one in assumed.rstrip(")").split("; ") if one and one != "a single session"]
    said = f"{said} (assumed: {'; '.join(kept)})" if kept else said
    return said, regimen.sessions[0].doses


def read_score(entry: Entry, problems: list[str]) -> ReadScore:
    """A score; every problem of it goes to `problems`."""
    problems += unknown_keys(entry, "a score", SCORE_KEYS)
    when = moment(entry, "score", problems)
    scale = _scale(entry, problems)
    value = _value(entry, scale, problems)
    item = None
    for key, owner in ITEM_SCALES.items():
        if key not in entry.cells:
            continue
        if scale == owner.name:
            item = whole(entry, key, owner.suicidal_item_maximum, problems)
        elif scale is not None:
            problems.append(
                f"{entry.at(key)}: {key} belongs to {owner.name}, and this is a score on {scale}; remove it"
            )
    if value is not None and item is not None:
        problems += [f"{entry.at(SCALES[scale].suicidal_item)}: {one}" for one in against_item(scale, value, item)]
    recall_d = number(entry, "recall_d", problems)
    if recall_d is not None and not 0.0 <= recall_d <= LONGEST_RECALL_D:
        problems.append(
            f"{entry.at('recall_d')}: recall_d = {recall_d:.6g} is outside 0 to {LONGEST_RECALL_D:g} days: how far "
            "back was the rating to look?"
        )
    return ReadScore(entry, when, scale, value, item, recall_d, _caution(entry, scale))


def against_item(scale: str, value: float, item: float) -> list[str]:
    """Why a total and its item on suicidal thoughts cannot both be right; empty where they can."""
    name, most = SCALES[scale].suicidal_item, SCALES[scale].suicidal_item_maximum
    others = SCALES[scale].maximum - most
    if item > value:
        return [f"{name} = {item:g} is more than the whole score, {scale} {value:g}; which of the two is a slip?"]
    if value - item > others:
        return [
            f"{name} = {item:g} of {scale} {value:g} leaves {value - item:g} for the other items, which have at most "
            f"{others:g}; which of the two is a slip?"
        ]
    return []


def _caution(entry: Entry, scale: str | None) -> str:
    words = entry.cells.get("scale")
    if scale != "HAMD17" or not leaves_items_open(words):
        return ""
    return (
        "HAM-D without its number of items is taken as that of 17 items: 21 and 24 items are other scales; write HAMD17"
    )


def _scale(entry: Entry, problems: list[str]) -> str | None:
    words = text(entry, "scale", problems)
    if "scale" not in entry.cells:
        problems.append(f"{entry.at()}: no scale is named; known: {', '.join(SCALES)}")
    if words is None:
        return None
    try:
        return scale_named(words)
    except InvalidInput as error:
        problems += [f"{entry.at('scale')}: {problem}" for problem in error.problems]
        return None


def _value(entry: Entry, scale: str | None, problems: list[str]) -> float | None:
    value = number(entry, "value", problems)
    if "value" not in entry.cells:
        problems.append(f"{entry.at()}: this score has no value; remove the entry when nothing was rated")
    if value is None:
        return None
    maximum = SCALES[scale].maximum if scale else max(one.maximum for one in SCALES.values())
    if value < 0.0:
        problems.append(f"{entry.at('value')}: value = {value:.6g} is below 0; is it a change? write the score itself")
        return None
    if value > maximum:
        of = f"the {scale} maximum of {maximum:g}" if scale else f"the maximum of every scale, {maximum:g}"
        problems.append(f"{entry.at('value')}: score {value:.6g} is above {of}; a slip of a digit, or another scale?")
        return None
    return value
