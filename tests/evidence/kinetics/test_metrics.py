"""Metrics of a mono-exponential by hand, and units by hand."""

from math import exp, inf, log

import numpy as np
import pytest

from liftspan.evidence.kinetics.metrics import (
    END_H,
    KETAMINE_G_PER_MOL,
    NORKETAMINE_G_PER_MOL,
    Curve,
    area_hours,
    in_unit,
    times_grid,
)

START_NG_PER_ML, RATE_PER_H = 100.0, 0.2


@pytest.fixture
def falling():
    """100 exp(-0.2 t) on the grid of one bolus at hour 0."""
    times_h = times_grid([0.0], [])
    return Curve(times_h, START_NG_PER_ML * np.exp(-RATE_PER_H * times_h))


def test_a_mono_exponential_by_hand(falling):
    assert falling.peak() == (100.0, 0.0)
    assert falling.terminal_half_life_h() == pytest.approx(log(2.0) / 0.2, rel=1e-9)
    # Trapezoids of a convex curve: too much by (rate step)^2 / 12 = 3e-5 at a step of 0.1 h.
    assert falling.area() == pytest.approx(100.0 / 0.2, rel=1e-4)


@pytest.mark.parametrize("end_h", [0.5, 3.21, 6.0, 23.97, 24.0, 50.123])  # most lie between the hours of the grid
def test_an_area_ends_at_the_hour_that_was_asked(falling, end_h):
    assert falling.area_until(end_h) == pytest.approx(100.0 / 0.2 * (1.0 - exp(-0.2 * end_h)), rel=1e-4)


def test_a_short_curve_gets_its_tail():
    times_h = np.linspace(0.0, 9.0, 9001)
    assert Curve(times_h, 100.0 * np.exp(-0.2 * times_h)).area() == pytest.approx(500.0, rel=1e-6)


def test_a_smooth_peak_between_two_hours():
    # exp(-t) - exp(-2 t) is highest at ln 2, where it is 1/4.
    times_h = np.arange(0.0, 10.0, 0.05)
    peak, when_h = Curve(times_h, np.exp(-times_h) - np.exp(-2.0 * times_h)).peak()
    assert peak == pytest.approx(0.25, rel=1e-4)
    assert when_h == pytest.approx(log(2.0), abs=2e-3)


def test_the_half_life_is_read_after_a_dose_that_ends_late():
    # A plateau of 30 h, then a fall at 0.2 per hour: without the shift the slope from 6 to 24 h would be none.
    times_h = times_grid([0.0, 30.0], [])
    levels = 100.0 * np.exp(-0.2 * np.maximum(times_h - 30.0, 0.0))
    assert Curve(times_h, levels, last_dose_h=30.0).terminal_half_life_h() == pytest.approx(log(2.0) / 0.2, rel=1e-9)


@pytest.mark.parametrize("asked_h", [-1.0, END_H + 0.01, 168.0])
def test_beyond_the_curve_no_level_is_repeated(falling, asked_h):
    with pytest.raises(ValueError, match="reaches from 0 to 72 h"):
        falling.at(asked_h)


@pytest.mark.parametrize("wanted_h", [0.0, 5.0, 80.0, 168.0, 1e6])
def test_the_grid_reaches_what_is_wanted_and_stays_small(wanted_h):
    grid_h = times_grid([0.0, 2.0 / 3.0], [wanted_h])
    assert grid_h[-1] >= max(wanted_h, END_H)
    assert wanted_h in grid_h
    assert np.all(np.diff(grid_h) > 0.0)
    assert len(grid_h) < 2500


@pytest.mark.parametrize(
    ("metric", "hours"),
    [
        ("AUC24", (0.0, 24.0)), ("AUC0-24", (0.0, 24.0)), ("AUC0-24h", (0.0, 24.0)), ("AUC(0-24)", (0.0, 24.0)),
        ("AUC0–168", (0.0, 168.0)), ("AUC_0-7d", (0.0, 168.0)), ("AUC0-90min", (0.0, 1.5)), ("AUC90min", (0.0, 1.5)),
        ("AUC0-1.5", (0.0, 1.5)), ("AUC2-8", (2.0, 8.0)), ("AUC30-90min", (0.5, 1.5)),
        ("AUC", (0.0, inf)), ("AUCinf", (0.0, inf)), ("AUC0-inf", (0.0, inf)), ("AUC∞", (0.0, inf)),
        ("AUC0-∞", (0.0, inf)), ("AUC(0-infinity)", (0.0, inf)), ("auc 0 to 24", (0.0, 24.0)),
        ("AUClast", None), ("AUC0-t", None), ("AUC_ratio", None), ("AUC0", None), ("AUC8-2", None), ("Cmax", None),
        ("AUC0-", None), ("", None), ("AUC0-999999", None),
    ],
)  # fmt: skip
def test_from_when_to_when_an_area_goes(metric, hours):
    assert area_hours(metric) == hours


@pytest.mark.parametrize(
    ("unit", "kind", "expected"),
    [
        ("ng/mL", "level", 1.0), ("ug/L", "level", 1.0), ("µg/L", "level", 1.0), ("\u03bcg/L", "level", 1.0),
        ("mcg/mL", "level", 1e-3), ("mg/L", "level", 1e-3), ("pg/mL", "level", 1e3), ("ng mL-1", "level", 1.0),
        # 1 ng/mL = 1 ug/L = 1000 / 237.73 nmol/L.
        ("nmol/L", "level", 1000.0 / 237.73), ("nM", "level", 1000.0 / 237.73), ("umol/L", "level", 1.0 / 237.73),
        ("ng*h/mL", "area", 1.0), ("µg·h/L", "area", 1.0), ("ng h/mL", "area", 1.0), ("ng.h/mL", "area", 1.0),
        ("h*ng/mL", "area", 1.0), ("ng/mL*h", "area", 1.0), ("ng h mL-1", "area", 1.0), ("ng-hr/mL", "area", 1.0),
        ("ng*min/mL", "area", 60.0), ("mg*min/L", "area", 0.06), ("nmol*h/L", "area", 1000.0 / 237.73),
        ("h", "time", 1.0), ("min", "time", 60.0), ("hours", "time", 1.0), ("d", "time", 1.0 / 24.0),
    ],
)  # fmt: skip
def test_units_by_hand(unit, kind, expected):
    value, why = in_unit(1.0, unit, kind, KETAMINE_G_PER_MOL)
    assert (value, why) == (pytest.approx(expected, rel=1e-12), "")


def test_moles_depend_on_the_analyte():
    assert in_unit(223.70, "nmol/L", "level", NORKETAMINE_G_PER_MOL)[0] == pytest.approx(1000.0)


@pytest.mark.parametrize(
    ("unit", "kind"),
    [("h", "level"), ("ng/mL", "area"), ("ng*h/mL", "level"), ("ng/mL", "time"), ("", "level"), ("ng/mL/h", "area"),
     ("ng/(mL*h)", "area"), ("furlong", "time"), ("ng*ug/mL", "area"), ("mL/ng", "level"), ("%", "level")],
)  # fmt: skip
def test_a_unit_of_something_else_gets_a_reason(unit, kind):
    value, why = in_unit(1.0, unit, kind, KETAMINE_G_PER_MOL)
    assert value is None
    assert f"unit '{unit}' is not known" in why
