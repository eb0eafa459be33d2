"""Known from outside: limits under a steady drive, no drug = placebo, the peak behind the concentration."""

from dataclasses import replace
from math import exp, log, sqrt
from statistics import NormalDist

import numpy as np
import pytest

from liftspan.body.concentration import Analyte, Matrix, concentration
from liftspan.person import typical_body
from liftspan.session.observations import shipped_acute
from liftspan.session.predicted import (
    MINUTES,
    PEOPLE,
    Levels,
    cadss_course,
    cadss_moments,
    course_of,
    event_rate,
    levels_in_words,
    levels_of_row,
    mean_of_maxima,
    mean_rise,
    not_ready,
    placebo_in,
    placebo_rate,
    rate,
    said_of,
    sedated,
)
from liftspan.session.store import load_acute_posterior
from liftspan.treatment import parse_treatment

MODE = dict(load_acute_posterior().mode)
ONES = np.ones((PEOPLE, len(MINUTES)))


def steady(ng_per_ml, older=False):
    """An infusion that has run for days: everybody's effect site stays at one concentration of S-ketamine."""
    return Levels(ng_per_ml * ONES, 0.0 * ONES, older)


@pytest.mark.parametrize("ng_per_ml", [20.0, 140.0, 900.0])
def test_under_a_steady_infusion_effects_are_those_of_paper_and_pencil(ng_per_ml):
    levels = steady(ng_per_ml)
    share = ng_per_ml / (ng_per_ml + MODE["pressure_c50"])
    assert mean_rise(levels, MODE, "systolic") == pytest.approx(MODE["systolic_max"] * share)
    asleep = NormalDist().cdf(log(ng_per_ml / MODE["c50_moaas_below_5"]) / MODE["threshold_spread"])
    assert sedated(levels, MODE)[0] == pytest.approx(asleep, abs=2e-4)  # nine nodes over people
    hill = ng_per_ml ** MODE["cadss_hill"] / (ng_per_ml ** MODE["cadss_hill"] + MODE["cadss_c50"] ** MODE["cadss_hill"])
    median, spread = MODE["cadss_max"] * hill, MODE["cadss_spread"]
    mean, sd = cadss_moments(levels, MODE)
    assert mean == pytest.approx(median * exp(spread**2 / 2), rel=1e-3)
    assert sd == pytest.approx(mean * sqrt(exp(spread**2) - 1.0), rel=0.02)
    assert cadss_course(levels, MODE)[0] == pytest.approx(mean, rel=1e-3)


def test_one_session_at_a_steady_level_counts_the_people_whose_threshold_is_passed():
    found = event_rate(steady(300.0), MODE | {"placebo_nausea": 0.0}, "nausea", 1)
    expected = NormalDist().cdf(log(300.0 / MODE["c50_nausea"]) / MODE["threshold_spread"])
    assert found == pytest.approx(expected, abs=2e-4)


def test_half_of_people_are_judged_not_ready_at_the_threshold_of_readiness():
    at = MODE["c50_moaas_below_5"] * MODE["ready_over_sedation"]
    assert not_ready(steady(at), MODE)[0] == pytest.approx(0.5, abs=1e-6)
    assert not_ready(steady(0.0), MODE)[0] == 0.0


def test_without_drug_what_is_said_of_every_row_is_what_is_said_of_its_placebo():
    for row in (row for row in shipped_acute() if row.use == "fit"):
        nothing = tuple(Levels(0.0 * one.s, 0.0 * one.r, one.older) for one in levels_of_row(row))
        kind, _, name = row.quantity.partition(":")
        said, _ = said_of(row, nothing, MODE)
        if kind == "rate":
            assert said == pytest.approx(100 * placebo_rate(nothing[0], MODE, name, row.sessions), rel=1e-9), row.line
        elif kind == "peak":
            quiet = mean_of_maxima(nothing[0], MODE, name, drug=False) if row.placebo else 0.0
            assert said == pytest.approx(quiet, abs=1e-6), row.line
        elif kind == "ready":
            assert said == 100.0


def test_every_effect_grows_with_the_dose():
    less, more = (levels_in_words(f"{mg} mg nasal esketamine", False) for mg in (28, 84))
    for name in ("systolic_peak", "cadss_peak", "sedation_peak"):
        small, large = course_of(less, MODE, name), course_of(more, MODE, name)
        assert np.all(large >= small) and large.max() > small.max(), name
    for name in ("systolic_180", "diastolic_rise_25", "nausea", "loss_of_consciousness", "cadss_above_4"):
        assert rate(more, MODE, name, 8) > rate(less, MODE, name, 8), name


def test_a_placebo_rate_of_four_weeks_is_that_of_eight_independent_sessions():
    assert 1.0 - (1.0 - placebo_in(0.2, 1)) ** 8 == pytest.approx(0.2)


def test_effects_peak_behind_the_arterial_concentration_by_the_delay_of_the_effect_site():
    # dCe/dt = ke0 (Cp - Ce): the effect site peaks where it meets the falling plasma, after the infusion has ended.
    regimen, body, weight_kg = parse_treatment("0.5 mg/kg iv ketamine over 40 min"), typical_body(), np.array([70.0])
    times_h = np.arange(0.0, 2.0, 1.0 / 3600.0)

    def level(matrix, body=body):
        asked = {"enantiomer": "s", "analyte": Analyte.KETAMINE, "matrix": matrix}
        return concentration(regimen, body, weight_kg, times_h, **asked).ravel()

    plasma, site = level(Matrix.ARTERIAL), level(Matrix.EFFECT_SITE)
    peak = int(site.argmax())
    assert times_h[plasma.argmax()] == pytest.approx(40 / 60, abs=1e-3)
    assert times_h[peak] > times_h[plasma.argmax()]
    assert plasma[peak] == pytest.approx(site[peak], rel=1e-3)
    slower = level(Matrix.EFFECT_SITE, replace(body, effect_site_rate_per_h=0.5 * body.effect_site_rate_per_h))
    assert slower.argmax() > peak and slower.max() < site.max()
