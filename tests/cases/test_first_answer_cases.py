"""First answers agree: one treatment, one answer; what is said of it; and what a caller may write."""

import json
import re
from dataclasses import replace
from functools import cache
from pathlib import Path
from types import MappingProxyType

import numpy as np
import pytest

from liftspan.claims import claim_answers
from liftspan.claims.answer import Effort
from liftspan.errors import InvalidInput
from liftspan.evidence import load_evidence, published_points
from liftspan.evidence.claims import load_claims
from liftspan.evidence.miss import Miss
from liftspan.how_fast import as_record, as_text, how_fast, versus_text
from liftspan.how_fast.beside_print import LEAST_VALUES, ONE_SIDED, BesidePrint, Sides
from liftspan.how_fast.stretched import open_is_weaker
from liftspan.how_fast.words import miss_text
from liftspan.mood.context import Control
from liftspan.nonresponse import as_record as nonresponse_record
from liftspan.nonresponse import nonresponse
from liftspan.population import GivenPeople
from liftspan.posterior import Posterior, load_posterior
from liftspan.report import report_html
from liftspan.scale import plan_of
from liftspan.treatment import describe, find_protocol, load_protocols, parse_treatment
from liftspan.treatment.durations import FAR_FACTOR

FEW = {"draws": 12, "group_size": 15}
NUMBERS = ("circumstances", "timeline", "of_100", "time_to_response_d", "duration_of_response_d", "published", "miss")
ONE = "0.5 mg/kg iv ketamine over 40 min, once"
NOBODY, ONE_PERSON = (GivenPeople(*(np.full(count, value) for value in (70.0, 45.0, 30.0))) for count in (0, 1))
BRANDS = re.compile(r"spravato|ketalar|ketanest|auvelity", re.IGNORECASE)


@cache
def ask(treatment, **options):
    """A small answer, computed once."""
    return how_fast(treatment, **FEW, **options)


def numbers_of(treatment, **options):
    record = as_record(how_fast(treatment, **FEW, **options))
    return {name: record[name] for name in NUMBERS}


def plain(text: str) -> str:
    return " ".join(text.split())


def said_on(page: str) -> str:
    return plain(re.sub(r"<style.*?</style>|<svg.*?</svg>|<[^>]*>", " ", page, flags=re.DOTALL))


# One treatment, one answer.


@pytest.mark.parametrize("name", list(load_protocols()))
@pytest.mark.parametrize("words", [lambda plan: plan.text, describe], ids=["text", "describe"])
def test_a_named_protocol_and_the_same_words_give_the_same_numbers(name, words):
    protocol = find_protocol(name)
    age = {} if protocol.age_y is None else {"age_y": protocol.age_y}  # an age is no part of a treatment
    assert numbers_of(name) == numbers_of(words(protocol.regimen), **age)


@pytest.mark.parametrize("name", list(load_protocols()))
def test_what_is_not_asked_for_is_open_care_in_every_answer(name):
    protocol = find_protocol(name)
    found = ask(protocol)
    assert found.question.context.control is Control.OPEN
    assert plan_of(protocol, 10).question.context == found.question.context
    assert "open care" in plain(as_text(found))
    if len(protocol.regimen.sessions) > 1:
        assert nonresponse(protocol, draws=3, group_size=5).question.context == found.question.context


def test_the_blinding_of_a_trial_is_asked_for_and_the_answer_says_where_it_is_to_be_had():
    care, trial = ask("iv-single"), ask("iv-single", control="midazolam")
    assert numbers_of("iv-single", control="midazolam") == numbers_of(ONE, control="midazolam")
    assert care.timeline != trial.timeline
    assert "(This protocol comes from a trial blinded against midazolam: --control midazolam.)" in plain(as_text(care))
    assert "in a trial blinded against midazolam" in as_text(trial) and "--control" not in as_text(trial)


def test_two_treatments_side_by_side_share_their_circumstances():
    pair = ask("iv-single"), ask("iv-induction")
    assert "Both: outpatient, open care, antidepressant: none." in plain(versus_text(pair))
    # None and continued are one thing to the model: no part of the difference is theirs.
    pair = ask("iv-single"), ask("nasal-84")
    assert "in what this model does not tell apart" in plain(versus_text(pair))
    pair = ask("iv-single"), ask("nasal-label")
    assert "part of the difference is theirs" in plain(versus_text(pair))


