"""Text -> number, the same way for every table, file and option: what cannot be read is said, never guessed.

>>> finite("0.5"), finite(".5"), finite("5e-1")
(0.5, 0.5, 0.5)
"""

import re
from numbers import Real

from liftspan.errors import printable

LARGEST_SEED = 2**32 - 1
LONGEST = 40  # characters of a number; a longer one is another column, or an attack on the reader
DECIMAL = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,4})?", re.ASCII)
NOT_REPORTED = frozenset({"na", "n/a", "nr", "nan", "null", "none", "-", "--", ".", "?", "not reported", "unknown"})
INFINITE = float("inf")
DASHES = str.maketrans({"−": "-", "–": "-", "‑": "-"})
# What a spreadsheet writes in place of a value, in the languages that end it with ! or ?, and the few that do not.
SPREADSHEET_ERROR = re.compile(r"#(?:¡?[^\W\d_]{2,12}(?:/0)?[!?]|N/[A-Z]|NV|GETTING_DATA)|Err:[0-9]{3}", re.IGNORECASE)


class NoNumber(ValueError):
    """The text is no finite decimal number; the message repeats it and says the likely cause."""


def finite(text: str) -> float:
    """A finite decimal number: digits with at most one point, a sign and an exponent.

    Raises NoNumber for everything else: blanks, commas, units, underscores, `nan`, `inf`, numbers beyond a double and
    texts of more than 40 characters.
    """
    word = text.strip()
    if len(word) <= LONGEST and DECIMAL.fullmatch(word):
        value = float(word)
        if abs(value) < INFINITE:
            return value
    raise NoNumber(f"'{shortened(word)}' is no number; {likely_cause(word)}")


def likely_cause(word: str) -> str:
    """Why a text is no number, and what to write: without the text itself."""
    plain = word.strip().translate(DASHES)
    if not plain:
        return "the cell is blank"
    if len(plain) > LONGEST:
        return f"it has more than {LONGEST} characters"
    if plain.lower() in NOT_REPORTED:
        return "leave the cell blank if it is not known"
    if SPREADSHEET_ERROR.fullmatch(plain):
        return "it is an error of a spreadsheet; mend the cell there"
    if plain.lower().strip("+-") in ("inf", "infinity") or (DECIMAL.fullmatch(plain) and plain == word.strip()):
        return "it is not finite"
    if DECIMAL.fullmatch(plain):
        return "is the minus sign another dash? Write -1.5"
    if "_" in plain:
        return "write digits without underscores"
    if re.fullmatch(r"[+-]?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?", plain):
        return "is the comma between thousands, or a decimal point? Write 1200 or 1.2"
    if re.fullmatch(r"[+-]?[0-9]*,[0-9]+", plain):
        return "is the comma a decimal point? Write 1.5"
    if any(one.isdigit() and not one.isascii() for one in plain):
        return "write the digits 0 to 9"
    if DECIMAL.fullmatch(plain.lower().replace("d", "e", 1)):
        return "write the exponent with E: 1E-3"
    if re.fullmatch(r"[0-9]{1,3}:[0-9]{2}(:[0-9]{2})?", plain, re.ASCII):
        return "is it a clock, or hours and minutes? Write one number in the unit of the column"
    if plain.endswith("%"):
        return "write the number alone, and a percentage as a fraction: 45 % as 0.45"
    if re.fullmatch(rf"{DECIMAL.pattern}\s*[^\W\d_][\w/%·^ -]*", plain):
        return "write the number alone, in the unit of the column"
    return "is it a typing error?"


def shortened(word: str) -> str:
    """A text as a message repeats it: on one line, control characters as \\x1b, at most 40 characters."""
    shown = printable(word[:80]).replace("\n", "\\n")
    return shown if len(shown) <= LONGEST and len(word) <= 80 else f"{shown[: LONGEST - 3]}..."


def is_number(value: object) -> bool:
    """Whether a value that a caller gives in Python is one number: no text, no truth value, no list of numbers."""
    return isinstance(value, Real) and type(value).__name__ not in ("bool", "bool_")
