"""Rating scales: range, cut-offs, and the words that name them."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Scale:
    """A clinician- or self-rated depression scale."""

    name: str
    maximum: float
    remission_at_most: float
    source: str


MADRS = Scale("MADRS", 60.0, 12.0, "remission <= 12 as in TRANSFORM-1/-2/-3 and SUSTAIN-1; SYNAPSE and KADS use <= 10")

# Response compares two rated scores: at most half of the first one.
RESPONSE_FRACTION = 0.5


@dataclass(frozen=True)
class Link:
    """A scale that reads off MADRS: score = MADRS / madrs_per_point; percentage improvement is about the same."""

    madrs_per_point: float
    remission_madrs_at_most: float
    source: str


# HAM-D 10, 20, 30 = MADRS 13, 26, 39, and improvement in per cent is approximately equal (4388 patients); HAM-D 7 =
# MADRS 8 to 9. The error of the link was not printed: intervals of linked numbers leave it out.
HAMD_SOURCE = "J Affect Disord 2018, PMID 29031182; remission: PMC2151980"
LINKS = {name: Link(1.3, 8.5, HAMD_SOURCE) for name in ("HAMD", "HAMD17")}
