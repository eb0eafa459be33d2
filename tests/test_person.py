"""One person's kinetics against the numbers of pk/README.md and the well-stirred liver by hand."""

import numpy as np
import pytest

from liftspan.person import body_of, hepatic_extraction, typical_body


def test_the_well_stirred_liver_by_hand():
    assert hepatic_extraction(100.0, 100.0) == 0.5
    assert hepatic_extraction(30.0, 90.0) == 0.25
    # Flow 131.9 and intrinsic 342 L/h: 342 / 473.9 = 0.7217 (README: 0.722).
    assert hepatic_extraction(342.0, 131.9) == pytest.approx(0.722, abs=5e-4)


def test_clearances_of_the_typical_adult_are_the_published_ones():
    body = typical_body(70.0)
    # README: S 95.2, R 81.7 L/h at 70 kg, printed to one decimal.
    assert body.s.clearance_l_per_h[0] == pytest.approx(95.2, abs=0.05)
    assert body.r.clearance_l_per_h[0] == pytest.approx(81.7, abs=0.1)
    assert body.r.clearance_l_per_h[0] / body.s.clearance_l_per_h[0] == pytest.approx(0.859, rel=1e-9)  # Wang 2019


def test_oral_bioavailability_is_the_published_one():
    body = typical_body(70.0)
    # README: extraction 0.722 and 0.62, printed to three digits; the gut's share is tuned to 0.58954.
    assert body.s.hepatic_extraction[0] == pytest.approx(0.722, abs=1e-3)
    assert body.r.hepatic_extraction[0] == pytest.approx(0.62, abs=1e-3)
    assert body.gut_share * (1.0 - body.s.hepatic_extraction[0]) == pytest.approx(0.58954 * 0.278, abs=1e-3)
    assert body.gut_share * (1.0 - body.r.hepatic_extraction[0]) == pytest.approx(0.58954 * 0.38, abs=2e-3)


def test_volumes_grow_with_weight_and_clearances_with_its_power_of_three_quarters():
    small, large = typical_body(70.0), typical_body(140.0)
    assert large.s.clearance_l_per_h / small.s.clearance_l_per_h == pytest.approx(2.0**0.75)
    assert large.s.arterial_clearance_l_per_h / small.s.arterial_clearance_l_per_h == pytest.approx(2.0**0.75)
    assert large.venous_volumes_l[0] / small.venous_volumes_l[0] == pytest.approx(2.0)
    assert large.arterial_volumes_l[2] / small.arterial_volumes_l[2] == pytest.approx(2.0)


def test_the_arterial_set_is_that_of_its_own_reference_weight():
    body = typical_body(73.0)
    assert body.s.arterial_clearance_l_per_h[0] == pytest.approx(88.8, rel=1e-9)  # Simons 2022, 73 kg
    assert body.r.arterial_clearance_l_per_h[0] == pytest.approx(0.859 * 88.8, rel=1e-9)
    assert [float(volume[0]) if np.ndim(volume) else volume for volume in body.arterial_volumes_l] == pytest.approx(
        [11.6, 39.0, 174.0]
    )


def test_hepatic_flow_falls_after_sixty_and_not_before():
    young, sixty, eighty = (typical_body(70.0, age) for age in (25.0, 60.0, 80.0))
    assert young.s.clearance_l_per_h[0] == sixty.s.clearance_l_per_h[0]
    # At 80: flow 131.9 x (1 - 0.0145 x 20) = 93.649; CL = 93.649 x 342 / 435.649 = 73.518 L/h.
    assert eighty.s.clearance_l_per_h[0] == pytest.approx(73.518, abs=1e-3)


def test_a_deviate_moves_its_own_parameter_by_its_published_spread():
    weight = np.full(2, 70.0)
    body = body_of(weight, np.full(2, 45.0), {"venous_central_l": np.array([0.0, 1.0])})
    # One SD of a log-normal with CV 30 %: exp(sqrt(log 1.09)) = 1.3412.
    assert body.venous_volumes_l[0][1] / body.venous_volumes_l[0][0] == pytest.approx(1.3412, abs=1e-4)
    assert body.s.clearance_l_per_h[0] == body.s.clearance_l_per_h[1]


def test_faster_metabolism_lowers_bioavailability_of_both_enantiomers():
    weight = np.full(2, 70.0)
    body = body_of(weight, np.full(2, 45.0), {"intrinsic_clearance_s_l_per_h": np.array([0.0, 1.0])})
    for one in (body.s, body.r):
        assert one.hepatic_extraction[1] > one.hepatic_extraction[0]
        assert one.clearance_l_per_h[1] < 131.9 * 1.0001  # never above the flow
