"""Plans and proposals for one patient: what new users saw go wrong, with the right value, and siblings of each kind.

`M` goes on with sprays every two weeks, `P` is three infusions into a series and rated by PHQ-9, `WEEKLY` goes on with
weekly infusions and `RARE` with infusions every four weeks, which no trial has shown.
"""

import json
import pickle
import re
from dataclasses import replace
from datetime import date, datetime
from functools import cache
from math import isfinite
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from forecast.made_up import INFUSION, SPRAY, patient, score, session
from liftspan.errors import InvalidInput
from liftspan.figures.forecast import forecast_figure
from liftspan.forecast import as_record, as_text, forecast, scenarios, what_if
from liftspan.forecast.care import Care
from liftspan.forecast.next_session import NOT_RANDOMISED
from liftspan.forecast.patient import Calendar
from liftspan.forecast.person import know
from liftspan.forecast.record import as_json
from liftspan.forecast.rules import shipped_rules
from liftspan.forecast.standing import NO_PLAN
from liftspan.how_fast.record import tidy
from liftspan.posterior import load_posterior
from liftspan.report.forecast import forecast_html

EXAMPLE = Path(__file__).parents[2] / "examples" / "patient.toml"
SPRAY_DAYS = (0, 3, 7, 10, 14, 17, 21, 24, 31, 38, 45, 52, 66, 80, 94, 108)


def rated(days, values, scale="MADRS"):
    return [score(day, value, scale) for day, value in zip(days, values, strict=True)]


M = patient(
    SPRAY_DAYS, rated((0, 7, 14, 21, 28, 52, 80, 108, 119), (36, 30, 22, 16, 12, 8, 7, 8, 9)), 120, SPRAY,
    background="continued",
)  # fmt: skip
P = patient((0, 3, 7), rated((0, 1, 7, 10), (20, 14, 12, 9), "PHQ-9"), 10, INFUSION, background="continued")
WEEKLY = patient(
    (0, 3, 7, 10, 14, 17, 24, 31, 38, 45), rated((0, 7, 17, 31, 45), (34, 22, 12, 14, 13)), 45, INFUSION
)  # fmt: skip
RARE = patient(
    (0, 3, 7, 10, 14, 17, 31, 59, 87), rated((0, 7, 17, 31, 59, 87, 108), (34, 22, 12, 14, 15, 15, 18)), 110, INFUSION
)  # fmt: skip


asked = cache(forecast)


def flat(answer) -> str:
    return " ".join(as_text(answer).split())


def named(answer, name):
    return next(one for one in answer.scenarios if one.name == name)


def last_score(record, **changes):
    return replace(record, scores=(*record.scores[:-1], replace(record.scores[-1], **changes)))


# A3: going on is judged with care going on, and one day later changes little.


@pytest.mark.parametrize("record", [M, P, WEEKLY], ids=["sprays", "PHQ-9", "infusions"])
def test_asked_one_day_later_for_five_weeks_each_way_to_go_on_keeps_its_response(record, monkeypatch):
    monkeypatch.setattr(what_if, "ASKED_OF", 1000)  # the same people each day: luck does not differ
    rules, before, steps = shipped_rules(), {}, 0
    for day in range(36):
        known = know(replace(record, today_d=record.today_d + day), load_posterior(), 1)
        found = {one.name: one.judged for one in scenarios.scenarios_of(known, rules, None) if one.judged}
        assert {"stop", "stop all"} <= set(found)
        for name in found.keys() & before.keys():
            steps += 1
            moved = [abs(now.response - then.response) for now, then in zip(found[name], before[name], strict=True)]
            assert moved[1] <= 0.05, (name, day, moved)
        before = found
    assert steps > 2 * 30


@pytest.mark.parametrize(("record", "last_d"), [(M, 119), (P, 10)])
def test_after_two_weeks_without_a_score_the_proposal_is_null_and_the_plans_stay(record, last_d):
    fresh, old = (asked(replace(record, today_d=last_d + days)) for days in (14.0, 15.0))
    assert not any("rate again" in reason for reason in fresh.proposal.reasons)
    assert old.proposal.from_d is None and any("is 15 days old" in reason for reason in old.proposal.reasons)
    assert named(old, "stop").judged
    assert record is not M or (named(old, "as now").judged and named(old, "weekly").judged)


