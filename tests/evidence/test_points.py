"""Published values over time: known rows, standard errors by paper and pencil."""

import dataclasses
from math import sqrt

import pytest

from liftspan.evidence import load_evidence, published_points
from liftspan.evidence.points import standard_error, standard_error_of_share
from liftspan.treatment.dose import Dose, Session
from liftspan.treatment.drug import Drug
from liftspan.treatment.regimen import Regimen
from liftspan.treatment.route import Route


def plan(drug, route, amount, days, per_kg):
    dose = (Dose(drug, route, amount, per_kg, 0.0, 0.0),)
    return Regimen("made for a test", tuple(Session(24.0 * day, dose) for day in days), False, 24.0 * days[-1])


IV_ONCE = plan(Drug.KETAMINE, Route.IV, 0.5, (0,), True)
NASAL = plan(Drug.ESKETAMINE, Route.NASAL, 84.0, (0, 3, 7, 10, 14, 17, 21, 24), False)


@pytest.fixture(scope="module")
def evidence():
    return load_evidence()


def by_row(points):
    return {point.row_id: point for point in points}


def test_a_single_infusion_shows_murrough_2013_as_printed(evidence):
    point = by_row(published_points(evidence, IV_ONCE))["murrough2013.001"]
    assert (point.kind, point.hours, point.value, point.se, point.n) == ("madrs_change", 24.0, -16.5, 1.6, 47.0)
    assert point.citation == "Murrough et al. 2013 (two-site, midazolam)"
    assert by_row(published_points(evidence, IV_ONCE))["murrough2013.003"].value == 0.64


def test_a_mean_becomes_a_change_from_its_row_at_hour_0(evidence):
    # lii2023 ket: 25.1 at hour 0, 12.7 (SD 7.6, n 20) at 24 h.
    point = by_row(published_points(evidence, IV_ONCE))["lii2023.003"]
    assert point.value == pytest.approx(12.7 - 25.1)
    assert point.se == pytest.approx(7.6 / sqrt(20))


def test_the_error_comes_from_se_then_sd_then_the_interval(evidence):
    row = next(row for row in evidence.observations if row.row_id == "leal2021_arketamine_open.003")
    # 95 % interval -27.0 to -13.6: half of 13.4 is 1.96 standard errors.
    assert standard_error(row, 7.0) == pytest.approx(6.7 / 1.96, rel=1e-4)
    assert standard_error(dataclasses.replace(row, sd=4.0), 16.0) == 1.0
    assert standard_error(dataclasses.replace(row, sd=4.0, se=0.5), 16.0) == 0.5
    assert standard_error(dataclasses.replace(row, ci_low=None), 7.0) is None


def test_the_sd_of_a_score_stands_in_for_the_sd_of_its_change(evidence):
    # Takahashi 2021 prints both at day 28; the docstring's range is what its four arms show.
    rows = [row for row in evidence.observations if row.trial_id == "takahashi2021_japan" and row.time_h == 648]
    sd = {(row.arm_id, row.statistic): row.sd for row in rows}
    ratios = [sd[arm, "mean"] / sd[arm, "change"] for arm in ("esk28", "esk56", "esk84", "placebo")]
    assert min(ratios) == pytest.approx(0.92, abs=0.005) and max(ratios) == pytest.approx(1.05, abs=0.005)


def test_the_error_of_a_share_is_never_nought():
    # Agresti and Coull: 0 of 20 counts as 2 of 24; sqrt(1/12 * 11/12 / 24) = 0.0564.
    assert standard_error_of_share(0.0, 20.0) == pytest.approx(0.0564, abs=1e-4)
    assert standard_error_of_share(0.3, None) is None


def test_one_point_for_each_kind_arm_and_time(evidence):
    for regimen in (IV_ONCE, NASAL):
        points = published_points(evidence, regimen)
        keys = [(point.kind, point.trial_id, point.arm_id, point.hours) for point in points]
        assert len(keys) == len(set(keys))


def test_observed_cases_stand_before_locf_and_changes_before_means(evidence):
    rows = by_row(published_points(evidence, NASAL))
    assert "popova2019_transform2.017" in rows and "popova2019_transform2.002" not in rows
    assert "takahashi2021_japan.010" in rows and "takahashi2021_japan.009" not in rows


def test_other_definitions_stay_out(evidence):
    rows = by_row(published_points(evidence, IV_ONCE))
    for row_id in ("pmc10810879.005",  # a fall by 30 %
                   "lii2023.015",  # from screening
                   "diazgranados2010.001",  # ever
                   "hu2016.001",  # by four weeks
                   "zarate2006.001",  # HAM-D
                   "lijffijt2022.002"):  # sustained  # fmt: skip
        assert row_id not in rows
    assert all(point.hours > 0 for point in rows.values())
    assert not any(point.arm_id.startswith("p2_") for point in published_points(evidence, NASAL))


def test_shares_lie_between_0_and_1_and_points_are_in_order_of_time(evidence):
    points = published_points(evidence, NASAL)
    assert all(0 <= point.value <= 1 for point in points if point.kind != "madrs_change")
    for kind in ("madrs_change", "response", "remission"):
        hours = [point.hours for point in points if point.kind == kind]
        assert hours == sorted(hours) and hours
