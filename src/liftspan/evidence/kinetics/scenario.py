"""A row's words turned into what the body needs: who, what was given, what is measured and where."""

import re
from dataclasses import dataclass, field

from liftspan.body.concentration import Analyte, Matrix
from liftspan.person import Covariates, covariates_of
from liftspan.treatment.amounts import DEVICE_GAP_H
from liftspan.treatment.dose import Dose, Session
from liftspan.treatment.drug import Drug
from liftspan.treatment.route import Route
from liftspan.units import DEVICE_BASE_MG, MINUTES_PER_HOUR

ADULT_KG, ADULT_Y = 70.0, 35.0  # of rows that state neither: the reference person of the sources
OLDER_Y = 70.0  # rows of people over 60 (Perez-Ruixo 2021)
BOLUS_MIN, INFUSION_MIN = 1.0, 40.0
NOMINAL_MG = 50.0  # for ratios and shares that do not depend on the dose

DRUGS = (
    ("racem", Drug.KETAMINE), ("r-ketamine", Drug.ARKETAMINE), ("arketamine", Drug.ARKETAMINE),
    ("s-ketamine", Drug.ESKETAMINE), ("esketamine", Drug.ESKETAMINE), ("s(+)", Drug.ESKETAMINE),
    ("ketamine", Drug.KETAMINE),
)  # fmt: skip
# The first word found in a row's route decides.
ROUTES = (
    ("controlled-release", Route.ORAL_EXTENDED), ("extended", Route.ORAL_EXTENDED), ("modified", Route.ORAL_EXTENDED),
    ("prolonged", Route.ORAL_EXTENDED), ("sustained", Route.ORAL_EXTENDED), ("sublingual", Route.SUBLINGUAL),
    ("buccal", Route.SUBLINGUAL), ("lozenge", Route.SUBLINGUAL), ("troche", Route.SUBLINGUAL),
    ("wafer", Route.SUBLINGUAL), ("transmucosal", Route.SUBLINGUAL), ("film", Route.SUBLINGUAL),
    ("nasal", Route.NASAL), ("spravato", Route.NASAL), ("subcut", Route.SC), ("intramusc", Route.IM),
    ("rectal", Route.RECTAL), ("suppository", Route.RECTAL), ("oral", Route.ORAL), ("tablet", Route.ORAL),
    ("syrup", Route.ORAL), ("iv", Route.IV), ("intravenous", Route.IV), ("infusion", Route.IV), ("bolus", Route.IV),
    ("im", Route.IM), ("sc", Route.SC), ("po", Route.ORAL),
)  # fmt: skip
ANALYTES = (
    ("dehydro", None), ("hydroxynor", Analyte.HYDROXYNORKETAMINE), ("hnk", Analyte.HYDROXYNORKETAMINE),
    ("nor", Analyte.NORKETAMINE), ("nk", Analyte.NORKETAMINE), ("ketamine", Analyte.KETAMINE),
)  # fmt: skip

PERPETRATORS = (
    ("ticlopidine", "cyp2b6-inhibitor"), ("clopidogrel", "cyp2b6-inhibitor"), ("clarithromycin", "cyp3a-inhibitor"),
    ("grapefruit", "cyp3a-inhibitor"), ("rifamp", "cyp3a-inducer"),
)  # fmt: skip


@dataclass(frozen=True)
class Measured:
    """One analyte, of which enantiomers, where."""

    analyte: Analyte
    enantiomers: str  # "s", "r" or "sr"
    matrix: Matrix
    mean_of_two: bool = False  # "each enantiomer": half of the sum


@dataclass(frozen=True)
class Scenario:
    """What a row means. `reasons` say why it cannot be predicted; `notes` what was filled in."""

    session: Session | None
    measured: Measured | None
    over: Measured | None  # denominator of a ratio
    weight_kg: float
    age_y: float
    adult: bool
    covariates: Covariates
    route: Route | None
    notes: tuple[str, ...] = ()
    reasons: tuple[str, ...] = field(default=())


def scenario_of(row: dict[str, str]) -> Scenario:
    """The scenario of one row in the format of pk_observations.csv."""
    words = row.get("population", "").lower()
    notes: list[str] = []
    reasons: list[str] = []
    adult = _is_adult(row, words)
    weight_kg, age_y = _weight(words, adult, notes), _age(words, adult)
    drug, route = _first(DRUGS, row.get("drug_given", "")), _first(ROUTES, row.get("route", ""))
    if drug is None:
        reasons.append(f"drug '{row.get('drug_given', '')}' is not known")
    if route is None:
        reasons.append(f"route '{row.get('route', '')}' has no model")
    parts = row.get("analyte", "").split("/")
    matrix = _matrix(row, words)
    stated = row.get("enantiomer", "").strip().lower()
    measured = _measured(parts[0], drug, matrix, notes, stated)
    over = _measured(parts[1], drug, matrix, notes, stated) if len(parts) > 1 else None
    if measured is None:
        reasons.append(f"analyte '{row.get('analyte', '')}' is not in the model")
    session = _session(row, drug, route, weight_kg, notes, reasons) if drug and route else None
    return Scenario(
        session, measured, over, weight_kg, age_y, adult, _covariates(words), route, tuple(notes), tuple(reasons)
    )


def _first(table, text: str):
    lowered = text.lower()
    for word, meaning in table:
        if re.search(rf"(?<![a-z]){re.escape(word)}" if len(word) <= 2 else re.escape(word), lowered):
            return meaning
    return None


