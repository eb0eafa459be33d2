"""The columns of an event table: what each holds, which headers are refused, and the words of their cells."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from liftspan.body.concentration import Analyte, Matrix
from liftspan.errors import nearest
from liftspan.numbers import NOT_REPORTED, shortened
from liftspan.parameters import BODY
from liftspan.treatment.limits import DRUGS_WITH_DOSES
from liftspan.treatment.route import Route

COLUMNS = {  # name: what its cells hold
    "ID": "any text or number",
    "TIME": "hours since the first record, or an ISO date-time with its zone",
    "EVID": "0 observation, 1 dose, 2 other, 3 reset, 4 reset and dose",
    "AMT": "mg of base (SALT hydrochloride is converted)",
    "RATE": "mg/h",
    "DUR": "h",
    "CMT": "route of a dose",
    "II": "h between additional doses",
    "ADDL": "number of additional doses",
    "SS": "0",
    "MDV": "0 or 1",
    "DV": "measured concentration, ng/mL",
    "DVID": "analyte",
    "MATRIX": "venous, arterial or effect-site",
    "DRUG": "ketamine, esketamine or arketamine",
    "SALT": "base or hydrochloride",
    "WT": "kg",
    "AGE": "years",
}
REQUIRED = ("ID", "TIME")
REQUIRED_OF_DOSES = ("AMT", "CMT", "DRUG")
COMMENT_COLUMN = "C"  # a cell of it that is not blank turns its row into a comment
OUTPUT = ("predicted", "time_since_dose_h", "note")
# Columns that number the occasions of a person. They are not used, but they show where a clock starts again.
DAYS = ("DAY", "DAYS", "STUDYDAY", "STUDY_DAY")
OCCASIONS = ("OCC", "OCCASION", *DAYS, "WEEK", "VISIT", "VISITNUM", "PERIOD", "CYCLE", "SESSION")

NOT_SUPPORTED = {  # columns that change what a table means
    **dict.fromkeys(("DATE", "DAT1", "DAT2", "DAT3"), "a date apart from its time; write both as ISO in TIME"),
    "PCMT": "the compartment to predict; use DVID and MATRIX",
    "CALL": "NONMEM's call codes",
    "CONT": "NONMEM's continuation records",
    "TINF": "the duration of infusions; name it DUR",
}
LOOKS_LIKE = {
    **dict.fromkeys(("SUBJ", "SUBJECT", "SUBJID", "USUBJID", "PATID"), "ID"),
    **dict.fromkeys(("WEIGHT", "WGT", "BW", "BWT", "WTKG"), "WT"),
    **dict.fromkeys(("ROUTE", "ADM", "ADMIN"), "CMT"),
    **dict.fromkeys(("ANALYTE", "YTYPE", "YNAME"), "DVID"),
    **dict.fromkeys(("DOSE_MG", "AMOUNT"), "AMT"),
    **dict.fromkeys(("DURATION",), "DUR"),
    **dict.fromkeys(("AGEY", "YEARS"), "AGE"),
}
_UNITS = (
    "MG|UG|MCG|NG|G|KG|LB|LBS|H|HR|HRS|HOUR|HOURS|MIN|MINS|MINUTES|S|SEC|D|DAY|DAYS|W|WEEKS|Y|YR|YEARS|MONTHS|UMOL|"
    "NMOL|NG_ML|MG_L|UG_L|MG_KG|UG_KG|MGKG|MG_H|UG_H|MG_MIN|UG_MIN|ML_H"
)
_WITH_UNIT = re.compile(rf"(TIME|AMT|RATE|DUR|II|DV|WT|AGE)[ _.(/\[]+({_UNITS})[\])]*")

EVIDS = ("observation", "dose", "other", "reset", "reset and dose")
OBSERVATION, DOSE, OTHER, RESET, RESET_AND_DOSE = range(5)
ROUTES = tuple(Route)
DRUGS = DRUGS_WITH_DOSES
SALTS = ("base", "hydrochloride")
HYDROCHLORIDE = SALTS.index("hydrochloride")
BY_INFUSION = (Route.IV, Route.IM, Route.SC)  # injections can be slow; a spray or a tablet has its own release


@dataclass(frozen=True)
class Asked:
    """What an observation measures: an analyte of one side or of both together, in one matrix."""

    analyte: Analyte
    sides: tuple[str, ...]  # "s", "r" or both
    matrix: Matrix

    def text(self) -> str:
        """As it is written in DVID."""
        side = f"{self.sides[0]}_" if len(self.sides) == 1 else ""
        return f"{side}{self.analyte.value}"


ANALYTES = {
    f"{prefix}{analyte.value}": (analyte, sides)
    for analyte in Analyte
    for prefix, sides in (("", ("s", "r")), ("s_", ("s",)), ("r_", ("r",)))
}
MATRICES = {matrix.value.replace("-", "_"): matrix for matrix in Matrix}


def asked(dvid: str, matrix: str) -> Asked:
    """From the cells of DVID and MATRIX, blank where nothing is said; ValueError with the reason."""
    word = dvid.lower().replace("-", "_")
    suffix = next((name for name in MATRICES if word.endswith("_" + name)), "")
    analyte = word.removesuffix("_" + suffix) if suffix else word or Analyte.KETAMINE.value
    if analyte not in ANALYTES:
        cause = "is it a missing value? Write '.'" if word in NOT_REPORTED else nearest(analyte, ANALYTES)
        raise ValueError(f"'{shortened(dvid)}' is no analyte with a model; {cause}")
    stated = matrix.lower().replace("-", "_")
    if stated and stated not in MATRICES:
        raise ValueError(f"MATRIX '{shortened(matrix)}' is unknown; {nearest(stated, MATRICES)}")
    if suffix and stated and suffix != stated:
        raise ValueError(f"'{shortened(dvid)}' and MATRIX '{matrix}' contradict each other; give one of the two")
    where = MATRICES[suffix or stated or "venous"]
    kind, sides = ANALYTES[analyte]
    if kind is not Analyte.KETAMINE and where is not Matrix.VENOUS:
        raise ValueError(f"{kind.value} has a venous model only; asked for {where.value}")
    return Asked(kind, sides, where)


def header_problems(header: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """(column, reason) for everything that is wrong with the names of the columns."""
    names = [name.upper() for name in header]
    for name in dict.fromkeys(names):
        if names.count(name) > 1 and name:
            yield shortened(name), f"this column stands {names.count(name)} times; keep one"
        yield from ((shortened(name), reason) for reason in _reasons(name, names))
    for place, name in enumerate(names, start=1):
        if not name:
            cause = "; are these the row names of R? Write them not (row.names = FALSE)" if place == 1 else ""
            yield str(place), f"this column has no name{cause or '; name it or delete it'}"
    for name in REQUIRED:
        if name not in names:
            yield name, f"this column is missing; it holds {COLUMNS[name]}"


def _reasons(name: str, names: list[str]) -> Iterator[str]:
    known = {parameter.upper() for parameter in BODY}
    if name in NOT_SUPPORTED:
        yield f"not supported: {NOT_SUPPORTED[name]}"
    elif name.lower() in OUTPUT:
        yield "this command writes a column of that name; rename or remove it"
    elif name in known:
        yield "a body parameter; a table cannot change it, only WT and AGE"
    elif found := _WITH_UNIT.fullmatch(name):
        yield f"{found[1]} holds {COLUMNS[found[1]]}; convert the values if needed and name it {found[1]}"
    elif LOOKS_LIKE.get(name, name) not in names:
        meant = LOOKS_LIKE[name]
        yield f"is it {meant} ({COLUMNS[meant]})? Name it {meant}, or rename it if it is something else"
