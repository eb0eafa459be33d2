"""Absurd values of options: words and an exit code at once, whatever the command."""

import functools
import time

import pytest
import typer.main

import liftspan.exposure
import liftspan.how_fast
from cli.conftest import COARSE_H, FEW, WHOLE, said
from liftspan.cli.app import app

ABSURD = (
    "nan", "-inf", "1e309", "1e-400", "9" * 5000, "-1", "-0", "1e18", "18446744073709551616", "", "  ", "１２", "1,5",
    "1_0", "0x10", "true", "None", "a" * 100_000, "a " * 50_000, "\udcff", "\x1b[31m", "--", "-", "2,4,6", "[1]", "%s",
)  # fmt: skip
FILES = ("--plot", "--report", "--people", "--rules", "--help")  # the first four belong to the tests of files
# What each command needs beside the option that is tried.
COMMANDS = {
    "how-fast": ["--protocol=iv-single"],
    "nonresponse": ["--protocol=iv-induction"],
    "body show": ["--protocol=iv-single"],
    "session show": ["--protocol=nasal-84"],
    "evidence forest": [],
    "evidence show": [],
    "evidence claims": [],
    "evidence predictors": [],
    "evidence relapse": [],
    "monitoring show": [],
    "monitoring judge": ["--age=50"],
    "protocols show": [],
}
# Answers that take long, asked for with a value that is no absurd one after all.
SLOW = {"how-fast": "--seed", "evidence claims": "--seed", "evidence relapse": "--seed", "nonresponse": "--seed"}


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr(liftspan.how_fast, "how_fast", functools.partial(WHOLE, **FEW))
    monkeypatch.setattr(liftspan.exposure, "GRID_H", COARSE_H)


def asked_of(name: str):
    """(option, or "" for an argument) of everything that a command can be given and is no file."""
    command = typer.main.get_command(app)
    for part in name.split():
        command = command.commands[part]
    for one in command.params:
        option = max(one.opts, key=len) if one.param_type_name == "option" else ""
        if not getattr(one, "is_flag", False) and option not in FILES:
            yield option


@pytest.mark.parametrize("name", COMMANDS)
def test_no_absurd_value_ends_in_a_fault_a_wait_or_a_wall_of_text(name):
    for option in asked_of(name):
        if option == SLOW.get(name):
            continue
        beside = [one for one in COMMANDS[name] if not one.startswith(option or " ")]
        for value in ABSURD:
            begun = time.process_time()
            found = said(*name.split(), *beside, *([f"{option}={value}"] if option else ["--", value]))
            seconds = time.process_time() - begun
            told = (name, option, value[:40], found.err[-300:])
            assert found.code in (0, 2, 3), told
            assert len(found.err) < 20_000, told
            assert found.code == 0 or seconds < 2.0, (seconds, *told)
            assert found.code == 0 or found.err, told


@pytest.mark.parametrize(
    ("value", "cause"),
    [
        ("7,5", "is the comma a decimal point?"),
        ("7_0", "digits without underscores"),  # was 70 kg
        ("７０", "no number"),  # was 70 kg
        ("70kg", "write the number alone"),
        ("−70", "another dash"),
        ("1e400", "not finite"),
    ],
)
def test_numbers_of_options_are_read_as_those_of_tables(value, cause):
    for words in (["how-fast", "-p", "iv-single", "--weight-kg"], ["forecast", "p.toml", "--at"],
                  ["monitoring", "judge", "nasal-esketamine", "--age"], ["evidence", "forest", "--at"]):  # fmt: skip
        found = said(*words, value)
        assert (found.code, found.out) == (2, "")
        assert f"Invalid value for '{words[-1]}': '{value}' is no number; " in found.err
        assert cause in found.err
