"""Folders of patients: one that is wrong stops nobody else, and nothing is passed over in silence."""

import csv
import io
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from cli.conftest import said
from liftspan.errors import InvalidInput
from liftspan.forecast.many import table_of
from liftspan.forecast.reading import read_folder, read_patients

DATA = Path(__file__).parent / "data" / "patients"
BASE = (DATA / "p01_base.toml").read_text(encoding="utf-8")
BAD = BASE.replace("value = 18", "value = 81")


@pytest.fixture
def folder(tmp_path):
    """A folder with these files."""

    def writing(**texts: str) -> Path:
        for name, text in texts.items():
            (tmp_path / f"{name}.toml").write_text(text, encoding="utf-8")
        return tmp_path

    return writing


@pytest.fixture
def tables(tmp_path):
    """The tables of two patients, with words of a file replaced."""

    def writing(name: str = "q01_base", **changes: tuple[str, str]) -> Path:
        for path in (DATA / name).iterdir():
            text = path.read_text(encoding="utf-8")
            old, new = changes.get(path.stem, ("", ""))
            assert old in text
            (tmp_path / path.name).write_text(text.replace(old, new) if old else text, encoding="utf-8")
        return tmp_path

    return writing


def rows(text: str) -> list[dict]:
    return list(csv.DictReader(io.StringIO(text)))


# --- one of many is wrong ---


def test_one_bad_file_does_not_stop_the_others(folder):
    found = said("forecast", folder(a=BASE, b=BAD, c="[person", d=BASE), "--workers", 1)
    assert (found.code, [row["patient"] for row in rows(found.out)]) == (5, ["a", "d"])
    assert "Left out: 2 of 4 patients (b, c)." in found.err
    assert "b.toml line 22: score 81 is above the MADRS maximum" in found.err and "c.toml line 1: not TOML" in found.err


def test_the_table_of_the_others_is_that_of_the_others_alone(folder, tmp_path_factory):
    # A twin in the same run: who is left out changes no number of anybody else.
    alone = tmp_path_factory.mktemp("alone")
    (alone / "a.toml").write_text(BASE, encoding="utf-8")
    with_bad = said("forecast", folder(a=BASE, b=BAD), "--workers", 1)
    assert with_bad.out == said("forecast", alone, "--workers", 1).out and with_bad.code == 5


def test_where_nobody_can_be_read_the_exit_code_says_so(folder):
    found = said("forecast", folder(a=BAD, b="x"), "--workers", 1)
    assert (found.code, found.out) == (3, "") and "a.toml line 22" in found.err and "b.toml line 1" in found.err


def test_as_json_who_was_left_out_stands_with_the_others(folder, tmp_path_factory):
    out = tmp_path_factory.mktemp("out") / "table.json"
    found = said("forecast", folder(a=BASE, b=BAD), "--workers", 1, "--json", "--out", out)
    record = json.loads(out.read_text(encoding="utf-8"))
    assert found.code == 5 and [one["patient"] for one in record["patients"]] == ["a"]
    assert record["left_out"] == [
        {
            "patient": "b",
            "problems": [
                "b.toml line 22: score 81 is above the MADRS maximum of 60; a slip of a digit, or another scale?"
            ],
        }
    ]


def test_a_folder_that_is_all_right_ends_with_0_and_says_nothing(folder):
    found = said("forecast", folder(a=BASE), "--workers", 1)
    assert found.code == 0 and "Left out" not in found.err and "not read" not in found.err


def test_from_python_every_problem_is_still_raised(folder):
    with pytest.raises(InvalidInput, match="81"):
        read_patients(folder(a=BASE, b=BAD))
    found = read_folder(folder())
    assert [one.id for one in found.patients] == ["a"] and list(found.left_out) == ["b"]


def test_two_files_of_one_patient_are_told(folder):
    path = folder(a=BASE)
    (path / "a.TOML").write_text(BASE, encoding="utf-8")
    found = read_folder(path)
    assert len(found.patients) == 1 and "another file is of patient 'a' too" in "".join(found.problems)


# --- files passed over (B65) ---


