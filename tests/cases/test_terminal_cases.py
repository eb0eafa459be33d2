"""Whatever the terminal, the pipe, the locale or the signal: words and an exit code, never a traceback."""

import contextlib
import io
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from cli.conftest import said
from liftspan.cli import app as commands
from liftspan.cli.plain_table import print_table
from liftspan.cli.progress import bar
from liftspan.cli.terminal import Terminal, terminal
from liftspan.errors import shown
from liftspan.report.markup import tag, text

PATIENT = (Path(__file__).parents[2] / "examples" / "patient.toml").read_text(encoding="utf-8")
LIFTSPAN = [sys.executable, "-m", "liftspan"]
ASCII = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
# Clears the screen, sets its title, rings; a C1 control; turns the direction of what follows; is not seen.
HOSTILE = "\x1b[2J\x1b]0;title\x07\x9b31m\u202e\u200b"
ON_TERMINAL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069]")
EVENTS = "ID,TIME,EVID,AMT,DUR,CMT,DRUG\n{0},0,1,40,1,iv,ketamine\n{0},1,0,.,.,.,.\n"

needs_full = pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
posix = pytest.mark.skipif(os.name != "posix", reason="signals and terminals of POSIX")


def ran(*words, env=None, without=(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, **more):
    environment = {name: value for name, value in os.environ.items() if name not in without} | (env or {})
    done = subprocess.run(
        [*LIFTSPAN, *map(str, words)], stdout=stdout, stderr=stderr, env=environment, check=False, timeout=60, **more
    )
    for said_there in (done.stdout, done.stderr):
        assert b"Traceback" not in (said_there or b"")
    return done


def on_a_terminal(*words, env) -> tuple[int, bytes]:
    """Exit code, and everything that a terminal of its own was sent."""
    ours, theirs = os.openpty()
    started_there = subprocess.Popen(
        [*LIFTSPAN, *map(str, words)], stdin=theirs, stdout=theirs, stderr=theirs, env=os.environ | env
    )
    os.close(theirs)
    sent = b""
    with contextlib.suppress(OSError):  # how the end of a terminal is told
        while piece := os.read(ours, 65536):
            sent += piece
    os.close(ours)
    return started_there.wait(timeout=60), sent


# Encodings and locales


@pytest.mark.parametrize("identity", ["Zażółć-01", "Łęcki 7", "患者1", "\U0001f600"])
@pytest.mark.parametrize("env", [ASCII, {"PYTHONIOENCODING": "cp1252"}], ids=["C", "cp1252"])
def test_an_id_outside_the_encoding_of_the_terminal_is_escaped(identity, env, tmp_path):
    # B75: UnicodeEncodeError.
    table, out = tmp_path / "events.csv", tmp_path / "out.csv"
    table.write_text(EVENTS.format(identity), encoding="utf-8")
    done = ran("body", "table", table, "--out", out, "--explain", "-", env=env)
    assert done.returncode == 0
    encoding = env.get("PYTHONIOENCODING", "ascii")
    escaped, whole = identity.encode(encoding, "backslashreplace"), identity.encode()
    assert any(one + b",0,1,dose" in done.stdout for one in (escaped, whole))  # a table in a pipe may stay UTF-8
    assert identity in out.read_text(encoding="utf-8")  # the file keeps the id as it came


def test_a_file_name_that_is_no_text_is_said(tmp_path):
    done = ran("forecast", os.fsdecode(os.fsencode(str(tmp_path)) + b"/\xff\xfe.toml"), env={"PYTHONUTF8": "1"})
    assert done.returncode == 3
    assert rb"\udcff\udcfe.toml: there is no such file" in done.stderr


@pytest.mark.parametrize(
    "env",
    [
        {"TERM": "dumb", "COLUMNS": "0", "LANG": "xx_YY", "NO_COLOR": "1"},
        {"COLUMNS": "1", "LC_ALL": "tr_TR.ISO-8859-9", "PYTHONWARNINGS": "error", "MPLBACKEND": "nonesuch"},
        {"COLUMNS": "-5", "LINES": "x", "PYTHONIOENCODING": "utf-16", "TERM": "", "FORCE_COLOR": "1"},
    ],
    ids=lambda env: " ".join(env.values()),
)
def test_odd_environments_change_nothing(env, tmp_path):
    tmp_path.chmod(0o500)  # the folder in which the command stands cannot be written to
    for words in (["evidence", "list", "popova"], ["how-fast", "--help"]):
        done = ran(*words, env=env, without=("HOME",), cwd=tmp_path)
        assert (done.returncode, done.stderr) == (0, b"")
        assert not ON_TERMINAL.search(done.stdout.decode("utf-16" if "PYTHONIOENCODING" in env else "utf-8"))
    tmp_path.chmod(0o700)


# Control characters


def hostile_inputs(folder: Path) -> list[list]:
    """Commands whose answer or refusal repeats a text of a file, of a file's name or of an option."""
    table = folder / "events.csv"
    table.write_text(EVENTS.format(f"1{HOSTILE}"), encoding="utf-8")
    wrong = folder / "wrong.csv"
    wrong.write_text(EVENTS.format(1).replace("iv,ketamine", f"{HOSTILE},{HOSTILE}"), encoding="utf-8")
    people = folder / "people.csv"
    people.write_text(f"weight_kg,age,baseline\n70,{HOSTILE},32\n", encoding="utf-8")
    kinetics = folder / "kinetics.csv"
    kinetics.write_text(
        "study_id,analyte,drug_given,route,dose,dose_unit,infusion_min,population,n,metric,time_h,value,unit\n"
        f"a{HOSTILE},ketamine,ketamine,iv,0.5,mg/kg,40,adults,10,{HOSTILE}Cmax,,200,ng/mL\n",
        encoding="utf-8",
    )
    patients = folder / "patients"
    patients.mkdir()
    named = patients / f"a{HOSTILE}.toml"
    named.write_text(PATIENT, encoding="utf-8")
    escaped = '"' + "".join(f"\\u{ord(one):04x}" for one in HOSTILE) + '"'
    (folder / "rules.toml").write_text(f'schema = "liftspan/monitoring/1"\nname = {escaped}\ntitle = {escaped}\n')
    (folder / "patient.toml").write_text(PATIENT.replace('"outpatient"', escaped))
    return [
        ["body", "table", table, "--out", folder / "out.csv", "--explain", "-"],
        ["body", "table", wrong, "--out", folder / "out.csv"],
        ["body", "predict", kinetics, "--out", folder / "out.csv"],
        ["how-fast", "-p", "iv-single", "--people", people],
        ["how-fast", "-t", f"0.5 mg/kg {HOSTILE} ketamine"],
        ["how-fast", "-p", "iv-single", "--plot", folder / HOSTILE / "a.png"],
        ["forecast", patients, "--workers", 1],
        ["forecast", named, "--switch", HOSTILE],
        ["forecast", folder / "patient.toml"],
        ["monitoring", "show", "--rules", folder / "rules.toml"],
        ["monitoring", "judge", "nasal-esketamine", "--age", 50, "--reading", f"{HOSTILE}=1"],
        ["evidence", "list", HOSTILE],
        ["evidence", "show", HOSTILE],
        ["evidence", "claims", HOSTILE],
        ["evidence", "predictors", HOSTILE],
        ["evidence", "predict", folder / HOSTILE, "--out", folder / "out.csv"],
        ["protocols", "show", HOSTILE],
        ["simulate", "-p", "iv-single", "-n", HOSTILE, "--out", folder / "run"],
        [HOSTILE],
        ["how-fast", f"--{HOSTILE}"],
        ["how-fast", "--seed", HOSTILE],
    ]


def test_control_characters_of_names_cells_and_options_never_reach_the_terminal(tmp_path):
    # B81: raw escape bytes were printed by `body table`, and by usage errors.
    for words in hostile_inputs(tmp_path):
        found = said(*words)
        assert found.code in (0, 2, 3), (words, found)
        assert found.out or found.err
        assert not ON_TERMINAL.search(found.out + found.err), (words, found)


def test_what_is_hidden_is_shown_and_letters_of_every_language_stay():
    assert shown(HOSTILE) == r"\x1b[2J\x1b]0;title\x07\x9b31m\u202e\u200b"
    for written in ("Zażółć\tgęślą\n", "患者", "سلام", "40 °C ± 5 %, 90\u00a0%"):
        assert shown(written) == written


def test_a_page_shows_them_in_the_same_way():
    assert text(f"{HOSTILE}<b>") == r"\x1b[2J\x1b]0;title\x07\x9b31m\u202e\u200b&lt;b&gt;"
    assert r'title="a\u202eb"' in tag("p", "", title="a\u202eb")


class Screen(io.StringIO):
    """A terminal as far as a program can tell."""

    encoding = "utf-8"

    def isatty(self) -> bool:
        return True


def test_cells_of_a_table_are_escaped_on_a_terminal_where_its_frame_is_drawn(monkeypatch):
    screen = Screen()
    monkeypatch.setattr(sys, "stdout", Terminal(screen, must_arrive=True))
    monkeypatch.setenv("COLUMNS", "200")
    print_table(["name"], [[f"a{HOSTILE}b\nc"]])
    assert r"a\x1b[2J\x1b]0;title\x07\x9b31m\u202e\u200bb\nc" in screen.getvalue()
    assert "\x1b[2J" not in screen.getvalue()


@posix
def test_a_table_written_to_a_terminal_is_escaped_though_it_would_keep_its_bytes_in_a_pipe(tmp_path):
    table = tmp_path / "events.csv"
    table.write_text(EVENTS.format(f"1{HOSTILE}"), encoding="utf-8")
    for env in ({}, ASCII):
        code, shown_there = on_a_terminal(
            "body", "table", table, "--out", tmp_path / "out.csv", "--explain", "-", env=env
        )
        assert code == 0
        assert rb"1\x1b[2J\x1b]0;title\x07\x9b31m\u202e\u200b,0,1,dose" in shown_there
        assert not ON_TERMINAL.search(shown_there.decode().replace("\r\n", "\n"))


# Outputs that take no more


@needs_full
@pytest.mark.parametrize("words", [["protocols", "list"], ["--help"], ["evidence", "list", "--json"]], ids=" ".join)
def test_a_full_disk_under_stdout_is_said(words):
    with open("/dev/full", "wb") as full:
        done = ran(*words, stdout=full)
    assert done.returncode == 1
    assert done.stderr == b"stdout: the answer could not be written: no space left on the device\n"


@needs_full
def test_a_full_disk_under_stderr_changes_no_exit_code():
    with open("/dev/full", "wb") as full:
        assert ran("protocols", "show", "nonesuch", stderr=full).returncode == 3
        assert ran("protocols", "list", stderr=full).returncode == 0


@posix
@pytest.mark.parametrize(
    ("redirection", "code", "words"),
    [(">&-", 1, b"closed before the command started"), (">&- 2>&-", 1, b""), ("2>&-", 0, b""), ("<&-", 0, b"")],
)
def test_streams_that_are_closed_from_the_start(redirection, code, words):
    line = f'"{sys.executable}" -m liftspan protocols list {redirection}'
    done = subprocess.run(["sh", "-c", line], capture_output=True, check=False, timeout=60)
    assert done.returncode == code
    assert words in done.stderr
    assert b"Traceback" not in done.stderr


@posix
def test_a_reader_who_left_is_no_fault():
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "wb") as pipe:
        done = ran("evidence", "list", "--json", stdout=pipe)
    assert (done.returncode, done.stderr) == (1, b"")


