"""Treatments in words: numbers in every spelling, sizes far out, and what was said of an antidepressant."""

import time

import pytest

from liftspan.errors import InvalidInput
from liftspan.treatment import describe, find_protocol, load_protocols, parse_treatment, treatment_of

HALF = "0.5 mg/kg iv ketamine over 40 min, once"


def problems_of(text: str) -> str:
    with pytest.raises(InvalidInput) as error:
        parse_treatment(text)
    return "; ".join(error.value.problems)


@pytest.mark.parametrize(
    "text",
    [
        "5e-1 mg/kg iv ketamine over 40 min, once",
        ".5 mg/kg iv ketamine over 4e1 min, once",
        "0.50 MG/KG IV Ketamine over 40.0 min, once",
        "500 mcg/kg iv ketamine over 40 min, once",
        "+0.5 mg/kg iv ketamine over 40 min, once",
    ],
)
def test_a_number_written_another_way_gives_the_same_plan(text):
    assert parse_treatment(text).sessions == parse_treatment(HALF).sessions


@pytest.mark.parametrize(
    ("number", "said"),
    [
        ("1e400", "'1e400' is no number; it is not finite"),
        ("nan", "'nan' is no number"),
        ("inf", "'inf' is no number; it is not finite"),
        ("0,5", "write a decimal point"),
        ("0_5", "not understood"),
        ("1e-400", "an amount must be a number above 0"),
        ("1" * 60, "more than 40 characters"),
        ("-0.5", "an amount must be a number above 0"),
    ],
)
def test_a_number_that_cannot_be_read_is_named_and_never_a_default(number, said):
    assert said in problems_of(f"{number} mg/kg iv ketamine over 40 min, once")


@pytest.mark.parametrize(
    ("schedule", "said"),
    [
        ("every 1e-9 days for 10 years", "must be a whole number of at least 1"),
        ("every 0.001 days for 3 weeks", "must be a whole number of at least 1"),
        ("daily for 1e9 days", "of sensible size"),
        ("daily for 1e5 days", "beyond 731 days"),
        ("1e300 times daily for 1 week", "of sensible size"),
        ("daily for 9999999999999999999999 weeks", "of sensible size"),
        ("daily for 700 days", "700 sessions; the most answered is 400"),
        ("on days 0, 1e308", "of sensible size"),
        ("weekly until week 1e12", "of sensible size"),
    ],
)
def test_a_schedule_without_end_is_refused_at_once_with_the_limit(schedule, said):
    began = time.perf_counter()
    assert said in problems_of(f"0.5 mg/kg iv ketamine over 40 min, {schedule}")
    assert time.perf_counter() - began < 2.0


@pytest.mark.parametrize("how", ["over 1e-9 min", "over 0 min", "over 97 h", "over 1e9 hours", "over nan min"])
def test_a_duration_that_no_infusion_has_is_refused(how):
    assert "a duration lies between a second and 96 h" in problems_of(f"0.5 mg/kg iv ketamine {how}, once")


def test_an_antidepressant_that_goes_on_is_read_and_said_again():
    # It was understood and dropped: the answer then said "antidepressant: none".
    plan = parse_treatment("84 mg nasal esketamine once, with a continued oral antidepressant")
    assert (plan.background, plan.daily_oral_antidepressant) == ("continued", False)
    assert describe(plan).endswith("with a continued oral antidepressant")
    assert "new or continued" in problems_of("oral antidepressant daily for 8 weeks, with a continued antidepressant")


@pytest.mark.parametrize("name", list(load_protocols()))
def test_the_sentence_of_a_protocol_holds_all_of_its_treatment(name):
    protocol = find_protocol(name)
    again = parse_treatment(protocol.regimen.text)
    assert again == protocol.regimen
    assert again.background == protocol.background


def test_one_door_takes_names_and_words_and_refuses_the_rest_in_words():
    assert treatment_of(" IV-Single ") is find_protocol("iv-single")
    assert treatment_of(HALF) == parse_treatment(HALF)
    assert treatment_of(parse_treatment(HALF)) == parse_treatment(HALF)
    for asked, said in (
        ("iv-singel", "did you mean 'iv-single'"),
        ("", "the text is empty"),
        (None, "of the type NoneType"),
        (0.5, "of the type float"),
        ("0.5 mg/kg iv ketamin once", "did you mean 'ketamine'"),
    ):
        with pytest.raises(InvalidInput, match=said):
            treatment_of(asked)


@pytest.mark.parametrize(
    ("unit", "said"),
    [("mg/kg/h", "it is a rate"), ("mcg/kg/min", "it is a rate"), ("mg/h", "it is a rate"), ("mg/min", "it is a rate"),
     ("mg/ml", "it is a concentration")],
)  # fmt: skip
def test_a_rate_or_a_concentration_is_not_likened_to_an_amount(unit, said):
    problems = problems_of(f"20 {unit} iv ketamine over 40 min, once")
    assert said in problems and "did you mean 'm" not in problems
