"""Files and folders that are no record, or many: what is said, and that nothing ends in a traceback."""

from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forecast.writing_patients import (
    BASELINE,
    FIRST,
    IV,
    NOON,
    line_of,
    only,
    toml_of,
    write_csv,
)
from liftspan.errors import InvalidInput
from liftspan.forecast.reading import read_patient, read_patients


def test_a_slip_of_toml_is_told_with_its_line(refused):
    text = toml_of(scores=[BASELINE]).replace("value = 34", "value = 34,5")
    assert only(refused(text)).startswith(f"patient.toml line {line_of(text, 'value = 34,5')}: not TOML (")


def test_toml_that_ends_too_early_is_told_with_the_last_line(refused):
    assert only(refused("[person]\nconditions = [")).startswith("patient.toml line 2: not TOML (")


@pytest.mark.parametrize("text", ["", "\n\n", "# nothing yet\n"])
def test_an_empty_file_is_told_what_it_needs(refused, text):
    assert only(refused(text)).startswith("patient.toml line 1: the record is empty; it needs [person], then")


def test_an_unknown_part_of_a_file_is_told_with_the_nearest(refused):
    text = toml_of() + '[[scores]]\nday = 1\nscale = "MADRS"\nvalue = 20\n'
    problem = only(refused(text))
    assert problem.startswith(f"patient.toml line {line_of(text, '[[scores]]')}: 'scores' is no part")
    assert "did you mean 'score'?" in problem


def test_one_bracket_instead_of_two_is_told(refused):
    text = toml_of().replace("[[score]]", "[score]")
    assert only(refused(text)).startswith(f"patient.toml line {line_of(text, '[score]')}: write [[score]] with two")


def test_a_heading_given_a_value_is_told(refused):
    assert (
        "patient.toml line 1: 'score' is a heading; write [[score]]" in refused("score = 3\n" + toml_of(scores=[]))[0]
    )


def test_tables_written_in_one_line_are_read_and_told_with_that_line(read, refused):
    inline = f'session = [{{day = 0, treatment = "{IV}"}}]\nscore = [{{day = 0, scale = "MADRS", value = %d}}]\n'
    assert read(inline % 34).scores[0].where == "line 2"
    assert only(refused(inline % 61)).startswith("patient.toml line 2: score 61")


def test_a_text_over_several_lines_does_not_shift_the_lines(refused):
    text = '[person]\ndiagnosis = """\n[[score]]\nvalue = 1\n"""\n' + toml_of(
        person=None, scores=[BASELINE | {"value": 61}]
    )
    assert only(refused(text)).startswith(f"patient.toml line {line_of(text, 'value = 61')}: score 61")


def test_a_byte_order_mark_is_no_problem(tmp_path):
    path = tmp_path / "one.toml"
    path.write_bytes(b"\xef\xbb\xbf" + toml_of().encode())
    assert read_patient(path).id == "one"


def test_another_encoding_is_told_with_its_line(tmp_path):
    path = tmp_path / "one.toml"
    path.write_bytes(toml_of(person={"diagnosis": "d\u00e9pression"}).encode("latin-1"))
    with pytest.raises(InvalidInput, match=r"one.toml line 2: no UTF-8 text; save the file as UTF-8"):
        read_patient(path)


def test_what_is_no_file_is_told_so(tmp_path):
    with pytest.raises(InvalidInput, match="is a folder; name one patient's file in it"):
        read_patient(tmp_path)
    with pytest.raises(InvalidInput, match="there is no such file"):
        read_patient(tmp_path / "nobody.toml")
    (tmp_path / "binary.toml").write_bytes(b"\0\1\2")
    with pytest.raises(InvalidInput, match="binary"):
        read_patient(tmp_path / "binary.toml")


@given(raw=st.binary(max_size=300))
@settings(max_examples=100, deadline=None, derandomize=True)
def test_any_bytes_give_a_record_or_a_reason(tmp_path_factory, raw):
    path = tmp_path_factory.mktemp("bytes") / "one.toml"
    path.write_bytes(raw)
    with pytest.raises(InvalidInput):  # no bytes drawn here hold a session and a score
        read_patient(path)


CELLS = st.sampled_from([0, -1, 7.5, 1e400, True, "x", "", [], [1], NOON, datetime(2026, 1, 1), "MADRS", IV, 10**400])
KEYS = (
    "day",
    "date",
    "treatment",
    "given",
    "scale",
    "value",
    "item10",
    "item9",
    "recall_d",
    "age",
    "sex",
    "conditions",
)


@given(entries=st.lists(st.dictionaries(st.sampled_from(KEYS), CELLS, max_size=4), min_size=4, max_size=6), today=CELLS)
@settings(max_examples=150, deadline=None, derandomize=True)
def test_any_cells_give_a_record_or_reasons_with_lines(tmp_path_factory, entries, today):
    path = tmp_path_factory.mktemp("cells") / "one.toml"
    text = toml_of(entries[0], [FIRST, entries[1]], [BASELINE, *entries[2:]], today=today)
    path.write_text(text.replace("= inf", "= 1e400"))
    try:
        read_patient(path, now=NOON)
    except InvalidInput as error:
        assert all(problem.startswith("one.toml line ") for problem in error.problems)