@pytest.mark.parametrize("today", [120.0, 121.0, 122.0, 127.0])
def test_going_on_never_loses_to_stopping_or_to_a_taper(today):
    answer = asked(replace(M, today_d=today))
    stop, taper, now = (named(answer, name).judged[1] for name in ("stop", "taper", "as now"))
    for other in (stop, taper):  # the same 2000 people meet each: what is left is luck of less than a point in 100
        assert now.response >= other.response - 0.01 and now.relapsed <= other.relapsed + 0.01
        assert now.mean_score <= other.mean_score + 0.1
    assert named(answer, "stop all").judged[1].relapsed > stop.relapsed + 0.2


def test_relapse_of_going_on_does_not_jump_between_neighbouring_days_of_the_next_session():
    shares = [one.relapse_by_end for one in asked(EXAMPLE).candidates if one.relapse_by_end is not None]
    assert len(shares) >= 9 and np.max(np.abs(np.diff(shares))) < 0.02


def test_sessions_and_doses_in_twelve_weeks_are_those_within_them():
    answer = asked(replace(M, today_d=122.0))
    assert named(answer, "as now").sessions == 7  # days 122, 136, ..., 206: the last day of the twelve weeks
    taper = named(answer, "taper")
    assert (taper.sessions, taper.dose_mg) == (5, 5 * 84)  # days 122, 129, 143, 157, 185; the sixth on day 213


def test_plans_that_go_on_reach_beyond_the_last_reading_in_every_care():
    for care in Care:
        known = know(M, load_posterior(), 1, care=care)
        plans = {plan.name: plan for plan in scenarios._plans(known, shipped_rules(), None)}
        for name in ("as now", "miss one", "weekly", "every 4 weeks"):
            assert plans[name].coming[-1].day > M.today_d + 84.0


def test_care_until_the_last_session_does_not_switch_care_off_under_a_plan_that_goes_on():
    answer = asked(replace(M, today_d=127.0), care="until-last-session")
    assert named(answer, "every 4 weeks").judged[1].response > named(answer, "stop").judged[1].response + 0.2
    assert named(answer, "stop").judged == named(answer, "stop all").judged


@pytest.mark.parametrize("name", ["as now", "weekly", "new induction"])
def test_care_that_ends_today_leaves_the_drug_alone_and_more_drug_is_never_worse(name):
    answer = asked(M, care="ends-today")
    stop, plan = named(answer, "stop").judged[0], named(answer, name).judged[0]
    assert plan.mean_score < stop.mean_score + 0.1
    assert named(answer, "stop all").judged[0].relapsed == stop.relapsed


@pytest.mark.parametrize(
    ("care", "words"),
    [
        ("on", "visits go on"),
        ("until-last-session", "visits until the last session"),
        ("ends-today", "visits end today"),
    ],
)
def test_the_care_stands_beside_every_form_of_the_answer(care, words):
    answer = asked(P, care=care)
    record = as_record(answer)
    assert record["care"] == care and {one["care"] for one in record["scenarios"]} >= {care, "ends-today"}
    assert f"--care {care}" in flat(answer)
    titles = [text.get_text() for text in forecast_figure(answer).texts]
    assert any(words in title for title in titles) and words in re.search(r"<h1>.*?</h1>", forecast_html(answer))[0]


def test_a_care_that_is_not_known_is_said_together_with_other_problems():
    with pytest.raises(InvalidInput) as error:
        asked(P, care="maybe", target="soon")
    assert len(error.value.problems) == 2 and "until-last-session" in error.value.problems[1]
    assert asked(P, care=" Until_last session ").care is Care.UNTIL_LAST_SESSION


# B9: what stands first is a plan that somebody asks about.


def test_the_first_forecast_is_no_further_session_while_visits_go_on():
    answer = asked(M)
    assert "With no further session, while visits go on" in flat(answer)
    assert "If visits end today as well" in flat(answer)
    day, stop = answer.days[-1], named(answer, "stop").judged[1]
    assert day.response == pytest.approx(stop.response, abs=0.03) and day.relapsed == pytest.approx(
        stop.relapsed, abs=0.03
    )
    responses = [one.response for one in answer.curve if one.day >= M.today_d]
    assert np.min(np.diff(responses)) > -0.04  # no kink a week from today


