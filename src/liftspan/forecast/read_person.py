"""Who the patient is: checked, and with words for what was not stated."""

from liftspan.conditions.diagnosis import read_diagnosis
from liftspan.conditions.folding import without_hidden
from liftspan.conditions.names import NONE, condition_named
from liftspan.forecast.entries import PERSON_KEYS, Entry, number, shown, text, unknown_keys, whole, word
from liftspan.forecast.patient import Person
from liftspan.parameters import body_value
from liftspan.population import LIMITS
from liftspan.vocabulary import NotAWord, Vocabulary, folded

SEXES = Vocabulary(
    "sex", ("female", "male"), {"f": "female", "woman": "female", "weiblich": "female"} | {"m": "male", "man": "male"}
)
BACKGROUNDS = Vocabulary("background", ("none", "continued", "new"))
SETTINGS = Vocabulary("setting", ("outpatient", "inpatient"), {"out-patient": "outpatient", "in-patient": "inpatient"})
MOST_TREATMENTS = 50
MOST_CONDITIONS = 50
USUAL = {"weight_kg": body_value("population_weight_kg"), "age": body_value("population_age_y")}
LIMIT_OF = {"weight_kg": LIMITS[0], "age": LIMITS[1]}

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
    stated = _conditions(entry, problems)
    found, questions = _of_diagnosis(entry, diagnosis or "", stated is not None, defaults, problems)
    if "conditions" not in entry.cells:
        defaults.append("conditions not stated: that no contraindication or warning holds is taken for granted")
    return Person(
        weight_kg=weight_kg,
        age_y=age_y,
        sex=sex or "",
        failed_treatments=failed,
        background=background or BACKGROUNDS.words[0],
        setting=setting or SETTINGS.words[0],
        diagnosis=without_hidden(diagnosis or ""),
        conditions=tuple(sorted({*(stated or ()), *found})),
        defaults=tuple(defaults),
        questions=questions,
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
        problems.append(f"{entry.at(key)}: {key} = {value:.6g} is outside {low:g} to {high:g} {unit}: {cause}")
    return value


def _conditions(entry: Entry, problems: list[str]) -> set[str] | None:
    """Names under `conditions`: a list in TOML, in a cell of CSV separated by ';'. None = not stated.

    An empty list, or the word "none" alone, states that nothing holds.
    """
    said = entry.cells.get("conditions")
    if said is None:
        return None
    texts = [one for one in said.split(";") if one.strip()] if isinstance(said, str) else said
    if not isinstance(texts, list) or not all(isinstance(one, str) for one in texts):
        problems.append(f'{entry.at("conditions")}: conditions = {shown(said)} is no list; write ["pregnancy"]')
        return None
    if len(texts) > MOST_CONDITIONS:
        problems.append(f"{entry.at('conditions')}: {len(texts):,} conditions; the most read is {MOST_CONDITIONS}")
        return None
    if [folded(one) for one in texts] == ["none"] or (len(texts) == 1 and folded(texts[0]) in NONE):
        return set()
    found: set[str] = set()
    for one in texts:
        try:
            found.update(condition_named(one))
        except NotAWord as error:
            problems.append(f"{entry.at('conditions')}: {error}")
    return found


def _of_diagnosis(
    entry: Entry, said: str, stated: bool, defaults: list[str], problems: list[str]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Conditions that a diagnosis names, and what it leaves open; where `conditions` is stated that is only noted."""
    try:
        found = read_diagnosis(said)
    except ValueError as error:
        problems.append(f"{entry.at('diagnosis')}: diagnosis {shown(said)}: {error}")
        return (), ()
    if found.which_bipolar:
        problems.append(
            f"{entry.at('diagnosis')}: diagnosis {shown(said)}: which type? write 'bipolar I' or 'bipolar II'; "
            "trials left out bipolar I"
        )
    if stated:
        defaults += [f"{one} Noted only: `conditions` is stated" for one in found.open]
        return found.conditions, ()
    return found.conditions, found.questions
