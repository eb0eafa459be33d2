"""What may stand against ketamine in one person: contraindications, exclusions of the trials and warnings, by name.

>>> against_plan(("aneurysm",))[0].startswith("aneurysm: ")
True
"""

from collections.abc import Iterable

from liftspan.conditions.diagnosis import Diagnosis, read_diagnosis
from liftspan.conditions.names import condition_named, names_of
from liftspan.conditions.table import AppliesTo, Condition, Kind, Rule, of_kind, shipped_conditions
from liftspan.treatment.drug import Drug
from liftspan.treatment.route import Route

CONDITIONS = shipped_conditions()

__all__ = [
    "CONDITIONS",
    "AppliesTo",
    "Condition",
    "Diagnosis",
    "Kind",
    "Rule",
    "against_plan",
    "condition_named",
    "excluded",
    "names_of",
    "read_diagnosis",
    "refusals",
    "to_judge",
]


def refusals(names: Iterable[str], drug: Drug | None = None, route: Route | None = None) -> tuple[str, ...]:
    """Why mood is not answered before a treatment: its contraindications, and what the trials left out.

    Args:
        names: of conditions, in any spelling of the vocabulary. One that is not known raises InvalidInput.
        drug, route: what is asked about; None = not known, and then every condition stands.
    """
    return _sentences(names, drug, route, Kind.CONTRAINDICATION, Kind.EXCLUSION)


def excluded(names: Iterable[str]) -> tuple[str, ...]:
    """Why trials say nothing of such people: mood is not answered at all."""
    return _sentences(names, None, None, Kind.EXCLUSION)


def against_plan(names: Iterable[str]) -> tuple[str, ...]:
    """Why no plan with a session and no proposal is shown: contraindications, and what the trials left out."""
    return refusals(names)


def to_judge(names: Iterable[str]) -> tuple[str, ...]:
    """Why nothing is proposed before a clinician has judged: warnings."""
    return tuple(f"clinician judges: {one}" for one in _sentences(names, None, None, Kind.WARNING))


def _sentences(names: Iterable[str], drug: Drug | None, route: Route | None, *kinds: Kind) -> tuple[str, ...]:
    return tuple(str(one) for one in of_kind(names_of(names), *kinds) if one.concerns(drug, route))
