"""Tables of people of public reports: read with their right values, or refused with their line and cause."""

import io
import random
from pathlib import Path
from types import SimpleNamespace

import pytest

from cases.event_tables import DATA
from liftspan.cli.people import people_and_notes, people_of, read_people
from liftspan.errors import InvalidInput

FILES = DATA / "people"
TWO = [(70, 40, 32), (80, 50, 28)]
ACCEPTED = {  # file: (weight_kg, age, baseline) of its people, and what is said
    "a01_base": (TWO, ""),
    "a02_bom_crlf": (TWO, ""),
    "a03_trailing_rows": (TWO, ""),
    "a04_trailing_col": (TWO, ""),
    "a06_header_case": (TWO[:1], ""),
    "a07_extra": (TWO, "a07_extra.csv: columns not used: id, sex."),
    "a13_header_space": (TWO[:1], ""),
    "a14_lb": ([(176, 40, 32)], "pounds? 176 lb are 79.8 kg."),
    "a15_blank_line_middle": (TWO, ""),
    "a16_comment": (TWO[:1], "a16_comment.csv: lines that start with # were left out: 1."),
    "a20_one_person": (TWO[:1], ""),
}
REFUSED = {  # file: a text for each problem
    "a05_semicolon": ("line 1: the cells are separated by ';'",),
    "a08_blank_cell": ("line 2, age: blank; every person needs weight_kg, age and baseline",),
    "a09_na": ("line 2, age: 'NA'; every person needs",),
    "a10_nan_inf": ("line 2, weight_kg: 'nan'; every person needs", "line 3, age: 'inf' is no number; it is not"),
    "a11_short_row": ("line 2: 2 cells under 3 columns; was the line cut short?",),
    "a12_underscore_fullwidth": ("line 2, weight_kg: '7_0' is no number; write digits without underscores",
                                 "line 3, baseline: '2_8'"),
    "a18_one_row_err_line": ("line 5, age: 'bad' is no number",),
    "a19_out_of_range": ("line 2, age: 17 is outside 18 to 100 years", "line 3, weight_kg: 300 is outside 30 to 250 kg",
                         "line 4, baseline: 3 is outside 7 to 60 MADRS points"),
    "a21_tab": ("line 1: the cells are separated by tabs",),
    "a22_unit_row": ("line 2: no number in it; is it a line of units? Delete it",),
    "a23_nul": ("a binary file, not text",),
    "a24_empty": ("the file is empty",),
    "a25_utf16": ("the text is UTF-16",),
}  # fmt: skip


def rows_of(people) -> list[tuple[float, float, float]]:
    return list(zip(people.weight_kg, people.age_y, people.baseline, strict=True))


def test_every_file_has_its_outcome():
    assert sorted([*ACCEPTED, *REFUSED]) == sorted(path.stem for path in FILES.glob("*.csv"))


@pytest.mark.parametrize("name", ACCEPTED)
def test_what_is_accepted_are_these_people(name):
    expected, said = ACCEPTED[name]
    people, notes = people_and_notes(FILES / f"{name}.csv")
    assert rows_of(people) == expected
    assert said in "\n".join(notes) and bool(said) == bool(notes)


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused_names_its_line_and_its_cause(name):
    with pytest.raises(InvalidInput) as refused:
        read_people(FILES / f"{name}.csv")
    problems = refused.value.problems
    assert all(
        f"{name}.csv" in problem and words in problem for words, problem in zip(REFUSED[name], problems, strict=True)
    )


# Siblings that stand in no report.

HEADER, FIRST, SECOND = "weight_kg,age,baseline\n", "70,40,32\n", "80,50,28\n"


def people(content: str | bytes):
    """People and notes of the text or the bytes of a table."""
    return people_of("p.csv", content.encode() if isinstance(content, str) else content)


def problems_of(content: str | bytes) -> str:
    with pytest.raises(InvalidInput) as refused:
        people(content)
    return "\n".join(refused.value.problems)


SAME = {
    "quotes": '"weight_kg","age","baseline"\n"70","40","32"\n"80","50","28"\n',
    "old mac line ends": (HEADER + FIRST + SECOND).replace("\n", "\r"),
    "no newline at the end": (HEADER + FIRST + SECOND).rstrip(),
    "hyphen and blank in names": "Weight kg,AGE,Base-line\n".replace("Base-line", "baseline") + FIRST + SECOND,
    "exponents": HEADER + "7e1,4.0E+1,32.0\n" + SECOND,
    "mark and comment": "\ufeff# clinic\n" + HEADER + FIRST + SECOND,
    "comments between": HEADER + "# one\n" + FIRST + "#two, with a comma\n" + SECOND,
    "a marked header": "#" + HEADER + FIRST + SECOND,
    "empty columns and rows": "weight_kg,age,baseline,,\n70,40,32,,\n,,,,\n80,50,28,,\n",
}


