"""Words of papers, and what they mean."""

import pytest

from liftspan.body.concentration import Analyte, Matrix
from liftspan.evidence.kinetics.scenario import scenario_of
from liftspan.treatment.drug import Drug
from liftspan.treatment.route import Route

ROW = {
    "analyte": "ketamine", "drug_given": "racemic ketamine", "route": "IV infusion", "dose": "35", "dose_unit": "mg",
    "infusion_min": "40", "population": "adults", "metric": "Cmax", "unit": "ng/mL",
}  # fmt: skip
K, NK, HNK = Analyte.KETAMINE, Analyte.NORKETAMINE, Analyte.HYDROXYNORKETAMINE


@pytest.mark.parametrize(
    ("words", "route"),
    [
        ("IV", Route.IV), ("i.v.", Route.IV), ("intravenous", Route.IV), ("IV bolus", Route.IV),
        ("prolonged IV infusion", Route.IV), ("target-controlled infusion", Route.IV),
        ("intramuscular", Route.IM), ("IM", Route.IM), ("im injection", Route.IM), ("i.m.", Route.IM),
        ("SC", Route.SC), ("subcutaneous", Route.SC), ("subcutaneous infusion", Route.SC), ("s.c.", Route.SC),
        ("oral solution", Route.ORAL), ("immediate-release tablet", Route.ORAL), ("oral immediate release", Route.ORAL),
        ("PO", Route.ORAL), ("capsule", Route.ORAL),
        ("oral controlled-release tablet", Route.ORAL_EXTENDED), ("extended release tablet", Route.ORAL_EXTENDED),
        ("lozenge", Route.SUBLINGUAL), ("sublingual/buccal film", Route.SUBLINGUAL), ("oromucosal", Route.SUBLINGUAL),
        ("nasal spray", Route.NASAL), ("intranasal (Spravato device)", Route.NASAL), ("rectal solution", Route.RECTAL),
        ("suppository", Route.RECTAL),
    ],
)  # fmt: skip
def test_routes(words, route):
    found = scenario_of({**ROW, "route": words})
    assert (found.route, found.reasons) == (route, ())


@pytest.mark.parametrize(
    "words",
    ["transdermal", "transdermal extended-release patch", "epidural", "epidural bolus", "inhaled", "inhaled nebulised",
     "intrathecal infusion", "caudal", "intraperitoneal", "simulated", ""],
)  # fmt: skip
def test_a_route_without_a_model_gets_a_reason(words):
    found = scenario_of({**ROW, "route": words})
    assert found.route is None
    assert f"route '{words}' has no model" in found.reasons


@pytest.mark.parametrize(
    ("words", "analyte", "enantiomers"),
    [
        ("ketamine", K, "sr"), ("(S)-ketamine", K, "s"), ("esketamine", K, "s"), ("S-ketamine", K, "s"),
        ("S(+)-ketamine", K, "s"), ("(R)-ketamine", K, "r"), ("arketamine", K, "r"), ("(R,S)-ketamine", K, "sr"),
        ("(±)-ketamine", K, "sr"), ("norketamine", NK, "sr"), ("S-norketamine", NK, "s"), ("noresketamine", NK, "s"),
        ("R-norketamine", NK, "r"), ("(S)-norketamine", NK, "s"), ("norketamine (S)", NK, "s"),
        ("total HNK", HNK, "sr"), ("(2R,6R)-HNK", HNK, "r"), ("(2S,6S)-hydroxynorketamine", HNK, "s"),
        ("hydroxynorketamine (total)", HNK, "sr"), ("6-hydroxynorketamine", HNK, "sr"),
    ],
)  # fmt: skip
def test_analytes(words, analyte, enantiomers):
    found = scenario_of({**ROW, "analyte": words})
    assert (found.measured.analyte, found.measured.enantiomers, found.reasons) == (analyte, enantiomers, ())


@pytest.mark.parametrize(
    "words",
    ["dehydronorketamine", "DHNK", "hydroxyketamine", "midazolam", "", "ketamine/midazolam", "ketamine + norketamine"],
)
def test_an_analyte_without_a_model_gets_a_reason(words):
    assert scenario_of({**ROW, "analyte": words}).reasons == (f"analyte '{words}' is not in the model",)


