"""Diagnoses and conditions as people write them: what is a disease, what is not, and what has to be asked."""

import re
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from liftspan.conditions import CONDITIONS, Kind, names_of, read_diagnosis
from liftspan.conditions.table import plain_words
from liftspan.errors import InvalidInput, OutsideEvidence
from liftspan.forecast.reading import read_patient
from liftspan.how_fast import how_fast
from liftspan.treatment import find_protocol

RECORD = """
today = 10
[person]
{person}
[[session]]
day = 0
treatment = "ketamine 0.5 mg/kg iv over 40 min"
[[score]]
day = 0
scale = "MADRS"
value = 32
"""


def person_of(folder: Path, **cells):
    """The person of a record with these cells, written as TOML."""
    lines = [f"{key} = {value!r}" if isinstance(value, list) else f'{key} = "{value}"' for key, value in cells.items()]
    path = folder / "patient.toml"
    path.write_text(RECORD.format(person="\n".join(lines)), encoding="utf-8")
    return read_patient(path).person


@pytest.mark.parametrize(
    ("diagnosis", "conditions"),
    [
        # finding A5
        ("F31.4", ("bipolar-1",)),
        ("F32.3", ("psychosis",)),
        ("F33.3", ("psychosis",)),
        ("ketamine use disorder", ("ketamine-use-disorder",)),
        ("dementia", ("dementia",)),
        ("uncontrolled hypertension", ("uncontrolled-hypertension",)),
        ("schizophrenia", ("psychosis",)),
        ("manic episode 2020", ("bipolar-1",)),
        ("MDD, pregnant 20 weeks", ("pregnancy",)),
        # reliability
        ("ICD-10 F31.1", ("bipolar-1",)),
        ("schwere Depression mit psychotischen Symptomen", ("psychosis",)),
        ("MDD with psycho\u200btic features", ("psychosis",)),
        # siblings: other codes, other languages, other hiding places
        ("F31.2", ("bipolar-1", "psychosis")),
        ("F333", ("psychosis",)),
        ("f33.3 G", ("psychosis",)),
        ("296.34", ("psychosis",)),
        ("296.89", ("bipolar-2",)),
        ("F25.1 schizoaffective", ("psychosis",)),
        ("I67.1; F32.2", ("aneurysm",)),
        ("I61.9 2014, F33.1", ("intracerebral-haemorrhage",)),
        ("O26.9, MDD", ("pregnancy",)),
        ("Z33.1", ("pregnancy",)),
        ("G30.1 and depression", ("dementia",)),
        ("F10.2, F32.1", ("substance-use-disorder",)),
        ("psy\u00adchotic depression", ("psychosis",)),
        ("ＭＤＤ ｐｓｙｃｈｏｔｉｃ", ("psychosis",)),
        ("PSYCHOTIC DEPRESSION", ("psychosis",)),
        ("rezidivierende depressive Störung, Z.n. Hirnblutung", ("intracerebral-haemorrhage",)),
        ("bipolare affektive Störung Typ I", ("bipolar-1",)),
        ("bipolar affective disorder (type 1), depressed", ("bipolar-1",)),
        ("Depression, schwanger 12. Woche", ("pregnancy",)),
        ("40 year old pregnant woman with MDD", ("pregnancy",)),
        ("MDD; history of brain aneurysm", ("aneurysm",)),
        ("depression after mania", ("bipolar-1",)),
        ("no remission with psychotic features", ("psychosis",)),
        ("no remission, psychotic features", ("psychosis",)),
        ("MDD s/p haemorrhagic stroke", ("intracerebral-haemorrhage",)),
        ("psychosis, no mania", ("psychosis",)),
        ("psychosis no mania", ("psychosis",)),
        ("MDD, wife denies psychosis; ketamine dependence", ("ketamine-use-disorder",)),
        ("pregnancy test positive, MDD", ("pregnancy",)),
    ],
)
def test_a_disease_that_stands_there_holds(diagnosis, conditions):
    assert read_diagnosis(diagnosis).conditions == conditions


@pytest.mark.parametrize(
    "diagnosis",
    [
        "MDD, family history of bipolar I",
        "MDD; bipolar disorder ruled out",
        "MDD; mother has schizophrenia",
        "MDD; psychosis excluded; mania excluded",
        "MDD; history of psychosis ruled out",
        "major depressive disorder, recurrent, severe, without psychotic features",
        "non-psychotic unipolar depression",
        "nonpsychotic depression, no history of mania",
        "MDD, denies mania or psychosis",
        "MDD; no history of mania, psychosis, or substance use disorder",
        "Depression (father: bipolar I)",
        "TRD, bipolar disorder in mother",
        "MDD, not pregnant",
        "MDD, pregnancy test negative",
        "MDD; schizophrenia (sister)",
        "MDD; psychosis: ruled out",
        "schwere depressive Episode ohne psychotische Symptome",
        "rezidivierende depressive Störung; keine Psychose, Familienanamnese: bipolare Störung Typ I",
        "F33.2 Recurrent depressive disorder, current episode severe without psychotic symptoms",
        "MDD w/o psychosis",
    ],
)
def test_family_history_and_what_is_ruled_out_are_not_the_disease(diagnosis):
    found = read_diagnosis(diagnosis)
    assert (found.conditions, found.questions, found.which_bipolar) == ((), (), False)


