"""Ranges as censored observations, spreads between studies, the sparsity that the fit relies on."""

from math import inf, log, sqrt
from statistics import NormalDist

import numpy as np
import pytest

from liftspan.acute.parameters import NAMES, PRIORS, AcutePrior, centre_of, natural
from liftspan.session.between import log_spread
from liftspan.session.likelihood import Comparison, comparisons, site_of, touches
from liftspan.session.observations import shipped_acute
from liftspan.session.predicted import levels_of_row


def test_a_point_is_missed_by_its_distance_in_sds():
    assert Comparison(3.0, 1.0, 1.0, 4.0).residual(0.0) == pytest.approx(1.0)
    assert Comparison(3.0, 1.0, 1.0, 4.0, of_study=True).residual(5.0) == pytest.approx(2.0 / 3.0)


@pytest.mark.parametrize("said", [-3.0, 0.2, 1.5, 6.0])
def test_a_range_costs_what_the_normal_distribution_says(said):
    normal = NormalDist(said, 1.0)
    best = NormalDist(1.0, 1.0).cdf(2.0) - NormalDist(1.0, 1.0).cdf(0.0)
    lost = log(best) - log(normal.cdf(2.0) - normal.cdf(0.0))
    residual = Comparison(said, 0.0, 2.0, 1.0).residual(0.0)
    assert 0.5 * residual**2 == pytest.approx(lost, rel=1e-6)
    assert np.sign(residual) == np.sign(said - 1.0)


def test_a_bound_costs_nothing_far_inside_and_the_distance_far_outside():
    assert Comparison(9.0, 0.0, inf, 1.0).residual(0.0) == pytest.approx(0.0, abs=1e-8)
    # Far outside the loss approaches half the squared distance.
    assert Comparison(-40.0, 0.0, inf, 1.0).residual(0.0) == pytest.approx(-40.0, rel=0.01)
    assert Comparison(0.0, 0.0, inf, 1.0).residual(0.0) == pytest.approx(-sqrt(2.0 * log(2.0)))


def test_a_spread_between_studies_is_found_again():
    prior = AcutePrior("spread", 0.5, 2.0, "log", "1", "", "")
    rng = np.random.default_rng(1)
    variances = rng.uniform(0.01, 0.05, 4000)
    found = rng.normal(0.0, np.sqrt(variances + 0.3**2))
    middle, sd = log_spread(found**2, variances, np.ones(4000), prior)
    assert np.exp(middle) == pytest.approx(0.3, rel=0.05) and sd < 0.05
    # Half of the freedom is spent on parameters: the same squares mean a larger spread.
    wider, _ = log_spread(found**2, variances, np.full(4000, 0.5), prior)
    assert np.exp(wider) > 0.35


def test_without_studies_a_spread_keeps_its_prior():
    prior = PRIORS[NAMES.index("site_spread")]
    middle, sd = log_spread([], [], [], prior)
    assert middle == pytest.approx(centre_of(prior), abs=0.01) and sd == pytest.approx(prior.spread, rel=0.02)


def test_what_is_said_not_to_touch_a_row_does_not_move_it():
    # The fit takes no derivative there, so a wrong no would go unseen.
    centres = np.array([centre_of(prior) for prior in PRIORS])
    for row in (row for row in shipped_acute() if row.use == "fit"):
        levels = levels_of_row(row)
        before = [one.said for one in comparisons(row, levels, natural(centres), 0.1)]
        for j, name in enumerate(NAMES):
            if not touches(name, row):
                moved = natural(centres + 0.2 * (np.arange(len(NAMES)) == j))
                assert [one.said for one in comparisons(row, levels, moved, 0.1)] == before, (name, row.line)
        if not site_of(row):
            assert [one.said for one in comparisons(row, levels, natural(centres), 0.5)] == before
