"""Candidates, refusals and proposals: every rule of safety has a record that meets it."""

from dataclasses import replace

import pytest

from forecast.made_up import INFUSION, SPRAY, patient, responder_on_sprays, score, session
from liftspan.errors import InvalidInput, OutsideEvidence
from liftspan.forecast.answer import forecast
from liftspan.forecast.next_session import Target, other_doses, parse_target
from liftspan.forecast.plans import usual_gap_d
from liftspan.forecast.rules import dense_courses, reasons_against_plan, shipped_rules
from liftspan.forecast.what_if import what_if

WILD = (score(0, 35), score(1, 4), score(3, 58), score(7, 3), score(10, 57), score(42, 5))


@pytest.fixture(scope="module")
def responder():
    return forecast(responder_on_sprays())


def proposal_of(record):
    return forecast(record).proposal


def test_a_proposal_is_a_window_from_the_present_gap_to_the_next_step_of_trials(responder):
    one = responder.proposal
    assert (one.from_d, one.to_d) == (45.0, 52.0)  # 7 and 14 days after the session of day 38
    assert "14 days after 7" in one.bounded_by and "SUSTAIN-3" in one.bounded_by
    assert {round(alternative.gap_d) for alternative in one.alternatives} >= {11, 14}


def test_a_strict_target_ends_the_window_sooner_but_not_before_the_present_step():
    one = forecast(responder_on_sprays(), target="score <= 13").proposal
    assert (one.from_d, one.to_d) == (45.0, 45.0) and one.bounded_by.startswith("the target")
    assert "two ratings in a row that worsened" in one.bounded_by


def test_two_ratings_in_a_row_that_worsened_bring_the_window_forward_and_show_what_that_adds():
    scores = tuple(score(*one) for one in ((0, 35), (1, 27), (7, 25), (14, 20), (21, 17), (28, 11), (38, 14), (42, 17)))
    one = forecast(responder_on_sprays(scores=scores), target="score <= 15").proposal
    assert 41.0 <= one.to_d < 45.0  # three days after the last session at the soonest, as twice weekly
    assert "in place of 26" in one.bounded_by


def test_waiting_longer_never_lowers_the_chance_of_relapse_before(responder):
    before = [one.relapse_before for one in responder.candidates if not one.refused]
    assert before == sorted(before)


def test_sessions_and_dose_of_half_a_year_follow_from_the_gap(responder):
    (weekly,) = [one for one in responder.candidates if one.gap_d == 7.0]
    assert weekly.sessions_half_year == pytest.approx(26.0) and weekly.dose_half_year_mg == pytest.approx(26 * 84)


def test_the_next_three_are_those_three_sessions_and_nothing_after_them(responder):
    (weekly,) = [one for one in responder.candidates if one.gap_d == 7.0]
    known = responder.known
    met = what_if(known, tuple(replace(known.patient.sessions[-1], day=day) for day in (45.0, 52.0, 59.0)))
    three = weekly.next_three
    assert (three.last_d, three.sessions_half_year) == (59.0, 10 + 3)  # ten were given
    assert (
        three.dose_half_year_mg == sum(dose.amount for one in known.patient.sessions for dose in one.doses) + 3 * 84.0
    )
    assert three.relapse_before == pytest.approx(met.outcomes.relapsed[:, met.at(17.0)].mean())
    assert three.response_after == pytest.approx(met.outcomes.response[:, met.at(24.0)].mean())
    assert three.expected_score == met.mean_score(0.0, 24.0) and three.relapse_before >= weekly.relapse_before


def test_what_falls_between_two_days_of_the_grid_lies_between_them(responder):
    met = what_if(responder.known, ())
    relapsed = met.outcomes.relapsed
    earlier, later = (relapsed[:, met.at(day)].mean() for day in (31.0, 35.0))
    assert met.share(relapsed, 32.0) == pytest.approx(0.75 * earlier + 0.25 * later)


def test_three_sessions_whose_end_lies_beyond_twelve_weeks_are_left_blank(responder):
    for one in responder.candidates:
        reaches = not one.refused and one.ahead_d + 2.0 * one.gap_d + 7.0 <= 84.0
        assert (one.next_three is not None) == reaches


def test_three_sessions_that_would_outlast_any_dense_course_are_left_blank():
    days = tuple(3.5 * k for k in range(8))  # twice weekly for 25 days: the next one makes four weeks, three outlast it
    twice = forecast(patient(days, [score(0, 34), score(24.5, 20)], 25, SPRAY))
    soon = [one for one in twice.candidates if not one.refused and one.gap_d < 6.0]
    assert soon and not any(one.next_three for one in soon)


def test_going_on_at_a_gap_that_no_trial_kept_for_months_is_left_blank(responder):
    (dense,) = [one for one in responder.candidates if one.gap_d == 4.0]
    assert not dense.refused and dense.response_after > 0.0
    assert (dense.expected_score, dense.relapse_by_end, dense.sessions_half_year) == (None, None, None)
    assert dict(dense.blank) == {"going_on": "no trial went on at this gap for twelve weeks"}


def test_a_gap_longer_than_any_maintenance_trial_is_refused_with_the_rule(responder):
    last = responder.candidates[-1]
    assert last.gap_d == 32.0 and "the longest gap between sessions shown is 28 days" in last.refused[0]


