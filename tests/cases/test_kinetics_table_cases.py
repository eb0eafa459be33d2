"""Kinetics tables as people write them: a number in other words is the same, what is no number has a reason."""

import csv

import pytest

from liftspan.evidence.kinetics import predict_rows
from liftspan.evidence.kinetics.population_words import described

ROW = {
    "study_id": "a", "analyte": "ketamine", "drug_given": "ketamine", "route": "iv", "dose": "35", "dose_unit": "mg",
    "infusion_min": "40", "population": "healthy adults, 70 kg", "metric": "Cmax", "time_h": "", "value": "200",
    "unit": "ng/mL",
}  # fmt: skip


def answers(*changes):
    return predict_rows([ROW | change for change in changes])


def numbers(*changes):
    return [one.predicted for one in answers(*changes)]


# Weights in words (case 7).


@pytest.mark.parametrize(
    ("words", "kg", "said"),
    [
        ("71.5 ± 8 kg", 71.5, ""), ("71.5±8.2 kg", 71.5, ""), ("71.5 +/- 8 kg", 71.5, ""), ("71.5 (SD 8) kg", 71.5, ""),
        ("71.5 kg (SD 8 kg)", 71.5, ""), ("71.5 kg ± 8", 71.5, ""), ("71,5 kg", 71.5, "read as 71.5 kg"),
        ("71.5 [60-80] kg", 71.5, ""), ("range 60-80 kg, mean 71.5 kg", 71.5, "2 weights"), ("71.5kg", 71.5, ""),
        ("60–80 kg", 70.0, ""), ("60 to 80 kg", 70.0, ""), ("60-80 kg", 70.0, ""), ("60 - 82 kg", 71.0, ""),
        ("35 mg at 82 kg", 82.0, ""), ("given 0.5 mg/kg (41 mg at 82 kg)", 82.0, ""), ("82 kilograms", 82.0, ""),
        ("BMI 18-30 kg/m2", 70.0, "body mass index"), ("BMI 24 kg/m², weight 82 kg", 82.0, ""),
        ("25 kg·m-2", 70.0, "body mass index"), ("25 kg m^2", 70.0, "body mass index"), ("BMI 31", 70.0, "body mass"),
        ("weight > 50 kg", 70.0, "'> 50 kg' is a limit"), ("at least 50 kg", 70.0, "is a limit"),
        ("≤ 120 kg, mean 82 kg", 82.0, ""), ("SD 8 kg", 70.0, "'8 kg' is no weight of an adult"),
        ("25 kg", 70.0, "'25 kg' is no weight of an adult"), ("154 lb", 70.0, "write kg"), ("", 70.0, ""),
    ],
)  # fmt: skip
def test_a_weight_in_words_is_the_mean_and_what_is_no_weight_is_said(words, kg, said):
    found = described(f"healthy adults, {words}")
    assert found.weight_kg == kg and found.adult
    assert said in "; ".join(found.notes) and bool(found.notes) == bool(said)


def test_the_weight_sets_the_level():
    usual, *same = numbers(
        {"population": "adults, 71.5 kg"}, {"population": "adults, 71.5 ± 8 kg"}, {"population": "adults, 71,5 kg"}
    )
    assert same == [usual, usual]
    assert usual < numbers({})[0]  # 70 kg


@pytest.mark.parametrize(
    ("words", "age_y", "adult"),
    [("72 ± 5 y", 72.0, True), ("20–40 years", 30.0, True), ("20 to 40 y", 30.0, True), ("over 65 years", 70.0, True),
     (">60 y", 70.0, True), ("boys, 8 y, 25 kg", 8.0, False), ("children, 10-30 kg", 6.0, False),
     ("6 h after 50 mg", 35.0, True), ("adults, ill for 10 years, 70 kg", 35.0, True), ("aged 25 y", 25.0, True),
     ("adults (mean age 44.5 years)", 44.5, True)],
)  # fmt: skip
def test_an_age_in_words_is_the_mean_and_tells_a_child(words, age_y, adult):
    found = described(words)
    assert (found.age_y, found.adult) == (age_y, adult)


def test_the_column_adult_has_two_words():
    yes, no, neither = answers({"adult": "Yes"}, {"adult": "0"}, {"adult": "maybe"})
    assert yes.predicted == numbers({})[0] and "a child" in no.note
    assert neither.predicted is None and "adult 'maybe' is not known" in neither.note


# Doses and durations (case 8).


@pytest.mark.parametrize("dose", ["0.5", ".5", "5e-1", "+0.50", "0.4-0.6", "0.4–0.6", "0.4 to 0.6"])
def test_a_dose_written_another_way_is_the_same_dose(dose):
    assert numbers({"dose": dose, "dose_unit": "mg/kg"}) == pytest.approx(numbers({}))


