"""Who the patient is: checked, and with words for what was not stated."""

import re

from liftspan.errors import nearest
from liftspan.forecast.entries import PERSON_KEYS, Entry, number, shown, text, unknown_keys, whole, word
from liftspan.forecast.patient import Person
from liftspan.how_fast.limits import EXCLUDED
from liftspan.parameters import body_value
from liftspan.population import LIMITS

SEXES = ("female", "male")
BACKGROUNDS = ("none", "continued", "new")
SETTINGS = ("outpatient", "inpatient")
MOST_TREATMENTS = 50
USUAL = {"weight_kg": body_value("population_weight_kg"), "age": body_value("population_age_y")}
LIMIT_OF = {"weight_kg": LIMITS[0], "age": LIMITS[1]}

# "non-psychotic", "without psychotic features", "no history of mania": only these words may stand between, for "no
# remission, with psychotic features" denies nothing.
BETWEEN = r"(?:any|bipolar|current|disorder|evidence|for|history|i|known|mania|of|or|past|psychosis|psychotic|signs)"
DENIED = rf"(?<![a-z])(?:non|not|no|without|never|denies)(?![a-z])[\s-]*(?:{BETWEEN}\s+)*"
PSYCHOSIS = r"psychotic|psychosis|psychoses|delusion\w*|hallucinat\w*|schizo\w*"
MANIA = r"mania|manic"
PREGNANCY = r"pregnan\w*"
BIPOLAR = re.compile(
    r"\b(?:bipolar|bp|bd)(?:[\s,-]+(?:affective|disorder|depression|type|spectrum))*[\s,-]*(i{1,2}|1|2)\b"
)
NO_INFLUENCE = "not stated: it has no influence in this model"


def read_person(entry: Entry, problems: list[str]) -> Person:
    """The person of an entry; what is wrong goes to `problems`, what is missing to `defaults` in words."""
    problems += unknown_keys(entry, "[person]", PERSON_KEYS)
    defaults: list[str] = []
    weight_kg = _measure(entry, "weight_kg", "kg", defaults, problems)
    age_y = _measure(entry, "age", "years", defaults, problems)
    sex = word(entry, "sex", SEXES, problems)
    failed = whole(entry, "failed_treatments", MOST_TREATMENTS, problems)
    defaults += [f"{key} {NO_INFLUENCE}" for key in ("sex", "failed_treatments") if key not in entry.cells]
    background = word(entry, "background", BACKGROUNDS, problems)
    setting = word(entry, "setting", SETTINGS, problems)
    if "background" not in entry.cells:
        defaults.append("background not stated: no oral antidepressant is taken for granted")
    if "setting" not in entry.cells:
        defaults.append("setting not stated: outpatient stands in its place")
    diagnosis = text(entry, "diagnosis", problems)
    if "diagnosis" not in entry.cells:
        defaults.append("diagnosis not stated: major depression without psychosis, not bipolar, is taken for granted")
    conditions = _conditions(entry, problems) | _conditions_of_diagnosis(entry, diagnosis or "", problems)
    return Person(
        weight_kg=weight_kg,
        age_y=age_y,
        sex=sex or "",
        failed_treatments=failed,
        background=background or BACKGROUNDS[0],
        setting=setting or SETTINGS[0],
        diagnosis=" ".join((diagnosis or "").split()),
        conditions=tuple(sorted(conditions)),
        defaults=tuple(defaults),
    )


def _measure(entry: Entry, key: str, unit: str, defaults: list[str], problems: list[str]) -> float:
    """Weight or age; the usual one where it is not stated."""
    value = number(entry, key, problems)
    if value is None:
        if key not in entry.cells:
            defaults.append(f"{key} not stated: {USUAL[key]:g} {unit}, usual in the published studies, in its place")
        return USUAL[key]
    _, low, high, _, cause = LIMIT_OF[key]
    if not low <= value <= high:
        problems.append(f"{entry.at(key)}: {key} = {value:g} is outside {low:g} to {high:g} {unit}: {cause}")
    return value


def _conditions(entry: Entry, problems: list[str]) -> set[str]:
    """Names of EXCLUDED under `conditions`: a list in TOML, in a cell of CSV separated by ';'."""
    said = entry.cells.get("conditions", [])
    names = [name.strip() for name in said.split(";")] if isinstance(said, str) else said
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        problems.append(f'{entry.at("conditions")}: conditions = {shown(said)} is no list; write ["pregnancy"]')
        return set()
    found = {name.lower() for name in names if name}
    problems += [
        f"{entry.at('conditions')}: condition {shown(name)} is not known; {nearest(name[:40], EXCLUDED)}"
        for name in sorted(found - set(EXCLUDED))
    ]
    return found & set(EXCLUDED)


def _conditions_of_diagnosis(entry: Entry, diagnosis: str, problems: list[str]) -> set[str]:
    """What the words of a diagnosis say of people whom the trials left out.

    A word that is denied in a way not understood counts as said: a refusal can be mended, an answer for the wrong
    person not.
    """
    words = " ".join(diagnosis.lower().split())
    found = {name for name, pattern in (("psychosis", PSYCHOSIS), ("pregnancy", PREGNANCY)) if _said(pattern, words)}
    kinds = {match[1] for match in BIPOLAR.finditer(words) if not _denied(words, match)}
    if kinds & {"i", "1"} or _said(MANIA, words):
        found.add("bipolar-1")
    elif not kinds and _said("bipolar", words):
        problems.append(
            f"{entry.at('diagnosis')}: diagnosis {shown(diagnosis)}: which type? write 'bipolar I' or 'bipolar II'; "
            "trials left out bipolar I"
        )
    return found


def _said(pattern: str, words: str) -> bool:
    """Whether a word stands there and is not denied; 'nonpsychotic' and 'hypomania' are other words."""
    return any(not _denied(words, match) for match in re.finditer(rf"(?<![a-z])(?:{pattern})(?![a-z])", words))


def _denied(words: str, match: re.Match) -> bool:
    return re.search(rf"{DENIED}$", words[: match.start()]) is not None
