"""What may be gained beside what is risked: never one without the other, the same cards on every page."""

from liftspan.evidence.risks import Risks
from liftspan.evidence.tables import shipped_rows
from liftspan.report.markup import Html, bullets, link, sentence_case, tag, text

NO_DRUG = (
    "No ketamine is given in these sessions. The side effects of other medicines are not in the tables; "
    "see the label of each drug."
)


def gain_beside_risk(gained: list[str], risks: Risks, exposure: str, level: str) -> Html:
    """Cards of benefit, of a session's risks, and of what a course adds up to.

    Args:
        gained: sentences on the benefit.
        exposure: how much a course gives.
        level: of the headings, "h2" to "h4".
    """
    risk = bullets(sourced(risks.session)) if risks.session else tag("p", NO_DRUG)
    cards = [
        tag("div", tag(level, "What may be gained"), bullets(gained), class_="card"),
        tag("div", tag(level, "What is risked in a session"), risk, class_="card"),
    ]
    if risks.session:
        course = tag("p", exposure) + bullets(sourced(risks.course))
        cards.append(tag("div", tag(level, "What is risked over a course"), course, class_="card course"))
    return tag("div", *cards, class_="pair")


def sourced(sentences: tuple[tuple[str, str], ...]) -> list[Html]:
    """Sentences of risks.csv, each with its source and the address of that."""
    addresses = {row["text"]: row["source_url"] for row in shipped_rows("risks.csv")}
    return [
        text(sentence_case(said))
        + (tag("span", link(addresses.get(said, ""), source), class_="source") if source else Html(""))
        for said, source in sentences
    ]