def test_another_antidepressant_than_the_words_say_is_said_or_refused():
    # It was taken into account and printed as "antidepressant: none".
    bare = ask("nasal-label", background="none")
    assert "antidepressant" not in bare.question.regimen.text and not bare.question.context.new_antidepressant
    assert numbers_of("nasal-label", background="none") == numbers_of(bare.question.regimen.text)
    for treatment in (f"{ONE}, with a new oral antidepressant", "oral-antidepressant"):
        with pytest.raises(InvalidInput, match="keep one of the two"):
            ask(treatment, background="none")


def test_tablets_alone_are_set_beside_placebo_tablets():
    record = as_record(ask("oral-antidepressant"))
    late = record["of_100"][-1]
    assert late["with_drug"]["mean"] > late["visits_only"]["mean"]
    assert record["time_to_response_d"]["never"] < record["time_to_response_d"]["never_without_drug"]


# Two ratings in a row, of 100 people, and the same visits without the drug.


def test_fewer_never_respond_with_the_drug_than_at_the_same_visits_without_it():
    for name in ("iv-single", "nasal-84", "im-single"):
        answer = ask(name)
        assert answer.time_to_response.unfinished < answer.never_without_drug
        assert f"{100 * answer.never_without_drug:.0f} in 100 with the same visits without the drug" in plain(
            as_text(answer)
        )
    placebo = ask("placebo-visits")
    assert placebo.time_to_response.unfinished == placebo.never_without_drug


def test_of_100_people_the_text_says_how_many_would_have_responded_anyway():
    answer = ask("iv-single")
    day = next(one for one in answer.of_100 if one.hours == 24.0)
    said = f"Of 100 people, {day.with_drug.mean:.0f} respond at 24 hours; {day.visits_only.mean:.0f} of them would have"
    assert said in plain(as_text(answer))
    assert said in said_on(report_html((answer,)))
    both = plain(versus_text((answer, ask("nasal-84"))))
    assert both.count("Of 100 people in response with the drug") == 2
    assert "Of 100 people in response  " not in as_text(ask("placebo-visits"))


def test_a_chance_at_some_later_visit_stands_beside_that_without_the_drug():
    answer = nonresponse("iv-induction", at_sessions=(1, 4), draws=20, group_size=30)
    for one, record in zip(answer.after, nonresponse_record(answer)["after"], strict=True):
        assert one.sometime_without_drug.person >= one.later_without_drug.person
        assert one.sometime_without_drug.person < one.sometime.person
        found = record["response_at_some_later_visit_of_those_without_if_no_further_drug"]["person"]
        assert found == pytest.approx(one.sometime_without_drug.person, abs=1e-4)


# What nobody knows, and how far trials were missed.


def test_that_open_care_comes_out_weaker_is_read_off_the_posterior_and_goes_with_it():
    posterior = load_posterior()
    opened, blinded = (posterior.draws[f"expectancy_{name}"] for name in ("open", "midazolam"))
    (said,) = open_is_weaker(Control.OPEN, posterior)
    assert f"{np.median(opened):.2f} logits" in said and f"midazolam ({np.median(blinded):.2f} logits" in said
    assert open_is_weaker(Control.MIDAZOLAM, posterior) == ()
    mended = Posterior({**posterior.draws, "expectancy_open": opened + 10.0}, posterior.manifest)
    assert open_is_weaker(Control.OPEN, mended) == ()
    for answer in (ask("iv-single"), nonresponse("iv-induction", draws=3, group_size=5)):
        assert said in answer.extrapolated
    assert said not in ask("iv-single", control="saline").extrapolated


def test_published_shares_on_one_side_of_the_line_are_counted():
    answer = how_fast("iv-single", draws=40, group_size=60)
    at = {point.hours: point for point in answer.course_points}
    shares = [one for one in published_points(load_evidence(), answer.question.regimen) if one.kind != "madrs_change"]
    above = 0
    for one in shares:  # slowly: the straight line between the two visits around each value
        before = max((hours for hours in at if hours <= one.hours), default=0.0)
        after = min(hours for hours in at if hours >= one.hours)
        values = [getattr(at[hours], one.kind).group.mean for hours in (before, after)]
        share = values[0] if before == after else np.interp(one.hours, (before, after), values)
        above += one.value > share
    assert (answer.beside_print.shares.above, answer.beside_print.shares.values) == (above, len(shares))
    assert above == len(shares) == 10  # findings B3
    of_one = max(sum(one.trial_id == other.trial_id for other in shares) for one in shares)
    said = (
        f"All 10 published shares with response or remission near this treatment (4 trials, {of_one} of the values "
        "from one of them) lie above"
    )
    assert said in plain(as_text(answer)) and said in said_on(report_html((answer,)))


