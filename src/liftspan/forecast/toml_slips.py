"""Slips of TOML that people make in a record: what is mended before reading, and the likely cause of what is not."""

import re

from liftspan.numbers import DECIMAL, NOT_REPORTED, likely_cause, shortened

# TOML 1.0 wants seconds; a date-time without them means one moment all the same.
WITHOUT_SECONDS = re.compile(
    r"^(\s*[\"']?\w+[\"']?\s*=\s*\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d)((?:[Zz]|[+-]\d\d:\d\d)?\s*(?:#.*)?)$", re.MULTILINE
)
# A key of many parts takes the square of their number in time and memory.
DEEP_KEY = re.compile(r"(?<![\w-])(?:(?:[\w-]++|\"[^\"\n]{0,40}+\"|'[^'\n]{0,40}+')[ \t]*+\.[ \t]*+){12}")
CURLY = re.compile("[“”„‟‘’‚‛«»‹›`´″]")
DATED = re.compile(r"\d{4}-\d{1,2}-\d{1,2}([Tt ].*)?")
DAY_FIRST = re.compile(r"\d{1,2}[./-]\d{1,2}[./-]\d{2,4}.*")
EXAMPLE = "2026-03-02T09:00:00+01:00"
IN_GENERAL = (
    "text and words stand in quotes, numbers have a decimal point, and headings are [person], [[session]], [[score]]"
)


def with_seconds(text: str) -> str:
    """The text with `:00` where a date-time that stands alone on its line has no seconds."""
    return WITHOUT_SECONDS.sub(r"\1:00\2", text)


def cause_of(line: str, said: str) -> str:
    """Why a line is no TOML, and what to write in its place; `said` is what the reader of TOML said of it."""
    code = line.strip()
    key, equals, value = (part.strip() for part in code.partition("="))
    if CURLY.search(code):
        return 'the quotation marks are not straight ones; write "..." on both sides'
    if said.startswith("Cannot declare") or (code.startswith("[") and not equals):
        return "headings are [person] once, and [[session]] and [[score]] in two brackets, each on a line of its own"
    if said.startswith("Cannot overwrite"):
        return f"'{shortened(key)}' stands twice in this part; keep one"
    if not equals:
        colon = re.fullmatch(r"[\w ]+:.*", code)
        return "write = between a name and its value, no colon" if colon else "a line is a heading or name = value"
    return _cause_of_value(key, value.split(" #")[0].strip())


def _cause_of_value(key: str, value: str) -> str:
    if not value or value.startswith("#"):
        return f"nothing stands behind '{shortened(key)} ='; leave the line out when it is not known"
    if value[-1] in ",;" and not value[:-1].endswith((",", ";")):
        return f"leave out the '{value[-1]}' at the end of the line"
    if value.lower() in NOT_REPORTED:
        return "leave the line out when it is not known"
    if DATED.fullmatch(value):
        return f"there is no such date and time; write it as {EXAMPLE}"
    if DAY_FIRST.fullmatch(value):
        return f"is this a date? Write the year first, the time and its zone: {EXAMPLE}"
    if re.fullmatch(r"[+-]?0[0-9]+(\.[0-9]*)?", value):
        return f"a number does not begin with 0; write {value.lstrip('+-').lstrip('0') or '0'}"
    if DECIMAL.fullmatch(value):
        return "write digits on both sides of the decimal point: 0.5"
    if value[0].isdigit() or (value[0] in "+-.,−–" and value[1:2].isdigit()):
        return likely_cause(value)
    if value.lower() in ("true", "false", "yes", "no"):
        return "write true or false, in small letters"
    if value[0].isalpha():
        return f'text stands in quotes: {shortened(key)} = "{shortened(value)}"'
    return IN_GENERAL