def _is_adult(row: dict[str, str], words: str) -> bool:
    stated = row.get("adult", "").strip().lower()
    return stated in ("1", "true", "yes") if stated else not re.search(r"child|paediat|pediat|infant|neonat", words)


def _weight(words: str, adult: bool, notes: list[str]) -> float:
    if found := re.search(r"(\d+(?:\.\d+)?)(?:\s*-\s*(\d+(?:\.\d+)?))?\s*kg", words):
        low, high = float(found[1]), float(found[2] or found[1])
        return 0.5 * (low + high)
    if adult:
        return ADULT_KG
    age_y = _age(words, adult)
    notes.append(f"a child without weight: taken as {2.0 * age_y + 8.0:g} kg (2 x age + 8, assumed)")
    return 2.0 * age_y + 8.0


def _age(words: str, adult: bool) -> float:
    if found := re.search(r"(\d+(?:\.\d+)?)\s*-\s*(\d+(?:\.\d+)?)\s*(?:y|year)", words):
        return 0.5 * (float(found[1]) + float(found[2]))
    if re.search(r">\s*60|elderly|older", words):
        return OLDER_Y
    return ADULT_Y if adult else 6.0


def _covariates(words: str) -> Covariates:
    names = [name for word, name in PERPETRATORS if word in words]
    if "japanese" in words and "non-japanese" not in words:
        names.append("japanese")
    elif re.search(r"asian|chinese|korean", words):
        names.append("asian")
    return covariates_of(names)


def _matrix(row: dict[str, str], words: str) -> Matrix:
    stated = row.get("matrix", "").strip().lower()
    arterial = stated.startswith("arter") if stated else bool(re.search(r"(?<!\+)arterial(?!\+)", words))
    return Matrix.ARTERIAL if arterial else Matrix.VENOUS


STATED_ENANTIOMERS = {"s": "s", "r": "r", "total": "sr"}


def _measured(text: str, drug: Drug | None, matrix: Matrix, notes: list[str], stated: str = "") -> Measured | None:
    lowered = text.lower()
    analyte = _first(ANALYTES, lowered)
    if analyte is None or drug is None:
        return None
    if stated in STATED_ENANTIOMERS:
        enantiomers = STATED_ENANTIOMERS[stated]
    elif re.match(r"\s*(s-|es|s\()|\s*noresk", lowered):
        enantiomers = "s"
    elif re.match(r"\s*(r-|ar)", lowered):
        enantiomers = "r"
    else:
        enantiomers = "sr"
    if analyte is not Analyte.KETAMINE and matrix is Matrix.ARTERIAL:
        notes.append("arterial metabolite: venous model")
        matrix = Matrix.VENOUS
    return Measured(analyte, enantiomers, matrix, "each" in lowered)


def _session(row, drug: Drug, route: Route, weight_kg: float, notes: list[str], reasons: list[str]) -> Session | None:
    unit = row.get("dose_unit", "").strip().lower()
    steps = re.search(r"(\d+) x (\d+) min steps: \S+ ([\d./]+) mg/kg/h", row.get("population", ""))
    if steps:
        length_h = float(steps[2]) / MINUTES_PER_HOUR
        rates = [float(rate) for rate in steps[3].split("/")]
        doses = [Dose(drug, route, rate * length_h, True, i * length_h, length_h) for i, rate in enumerate(rates)]
        return Session(0.0, tuple(doses))
    amount = _middle(row.get("dose", ""))
    if amount is None:
        notes.append(f"dose not stated: {NOMINAL_MG:g} mg")
        amount, unit = NOMINAL_MG, "mg"
    if unit not in ("mg", "mg/kg"):
        reasons.append(f"dose unit '{row.get('dose_unit', '')}' has no model")
        return None
    per_kg = unit == "mg/kg"
    if route is Route.NASAL and drug is Drug.ESKETAMINE:
        return Session(0.0, _devices(drug, amount * weight_kg if per_kg else amount))
    return Session(0.0, (Dose(drug, route, amount, per_kg, 0.0, _duration_h(row, route, notes)),))


def _devices(drug: Drug, amount_mg: float) -> tuple[Dose, ...]:
    doses, left = [], amount_mg
    while left > 1e-9:
        doses.append(Dose(drug, Route.NASAL, min(DEVICE_BASE_MG, left), False, len(doses) * DEVICE_GAP_H, 0.0))
        left -= DEVICE_BASE_MG
    return tuple(doses)


def _duration_h(row: dict[str, str], route: Route, notes: list[str]) -> float:
    stated = _middle(row.get("infusion_min", ""))
    if stated is not None and stated > 0.0:
        return stated / MINUTES_PER_HOUR
    if route is not Route.IV:
        return 0.0
    minutes = BOLUS_MIN if "bolus" in row.get("route", "").lower() or stated == 0.0 else INFUSION_MIN
    notes.append(f"duration not stated: {minutes:g} min")
    return minutes / MINUTES_PER_HOUR


def _middle(text: str) -> float | None:
    """A number, or the middle of a range such as "5-10"; None when blank or in words."""
    found = re.fullmatch(r"\s*(\d+(?:\.\d+)?)(?:\s*-\s*(\d+(?:\.\d+)?))?\s*", text)
    return 0.5 * (float(found[1]) + float(found[2] or found[1])) if found else None