def test_an_ending_in_capitals_is_read_and_a_record_below_is_named():
    found = said("forecast", DATA / "q31_upper_ext", "--workers", 1)
    assert (found.code, [row["patient"] for row in rows(found.out)]) == (0, ["B", "a"])
    assert "not read: 1 file (sub/c.toml)" in found.err


def test_other_files_are_counted_and_the_first_are_named(folder):
    path = folder(a=BASE)
    for number in range(8):
        (path / f"note{number}.txt").write_text("x", encoding="utf-8")
    (path / ".DS_Store").write_text("x", encoding="utf-8")
    assert read_folder(path).passed_over == tuple(f"note{number}.txt" for number in range(8))
    assert (
        "not read: 8 files (note0.txt, note1.txt, note2.txt, note3.txt, note4.txt, ...)" in said("forecast", path).err
    )


def test_a_folder_without_records_names_those_below(folder, tmp_path):
    (tmp_path / "ward").mkdir()
    (tmp_path / "ward" / "a.toml").write_text(BASE, encoding="utf-8")
    found = said("forecast", tmp_path)
    assert found.code == 3 and "holds no patients" in found.err and "ward/a.toml" in found.err


def test_tables_in_capitals_are_read(tables):
    path = tables()
    shutil.move(path / "persons.csv", path / "PERSONS.CSV")
    assert [one.id for one in read_folder(path).patients] == ["1", "2"]
    shutil.copy(path / "PERSONS.CSV", path / "persons.csv")
    with pytest.raises(InvalidInput, match="stands there too; keep one"):
        read_folder(path)


# --- rows of tables ---


@pytest.mark.parametrize("name", ["q05_trailing_commas", "q11_header_case"])
def test_empty_last_columns_and_headers_in_capitals_are_the_same_record(name):
    assert read_patients(DATA / name) == read_patients(DATA / "q01_base")


@pytest.mark.parametrize(
    ("table", "old", "new", "said_of"),
    [
        ("scores", "2,1,MADRS,25", "2,1,MADRS,95", "scores.csv line 5: score 95 is above"),
        ("scores", "2,1,MADRS,25", "2,1,MADRS,2_5", "write digits without underscores"),
        ("scores", "2,1,MADRS,25", "2,1,MADRS,25,7", "scores.csv line 5: more cells than columns"),
        ("scores", "2,1,MADRS,25", "2,1,MADRS,nan", "value = 'nan' is no number"),
        ("scores", "2,1,MADRS,25", "2,1,MADRS,", "this score has no value"),
        ("sessions", "2,0,ketamine", "2,0,ketamin", "did you mean 'ketamine'?"),
        ("persons", "2,80,50", "2,80,50\n2,81,50", "patient '2' stands there twice"),
        ("persons", "2,80,50", "2,8_0,50", "write digits without underscores"),
    ],
)
def test_a_wrong_row_leaves_out_its_patient_alone(tables, table, old, new, said_of):
    found = read_folder(tables(**{table: (old, new)}))
    assert [one.id for one in found.patients] == ["1"] and list(found.left_out) == ["2"]
    assert said_of in "".join(found.left_out["2"])


def test_rows_of_somebody_unknown_stop_nobody_unless_the_name_is_nearly_theirs(tables):
    path = tables(scores=("2,1,MADRS,25", "3,1,MADRS,25"))
    found = read_folder(path)
    assert [one.id for one in found.patients] == ["1", "2"] and list(found.left_out) == ["3"]
    for name in ("persons", "sessions", "scores"):
        text = (path / f"{name}.csv").read_text(encoding="utf-8").replace("\n2,", "\nAnna,").replace("\n3,", "\nanna,")
        (path / f"{name}.csv").write_text(text, encoding="utf-8")
    found = read_folder(path)
    assert [one.id for one in found.patients] == ["1"] and "is it 'Anna'?" in "".join(found.left_out["Anna"])


