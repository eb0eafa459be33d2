"""Answers asked in Python: a wrong type is said in words, and what is pickled comes back equal."""

import copy
import pickle

import numpy as np
import pytest

from liftspan.errors import InvalidInput
from liftspan.forecast.answer import forecast
from liftspan.forecast.reading import read_patient
from liftspan.frozen import same
from liftspan.how_fast import how_fast
from liftspan.session.answer import session_of
from liftspan.treatment import find_protocol, parse_treatment

SMALL = {"draws": 20, "group_size": 20}
PATIENT = """today = 12
[person]
weight_kg = 80
age = 50
diagnosis = "MDD"
conditions = []
[[session]]
day = 0
treatment = "ketamine 0.5 mg/kg iv over 40 min"
[[score]]
day = 0
scale = "MADRS"
value = 34
item10 = 1
[[score]]
day = 8
scale = "MADRS"
value = 14
item10 = 1
"""


@pytest.fixture
def patient(tmp_path):
    (tmp_path / "p.toml").write_text(PATIENT, encoding="utf-8")
    return read_patient(tmp_path / "p.toml")


@pytest.mark.parametrize(
    ("given", "said"),
    [({"weight_kg": [80]}, "weight_kg=[80] is no number"), ({"weight_kg": np.array([80.0])}, "is no number"),
     ({"baseline": (30, 32)}, "is no number"), ({"age_y": True}, "age_y=True is no number"),
     ({"at_h": [24, "48"]}, "at_h='48' is no number"), ({"at_h": b"24"}, "is no number"),
     ({"conditions": 5}, "5 is no word"), ({"conditions": [None, "pregnancy"]}, "None is no word")],
)  # fmt: skip
def test_a_wrong_type_for_how_fast_is_named(given, said):
    with pytest.raises(InvalidInput) as caught:
        how_fast("iv-single", **SMALL, **given)
    assert said in str(caught.value)


@pytest.mark.parametrize("asked", [None, 5, b"iv-single", ["iv-single"], 1.5])
@pytest.mark.parametrize("ask", [find_protocol, parse_treatment, session_of])
def test_a_treatment_that_is_no_text_is_refused_in_words(ask, asked):
    with pytest.raises(InvalidInput):
        ask(asked)


@pytest.mark.parametrize("given", [{"weight_kg": "80"}, {"age_y": "old"}, {"weight_kg": [80]}])
def test_a_session_names_what_is_no_number(given):
    with pytest.raises(InvalidInput, match="is no number"):
        session_of("nasal-84", **given)


def test_a_session_takes_the_name_of_a_protocol():
    assert session_of("nasal-84") == session_of(find_protocol("nasal-84"))


@pytest.mark.parametrize("given", [{"at_d": ["20"]}, {"at_d": "20"}, {"seed": "1"}, {"seed": -1}, {"seed": 2**40}])
def test_a_wrong_type_for_a_forecast_is_named(patient, given):
    with pytest.raises(InvalidInput, match="is no"):
        forecast(patient, **given)


def test_one_further_day_may_stand_alone(patient):
    assert forecast(patient, at_d=20).days == forecast(patient, at_d=(20.0,)).days


def test_a_file_name_with_a_zero_byte_cannot_be_read():
    with pytest.raises(InvalidInput, match="cannot be read"):
        read_patient("a\0b")


def test_an_answer_equals_its_pickle_and_its_copy_and_no_other_answer():
    answer = how_fast("iv-single", **SMALL)
    assert pickle.loads(pickle.dumps(answer)) == answer == copy.deepcopy(answer)
    assert answer != how_fast("iv-single", **SMALL, seed=2) and answer != "iv-single"


def test_records_of_arrays_are_the_same_number_by_number():
    assert same((np.array([1.0, np.nan]), {"a": np.nan}), (np.array([1.0, np.nan]), {"a": np.nan}))
    assert not same([np.array([1.0])], [np.array([1.0, 1.0])])
    assert not same({"a": 1}, {"b": 1}) and not same((1,), [1])