# Signals

# A shell says 130 of both. Python chooses the second where the signal came while it ran an `exec` of a library.
INTERRUPTED = (130, -int(signal.SIGINT))


def started(*words, **more) -> subprocess.Popen:
    return subprocess.Popen(
        [*LIFTSPAN, *map(str, words)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True, **more
    )


@pytest.fixture
def forty_patients(tmp_path):
    folder = tmp_path / "patients"
    folder.mkdir()
    for number in range(40):
        (folder / f"p{number}.toml").write_text(PATIENT, encoding="utf-8")
    return folder


@posix
@pytest.mark.parametrize("seconds", [0.5, 1.0, 1.8])
def test_ctrl_c_ends_in_one_word_whatever_the_workers_do(seconds, forty_patients):
    # B77: a worker's traceback. As from a terminal, every process of the group hears the signal.
    command = started("forecast", forty_patients, "--workers", 2)
    time.sleep(seconds)
    os.killpg(command.pid, signal.SIGINT)
    out, err = command.communicate(timeout=30)
    assert (out, err) == (b"", b"interrupted\n")
    assert command.returncode in INTERRUPTED


@posix
def test_a_terminated_command_ends_as_an_interrupted_one_and_leaves_no_worker(forty_patients):
    command = started("forecast", forty_patients, "--workers", 2)
    time.sleep(1.8)
    command.terminate()  # this process alone: its workers see that it has ended
    out, err = command.communicate(timeout=30)  # returns once no worker holds the pipes any more
    assert (out, err) == (b"", b"interrupted\n")
    assert command.returncode in INTERRUPTED


@posix
def test_workers_of_a_killed_command_end_with_it(forty_patients):
    command = started("forecast", forty_patients, "--workers", 2)
    time.sleep(1.8)
    command.kill()
    command.communicate(timeout=30)  # hung for as long as the workers held the pipes
    assert command.returncode == -signal.SIGKILL


# Bars


def test_a_log_holds_no_bar(tmp_path):
    # B78: a line of a bar stood in the log.
    (tmp_path / "patients").mkdir()
    (tmp_path / "patients" / "a.toml").write_text(PATIENT, encoding="utf-8")
    done = said("forecast", tmp_path / "patients")
    assert (done.code, done.err) == (0, "")
    done = said("simulate", "-p", "iv-single", "-n", 200, "--out", tmp_path / "run")
    assert done.code == 0
    assert done.err.count("\n") == 1 and "simulating" not in done.err and done.err.isascii()


def test_a_bar_is_drawn_on_a_terminal_from_the_first_thing_done(monkeypatch):
    screen = Screen()
    monkeypatch.setattr(sys, "stderr", Terminal(screen, must_arrive=False))
    monkeypatch.setenv("TERM", "xterm")
    with bar("counting") as done:
        assert screen.getvalue() == ""
        done(1, 2)
    assert "counting" in screen.getvalue() and "1/2" in screen.getvalue()
    assert "\x1b[" in screen.getvalue()  # its own control characters are not escaped


def test_what_is_refused_has_no_bar(monkeypatch, tmp_path):
    screen = Screen()
    (tmp_path / "file").write_text("")
    monkeypatch.setattr(
        sys, "argv", ["liftspan", "simulate", "-p", "iv-single", "-n", "10", "-o", str(tmp_path / "file")]
    )
    monkeypatch.setattr(sys, "stderr", screen)
    from liftspan.cli import main

    with pytest.raises(SystemExit):
        main()
    assert screen.getvalue() and "simulating" not in screen.getvalue() and "\x1b" not in screen.getvalue()


# Faults of the program, and the process


def failing(error):
    def command(name: str = ""):
        raise error

    return command


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (KeyError("x"), "this is a fault of liftspan, not of your input: KeyError: 'x'; please report it"),
        (RecursionError("deep"), "RecursionError: deep"),
        (ValueError("a\n" * 5000), "ValueError: a a a"),
        (MemoryError(), "memory is short"),
        (PermissionError(13, "Permission denied", "here.csv"), "here.csv: Permission denied"),
        (OSError(28, "No space left on device"), "No space left on device"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_fault_of_the_program_is_one_line(error, words, monkeypatch):
    monkeypatch.delenv("LIFTSPAN_DEBUG", raising=False)
    monkeypatch.setattr(commands, "app", failing(error))
    found = said("protocols", "list")
    assert (found.code, found.out) == (1, "")
    assert words in found.err
    assert found.err.count("\n") == 1 and len(found.err) < 600


def test_a_fault_shows_where_it_happened_when_asked(monkeypatch):
    monkeypatch.setenv("LIFTSPAN_DEBUG", "1")
    monkeypatch.setattr(commands, "app", failing(KeyError("x")))
    found = said("protocols", "list")
    assert found.code == 1
    assert "Traceback" in found.err and "raise error" in found.err


def test_streams_are_as_before_after_the_command():
    before = sys.stdout, sys.stderr, sys.stdout.errors
    with terminal():
        assert sys.stdout is not before[0]
    assert (sys.stdout, sys.stderr, sys.stdout.errors) == before


def test_the_module_runs_as_the_command_does():
    done = ran("--version")
    assert done.returncode == 0
    assert done.stdout.startswith(b"liftspan ")
    assert ran("how-fast", "--nonesuch").returncode == 2


def test_an_interrupted_command_ends_at_once_where_jax_computes():
    # Ctrl-C of `calibrate` ended in a segmentation fault: Python was taken down under threads of JAX.
    program = (
        "import atexit, sys, types\n"
        "from liftspan.cli import app, main\n"
        "def interrupted(): raise KeyboardInterrupt\n"
        "app.app = interrupted\n"
        "sys.modules['jax'] = types.ModuleType('jax')\n"
        "atexit.register(print, 'taken down')\n"
        "main()\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=False, timeout=60)
    assert (done.returncode, done.stdout, done.stderr) == (130, b"", b"interrupted\n")
