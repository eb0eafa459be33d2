"""No command destroys what it was given: outputs over inputs, through links, FIFOs and devices, to impossible places.

Cases B01, B02, B03, B79, B80, B82 of the real-world inputs, and siblings. Nodes are made in temporary folders only.
"""

import ast
import os
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest
import typer

import liftspan
from cli.conftest import said
from liftspan.cli.app import app

EVENTS = "ID,TIME,EVID,AMT,CMT,DRUG\n1,0,1,40,iv,ketamine\n1,1,0,,,\n"
KINETICS = (
    "study_id,analyte,drug_given,route,dose,dose_unit,infusion_min,metric,time_h,unit,value\n"
    "x,ketamine,ketamine,IV infusion,0.5,mg/kg,40,Cmax,,ng/mL,\n"
)
TRIALS = {
    "trials.csv": "trial_id,short_citation,year,design,population,blinding,n_randomised,concomitant_antidepressant\n"
    "t1,Invented 2020,2020,parallel_rct,TRD,double-blind,40,continued\n",
    "arms.csv": "trial_id,arm_id,label,drug,route,dose,dose_unit,infusion_min,session_days,n,age_mean,baseline_scale,"
    "baseline_mean,baseline_sd,control\n"
    "t1,ket,ketamine,ketamine,iv,0.5,mg/kg,40,0,20,45,MADRS,32,5,saline\n",
    "observations.csv": "trial_id,arm_id,row_id,hours_since_first_session,scale,statistic,value,sd,se,ci_low,ci_high,n,"
    "event,cut\nt1,ket,t1.001,24,MADRS,change,-12,8,,,,20,,\n",
}
TABLES = {
    "persons.csv": "patient,weight_kg,age\n1,70,40\n",
    "sessions.csv": "patient,day,treatment,given\n1,0,ketamine 0.5 mg/kg iv over 40 min,true\n",
    "scores.csv": "patient,day,scale,value\n1,0,MADRS,32\n1,1,MADRS,20\n",
}
PATIENT = """[person]
weight_kg = 70
age = 40
[[session]]
day = 0
treatment = "ketamine 0.5 mg/kg iv over 40 min"
[[score]]
day = 0
scale = "MADRS"
value = 32
[[score]]
day = 1
scale = "MADRS"
value = 20
"""
PEOPLE = "weight_kg,age,baseline\n70,40,30\n"
RULES = (Path(liftspan.__file__).parent / "monitoring" / "data" / "nasal-esketamine.toml").read_text(encoding="utf-8")

