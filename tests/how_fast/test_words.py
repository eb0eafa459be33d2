"""The answer as a person reads it in a terminal."""

import re
from itertools import product

import pytest

from liftspan.how_fast import as_text, versus_text
from liftspan.treatment import load_protocols

PROTOCOLS = list(load_protocols())
NO_KETAMINE = {"placebo-visits", "oral-antidepressant"}


def too_long(text):
    return [line for line in text.splitlines() if len(line) > 100]


@pytest.mark.parametrize("name", PROTOCOLS)
def test_every_named_protocol_fits_a_hundred_columns(name, small):
    text = as_text(small(name))
    assert too_long(text) == []
    assert text.endswith("\n") and not text.endswith("\n\n")


@pytest.mark.parametrize(
    ("words", "options"),
    [
        ("0.5 mg/kg iv ketamine over 40 min on days 0, 27", {}),  # ends at 648 h, which has the longest name
        ("0.5 mg/kg iv ketamine over 40 min, once", {"at_h": (0.25, 1.5, 36.0, 2399.0, 8736.0)}),
        ("0.5 mg/kg iv ketamine over 40 min, once", {"baseline": 60.0, "weight_kg": 123.456}),
        ("56 mg nasal esketamine first, then 84 mg, twice weekly for 4 weeks, with a new oral antidepressant", {}),
    ],
)
def test_treatments_in_words_fit_a_hundred_columns(words, options, small):
    assert too_long(as_text(small(words, **options))) == []


@pytest.mark.parametrize(("first", "second"), [pair for pair in product(PROTOCOLS, PROTOCOLS) if pair[0] <= pair[1]])
def test_side_by_side_fits_a_hundred_columns(first, second, small):
    assert too_long(versus_text((small(first), small(second)))) == []


def test_one_plain_sentence_says_how_fast_how_far_and_in_how_many(whole):
    text = " ".join(as_text(whole).split())
    day = next(point for point in whole.timeline if point.hours == 24.0)
    found = re.search(r"24 hours after the first session .*? scores ([\d.]+) MADRS points lower .*? (\d+) in 100", text)
    assert found
    assert float(found[1]) == pytest.approx(-day.change.group.median, abs=0.05)
    assert int(found[2]) == pytest.approx(100 * day.response.group.mean, abs=0.5)
    assert "beyond what the same visits without the drug would bring" in text


def test_the_table_has_a_line_for_each_time(whole):
    table = as_text(whole).split("-" * 90)[1]
    for name in ("2 hours", "4 hours", "24 hours", "day 3 ", "day 7 ", "day 14 ", "day 28 (648 h)"):
        assert sum(line.startswith(name) for line in table.splitlines()) == 1, name


def test_times_asked_for_have_a_line(small):
    lines = as_text(small("iv-single", at_h=(12.0, 500.0))).splitlines()
    assert any(line.startswith("12 hours") for line in lines)
    assert any(line.startswith("day 20.8") for line in lines)


@pytest.mark.parametrize("name", PROTOCOLS)
def test_the_risks_of_a_session_are_said_whenever_ketamine_is_given(name, small):
    assert ("Risks of a session:" in as_text(small(name))) == (name not in NO_KETAMINE)


@pytest.mark.parametrize("name", [name for name in PROTOCOLS if name not in NO_KETAMINE])
def test_a_course_says_what_half_a_year_adds_up_to(name, small):
    answer = small(name)
    text = " ".join(as_text(answer).split())
    if answer.risks.sessions_in_half_year > 1:
        assert f"first six months: {answer.risks.sessions_in_half_year} sessions" in text
        for word in ("bladder", "dependence"):
            assert word in text
    assert "controlled substance" in text.lower()


@pytest.mark.parametrize("name", ["iv-single", "iv-induction"])
def test_racemic_ketamine_is_said_to_be_off_label(name, small):
    assert "off label" in as_text(small(name)).lower()


def test_racemic_ketamine_in_words_is_said_to_be_off_label(small):
    assert "off label" in as_text(small("0.5 mg/kg iv ketamine over 40 min, once")).lower()


def test_racemic_ketamine_side_by_side_is_said_to_be_off_label(small):
    assert "off label" in versus_text((small("nasal-84"), small("iv-single"))).lower()


def test_basis_limits_and_supervision_are_said(whole):
    text = " ".join(as_text(whole).split())
    assert f"Basis: {whole.near.trials} published trials near this treatment" in text
    rows, trials = whole.manifest["rows"], len(whole.manifest["trials"])
    assert f"parameters fitted to {rows} published numbers of {trials} trials" in text
    assert "Not known:" in text and "Assumed:" in text
    assert "supervised" in text


def test_a_treatment_beside_itself_does_not_differ(small):
    text = versus_text((small("iv-single"), small("iv-single")))
    rows = [line for line in text.splitlines() if re.match(r"(\d+ hours|day \d)", line)]
    assert len(rows) == 7
    assert all(line.endswith("+0.0 (+0.0 to +0.0)") for line in rows)


def test_the_difference_side_by_side_is_that_of_the_second_from_the_first(small):
    text = versus_text((small("placebo-visits"), small("iv-single")))
    day = next(line for line in text.splitlines() if line.startswith("24 hours"))
    assert float(re.search(r"([+-][\d.]+) \([+-][\d.]+ to [+-][\d.]+\)$", day)[1]) < 0.0
    assert "iv-single minus placebo-visits" in " ".join(text.split())


def test_two_treatments_that_begin_alike_share_their_luck_until_they_differ(small):
    # One infusion and two: the same until day 7, with the same people, trials and errors of rating. The quadrature
    # grids differ, so a score at the edge of rounding may step: one of 750 is 0.0013 points. Own luck would be 0.5.
    once, twice = small("iv-single", control="open"), small("0.5 mg/kg iv ketamine over 40 min on days 0, 20")
    for first, second in zip(once.timeline[:5], twice.timeline[:5], strict=True):
        assert first.hours == second.hours <= 168.0
        assert first.change.group.mean == pytest.approx(second.change.group.mean, abs=0.01)
        assert first.change.person.low == second.change.person.low
