"""Named dosing protocols: sentences with their sources, read from protocols.csv."""

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from liftspan.errors import InvalidInput, nearest
from liftspan.treatment.grammar import parse_treatment
from liftspan.treatment.regimen import Regimen

# The vocabularies of arms.csv (`control`), trials.csv (`medication`, `setting`).
CONTROLS = ("saline", "midazolam", "placebo_spray", "placebo_oral", "anaesthesia", "open")
BACKGROUNDS = ("none", "continued", "new")
SETTINGS = ("outpatient", "inpatient")


@dataclass(frozen=True)
class Protocol:
    """A treatment that people know by name, and the context in which its evidence was gathered."""

    name: str
    title: str
    treatment: str  # the sentence that `regimen` was read from
    regimen: Regimen
    control: str  # how blinded the reference context is: one of CONTROLS
    background: str  # oral antidepressant: none, continued, or new on day 0
    setting: str
    age_y: float | None  # of the people it is meant for, where that is not any adult
    status: str  # in regulatory words
    source: str
    source_url: str
    notes: str  # what was chosen here and not printed in the source begins with 'assumption'


@cache
def _read_protocols() -> tuple[Protocol, ...]:
    with files("liftspan.treatment").joinpath("protocols.csv").open(encoding="utf-8", newline="") as table:
        return tuple(_protocol(row) for row in csv.DictReader(table))


def _protocol(row: dict[str, str]) -> Protocol:
    age = row.pop("age_y")
    age_y = float(age) if age else None
    return Protocol(regimen=parse_treatment(row["treatment"]), age_y=age_y, **row)


def load_protocols() -> dict[str, Protocol]:
    """All named protocols, by name, in the order of the table."""
    return {protocol.name: protocol for protocol in _read_protocols()}


def find_protocol(name: str) -> Protocol:
    """The protocol of this name; raises InvalidInput with the nearest name."""
    protocols = load_protocols()
    known = protocols.get(name.strip().lower()) if isinstance(name, str) else None
    if known is None:
        hint = nearest(str(name), protocols)
        raise InvalidInput([f"'{name}' is no named protocol; {hint}"], subject="this protocol name")
    return known