# Each output of a command over each of its inputs: files, words (@NAME is a path), the input that must stay.
OVER_INPUT = {
    "body table": ({"t.csv": EVENTS}, "body table @t.csv --out @t.csv"),
    "body table, explained": ({"t.csv": EVENTS}, "body table @t.csv --out @o.csv --explain @t.csv"),
    "body predict": ({"k.csv": KINETICS}, "body predict @k.csv --out @k.csv"),
    "trials": (TRIALS, "evidence predict @. --out @trials.csv"),
    "arms": (TRIALS, "evidence predict @. --out @arms.csv"),
    "observations": (TRIALS, "evidence predict @. --out @observations.csv"),
    "persons": (TABLES, "forecast @. --out @persons.csv"),
    "sessions": (TABLES, "forecast @. --out @sessions.csv"),
    "scores": (TABLES, "forecast @. --out @scores.csv"),
    "a patient of a folder": ({"a.toml": PATIENT, "b.toml": PATIENT}, "forecast @. --json --out @b.toml"),
    "a patient, report": ({"p.html": PATIENT}, "forecast @p.html --report @p.html"),
    "a patient, picture": ({"p.svg": PATIENT}, "forecast @p.svg --plot @p.svg"),
    "people, picture": ({"p.png": PEOPLE}, "how-fast -p iv-single --people @p.png --plot @p.png"),
    "people, report": ({"p.html": PEOPLE}, "how-fast -p iv-single --people @p.html --report @p.html"),
    "people, folder": ({"p.csv": PEOPLE}, "simulate -p iv-single -n 5 --people @p.csv --out @p.csv"),
    "rules": ({"r.pdf": RULES}, "session -p nasal-84 --rules @r.pdf --plot @r.pdf"),
    "rules, show": ({"r.pdf": RULES}, "session show -p nasal-84 --rules @r.pdf --plot @r.pdf"),
    "evidence, folder": (TRIALS, "calibrate --evidence @. --out @trials.csv"),
}
# One place that cannot be, for every output: refused before the work.
NO_PLACE = {
    "body table --out": ({"t.csv": EVENTS}, "body table @t.csv --out @no/o.csv"),
    "body table --explain": ({"t.csv": EVENTS}, "body table @t.csv --out @o.csv --explain @no/o.csv"),
    "body predict --out": ({"k.csv": KINETICS}, "body predict @k.csv --out @no/o.csv"),
    "body check --plot": ({}, "body check --plot @no/o.png"),
    "evidence predict --out": (TRIALS, "evidence predict @. --out @no/o.csv"),
    "evidence show --plot": ({}, "evidence show popova2019_transform2 --plot @no/o.png"),
    "evidence forest --plot": ({}, "evidence forest --plot @no/o.png"),
    "evidence check --plot": ({}, "evidence check --plot @no/o.png"),
    "evidence check --out": ({"f": ""}, "evidence check --refit --out @f"),
    "evidence structures --out": ({"f": ""}, "evidence structures --refit --out @f"),
    "evidence claims --report": ({}, "evidence claims --report @no/o.html"),
    "evidence report --out": ({"f": ""}, "evidence report --out @f"),
    "forecast --out": (TABLES, "forecast @. --out @no/o.csv"),
    "forecast --plot": ({"p.toml": PATIENT}, "forecast @p.toml --plot @no/o.png"),
    "forecast --report": ({"p.toml": PATIENT}, "forecast @p.toml --report @no/o.html"),
    "how-fast --plot": ({}, "how-fast -p iv-single --plot @no/o.png"),
    "how-fast --report": ({}, "how-fast -p iv-single --report @no/o.html"),
    "session --plot": ({}, "session -p nasal-84 --plot @no/o.png"),
    "session show --plot": ({}, "session show -p nasal-84 --plot @no/o.png"),
    "session check --plot": ({}, "session check --plot @no/o.png"),
    "simulate --out": ({"f": ""}, "simulate -p iv-single -n 5 --out @f"),
    "calibrate --out": ({"f": ""}, "calibrate --out @f"),
}
OUTPUTS = {"--out", "--plot", "--report", "--explain"}
INPUTS = {"--people", "--rules", "--evidence"}


def put(folder: Path, files: dict[str, str]) -> dict[str, bytes]:
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    return {name: (folder / name).read_bytes() for name in files}


def asked(folder: Path, words: str):
    return said(*(str(folder / word[1:]) if word.startswith("@") else word for word in words.split()))


def commands(command=None, name=()):
    """(words, command) of everything that can be called."""
    command = command or typer.main.get_command(app)
    if command.params and name:
        yield " ".join(name), command
    for word, below in getattr(command, "commands", {}).items():
        yield from commands(below, (*name, word))


def test_every_path_of_every_command_is_tried_here():
    tried = set(NO_PLACE)
    for words, command in commands():
        for option in command.params:
            first = option.opts[0]
            if first in OUTPUTS:
                assert f"{words} {first}" in tried, f"{words} {first}: add it to NO_PLACE, and to OVER_INPUT"
            elif first.startswith("-") and "pathlib.Path" in repr(vars(option)):
                assert first in INPUTS, f"{words} {first}: is it in or out?"


@pytest.mark.parametrize("files, words", OVER_INPUT.values(), ids=OVER_INPUT)
def test_an_input_is_never_written_over(files, words, tmp_path):
    before = put(tmp_path, files)
    found = asked(tmp_path, words)
    assert (found.code, found.out) == (3, ""), found.err
    assert "is an input of this run" in found.err or "it is a file" in found.err
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


@pytest.mark.parametrize("files, words", NO_PLACE.values(), ids=NO_PLACE)
def test_a_place_that_cannot_be_is_refused_before_the_work(files, words, tmp_path):
    before = put(tmp_path, files)
    found = asked(tmp_path, words)
    assert (found.code, found.out) == (3, ""), found.err
    assert "does not exist; make it first" in found.err or "it is a file" in found.err
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_an_input_under_the_name_of_a_hard_link_is_an_input_too(tmp_path):
    put(tmp_path, {"t.csv": EVENTS})
    os.link(tmp_path / "t.csv", tmp_path / "o.csv")
    found = asked(tmp_path, "body table @t.csv --out @o.csv")
    assert found.code == 3 and (tmp_path / "o.csv").read_text() == EVENTS


