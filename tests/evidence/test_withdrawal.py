"""Selection, relapse and survival against paper and pencil."""

import numpy as np
import pytest

from liftspan.evidence.withdrawal import (
    choose,
    hazard_ratio,
    median_days,
    median_of_relapsed,
    relapse_visit,
    selected,
    survival,
)

VISITS_D = np.array([7.0, 14.0, 21.0, 28.0])
# Five people: relapse on days 7 and 21, one leaves on day 14, two are followed to day 28.
DAYS = np.array([[7.0, 14.0, 21.0, 28.0, 28.0]])
RELAPSED = np.array([[True, False, True, False, False]])


def test_kaplan_meier_of_five_people_by_hand():
    # Day 7: 1 of 5; day 21: 1 of the 3 who are left.
    assert survival(DAYS, RELAPSED, VISITS_D)[0] == pytest.approx([4 / 5, 4 / 5, 8 / 15, 8 / 15])


def test_the_median_is_the_first_visit_at_which_half_have_relapsed_or_never():
    assert median_days(DAYS, RELAPSED, VISITS_D)[0] == np.inf
    third = RELAPSED.copy()
    third[0, 3] = True  # day 28: 1 of 2, so 4/15 are left
    assert median_days(DAYS, third, VISITS_D)[0] == 28.0


def test_the_median_of_those_who_relapsed_leaves_the_others_out():
    assert median_of_relapsed(DAYS, RELAPSED)[0] == 14.0
    assert np.isnan(median_of_relapsed(DAYS, np.zeros_like(RELAPSED))[0])


def test_hazard_ratio_of_two_visits_by_hand():
    # Active: 1 of 2 relapses on day 14. Control: 1 of 2 on day 7, the other on day 14.
    active = np.array([[14.0, 14.0]]), np.array([[True, False]])
    control = np.array([[7.0, 14.0]]), np.array([[True, True]])
    # Day 7: d1 n0 / n = 0, d0 n1 / n = 1 x 2 / 4. Day 14: 1 x 1 / 3 and 1 x 2 / 3.
    assert hazard_ratio(active, control, VISITS_D[:2])[0] == pytest.approx((1 / 3) / (1 / 2 + 2 / 3))


@pytest.mark.parametrize("truth", [0.3, 1.0])
def test_hazard_ratio_is_recovered_from_exponential_times(truth):
    # 8000 people an arm, weekly visits, 5 % relapses a week: the ratio errs by about 3 %.
    luck = np.random.default_rng(1).exponential(size=(2, 1, 8000))
    visits_d = 7.0 * np.arange(1, 13)

    def arm(times_d):
        week = np.ceil(times_d / 7.0) * 7.0
        return np.minimum(week, visits_d[-1]), week <= visits_d[-1]

    found = hazard_ratio(arm(luck[0] * 140.0 / truth), arm(luck[1] * 140.0), visits_d)[0]
    assert found == pytest.approx(truth, rel=0.08)


def test_an_arm_without_relapse_gives_a_ratio_that_is_not_zero():
    none = np.array([[7.0, 7.0]]), np.array([[False, False]])
    some = np.array([[7.0, 7.0]]), np.array([[True, False]])
    assert 0.0 < hazard_ratio(none, some, VISITS_D)[0] < 1.0


def relapse_of(scores, dated):
    return relapse_visit(np.array([[scores]]) >= 22, 2, dated)[0, 0]


@pytest.mark.parametrize(
    "scores, first, last",
    [
        ([10, 22, 25, 30], 1, 2),
        ([22, 10, 23, 24], 2, 3),  # the first one is an excursion
        ([22, 10, 22, 10], 4, 4),  # two excursions are no relapse
        ([10, 10, 10, 40], 4, 4),  # nor is the last visit alone
        ([22, 22, 10, 10], 0, 1),
    ],
)
def test_a_relapse_needs_two_visits_in_a_row(scores, first, last):
    assert relapse_of(scores, "first") == first
    assert relapse_of(scores, "last") == last


# Last four weekly scores of people who began at 40.
PEOPLE = {
    "remits": [10, 11, 9, 12],
    "remits with one excursion": [10, 25, 9, 12],
    "remits at the end only": [25, 25, 9, 12],
    "responds": [18, 19, 20, 16],
    "lost it": [10, 18, 20, 21],
    "ill": [30, 30, 30, 30],
}


def who(kind):
    score = np.array([list(PEOPLE.values())], dtype=float)
    taken = selected(kind, score, np.full(score.shape[:2], 40.0))[0]
    return {name for name, yes in zip(PEOPLE, taken, strict=True) if yes}


def test_each_criterion_takes_the_people_that_its_words_say():
    stable = {"remits", "remits with one excursion"}
    assert who("stable_remission") == stable
    assert who("stable_response") == {"responds", "remits at the end only"}
    assert who("stable") == stable | {"responds", "remits at the end only"}
    assert who("remission") == stable | {"remits at the end only"}
    assert who("response_not_remission") == {"responds"}
    assert who("response_any") == set(PEOPLE) - {"ill"}
    assert who("everyone") == set(PEOPLE)


def test_chosen_people_are_selected_ones_and_come_twice_only_when_there_are_too_few():
    taken = np.array([[True, False, True, True, False], [False, False, True, False, True]])
    found = choose(taken, np.random.default_rng(1).random(taken.shape), 3)
    assert sorted(found[0]) == [0, 2, 3]
    assert set(found[1]) == {2, 4}
