"""Words with a closed list of meanings, read the same way in every table and file: case, blanks and synonyms folded.

>>> Vocabulary("route", ("iv", "im", "nasal"), {"intranasal": "nasal"}).read(" Intranasal ")
'nasal'
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from liftspan.errors import nearest
from liftspan.numbers import shortened


class NotAWord(ValueError):
    """The text is no word of the list; the message repeats it and names the nearest."""


@dataclass(frozen=True)
class Vocabulary:
    """The words that a column may hold, as the program writes them, and other spellings of them."""

    what: str  # names the column in messages: "route"
    words: tuple[str, ...]
    synonyms: Mapping[str, str] = field(default_factory=dict)  # other spelling -> one of `words`
    # Spelling -> why it is none of `words` although it looks like one; said in place of the nearest word.
    others: Mapping[str, str] = field(default_factory=dict)

    def read(self, text: str) -> str:
        """The word that a text means. Raises NotAWord with the nearest one: an unknown word is never passed over."""
        key = folded(text)
        for word in self.words:
            if folded(word) == key:
                return word
        for spelling, word in self.synonyms.items():
            if folded(spelling) == key:
                return word
        for spelling, reason in self.others.items():
            if folded(spelling) == key:
                raise NotAWord(f"{self.what} '{shortened(text.strip())}': {reason}")
        raise NotAWord(
            f"{self.what} '{shortened(text.strip())}' is not known; {nearest(text.strip()[:40], self.words)}"
        )

    def __contains__(self, text: str) -> bool:
        try:
            self.read(text)
        except NotAWord:
            return False
        return True


def folded(text: str) -> str:
    """A text without case, and with `-`, `_` and runs of blanks as one: `Open-Label` and `open_label` are the same."""
    return " ".join(text.casefold().replace("_", " ").replace("-", " ").split())
