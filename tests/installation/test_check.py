"""`liftspan check`: an installation beside what was stored when it was made."""

import json
import shutil
import time
from pathlib import Path

import pytest

from cli.conftest import said
from liftspan.installation import check, fixed, package_files
from liftspan.installation.check import compared_answers
from liftspan.installation.libraries import libraries_found, within
from liftspan.installation.package_files import PACKAGE, compared_files, data_files, fingerprints
from liftspan.stored import as_bytes, sealed

MAKE = "if that was meant: python -m liftspan.installation"


def test_the_stored_hashes_are_those_of_the_files():
    assert compared_files().wrong == (), MAKE


def test_the_stored_answers_are_those_of_this_code():
    found = compared_answers()
    assert [one.name for one in found] == list(fixed.QUESTIONS) and all(one.compared >= 6 for one in found)
    assert [one.wrong for one in found] == [()] * len(found), MAKE


def test_every_table_store_and_template_is_hashed():
    names = set(data_files())
    for wanted in ("posterior/draws.npz", "posterior/manifest.json", "evidence/data/observations.csv",
                   "treatment/protocols.csv", "monitoring/data/nasal-esketamine.toml", "report/page.html",
                   "session/data/acute_draws.json", "forecast/data/calibration.json",
                   "installation/data/answers.json"):  # fmt: skip
        assert wanted in names
    assert not any(name.endswith((".py", ".pyc", "package_files.json")) for name in names)


def test_it_takes_seconds_and_says_so_in_a_few_lines():
    begun = time.process_time()
    done = said("check")
    assert time.process_time() - begun < 5.0
    assert done.code == 0 and "answers as it did when it was made" in done.out
    for words in ("numpy", "extra fit", "files", *fixed.QUESTIONS):
        assert words in done.out
    lines = done.out.splitlines()
    assert len(lines) < 30 and max(map(len, lines)) <= 100


def test_the_json_holds_the_same():
    done = said("check", "--json")
    record = json.loads(done.out)
    assert next(iter(record.items())) == ("schema", "liftspan/check/1") and record["passed"] is True
    assert {one["name"]: one["status"] for one in record["libraries"]}["numpy"] == "ok"
    assert record["files"]["compared"] > 30 and record["files"]["wrong"] == []
    assert [one["name"] for one in record["answers"]] == list(fixed.QUESTIONS)


@pytest.fixture
def package(tmp_path):
    """A copy of the package's tables with their hashes."""
    for name in data_files():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(PACKAGE / name, tmp_path / name)
    return tmp_path


@pytest.mark.parametrize(
    ("name", "harm", "said_of_it"),
    [
        (
            "evidence/data/arms.csv",
            lambda path: path.write_bytes(path.read_bytes().replace(b"0.5", b"0.6", 1)),
            "bytes",
        ),
        ("evidence/data/arms.csv", lambda path: path.write_bytes(path.read_bytes()[:-1]), "other size"),
        ("posterior/draws.npz", Path.unlink, "missing"),
        ("evidence/data/more.csv", lambda path: path.write_text("x"), "not part of the package"),
    ],
)
def test_a_changed_table_is_named(name, harm, said_of_it, package):
    assert compared_files(package).wrong == ()
    harm(package / name)
    (wrong,) = compared_files(package).wrong
    assert wrong.startswith(name) and said_of_it in wrong


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b"\xff", None])
def test_damaged_stores_do_not_pass(content, tmp_path):
    if content is not None:
        (tmp_path / "store.json").write_bytes(content)
    assert compared_files(store=tmp_path / "store.json").wrong
    assert compared_answers(tmp_path / "store.json")[0].wrong


def stored_with(tmp_path, change):
    record = json.loads(check.STORE.read_text())
    change(record["answers"])
    del record["sha256"]
    (tmp_path / "answers.json").write_bytes(as_bytes(sealed(record)))
    return tmp_path / "answers.json"


