"""Common claims about ketamine: what is claimed, the published numbers, the verdict, the sources."""

import re
from dataclasses import dataclass
from functools import cache

from liftspan.errors import InvalidInput, nearest
from liftspan.evidence.tables import shipped_rows
from liftspan.numbers import finite

TABLE, VALUES = "claims.csv", "claim_values.csv"


@dataclass(frozen=True)
class Source:
    """Where a number was read: words before the address, either may be empty."""

    words: str
    address: str


@dataclass(frozen=True)
class Claim:
    """One row of claims.csv."""

    claim_id: str  # short and stable: others may link to it
    claim: str
    evidence: str
    numbers: str
    verdict: str
    sources: tuple[Source, ...]


@dataclass(frozen=True)
class ClaimValue:
    """One number of a claim's published numbers, as a program can set it beside a model."""

    claim_id: str
    key: str  # names it within its claim
    unit: str  # share 0..1, points or part
    value: float
    printed: str  # the words of `Claim.numbers` that hold it


def claim_values(claim_id: str) -> dict[str, ClaimValue]:
    """The published numbers of a claim that the model gives as well, by key; empty where there are none."""
    return {value.key: value for value in load_claim_values() if value.claim_id == claim_id}


@cache
def load_claim_values() -> tuple[ClaimValue, ...]:
    """All of them in the order of the table."""
    return tuple(ClaimValue(**{**row, "value": finite(row["value"])}) for row in shipped_rows(VALUES))


@cache
def load_claims() -> tuple[Claim, ...]:
    """All claims in the order of the table."""
    return tuple(
        Claim(
            row["claim_id"],
            row["claim"],
            row["evidence"],
            row["numbers"],
            row["verdict"],
            tuple(source_of(part) for part in row["sources"].split(" ; ")),
        )
        for row in shipped_rows(TABLE)
    )


def find_claim(claim_id: str) -> Claim:
    """The claim of this id; raises InvalidInput with the nearest id."""
    claims = {claim.claim_id: claim for claim in load_claims()}
    found = claims.get(claim_id.strip().lower())
    if found is None:
        raise InvalidInput([f"'{claim_id}' is no claim of the table; {nearest(claim_id, claims)}"], "this claim")
    return found


def source_of(text: str) -> Source:
    """Words and address of one source, "Phillips 2019 https://..."."""
    found = re.search(r"https?://\S+", text)
    if found is None:
        return Source(text.strip(), "")
    return Source((text[: found.start()] + text[found.end() :]).strip(), found.group())
