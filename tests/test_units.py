"""Conversion factors, each from a fact outside the code."""

import datetime

import pytest

from liftspan import units


def test_a_device_of_32_3_mg_hydrochloride_holds_28_mg_base():
    # Spravato label.
    assert pytest.approx(28.0, rel=1e-15) == 32.3 * units.BASE_PER_HYDROCHLORIDE
    # Chemistry: ketamine C13H16ClNO is 237.73 g/mol, its hydrochloride 274.19; the label rounds to 0.1 mg.
    assert pytest.approx(237.73 / 274.19, abs=0.5 * 0.1 / 32.3) == units.BASE_PER_HYDROCHLORIDE


def test_one_mg_in_a_litre_is_a_thousand_ng_in_a_millilitre():
    ng_per_mg, ml_per_l = 1e6, 1e3
    assert ng_per_mg / ml_per_l == units.NG_PER_ML_PER_MG_PER_L


def test_clock_and_calendar_agree_with_the_standard_library():
    hour = datetime.timedelta(hours=1)
    assert hour / datetime.timedelta(minutes=1) == units.MINUTES_PER_HOUR
    assert datetime.timedelta(days=1) / hour == units.HOURS_PER_DAY
    assert datetime.timedelta(weeks=1) / datetime.timedelta(days=1) == units.DAYS_PER_WEEK
    assert datetime.timedelta(weeks=1) / hour == units.HOURS_PER_WEEK
