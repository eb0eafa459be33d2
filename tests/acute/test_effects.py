"""Known from elsewhere: limits of the curves, no drug = placebo, monotone in the drive."""

from statistics import NormalDist

import numpy as np
import pytest

from liftspan.acute.effects import cadss, event_probability, habituated, rise, saturating, with_placebo
from liftspan.acute.normal import normal_cdf

EVENT = {"c50_ng_per_ml": 100.0, "spread": 0.8, "person_share": 0.4, "lag": 0.0}


def test_the_normal_distribution_is_that_of_the_standard_library():
    x = np.linspace(-5.0, 5.0, 41)
    assert normal_cdf(x) == pytest.approx([NormalDist().cdf(value) for value in x], abs=1.5e-7)


def test_half_of_the_effect_at_c50_and_all_of_it_far_above():
    assert saturating(np.array([0.0, 80.0, 1e9]), 80.0) == pytest.approx([0.0, 0.5, 1.0], abs=1e-6)


def test_people_differ_but_their_mean_rise_is_the_mean():
    z = np.random.default_rng(1).standard_normal(200_000)
    risen = rise(np.full((200_000, 1), 80.0), z, largest=20.0, c50_ng_per_ml=80.0, person_spread=0.5)
    assert risen.mean() == pytest.approx(10.0, rel=0.01)


def test_no_drug_is_placebo_and_more_drug_is_never_less():
    levels = np.linspace(0.0, 500.0, 101)
    drug = event_probability(levels, 0.3, **EVENT)
    assert drug[0] == 0.0 and with_placebo(drug, 0.07)[0] == pytest.approx(0.07)
    assert np.all(np.diff(drug) > 0.0)
    points = cadss(levels[None, :], np.zeros(1), largest=20.0, c50_ng_per_ml=121.0, hill=2.0, spread=0.9)[0]
    assert points[0] == pytest.approx(0.0, abs=1e-9) and np.all(np.diff(points) > 0.0)


def test_half_of_people_pass_the_median_threshold():
    z = np.random.default_rng(2).standard_normal(100_000)
    assert event_probability(np.full(z.shape, 100.0), z, **EVENT).mean() == pytest.approx(0.5, abs=0.005)


def test_habituation_starts_at_nothing_and_stops_growing():
    assert habituated(0.1, np.arange(9), 6) == pytest.approx([0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.6, 0.6])
