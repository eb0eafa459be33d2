"""START HERE to read a diagnosis: free text -> conditions that hold, what is asked, what was not understood.

A condition holds where its words stand without a word that denies or doubts them or gives them to a relative. Where
such a word stands there and its reach is not clear, the text is a question: never a pass. Time is linear in the text.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from liftspan.conditions.lexicon import WHICH_BIPOLAR, Item, items_of
from liftspan.conditions.table import open_questions, shipped_conditions
from liftspan.numbers import shortened

LONGEST = 1000  # characters; a diagnosis is a line, and a letter has names in it
REACH = 6  # phrases between a word that denies or doubts and the condition
MOST_QUOTED = 4
OR = frozenset(("or", "nor", "oder"))
HOLDS, DENIED, UNSURE = "holds", "denied", "unsure"
HOW_TO_ANSWER = "Judge it and state `conditions`: the names of what holds, or [] where nothing does"


QUOTED = re.compile(r"(not understood: ).{1,2000}?(: does anything stand against)", re.DOTALL)


@dataclass(frozen=True)
class Diagnosis:
    """What a text says."""

    conditions: tuple[str, ...]  # of the vocabulary, sorted
    open: tuple[str, ...]  # what was doubted, left open or not understood, one sentence each
    which_bipolar: bool  # bipolar disorder without its type: nothing is answered before it is known

    @property
    def questions(self) -> tuple[str, ...]:
        """What is open, each with how to answer it."""
        return tuple(f"{one} {HOW_TO_ANSWER}" for one in self.open)


def read_diagnosis(text: str) -> Diagnosis:
    """The conditions and questions of a diagnosis. Raises ValueError where it has more than LONGEST characters."""
    if len(text) > LONGEST:
        raise ValueError(f"it has {len(text):,} characters; the most read is {LONGEST:,}: write the diagnosis alone")
    clauses = _clauses(items_of(text))
    states = _states(clauses)
    held = {name for name, _, state in states if state == HOLDS and name in shipped_conditions()}
    which = any(name == WHICH_BIPOLAR and state == HOLDS for name, _, state in states)
    asked = [*_doubts(states), *_left_open(states), *_not_understood(clauses)]
    depressed = any(one.is_a("depression") for clause, _ in clauses for one in clause)
    if text.strip() and not (asked or held or which or depressed):
        asked.append("diagnosis: it names no depressive disorder that is understood: is it one?")
    return Diagnosis(tuple(sorted(held)), tuple(dict.fromkeys(asked)), which)


def _doubts(states: Sequence[tuple[str, str, str]]) -> list[str]:
    return [
        f"diagnosis: does '{shortened(words)}' hold for this person now?"
        for _, words, state in states
        if state == UNSURE
    ]


def _left_open(states: Sequence[tuple[str, str, str]]) -> list[str]:
    return [
        f"diagnosis: {shortened(words)}: {open_questions()[int(name[1:])].question}."
        for name, words, state in states
        if state == HOLDS and name[1:].isdigit()
    ]


def _not_understood(clauses: Sequence[tuple[list[Item], str]]) -> list[str]:
    unknown = list(dict.fromkeys(run for clause, _ in clauses for run in _unknown(clause)))
    if not unknown:
        return []
    quoted = ", ".join(f"'{shortened(run)}'" for run in unknown[:MOST_QUOTED])
    more = f" and {len(unknown) - MOST_QUOTED} more" if len(unknown) > MOST_QUOTED else ""
    return [f"diagnosis: not understood: {quoted}{more}: does anything stand against treatment?"]


def unquoted(text: str) -> str:
    """A text without the words of a diagnosis that were not understood: they may name somebody, and files go round."""
    return QUOTED.sub(r"\1words left out of files\2", text)


def _clauses(items: Iterable[Item]) -> list[tuple[list[Item], str]]:
    """The clauses of a text, each with the mark before it."""
    found: list[tuple[list[Item], str]] = [([], "")]
    for item in items:
        if item.is_a("end"):
            found.append(([], item.words))
        else:
            found[-1][0].append(item)
    return [(clause, mark) for clause, mark in found if clause]


def _states(clauses: Sequence[tuple[list[Item], str]]) -> list[tuple[str, str, str]]:
    """(name, words, state) of every mention, neighbouring clauses considered."""
    found = []
    for at, (clause, _) in enumerate(clauses):
        after = clauses[at + 1] if at + 1 < len(clauses) else ([], "")
        found.append(
            [(item, _state(clause, place, after)) for place, item in enumerate(clause) if item.is_a("mention")]
            + [(item, UNSURE) for place, item in enumerate(clause) if _unsettled(clause, place)]
        )
    _pass_on(clauses, found)
    return [(name, item.words, state) for clause in found for item, state in clause for name in item.names]


def _unsettled(clause: Sequence[Item], place: int) -> bool:
    """`not well controlled hypertension`: what would settle a question, denied or over."""
    return clause[place].is_a("settled") and _before(clause, place) != (HOLDS, False)


def _state(clause: Sequence[Item], place: int, after: tuple[Sequence[Item], str]) -> str:
    """Whether the condition at a place of its clause holds."""
    item = clause[place]
    if item.is_a("doubt"):
        return UNSURE
    before, was = _before(clause, place)
    behind, was_behind = _behind(clause, place, after)
    if DENIED in (before, behind):
        return UNSURE if before == behind else DENIED  # "no psychosis ruled out": denied twice is asked
    lasts = all(name not in shipped_conditions() or shipped_conditions()[name].lasts for name in item.names)
    if UNSURE in (before, behind) or ((was or was_behind or item.is_a("past")) and not lasts):
        return UNSURE
    return HOLDS


def _before(clause: Sequence[Item], place: int) -> tuple[str, bool]:
    """What the words before a condition make of it, and whether they say that it is over."""
    sure, was, joined = True, False, False
    for steps, at in enumerate(range(place - 1, -1, -1)):
        here = clause[at]
        was = was or (sure and here.is_a("past"))
        if here.words == "non" and at < place - 1:
            sure = False  # "non-bipolar psychotic depression": it denies the next word alone
            continue
        if here.is_a("denies"):
            return (DENIED if sure and not _denied_itself(clause, at) else UNSURE), was
        if here.is_a("family") and not _is_the_patient(clause, at):
            lasts = all(shipped_conditions()[one].lasts for one in clause[place].names if one in shipped_conditions())
            return (DENIED if sure and lasts else UNSURE), was
        if here.is_a("doubt"):
            return UNSURE, was
        with_relative = here.words in ("with", "mit") and at > 0 and clause[at - 1].is_a("family")
        if (here.is_a("stops") and not with_relative) or steps >= REACH:
            break
        joined = joined or here.words in OR
        sure = sure and (with_relative or here.is_a("between") or (here.is_a("mention") and joined))
        joined = joined and not here.is_a("mention")
    return HOLDS, was


def _denied_itself(clause: Sequence[Item], at: int) -> bool:
    """`not without psychotic features`, `nicht ohne`: a word that denies, after another that denies or doubts it."""
    for here in reversed(clause[max(0, at - REACH) : at]):
        if here.is_a("mention") or here.is_a("stops") or here.is_a("and"):
            return False
        if here.is_a("denies") or here.is_a("doubt"):
            return True
    return False


def _is_the_patient(clause: Sequence[Item], at: int) -> bool:
    """`mother of two`: a relative of others, and no relative of the patient."""
    return at + 1 < len(clause) and clause[at + 1].words == "of" and "history" not in clause[at].words


def _behind(clause: Sequence[Item], place: int, after: tuple[Sequence[Item], str]) -> tuple[str, bool]:
    """What the words behind a condition make of it."""
    sure, was = True, False
    for at in range(place + 1, min(place + 1 + REACH, len(clause))):
        here = clause[at]
        was = was or (at == place + 1 and here.is_a("past"))
        if here.is_a("and") or here.is_a("stops"):
            return HOLDS, was
        if here.is_a("denied") or here.is_a("denies"):
            return _denied_by(clause, at, sure), was
        if here.is_a("of_family"):
            alone = sure and not any(one.is_a("and") for one in clause[at + 1 :])
            return (DENIED if alone else UNSURE), was
        if here.is_a("doubt") or (here.is_a("family") and not _is_the_patient(clause, at)):
            return (HOLDS if _another(clause, at) else UNSURE), was
        sure = sure and (here.is_a("between") or here.is_a("depression") or here.is_a("mention"))
    if place + 1 + REACH < len(clause):
        return HOLDS, was
    return _told_apart(after) if sure else HOLDS, was


def _denied_by(clause: Sequence[Item], at: int, sure: bool) -> str:
    """What a word like "no" or "excluded" behind a condition makes of it; it may belong to what follows."""
    rest = clause[at + 1 :]
    if _another(clause, at):
        return HOLDS
    if clause[at].is_a("denies_alone"):  # "psychotic depression no response"
        return DENIED if sure and not rest else HOLDS
    known = all(one.roles - {"code"} and one.words != "from" for one in rest)
    return DENIED if sure and known and clause[at].is_a("denied") else UNSURE


def _another(clause: Sequence[Item], at: int) -> bool:
    """Whether a further condition follows, to which a word belongs rather than to the one before it."""
    for here in clause[at + 1 : at + 1 + REACH]:
        if here.is_a("mention"):
            return True
        if here.is_a("stops"):
            return False
    return False


def _told_apart(after: tuple[Sequence[Item], str]) -> str:
    """`psychosis (ruled out)`, `bipolar I (mother)`: the next clause says nothing else."""
    words, mark = after
    rest = [one for one in words if not one.is_a("between")]
    if len(rest) != 1 or mark not in ("(", ",", "[", "–", "—"):
        return HOLDS
    if rest[0].is_a("denied"):
        return DENIED
    if rest[0].is_a("family") or rest[0].is_a("of_family"):
        return DENIED if mark in ("(", "[") else UNSURE
    return UNSURE if rest[0].is_a("doubt") else HOLDS


def _pass_on(clauses: Sequence[tuple[list[Item], str]], found: list[list[tuple[Item, str]]]) -> None:
    """`no mania, psychosis or dementia`: what a comma passes on is not sure, unless an "or" closes the list."""
    for at, (clause, mark) in enumerate(clauses):
        if at and mark in (",", "/") and _bare(clause) and found[at - 1] and found[at - 1][-1][1] != HOLDS:
            closed = any(one.words in OR for one in clause) and found[at - 1][-1][1] == DENIED
            found[at] = [(item, _passed(item, state, closed)) for item, state in found[at]]
            if any(one.words in OR for one in clause):
                _close(clauses, found, at)
    for at in range(len(clauses) - 2, -1, -1):
        following = clauses[at + 1]
        told = found[at + 1] and found[at + 1][0][1] != HOLDS and _bare(clauses[at][0])
        if told and following[1] in (",", "/") and _behind(following[0], _first(following[0]), ([], ""))[0] != HOLDS:
            found[at] = [(item, _passed(item, state, False)) for item, state in found[at]]


def _passed(item: Item, state: str, closed: bool) -> str:
    if state != HOLDS or item.is_a("code"):
        return state
    return DENIED if closed else UNSURE


def _close(clauses: Sequence[tuple[list[Item], str]], found: list[list[tuple[Item, str]]], last: int) -> None:
    """The list that ends with "or" at `last` was denied from its first clause on: deny what was not sure in it."""
    first = last
    while first > 0 and clauses[first][1] in (",", "/") and _bare(clauses[first][0]):
        first -= 1
    if found[first] and found[first][-1][1] == DENIED:
        for at in range(first + 1, last + 1):
            found[at] = [
                (item, DENIED if state == UNSURE and not item.is_a("doubt") else state) for item, state in found[at]
            ]


def _bare(clause: Sequence[Item]) -> bool:
    """A clause of conditions and nothing else."""
    return any(one.is_a("mention") for one in clause) and all(one.is_a("mention") or one.words in OR for one in clause)


def _first(clause: Sequence[Item]) -> int:
    return next(at for at, one in enumerate(clause) if one.is_a("mention"))


def _unknown(clause: Sequence[Item]) -> list[str]:
    """Runs of words that nobody understands; none in `no asthma` and in what a relative has."""
    alien = [not (one.roles - {"code"}) for one in clause]
    if not any(alien):
        return []
    rest = [one for one in clause[1:] if not one.is_a("between")]
    lone = len(rest) <= 2 and clause[0].is_a("denies") and not clause[0].is_a("doubt")
    of_others = clause[0].is_a("family") and not any(one.is_a("stops") or one.is_a("and") for one in clause)
    if lone or (of_others and not _is_the_patient(clause, 0)):
        return []
    runs = groupby(zip(clause, alien, strict=True), key=lambda pair: pair[1])
    return [" ".join(one.words for one, _ in run) for strange, run in runs if strange]
