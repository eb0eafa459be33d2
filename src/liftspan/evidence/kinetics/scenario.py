"""A row's words turned into what the body needs: who, what was given, what is measured and where."""

import re
from dataclasses import dataclass, field

from liftspan.body.concentration import Analyte, Matrix
from liftspan.person import Covariates, covariates_of
from liftspan.treatment.amounts import devices
from liftspan.treatment.dose import Dose, Session
from liftspan.treatment.drug import Drug
from liftspan.treatment.route import Route
from liftspan.units import MINUTES_PER_HOUR

ADULT_KG, ADULT_Y = 70.0, 35.0  # of rows that state neither: the reference person of the sources
OLDER_Y = 70.0  # rows of people over 60 (Perez-Ruixo 2021)
BOLUS_MIN, INFUSION_MIN = 1.0, 40.0
NOMINAL_MG = 50.0  # for ratios and shares that do not depend on the dose

LONGEST_MIN = 30.0 * 24.0 * MINUTES_PER_HOUR  # of an infusion
LARGEST_MG, LEAST_KG, LARGEST_KG = 5000.0, 1.0, 350.0  # beyond, a unit was mistaken

DRUG_OF = {"s": Drug.ESKETAMINE, "r": Drug.ARKETAMINE, "sr": Drug.KETAMINE}
TRADE_NAMES = (("spravato", "s"), ("ketanest s", "s"), ("ketalar", "sr"), ("ketanest", "sr"))
# The first expression found in a row's route decides; dots of "i.v." are taken out before.
ROUTES = (
    (r"transderm|epidural|inhal|nebul|intrathec|spinal|caudal|topical|intraperit|intraoss|intra-?artic|vagin", None),
    (r"(controlled|extended|modified|prolonged|sustained|slow)[ -]?release|oral[ -,]*(extended|prolonged)|r-107",
     Route.ORAL_EXTENDED),
    (r"sublingual|buccal|lozenge|troche|wafer|mucosal|film|\bsl\b", Route.SUBLINGUAL),
    (r"nasal|spravato|^in$", Route.NASAL),
    (r"subcut", Route.SC), (r"intramusc", Route.IM), (r"rectal|suppositor|^pr$", Route.RECTAL),
    (r"oral|tablet|syrup|capsule|nasogastric|\bpo\b", Route.ORAL),
    (r"\bim\b", Route.IM), (r"\bsc\b", Route.SC),
    (r"\biv\b|intravenous|infusion|bolus", Route.IV),
)  # fmt: skip
ANALYTES = (
    (r"dehydro|dhnk|hydroxyk|hydroxyesk|ketamine (and|plus) nor|ketamine ?\+ ?nor", None),
    (r"hydroxyn|hnk", Analyte.HYDROXYNORKETAMINE),
    (r"nor(es|ar)?ketamine|\b(s|r|es|ar)?nk\b", Analyte.NORKETAMINE), (r"ketamine", Analyte.KETAMINE),
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
    drug, route = _drug(row.get("drug_given", ""), notes), _route(row.get("route", ""))
    if not LEAST_KG <= weight_kg <= LARGEST_KG:
        reasons.append(f"a weight of {weight_kg:g} kg has no model")
    if drug is None:
        reasons.append(f"drug '{row.get('drug_given', '')}' is not known")
    if route is None:
        reasons.append(f"route '{row.get('route', '')}' has no model")
    matrix = _matrix(row, words)
    if matrix is None:
        reasons.append(f"matrix '{row.get('matrix', '')}' has no model; valid: plasma, serum, venous, arterial")
    stated = row.get("enantiomer", "").strip().lower()
    parts = row.get("analyte", "").split("/")
    read = [_measured(part, matrix or Matrix.VENOUS, notes, stated) for part in parts]
    if None in read or len(read) > 2:
        reasons.append(f"analyte '{row.get('analyte', '')}' is not in the model")
    elif drug:
        reasons += [
            f"{drug.value} holds no {one.enantiomers.upper()}-ketamine"
            for one in read
            if drug is not Drug.KETAMINE and DRUG_OF[one.enantiomers] not in (drug, Drug.KETAMINE)
        ]
    session = _session(row, drug, route, weight_kg, notes, reasons) if drug and route else None
    measured, over = (*read, None)[:2]
    return Scenario(
        session,
        measured,
        over,
        weight_kg,
        age_y,
        adult,
        _covariates(words),
        route,
        tuple(dict.fromkeys(notes)),
        tuple(reasons),
    )


def _first(table, text: str):
    """The meaning of the first expression of a table that is found."""
    return next((meaning for words, meaning in table if re.search(words, text)), None)


def _route(text: str) -> Route | None:
    return _first(ROUTES, re.sub(r"\b([a-z])\.\s?([a-z])\b\.?", r"\1\2", text.strip().lower()))


def _drug(text: str, notes: list[str]) -> Drug | None:
    lowered = text.lower()
    if re.search(r"hydrochloride|hcl", lowered):
        notes.append("dose taken as base")
    if enantiomers := _first(TRADE_NAMES, lowered):
        return DRUG_OF[enantiomers]
    return DRUG_OF[_enantiomers(lowered)] if _first(ANALYTES, lowered) is Analyte.KETAMINE else None


def _enantiomers(lowered: str) -> str:
    """ "s", "r" or "sr" of a name: (S)-ketamine, S(+)-norketamine, esketamine, (2R,6R)-HNK, (R,S)-ketamine."""
    words = set(re.findall(r"[a-z0-9]+", lowered))
    if "racem" in lowered or words & {"rac", "rs", "sr"}:
        return "sr"
    is_s = bool(words & {"s", "2s", "snk", "shnk", "esnk"}) or bool(re.search(r"es(nor)?ketamine", lowered))
    is_r = bool(words & {"r", "2r", "rnk", "rhnk", "arnk"}) or bool(re.search(r"ar(nor)?ketamine", lowered))
    return "s" if is_s and not is_r else "r" if is_r and not is_s else "sr"


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


def _matrix(row: dict[str, str], words: str) -> Matrix | None:
    stated = row.get("matrix", "").strip().lower()
    if stated and not re.search(r"plasma|serum|ven|arter", stated):
        return None
    arterial = "arter" in stated if stated else bool(re.search(r"(?<!\+)arterial(?!\+)", words))
    return Matrix.ARTERIAL if arterial else Matrix.VENOUS


STATED_ENANTIOMERS = {"s": "s", "r": "r", "total": "sr"}


def _measured(text: str, matrix: Matrix, notes: list[str], stated: str = "") -> Measured | None:
    lowered = text.lower()
    analyte = _first(ANALYTES, lowered)
    if analyte is None:
        return None
    enantiomers = STATED_ENANTIOMERS.get(stated) or _enantiomers(lowered)
    if re.search(r"\b2[rs]\b", lowered):
        notes.append(f"all isomers of {analyte.value} of this enantiomer")
    if analyte is not Analyte.KETAMINE and matrix is Matrix.ARTERIAL:
        notes.append("arterial metabolite: venous model")
        matrix = Matrix.VENOUS
    return Measured(analyte, enantiomers, matrix, "each" in lowered)


def _session(row, drug: Drug, route: Route, weight_kg: float, notes: list[str], reasons: list[str]) -> Session | None:
    unit = row.get("dose_unit", "").strip().lower()
    steps = re.search(r"(\d+) x ([1-9]\d*) min steps: \S+ (\d[\d./]*) mg/kg/h", row.get("population", ""))
    rates = [float(rate) for rate in re.findall(r"\d+(?:\.\d+)?", steps[3])] if steps else []
    if any(rates):
        length_h = float(steps[2]) / MINUTES_PER_HOUR
        doses = [Dose(drug, route, rate * length_h, True, i * length_h, length_h) for i, rate in enumerate(rates)]
        return Session(0.0, tuple(doses))
    amount = _middle(row.get("dose", ""))
    if amount is None:
        said = row.get("dose", "").strip()
        why = f"'{said}' is no number" if said else "not stated"
        notes.append(f"dose {why}: {NOMINAL_MG:g} mg")
        amount, unit = NOMINAL_MG, "mg"
    if unit not in ("mg", "mg/kg"):
        reasons.append(f"dose unit '{row.get('dose_unit', '')}' has no model")
        return None
    if (_middle(row.get("infusion_min", "")) or 0.0) > LONGEST_MIN:
        reasons.append(f"infusion_min is above {LONGEST_MIN:g} min (30 days)")
        return None
    per_kg = unit == "mg/kg"
    if not 0.0 < (amount * weight_kg if per_kg else amount) <= LARGEST_MG:
        reasons.append(f"dose {row.get('dose', '')} {unit} is not above 0 and at most {LARGEST_MG:g} mg")
        return None
    if route is Route.NASAL and drug is Drug.ESKETAMINE:
        return Session(0.0, devices(drug, amount * weight_kg if per_kg else amount))
    return Session(0.0, (Dose(drug, route, amount, per_kg, 0.0, _duration_h(row, route, notes)),))


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