@pytest.mark.parametrize(
    ("dose", "unit"),
    [("0.5", "MG/KG"), ("0.5", "mg per kg"), ("500", "µg/kg"), ("35000", "mcg"), ("0.035", "g"), ("35", "Mg")],
)
def test_a_dose_in_another_unit_is_the_same_dose(dose, unit):
    assert numbers({"dose": dose, "dose_unit": unit}) == pytest.approx(numbers({}))


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ({"dose": "0,5"}, "dose '0,5' is no number; is the comma a decimal"), ({"dose": "35 mg"}, "dose '35 mg'"),
        ({"dose": "-0.5"}, "is not above 0"), ({"dose": "1_0"}, "underscores"), ({"dose": "one"}, "dose 'one'"),
        ({"dose": "10-5"}, "is no range"), ({"dose": ""}, "dose not stated: Cmax scales with it"),
        ({"dose_unit": ""}, "dose_unit is blank"), ({"dose_unit": "mg/kg/h"}, "it is a rate"),
        ({"dose_unit": "ml"}, "'ml'"),
        ({"infusion_min": "40 min"}, "infusion_min '40 min' is no number"),
        ({"infusion_min": "2,5"}, "'2,5' is no number"),
        ({"infusion_min": "-2"}, "infusion_min -2 is below 0"), ({"infusion_min": "0:40"}, "'0:40' is no number"),
        ({"metric": "conc", "time_h": "1,5"}, "time_h '1,5' is no number"),
        ({"metric": "conc", "time_h": "90 min"}, "time_h '90 min' is no number"),
        ({"metric": "conc", "time_h": "1_0"}, "underscores"), ({"metric": "conc", "time_h": ""}, "the cell is blank"),
        ({"enantiomer": "Q"}, "enantiomer 'Q' is not known"), ({"route": "by magic"}, "route 'by magic'"),
    ],
    ids=str,
)  # fmt: skip
def test_what_cannot_be_read_has_a_reason_and_no_prediction(cells, said):
    (found,) = answers(cells)
    assert found.predicted is None and said in found.note


def test_a_blank_infusion_is_not_stated_and_a_dose_that_does_not_matter_is_filled():
    infusion, tmax = answers({"infusion_min": ""}, {"dose": "", "metric": "Tmax", "unit": "h"})
    assert infusion.predicted == numbers({})[0] and "duration not stated: 40 min" in infusion.note
    assert tmax.predicted is not None and "dose not stated: 50 mg" in tmax.note


@pytest.mark.parametrize(("metric", "unit"), [("Cmax", "ng/mL"), ("AUCinf", "ng*h/mL"), ("conc", "ng/mL")])
def test_twice_the_dose_is_twice_the_level(metric, unit):
    cells = {"metric": metric, "unit": unit, "time_h": "2"}
    one, two = numbers(cells, cells | {"dose": "70"})
    assert two == pytest.approx(2.0 * one, rel=1e-9)


def test_the_order_of_rows_changes_nothing():
    changes = [{}, {"dose": "70"}, {"population": "adults, 90 kg"}, {"metric": "Tmax", "unit": "h"}]
    assert numbers(*changes) == numbers(*changes[::-1])[::-1]


@pytest.mark.parametrize(
    ("word", "metric"), [("CMAX", "Cmax"), ("C_max", "Cmax"), ("t1/2", "t_half"), ("Half-life", "t_half")]
)
def test_a_metric_in_another_spelling_is_the_same(word, metric):
    unit = "h" if metric == "t_half" else "ng/mL"
    assert numbers({"metric": word, "unit": unit}) == numbers({"metric": metric, "unit": unit})


def test_plain_numbers_of_a_program_are_cells():
    plain = {**ROW, "dose": 35.0, "infusion_min": 40, "time_h": None, "value": float("nan")}
    assert predict_rows([plain])[0].predicted == numbers({})[0]


def test_a_value_that_is_no_number_has_no_fold_error_and_says_so(tmp_path):
    from typer.testing import CliRunner

    from liftspan.cli.app import app

    with (tmp_path / "in.csv").open("w", encoding="utf-8", newline="") as table:
        writer = csv.DictWriter(table, [name.upper() for name in ROW])
        writer.writeheader()
        for value in ("200", "<LLOQ", "2_00", "", "0"):
            writer.writerow({name.upper(): cell for name, cell in (ROW | {"value": value}).items()})
    out = tmp_path / "out.csv"
    assert CliRunner().invoke(app, ["body", "predict", str(tmp_path / "in.csv"), "--out", str(out)]).exit_code == 0
    with out.open(encoding="utf-8", newline="") as table:
        rows = list(csv.DictReader(table))
    assert [bool(row["fold_error"]) for row in rows] == [True, False, False, False, False]
    assert [row["predicted_note"].partition(":")[0] for row in rows] == [
        "",
        *["no fold error"] * 2,
        "",
        "no fold error",
    ]


@pytest.mark.parametrize(
    "words", ["adults of " + "9" * 60 + " kg", "adults, ٣٤ kg", "aged 20-" + "4" * 80, "70." + "1" * 60 + " kg"]
)
def test_numbers_in_words_that_nobody_can_mean_leave_the_usual_adult(words):
    # Found by damaging tables: such a number ended in an error of the reader of numbers.
    found = described(words)
    assert found.adult and 0.0 < found.weight_kg <= 300.0
