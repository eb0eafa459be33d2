"""What counts as response and relapse, on courses written by hand."""

import numpy as np

from liftspan.forecast.ahead import Outlook
from liftspan.forecast.outcomes import GRID_D, Course, outcomes_of, pairs_a_week_apart, quantiles
from liftspan.forecast.scales import SCALES

MADRS = SCALES["MADRS"]
DAYS = np.array(GRID_D)


def outlook(*severities) -> Outlook:
    """Each severity is a function of days from today; scores are written without error."""
    severity = np.array([[one(day) for day in DAYS] for one in severities])
    return Outlook(24.0 * DAYS, severity, np.rint(severity))


def test_a_week_before_every_whole_day_is_in_the_grid():
    now, before = pairs_a_week_apart(24.0 * DAYS)
    # In the last week, over which plans are judged, scores are read every day and relapse on the two days as before.
    assert set(DAYS[now]) == {day for day in DAYS if day >= 0.0} - {78.0, 79.0, 81.0, 82.0, 83.0}
    assert np.all(DAYS[now] - DAYS[before] == 7.0)


def test_relapse_is_a_week_at_22_or_more_after_a_response():
    def rising(day):  # well until day 9, ill from day 10 on
        return 10.0 if day < 10.0 else 25.0

    def short(day):  # ill for five days only
        return 25.0 if 10.0 <= day < 15.0 else 10.0

    def never_well(_):
        return 30.0

    course = Course(baseline=34.0, baseline_madrs=34.0, responded=False)
    found = outcomes_of(outlook(rising, short, never_well), course, MADRS)
    by_day = [DAYS[one][0] if one.any() else None for one in found.relapsed]
    assert by_day == [17.0, None, None]
    assert np.all(found.relapsed[0][DAYS >= 17.0])  # once relapsed, always "by then"


def test_those_who_responded_before_today_relapse_without_another_response():
    found = [
        outcomes_of(outlook(lambda _: 30.0), Course(34.0, 34.0, responded), MADRS).relapsed.any()
        for responded in (False, True)
    ]
    assert found == [False, True]


def test_with_a_mild_first_score_relapse_is_being_back_there():
    course = Course(baseline=18.0, baseline_madrs=18.0, responded=True)
    assert outcomes_of(outlook(lambda _: 18.5), course, MADRS).relapsed.any()
    assert not outcomes_of(outlook(lambda _: 17.5), course, MADRS).relapsed.any()


def test_response_is_half_of_the_first_score_and_remission_the_cut_off():
    found = outcomes_of(outlook(lambda _: 12.0, lambda _: 13.0, lambda _: 18.0), Course(34.0, 34.0, False), MADRS)
    assert found.response[:, 0].tolist() == [True, True, False]
    assert found.remission[:, 0].tolist() == [True, False, False]


def test_quantiles_are_numpys():
    score = np.rint(np.random.default_rng(1).normal(20.0, 8.0, (999, 7)))
    shares = (0.0, 0.05, 0.25, 0.5, 0.95, 1.0)
    np.testing.assert_allclose(quantiles(score, shares), np.quantile(score, shares, axis=0), rtol=1e-12)
    np.testing.assert_allclose(quantiles(score[:2], shares), np.quantile(score[:2], shares, axis=0), rtol=1e-12)
