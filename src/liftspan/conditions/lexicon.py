"""Tokens of a diagnosis -> items: what each word or phrase can mean, the longest phrase first."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

from liftspan.conditions.folding import ENDS_A_CLAUSE, tokens_of
from liftspan.conditions.table import open_questions, plain_words, shipped_conditions
from liftspan.frozen import frozen_record

WHICH_BIPOLAR = "?bipolar"  # stands where the type is not said
ASK = "?"  # before the number of an open question
BIPOLAR = frozenset(("bipolar", "bipolare", "bipolarer", "bipolaren", "bipolares", "bpad", "bp", "bd"))
NEEDS_A_TYPE = frozenset(("bp", "bd"))  # without it: blood pressure, twice daily
BESIDE_A_TYPE = frozenset(
    ("affective", "disorder", "depression", "depressive", "type", "typ", "spectrum", "illness", "affektive", "storung")
) | {",", "(", "-"}
TYPES = {
    "i": "bipolar-1",
    "1": "bipolar-1",
    "one": "bipolar-1",
    "ii": "bipolar-2",
    "2": "bipolar-2",
    "two": "bipolar-2",
}
GLUED = {f"{short}{digit}": TYPES[digit] for short in ("bipolar", "bp", "bd") for digit in ("i", "ii", "1", "2")}
COUNTED = frozenset(
    ("year", "years", "month", "months", "week", "weeks", "day", "days", "episode", "episodes", "x", "times", "jahre")
)
FURTHEST = 8  # tokens from "bipolar" to its type
CERTAINTY = {"g": "plain", "l": "plain", "r": "plain", "b": "plain", "v": "doubt", "a": "doubt", "z": "past"}


@dataclass(frozen=True)
class Item:
    """One phrase of a clause."""

    words: str
    roles: frozenset[str]  # lists of words.toml that hold it, and "mention", "code", "and", "end"
    names: tuple[str, ...] = ()  # of a mention: conditions, WHICH_BIPOLAR, or ASK and a number

    def is_a(self, role: str) -> bool:
        return role in self.roles


@dataclass(frozen=True)
class Lexicon:
    """Phrases by their first word, and beginnings of words."""

    phrases: Mapping[str, Sequence[tuple[tuple[str, ...], str, str]]]  # first word -> (words, role, name)
    beginnings: Sequence[tuple[tuple[str, ...], str, str]]
    codes: Mapping[str, Mapping[str, Collection[str]]]  # code without dot -> role -> names


@cache
def lexicon() -> Lexicon:
    """All phrases and codes of the shipped tables."""
    found = Lexicon(defaultdict(list), [], defaultdict(lambda: defaultdict(set)))
    for one in shipped_conditions().values():
        _add(found, (*one.spellings, one.words), one.codes, "mention", one.name)
    for number, one in enumerate(open_questions()):
        _add(found, one.spellings, one.codes, "mention", f"{ASK}{number}")
        _add(found, one.settled, (), "settled", f"{ASK}{number}")
    for part, words in plain_words().items():
        if part == "icd":
            _add(found, (), words, "depression", "")
        else:
            _add(found, words, (), part, "")
    _add(found, ("and", "und", "et", "&", "+"), (), "and", "")
    _add(found, ("?",), (), "doubt", "")
    _add(found, ("year old", "years old", "year olds"), (), "plain", "")
    _add(found, (), ("F31", "F318", "F319", "2968"), "mention", WHICH_BIPOLAR)
    codes = {code: {role: tuple(sorted(names)) for role, names in by.items()} for code, by in found.codes.items()}
    return frozen_record(replace(found, codes=codes))


def _add(found: Lexicon, spellings: Sequence[str], codes: Sequence[str], role: str, name: str) -> None:
    for spelling in spellings:
        words = tuple(tokens_of(spelling.removesuffix("*")))
        if spelling.endswith("*"):
            found.beginnings.append((words, role, name))
        else:
            found.phrases[words[0]].append((words, role, name))
    for code in codes:
        found.codes[code.lower()][role].add(name)


def items_of(text: str) -> Iterator[Item]:
    """The phrases of a text in order; a mark that ends a clause is an item with the role "end"."""
    tokens = tokens_of(text)
    at = 0
    while at < len(tokens):
        item, length = _next(tokens, at)
        if item is not None:
            yield item
        at += length


def _next(tokens: Sequence[str], at: int) -> tuple[Item | None, int]:
    word = tokens[at]
    if word in ENDS_A_CLAUSE:
        return Item(word, frozenset(("end",))), 1
    bipolar = _bipolar(tokens, at)
    if bipolar is not None:
        return bipolar
    code = _code(word)
    if code is not None:
        return code, 1
    if word[0].isdigit():
        return Item(word, frozenset(("plain",))), 1
    phrase = _phrase(tokens, at)
    if phrase is not None:
        return phrase
    if not word[0].isalnum():
        return (Item(word, frozenset(("between",))), 1) if word == ":" else (None, 1)
    return Item(word, frozenset()), 1


def _bipolar(tokens: Sequence[str], at: int) -> tuple[Item, int] | None:
    """`bipolar affective disorder, type I`: the type may stand some words later, also behind a comma."""
    word = tokens[at]
    if word in GLUED:
        return Item(word, frozenset(("mention",)), (GLUED[word],)), 1
    if word not in BIPOLAR:
        return None
    here = at + 1
    while here < len(tokens) and here - at < FURTHEST and tokens[here] in BESIDE_A_TYPE:
        here += 1
    kind = TYPES.get(tokens[here]) if here < len(tokens) else None
    if kind is not None and not (here + 1 < len(tokens) and tokens[here].isdigit() and tokens[here + 1] in COUNTED):
        return Item(" ".join(tokens[at : here + 1]), frozenset(("mention",)), (kind,)), here + 1 - at
    if word in NEEDS_A_TYPE:
        return None
    return Item(word, frozenset(("mention",)), (WHICH_BIPOLAR,)), 1


def _code(word: str) -> Item | None:
    """A code of ICD-10 or ICD-9-CM by its longest known beginning; None where the word is none."""
    if word.isdigit() or not (
        len(word) > 2 and word[1].isdigit() and (word[0].isdigit() or word[2].isdigit() or word[2] == "a")
    ):
        return None
    plain = word.replace(".", "").rstrip("x-")
    roles, certainty = {"code"}, ""
    if word[0] not in "st" and plain[-1] in CERTAINTY and plain[-2:-1].isdigit() and len(plain) > 3:
        plain, certainty = plain[:-1], CERTAINTY[plain[-1]]
    known = lexicon().codes
    for length in range(len(plain), 1, -1):
        if plain[:length] in known:
            found = known[plain[:length]]
            names = tuple(sorted(found.get("mention", ())))
            roles |= set(found) | ({certainty} if certainty in ("doubt", "past") else set())
            return Item(word, frozenset(roles), names)
    return Item(word, frozenset(("code",)))


def _phrase(tokens: Sequence[str], at: int) -> tuple[Item, int] | None:
    """The longest phrase that begins here, with every role that it has."""
    known = lexicon()
    fitting = (
        [
            (words, role, name)
            for words, role, name in known.phrases[tokens[at]]
            if tuple(tokens[at : at + len(words)]) == words
        ]
        if tokens[at] in known.phrases
        else []
    )
    for words, role, name in known.beginnings:
        here = tokens[at : at + len(words)]
        if len(here) == len(words) and here[-1].startswith(words[-1]) and tuple(here[:-1]) == words[:-1]:
            fitting.append((words, role, name))
    if not fitting:
        return None
    length = max(len(words) for words, _, _ in fitting)
    longest = [(role, name) for words, role, name in fitting if len(words) == length]
    names = tuple(dict.fromkeys(name for _, name in longest if name))
    certain = tuple(name for name in names if not name.startswith(ASK))
    return Item(" ".join(tokens[at : at + length]), frozenset(role for role, _ in longest), certain or names), length
