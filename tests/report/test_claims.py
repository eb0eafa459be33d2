"""The page of claims: well formed, alone, a section for each claim with its risks."""

import pytest

from liftspan.claims import claim_answers
from liftspan.claims.answer import Effort
from liftspan.errors import InvalidInput
from liftspan.report.claims import claims_html, write_claims
from report.test_page import Page


@pytest.fixture(scope="module")
def answers():
    ids = ("suicidal-thoughts", "first-24-hours", "window-of-relief")
    return claim_answers(ids, Effort(draws=8, group_size=8))


@pytest.fixture(scope="module")
def page(answers):
    return Page(claims_html(answers))


def test_the_page_is_well_formed_and_loads_nothing(page):
    assert page.problems == []
    assert not page.all("script", "link", "iframe", "img", "form")
    assert any("default-src 'none'" in element["attrs"].get("content", "") for element in page.all("meta"))
    levels = [int(element["tag"][1]) for element in page.all("h1", "h2", "h3")]
    assert levels[0] == 1 and levels.count(1) == 1


def test_each_claim_has_a_section_with_verdict_model_risks_and_sources(page, answers):
    ids = [element["attrs"].get("id") for element in page.all("h2")]
    assert [name for name in ids if name] == [answer.claim.claim_id for answer in answers]
    assert page.text.count("What is risked") == page.text.count("What was published") == len(answers)
    assert page.text.count("off label") >= len(answers)
    assert page.text.count("The model does not speak to this") == 1
    for answer in answers:
        assert " ".join(answer.claim.numbers.rstrip(".").split()) in page.text
        for source in answer.claim.sources:
            assert any(element["attrs"].get("href") == source.address for element in page.all("a"))


def test_links_of_the_contents_lead_to_sections(page):
    inside = [element["attrs"]["href"][1:] for element in page.all("a") if element["attrs"]["href"].startswith("#")]
    assert len(inside) == 3
    assert set(inside) <= {element["attrs"].get("id") for element in page.elements}


def test_the_same_answers_give_the_same_page_and_a_wrong_place_is_refused(answers, tmp_path):
    path = write_claims(answers, tmp_path / "claims.html")
    assert path.read_text(encoding="utf-8") == claims_html(answers)
    with pytest.raises(InvalidInput, match="suffix"):
        write_claims(answers, tmp_path / "claims.pdf")