@pytest.mark.parametrize("content", SAME.values(), ids=SAME)
def test_habits_of_spreadsheets_give_the_same_people(content):
    assert rows_of(people(content)[0]) == TWO


LINES = {
    "a quoted line break above": ('weight_kg,age,baseline,note\n70,40,32,"first\nsecond"\n80,bad,28,\n', "line 4, age"),
    "comments above": ("# a\n\n# b\n" + HEADER + FIRST + "80,bad,28\n", "line 6, age"),
    "windows line ends": ((HEADER + "\n\n" + "80,bad,28\n").replace("\n", "\r\n"), "line 4, age"),
    "an error of a spreadsheet, not a comment": (HEADER + FIRST + "#N/A,50,28\n",
                                                 "line 3, weight_kg: '#N/A' is no number; it is an error of a spread"),
    "negative": (HEADER + "-70,40,32\n", "line 2, weight_kg: -70 is outside 30 to 250 kg"),
    "a weight in grams": (HEADER + "70000,40,32\n", "line 2, weight_kg: 70000 is outside"),
    "a unit in the cell": (HEADER + "70 kg,40,32\n", "'70 kg' is no number; write the number alone, in the unit"),
    "decimal comma": (HEADER + '"70,5",40,32\n', "'70,5' is no number; is the comma a decimal point?"),
    "decimal comma without quotes": (HEADER + "70,5,40,32\n", "line 2: 4 cells under 3 columns"),
    "a code for missing": (HEADER + "70,-99,32\n", "line 2, age: -99 is outside"),
    "the header again": (HEADER + FIRST + HEADER + SECOND, "line 3: the header stands here again"),
    "pounds": ("weight_lbs,age,baseline\n176,40,32\n", "multiply pounds by 0.4536 and name the column weight_kg"),
    "another name": ("weight,age,baseline\n76,40,32\n", "column 'weight' is not known; did you mean 'weight_kg'?"),
    "sep=": ("sep=;\nweight_kg;age;baseline\n", "line 1: 'sep=' is a line for a spreadsheet"),
    "a column twice": ("weight_kg,Weight_kg,age,baseline\n70,71,40,32\n", "column weight_kg appears twice"),
    "escape": (HEADER + "70,\x1b[31mRED,32\n", "\\x1b[31mRED"),
}  # fmt: skip


@pytest.mark.parametrize(("content", "words"), LINES.values(), ids=LINES)
def test_a_slip_is_said_with_its_line_and_cause(content, words):
    found = problems_of(content)
    assert words in found and "\x1b" not in found


def test_a_range_says_what_the_number_would_be_in_pounds():
    assert "300 lb are 136 kg" in problems_of(HEADER + "300,40,32\n")


def test_one_heavy_person_is_no_slip_of_unit_and_a_column_in_pounds_is():
    _, notes = people(HEADER + FIRST + SECOND + "180,40,30\n")
    assert notes == ()
    _, notes = people(HEADER + "150,40,30\n176,40,30\n190,40,30\n")
    assert "pounds? 176 lb are 79.8 kg" in notes[0]


def test_a_text_names_a_file_as_well_and_a_dash_standard_input(monkeypatch, capsys):
    path = FILES / "a07_extra.csv"
    assert rows_of(read_people(str(path))) == TWO
    assert capsys.readouterr().err == "a07_extra.csv: columns not used: id, sex.\n"
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(path.read_bytes())))
    _, notes = people_and_notes(Path("-"))
    assert notes == ("standard input: columns not used: id, sex.",)


def test_an_endless_input_is_refused_at_once():
    with pytest.raises(InvalidInput, match="is larger than 10 MB"):
        read_people("/dev/zero")


def test_mutated_tables_are_read_or_refused_in_words():
    seeds = [(FILES / f"{name}.csv").read_bytes() for name in ACCEPTED]
    pieces = b"""," # " ; nan -1 1_0 99999999999999999999999999999999999999999999 age \x1b 1e999 7 40 5e1 .5""".split()
    pieces += [b",", b"\n", b"\r", b"\0", b"\xff", b" ", b"\n\n", b"\n# x\n"]
    random_ = random.Random(14)
    read = 0
    for _ in range(1500):
        raw = random_.choice(seeds)
        for _ in range(random_.randint(1, 2)):
            at = random_.randrange(len(raw) + 1)
            raw = raw[:at] + random_.choice(pieces) + raw[at + random_.choice((0, 0, 1, 10)) :]
        try:
            found, _ = people(raw)
        except InvalidInput as refused:
            assert refused.problems and all(one.replace("\n", "").isprintable() for one in refused.problems)
        else:
            read += 1
            # What is read is what a person in treatment can have.
            assert all(30 <= kg <= 250 and 18 <= age <= 100 and 7 <= score <= 60 for kg, age, score in rows_of(found))
    assert 50 < read < 1450
