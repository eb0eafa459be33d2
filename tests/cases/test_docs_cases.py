"""One table of exit codes: the page, the constants of the command and its help say the same."""

import re
import tomllib
from pathlib import Path

import liftspan.cli
from cli.conftest import said

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGE = (DOCS / "exit_codes.md").read_text(encoding="utf-8")
# design.md, "Interfaces that are promises": exit codes.
PROMISED = {
    0: "done",
    1: "failed",
    2: "usage",
    3: "invalid input",
    4: "a check did not pass",
    5: "partial",
    130: "interrupted",
}


def test_the_page_holds_every_code_once_with_its_name():
    rows = re.findall(r"^\| (\d+) \| ([^|]+) \| [^|]+ \|$", PAGE, re.MULTILINE)
    assert [(int(code), name) for code, name in rows] == list(PROMISED.items())


def test_the_constants_of_the_command_are_the_codes_of_the_page():
    constants = {value for name, value in vars(liftspan.cli).items() if name.startswith("EXIT_")}
    assert constants == set(PROMISED)


def test_no_other_page_has_a_table_of_its_own():
    for page in DOCS.glob("*.md"):
        text = page.read_text(encoding="utf-8")
        if page.name == "exit_codes.md":
            continue
        assert not re.search(r"^\|\s*(exit )?code\s*\|", text, re.MULTILINE | re.IGNORECASE), page.name
        if re.search(r"exit code", text, re.IGNORECASE):
            assert "](exit_codes.md)" in text, f"{page.name} names an exit code without a link to the table"


def test_no_command_has_a_number_of_its_own():
    for file in (ROOT / "src" / "liftspan" / "cli").glob("*.py"):
        if file.name != "__init__.py":
            text = file.read_text(encoding="utf-8")
            assert not re.search(r"Exit\(\d|EXIT_\w+\s*=|sys\.exit\(\d", text), file.name


def test_the_help_names_the_codes_and_where_they_are_explained():
    words = " ".join(said("--help").out.split())
    for code, name in PROMISED.items():
        assert f"{code} {name}" in words
    assert "docs/exit_codes.md" in words


def test_the_setting_of_the_environment_is_documented_with_its_name():
    assert f"| `{liftspan.cli.DEBUG}` |" in PAGE


def test_the_build_backend_is_pinned_as_the_constraints_have_it():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    pinned = (ROOT / "constraints" / "py311.txt").read_text(encoding="utf-8").split()
    assert [one for one in project["build-system"]["requires"] if one not in pinned] == []


def test_the_way_to_report_a_weakness_stands_in_the_repository_without_data_of_patients():
    text = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
    assert "without data of patients" in text and "@" not in text