def test_last_digits_may_differ_and_nothing_more(tmp_path):
    def scale_all(answers):
        answers["body"] = {name: value * (1 + 5e-7) for name, value in answers["body"].items()}
        answers["how-fast"] = {name: value * (1 + 5e-6) for name, value in answers["how-fast"].items()}
        answers["forecast"].pop("score, day 35")
        answers["simulate"]["mean of age"] = 45.0

    wrong = {one.name: one.wrong for one in compared_answers(stored_with(tmp_path, scale_all))}
    assert wrong["body"] == () and len(wrong["how-fast"]) >= 6
    assert "here, nothing stored" in wrong["forecast"][0] and "nothing here, 45.0 stored" in wrong["simulate"][0]


def test_what_does_not_pass_ends_with_4_and_an_advice(tmp_path, monkeypatch):
    def other(answers):
        answers["body"]["1 h"] += 1.0

    monkeypatch.setattr(check.check_installation, "__defaults__", (stored_with(tmp_path, other),))
    done = said("check")
    assert done.code == 4 and "WRONG  body" in done.out and "do not use them" in done.out
    assert json.loads(said("check", "--json").out)["passed"] is False


def test_a_question_that_cannot_be_answered_does_not_hide_the_others(monkeypatch):
    def broken():
        raise KeyError("dose")

    monkeypatch.setitem(fixed.QUESTIONS, "body", ("a broken one", broken))
    first, *rest = compared_answers()
    assert first.wrong == ("no answer: KeyError: 'dose'",) and not any(one.wrong for one in rest)


@pytest.mark.parametrize(
    ("found", "bounds", "holds"),
    [
        ("2.2", ">=2.2,<2.5", True), ("2.5.0", ">=2.2,<2.5", False), ("2.10", "<2.5,>=2.2", False),
        ("2.1.9", ">=2.2", False), ("2.2.0", "==2.2", True), ("2026.10.1", "<2026.10,>=2026.4", False),
        ("3.0.0rc1", ">=3.0", True), ("1", "", True),
        ("3.11.7", "<3.12,>=3.11", True), ("2", "!=2.0", False),
    ],
)  # fmt: skip
def test_bounds_are_read_as_numbers(found, bounds, holds):
    assert within(found, bounds) is holds


def test_libraries_and_extras_are_judged_by_their_bounds():
    wanted = (
        "numpy>=1,<99", "pytest<1", "nosuchlibrary>=1",
        "hypothesis>=1; extra == 'one'", "nosuchlibrary; extra == 'two'", "nosuchlibrary; extra == \"half\"",
        "hypothesis>=1; extra == 'half'", "dask[distributed]<1; extra == 'old'", "furo; extra == 'test'",
    )  # fmt: skip
    found = libraries_found(wanted, python=">=3.11")
    assert {one.name: one.status for one in found.libraries} == {
        "python": "ok", "numpy": "ok", "pytest": "outside", "nosuchlibrary": "missing",
    }  # fmt: skip
    status = {one.name: one.status for one in found.extras}
    assert status == {"one": "installed", "two": "not installed", "half": "partly", "old": "outside"}
    assert not found.is_good and not libraries_found(wanted[-2:], ">=3.11").is_good
    assert libraries_found((wanted[0], *wanted[3:5]), ">=3.11").is_good  # an extra may be missing
    assert not libraries_found((), ">=99").is_good


def test_storing_anew_gives_the_same_bytes():
    assert as_bytes(fingerprints()) == package_files.STORE.read_bytes(), MAKE


def test_every_field_of_the_json_is_explained():
    page = (Path(__file__).parents[2] / "docs" / "files.md").read_text(encoding="utf-8")
    record = json.loads(said("check", "--json").out)
    fields = {*record, *record["files"], *record["libraries"][0], *record["extras"][0], *record["answers"][0]}
    assert {name for name in fields if f"`{name}`" not in page and f"`{name}[]`" not in page} == set()
