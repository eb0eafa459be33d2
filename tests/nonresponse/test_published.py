"""Published late response: bounds by total probability, a negative test by Bayes, and rows that are in the tables."""

import itertools

import numpy as np
import pytest

from liftspan.nonresponse.published import (
    chance_after_negative_test,
    conventional,
    published_for,
    share_bounds,
)
from liftspan.treatment import find_protocol


def test_bounds_hold_for_every_way_to_fill_the_table():
    # Twenty people: any split of early responders into those who keep it and those who lose it.
    for early, kept, late in itertools.product((2, 5, 9), (0, 1, 2), (0, 3, 7, 11)):
        first, last = early / 20, (kept + late) / 20
        low, high = share_bounds(first, last)
        assert low - 1e-12 <= late / (20 - early) <= high + 1e-12


def test_bounds_of_the_larger_series_by_hand():
    # 10 of 77 after the first, 52 of 77 after the sixth: 42 to 52 of the 67 others.
    low, high = share_bounds(10 / 77, 52 / 77)
    assert (low, high) == (pytest.approx(42 / 67), pytest.approx(52 / 67))


def test_a_negative_test_by_counting_people():
    rng = np.random.default_rng(3)
    responds = rng.random(400_000) < 0.7
    positive = np.where(responds, rng.random(400_000) < 0.94, rng.random(400_000) > 0.71)
    counted = responds[~positive].mean()
    assert chance_after_negative_test(0.7, 0.94, 0.71) == pytest.approx(counted, abs=0.005)


def test_facts_of_infusions_come_from_the_tables_with_their_sources():
    facts = published_for(find_protocol("iv-induction").regimen)
    assert [fact.derived for fact in facts] == [True, True, True, False]
    assert all(fact.source and fact.address.startswith("http") for fact in facts)
    assert "63 % to 78 %" in facts[0].text and "n = 77" in facts[0].text
    assert facts[-1].text.startswith("median of three infusions")


def test_other_routes_have_none_and_conventional_ones_stand_for_comparison():
    assert published_for(find_protocol("nasal-label").regimen) == ()
    late = conventional()
    assert "1 in 5" in late.text and "nihr" in late.address
