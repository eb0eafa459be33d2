"""Qualification report: maintenance and stopping run as the trials ran them, beside what was published."""

from liftspan.evidence.relapse import relapse_checks
from liftspan.evidence.relapse_words import ALL_CHECKS, HEADER, assumed, summary, table_rows
from liftspan.report.basis import Basis
from liftspan.report.markup import Html, bullets, joined, table, tag


def relapse(basis: Basis) -> Html:
    """Every relapse number that the model can answer, and in which direction it errs."""
    checks = relapse_checks(basis.evidence, basis.posterior)
    told = [one for one in checks if one.predicted is not None]
    head = tuple(word[:1].upper() + word[1:] for word in HEADER)
    return joined(
        [
            tag("h3", "Maintenance, stopping and relapse"),
            tag("p", ALL_CHECKS),
            bullets(summary(checks)),
            table("Published beside predicted; none of it in the likelihood.", head, table_rows(told)),
            tag("p", "Assumed, since it was not read:"),
            bullets(f"{group.replace('*', 'any arm')}: {text}. {source}" for group, text, source in assumed(checks)),
        ]
    )