def test_more_sessions_a_week_than_any_trial_are_refused():
    record = patient((0, 2, 4), [score(0, 34), score(4, 30)], 5)
    candidate = forecast(record).candidates[0]  # the fourth one within six days
    assert "no trial in the evidence gave more than 3" in candidate.refused[0]


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"scores": (score(0, 35), score(28, 14), score(42, 15, item=4))}, "MADRS item10 is 4"),
        ({"scores": (score(0, 35), score(28, 14, item=1), score(42, 15, item=2))}, "has risen from 1 to 2"),
        ({"scores": (score(0, 35), score(28, 14), score(42, 5, "PHQ-9", 1))}, "PHQ-9 item9 is 1"),
        ({"scores": (score(0, 35), score(28, 14), score(42, 36))}, "is worse than the first (35)"),
        ({"scores": (score(0, 35), score(27, 14))}, "15 days old"),
        (
            {"scores": (score(0, 35), score(1, 4), score(3, 58), score(7, 3), score(10, 57), score(42, 5))},
            "stranger than",
        ),
        ({"scores": (score(0, 35), score(28, 30), score(42, 29))}, "no response so far"),
    ],
)
def test_nothing_is_proposed_against_safety_and_the_reason_is_said(changed, reason):
    one = proposal_of(responder_on_sprays(**changed))
    assert one.from_d is None and any(reason in text for text in one.reasons), one.reasons


def test_the_same_items_below_the_limit_stand_against_nothing():
    scores = (score(0, 35, item=3), score(28, 14, item=3), score(42, 15, item=3))
    assert proposal_of(responder_on_sprays(scores=scores)).from_d is not None


def test_without_a_maintenance_trial_nothing_is_proposed():
    text = "0.5 mg/kg sc ketamine"
    record = patient((0, 7), [score(0, 34), score(7, 12)], 8, text)
    assert shipped_rules().maintenance_of(record.sessions[0]) is None
    assert any("no maintenance trial" in reason for reason in proposal_of(record).reasons)


@pytest.mark.parametrize("condition", ["pregnancy", "psychosis", "bipolar-1"])
def test_people_whom_trials_left_out_are_refused(condition):
    with pytest.raises(OutsideEvidence, match="left out"):
        forecast(responder_on_sprays(person=replace(responder_on_sprays().person, conditions=(condition,))))


def test_a_dose_above_any_trial_is_refused():
    with pytest.raises(OutsideEvidence, match="outside the evidence"):
        forecast(patient((0,), [score(0, 34)], 1, "3 mg/kg iv ketamine over 40 min"))


def test_a_course_denser_than_weekly_may_not_outlast_that_of_any_trial():
    record = patient((0, 3, 7), [score(0, 34)], 7, SPRAY)
    rules = shipped_rules()
    four_weeks = tuple(session(day, SPRAY) for day in (10, 14, 17, 21, 24))
    five_weeks = (*four_weeks, session(28, SPRAY), session(31, SPRAY))
    assert reasons_against_plan(record, rules, four_weeks) == []
    assert "for 31 days" in reasons_against_plan(record, rules, five_weeks)[0]


def test_dense_courses_are_runs_of_gaps_under_a_week():
    assert dense_courses([0, 3, 7, 10, 17, 24, 26]) == [(0, 10), (17, 17), (24, 26)]
    assert dense_courses([]) == []


@pytest.mark.parametrize(
    ("days", "gap"),
    [((0,), 7.0), ((0, 2, 4, 7, 9, 11), 7 / 3), ((0, 3, 7, 10), 3.5), ((0, 7, 14), 7.0), ((0, 3, 7, 21), 14.0)],
)
def test_the_usual_gap_is_that_of_the_last_week(days, gap):
    assert usual_gap_d(patient(days, [score(0, 34)], days[-1])) == pytest.approx(gap)


def test_other_doses_are_those_that_arms_gave_in_whole_devices():
    rules = shipped_rules()
    found = other_doses(session(0, SPRAY), rules)
    assert [sum(dose.amount for dose in one.doses) for one in found] == [56.0]
    starts = [dose.start_h for dose in found[0].doses]
    assert starts == [dose.start_h for dose in session(0, SPRAY).doses[:2]]
    infusions = [one.doses[0].amount for one in other_doses(session(0, INFUSION), rules)]
    assert infusions == sorted(infusions) and 1.0 in infusions and 0.5 not in infusions


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("relapse <= 20 %", Target("relapse", True, 0.2)),
        ("Response>=60%", Target("response", False, 0.6)),
        ("score <= 15", Target("score", True, 15.0)),
    ],
)
def test_targets_in_words(text, target):
    assert parse_target(text) == target and parse_target(str(target)) == target


@pytest.mark.parametrize(
    "text", ["", "relapse", "relapse < 20 %", "relapse >= 20 %", "score <= 15 %", "relapse <= 200 %"]
)
def test_a_target_that_is_not_understood_shows_how_to_write_it(text):
    with pytest.raises(InvalidInput, match="'relapse <= 20 %'"):
        parse_target(text)


def test_looking_less_far_changes_nothing_before(responder):
    known, coming = responder.known, (replace(responder.patient.sessions[-1], day=45.0),)
    short, whole = (what_if(known, coming, until_d=until) for until in (12.5, None))
    assert short.days[-1] == 13.0 and len(short.days) < len(whole.days) / 2
    for name in ("score", "severity"):
        seen = getattr(whole.outlook, name)[:, : len(short.days)]
        assert getattr(short.outlook, name) == pytest.approx(seen, abs=1e-9)
    assert (short.outcomes.relapsed == whole.outcomes.relapsed[:, : len(short.days)]).all()
