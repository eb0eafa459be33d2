"""Fold errors by hand, what each study had a part in, interactions, and the picture."""

import json
from importlib.resources import files
from itertools import pairwise
from math import exp, log

import pytest

from liftspan.evidence.kinetics import predict_rows, shipped_observations
from liftspan.evidence.kinetics.check import CHOSEN_ON, Compared, compare, fold_errors, is_doubtful, table_text
from liftspan.evidence.kinetics.interactions import interactions, interactions_text
from liftspan.evidence.kinetics.tune import STORE, observations_hash, tuned_without
from liftspan.figures.kinetics import fold_figure
from liftspan.parameters import BODY, TUNED


@pytest.fixture(scope="module")
def stored():
    return json.loads((files("liftspan.evidence") / "data" / STORE).read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def compared():
    return compare(shipped_observations())


def made_up(study, fold, **changes):
    row = {
        "study_id": study, "analyte": "ketamine", "drug_given": "ketamine", "route": "IV infusion", "dose": "35",
        "dose_unit": "mg", "infusion_min": "40", "metric": "Cmax", "unit": "ng/mL", "population": "adults", **changes,
    }  # fmt: skip
    return Compared(row, predict_rows([row])[0], log(fold))


def test_each_study_counts_once():
    # Study a: folds 2 and 1/2, mean absolute log ln 2, mean log 0. Study b: 4 and 4 and 4, both ln 4.
    records = [made_up("a", 2.0), made_up("a", 0.5), *[made_up("b", 4.0)] * 3]
    found = {one.name: one for one in fold_errors(records)}[("iv", "ketamine", "venous")]
    assert (found.studies, found.rows) == (2, 5)
    assert found.gmfe == pytest.approx(exp((log(2.0) + log(4.0)) / 2.0))  # 2.83
    assert found.bias == pytest.approx(2.0)
    assert found.within_two_fold == pytest.approx(2 / 5)  # exactly two-fold is within


def test_groups_keep_apart_what_was_used_and_who_is_a_child():
    records = [made_up("a", 1.5), made_up("yanagihara2003", 1.0), made_up("otto2021_chdr1311", 1.0)]
    records += [made_up("a", 3.0, adult="0"), made_up("a", 9.0, metric="Tmax", unit="h")]  # a time is no level
    found = {one.name: one for one in fold_errors(records)}
    assert found[("all routes", "ketamine", "venous")].gmfe == pytest.approx(1.5 ** (1 / 3))
    assert found[("all routes", "ketamine", "venous, not used")].gmfe == pytest.approx(1.5)
    assert found[("children", "ketamine", "allometry only")].gmfe == pytest.approx(3.0)
    assert all(len(line) <= 100 for line in table_text(list(found.values())).splitlines())


def test_unseen_rows_are_also_counted_without_doubtful_ones_and_by_the_study_that_measured():
    review = {"citation": "A review, Table 1 (citing Grant 1981)"}
    other = {"citation": "A review, Table 1 (citing Krystal 1994)"}
    records = [made_up("a", 1.5), made_up("a", 6.0, source_location="figure; near baseline, unreliable")]
    records += [made_up("review", 2.0, **review), made_up("review", 0.5, **review), made_up("review", 3.0, **other)]
    found = {one.name[2]: one for one in fold_errors(records) if one.name[0] == "all routes"}
    expected = {
        # Study a: sqrt(1.5 x 6) = 3; the review: cube root of 2 x 2 x 3.
        "venous, not used": (2, 5, (3.0 * 12.0 ** (1 / 3)) ** (1 / 2)),
        "not used, sound": (2, 4, (1.5 * 12.0 ** (1 / 3)) ** (1 / 2)),
        "not used, sources": (3, 5, (3.0 * 2.0 * 3.0) ** (1 / 3)),
        "not used, both": (3, 4, (1.5 * 2.0 * 3.0) ** (1 / 3)),
    }
    for name, (studies, rows, gmfe) in expected.items():
        assert (found[name].studies, found[name].rows) == (studies, rows), name
        assert found[name].gmfe == pytest.approx(gmfe), name


def test_doubtful_rows_are_the_six_that_the_log_of_changes_names_and_contradict_their_own_study():
    rows = [row for row in shipped_observations() if is_doubtful(row)]
    assert {row["study_id"] for row in rows} == {"hasan2021"}
    assert sorted((row["analyte"][0], float(row["time_h"])) for row in rows) == [
        (one, hour) for one in "RS" for hour in (12.0, 16.0, 24.0)
    ]
    # Trapezoids up to 8 h, then the published half-lives (5.2 h S, 6.1 h R): 51, the published area of S and R 52.3.
    # With the doubtful points and their own slope instead: 67 and more.
    half_life_h = {"S": 5.2, "R": 6.1}
    sound = doubtful = 0.0
    for one in "SR":
        curve = {
            float(row["time_h"]): float(row["value"])
            for row in shipped_observations()
            if row["study_id"] == "hasan2021" and row["analyte"] == f"{one}-ketamine" and row["metric"] == "conc"
        }
        hours = sorted(curve)
        early = area(curve, [hour for hour in hours if hour <= 8.0])
        sound += early + curve[8.0] * half_life_h[one] / log(2.0)
        doubtful += area(curve, hours) + curve[24.0] * 12.0 / log(curve[12.0] / curve[24.0])
    published = next(
        float(row["value"])
        for row in shipped_observations()
        if row["study_id"] == "hasan2021" and row["metric"] == "AUCinf" and row["analyte"] == "ketamine"
    )
    assert sound == pytest.approx(published, rel=0.1)
    assert doubtful > 1.25 * published


def area(curve, hours):
    """From 0: straight up to the first point, then straight lines between logarithms."""
    total = 0.5 * hours[0] * curve[hours[0]]
    for left, right in pairwise(hours):
        total += (right - left) * (curve[left] - curve[right]) / log(curve[left] / curve[right])
    return total


def test_no_study_whose_own_number_is_a_fixed_value_counts_as_not_used():
    # parameters.py: rectal, sublingual and other nasal F of Yanagihara 2003, intramuscular F of the secondary review.
    assert {"yanagihara2003", "secondary_review"} <= set(CHOSEN_ON)
    assert set(CHOSEN_ON) <= {row["study_id"] for row in shipped_observations()}
    exact = [
        one.row["study_id"]
        for one in compare(shipped_observations())
        if one.row["metric"] == "F" and abs(one.log_fold) < 1e-6
    ]
    assert set(exact) <= set(CHOSEN_ON)


def test_the_stored_tuning_belongs_to_the_shipped_rows_and_parameters(stored):
    assert stored["observations_sha256"] == observations_hash(shipped_observations())
    assert set(stored["all"]) == set(TUNED)
    for name, value in stored["all"].items():
        assert BODY[name].value == pytest.approx(value, rel=2e-5), name  # both rounded to about six figures


def test_the_hash_sees_a_changed_value_and_nothing_else():
    rows = [dict(row) for row in shipped_observations()]
    before = observations_hash(rows)
    rows[0]["citation"] = "somebody else"
    assert observations_hash(rows) == before
    rows[0]["value"] = "1"
    assert observations_hash(rows) != before


def test_leaving_a_study_out_changes_what_it_tuned(stored):
    assert stored["without"]
    for study in stored["without"]:
        assert any(tuned_without(study)[name].value != BODY[name].value for name in TUNED), study
        assert all(tuned_without(study)[name] == BODY[name] for name in BODY if name not in TUNED)
    # Ashraf's syrup sets the pace of swallowed doses: a row of it moves when it is left out.
    row = next(r for r in shipped_observations() if r["study_id"] == "ashraf2018_t3" and r["metric"] == "Cmax")
    (with_it,), (without_it,) = predict_rows([row]), predict_rows([row], tuned_without("ashraf2018_t3"))
    assert with_it.predicted != without_it.predicted
    assert tuned_without("no such study") == BODY


def test_an_interaction_to_infinity_is_compared_to_infinity():
    found = {(one.perpetrator[:11], one.route, one.metric.split()[0]): one for one in interactions()}
    # AUCinf = F dose / CL, and inhibiting the liver's CLint by 0.37 (pk/README.md) gives oral AUC x 2.70 = 1 / 0.37.
    assert found["ticlopidine", "oral", "AUCinf"].predicted == pytest.approx(1.0 / 0.37, rel=2e-3)
    assert found["ticlopidine", "oral", "AUC24"].predicted < found["ticlopidine", "oral", "AUCinf"].predicted
    assert found["ticlopidine", "intranasal", "AUC"].predicted == pytest.approx(1.76, abs=0.05)  # pk/README.md


def test_what_is_not_compared_is_counted_by_its_reason():
    found = interactions()
    lines = interactions_text(found).splitlines()
    reasons = [one.note for one in found if one.predicted is None]
    assert lines[-3] == f"{len(reasons)} of {len(found)} rows are not compared"
    assert sum(int(line.split(":")[0]) for line in lines[-2:]) == len(reasons)
    # By hand in interactions.csv: relative amount, ratio, Css, 20-min serum level, CL twice.
    assert "   6: a metric that is not compared" in lines
    assert all(len(line) <= 100 for line in lines)


def test_the_picture_holds_every_point_and_the_two_fold_lines(compared, tmp_path):
    figure = fold_figure(compared)
    assert len(figure.axes) == 3
    for panel in figure.axes:
        lines = [line for line in panel.lines if len(line.get_xdata()) == 2]
        slopes = sorted(line.get_ydata()[1] / line.get_xdata()[1] for line in lines)
        assert slopes == pytest.approx([0.5, 1.0, 2.0])
        assert [line.get_linestyle() for line in lines] == ["-", "--", "--"]
    points = sum(len(line.get_xdata()) == 1 for panel in figure.axes for line in panel.lines)
    levels = [o for o in compared if o.row["metric"] in ("Cmax", "conc") or o.row["metric"].startswith("AUC")]
    assert points == len(levels)
    figure.savefig(tmp_path / "folds.png")
    assert (tmp_path / "folds.png").stat().st_size > 10_000