# A4: an item on suicide that was not entered is never harmless.


@pytest.mark.parametrize(
    ("record", "said"),
    [
        (last_score(M, suicidal_item=None), "item 10 was not entered with the MADRS of day 119: enter it first"),
        (last_score(P, suicidal_item=None), "item 9 was not entered with the PHQ-9 of day 10: enter it first"),
        (
            replace(M, scores=tuple(replace(one, suicidal_item=None if one.day else 0) for one in M.scores)),
            "item 10 was not entered with the MADRS of day 119",  # only that of day 0 was
        ),
        (
            replace(M, scores=(*M.scores, score(119.5, 6, "PHQ-9", None))),
            "item 9 was not entered with the PHQ-9 of day 119.5",  # item 10 of day 119 does not answer for it
        ),
        (
            patient(SPRAY_DAYS, rated((0, 52, 119), (24, 6, 6), "HAMD17"), 120, SPRAY),
            "no item on suicide is known with the HAMD17 of day 119, entered as its total (item 3 is not read)",
        ),
        (
            patient(SPRAY_DAYS, rated((0, 52, 119), (18, 5, 5), "QIDS"), 120, SPRAY),
            "no item on suicide is known with the QIDS of day 119, entered as its total (item 12 is not read)",
        ),
        (
            replace(M, scores=(*M.scores, score(119.9, 5, "QIDS"))),
            "no item on suicide is known with the QIDS of day 119.9",  # half a day after it is another look
        ),
    ],
)
def test_without_the_item_of_the_last_score_nothing_is_proposed_and_that_is_said(record, said):
    answer = asked(record)
    assert answer.proposal.from_d is None and any(said in reason for reason in answer.proposal.reasons)
    assert said in flat(answer) and as_record(answer)["proposal"] is None
    assert named(answer, "as now").judged or record.primary == "PHQ-9"  # plans stay


@pytest.mark.parametrize("scale", ["HAMD17", "QIDS"])
def test_an_item_of_another_scale_of_that_day_or_later_answers_for_a_total(scale):
    totals = rated((0, 52, 119), (18, 5, 5), scale)
    both = patient(SPRAY_DAYS, [*totals, score(119, 2, "PHQ-9", 0)], 120, SPRAY)
    assert asked(both).proposal.from_d is not None
    before = replace(both, scores=tuple(sorted((*totals, score(112, 2, "PHQ-9", 0)), key=lambda one: one.day)))
    assert asked(before).proposal.from_d is None


# Refused for safety: no plan, no window, no date.

UNSAFE = {
    "item 10": last_score(M, suicidal_item=5),
    "item 9": last_score(P, suicidal_item=1),
    "risen": last_score(M, suicidal_item=2),
    "aneurysm": replace(M, person=replace(M.person, conditions=("aneurysm",))),
    "planned": replace(last_score(M, suicidal_item=4), planned=(session(122, SPRAY), session(136, SPRAY))),
    "no response": patient((0, 3, 7), [score(0, 34), score(7, 31, item=6)], 8, SPRAY),
}  # fmt: skip


@pytest.mark.parametrize("kind", UNSAFE)
def test_refused_for_safety_no_plan_window_or_date_is_shown(kind):
    answer = asked(UNSAFE[kind])
    record, text, page = as_record(answer), flat(answer), forecast_html(answer)
    assert record["proposal"] is None and record["next"] == [] and record["next_reason"] and not answer.stopping
    for one in answer.scenarios:
        assert bool(one.judged) == (one.name in ("stop", "stop all"))
        assert one.judged or one.refused == answer.unsafe
    told = {one["name"]: one["sessions_in_12_weeks"] for one in record["scenarios"]}
    assert {name: count for name, count in told.items() if count is not None} == {"stop": 0, "stop all": 0}
    assert NO_PLAN in text and NO_PLAN in page and answer.unsafe[0][1:] in text
    assert text.index(NO_PLAN) < text.index("With no further session")
    assert "sessions planned in the record (day" not in text + page
    assert any(NO_PLAN in " ".join(one.get_text().split()) for one in forecast_figure(answer).texts)


