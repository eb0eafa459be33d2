"""Pieces of a page. Each escapes what it is given, unless it is Html already."""

import re
from html import escape

from liftspan.errors import shown


class Html(str):
    """Text that is markup already; what is added to it is escaped unless it is markup as well."""

    def __add__(self, other: str) -> "Html":
        return Html(str.__add__(self, text(other)))


def text(value: str) -> Html:
    """Escaped, with a true minus before numbers and no line break inside `90 %`; control characters are shown."""
    if isinstance(value, Html):
        return value
    said = re.sub(r"(?<![\w.\-])-(?=\d)", "\N{MINUS SIGN}", shown(value))
    return Html(escape(re.sub(r"(?<=\d) %", "\N{NO-BREAK SPACE}%", said)))


def sentence_case(words: str) -> str:
    """The same words with a large first letter."""
    return words[:1].upper() + words[1:]


def tag(name: str, *content: str, **attributes: str) -> Html:
    said = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(shown(value))}"' for key, value in attributes.items() if value
    )
    return Html(f"<{name}{said}>{''.join(text(part) for part in content)}</{name}>\n")


def valued(value: str, limits: str) -> Html:
    """A number with its range in brackets, for a cell."""
    return Html(tag("span", value, class_="value") + tag("span", f"({limits})", class_="range"))


def bullets(items) -> Html:
    return tag("ul", *(tag("li", item) for item in items))


def pairs(pairs: dict[str, str]) -> Html:
    return tag("dl", *(tag("dt", name) + tag("dd", value) for name, value in pairs.items() if value))


def table(caption: str, head: tuple[str, ...], rows: list[tuple[str, ...]], look: str = "") -> Html:
    """A table with named columns and rows, in a box of its own that scrolls where the page is narrow."""
    body = [tag("tr", tag("th", row[0], scope="row"), *(tag("td", cell) for cell in row[1:])) for row in rows]
    table = tag(
        "table",
        tag("caption", caption),
        tag("thead", tag("tr", *(tag("th", name, scope="col") for name in head))),
        tag("tbody", *body),
        class_=look,
    )
    return tag("div", table, class_="wide", role="region", tabindex="0", aria_label=f"Table: {caption}")


def joined(parts) -> Html:
    return Html("".join(text(part) for part in parts))


def link(address: str, words: str, look: str = "") -> Html:
    """A link to a page of the web; any other address stays text."""
    safe = address.startswith(("https://", "http://"))
    return Html(tag("a", words, href=address, rel="noreferrer", class_=look).rstrip()) if safe else text(words)