@pytest.mark.parametrize(
    "diagnosis",
    [
        "MDD",
        "Major Depressive Disorder",
        "unipolar depression",
        "TRD",
        "treatment-resistant depression, chronic",
        "recurrent depressive disorder, current episode moderate",
        "schwere depressive Episode",
        "rezidivierende depressive Störung, gegenwärtig mittelgradige Episode",
        "F32.1",
        "F33.2G",
        "F33.-",
        "ICD-10: F32.2",
        "296.23",
        "296.3x",
        "DSM-5 296.33 (F33.2) MDD, recurrent, severe",
        "MDD; controlled hypertension",
        "",
    ],
)
def test_depression_is_understood_without_a_question(diagnosis):
    found = read_diagnosis(diagnosis)
    assert (found.conditions, found.questions, found.which_bipolar) == ((), (), False)


@pytest.mark.parametrize(
    ("diagnosis", "asked"),
    [
        ("MDD, asthma", "'asthma'"),
        ("F41.1", "'f41.1'"),
        ("MDD, mother probably had bipolar I", "'bipolar i'"),
        ("MDD, rule out psychosis", "'psychosis'"),
        ("MDD; psychosis not ruled out", "'psychosis'"),
        ("MDD, ?bipolar I", "'bipolar i'"),
        ("V.a. Psychose, Depression", "'psychose'"),
        ("MDD; no history of mania, psychosis", "'psychosis'"),
        ("F31.4V", "'f31.4v'"),
        ("MDD, history of pregnancy", "'pregnancy'"),
        ("MDD, hypertension", "is the blood pressure controlled?"),
        ("MDD s/p MI", "when was it? Within 6 weeks"),
        ("postnatal depression", "is she pregnant or breastfeeding?"),
        ("MDD with hypomania", "was there ever a manic episode?"),
        ("severe, recurrent", "names no depressive disorder"),
        ("MDD with psycotic features", "'psycotic'"),
        ("МDD", "'мdd'"),  # a Cyrillic letter
        ("dépression majeure", "'majeure'"),
        ("MDD, sister pregnant", "'pregnant'"),
        ("MDD; mother of two, trying to become pregnant", "'pregnant'"),
    ],
)
def test_what_is_not_sure_is_asked_and_no_condition(diagnosis, asked):
    found = read_diagnosis(diagnosis)
    assert found.conditions == () and any(asked in one for one in found.questions), found
    assert all("state `conditions`" in one for one in found.questions)


@pytest.mark.parametrize("diagnosis", ["bipolar depression", "F31.9", "F31", "bipolar disorder 2 years ago, MDD"])
def test_bipolar_disorder_without_its_type_is_asked_before_anything_is_answered(tmp_path, diagnosis):
    with pytest.raises(InvalidInput, match="which type"):
        person_of(tmp_path, diagnosis=diagnosis)


def test_a_record_that_states_its_conditions_has_its_questions_answered(tmp_path):
    asked = person_of(tmp_path, diagnosis="MDD, asthma")
    assert len(asked.questions) == 1 and "conditions not stated" in "".join(asked.defaults)
    answered = person_of(tmp_path, diagnosis="MDD, asthma", conditions=[])
    assert answered.questions == () and "not understood: 'asthma'" in "".join(answered.defaults)
    # What is understood is no question, and stating [] does not take it away.
    assert person_of(tmp_path, diagnosis="MDD, dementia", conditions=[]).conditions == ("dementia",)


def test_a_diagnosis_is_kept_without_what_nobody_sees(tmp_path):
    assert person_of(tmp_path, diagnosis="M\\u200bDD\\u001b[2J,  severe").diagnosis == "MDD [2J, severe"


@pytest.mark.parametrize(
    ("said", "names"),
    [
        (["aneurysm"], ("aneurysm",)),
        (["uncontrolled hypertension"], ("uncontrolled-hypertension",)),
        (["Recent Cardiac Event", "I71.4"], ("aneurysm", "recent-cardiac-event")),
        (["F31.5"], ("bipolar-1", "psychosis")),
        (["none"], ()),
        ([], ()),
    ],
)
def test_conditions_are_named_by_name_code_and_word(tmp_path, said, names):
    assert person_of(tmp_path, conditions=said).conditions == names


