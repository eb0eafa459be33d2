"""Valid inputs, damaged as people and machines damage them: one random change or several, the same for a seed."""

import random

NUMBERS = (
    "0", "-0", "-1", "1e-300", "1e300", "1e999", "-1e999", "nan", "inf", "-inf", "NaN", "1_000", "1,5", "1,000",
    ".5", "5.", "0x1F", "1e5000", "9" * 30, "9" * 400, "9" * 5000, "1e-5000", "٣", "１２", "−5", "1/2", "45%",
    "40 min", "0.5 mg/kg", "00040", "+3", "1 2", "1.2.3", "--5", "5-", "TRUE", "null", "1D3", "46110",
    "2026-03-29", "12:30", "1e9", "1e-9",
)  # fmt: skip
WORDS = (
    "", " ", ".", "NA", "N/A", "-99", "#N/A", "#", "'", '"', '""', "=1+1", "@x", "+x", "\x1b[31m", "\x00",
    "\ufeff", "\u202e", "\u200b", "é", "ß", "İ", "\ud7ff", "😀", "\r", "\n", "\r\n", "\t", ",", ";", "|", "\\",
    "/", "../../etc", "con", "a" * 300, "(" * 300, "[" * 3000, "{" * 300, "mg/kg", "MG/KG", "ug/kg", "mg",
    "Ketamine", "KETAMINE", "ketamin", "midazolam", "IV", "psychotic", "not psychotic", "bipolar", "F31.4",
    "ruled out", "MADRS", "madrs", "HAM-D 24", "open_label", "none",
)  # fmt: skip
HEAD = 40  # lines of a long file that are changed most


def mutated(text: str, luck: random.Random) -> bytes:
    """The text with one to four changes, as bytes; now and then not even UTF-8."""
    for _ in range(luck.choice((1, 1, 1, 2, 2, 3, 4))):
        text = luck.choice(CHANGES)(text, luck)
    raw = text.encode("utf-8", "surrogatepass")
    return luck.choice(OF_BYTES)(raw, luck) if luck.random() < 0.1 else raw


def _spot(text: str, luck: random.Random) -> int:
    lines = text.splitlines(keepends=True)
    reach = len(text) if luck.random() < 0.3 else sum(map(len, lines[:HEAD]))
    return luck.randint(0, max(reach, 0))


def _insert(text, luck):
    at = _spot(text, luck)
    return text[:at] + luck.choice(NUMBERS + WORDS) + text[at:]


def _delete(text, luck):
    at = _spot(text, luck)
    return text[:at] + text[at + luck.choice((1, 1, 2, 5, 20, 200)) :]


def _cell(text, luck):
    """A cell, or a word between blanks, replaced."""
    lines = text.splitlines(keepends=True)
    if not lines:
        return text
    i = min(luck.randrange(len(lines)), luck.choice((0, 1, 2, 5, HEAD, len(lines))), len(lines) - 1)
    sign = luck.choice((",", " ", "=", ","))
    cells = lines[i].split(sign)
    cells[luck.randrange(len(cells))] = luck.choice(NUMBERS + WORDS)
    lines[i] = sign.join(cells)
    return "".join(lines)


def _number(text, luck):
    """One run of digits replaced."""
    spots = [i for i, one in enumerate(text[:5000]) if one.isdigit() and (i == 0 or not text[i - 1].isdigit())]
    if not spots:
        return text
    at = luck.choice(spots)
    end = at
    while end < len(text) and (text[end].isdigit() or text[end] == "."):
        end += 1
    return text[:at] + luck.choice(NUMBERS) + text[end:]


def _line(text, luck):
    """A line twice, left out, moved, or cut short."""
    lines = text.splitlines(keepends=True)
    if not lines:
        return text
    i, j = luck.randrange(len(lines)), luck.randrange(len(lines))
    kind = luck.randrange(5)
    if kind == 0:
        lines.insert(j, lines[i])
    elif kind == 1:
        del lines[i]
    elif kind == 2:
        lines[i], lines[j] = lines[j], lines[i]
    elif kind == 3:
        lines[i] = lines[i][: luck.randint(0, len(lines[i]))] + "\n"
    else:
        lines.insert(j, luck.choice(("\n", ",,,\n", "# note\n", "sep=,\n", "TABLE NO.  1\n", lines[0])))
    return "".join(lines)


def _case(text, luck):
    """A stretch in other capitals."""
    at = _spot(text, luck)
    end = at + luck.randint(1, 40)
    return text[:at] + luck.choice((str.upper, str.lower, str.swapcase, str.title))(text[at:end]) + text[end:]


def _separators(text, luck):
    old, new = luck.choice(
        ((",", ";"), (",", "\t"), (".", ","), ("\n", "\r\n"), ("\n", "\r"), ('"', "”"), ("=", " = "), ("[[", "["))
    )
    return text.replace(old, new) if luck.random() < 0.5 else text.replace(old, new, 1)


def _splice(text, luck):
    """A stretch repeated elsewhere, once or often."""
    at, to = _spot(text, luck), _spot(text, luck)
    piece = text[at : at + luck.randint(1, 60)]
    return text[:to] + piece * luck.choice((1, 1, 2, 1000)) + text[to:]


CHANGES = (_insert, _delete, _cell, _cell, _cell, _number, _number, _line, _case, _separators, _splice)


def _flip(raw, luck):
    if not raw:
        return raw
    at = luck.randrange(len(raw))
    return raw[:at] + bytes([raw[at] ^ (1 << luck.randrange(8))]) + raw[at + 1 :]


OF_BYTES = (
    _flip,
    lambda raw, luck: raw[: luck.randint(0, len(raw))],
    lambda raw, luck: b"\xef\xbb\xbf" + raw,
    lambda raw, luck: raw.decode("utf-8", "replace").encode("utf-16"),
    lambda raw, luck: raw.decode("utf-8", "replace").encode("latin-1", "replace"),
    lambda raw, luck: raw + b"\x00",
    lambda raw, luck: luck.randbytes(luck.randint(0, 200)),
)