@pytest.mark.parametrize(
    ("table", "old", "new", "said_of"),
    [
        ("scores", "day,scale", "day,scal", "column 'scale' is missing"),
        ("scores", "\n2,1,", "\n,1,", "scores.csv line 5: no patient is named; whose row is it?"),
        ("scores", "2,1,MADRS,25", '2,1,"MADRS,25', "is a quotation mark left open?"),
        ("persons", "patient,weight_kg,age", "patient;weight_kg;age", "columns are separated by ';'"),
        ("persons", "patient,weight_kg,age", "patient\tweight_kg\tage", "columns are separated by tabs"),
        ("persons", "patient,weight_kg,age", "patient,weight_kg,Weight_kg", "column 'weight_kg' stands there twice"),
        ("persons", "patient,weight_kg,age", "patient" + ",x" * 100_000, "100,001 columns"),
    ],
)
def test_what_concerns_a_whole_table_stops_it(tables, table, old, new, said_of):
    with pytest.raises(InvalidInput) as error:
        read_folder(tables(**{table: (old, new)}))
    assert said_of in str(error.value)


def test_a_cell_in_a_column_without_a_name_is_told(tables):
    path = tables("q05_trailing_commas", scores=("2,1,MADRS,25,,", "2,1,MADRS,25,9,"))
    assert "'9' stands in a column without a name" in "".join(read_folder(path).left_out["2"])


def test_blank_rows_and_padded_cells_are_no_problem(tables):
    path = tables(scores=("2,1,MADRS,25", ",,,\n 2 , 1 , madrs , 25 \n,,,"))
    assert read_patients(path)[1].scores[-1].value == 25.0


@pytest.mark.parametrize(
    ("cell", "given"), [("TRUE", True), ("yes", True), ("1", True), ("no", False), ("Falsch", False)]
)
def test_truth_is_read_as_spreadsheets_write_it(tables, cell, given):
    path = tables(
        sessions=("2,0,ketamine 0.5 mg/kg iv over 40 min,true", f"2,0,ketamine 0.5 mg/kg iv over 40 min,{cell}")
    )
    found = read_folder(path)
    assert ("2" not in found.left_out) is given  # planned only: no session was given yet


# --- what reaches a terminal, a spreadsheet, a worker ---


def test_names_of_files_reach_no_terminal_and_no_spreadsheet_as_commands(folder):
    found = said("forecast", folder(**{"=1+1": BASE, "\x1b[2Jx": BASE, "-c": BAD}), "--workers", 1)
    assert {row["patient"] for row in rows(found.out)} == {"'=1+1", "\\x1b[2Jx"}
    assert "\x1b" not in found.out + found.err


def test_a_path_in_words_is_a_path(folder):
    assert len(table_of(str(folder(a=BASE)))) == 1
    assert len(table_of(folder())) == 1


@pytest.mark.parametrize("workers", [0, -1, 1.5])
def test_workers_are_a_number_from_one_on(folder, workers):
    with pytest.raises(InvalidInput, match="ask for 1 or more"):
        table_of(folder(a=BASE), workers=workers)


@pytest.mark.parametrize("from_stdin", [False, True])
def test_a_script_without_a_guard_is_told_why_its_workers_end(folder, tmp_path, from_stdin):
    path = folder(a=BASE, b=BASE)
    script = tmp_path / "script.py"
    script.write_text(f"from liftspan.forecast import table_of\ntable_of({str(path)!r}, workers=2)\n", encoding="utf-8")
    command = [sys.executable, "-"] if from_stdin else [sys.executable, str(script)]
    done = subprocess.run(
        command,
        input=script.read_text(encoding="utf-8") if from_stdin else None,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 1 and 'if __name__ == "__main__":' in done.stderr.splitlines()[-1]
    assert done.stderr.count("Traceback") == 1  # of the script itself, none of its workers


def test_the_option_today_is_read_as_the_record_is(folder):
    path = folder(a=BASE)
    for today, problem in (("1e9", "lies 1e+09 days"), ("1e400", "is no date-time"), ("1_0", "is no date-time")):
        found = said("forecast", path / "a.toml", "--today", today)
        assert found.code == 3 and problem in found.err and "Traceback" not in found.err
    assert said("forecast", path / "a.toml", "--today", "11", "--json").code == 0


@pytest.mark.parametrize("name", ["a" * 300, "a\x1b[2Jb.toml", "no/such/folder.toml"])
def test_a_path_that_cannot_be_is_told_in_one_sentence(name):
    found = said("forecast", name)
    assert found.code == 3 and "\x1b" not in found.err and len(found.err.splitlines()) == 1
