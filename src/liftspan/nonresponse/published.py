"""What the tables hold of late response, and what follows from printed shares by arithmetic."""

from dataclasses import dataclass

from liftspan.evidence import load_evidence
from liftspan.evidence.claims import Claim, find_claim
from liftspan.evidence.predictors import load_predictors
from liftspan.treatment import Drug, Regimen, Route

# Open courses of six infusions that print response after the first and after the last: (first, last) rows.
SERIES = (("zheng2019.002", "zheng2019.004"), ("shiroma2014.001", "shiroma2014.003"))
AT_END = "murrough2013bp.002"  # the course whose early response was judged as a test of final response


@dataclass(frozen=True)
class Published:
    """One published fact; `derived` says that arithmetic on printed numbers stands in it."""

    text: str
    source: str
    address: str
    derived: bool
    late_low: float | None = None  # share in response after the sixth session of those without it after the first
    late_high: float | None = None


def published_for(regimen: Regimen) -> tuple[Published, ...]:
    """Facts about the drug and route of a plan; empty where the tables hold none."""
    kinds = {(dose.drug, dose.route) for session in regimen.sessions for dose in session.doses}
    found = []
    if (Drug.KETAMINE, Route.IV) in kinds:
        found += [_bound(*pair) for pair in SERIES]
        found += [_early_test(), _printed(find_claim("several-sessions"), "Median of three")]
    return tuple(found)


def conventional() -> Published:
    """Late response to conventional antidepressants, for comparison."""
    return _printed(find_claim("antidepressants-take-weeks"), "Of those not responding")


def share_bounds(first: float, last: float) -> tuple[float, float]:
    """Bounds on the share in response at the end among those without it at first, from the two shares alone.

    last = first * kept + (1 - first) * later, and `kept` lies between 0 and 1.
    """
    return max(0.0, (last - first) / (1.0 - first)), min(1.0, last / (1.0 - first))


def chance_after_negative_test(base: float, sensitivity: float, specificity: float) -> float:
    """Chance of the outcome after a negative test, by Bayes' rule."""
    missed = (1.0 - sensitivity) * base
    return missed / (missed + specificity * (1.0 - base))


def _row(row_id: str):
    return next(row for row in load_evidence().observations if row.row_id == row_id)


def _bound(first_id: str, last_id: str) -> Published:
    first, last = _row(first_id), _row(last_id)
    low, high = share_bounds(first.value, last.value)
    text = (
        f"six open infusions, n = {first.n:g}: {first.value:.0%} in response after the first, {last.value:.0%} after "
        f"the sixth; so {low:.0%} to {high:.0%} of those without response after the first were in response after the "
        "sixth"
    )
    return Published(_spaced(text), load_evidence().trials[first.trial_id].citation, first.source_url, True, low, high)


def _early_test() -> Published:
    row = _row(AT_END)
    test = next(one for one in load_predictors() if one.factor.startswith("early response"))
    sensitivity, specificity = (float(part.strip(" %")) / 100.0 for part in test.effect.split("/"))
    later = chance_after_negative_test(row.value, sensitivity, specificity)
    text = (
        f"response 4 hours after the first infusion: sensitivity {sensitivity:.0%}, specificity {specificity:.0%} for "
        f"response after up to six (n = {test.n}; {row.value:.0%} responded); so about {later:.0%} of those without "
        "early response responded by the end"
    )
    return Published(_spaced(text), test.citation, test.address, True)


def _printed(claim: Claim, begins: str) -> Published:
    """One sentence of a claim's numbers, as it stands in the table."""
    part = next(part.strip() for part in claim.numbers.split(";") if begins in part)
    text = part[part.index(begins) :]
    source = next(source for source in claim.sources if ("NIHR" in source.words) == ("1 in 5" in text))
    return Published(text[:1].lower() + text[1:], source.words, source.address, False)


def _spaced(text: str) -> str:
    return text.replace("%", " %")
