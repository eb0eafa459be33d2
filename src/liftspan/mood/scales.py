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
