"""Cells that a spreadsheet would compute stay text; numbers, dashes and lines without such cells stay as they are."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liftspan.spreadsheet import cell, checked_line, csv_text, line_of

COMPUTED = [
    "=1+1",
    "=cmd|' /C calc'!A0",
    "+1+1",
    "-1+1",
    "@SUM(1,2)",
    "\t=1",
    "\r=1",
    "-a",
    "+",
    "\uff1d1+1",
    "--1",
    "-1,5",
]
PLAIN = ["", "a=1", "5", "-5", "+5", "-.5", "-0.5e-3", "+1E5", "-", "--", "0-1", "'=1", "#N/A", " -1"]


@pytest.mark.parametrize("text", COMPUTED)
def test_a_text_that_would_be_computed_gets_an_apostrophe(text):
    assert cell(text) == f"'{text}"


@pytest.mark.parametrize("text", PLAIN)
def test_numbers_dashes_and_other_texts_stay(text):
    assert cell(text) == text


def test_what_is_no_text_stays():
    assert [cell(value) for value in (-1, -2.5, None, True)] == [-1, -2.5, None, True]


CELLS = st.one_of(st.sampled_from([*COMPUTED, *PLAIN, "a,b", 'say "x"', "x;y"]), st.text('=-+@,"1a ', max_size=6))


@given(st.lists(CELLS, min_size=1, max_size=5), st.booleans())
def test_a_line_is_changed_only_where_a_cell_would_be_computed_and_only_by_apostrophes(cells, quoted):
    stream = io.StringIO()
    csv.writer(stream, lineterminator="", quoting=csv.QUOTE_ALL if quoted else csv.QUOTE_MINIMAL).writerow(cells)
    line = stream.getvalue()
    if "\r" in line or "\n" in line:
        return  # no line of a file
    found = checked_line(line)
    assert next(csv.reader([found])) == [cell(one) for one in cells]
    if all(cell(one) == one for one in cells):
        assert found == line


def test_a_table_is_written_with_the_columns_asked_for():
    rows = [{"a": "=1", "b": -2.5, "c": "left aside"}, {"a": "x,y"}]
    assert csv_text(("a", "b"), rows, "\n") == 'a,b\n\'=1,-2.5\n"x,y",\n'
    assert line_of(["@x", 1]) == "'@x,1"
