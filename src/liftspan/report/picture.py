"""A figure inside a page: its SVG without the parts that only a file needs, named for those who cannot see it."""

import re

from liftspan.figures.files import figure_bytes
from liftspan.report.markup import Html, tag, text

OF_A_FILE = re.compile(r"<metadata>.*?</metadata>\s*|<!--.*?-->\s*", flags=re.DOTALL)


def picture(figure, words: str, caption: str, name: str = "") -> Html:
    """The figure with its caption, in a box that scrolls where the page is narrow.

    Args:
        words: what stands in it, for a screen reader.
        name: begins every id of the drawing; needed where a page has several.
    """
    svg = figure_bytes(figure, "svg").decode("utf-8")
    svg = OF_A_FILE.sub("", svg[svg.index("<svg") :])
    if name:
        svg = re.sub(r'( id="|href="#|url\(#)', rf"\g<1>{name}-", svg)
    named = svg.replace("<svg ", f'<svg role="img" aria-label="{text(words)}" ', 1)
    box = tag("div", Html(named), class_="wide", role="region", tabindex="0", aria_label="The picture")
    return tag("figure", box, tag("figcaption", caption))
