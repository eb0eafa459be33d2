"""Chances of response given none so far, beside a slow obvious version, pencil and paper, and the laws of chance."""

from itertools import pairwise

import numpy as np
import pytest

from liftspan.errors import InvalidInput, OutsideEvidence
from liftspan.nonresponse import nonresponse
from liftspan.nonresponse.answer import chance_among, visit_h, without_later_doses
from liftspan.population import draw_people, usual_enrolment
from liftspan.posterior import load_posterior
from liftspan.simulate import simulate
from liftspan.treatment import find_protocol, parse_treatment

INDUCTION = find_protocol("iv-induction")
FEW = {"draws": 40, "group_size": 60}


@pytest.fixture(scope="module")
def every():
    return nonresponse(INDUCTION, at_sessions=(1, 2, 3, 4, 5, 6), **FEW)


def test_a_slow_count_of_people_gives_the_same_chances(every):
    # One person at a time, from the scores themselves: out of those above half at the visit, how many end at half.
    enrolment, posterior = usual_enrolment(None, None, None), load_posterior().first(FEW["draws"])
    people = draw_people(enrolment, 1, posterior.size, FEW["group_size"])
    times_h = np.array([72.0, 120.0, 192.0, 240.0, 288.0, 336.0])  # visits after sessions 2 to 6, and the end
    context = every.question.context
    course = simulate(INDUCTION.regimen, context, people, enrolment, posterior, times_h, seed=1)
    bare = simulate(without_later_doses(INDUCTION.regimen, 2), context, people, enrolment, posterior, times_h, seed=1)
    shares, without, late, stopped, ever = [], 0, 0, 0, 0
    for draw in range(posterior.size):
        asked = ended = 0
        for person in range(FEW["group_size"]):
            first = course.observed_baseline[draw, person]
            scores = course.score[draw, person]
            if scores[0] > 0.5 * first:
                asked += 1
                ended += scores[-1] <= 0.5 * first
                stopped += bare.score[draw, person][-1] <= 0.5 * first
                ever += any(score <= 0.5 * first for score in scores[1:])
        without, late = without + asked, late + ended
        shares.append(ended / asked)
    two = every.after[1]
    assert (two.sessions, two.visit_h) == (2, 72.0)
    assert two.without.person == pytest.approx(without / (posterior.size * FEW["group_size"]))
    assert two.later.person == pytest.approx(late / without)
    assert two.later_without_drug.person == pytest.approx(stopped / without)
    assert two.later.group.mean == pytest.approx(np.mean(shares))
    assert two.later.group.low == pytest.approx(np.quantile(shares, 0.05))
    assert two.sometime.person == pytest.approx(ever / without)


def test_both_states_together_give_the_response_of_everyone(every):
    for one in every.after:
        none = one.without.person
        total = none * one.later.person + (1.0 - none) * one.kept.person
        assert total == pytest.approx(every.response_at_end.person, abs=1e-12)


def test_the_chance_falls_with_every_session_without_response(every):
    later = [one.later.person for one in every.after]
    assert all(after < before for before, after in pairwise(later))
    assert all(one.later.person < every.response_at_end.person < one.kept.person for one in every.after)


def test_going_on_brings_more_than_visits_without_the_drug_while_sessions_remain(every):
    for one in every.after[:4]:
        assert one.later.person > one.later_without_drug.person
        assert one.sometime.person >= one.later.person
    last = every.after[-1]  # nothing is given after the sixth
    assert last.later == last.later_without_drug == last.sometime


def test_chances_of_three_groups_counted_by_hand():
    asked = np.array([[True, True, True, True], [True, True, False, False], [False] * 4])
    outcome = np.array([[True, False, False, False], [True, True, True, True], [True] * 4])
    found = chance_among(asked, outcome)
    assert found.person == pytest.approx(3 / 6)  # one of four and two of two
    assert found.group.mean == pytest.approx((0.25 + 1.0) / 2)  # the third group has nobody to ask about
    assert chance_among(np.zeros((2, 3), bool), np.ones((2, 3), bool)).person is None


def test_a_visit_comes_a_day_after_the_session_or_just_before_the_next():
    assert [visit_h(INDUCTION.regimen, count) for count in (1, 2, 6)] == [24.0, 72.0, 288.0]
    daily = parse_treatment("120 mg oral-extended ketamine daily for 5 days, then twice weekly for 2 weeks")
    assert visit_h(daily, 1) == 24.0


def test_later_visits_stay_and_bring_no_drug():
    left = without_later_doses(INDUCTION.regimen, 2)
    assert [bool(session.doses) for session in left.sessions] == [True, True, False, False, False, False]
    assert left.end_h == INDUCTION.regimen.end_h


def test_a_long_plan_is_judged_at_four_weeks_and_says_so():
    answer = nonresponse(find_protocol("nasal-label"), draws=5, group_size=10)
    assert answer.end_h == 28 * 24.0 and "day 224" in answer.end_why
    assert [one.sessions for one in answer.after] == [2, 4, 6]
    assert nonresponse(find_protocol("nasal-label"), end_d=14, draws=5, group_size=10).end_h == 14 * 24.0


def test_what_cannot_be_asked_is_refused_with_the_reason():
    for treatment in ("iv-single", "oral-antidepressant"):
        with pytest.raises(InvalidInput, match="ask of a course"):
            nonresponse(find_protocol(treatment))
    with pytest.raises(InvalidInput, match=r"after 9 sessions.*1 to 6"):
        nonresponse(INDUCTION, at_sessions=(2, 9))
    with pytest.raises(InvalidInput, match="end day 400"):
        nonresponse(INDUCTION, end_d=400)
    with pytest.raises(OutsideEvidence):
        nonresponse(parse_treatment("3 mg/kg iv ketamine over 40 min, twice weekly for 2 weeks"))
