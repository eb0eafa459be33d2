"""Predictions of rows: dose over clearance, published figures, and blind to what they predict."""

import random

import pytest

from liftspan.evidence.kinetics import predict_rows, shipped_observations

# pk/README.md, recommended set: S-ketamine at 70 kg.
CLEARANCE_S_L_PER_H, ORAL_F_S, RATIO_R = 95.2, 0.58954 * 0.278, 0.859
SEEN = ("value", "sd", "ci_low", "ci_high")
ROW = {
    "analyte": "S-ketamine", "drug_given": "esketamine", "route": "IV infusion", "dose": "35", "dose_unit": "mg",
    "infusion_min": "40", "population": "adults, 70 kg", "metric": "AUCinf", "unit": "ng*h/mL",
}  # fmt: skip


def predicted(**changes):
    (one,) = predict_rows([{**ROW, **changes}])
    assert one.predicted is not None, one.note
    return one.predicted


@pytest.fixture(scope="module")
def rows():
    return shipped_observations()


@pytest.fixture(scope="module")
def answers(rows):
    return predict_rows(rows)


@pytest.mark.parametrize("metric", ["AUC", "AUCinf", "AUC0-inf", "AUC∞"])
def test_area_is_dose_over_clearance(metric):
    # 35 mg / 95.2 L/h = 0.36765 mg h/L; the clearance is printed to three figures (rel 5e-4).
    assert predicted(metric=metric) == pytest.approx(1000.0 * 35.0 / CLEARANCE_S_L_PER_H, rel=1e-3)


def test_area_after_swallowing_is_its_share_over_clearance():
    # F is printed to three figures (rel 3e-3).
    area = predicted(route="oral solution", infusion_min="")
    assert area == pytest.approx(1000.0 * ORAL_F_S * 35.0 / CLEARANCE_S_L_PER_H, rel=4e-3)
    assert predicted(route="oral solution", metric="F", unit="%") == pytest.approx(100.0 * ORAL_F_S, rel=4e-3)


def test_a_heavier_person_clears_by_allometry():
    assert predicted(population="adults, 140 kg") == pytest.approx(predicted() / 2.0**0.75, rel=1e-5)


def test_half_an_infusion_of_the_racemate_is_s_and_r_clears_slower():
    area = {
        words: predicted(drug_given="racemic ketamine", analyte=words)
        for words in ("S-ketamine", "(R)-ketamine", "ketamine")
    }
    assert area["S-ketamine"] == pytest.approx(0.5 * predicted(), rel=1e-5)
    assert area["(R)-ketamine"] == pytest.approx(area["S-ketamine"] / RATIO_R, rel=1e-4)
    assert area["ketamine"] == pytest.approx(area["S-ketamine"] + area["(R)-ketamine"], rel=1e-6)


def test_levels_and_areas_beyond_three_days_go_on_falling():
    levels = [predicted(metric="conc", time_h=hour, unit="ng/mL") for hour in ("72", "96", "168", "1000")]
    assert levels == sorted(levels, reverse=True)
    assert levels[1] < 0.2 * levels[0]  # 24 h are more than four half-lives of at most 6 h (pk rows: 2 to 7 h)
    areas = [predicted(metric=f"AUC0-{hour}") for hour in (24, 72, 168)]
    assert areas == sorted(areas)
    assert areas[2] == pytest.approx(predicted(), rel=1e-5)
    # Extended-release tablets last: there the fourth to seventh day is not nothing.
    slow = {"route": "oral controlled-release tablet", "infusion_min": ""}
    assert predicted(metric="AUC0-168", **slow) > predicted(metric="AUC0-72", **slow) * (1.0 + 1e-4)


def test_minutes_are_minutes():
    assert predicted(metric="AUC0-90min") == pytest.approx(predicted(metric="AUC0-1.5"), rel=1e-12)
    assert predicted(metric="AUC0-90min", unit="ng*min/mL") == pytest.approx(60.0 * predicted(metric="AUC0-1.5"))
    parts = predicted(metric="AUC0-2") + predicted(metric="AUC2-24")
    assert parts == pytest.approx(predicted(metric="AUC24"), rel=1e-9)
    assert predicted(metric="Tmax", unit="min") == pytest.approx(40.0, abs=0.2)


@pytest.mark.parametrize(("matrix", "level"), [("venous", 160.0), ("plasma", 160.0), ("arterial", 309.0)])
def test_the_end_of_the_usual_infusion(matrix, level):
    # pk/README.md: 0.5 mg/kg racemate over 40 min; printed to three figures.
    asked = {"dose": "0.5", "dose_unit": "mg/kg", "drug_given": "racemic ketamine", "analyte": "ketamine"}
    found = predicted(**asked, matrix=matrix, metric="conc", time_h="0.66667", unit="ng/mL")
    assert found == pytest.approx(level, rel=5e-3)


def test_three_devices_give_the_share_of_the_label():
    found = predicted(route="intranasal (Spravato device)", dose="84", infusion_min="", metric="F", unit="fraction")
    assert found == pytest.approx(0.48, abs=0.015)  # the label's; the swallowed part is tuned to all oral studies


@pytest.mark.parametrize(
    ("changes", "note"),
    [
        ({"metric": "AUClast"}, "metric 'AUClast' is not predicted"),
        ({"metric": "CL"}, "metric 'CL' is not predicted"),
        ({"metric": "conc", "unit": "ng/mL", "time_h": "soon"}, "time_h 'soon'"),
        ({"metric": "conc", "unit": "ng/mL", "time_h": "-1"}, "time_h '-1'"),
        ({"metric": "conc", "unit": "ng/mL", "time_h": "nan"}, "time_h 'nan'"), ({"unit": "h"}, "unit 'h'"),
        ({"metric": "F", "analyte": "norketamine"}, "F is predicted of ketamine only"),
        ({"metric": "Cmax", "analyte": "norketamine/ketamine"}, "of a ratio is not predicted"),
        ({"analyte": "R-ketamine"}, "esketamine holds no R-ketamine"), ({"route": "epidural"}, "has no model"),
    ],
)  # fmt: skip
def test_what_cannot_be_predicted_says_why(changes, note):
    (one,) = predict_rows([{**ROW, **changes}])
    assert one.predicted is None
    assert note in one.note


def test_every_shipped_row_comes_back_in_order_with_a_number_or_a_note(rows, answers):
    assert len(answers) == len(rows)
    for row, one in zip(rows, answers, strict=True):
        assert (one.predicted is None) <= bool(one.note), row
        assert one.predicted is None or one.predicted > 0.0, row
    for at in (0, 100, -1):  # each alone gives what it gives among all
        assert predict_rows([rows[at]])[0] == answers[at]


def test_predictions_never_read_what_they_predict(rows, answers):
    blank = [{**row, **dict.fromkeys(SEEN, "")} for row in rows]
    without = [{name: cell for name, cell in row.items() if name not in SEEN} for row in rows]
    values = [row["value"] for row in rows]
    random.Random(3).shuffle(values)
    shuffled = [{**row, "value": value} for row, value in zip(rows, values, strict=True)]
    for changed in (blank, without, shuffled):
        assert predict_rows(changed) == answers
