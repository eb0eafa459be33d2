"""A row's words turned into what the body needs: who, what was given, what is measured and where."""

import re
from dataclasses import dataclass, field

from liftspan.body.concentration import Analyte, Matrix
from liftspan.evidence.columns import LONGEST_INFUSION_MIN
from liftspan.evidence.dose_units import read_unit
from liftspan.evidence.kinetics.population_words import described
from liftspan.numbers import NoNumber, finite, shortened
from liftspan.person import Covariates, covariates_of
from liftspan.treatment.amounts import devices
from liftspan.treatment.dose import Dose, Session
from liftspan.treatment.drug import Drug
from liftspan.treatment.route import Route
from liftspan.units import MINUTES_PER_HOUR
from liftspan.vocabulary import NotAWord, Vocabulary, folded

BOLUS_MIN, INFUSION_MIN = 1.0, 40.0
NOMINAL_MG = 50.0  # for ratios, shares and times, which do not depend on the dose
SCALES_WITH_DOSE = re.compile(r"cmax|conc|auc(?!.*ratio)")

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
    people = described(words, _is_adult(row, reasons))
    weight_kg, age_y, adult = people.weight_kg, people.age_y, people.adult
    notes += people.notes
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
    stated = _stated_enantiomer(row, reasons)
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


ADULT = Vocabulary("adult", ("1", "0"), {"true": "1", "yes": "1", "y": "1", "adult": "1", "adults": "1", "false": "0",
                                         "no": "0", "n": "0", "child": "0", "children": "0"})  # fmt: skip


def _is_adult(row: dict[str, str], reasons: list[str]) -> bool | None:
    """What the column says; None where it is blank, and with a reason where it is no word of it."""
    stated = row.get("adult", "").strip()
    try:
        return ADULT.read(stated) == "1" if stated else None
    except NotAWord as error:
        reasons.append(str(error))
        return None


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
ENANTIOMER = Vocabulary(
    "enantiomer",
    ("S", "R", "total"),
    {"(s)": "S", "s(+)": "S", "(+)": "S", "es": "S", "(r)": "R", "r(-)": "R", "(-)": "R", "ar": "R", "both": "total",
     "racemate": "total", "racemic": "total", "rs": "total", "sr": "total", "r,s": "total", "(r,s)": "total",
     "r+s": "total", "sum": "total"},
)  # fmt: skip


def _stated_enantiomer(row: dict[str, str], reasons: list[str]) -> str:
    stated = row.get("enantiomer", "").strip()
    try:
        return ENANTIOMER.read(stated).lower() if stated else ""
    except NotAWord as error:
        reasons.append(str(error))
        return ""


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
    steps = re.search(r"(\d+) x ([1-9]\d*) min steps: \S+ (\d[\d./]*) mg/kg/h", row.get("population", ""))
    rates = [float(rate) for rate in re.findall(r"\d+(?:\.\d+)?", steps[3])] if steps else []
    if any(rates):
        length_h = float(steps[2]) / MINUTES_PER_HOUR
        doses = [Dose(drug, route, rate * length_h, True, i * length_h, length_h) for i, rate in enumerate(rates)]
        return Session(0.0, tuple(doses))
    problems: list[str] = []
    amount, minutes = _read(row, "dose", problems), _read(row, "infusion_min", problems)
    per_kg, factor = _unit(row, problems)
    if minutes is not None and not 0.0 <= minutes <= LONGEST_INFUSION_MIN:
        problems.append(
            f"infusion_min {minutes:g} is below 0"
            if minutes < 0.0
            else f"infusion_min is above {LONGEST_INFUSION_MIN:g} min (30 days)"
        )
    said = f"{row.get('dose', '').strip()} {row.get('dose_unit', '').strip()}"
    if amount is not None:
        amount *= factor
        if not 0.0 < (amount * weight_kg if per_kg else amount) <= LARGEST_MG:
            problems.append(f"dose {said} is not above 0 and at most {LARGEST_MG:g} mg")
    elif not row.get("dose", "").strip():
        metric = folded(row.get("metric", ""))
        if SCALES_WITH_DOSE.match(metric):
            problems.append(f"dose not stated: {row['metric'].strip()} scales with it")
        notes.append(f"dose not stated: {NOMINAL_MG:g} mg")
        amount, per_kg = NOMINAL_MG, False
    if problems:
        reasons += problems
        return None
    if route is Route.NASAL and drug is Drug.ESKETAMINE:
        return Session(0.0, devices(drug, amount * weight_kg if per_kg else amount))
    return Session(0.0, (Dose(drug, route, amount, per_kg, 0.0, _duration_h(row, minutes, route, notes)),))


def _duration_h(row: dict[str, str], stated: float | None, route: Route, notes: list[str]) -> float:
    if stated is not None and stated > 0.0:
        return stated / MINUTES_PER_HOUR
    if route is not Route.IV:
        return 0.0
    minutes = BOLUS_MIN if "bolus" in row.get("route", "").lower() or stated == 0.0 else INFUSION_MIN
    notes.append(f"duration not stated: {minutes:g} min")
    return minutes / MINUTES_PER_HOUR


def _unit(row: dict[str, str], problems: list[str]) -> tuple[bool, float]:
    """Whether a dose is per kg, and its factor to mg or mg/kg; a blank unit is asked for where a dose stands."""
    stated = row.get("dose_unit", "").strip()
    if not row.get("dose", "").strip():
        return False, 1.0
    if not stated:
        problems.append("dose_unit is blank: mg or mg/kg?")
        return False, 1.0
    try:
        unit = read_unit(stated)
    except NotAWord as error:
        problems.append(str(error))
        return False, 1.0
    return unit.unit == "mg/kg", float(unit.factor)


def _read(row: dict[str, str], column: str, problems: list[str]) -> float | None:
    """The number of a cell; None where it is blank, and with its problem where it cannot be read."""
    try:
        return middle(row.get(column, ""))
    except NoNumber as error:
        problems.append(f"{column} {error}")
        return None


RANGE = re.compile(r"(?<=[0-9.])\s*(?:[-–—]|\bto\b)\s*(?=[0-9.])")


def middle(text: str) -> float | None:
    """A number, or the middle of a range such as "5-10"; None when blank. Raises NoNumber for anything else."""
    if not text.strip():
        return None
    parts = RANGE.split(text.strip())
    if len(parts) == 1:
        return finite(parts[0])
    numbers = [finite(part) for part in parts]
    if len(numbers) > 2 or numbers[0] > numbers[1]:
        raise NoNumber(f"'{shortened(text.strip())}' is no range; write the lower end first, as 5-10")
    return 0.5 * (numbers[0] + numbers[1])
