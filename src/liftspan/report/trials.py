"""A trial in a cell of a table: its name with its place, and its identifiers with their addresses."""

from liftspan.evidence import Trial
from liftspan.report.markup import Html, link, tag, text


def named(trial: Trial) -> Html:
    """Short citation, with journal and year under it."""
    place = ", ".join(part for part in (trial.journal, f"{trial.year:.0f}" if trial.year else "") if part)
    return text(trial.citation or trial.trial_id) + (tag("span", place, class_="source") if place else Html(""))


def identifiers(trial: Trial, page: bool = True) -> Html:
    """DOI, PubMed and registry numbers, and with `page` the page that was read, one below the other."""
    found = [
        *([link(f"https://doi.org/{trial.doi}", f"doi:{trial.doi}")] if trial.doi else []),
        *(text(part) for part in (trial.pmid, trial.registry_id) if part),
        *([link(trial.source_url, "source page", "address")] if page and trial.source_url else []),
    ]
    return Html("<br>".join(found))