# --- folders ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def tables(tmp_path):
    """A folder with the three tables of one patient; keyword rows replace those of a table."""

    def writing(persons=({"patient": "a"},), sessions=None, scores=None) -> Path:
        write_csv(tmp_path / "persons.csv", list(persons))
        write_csv(tmp_path / "sessions.csv", sessions or [{"patient": "a"} | FIRST])
        write_csv(tmp_path / "scores.csv", scores or [{"patient": "a"} | BASELINE])
        return tmp_path

    return writing


def reasons(folder: Path) -> tuple[str, ...]:
    with pytest.raises(InvalidInput) as error:
        read_patients(folder)
    return error.value.problems


def test_a_folder_of_files_is_read_in_order_of_names_and_all_problems_are_told(tmp_path):
    for name in ("b", "a"):
        (tmp_path / f"{name}.toml").write_text(toml_of())
    (tmp_path / "notes.txt").write_text("no record")
    assert [patient.id for patient in read_patients(tmp_path)] == ["a", "b"]
    (tmp_path / "c.toml").write_text(toml_of(scores=[BASELINE | {"value": 61}]))
    (tmp_path / "d.toml").write_bytes(b"\xff")
    (tmp_path / "e.toml").write_text("[person")
    told = reasons(tmp_path)
    assert [problem.split(":")[0] for problem in told] == ["c.toml line 16", "d.toml line 1", "e.toml line 1"]


def test_a_folder_without_patients_a_file_and_nothing_are_told_apart(tmp_path):
    assert "holds no patients; it needs *.toml files" in only(reasons(tmp_path))
    file = tmp_path / "one.toml"
    file.write_text(toml_of())
    assert "is a file, not a folder" in only(reasons(file))
    assert "there is no such folder" in only(reasons(tmp_path / "nowhere"))


def test_a_folder_of_both_kinds_is_refused(tables):
    folder = tables()
    (folder / "one.toml").write_text(toml_of())
    assert "has both one.toml and persons.csv; keep one kind" in only(reasons(folder))


def test_a_missing_table_is_named(tables):
    folder = tables()
    (folder / "scores.csv").unlink()
    assert "scores.csv: there is no such file" in only(reasons(folder))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "scores.csv line 1: the table is empty; it needs a header: patient,day,date,scale,value"),
        ("patient,day,scale\na,0,MADRS\n", "scores.csv line 1: column 'value' is missing"),
        ("patient,scale,value\na,MADRS,3\n", "scores.csv line 1: column 'day' is missing"),
        ("patient;day;scale;value\na;0;MADRS;34\n", "scores.csv line 1: columns are separated by ';'"),
        ("patient,day,day,scale,value\n", "scores.csv line 1: column 'day' stands there twice"),
        ("patient,day,scale,value,itm10\n", "scores.csv line 1: column 'itm10' is not known; did you mean 'item10'?"),
        ("patient,day,scale,value\na,0,MADRS,34,5\n", "scores.csv line 2: more cells than columns"),
        ("patient,day,scale,value\n,0,MADRS,34\n", "scores.csv line 2: no patient is named"),
        ('patient,day,scale,value\na,0,"MADRS,34\n', "scores.csv line 2: no CSV (unexpected end of data)"),
        (
            "patient,day,scale,value\na,0,MADRS,34\nb,0,MADRS,34\n",
            "scores.csv line 3: patient 'b' is not in persons.csv",
        ),
        ("patient,day,scale,value\na,0,MADRS,34\n\na,1,MADRS,61\n", "scores.csv line 4: score 61 is above the MADRS"),
        ("patient,day,scale,value\na,0,MADRS,\n", "scores.csv line 2: this score has no value"),
        (
            'patient,day,scale,value\na,0,MADRS,"3,5"\n',
            "scores.csv line 2: value = '3,5' is no number; is the comma a decimal",
        ),
        ("patient,day,scale,value\na,zero,MADRS,34\n", "scores.csv line 2: day = 'zero' is no number"),
        (
            "patient,date,scale,value\na,2026-03-02,MADRS,34\n",
            "scores.csv line 2: has a date, and sessions.csv line 2 has a day number; use one of the two",
        ),
        ("patient,date,scale,value\na,soon,MADRS,34\n", "scores.csv line 2: date 'soon' is no date-time; write 2026-"),
    ],
)
def test_a_wrong_table_is_told_with_its_line(tables, text, said):
    folder = tables()
    (folder / "scores.csv").write_text(text)
    assert only(reasons(folder)).startswith(said)


def test_a_table_in_another_encoding_is_told_with_its_line(tables):
    folder = tables()
    (folder / "persons.csv").write_bytes("patient,diagnosis\na,d\u00e9pression\n".encode("latin-1"))
    assert only(reasons(folder)) == "persons.csv line 2: no UTF-8 text; save the file as UTF-8"


def test_a_patient_named_twice_or_without_entries_is_told(tables):
    twice = only(reasons(tables(persons=[{"patient": "a"}, {"patient": "a"}])))
    assert twice == "persons.csv line 3: patient 'a' stands there twice, first on line 2"
    told = reasons(tables(persons=[{"patient": "a"}, {"patient": "b"}]))
    assert only(told).startswith("persons.csv line 3: no session of patient b was given")


def test_a_word_that_is_neither_true_nor_false_is_told(tables):
    folder = tables(sessions=[{"patient": "a", "given": "perhaps"} | FIRST])
    assert only(reasons(folder)).startswith("sessions.csv line 2: given = 'perhaps' is neither true nor false")
