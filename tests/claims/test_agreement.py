"""Model and evidence beside each other, by rule: made-up numbers both ways, and the claims of the table."""

import json
from pathlib import Path

import pytest

from liftspan.claims import as_record, as_text
from liftspan.claims.agreement import (
    AGREE,
    APART,
    DISAGREE,
    NOT_COMPARED,
    OPPOSITE,
    OUTSIDE,
    STATED_SIZE,
    agreement_of,
    rules_of,
)
from liftspan.claims.quantities import PART, POINTS, SHARE, Compared, Quantity, beside, beside_change
from liftspan.evidence.claims import ClaimValue, claim_values, find_claim, load_claim_values
from liftspan.report.claims import claims_html


def model(mean, low, high, unit="share", difference=False):
    return Quantity("a: response", unit, "group", mean, mean, low, high, difference)


def printed(value, unit="share"):
    return ClaimValue("made-up", "key", unit, value, "as printed")


@pytest.mark.parametrize(
    ("value", "quantity", "rules"),
    [
        (0.50, model(0.48, 0.30, 0.60), ()),
        (0.50, model(0.30, 0.05, 0.70), (APART,)),  # inside a wide interval, and 20 in 100 away
        (0.50, model(0.41, 0.35, 0.45), (OUTSIDE,)),  # 9 in 100 away, and outside a narrow one
        (0.50, model(0.10, 0.05, 0.20), (OUTSIDE, APART)),
        (0.50, model(0.40, 0.10, 0.70), (APART,)),  # the stated size itself counts
        (-8.0, model(-6.0, -9.0, -3.0, "points"), ()),
        (-8.0, model(-4.0, -9.0, -1.0, "points"), (APART,)),
        (0.33, model(0.30, 0.20, 0.40, "part"), ()),
    ],
)
def test_a_number_disagrees_outside_the_interval_or_far_from_the_model(value, quantity, rules):
    assert rules_of(beside(printed(value, quantity.unit), quantity)) == rules


@pytest.mark.parametrize(
    ("first", "last", "change", "rules"),
    [
        (0.20, 0.26, model(-0.03, -0.10, 0.08, difference=True), (OPPOSITE,)),  # rises there, falls here
        (0.26, 0.20, model(0.03, -0.08, 0.10, difference=True), (OPPOSITE,)),
        (0.52, 0.48, model(-0.06, -0.20, 0.05, difference=True), ()),
        (0.52, 0.48, model(-0.20, -0.30, -0.01, difference=True), (APART,)),
    ],
)
def test_a_course_that_runs_the_other_way_disagrees(first, last, change, rules):
    assert rules_of(beside_change(printed(first), printed(last), change)) == rules
    # The same two numbers as one quantity have no direction.
    assert OPPOSITE not in rules_of(Compared(last - first, last - first, change))


def test_bounds_disagree_where_all_of_them_lie_outside():
    inside, above = Compared(0.63, 0.78, model(0.70, 0.5, 0.8)), Compared(0.89, 1.0, model(0.46, 0.26, 0.64))
    assert rules_of(inside) == () and rules_of(above) == (OUTSIDE, APART)


def test_the_verdict_of_the_rules_is_one_sentence_both_ways():
    near, far = (beside(printed(value), model(0.48, 0.30, 0.60)) for value in (0.50, 0.90))
    assert agreement_of(()).verdict == NOT_COMPARED
    assert agreement_of((near,)).verdict == AGREE and "agree on the one number" in agreement_of((near,)).says
    found = agreement_of((near, far))
    assert found.verdict == DISAGREE
    assert found.says.startswith("model and evidence disagree on 1 of 2 numbers: a: response: published 90, model 48")


def test_a_number_is_only_set_beside_one_of_its_unit():
    with pytest.raises(ValueError, match="points"):
        beside(printed(0.5), model(-4.0, -9.0, -1.0, "points"))


def test_every_number_that_is_compared_is_printed_in_its_claim():
    for one in load_claim_values():
        assert one.printed in find_claim(one.claim_id).numbers
        assert one.unit in ("share", "points", "part") and 0.0 < one.value < 1.0
        shown = "one third" if one.unit == "part" else f"{100 * one.value:.3g}%"
        assert shown in one.printed
    assert claim_values("spacing") == {}


def test_disagreement_stands_in_text_record_and_page(answers):
    claim = answers["first-24-hours"]
    assert claim.agreement.verdict == DISAGREE
    says = " ".join(claim.agreement.says.split())
    assert "model and evidence disagree" in says and "opposite over time" in says
    text = " ".join(as_text((claim,)).split())
    assert f"{claim.claim.verdict}; {says}" in text
    record = as_record((claim,))["claims"][0]
    assert record["verdict"] == claim.claim.verdict  # the judgement on the published numbers stays what it was
    assert record["agreement"]["verdict"] == "disagree"
    assert any("opposite over time" in one["disagrees"] for one in record["agreement"]["compared"])
    page = claims_html((claim,))
    assert "model and evidence disagree on" in page and "runs the other way over time" in page
    json.dumps(as_record(tuple(answers.values())), allow_nan=False)


def test_the_page_of_claims_states_the_rule_of_the_code():
    page = " ".join((Path(__file__).parents[2] / "docs" / "claims.md").read_text(encoding="utf-8").split())
    assert {SHARE: 0.10, POINTS: 3.0, PART: 0.20} == STATED_SIZE
    assert "apart from the model by 10 in 100 people, 3 points of MADRS, or 20 % of an effect" in page


def test_a_claim_without_such_a_number_says_nothing_of_agreement(answers):
    claim = answers["spacing"]
    assert claim.agreement.verdict == NOT_COMPARED
    assert "agree" not in as_text((claim,)).split("verdict   ")[1].split("risks")[0]
