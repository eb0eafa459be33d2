"""The command `body table`: files whole or not at all, words to stderr, exit codes."""

import csv
import os

import pytest
import typer
from typer.testing import CliRunner

from liftspan.cli.table import table_command
from liftspan.errors import InvalidInput

GOOD = "ID,TIME,EVID,AMT,CMT,DRUG,II,ADDL,WT\n1,0,1,40,iv,ketamine,24,1,80\n1,30,0,,,,,,\n"


@pytest.fixture
def run(tmp_path, monkeypatch):
    """Table and options -> result; the command runs in a folder that holds only the table."""
    monkeypatch.chdir(tmp_path)
    app = typer.Typer(pretty_exceptions_enable=False)
    app.command()(table_command)

    def of(text, *options):
        (tmp_path / "t.csv").write_text(text)
        return CliRunner().invoke(app, ["t.csv", *options])

    return of


def test_the_answer_is_a_file_and_the_words_go_to_stderr(run, tmp_path):
    done = run(GOOD, "--out", "o.csv", "--explain", "e.csv")
    assert done.exit_code == 0, done.output
    assert done.stdout == ""
    assert "Mass balance: 80 mg given" in done.stderr
    rows = list(csv.DictReader((tmp_path / "o.csv").read_text().splitlines()))
    assert [row["time_since_dose_h"] for row in rows] == ["0", "6"]
    assert float(rows[1]["predicted"]) > 0
    assert len((tmp_path / "e.csv").read_text().splitlines()) == 1 + 3
    assert sorted(os.listdir(tmp_path)) == ["e.csv", "o.csv", "t.csv"]


def test_a_dash_reads_standard_input(run, tmp_path):
    run(GOOD, "--out", "file.csv")
    app = typer.Typer(pretty_exceptions_enable=False)
    app.command()(table_command)
    done = CliRunner().invoke(app, ["-", "--out", "input.csv"], input=GOOD)
    assert done.exit_code == 0 and done.stderr.startswith("standard input: 2 rows of 1 person.")
    assert (tmp_path / "input.csv").read_text() == (tmp_path / "file.csv").read_text()
    refused = CliRunner().invoke(app, ["-", "--out", "input.csv"], input=GOOD.replace(",80", ",800"))
    assert "standard input line 2, WT: 800 is outside" in str(refused.exception)


def test_a_dash_explains_to_stdout(run):
    done = run(GOOD, "--out", "o.csv", "--explain", "-")
    assert done.stdout.splitlines()[0].startswith("id,time_h,evid")
    assert "additional dose 1" in done.stdout


def test_the_carry_rule_is_printed(run):
    assert "takes the last value before it (locf)" in run(GOOD, "--out", "o.csv").stderr
    assert "takes the next value after it (nocb)" in run(GOOD, "--out", "o.csv", "--carry", "nocb").stderr


def test_bad_input_writes_nothing_and_bad_places_are_reported_with_it(run, tmp_path):
    (tmp_path / "o.csv").write_text("old")
    done = run(GOOD.replace(",80", ",800"), "--out", "o.csv", "--explain", "none/e.csv")
    assert isinstance(done.exception, InvalidInput)  # main() turns it into exit code 3
    assert len(done.exception.problems) == 2
    assert "t.csv line 2, WT: 800 is outside" in done.exception.problems[0]
    assert "the folder none does not exist" in done.exception.problems[1]
    assert (tmp_path / "o.csv").read_text() == "old"


def test_the_table_itself_and_one_file_for_two_answers_are_refused(run):
    assert "is an input of this run" in str(run(GOOD, "--out", "t.csv").exception)
    assert "is the file of --out too" in str(run(GOOD, "--out", "o.csv", "--explain", "o.csv").exception)
    assert "is a folder" in str(run(GOOD, "--out", ".").exception)


def test_mass_that_does_not_add_up_ends_in_exit_code_4_and_no_file(run, tmp_path, monkeypatch):
    import liftspan.events.mass as checked

    right = checked.mg_by_row
    monkeypatch.setattr(checked, "mg_by_row", lambda rows: 1.00001 * right(rows))
    done = run(GOOD, "--out", "o.csv")
    assert done.exit_code == 4
    assert "mass balance" in done.stderr
    assert os.listdir(tmp_path) == ["t.csv"]


def test_a_disk_that_fails_leaves_the_old_answer(run, tmp_path, monkeypatch):
    import liftspan.events as events

    def cut_short(*_):
        yield "ID"
        raise OSError(28, "No space left on device")

    (tmp_path / "o.csv").write_text("old")
    monkeypatch.setattr(events, "predicted_lines", cut_short)
    done = run(GOOD, "--out", "o.csv")
    assert "No space left on device" in str(done.exception)
    assert (tmp_path / "o.csv").read_text() == "old"
    assert sorted(os.listdir(tmp_path)) == ["o.csv", "t.csv"]
