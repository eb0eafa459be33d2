"""Tables as spreadsheets and other programs write them: what changes nothing is mended, the rest refused in words."""

import csv
import io
import time
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liftspan.sheets import parse_sheet, read_sheet

COLUMNS = ("weight_kg", "age")
PLAIN = b"weight_kg,age\n70,40\n80,50\n"
SAME = {
    "byte order mark": b"\xef\xbb\xbf" + PLAIN,
    "windows line ends": PLAIN.replace(b"\n", b"\r\n"),
    "old mac line ends": PLAIN.replace(b"\n", b"\r"),
    "no newline at the end": PLAIN.rstrip(),
    "rows left by a spreadsheet": PLAIN + b",\n,,,\n\n",
    "empty columns at the end": b"weight_kg,age,,\n70,40,,\n80,50,,\n",
    "empty cells at the end of rows": b"weight_kg,age\n70,40,\n80,50,\n",
    "capitals and blanks in the header": b"Weight_KG, AGE\n70, 40\n 80 ,50\n",
    "quotes": b'"weight_kg","age"\n"70","40"\n"80","50"\n',
}
REFUSED = {
    "semicolons": (b"weight_kg;age\n70;40\n", "separated by ';'"),
    "tabs": (b"weight_kg\tage\n70\t40\n", "separated by tabs"),
    "sep line": (b"sep=,\nweight_kg,age\n70,40\n", "line 1: 'sep='"),
    "table number": (b"TABLE NO.  1\nweight_kg,age\n70,40\n", "line of NONMEM output"),
    "utf-16": (PLAIN.decode().encode("utf-16"), "UTF-16"),
    "latin-1": (b"weight_kg,age\n70,4\xfc\n", "line 2: no UTF-8"),
    "binary": (b"PK\x03\x04\0\0", "binary"),
    "empty": (b" \n\n", "empty"),
    "short row": (b"weight_kg,age\n70\n", "line 2: 1 cells under 2 columns; was the line cut short"),
    "decimal comma": (b"weight_kg,age\n70,5,40\n", "line 2: 3 cells under 2 columns; put quotation marks"),
    "open quote": (b'weight_kg,age\n"70,40\n80,50\n', "quotation mark left open"),
    "header twice": (PLAIN + PLAIN, "line 4: the header stands here again"),
    "column twice": (b"weight_kg,age,Age\n70,40,41\n", "column age appears twice"),
    "no name": (b"weight_kg,,age\n70,x,40\n", "column 2 has no name"),
    "a cell of a megabyte": (b"weight_kg,age\n70," + b"x" * 1_000_000, "longer than"),
    "100,000 columns": (b"," .join(b"a%d" % i for i in range(100_000)) + b"\n1\n", "100,000 columns"),
}  # fmt: skip


def rows_of(raw: bytes):
    sheet, problems = parse_sheet(raw, COLUMNS, "t.csv")
    return [dict(line.cells) for line in sheet.lines], problems


@pytest.mark.parametrize("raw", SAME.values(), ids=SAME)
def test_habits_of_spreadsheets_give_the_same_rows(raw):
    assert rows_of(raw) == rows_of(PLAIN)
    assert rows_of(raw)[1] == []


@pytest.mark.parametrize(("raw", "words"), REFUSED.values(), ids=REFUSED)
def test_a_slip_is_refused_at_once_with_its_line(raw, words):
    begun = time.perf_counter()
    _, problems = rows_of(raw)
    assert time.perf_counter() - begun < 2.0
    assert any(words in problem for problem in problems), problems


def test_lines_are_counted_with_blank_ones_and_quoted_line_breaks():
    sheet, problems = parse_sheet(b'a,b\n\n"x\ny",1\n\n2,3\n', (), "t.csv")
    assert [line.number for line in sheet.lines] == [3, 6] and not problems


def test_many_bad_rows_are_counted_not_listed():
    _, problems = rows_of(b"weight_kg,age\n" + b"70\n" * 5000)
    assert len(problems) == 31 and "4970 more" in problems[-1]


@given(
    st.lists(st.tuples(*[st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=8)] * 2), max_size=6)
)
def test_what_the_csv_writer_wrote_is_read_back(rows):
    # A row of blanks is no row; a header again is refused: neither is written here.
    rows = [row for row in rows if any(cell.strip() for cell in row) and row != ("weight_kg", "age")]
    stream = io.StringIO(newline="")
    csv.writer(stream, quoting=csv.QUOTE_ALL).writerows([COLUMNS, *rows])
    sheet, problems = parse_sheet(stream.getvalue().encode(), COLUMNS, "t.csv")
    assert not problems
    assert [tuple(line.cells.values()) for line in sheet.lines] == [tuple(c.strip() for c in row) for row in rows]


@given(st.binary(max_size=300))
def test_any_bytes_end_in_rows_or_in_sentences(raw):
    sheet, problems = parse_sheet(raw, COLUMNS, "t.csv")
    assert sheet.readable or problems


def test_a_dash_is_standard_input_and_a_closed_one_is_said(monkeypatch):
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(PLAIN)))
    sheet, problems = read_sheet(Path("-"), COLUMNS)
    assert (sheet.name, len(sheet.lines), problems) == ("standard input", 2, [])
    monkeypatch.setattr("sys.stdin", None)
    assert read_sheet(Path("-"), COLUMNS)[1] == ["standard input: is closed; name a file"]
