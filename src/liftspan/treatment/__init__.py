"""What is given: drugs, routes, doses, sessions, regimens, named protocols, and the limits of the evidence."""

from liftspan.treatment.asked import treatment_of
from liftspan.treatment.describe import describe
from liftspan.treatment.dose import Dose, Session
from liftspan.treatment.drug import Drug
from liftspan.treatment.grammar import parse_treatment
from liftspan.treatment.limits import evidence_limits, outside_evidence
from liftspan.treatment.protocols import Protocol, find_protocol, load_protocols
from liftspan.treatment.regimen import Regimen
from liftspan.treatment.route import Route

__all__ = [
    "Dose",
    "Drug",
    "Protocol",
    "Regimen",
    "Route",
    "Session",
    "describe",
    "evidence_limits",
    "find_protocol",
    "load_protocols",
    "outside_evidence",
    "parse_treatment",
    "treatment_of",
]
