"""`liftspan evidence report` and the picture of `evidence check`: where they write, and what they refuse."""

import pytest


@pytest.fixture
def quick(monkeypatch):
    """The page is read in tests/report; here it is only written."""
    monkeypatch.setattr("liftspan.report.qualification.gathered", lambda stores: None)
    monkeypatch.setattr("liftspan.report.qualification.qualification_html", lambda basis, stores: "<p>all of it</p>")


def test_the_report_is_one_file_in_a_folder_that_is_made(quick, liftspan_says, tmp_path):
    found = liftspan_says("evidence", "report", "--out", tmp_path / "made" / "here")
    (page,) = (tmp_path / "made" / "here").iterdir()
    assert (found.code, found.out, page.name) == (0, "", "qualification.html")
    assert page.read_text() == "<p>all of it</p>"
    assert "half a minute" in found.err and str(page) in found.err


@pytest.mark.parametrize("place", ["file", "file/below"])
def test_a_place_that_cannot_take_it_is_refused_before_any_work(place, liftspan_says, tmp_path, monkeypatch):
    monkeypatch.setattr("liftspan.report.qualification.gathered", lambda stores: pytest.fail("work was begun"))
    (tmp_path / "file").write_text("mine")
    found = liftspan_says("evidence", "report", "--out", tmp_path / place)
    assert (found.code, found.out) == (3, "")
    assert "no folder can be made there" in found.err and "writing the report" not in found.err
    assert (tmp_path / "file").read_text() == "mine"


def test_a_folder_in_the_place_of_the_page_is_refused(liftspan_says, tmp_path):
    (tmp_path / "qualification.html").mkdir()
    found = liftspan_says("evidence", "report", "--out", tmp_path)
    assert found.code == 3 and "is a folder" in found.err


def test_the_check_draws_its_picture(liftspan_says, tmp_path):
    found = liftspan_says("evidence", "check", "--plot", tmp_path / "check.svg")
    assert found.code == 0 and "table of averages" in found.out
    assert (tmp_path / "check.svg").read_text().count("ochsross2020_transform3") >= 1
    assert liftspan_says("evidence", "check", "--plot", tmp_path / "check.txt").code == 3