@pytest.mark.parametrize(
    "said", ["no aneurysm", "family history of bipolar I", "MDD", "F31.9", "asthma", "x" * 5000, ""]
)
def test_an_entry_of_conditions_that_names_none_is_refused(said):
    with pytest.raises(InvalidInput, match="is not known"):
        names_of((said,))


def test_a_condition_is_refused_on_mood_with_its_rule_and_source():
    protocol = find_protocol("iv-single")
    for condition, source in (
        ("aneurysm", "US label"),
        ("pregnancy", "NCT03113968"),
        ("stroke", "UK label of ketamine"),
    ):
        with pytest.raises(OutsideEvidence, match=source) as error:
            how_fast(protocol, conditions=condition)  # B89: one text is one condition
        assert len(error.value.problems) == 1


@pytest.mark.parametrize("text", ["not psychotic ", "no mania, ", "mother ", "(", "F31.4 ", "\u200b", "a" * 7 + " "])
def test_a_diagnosis_of_a_megabyte_ends_at_once_with_its_limit(tmp_path, text):
    long = (text * (1_000_000 // len(text))).strip() or text * 400_000
    start = time.process_time()
    with pytest.raises(ValueError, match="the most read is 1,000"):
        read_diagnosis(long)
    with pytest.raises(InvalidInput, match="MB"):
        person_of(tmp_path, diagnosis=long)
    assert time.process_time() - start < 2.0


def test_the_longest_diagnosis_that_is_read_takes_no_time():
    for text in ("not psychotic ", "no mania, ", "mother's ", "bipolar ", "F31.4 ", "?", "with or and "):
        start = time.process_time()
        read_diagnosis((text * 1000)[:1000])
        assert time.process_time() - start < 0.5, text


@pytest.mark.parametrize(
    "text",
    [
        "no response to SSRIs, {}",
        "{}, no suicidal ideation",
        "{} no response to two antidepressants",
        "{} - no improvement",
        "{} since mother died",
        "never hospitalised; {}",
        "without remission, {}",
        "Depression ohne Remission, {}",
        "mother of two, {}",
        "{}; father healthy",
        "{}, family history negative",
        "family history negative, {}",
        "MDD without anxiety but with {}",
        "MDD (no remission) and {}",
        "denies pain; {}",
        "{} not treated",
        "{} never treated",
        "untreated {}",
        "{} (mother of two)",
        "non-smoker, {}",
        "MDD/{}",
    ],
)
def test_denials_and_relatives_of_something_else_deny_no_condition(text):
    for one in CONDITIONS.values():
        found = read_diagnosis(text.format(one.words))
        assert one.name in found.conditions, (text, one.words)


WORDS = sorted({word for words in plain_words().values() for word in words} | {"asthma", "x9", ",", "(", ")", ";", "?"})
NAMES = st.sampled_from(sorted(one.words for one in CONDITIONS.values() if one.kind is not Kind.WARNING))


@given(
    before=st.lists(st.sampled_from(WORDS), max_size=5), name=NAMES, after=st.lists(st.sampled_from(WORDS), max_size=4)
)
@settings(max_examples=400, deadline=None, derandomize=True)
def test_a_condition_among_any_words_is_held_asked_or_plainly_denied(before, name, after):
    # Silence about a condition is right only beside a word that denies it or gives it to a relative.
    text = " ".join((*before, name, *after))
    found = read_diagnosis(text)
    if found.conditions or found.questions or found.which_bipolar:
        return
    speaking = {word for part in ("denies", "denied", "family", "of_family") for word in plain_words()[part]}
    pattern = "|".join(rf"\b{re.escape(word)}\b" for word in sorted(speaking, key=len, reverse=True))
    assert re.search(pattern, text), text


def test_the_page_of_the_record_names_every_condition_under_its_kind():
    page = (Path(__file__).parents[2] / "docs" / "forecast.md").read_text(encoding="utf-8")
    rows = {row.split("|")[1].strip(): row for row in page.splitlines() if row.startswith("| ")}
    for one in CONDITIONS.values():
        assert f"`{one.name}`" in rows[one.kind.value], one.name


@pytest.mark.parametrize(
    "text",
    ["not without psychotic features", "nicht ohne psychotische Symptome", "never without psychosis",
     "not not psychotic", "not currently without mania", "never denied psychosis", "no psychosis ruled out"],
)  # fmt: skip
def test_a_denial_that_is_itself_denied_is_asked_and_never_a_pass(text):
    found = read_diagnosis(f"MDD, {text}")
    assert found.conditions == () and "hold for this person now" in found.open[0]


@pytest.mark.parametrize("text", ["no mania, no psychosis", "no current or past psychosis", "no mania no psychosis"])
def test_two_denials_of_two_things_deny_both(text):
    found = read_diagnosis(f"MDD, {text}")
    assert found.conditions == () == found.open
