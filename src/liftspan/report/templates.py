"""The pages' templates: one head with the style inside it, and the words of each page that never change."""

from importlib.resources import files
from string import Template


def page_of(name: str, *, title: str, **places: str) -> str:
    """The page of this template with its places filled; `title` is escaped already.

    Raises KeyError where a place of the template is not filled.
    """
    head = Template(_resource("head.html")).substitute(title=title, css=_resource("page.css"))
    return head + Template(_resource(name)).substitute(title=title, **places)


def _resource(name: str) -> str:
    return files(__package__).joinpath(name).read_text(encoding="utf-8")