@pytest.mark.parametrize(
    "words",
    ["how-fast -p iv-single --plot @a.svg --report @b.html", "forecast @p.toml --plot @a.svg --report @b.html"],
)
def test_two_outputs_that_are_one_file_behind_links_are_refused(words, tmp_path):
    put(tmp_path, {"p.toml": PATIENT})
    for name in ("a.svg", "b.html"):
        (tmp_path / name).symlink_to("one")
    found = asked(tmp_path, words)
    assert found.code == 3 and "is the file of --plot too" in found.err
    assert not (tmp_path / "one").exists()


@pytest.mark.parametrize("same", ["o.csv", "./o.csv"])
def test_one_name_for_two_outputs_is_refused(same, tmp_path):
    put(tmp_path, {"t.csv": EVENTS})
    found = asked(tmp_path, f"body table @t.csv --out @o.csv --explain @{same}")
    assert found.code == 3 and "is the file of --out too" in found.err and not (tmp_path / "o.csv").exists()


TABLES_OUT = {
    "body table": ({"t.csv": EVENTS}, "body table @t.csv --out", "predicted"),
    "body predict": ({"k.csv": KINETICS}, "body predict @k.csv --out", "predicted_note"),
    "evidence predict": (TRIALS, "evidence predict @. --out", "predicted_note"),
    "forecast": (TABLES, "forecast @. --workers 1 --out", "ahead_28_mean"),
}


@pytest.mark.parametrize("files, words, column", TABLES_OUT.values(), ids=TABLES_OUT)
def test_a_link_stays_a_link_and_its_file_keeps_its_mode(files, words, column, tmp_path):
    put(tmp_path, files)
    real, link = tmp_path / "real.txt", tmp_path / "l.txt"
    real.write_text("old")
    real.chmod(0o600)
    link.symlink_to("real.txt")
    found = asked(tmp_path, f"{words} @l.txt")
    assert found.code == 0, found.err
    assert link.is_symlink() and column in real.read_text().splitlines()[0]
    assert stat.S_IMODE(real.stat().st_mode) == 0o600
    assert sorted(os.listdir(tmp_path)) == sorted([*files, "real.txt", "l.txt"])


@pytest.mark.parametrize("files, words, column", TABLES_OUT.values(), ids=TABLES_OUT)
def test_a_dash_is_standard_output(files, words, column, tmp_path, monkeypatch):
    put(tmp_path, files)
    monkeypatch.chdir(tmp_path)
    found = asked(tmp_path, f"{words} -")
    assert found.code == 0, found.err
    assert column in found.out.splitlines()[0] and len(found.out.splitlines()) >= 2
    assert sorted(os.listdir(tmp_path)) == sorted(files)


def test_a_fifo_is_written_to(tmp_path):
    put(tmp_path, {"t.csv": EVENTS})
    os.mkfifo(tmp_path / "fifo")
    seen = []
    reader = threading.Thread(target=lambda: seen.append((tmp_path / "fifo").read_text()))
    reader.start()
    found = asked(tmp_path, "body table @t.csv --out @fifo")
    reader.join(10.0)
    assert found.code == 0 and "predicted" in seen[0]
    assert stat.S_ISFIFO((tmp_path / "fifo").stat().st_mode)


def test_a_file_that_is_read_only_is_refused_before_the_work(tmp_path):
    put(tmp_path, {"t.csv": EVENTS, "o.csv": "kept"})
    (tmp_path / "o.csv").chmod(0o444)
    found = asked(tmp_path, "body table @t.csv --out @o.csv")
    assert found.code == 3 and "read-only (mode 0444)" in found.err and (tmp_path / "o.csv").read_text() == "kept"


def test_a_full_disk_ends_with_1_and_a_sentence(tmp_path):
    put(tmp_path, {"t.csv": EVENTS})
    found = asked(tmp_path, "body table @t.csv --out /dev/full")
    assert (found.code, found.out) == (1, "")
    assert found.err == "/dev/full: cannot be written (No space left on device)\n"


@pytest.mark.parametrize("letters", [250, 255])
def test_long_names_are_written_up_to_the_limit_of_the_system(letters, tmp_path):
    put(tmp_path, {"t.csv": EVENTS})
    assert asked(tmp_path, f"body table @t.csv --out @{'a' * letters}").code == 0
    assert (tmp_path / ("a" * letters)).exists()