@pytest.mark.parametrize(
    "changes",
    [{"questions": ("diagnosis 'burnt out': is it a depression? Answer it in conditions",)}, {"conditions": ("maoi",)}],
)
def test_what_a_clinician_has_to_judge_first_leaves_the_plans_and_no_proposal(changes):
    answer = asked(replace(M, person=replace(M.person, **changes)))
    assert answer.proposal.from_d is None and len(answer.proposal.reasons) == 1
    assert named(answer, "as now").judged and answer.candidates
    assert " ".join(answer.proposal.reasons[0].split()) in flat(answer)


# A6: every plan obeys the rules of gaps.


def test_a_missed_session_is_held_against_the_longest_gap_that_was_shown():
    monthly = replace(M, sessions=(*M.sessions[:-1], replace(M.sessions[-1], day=122.0)), today_d=123.0)
    monthly = replace(monthly, scores=(*M.scores, score(123, 9)))
    found = {one.name: one for one in asked(monthly).scenarios}
    assert found["as now"].judged and found["every 4 weeks" if "every 4 weeks" in found else "as now"].judged
    assert not found["miss one"].judged
    assert found["miss one"].refused[0].startswith("the longest gap between sessions shown is 28 days")


@pytest.mark.parametrize(
    ("record", "options"),
    [
        (RARE, {"switch": "84 mg nasal esketamine, weekly for 4 weeks"}),
        (replace(RARE, planned=(session(112), session(119))), {}),
        (replace(M, today_d=137.0), {}),
    ],
)
def test_a_present_gap_beyond_what_trials_have_shown_refuses_every_plan_in_the_same_words(record, options):
    answer = asked(record, **options)
    plans = [one for one in answer.scenarios if not one.name.startswith("stop") and one.name != "switch"]
    waited = record.today_d - record.sessions[-1].day
    reasons = {one.refused for one in plans} | {one.refused for one in answer.candidates}
    ((reason,),) = reasons
    assert reason.startswith(f"the last session was {waited:.0f} days ago already")
    assert {"as now", "miss one", "taper", "new induction"} <= {one.name for one in plans}
    assert "liftspan how-fast" in reason and any(reason in one for one in answer.proposal.reasons)
    assert named(answer, "stop").judged and named(answer, "stop all").judged


def test_days_and_plans_that_one_rule_refuses_stand_in_one_sentence():
    text = flat(asked(P))
    assert (
        text.count("Refused, day") == 1 and text.count("Refused: every 2 weeks, every 4 weeks, taper: the longest") == 1
    )


def test_planned_sessions_and_a_switch_obey_the_gaps_too():
    planned = replace(M, planned=(session(122, SPRAY), session(164, SPRAY)))
    answer = asked(planned, switch=INFUSION + ", weekly for 4 weeks")
    assert "the longest gap between sessions shown is 28 days" in named(answer, "as planned").refused[0]
    (reason,) = named(answer, "switch").refused  # of infusions: the last spray was longer ago than any gap of theirs
    assert reason.startswith(
        "the last session was 12 days ago already, and the longest gap between sessions shown is 7"
    )
    assert any("sessions planned in the record, which are refused" in limit for limit in answer.limits)
    # What is refused is no measure of others.
    assert "difference from 'stop'" in flat(answer) and named(answer, "stop").judged[1].difference == 0.0


def test_in_the_middle_of_a_series_its_end_stands_among_the_ways():
    series = named(asked(P), "finish series")
    assert series.judged and series.sessions == 14  # days 10.5 to 24.5 at 3.5 days, then 31.5 to 94 weekly: 5 + 9
    assert "finish series" not in {one.name for one in asked(M).scenarios}


# B8: the proposal says on what it rests.


def test_the_proposal_says_that_no_trial_randomised_the_interval():
    answer = asked(P)
    assert as_record(answer)["proposal"]["rests_on"] == NOT_RANDOMISED
    assert NOT_RANDOMISED in flat(answer) and NOT_RANDOMISED in forecast_html(answer)
    assert any(NOT_RANDOMISED in " ".join(one.get_text().split()) for one in forecast_figure(answer).texts)


def test_a_window_is_said_in_whole_days_and_not_sooner_than_now():
    one = asked(P).proposal  # sessions every 3.5 days, the last on day 7
    assert (one.from_d, one.to_d) == (11.0, 13.0)


# C: words.


