"""The words of a treatment sentence: text to tokens. What a sentence means is decided in `grammar.py`."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from typing import Any

from liftspan.errors import nearest
from liftspan.numbers import NoNumber, finite
from liftspan.treatment.drug import Drug
from liftspan.treatment.route import Route

DRUG_WORDS = {
    "ketamine": Drug.KETAMINE, "racemic ketamine": Drug.KETAMINE, "racemic": Drug.KETAMINE,
    "esketamine": Drug.ESKETAMINE, "s-ketamine": Drug.ESKETAMINE, "s(+)-ketamine": Drug.ESKETAMINE,
    "arketamine": Drug.ARKETAMINE, "r-ketamine": Drug.ARKETAMINE, "r(-)-ketamine": Drug.ARKETAMINE,
    "placebo": Drug.PLACEBO, "saline": Drug.PLACEBO, "sham": Drug.PLACEBO,
    "oral antidepressant": Drug.ORAL_ANTIDEPRESSANT, "oral-antidepressant": Drug.ORAL_ANTIDEPRESSANT,
    "antidepressant": Drug.ORAL_ANTIDEPRESSANT, "oral antidepressants": Drug.ORAL_ANTIDEPRESSANT,
    "new oral antidepressant": Drug.ORAL_ANTIDEPRESSANT,
}  # fmt: skip
ROUTE_WORDS = {
    "iv": Route.IV, "i.v.": Route.IV, "intravenous": Route.IV, "intravenously": Route.IV,
    "nasal": Route.NASAL, "nasally": Route.NASAL, "intranasal": Route.NASAL, "intranasally": Route.NASAL,
    "spray": Route.NASAL, "im": Route.IM, "i.m.": Route.IM, "intramuscular": Route.IM, "intramuscularly": Route.IM,
    "sc": Route.SC, "s.c.": Route.SC, "subcutaneous": Route.SC, "subcutaneously": Route.SC,
    "oral": Route.ORAL, "orally": Route.ORAL, "po": Route.ORAL, "p.o.": Route.ORAL, "by mouth": Route.ORAL,
    "sublingual": Route.SUBLINGUAL, "sublingually": Route.SUBLINGUAL, "rectal": Route.RECTAL,
    "rectally": Route.RECTAL, "oral-extended": Route.ORAL_EXTENDED, "extended-release oral": Route.ORAL_EXTENDED,
    "oral extended-release": Route.ORAL_EXTENDED, "prolonged-release oral": Route.ORAL_EXTENDED,
}  # fmt: skip
UNITS = {  # factor to mg, and whether it is per kg of body weight
    "mg": (1.0, False), "mg/kg": (1.0, True), "mcg": (0.001, False), "mcg/kg": (0.001, True),
    "g": (1000.0, False), "g/kg": (1000.0, True),
}  # fmt: skip
SAME_UNIT = {"ug": "mcg", "μg": "mcg", "milligram": "mg", "microgram": "mcg", "gram": "g", "kilogram": "kg"}
NUMERALS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
COUNTS = {word: number for number, word in enumerate(NUMERALS, start=1)}
TIMES = {"once": 1, "twice": 2, "thrice": 3}
OTHER_WORDS = (
    "hydrochloride infusion bolus push injection daily weekly fortnightly once twice thrice single every week weeks "
    "day days until then first over minutes hours sessions visits with new continued"
)
MOST_GUESSES = 20  # beyond so many misspelt words the text is not a treatment
VOCABULARY = sorted({part for key in (*DRUG_WORDS, *ROUTE_WORDS) for part in key.split()} | set(OTHER_WORDS.split()))


@dataclass(frozen=True)
class Token:
    """A piece of the sentence: what kind of thing it says, its words, and its value."""

    kind: str
    text: str
    value: Any
    start: int  # place in the text, so that a misspelt word can be replaced


def _any(words) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


NUM = r"(?>[-+]?(?:(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)(?:e[-+]?[0-9]+)?|nan\b|inf\b))"
N = rf"(?P<n>{NUM}|{_any(COUNTS)})"
UNIT = r"(?P<unit>(?:milligrams?|micrograms?|grams?|mcg|[uμ]g|mg|g)(?: ?/ ?[a-z]+| per [a-z]+)*)"
DAY = rf"{NUM}(?! ?(?:{UNIT.replace('?P<unit>', '?:')})\b)"  # `on days 0, 3, 84 mg`: 84 is no day

# Order matters: the first pattern that fits wins, so longer phrases stand before the words they contain.
PATTERNS = {
    "background": r"(?:with|plus|and) (?:an? )?(?P<state>new|newly started|continued|continuing)? ?(?:daily )?"
    r"(?:oral[ -])?antidepressants?(?: daily)?",
    "then": r"then|thereafter|afterwards|followed by|after that|;",
    "first": r"first(?: dose| session)?|initially|start(?:ing)? (?:at|with)",
    "rhythm": rf"(?P<times>once|twice|thrice|{N} ?(?:times|x)) ?(?:/ ?|an? |per |each |every )?"
    rf"(?P<per>daily|weekly|day|week)|every (?P<gap>other|{N.replace('?P<n>', '?P<m>')})(?:st|nd|rd|th)? "
    r"(?P<of>day|week)s?|(?P<plain>daily|weekly|fortnightly|alternate days|(?:every|each) (?:day|week))",
    "days": rf"(?:on )?days? (?P<list>{DAY}(?:(?: ?[,;&] ?(?:and )?| and | ){DAY})*)",
    "until": rf"(?:until|till|through)(?: the)?(?: end of)? (?P<of>day|week) {N}",
    "count": rf"(?:for )?{N} (?:more )?(?:sessions?|infusions?|doses|visits?|treatments?|injections?|times)"
    r"|(?P<single>single|one-off|one time|once)",
    "length": rf"(?:for |during )?{N}[ -]?(?P<of>day|week|month|year)s?",
    "duration": rf"(?:over |for |during |in )?(?P<n>{NUM})[ -]?(?P<of>minutes?|mins?|hours?|hrs?|h)",
    "range": rf"{NUM} ?(?:-|to|or) ?{NUM} ?{UNIT}",
    "comma": rf"[0-9]+,[0-9]+ ?{UNIT}",
    "amount": rf"(?P<n>{NUM}) ?{UNIT}",
    "drug": _any(DRUG_WORDS),
    "salt": "hydrochloride|hcl",
    "base": "(?:free )?base",
    "route": _any(ROUTE_WORDS),
    "manner": "infusions?|infused|bolus|push|injections?|injected",
    "number": NUM,
    "filler": "an?|the|of|in|by|as|at|and|given|via|doses?|each|visits?|sessions?|treatments?|body|weight",
    "word": r"[^\s,:()]+",
}
_COMPILED = {
    kind: re.compile(rf"(?:{pattern})" + ("" if kind == "word" else r"(?![\w/])")) for kind, pattern in PATTERNS.items()
}


def _number(word: str) -> float:
    """The value of a numeral; not a number where `liftspan.numbers` reads none, which `read_words` reports."""
    try:
        return float(COUNTS.get(word) or finite(word))
    except NoNumber:
        return float("nan")


def _rhythm(found: re.Match) -> tuple[float, float]:
    """(sessions, per so many days): twice weekly = (2, 7); every 3 days = (1, 3)."""
    days_in = {"d": 1.0, "w": 7.0}
    if found["times"]:
        times = TIMES[found["times"]] if found["times"] in TIMES else _number(found["n"])
        return times, days_in[found["per"][0]]
    if found["gap"]:
        return 1.0, (2.0 if found["gap"] == "other" else _number(found["m"])) * days_in[found["of"][0]]
    plain = {"fortnightly": 14.0, "alternate days": 2.0}
    return 1.0, plain.get(found["plain"]) or days_in[found["plain"].split()[-1][0]]


def _unit(words: str) -> str:
    """`milligrams per kilogram` -> `mg/kg`; `mg per session` -> `mg`, for an amount is always that of one session."""
    parts = [part.strip() for part in words.replace(" per ", "/").split("/")]
    parts = [SAME_UNIT.get(part.removesuffix("s"), part) for part in parts]
    return "/".join(part for part in parts if part not in {"session", "dose", "visit", "infusion"})


VALUES: dict[str, Callable[[re.Match], Any]] = {
    "background": lambda found: found["state"],
    "rhythm": _rhythm,
    "days": lambda found: tuple(map(_number, re.findall(NUM, found["list"]))),
    "until": lambda found: (_number(found["n"]), found["of"]),
    "count": lambda found: 1.0 if found["single"] else _number(found["n"]),
    "length": lambda found: (_number(found["n"]), found["of"]),
    "duration": lambda found: _number(found["n"]) / (60.0 if found["of"].startswith("m") else 1.0),
    "amount": lambda found: (_number(found["n"]), _unit(found["unit"])),
    "drug": lambda found: DRUG_WORDS[found[0]],
    "route": lambda found: ROUTE_WORDS[found[0]],
    "manner": lambda found: "bolus" if found[0][0] in "bp" else found[0][:3],  # bolus, inf or inj
}


DASHES = {0x2010: "-", 0x2011: "-", 0x2013: "-", 0x2212: "-"}  # hyphens, an en dash, a minus sign


def plain_text(text: str) -> str:
    """Lower case, one space between words, one kind of dash, without the assumptions that an answer added."""
    text = unicodedata.normalize("NFKC", text).lower().translate(DASHES)
    return " ".join(re.sub(r"\(assumed:[^)]*\)", " ", text).replace(";", " ; ").split())


def _tokens(text: str) -> list[Token]:
    tokens, at = [], 0
    while at < len(text):
        for kind, pattern in _COMPILED.items():
            if found := pattern.match(text, at):
                value = VALUES.get(kind, lambda match: match[0])(found)
                tokens.append(Token(kind, found[0], value, at))
                at = found.end()
                break
        else:
            at += 1  # a comma, a colon or a bracket
        while at < len(text) and text[at] in " ,.:()":
            at += 1
    return tokens


def read_words(text: str, problems: list[str]) -> list[Token]:
    """Tokens of a plain text. A misspelt word is reported, then read as its nearest word to find what else is wrong."""
    problems += _no_numbers(text)
    while True:
        tokens = _tokens(text)
        for before, token in zip([None, *tokens], tokens, strict=False):
            after_number = before is not None and before.kind == "number"
            meant = _nearest_word(token.text, after_number) if token.kind == "word" else None
            if meant and meant != token.text and len(problems) < MOST_GUESSES:
                what, valid = ("unit", UNITS) if after_number else ("word", VOCABULARY)
                problems.append(f"'{token.text}' is no {what} of a treatment; {nearest(token.text, valid)}")
                text = text[: token.start] + meant + text[token.start + len(token.text) :]
                break
        else:
            return tokens


def _no_numbers(text: str) -> list[str]:
    """Why each numeral that is no number is none: `nan`, `1e400`."""
    found = []
    for word in dict.fromkeys(re.findall(rf"(?<![\w.]){NUM}", text)):
        try:
            finite(word)
        except NoNumber as error:
            found.append(str(error))
    return found


@lru_cache(maxsize=1000)
def _nearest_word(word: str, after_number: bool) -> str | None:
    return next(iter(get_close_matches(word, [*UNITS] if after_number else VOCABULARY, n=1, cutoff=0.6)), None)
