"""The equations of docs/model.md, written out slowly as they stand there, give what the code gives."""

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import truncnorm

from liftspan.brain.engagement import engagement
from liftspan.brain.plasticity import Kernel, kernel_at
from liftspan.mood.context import ContextEffect, context_lift
from liftspan.mood.severity import severity
from liftspan.mood_model import traits_of
from liftspan.parameters import ENROLMENT_SD_BELOW_MEAN, body_value
from liftspan.person import typical_body
from liftspan.population import before_selection


def test_well_stirred_liver_gives_the_clearances_of_the_table():
    body = typical_body(weight_kg=70.0, age_y=45.0)
    q, inner = body_value("hepatic_flow_l_per_h"), body_value("intrinsic_clearance_s_l_per_h")
    assert body.s.clearance_l_per_h[0] == pytest.approx(q * inner / (q + inner), rel=1e-12)
    assert body.r.clearance_l_per_h[0] == pytest.approx(0.859 * body.s.clearance_l_per_h[0], rel=1e-12)
    older = typical_body(weight_kg=70.0, age_y=80.0)
    slower = q * (1.0 - body_value("flow_loss_per_year_over_60") * 20.0)
    assert older.s.clearance_l_per_h[0] == pytest.approx(slower * inner / (slower + inner), rel=1e-12)
    assert older.s.arterial_clearance_l_per_h[0] / body.s.arterial_clearance_l_per_h[0] == pytest.approx(
        older.s.clearance_l_per_h[0] / body.s.clearance_l_per_h[0], rel=1e-12
    )


def test_engagement_is_one_hill_curve_of_both_enantiomers():
    drive = (80.0 + 90.0 / 2.4) / 100.0
    found = engagement(np.array(80.0), np.array(90.0), ec50_ng_per_ml=100.0, hill=1.5, s_over_r=2.4)
    assert found == pytest.approx(drive**1.5 / (1.0 + drive**1.5), rel=1e-12)


def test_kernel_rises_and_fades_in_two_terms():
    kernel = Kernel(*(np.array(value) for value in (0.7, 0.66, 0.8, 0.024, 0.0032)))
    for hours in (0.1, 5.0, 300.0):
        wanted = 0.7 * (0.8 * np.exp(-0.024 * hours) + 0.2 * np.exp(-0.0032 * hours) - np.exp(-0.66 * hours))
        assert kernel_at(kernel, np.array(hours)) == pytest.approx(wanted, rel=1e-12)
    assert kernel_at(kernel, np.array(0.0)) == 0.0


def test_circumstances_add_up_from_four_terms():
    effect = ContextEffect(1.0, 1.4, 0.04, 0.47, 1.03, 0.0027, 0.4, 0.0047, 0.9, 0.02)

    def two_stages(steps):  # the integral of z exp(-z): two equal stages in series
        return quad(lambda z: z * np.exp(-z), 0.0, steps)[0]

    for hours in (2.0, 500.0, 1500.0):
        until = 648.0 + 168.0
        wanted = (
            1.0 * (1.0 - np.exp(-1.4 * hours)) * (0.47 + 0.53 * np.exp(-0.04 * hours))
            + 1.03 * two_stages(0.0027 * min(hours, until)) * np.exp(-0.0027 * max(hours - until, 0.0))
            + 0.4 * two_stages(0.0047 * hours)
            + 0.9 * (1.0 - np.exp(-0.02 * hours))
        )
        # quad's own tolerance is 1e-8.
        assert context_lift(effect, True, True, 648.0, np.array(hours)) == pytest.approx(wanted, abs=1e-7)
    assert context_lift(effect, True, True, 648.0, np.array(0.0)) == 0.0


def test_severity_moves_on_the_logit():
    after = severity(np.array(34.0), np.array(1.2), 60.0)
    assert np.log(after / (60.0 - after)) == pytest.approx(np.log(34.0 / 26.0) - 1.2, rel=1e-12)


def test_traits_have_mean_one_and_their_correlation():
    values = {name: np.array([value]) for name, value in
              (("sensitivity_spread", 1.0), ("responsiveness_spread", 0.8), ("trait_correlation", 0.3))}  # fmt: skip
    first, second = np.random.default_rng(1).standard_normal((2, 1, 200_000))
    traits = traits_of(values, first, second)
    # Four standard errors of 200,000 people.
    assert traits.sensitivity.mean() == pytest.approx(1.0, abs=0.01)
    assert traits.responsiveness.std() == pytest.approx(0.8, abs=0.01)
    assert np.corrcoef(traits.sensitivity[0], traits.responsiveness[0])[0, 1] == pytest.approx(0.3, abs=0.01)


def test_enrolment_cut_gives_the_mean_and_sd_of_those_enrolled():
    centre, spread, cut = before_selection(34.8, 6.15)
    enrolled = truncnorm(cut, np.inf, loc=centre, scale=spread)
    # The cut is found by bisection to 1e-16, and SciPy's moments hold 1e-6 or better.
    assert enrolled.mean() == pytest.approx(34.8, rel=1e-6)
    assert enrolled.std() == pytest.approx(6.15, rel=1e-6)
    assert (34.8 - (centre + cut * spread)) / 6.15 == pytest.approx(ENROLMENT_SD_BELOW_MEAN, rel=1e-6)
