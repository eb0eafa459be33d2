"""Modes against cascades, paper and pencil, and themselves asked in another order."""

from dataclasses import replace

import numpy as np
import pytest

from liftspan.body.concentration import Analyte, Matrix, concentration, ketamine_stores
from liftspan.body.disposition import three_modes
from liftspan.body.modes import Inflow, Modes, ages_of, stores_of
from liftspan.parameters import BODY
from liftspan.person import body_of
from liftspan.treatment import parse_treatment

WEIGHTS_KG = np.array([70.0, 45.0, 120.0, 62.0, 90.0])
AGES_Y = np.array([45.0, 30.0, 50.0, 70.0, 80.0])
RANDOM = np.random.default_rng(5)
PEOPLE = body_of(WEIGHTS_KG, AGES_Y, {name: RANDOM.normal(size=5) for name, one in BODY.items() if one.spread > 0.0})
PLANS = {
    "bolus": "0.2 mg/kg iv ketamine bolus",
    "infusions": "0.5 mg/kg iv ketamine over 40 min on days 0, 2, 4",
    "long infusion": "1 mg/kg iv ketamine over 6 hours",
    "sprays": "84 mg nasal esketamine on days 0, 3",
    "daily tablets": "120 mg oral-extended ketamine daily for 4 days",
    "film": "100 mg sublingual ketamine",
    "injection": "0.5 mg/kg im ketamine",
}
TIMES_H = np.array(
    [-3.0, 0.0, 0.001, 0.05, 0.2, 0.3, 0.4, 0.66, 2 / 3, 0.7, 1.0, 2.0, 4.0, 8.0, 20.0, 48.0, 48.3, 97.0]
)


@pytest.mark.parametrize("matrix", [Matrix.VENOUS, Matrix.ARTERIAL, Matrix.EFFECT_SITE])
@pytest.mark.parametrize("name", PLANS)
def test_modes_give_what_cascades_give(name, matrix):
    plan = parse_treatment(PLANS[name])
    for side, stores in zip("sr", ketamine_stores(plan.sessions, PEOPLE, WEIGHTS_KG, matrix), strict=True):
        asked = {"enantiomer": side, "analyte": Analyte.KETAMINE, "matrix": matrix}
        want = concentration(plan, PEOPLE, WEIGHTS_KG, TIMES_H, **asked)
        # Partial fractions lose digits where a level starts: beside the peak 1e-13 was measured.
        scale = np.maximum(want.max(axis=1, keepdims=True), 1e-300)
        np.testing.assert_allclose(stores.levels(TIMES_H) / scale, want / scale, rtol=1e-9, atol=1e-12)


def test_the_order_of_times_and_the_choice_of_people_change_nothing():
    plan = parse_treatment(PLANS["infusions"])
    stores, _ = ketamine_stores(plan.sessions, PEOPLE, WEIGHTS_KG, Matrix.VENOUS)
    mixed = RANDOM.permutation(len(TIMES_H))
    np.testing.assert_allclose(stores.levels(TIMES_H[mixed]), stores.levels(TIMES_H)[:, mixed], rtol=1e-13)
    np.testing.assert_allclose(stores.levels(TIMES_H, slice(1, 3)), stores.levels(TIMES_H)[1:3], rtol=1e-13)


def test_one_store_by_paper_and_pencil():
    # 6 units over 2 h into a store that empties at 0.5 per h: 6 (1 - e^-0.5t), then what is left falls.
    stores = stores_of(np.array([[0.5]]), [Inflow(1.0, 2.0, np.array([[6.0]]))])
    times_h = np.array([0.0, 1.0, 2.0, 3.0, 5.0])
    full = 6.0 * (1.0 - np.exp(-1.0))
    want = [0.0, 0.0, 6.0 * (1.0 - np.exp(-0.5)), full, full * np.exp(-1.0)]
    np.testing.assert_allclose(stores.levels(times_h)[0], want, rtol=1e-13)


def test_a_bolus_is_seen_at_its_own_time_and_adds_to_what_is_there():
    one = np.array([[10.0], [5.0]])
    stores = stores_of(np.array([[1.0], [0.1]]), [Inflow(0.0, 0.0, one), Inflow(4.0, 0.0, one)])
    found = stores.levels(np.array([-1.0, 0.0, 4.0, 6.0]))[0]
    at_four = 15.0 + 10.0 * np.exp(-4.0) + 5.0 * np.exp(-0.4)
    at_six = 10.0 * (np.exp(-2.0) + np.exp(-6.0)) + 5.0 * (np.exp(-0.2) + np.exp(-0.6))
    np.testing.assert_allclose(found, [0.0, 15.0, at_four, at_six], rtol=1e-13)


def test_doubles_are_found_within_a_stretch_only():
    times_h = (1.0, 1.5, 2.0, 3.0, 4.0, 10.0, 12.0, 14.0)
    ages = ages_of((0.0, 10.0), (True, True), times_h)
    assert ages.half.tolist() == [-1, -1, 0, 1, 2, -1, -1, 6]
    assert ages.stretch.tolist() == [0, 0, 0, 0, 0, 1, 1, 1]
    # Where nothing jumps, ten hours end the first stretch.
    assert ages_of((0.0, 10.0), (True, False), times_h).stretch.tolist() == [0, 0, 0, 0, 0, 0, 1, 1]


def test_rates_that_coincide_are_kept_apart_and_cost_less_than_a_millionth():
    # ke0 exactly at, and just beside, the person's middle arterial rate: the cascade needs no partial fractions.
    arterial = three_modes(
        PEOPLE.s.arterial_clearance_l_per_h, PEOPLE.arterial_volumes_l, PEOPLE.arterial_flows_l_per_h
    )
    plan, times_h = parse_treatment(PLANS["bolus"]), np.array([0.05, 0.3, 1.0, 4.0])
    for beside in (1.0, 1.0 + 1e-12, 1.0 - 1e-9, 1.0 + 1e-6, 1.0 - 1e-4):
        body = replace(PEOPLE, effect_site_rate_per_h=arterial.rates[1] * beside)
        stores, _ = ketamine_stores(plan.sessions, body, WEIGHTS_KG, Matrix.EFFECT_SITE)
        asked = {"enantiomer": "s", "analyte": Analyte.KETAMINE, "matrix": Matrix.EFFECT_SITE}
        want = concentration(plan, body, WEIGHTS_KG, times_h, **asked)
        np.testing.assert_allclose(stores.levels(times_h), want, rtol=1e-6)


def test_a_further_stage_passes_everything_on():
    # Area of each response: sum of amplitude / rate; a stage of area 1 keeps it.
    modes = Modes(np.array([[3.0], [2.0]]), np.array([[4.0], [0.3]]))
    later = modes.then(np.array([1.7]))
    assert np.sum(later.amplitudes / later.rates) == pytest.approx(np.sum(modes.amplitudes / modes.rates), rel=1e-12)
    assert later.amplitudes.sum() == pytest.approx(0.0, abs=1e-12)  # nothing has passed at time 0


def test_after_so_many_squarings_an_age_is_new():
    times_h = (1.0, 2.0, 4.0, 8.0, 16.0)
    for squarings, want in ((0, [True] * 5), (2, [True, False, False, True, False]), (64, [True] + [False] * 4)):
        ((_, generations),) = ages_of((0.0,), (True,), times_h, squarings).by_stretch
        assert [one.of is None for one in generations] == want