@pytest.mark.parametrize(
    "words",
    [
        "how-fast -p iv-single --plot @{}.png",
        "how-fast -p iv-single --report @{}.html",
        "body table @t.csv --out @{}",
        "body table @t.csv --out @o.csv --explain @{}",
        "simulate -p iv-single -n 5 --out @{}",
        "evidence report --out @{}",
        "calibrate --out @{}",
    ],
)
def test_names_that_are_too_long_end_in_a_sentence(words, tmp_path):
    put(tmp_path, {"t.csv": EVENTS})
    found = asked(tmp_path, words.format("a" * 300))
    assert found.code == 3 and "more than the system takes" in found.err
    assert os.listdir(tmp_path) == ["t.csv"]


@pytest.mark.parametrize(
    "words", ["simulate -p iv-single -n 5 --out -", "evidence report --out -", "calibrate --out -"]
)
def test_a_folder_is_never_standard_output(words, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    found = asked(tmp_path, words)
    assert found.code == 3 and "name a folder" in found.err and os.listdir(tmp_path) == []


@pytest.mark.parametrize("option", ["--plot", "--report"])
def test_pictures_and_pages_do_not_go_to_standard_output(option, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    found = asked(tmp_path, f"how-fast -p iv-single {option} -")
    assert (found.code, found.out) == (3, "") and "no suffix" in found.err and os.listdir(tmp_path) == []


LIFTSPAN = f'"{sys.executable}" -c "from liftspan.cli import main; main()"'


@pytest.mark.parametrize(
    ("shell", "column"),
    [
        ("{} body table - --out - < t.csv", "predicted"),
        ("cat t.csv | {} body table - --out >(cat)", "predicted"),
        ("{} body table <(cat t.csv) --out /dev/stdout | cat", "predicted"),
        ("{} body predict - --out - < k.csv | cat", "fold_error"),
    ],
)
def test_tables_go_through_the_pipes_of_a_shell(shell, column, tmp_path):
    put(tmp_path, {"t.csv": EVENTS, "k.csv": KINETICS})
    done = subprocess.run(
        ["bash", "-c", shell.format(LIFTSPAN) + "; wait"], cwd=tmp_path, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    assert column in done.stdout.splitlines()[0], done.stdout
    assert "Traceback" not in done.stderr and sorted(os.listdir(tmp_path)) == ["k.csv", "t.csv"]


def test_people_and_patients_can_come_from_standard_input(tmp_path, monkeypatch):
    put(tmp_path, {"p.csv": PEOPLE, "p.toml": PATIENT})
    bad = (tmp_path / "p.csv").with_name("bad.csv")
    bad.write_text(PEOPLE.replace("70", "7"))
    with bad.open() as stream:
        monkeypatch.setattr("sys.stdin", stream)
        found = asked(tmp_path, "how-fast -p iv-single --people -")
    assert found.code == 3 and "weight" in found.err
    with (tmp_path / "p.toml").open() as stream:
        monkeypatch.setattr("sys.stdin", stream)
        found = asked(tmp_path, "forecast - --json")
    assert found.code == 0 and '"liftspan/forecast/1"' in found.out


def test_an_input_that_came_through_standard_input_is_an_input_too(tmp_path):
    put(tmp_path, {"t.csv": EVENTS})
    done = subprocess.run(
        ["bash", "-c", f"{LIFTSPAN} body table - --out t.csv < t.csv"], cwd=tmp_path, capture_output=True, text=True
    )
    assert done.returncode == 3 and "is an input of this run" in done.stderr
    assert (tmp_path / "t.csv").read_text() == EVENTS


WRITING = {
    "write_text",
    "write_bytes",
    "to_csv",
    "to_parquet",
    "to_json",
    "savez",
    "savez_compressed",
    "mkdir",
    "touch",
}
# figures/files.py draws into memory; posterior/ and inference/ pack into memory.
MAY = {"figures/files.py": {"savefig"}, "files/writing.py": {"mkdir"}}
INTO_MEMORY = {"posterior/__init__.py": {"savez_compressed"}, "inference/chunks.py": {"savez"}}


def test_files_are_written_through_one_door():
    package = Path(liftspan.__file__).parent
    for path in sorted(package.rglob("*.py")):
        name = path.relative_to(package).as_posix()
        allowed = MAY.get(name, set()) | INTO_MEMORY.get(name, set())
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            called = getattr(node.func, "attr", getattr(node.func, "id", ""))
            modes = [one.value for one in (*node.args, *(word.value for word in node.keywords))
                     if isinstance(one, ast.Constant) and isinstance(one.value, str)]  # fmt: skip
            writes = called in WRITING | {"savefig"} or (
                called == "open" and any(set(mode) <= set("rwaxbt+") and set(mode) & set("wax+") for mode in modes)
            )
            assert not writes or called in allowed, f"{name} line {node.lineno}: write through liftspan.files"
