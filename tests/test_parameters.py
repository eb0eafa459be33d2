"""Every number of the cascade says what it is, in which unit, and on whose authority."""

import math

import pytest

from liftspan.inference.tables import CONTROLS
from liftspan.mood_model import POTENCY, prior_centre, to_natural
from liftspan.parameters import ASSUMED, BODY, BODY_TABLE, MOOD, MOOD_TABLE, body_value, cv


def test_names_and_symbols_are_unique():
    for table in (BODY_TABLE, MOOD_TABLE):
        names, symbols = [item.name for item in table], [item.symbol for item in table]
        assert len(set(names)) == len(names)
        assert len(set(symbols)) == len(symbols)
    assert set(BODY).isdisjoint(MOOD)


@pytest.mark.parametrize("item", [*BODY_TABLE, *MOOD_TABLE], ids=lambda item: item.name)
def test_every_parameter_has_a_unit_a_symbol_and_a_source(item):
    assert item.unit.strip()
    assert item.symbol.strip()
    assert len(item.source) > 3
    assert math.isfinite(item.spread) and item.spread >= 0.0


def test_what_is_assumed_says_so():
    for parameter in BODY_TABLE:
        assert parameter.assumed or ASSUMED not in parameter.source, parameter.name
    for prior in MOOD_TABLE:
        published = any(word in prior.source for word in ("Simons", "Olofsen", "Ebert", "Temme"))
        assert published or ASSUMED in prior.source, prior.name


def test_units_in_names_agree_with_the_unit_that_is_said():
    endings = {"_l_per_h": "L/h", "_per_h": "1/h", "_l": "L", "_kg": "kg", "_h": "h", "_y": "year"}
    for parameter in BODY_TABLE:
        ending = next((end for end in endings if parameter.name.endswith(end)), None)
        if ending:
            assert parameter.unit.startswith(endings[ending]), parameter.name


def test_the_recommended_set_is_the_one_that_was_published():
    # pk/README.md, "Recommended set": Fanta 2015 as fixed in Otto 2021, Perez-Ruixo 2021, Wang 2019.
    published = {
        "venous_central_l": 133.0, "venous_peripheral_1_l": 187.0, "venous_flow_1_l_per_h": 23.2,
        "venous_peripheral_2_l": 98.8, "venous_flow_2_l_per_h": 157.0,
        "hepatic_flow_l_per_h": 131.9, "intrinsic_clearance_s_l_per_h": 342.0, "clearance_ratio_r_over_s": 0.859,
        "norketamine_clearance_l_per_h": 57.7, "norketamine_central_l": 98.6,
        "arterial_central_l": 11.6, "arterial_clearance_s_l_per_h": 88.8,
    }  # fmt: skip
    for name, value in published.items():
        assert body_value(name) == value, name


def test_a_coefficient_of_variation_becomes_the_sd_of_the_log():
    # A log-normal of log SD s has CV sqrt(exp(s^2) - 1): log 1.2809 = 0.247563, its root 0.497557.
    assert cv(53.0) == pytest.approx(0.497557, abs=1e-6)
    assert math.sqrt(math.exp(cv(30.0) ** 2) - 1.0) == pytest.approx(0.30, rel=1e-12)


def test_priors_come_back_from_the_scale_on_which_they_are_normal():
    import numpy as np

    for prior in MOOD_TABLE:
        back = to_natural(prior.scale, np.array(prior_centre(prior)))
        assert back == pytest.approx(prior.centre, rel=1e-12), prior.name


def test_every_control_and_every_potency_has_its_parameter():
    assert {f"expectancy_{control.value}" for control in CONTROLS} <= set(MOOD)
    assert {name for name in POTENCY.values() if name} <= set(MOOD)
    # design.md: log-potency of every other drug and route ~ Normal(0, 0.6).
    for name in POTENCY.values():
        assert name is None or (MOOD[name].centre, MOOD[name].spread) == (1.0, 0.6)
