"""Numbers read from text: Python's own reading is the witness for what is accepted, sentences for what is not."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liftspan.numbers import NoNumber, finite

SLIPS = {
    "1,5": "decimal point",
    "1,200": "between thousands",
    "7_0": "underscores",
    "NA": "leave the cell blank",
    ".": "leave the cell blank",
    "": "blank",
    "inf": "not finite",
    "1e999": "not finite",
    "−5": "another dash",
    "45 %": "fraction",
    "40 min": "in the unit of the column",
    "71.5 kg": "in the unit of the column",
    "9" * 5000: "more than 40 characters",
    "(" * 300: "more than 40 characters",
    "1..5": "typing error",
    "１２": "digits 0 to 9",
    "1D0": "exponent with E",
    "0:40": "hours and minutes",
    "#N/A": "error of a spreadsheet",
    "#DIV/0!": "error of a spreadsheet",
    "#WERT!": "error of a spreadsheet",
    "Err:502": "error of a spreadsheet",
    "#1": "typing error",
}


@pytest.mark.parametrize("text", ["0.5", ".5", "5.", "5e-1", "-0", "+3", " 12 ", "1E3"])
def test_what_is_a_number_is_the_number(text):
    assert finite(text) == float(text)


@pytest.mark.parametrize(("text", "cause"), SLIPS.items(), ids=lambda text: text[:12])
def test_a_slip_is_no_number_and_its_likely_cause_is_said(text, cause):
    with pytest.raises(NoNumber, match=cause):
        finite(text)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_every_double_is_read_back_as_it_was_written(value):
    assert finite(repr(value)) == value


@given(st.text(max_size=60))
def test_any_text_ends_in_a_finite_number_or_in_one_printable_line(text):
    try:
        assert math.isfinite(finite(text))
    except NoNumber as error:
        assert str(error).isprintable() and len(str(error)) < 200
