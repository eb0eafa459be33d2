"""Errors that speak to a person: every problem at once, never a traceback."""

import re
from collections.abc import Iterable
from difflib import get_close_matches

LONGEST_WORD = 60
LONGEST_REPEATED = 600  # characters of a word in a message: names of files have at most 255, some paths have more
LONGEST_PROBLEM = 6000
# Controls but tab and line end (C0, DEL, C1); marks that are not seen or turn the direction of what follows; line ends
# that only some programs know.
HIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\U000e0000-\U000e007f]"
)


class InvalidInput(ValueError):
    """The input cannot be used; `problems` holds one readable sentence for each reason (exit code 3)."""

    def __init__(self, problems: Iterable[str], subject: str = "this input"):
        self.problems = tuple(brief(printable(problem)) for problem in problems)
        self.subject = printable(subject)
        super().__init__(self._text())

    def _text(self) -> str:
        if len(self.problems) == 1:
            return self.problems[0]
        lines = [f"{len(self.problems)} problems in {self.subject}:"]
        return "\n".join(lines + [f"  - {problem}" for problem in self.problems])


class OutsideEvidence(InvalidInput):
    """A treatment or person whose mood outcome no trial supports: the body still answers, mood does not."""


def printable(text: str) -> str:
    """A text without control characters: they stand as \\x1b and cannot reach a terminal; line ends are kept."""
    if text.isprintable():
        return text
    return "".join(one if one.isprintable() or one == "\n" else one.encode("unicode_escape").decode() for one in text)


def shown(text: str) -> str:
    """A text for a terminal or a page: what is hidden in it, or would act on a terminal, stands as \\x1b or \\u202e.

    Letters of every language, tab and line end stay.
    """
    return HIDDEN.sub(lambda found: found[0].encode("unicode_escape").decode(), text)


def brief(text: str) -> str:
    """A message that a person can read: a word or a text of endless length, repeated in it, loses its middle."""
    text = re.sub(rf"\S{{{LONGEST_REPEATED},}}", lambda found: f"{found[0][:80]}...{found[0][-40:]}", text)
    return text if len(text) <= LONGEST_PROBLEM else f"{text[: LONGEST_PROBLEM - 500]} ... {text[-480:]}"


def nearest(word: str, valid: Iterable[str]) -> str:
    """`; did you mean 'nasal'?` when a valid word is close, else the list of valid words."""
    choices = sorted(valid)
    # Comparing takes the product of the lengths: a megabyte of text is no slip of a word.
    close = get_close_matches(word.lower()[:LONGEST_WORD], choices, n=1, cutoff=0.6)
    return f"did you mean '{close[0]}'?" if close else f"valid: {', '.join(choices)}"
