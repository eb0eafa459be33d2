"""The model page holds what the package computes with, and is not stale."""

import subprocess
import sys
from pathlib import Path
from shutil import copy

import pytest

from liftspan.parameters import BODY_TABLE, MOOD_TABLE

DOCS = Path(__file__).resolve().parents[2] / "docs"
PAGE = (DOCS / "model.md").read_text(encoding="utf-8")


def _print_model(folder: Path, *options: str) -> subprocess.CompletedProcess:
    command = [sys.executable, str(folder / "print_model.py"), *options]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_generated_pages_are_fresh():
    found = _print_model(DOCS, "--check")
    assert found.returncode == 0, found.stderr


def test_a_stale_page_is_named_with_exit_code_4(tmp_path):
    docs = tmp_path / "docs"
    docs.mkdir()
    for name in ("print_model.py", "printed_pages.py", "session_pages.py", "model_page.py", "model_template.md"):
        copy(DOCS / name, docs / name)
    _print_model(docs)
    (docs / "model.md").write_text("old\n", encoding="utf-8")
    found = _print_model(docs, "--check")
    assert found.returncode == 4
    assert found.stderr == "docs/model.md is stale; run: python docs/print_model.py\n"


@pytest.mark.parametrize("parameter", [*BODY_TABLE, *MOOD_TABLE], ids=lambda parameter: parameter.name)
def test_every_parameter_has_its_line_with_unit(parameter):
    lines = [line for line in PAGE.splitlines() if line.startswith("| $") and f"`{parameter.name}`" in line]
    assert len(lines) == 1
    assert f"| {parameter.unit} |" in lines[0]


def test_every_symbol_means_one_parameter():
    symbols = [
        line.split("|")[1].strip() for line in PAGE.splitlines() if line.startswith("| $") and ".py`" not in line
    ]
    assert len(symbols) == len(set(symbols)) == len(BODY_TABLE) + len(MOOD_TABLE)


def test_assumptions_are_marked():
    for parameter in BODY_TABLE:
        line = next(line for line in PAGE.splitlines() if line.startswith("| $") and f"`{parameter.name}`" in line)
        assert ("**assumption**" in line) == parameter.assumed


def test_the_readme_states_the_size_of_the_shipped_fit():
    from pathlib import Path

    from liftspan.posterior import load_posterior

    manifest = load_posterior().manifest
    said = f"on {manifest['rows']} published numbers of {len(manifest['trials'])} trials"
    assert said in (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
