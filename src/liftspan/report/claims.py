"""Claims as one HTML page that needs nothing else: a section for each, its risks beside it."""

from importlib.metadata import version
from pathlib import Path

from liftspan.claims.agreement import DISAGREE, RULE
from liftspan.claims.answer import ClaimAnswer
from liftspan.claims.quantities import Quantity
from liftspan.claims.words import SILENT_WORDS, risk_sentences, value_text, verdict_text
from liftspan.errors import InvalidInput
from liftspan.evidence.claims import Source
from liftspan.evidence.miss import misses_of
from liftspan.files import write_whole
from liftspan.how_fast.answer import LEVEL
from liftspan.how_fast.words import CLINICAL, miss_text
from liftspan.report.markup import Html, bullets, joined, link, pairs, table, tag, text
from liftspan.report.page import problems_of_report
from liftspan.report.templates import page_of

TITLE = "Common claims about ketamine for depression"


def write_claims(answers: tuple[ClaimAnswer, ...], path: Path) -> Path:
    """Write the page. A file of that name is replaced, whole or not at all; the same answers give the same bytes.

    Raises InvalidInput, with nothing written, where the suffix is not .html or the folder cannot take the file.
    """
    target = Path(path)
    problems = problems_of_report(target)
    if problems:
        raise InvalidInput(problems, "the place of the report")
    write_whole({target: [claims_html(answers).encode("utf-8", "replace")]})
    return target


def claims_html(answers: tuple[ClaimAnswer, ...]) -> str:
    """The page as text, with its style inside it."""
    effort = answers[0].effort
    return page_of(
        "claims.html",
        title=text(TITLE),
        clinical=text(CLINICAL),
        contents=_contents(answers) if len(answers) > 1 else "",
        sections=joined(_section(answer) for answer in answers),
        level_percent=text(f"{100 * LEVEL:g} %"),
        group_size=str(effort.group_size),
        model=_model(answers[0]),
        rule=text(f"{_sentence(RULE)}."),
    )


def _contents(answers: tuple[ClaimAnswer, ...]) -> Html:
    """Every claim with its verdict, as links into the page."""
    items = [
        Html(tag("a", _sentence(answer.claim.claim), href=f"#{answer.claim.claim_id}").rstrip())
        + f": {answer.claim.verdict}{_in_short(answer)}."
        for answer in answers
    ]
    return tag("section", tag("h2", "In short: the verdicts"), bullets(items))


def _in_short(answer: ClaimAnswer) -> str:
    """After the verdict: that the model is silent, or that it disagrees with the published numbers."""
    if not answer.model.speaks:
        return "; the model is silent"
    return "; model and evidence disagree" if answer.agreement.verdict == DISAGREE else ""


def _section(answer: ClaimAnswer) -> Html:
    claim, model = answer.claim, answer.model
    said = model.says if model.speaks else f"{_sentence(SILENT_WORDS)}. {model.says}"
    parts = [
        tag("h2", _sentence(claim.claim), id=claim.claim_id),
        tag("p", tag("b", "Verdict: "), _sentence(verdict_text(answer)), ".", class_="lead"),
        tag("h3", "What was published"),
        tag("p", f"{claim.evidence.rstrip('.')}. {claim.numbers.rstrip('.')}."),
        tag("h3", "What the model says"),
        tag("p", said),
        _quantities(model.quantities),
        bullets(_sentence(limit) for limit in model.limits) if model.limits else Html(""),
        tag(
            "div",
            tag("h3", "What is risked"),
            bullets(_sentence(sentence) for sentence in risk_sentences(model.treatments)),
            class_="card",
        ),
        tag("p", tag("b", "Sources: "), joined(_sources(claim.sources)), class_="note"),
    ]
    return tag("section", *parts)


def _quantities(quantities: tuple[Quantity, ...]) -> Html:
    if not quantities:
        return Html("")
    rows = [(_sentence(one.name), _value(one)) for one in quantities]
    caption = "Numbers of the model (90 % equal-tailed intervals): mean share, or median of points and days."
    return table(caption, ("Quantity", "Model"), rows, "said")


def _value(one: Quantity) -> Html:
    value, _, limits = value_text(one).partition(" (")
    return Html(tag("span", value, class_="value") + tag("span", f"({limits}", class_="range"))


def _sources(sources: tuple[Source, ...]) -> list[Html]:
    said = []
    for i, one in enumerate(sources):
        end = text("." if i == len(sources) - 1 else "; ")
        said.append(link(one.address, one.words or _short(one.address), "address") + end)
    return said


def _short(address: str) -> str:
    """A DOI, or the site, where a source has no words of its own."""
    rest = address.split("://", 1)[-1]
    return f"doi:{rest.removeprefix('doi.org/')}" if rest.startswith("doi.org/") else rest.split("/")[0]


def _model(answer: ClaimAnswer) -> Html:
    manifest, effort = answer.manifest, answer.effort
    return pairs({
        "Parameters": f"{manifest['status']}; {manifest['method']}",
        "Fitted to": f"{manifest['rows']} published numbers of {len(manifest['trials'])} trials",
        "Evidence tables": f"version {manifest['evidence_version']} at the fit",
        "Trials not seen": " ".join(miss_text(misses_of(manifest)).split()),
        "This page": f"liftspan {version('liftspan')}; {effort.draws} draws of the parameters, {effort.group_size} "
                     f"people in each, seed {effort.seed}",
    })  # fmt: skip


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]
