"""What is said: risks beside benefit, no decision, and the check against print."""

from dataclasses import replace

import pytest

from liftspan.how_fast.answer import Interval
from liftspan.nonresponse import as_record, as_text, nonresponse
from liftspan.nonresponse.answer import Chance
from liftspan.nonresponse.words import against_print
from liftspan.treatment import find_protocol


@pytest.fixture(scope="module")
def answer():
    return nonresponse(find_protocol("iv-induction"), draws=30, group_size=30)


def test_the_text_fits_and_says_risks_source_status_and_that_it_is_no_decision(answer):
    text = as_text(answer)
    assert max(map(len, text.splitlines())) <= 100
    plain = " ".join(text.split())
    for words in ("After 2 sessions", "After 6 sessions", "no decision to stop", "Risks of a session", "Cumulative",
                  "off label", "Phillips 2019", "Not known", "licensed clinicians"):  # fmt: skip
        assert words in plain


def test_the_record_holds_what_the_text_says(answer):
    record = as_record(answer)
    assert next(iter(record)) == "schema" and record["schema"] == "liftspan/nonresponse/1"
    assert [one["sessions"] for one in record["after"]] == [2, 4, 6]
    for one in record["after"]:
        for name in ("without_response", "response_at_end_of_those_without", "response_at_end_of_those_with"):
            group = one[name]["group"]
            assert 0.0 <= group["low"] <= group["median"] <= group["high"] <= 1.0
    assert record["risks"]["sessions_in_half_year"] == 6
    assert "no decision" in record["warning"]


@pytest.mark.parametrize(
    ("low", "high", "words"), [(0.1, 0.3, "2 of 2 lie above"), (0.95, 1.0, "1 of 2 lie below"), (0.7, 0.9, "")]
)
def test_the_model_is_held_against_the_printed_series(answer, low, high, words):
    # The series have 63 to 78 and 89 to 100 in 100.
    said = against_print(replace(answer, late=Chance(Interval(low, low, low, high), low)))
    assert "63 to 78 in 100" in said and words in said
    assert (" lie " in said) == bool(words)


def test_a_route_without_published_series_is_not_held_against_any():
    answer = nonresponse(find_protocol("nasal-label"), draws=3, group_size=10)
    assert answer.late is None and against_print(answer) == ""
    assert "none of this drug and route" in as_text(answer)