@pytest.mark.parametrize("shift_d", [0.0417, 0.19, 0.3333])
def test_days_of_a_dated_record_are_said_with_one_decimal_at_most(shift_d):
    shifted = replace(
        P, today_d=P.today_d + 20 + shift_d,
        scores=tuple(replace(one, day=one.day + shift_d * (one.day > 0)) for one in P.scores),
    )  # fmt: skip
    text = flat(asked(shifted))
    assert re.search(r"the last score, of day [\d.]+, is 20 days old", text)
    assert not re.search(r"\bday \d+\.\d{2,}", text) and not re.search(r"\d+\.\d{2,} days", text)
    assert not re.search(r"[Dd]ays? \d+\.\d{2,}", re.sub(r"<[^>]+>", " ", forecast_html(asked(shifted))))


def test_strangeness_is_a_share_as_one_reads_it():
    page = forecast_html(asked(EXAMPLE))
    assert "1e+02" not in page and re.search(r"<dt>Strangeness</dt>\s*<dd>(&gt; )?\d+", page)


def test_six_sessions_without_a_response_point_to_the_chance_in_groups():
    answers = [
        asked(patient([3.5 * k for k in range(count)], [score(0, 34), score(3.5 * count, 31)], 3.5 * count, SPRAY))
        for count in (5, 6)
    ]
    for answer, said in zip(answers, (False, True), strict=True):
        for words in (flat(answer), forecast_html(answer)):
            assert ("Six or more sessions brought no response" in words) is said


def test_every_null_of_an_allowed_day_has_its_reason():
    for one in as_record(asked(EXAMPLE))["next"]:
        null = {name for name, value in one.items() if value is None}
        if one["refused"]:
            assert one["null_because"]["refused"]
        else:
            assert bool(null - {"next_three"}) == ("going_on" in one["null_because"])
            assert ("next_three" in null) == ("next_three" in one["null_because"])


def numbers(value):
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for one in value:
            yield from numbers(one)
    elif isinstance(value, float):
        yield value


@pytest.mark.parametrize("record", [P, UNSAFE["no response"]])
def test_json_holds_no_number_that_is_none_and_no_negative_zero(record):
    written = as_json(asked(record))
    found = list(numbers(json.loads(written, parse_constant=pytest.fail)))
    assert found and all(isfinite(one) for one in found)
    assert not re.search(r"-0\.0\b(?!\d)", written)
    assert str(tidy(-0.00001)) == "0.0"


# B88, B89: Python.


@pytest.mark.parametrize("record", [P, RARE], ids=["with a proposal", "without"])
def test_an_answer_pickles_to_an_equal_one(record):
    answer = forecast(record)
    again = pickle.loads(pickle.dumps(answer))
    assert again == answer and as_text(again) == as_text(answer)
    assert again != asked(record, care="ends-today") and again != asked(record, seed=2)
    assert np.array_equal(again.known.population.paths, answer.known.population.paths)


@pytest.mark.parametrize("kind", [str, Path])
def test_a_file_may_be_asked_about_by_its_name(kind):
    assert asked(kind(EXAMPLE)).patient.id == "patient"


# B66: dates beside days where the record is dated.


@pytest.mark.parametrize(
    ("start", "first", "last"),
    [
        (date(2026, 3, 19), "2026-03-30", "2026-04-01"),
        (datetime(2026, 3, 19, 9, 30, tzinfo=ZoneInfo("Europe/Berlin")), "2026-03-30", "2026-04-01"),
    ],
)
def test_a_dated_record_has_dates_beside_its_days(start, first, last):
    answer = asked(replace(P, calendar=Calendar(start)))
    record = as_record(answer)
    assert (record["proposal"]["from_date"], record["proposal"]["to_date"]) == (first, last)  # days 11 and 13
    assert f"day 11 ({first}) to 13 ({last})" in flat(answer) and f"day 11 ({first}) to 13" in forecast_html(answer)
    assert "2026-06-21" in flat(answer) and record["forecast"][-1]["date"] == "2026-06-21"  # day 94
    assert any(f"day 11 ({first})" in text.get_text() for text in forecast_figure(answer).texts)
    assert "date" not in as_record(asked(P))["forecast"][0]


@pytest.mark.parametrize("record", [M, P, WEEKLY, RARE, UNSAFE["no response"]])
def test_the_text_fits_the_terminal(record):
    assert max(map(len, as_text(asked(record)).splitlines())) <= 100
