"""Counts with exact limits, known from the paper's own rule and from SciPy."""

import pytest
from scipy.stats import beta

from liftspan.session.serious import exact_limits, serious_events


@pytest.mark.parametrize(("events", "of"), [(1, 24), (3, 120), (216, 1148), (9, 10)])
def test_exact_limits_are_those_of_the_beta_distribution(events, of):
    low, high = exact_limits(events, of)
    assert low == pytest.approx(beta.ppf(0.05, events, of - events + 1), rel=1e-9)
    assert high == pytest.approx(beta.ppf(0.95, events + 1, of - events), rel=1e-9)


def test_none_of_n_leaves_room_below_a_limit():
    assert exact_limits(0, 188) == (0.0, pytest.approx(1.0 - 0.05 ** (1.0 / 188)))
    assert exact_limits(7, 7)[1] == 1.0


def test_serious_events_are_counts_of_the_table_with_their_study():
    found = {one.name: one for one in serious_events()}
    assert (found["stopped_infusion"].events, found["stopped_infusion"].of) == (0, 684)
    assert found["stopped_for_pressure_or_pulse"].high == pytest.approx(0.02)
    assert all(one.source and one.words for one in found.values())
