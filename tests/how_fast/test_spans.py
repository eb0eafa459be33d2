"""Time to response and its duration, on courses written by hand."""

import numpy as np
import pytest

from liftspan.how_fast.spans import duration_of_response_d, time_to_response_d
from liftspan.simulate import Course

VISITS_D = np.array([1.0, 2.0, 4.0, 8.0, 16.0])
# Everyone starts at 40; 20 is a response.  Days      1   2   4   8  16
HELD_UNTIL_LOST = [20, 20, 21, 30, 30]  # response on day 1; above half on days 4 and 8: lost after 3 days
HELD_TO_THE_END = [39, 20, 19, 10, 20]  # response on day 2, still there on day 16: censored after 14
NEVER = [39, 38, 37, 36, 35]
ONE_LOW_RATING = [39, 20, 30, 20, 30]  # in response at one visit at a time: no response
ONCE_ABOVE = [39, 30, 10, 15, 40]  # response on day 4, above at the last visit only: censored after 12


def course(*people, first=40.0):
    scores = np.array([people], dtype=float)
    return Course(24.0 * VISITS_D, scores, np.full(scores.shape[:2], first))


FIVE = course(HELD_UNTIL_LOST, HELD_TO_THE_END, NEVER, ONE_LOW_RATING, ONCE_ABOVE)


def test_time_to_response_counts_everyone():
    # Days 1, 2, never, never, 4: the third of five is 4; the mean counts never as the 16 days that were watched.
    spans = time_to_response_d(FIVE, 24.0 * 16.0)
    assert (spans.low, spans.median, spans.high) == (1.0, 4.0, None)
    assert spans.unfinished == pytest.approx(0.4)
    assert spans.mean == pytest.approx((1 + 2 + 16 + 16 + 4) / 5)


def test_one_low_rating_between_others_is_no_response():
    assert time_to_response_d(course(ONE_LOW_RATING), 384.0).unfinished == 1.0
    assert duration_of_response_d(course(ONE_LOW_RATING)).median is None
    # The same ratings in another order: two of them in a row are a response, from the first of the two.
    spans = time_to_response_d(course(sorted(ONE_LOW_RATING, reverse=True)), 384.0)
    assert (spans.median, spans.unfinished) == (8.0, 0.0)


def test_duration_of_response_is_kaplan_meiers():
    # 3 days lost, 12 and 14 censored: S = 1 to day 3, then 2/3 to day 14.
    spans = duration_of_response_d(FIVE)
    assert (spans.low, spans.median, spans.high) == (3.0, None, None)
    assert spans.mean == pytest.approx(3 * 1 + 11 * 2 / 3)
    assert spans.unfinished == pytest.approx(2 / 3)


def test_one_rating_above_half_is_no_loss():
    # 20, 20, 21, 20, 30: one visit above, then in response again; the last visit alone is above.
    spans = duration_of_response_d(course([20, 20, 21, 20, 30]))
    assert (spans.median, spans.unfinished, spans.mean) == (None, 1.0, 15.0)


def test_a_censored_response_leaves_the_people_at_risk():
    # Freireich 1963 as in many textbooks, first steps: 6, 6, 6, 6+ of 21 give S(6) = 18/21; here in visits of a day.
    visits_d = np.arange(1.0, 12.0)

    def person(lost_after=None, watched=11):
        scores = [20.0] * watched + [20.0] * (11 - watched)
        if lost_after is not None:
            scores[lost_after:] = [30.0] * (11 - lost_after)
        return scores

    people = [person(6)] * 3 + [person()] * 18
    found = Course(24.0 * visits_d, np.array([people]), np.full((1, 21), 40.0))
    spans = duration_of_response_d(found)
    assert spans.low == 6.0  # 3 of 21 is more than 5 %
    assert spans.median is None
    assert spans.unfinished == pytest.approx(18 / 21)
    assert spans.mean == pytest.approx(6 + 4 * 18 / 21)


def test_a_response_censored_early_is_no_longer_at_risk_later():
    # Daily visits. Lost after 7 days; in response from day 9 to the end, censored after 2; from day 1, after 10.
    # At 7 days two are at risk, not three: S = 1/2, so the median is 7.
    people = [[20.0] * 7 + [30.0] * 4, [30.0] * 8 + [20.0] * 3, [20.0] * 11]
    found = Course(24.0 * np.arange(1.0, 12.0), np.array([people]), np.full((1, 3), 40.0))
    spans = duration_of_response_d(found)
    assert (spans.median, spans.high) == (7.0, None)
    assert spans.mean == pytest.approx(7 * 1 + 3 * 0.5)
    assert spans.unfinished == pytest.approx(2 / 3)


def test_half_of_the_first_score_is_a_response_and_half_a_point_more_is_none():
    assert time_to_response_d(course([20.0] * 5), 384.0).unfinished == 0.0
    assert time_to_response_d(course([20.5] * 5), 384.0).unfinished == 1.0
    # Unrounded: 20 of 39.9 is more than half.
    assert time_to_response_d(course([20.0] * 5, first=39.9), 384.0).unfinished == 1.0


def test_where_nobody_responds_there_is_no_duration():
    spans = duration_of_response_d(course(NEVER, NEVER))
    assert (spans.mean, spans.median, spans.low, spans.high, spans.unfinished) == (None, None, None, None, 1.0)
    spans = time_to_response_d(course(NEVER, NEVER), 384.0)
    assert (spans.median, spans.low, spans.high, spans.unfinished) == (None, None, None, 1.0)
    assert spans.mean == pytest.approx(16.0)


def test_where_everyone_loses_the_response_nobody_is_censored():
    soon = [20, 15, 30, 25, 26]  # 1 to 4 days: 3 days
    later = [20, 20, 20, 30, 30]  # 1 to 8 days: 7 days
    spans = duration_of_response_d(course(soon, soon, later))
    assert (spans.low, spans.median, spans.high, spans.unfinished) == (3.0, 3.0, 7.0, 0.0)
    assert spans.mean == pytest.approx((3 + 3 + 7) / 3)  # without censoring the plain mean


def test_a_response_that_begins_at_the_last_visit_cannot_be_confirmed():
    assert time_to_response_d(course([39, 39, 39, 39, 10]), 384.0).unfinished == 1.0
    spans = duration_of_response_d(course([39, 39, 39, 10, 10]))
    assert (spans.median, spans.unfinished, spans.mean) == (None, 1.0, 8.0)


def test_draws_and_people_count_alike():
    scores = np.array([[HELD_UNTIL_LOST, NEVER], [ONCE_ABOVE, HELD_TO_THE_END]], dtype=float)
    two_by_two = Course(24.0 * VISITS_D, scores, np.full((2, 2), 40.0))
    flat = course(HELD_UNTIL_LOST, NEVER, ONCE_ABOVE, HELD_TO_THE_END)
    assert time_to_response_d(two_by_two, 384.0) == time_to_response_d(flat, 384.0)
    assert duration_of_response_d(two_by_two) == duration_of_response_d(flat)


def test_definitions_are_said():
    assert "at most half of the first" in time_to_response_d(FIVE, 384.0).definition
    assert "16 days" in time_to_response_d(FIVE, 384.0).definition
    assert "first of two visits in a row" in time_to_response_d(FIVE, 384.0).definition
    assert duration_of_response_d(FIVE).definition.count("two visits in a row") == 2
