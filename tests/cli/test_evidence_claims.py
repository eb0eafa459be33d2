"""`liftspan evidence claims`, `liftspan evidence predictors` and `liftspan nonresponse` in this process."""

import functools
import json

import pytest

import liftspan.claims.answer
import liftspan.nonresponse
from liftspan.claims.answer import Effort

FEW = {"draws": 10, "group_size": 12}


@pytest.fixture(autouse=True)
def few(monkeypatch):
    whole = liftspan.nonresponse.nonresponse
    monkeypatch.setattr(liftspan.nonresponse, "nonresponse", functools.partial(whole, **FEW))
    monkeypatch.setattr(liftspan.claims.answer, "Effort", lambda seed: Effort(seed=seed, **FEW))


def test_ids_are_listed_at_once(liftspan_says):
    found = liftspan_says("evidence", "claims", "--ids")
    assert (found.code, found.err) == (0, "")
    assert len(found.out.splitlines()) == 15
    assert liftspan_says("evidence", "claims", "spacing", "--ids").out.split()[0] == "spacing"


def test_one_claim_as_text_json_and_page(liftspan_says, tmp_path):
    page = tmp_path / "claim.html"
    assert "claim     IV works" in liftspan_says("evidence", "claims", "iv-faster", "--report", page).out
    assert page.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    record = json.loads(liftspan_says("evidence", "claims", "iv-faster", "--json").out)
    assert [claim["id"] for claim in record["claims"]] == ["iv-faster"]


def test_an_unknown_claim_and_a_wrong_place_end_with_exit_code_3(liftspan_says, tmp_path):
    found = liftspan_says("evidence", "claims", "iv-fast")
    assert (found.code, found.out) == (3, "") and "did you mean 'iv-faster'" in found.err
    assert liftspan_says("evidence", "claims", "spacing", "--report", tmp_path / "x.pdf").code == 3


def test_predictors_in_text_and_json(liftspan_says):
    assert "no study of this factor" in " ".join(liftspan_says("evidence", "predictors", "moon phase").out.split())
    record = json.loads(liftspan_says("evidence", "predictors", "dissociation", "--json").out)
    assert record["factor"] == "dissociation"
    assert {one["finding"] for one in record["predictors"]} >= {"null", "relation"}


def test_nonresponse_in_text_and_json(liftspan_says):
    found = liftspan_says("nonresponse", "-p", "iv-induction", "--at-sessions", "2,4")
    assert found.code == 0 and "After 4 sessions" in " ".join(found.out.split())
    record = json.loads(liftspan_says("nonresponse", "-p", "nasal-label", "--end-day", 20, "--json").out)
    assert record["end"]["day"] == 20.0


def test_nonresponse_tells_every_problem_at_once(liftspan_says):
    found = liftspan_says("nonresponse", "--at-sessions", "2,x", "--baseline", 99, "--control", "sugar")
    assert (found.code, found.out) == (3, "")
    for words in ("neither was given", "'x'", "baseline 99", "'sugar'"):
        assert words in found.err