@pytest.mark.parametrize(
    ("above", "below", "side"),
    [(10, 0, "above"), (0, 5, "below"), (9, 1, "above"), (8, 2, ""), (4, 0, ""), (0, 0, ""), (5, 5, "")],
)
def test_few_values_or_values_on_both_sides_are_not_called_one_sided(above, below, side):
    sides = Sides(above, below, 3)
    assert sides.side == side
    assert bool(BesidePrint(sides, Sides(1, 1, 1), 3, 2).sentences(True)) == bool(side)


def test_the_page_of_the_answer_states_the_rules_of_the_code():
    docs = Path(__file__).parents[2] / "docs"
    assert (LEAST_VALUES, ONE_SIDED, FAR_FACTOR) == (5, 0.9, 2.0)
    assert "from five values on, nine of ten on one side" in plain((docs / "how_fast.md").read_text(encoding="utf-8"))
    assert "more than a factor of two away" in plain((docs / "limits.md").read_text(encoding="utf-8"))


def test_less_improvement_than_published_is_never_said_the_other_way_round():
    higher, lower = Sides(6, 0, 2), Sides(0, 6, 2)
    (shares,) = BesidePrint(higher, Sides(0, 0, 0), 2, 0).sentences(True)
    (changes,) = BesidePrint(Sides(0, 0, 0), lower, 2, 0).sentences(True)
    assert "saw more improvement" in shares and "saw more improvement" in changes  # a change below is a larger fall
    (worse,) = BesidePrint(Sides(0, 0, 0), higher, 2, 0).sentences(True)
    assert "saw less improvement" in worse


def test_how_far_unseen_trials_were_missed_is_said_or_why_not():
    answer = ask("iv-single")
    miss = answer.misses["change"]
    said = f"missed their change of MADRS by {miss.rmse:.1f} points"
    assert said in plain(as_text(answer)) and f"by {miss.table_rmse:.1f}, which did better" in plain(as_text(answer))
    assert said in said_on(report_html((answer,)))
    better = {**answer.misses, "change": replace(miss, table_rmse=miss.rmse + 1.0)}
    assert "which did worse" in plain(miss_text(better))
    gone = {kind: Miss(kind, None, None, None, None, "there is no stored check") for kind in ("change", "response")}
    text = plain(as_text(replace(answer, misses=MappingProxyType(gone))))
    assert "how far it missed them is not told, for there is no stored check" in text
    record = json.loads(json.dumps(as_record(replace(answer, misses=gone)), allow_nan=False))
    assert record["miss"]["rmse"] is None and record["miss"]["why"] == "there is no stored check"


# Durations far outside the evidence.


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("50 mg iv ketamine over 40 hours", "iv ketamine over 2400 min: every iv ketamine arm"),
        ("50 mg iv ketamine over 1 min", "iv ketamine over 1 min: every iv ketamine arm"),
        ("0.5 mg/kg iv ketamine bolus", "iv ketamine as a bolus: every iv ketamine arm"),
        ("0.5 mg/kg iv ketamine over 60 min, twice weekly for 2 weeks", "iv ketamine over 60 min: every iv ketamine"),
        ("0.4 mg/kg iv esketamine over 2 h", "iv esketamine over 120 min: every iv esketamine arm"),
        ("0.5 mg/kg iv arketamine over 40 min", "no arm of the tables prints its duration"),
        ("0.3 mg/kg sc ketamine over 45 min", "no sc arm of the tables prints a duration"),
    ],
)
def test_a_duration_that_no_arm_printed_is_named(words, said):
    answer = ask(f"{words}")
    assert any(said in one for one in answer.extrapolated)
    minutes = [
        float(row["infusion_min"])
        for row in load_evidence().arm_rows.values()
        if (row["drug"], row["route"]) == ("ketamine", "iv") and row["infusion_min"]
    ]
    if "every iv ketamine" in said:
        assert any(f"ran {min(minutes):g} to {max(minutes):g} min" in one for one in answer.extrapolated)


