"""Text of a diagnosis -> plain words: case, accents, hidden characters and short forms folded."""

import re
import unicodedata

# Of the code: letter, two digits (or digit and A), then up to four more characters; or ICD-9-CM with its dot.
CODE = (
    r"[a-z][0-9][0-9a](?:\.?(?:[0-9x-][0-9a-z]{0,3}|[ab](?:[0-9][0-9a-z]{0,2})?)?)(?![^\W_])"
    r"|[0-9]{3}\.[0-9x][0-9x]?(?![^\W_])"
)
TOKENS = re.compile(rf"(?<![^\W_])(?:{CODE})|[0-9]+(?:[.,][0-9]+)?|[^\W_]+|[^\w\s]")
ENDS_A_CLAUSE = frozenset(",;./()[]{}|\\•·–—")
# Short forms with marks in them, before the marks end clauses.
SHORT_FORMS = tuple(
    (re.compile(rf"(?<![^\W_]){pattern}"), words)
    for pattern, words in (
        (r"w/o(?![^\W_])", " without "),
        (r"w/", " with "),
        (r"r/o(?![^\W_])", " rule out "),
        (r"s/p(?![^\W_])", " status post "),
        (r"h/o(?![^\W_])", " history of "),
        (r"f/h(?![^\W_])", " family history of "),
        (r"and/or(?![^\W_])", " or "),
        (r"z\.\s?n\.", " zustand nach "),
        (r"v\.\s?a\.", " verdacht auf "),
        (r"d\.\s?d\.", " differentialdiagnose "),
        (r"o\.\s?n\.\s?a\.", " nos "),
        (r"n\.\s?o\.\s?s\.", " nos "),
        (r"f\s(?=[0-9]{2}\.)", "f"),
    )
)


def folded(text: str) -> str:
    """A text as words are compared: NFKC, small letters, without accents and without characters that nobody sees."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    plain = unicodedata.normalize("NFKD", plain)
    seen = (one for one in plain if unicodedata.category(one) not in ("Cf", "Mn"))
    return "".join(" ; " if one in "\r\n" else " " if unicodedata.category(one)[0] in "CZ" else one for one in seen)


def without_hidden(text: str) -> str:
    """A text on one line as it may be shown: without characters that nobody sees or that steer a terminal."""
    seen = (" " if unicodedata.category(one) in ("Cc", "Zl", "Zp") else one for one in text)
    return " ".join("".join(one for one in seen if unicodedata.category(one) != "Cf").split())


def tokens_of(text: str) -> list[str]:
    """Words, codes, numbers and single marks of a text, folded; hyphens inside words part them."""
    plain = re.sub(r"\s[-‐‑]+\s", " ; ", folded(text))
    for pattern, words in SHORT_FORMS:
        plain = pattern.sub(words, plain)
    plain = re.sub(r"(?<=[^\W\d_])[-‐‑'’_](?=[^\W_])|_", " ", plain)
    return TOKENS.findall(plain)
