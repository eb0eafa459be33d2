"""Members moved to where the evidence wants them, against pencil and paper and against very many members."""

import numpy as np
import pytest

from forecast.made_up import draw_members, patient, score
from liftspan.forecast.ahead import crowd_of, look_ahead
from liftspan.forecast.condition import learn
from liftspan.forecast.members import Numbers
from liftspan.forecast.person import know, seen_of
from liftspan.forecast.plans import context_of, regimen_of
from liftspan.forecast.tempering import tempered
from liftspan.posterior import load_posterior

SHARES = np.array([0.7, 0.2, 0.1])


def test_a_normal_number_read_far_out_is_found_by_paper_and_pencil():
    # z ~ N(0, 1) is read as 5 with SD 0.3: mean 5 / 1.09, SD 0.3 / sqrt(1.09). No member of 2,000 lies near.
    rng = np.random.default_rng(1)
    numbers = Numbers(rng.standard_normal((2000, 2)), np.arange(2000) % 3)

    def evidence(some: Numbers) -> np.ndarray:
        return -0.5 * ((5.0 - some.z[:, 0]) / 0.3) ** 2 + np.log(SHARES[some.draw])

    moved, worth = tempered(numbers, evidence, 3, seed=4)
    assert moved.z[:, 0].mean() == pytest.approx(5.0 / 1.09, abs=0.03)
    assert moved.z[:, 0].std() == pytest.approx(0.3 / np.sqrt(1.09), rel=0.08)
    assert (moved.z[:, 1].mean(), moved.z[:, 1].std()) == pytest.approx((0.0, 1.0), abs=0.1)
    assert np.bincount(moved.draw) / 2000 == pytest.approx(SHARES, abs=0.04)
    np.testing.assert_allclose(worth, evidence(moved))


def test_forecasts_far_out_are_those_of_very_many_members():
    # Severely worse under treatment: a handful of 250 members have all the weight.
    record = patient((0, 7), [score(0, 34), score(1, 54), score(4, 52), score(8, 49)], 8, "84 mg nasal esketamine")
    seen, regimen, context = seen_of(record, record.scores[0]), regimen_of(record), context_of(record)
    days = 24.0 * (8.0 + np.array([1.0, 7.0, 28.0]))
    members = draw_members(load_posterior(), record.person.weight_kg, record.person.age_y, 34.0, 24_000, 5)
    many = learn(members, regimen, context, seen, days, 4, 5)
    brute = look_ahead(crowd_of(many, 8000, 1), regimen, context, seen.scales[0]).score
    means = []
    for seed in range(1, 6):
        known = know(record, load_posterior(), seed)
        assert known.refined and known.p_value > 0.001 and 100.0 < known.effective <= 250.0
        # Moved, not copied: without moves a few members stand for all.
        assert len(np.unique(known.crowd.members.drug_z)) > 200
        own = look_ahead(known.crowd, regimen, context, seen.scales[0])
        means.append(own.score[:, np.searchsorted(own.times_h, days - 1e-6)].mean(axis=0))
    assert many.effective_members > 150.0
    luck = brute.std(axis=0) / np.sqrt(many.effective_members)
    assert np.all(abs(np.mean(means, axis=0) - brute.mean(axis=0)) < 3.0 * luck)
    assert np.all(np.std(means, axis=0) < 2.0 * brute.std(axis=0) / np.sqrt(100.0))  # as effective says at least