def test_a_duration_far_out_stands_beside_the_sentence_and_a_usual_one_is_not_named():
    far, usual = ask("50 mg iv ketamine over 40 hours"), ask("50 mg iv ketamine over 40 min")
    assert "is the unit of the duration right?" in plain(as_text(far)).split("after first")[0]
    assert not usual.cautions and not any(" ran " in one for one in usual.extrapolated)
    twin = ask("50 mg iv ketamine over 0.6666666666666666 hours")
    assert (twin.timeline, twin.cautions) == (usual.timeline, usual.cautions)
    assert not any(" ran " in one for one in ask("nasal-84").extrapolated)


# What a caller may write.


def test_names_words_and_single_values_are_taken_as_they_are_meant():
    assert numbers_of("iv-single", at_h=12) == numbers_of(find_protocol("iv-single"), at_h=(12.0,))
    assert numbers_of(ONE, weight_kg=np.float32(80)) == numbers_of(parse_treatment(ONE), weight_kg=80)
    assert numbers_of("iv-single", at_h=np.array([12.0, 36.0])) == numbers_of("iv-single", at_h=[12, 36])
    with pytest.raises(InvalidInput, match="left out pregnancy"):
        how_fast("iv-single", conditions="pregnancy", **FEW)
    assert plan_of("iv-single", 10, at_h=12).times_h.tolist() == plan_of("iv-single", 10, at_h=(12.0,)).times_h.tolist()
    assert [one.sessions for one in nonresponse("iv-induction", at_sessions=2, draws=3, group_size=5).after] == [2]
    claim = claim_answers("new-synapses", Effort(draws=2, group_size=2))
    assert [one.claim.claim_id for one in claim] == ["new-synapses"]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"weight_kg": "80"}, "weight_kg='80' is no number; write weight_kg=80, without quotes or unit"),
        ({"weight_kg": True}, "weight_kg=True is no number"),
        ({"at_h": "24"}, "at_h='24' is no number"),
        ({"at_h": (12, "24 h")}, "at_h='24 h' is no number"),
        ({"age_y": float("nan")}, "age nan is outside"),
        ({"baseline": float("inf")}, "baseline inf is outside"),
        ({"at_h": float("inf")}, "time inf h is outside"),
        ({"seed": 1.5}, "seed=1.5 is no whole number"),
        ({"seed": -1}, "seed=-1 is no whole number"),
        ({"draws": 0}, "draws=0 is no whole number"),
        ({"draws": "many"}, "draws='many' is no whole number"),
        ({"group_size": 10**12}, "group_size=1000000000000 is no whole number"),
        ({"control": 3}, "control '3' is not known"),
        ({"people": "people.csv"}, "people is of the type str"),
        ({"people": NOBODY}, "people is empty"),
        (
            {"people": ONE_PERSON, "weight_kg": 80, "baseline": 30},
            "people with weight_kg, baseline: they say it for each",
        ),
    ],
)
def test_a_value_of_the_wrong_kind_is_refused_in_words(options, said):
    with pytest.raises(InvalidInput, match=re.escape(said)):
        how_fast("iv-single", **{**FEW, **options})


def test_every_value_of_the_wrong_kind_is_named_at_once():
    with pytest.raises(InvalidInput) as error:
        how_fast("iv-single", weight_kg="80", age_y="45", at_h=("a", "b"), seed="x", draws=None)
    assert len(error.value.problems) == 6
    for asked in (lambda: nonresponse("iv-induction", end_d="14"), lambda: plan_of("iv-single", 10, readout_d="7")):
        with pytest.raises(InvalidInput, match="is no number"):
            asked()


# What is printed.


@pytest.mark.parametrize("name", list(load_protocols()))
def test_no_brand_name_and_no_option_stands_where_a_reader_looks(name):
    answer = ask(name)
    page = said_on(report_html((answer,)))
    for text in (as_text(answer), page, json.dumps(as_record(answer), allow_nan=False)):
        assert not BRANDS.search(re.sub(r"https?://\S+", "", text))
    assert not re.search(r"(^|\s)--[a-z]", page)


def test_no_claim_names_a_brand():
    for claim in load_claims():
        words = (claim.claim, claim.evidence, claim.numbers, claim.verdict, *(one.words for one in claim.sources))
        assert not BRANDS.search(" ".join(words))


def test_a_page_of_two_treatments_points_to_no_option():
    said = said_on(report_html((ask("iv-single"), ask("nasal-label"))))
    assert "part of the difference is theirs" in said
    assert not re.search(r"(^|\s)--[a-z]", said)
    assert "call the emergency number of your country" in said