@pytest.mark.parametrize(
    ("words", "drug"),
    [
        ("(R,S)-ketamine", Drug.KETAMINE), ("ketamine racemate", Drug.KETAMINE), ("racemic ketamine", Drug.KETAMINE),
        ("ketamine hydrochloride", Drug.KETAMINE), ("ketamine", Drug.KETAMINE), ("R/S-ketamine", Drug.KETAMINE),
        ("rac-ketamine", Drug.KETAMINE), ("S(+)-ketamine", Drug.ESKETAMINE), ("(S)-ketamine", Drug.ESKETAMINE),
        ("(S)-(+)-ketamine", Drug.ESKETAMINE), ("esketamine hydrochloride", Drug.ESKETAMINE),
        ("Spravato", Drug.ESKETAMINE), ("(R)-(-)-ketamine", Drug.ARKETAMINE), ("R-ketamine", Drug.ARKETAMINE),
    ],
)  # fmt: skip
def test_drugs(words, drug):
    found = scenario_of({**ROW, "drug_given": words})
    assert (found.session.doses[0].drug, found.reasons) == (drug, ())
    assert ("dose taken as base" in found.notes) == ("hydrochloride" in words)


@pytest.mark.parametrize("words", ["placebo", "norketamine", "(2R,6R)-HNK", ""])
def test_other_drugs_get_a_reason(words):
    assert scenario_of({**ROW, "drug_given": words}).reasons == (f"drug '{words}' is not known",)


def test_an_enantiomer_that_was_not_given_gets_a_reason():
    found = scenario_of({**ROW, "drug_given": "esketamine", "analyte": "R-norketamine"})
    assert found.reasons == ("esketamine holds no R-ketamine",)


@pytest.mark.parametrize(
    ("stated", "matrix"),
    [("", Matrix.VENOUS), ("plasma", Matrix.VENOUS), ("serum", Matrix.VENOUS), ("venous", Matrix.VENOUS),
     ("Venous plasma", Matrix.VENOUS), ("arterial", Matrix.ARTERIAL), ("arterial plasma", Matrix.ARTERIAL)],
)  # fmt: skip
def test_matrices(stated, matrix):
    found = scenario_of({**ROW, "matrix": stated})
    assert (found.measured.matrix, found.reasons) == (matrix, ())


def test_a_matrix_without_a_model_gets_a_reason():
    assert "matrix 'CSF' has no model" in scenario_of({**ROW, "matrix": "CSF"}).reasons[0]


def test_what_is_missing_is_filled_in_and_said():
    found = scenario_of({"analyte": "ketamine", "drug_given": "ketamine", "route": "IV"})
    assert found.reasons == ()
    assert found.notes == ("dose not stated: 50 mg", "duration not stated: 40 min")
    assert (found.weight_kg, found.adult) == (70.0, True)
    assert scenario_of({}).reasons  # nothing at all is no crash


@pytest.mark.parametrize(
    ("dose", "said"),
    [
        ("0", "is not above 0 and at most 5000 mg"),
        ("99999999", "at most 5000 mg"),
        ("9" * 400, "more than 40 characters"),
    ],
)
def test_an_impossible_dose_gets_a_reason(dose, said):
    assert said in scenario_of({**ROW, "dose": dose, "route": "nasal"}).reasons[0]


def test_a_dose_in_words_gets_a_reason_and_no_other_dose():
    assert "dose 'a lot' is no number" in scenario_of({**ROW, "dose": "a lot"}).reasons[0]


def test_an_infusion_of_a_year_gets_a_reason():
    assert scenario_of({**ROW, "infusion_min": "525600"}).reasons == ("infusion_min is above 43200 min (30 days)",)


def test_steps_of_an_infusion_are_read_from_the_words():
    # 3 steps of 60 min at 0.14, 0.28 and 0.42 mg/kg/h: 0.84 mg/kg in all.
    words = "healthy males; 3 x 60 min steps: S-ketamine 0.14/0.28/0.42 mg/kg/h"
    doses = scenario_of({**ROW, "population": words}).session.doses
    assert [dose.start_h for dose in doses] == [0.0, 1.0, 2.0]
    assert sum(dose.amount for dose in doses) == pytest.approx(0.84)
    assert len(scenario_of({**ROW, "population": words.replace("60", "0")}).session.doses) == 1
