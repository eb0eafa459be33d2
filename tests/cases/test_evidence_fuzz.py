"""Tables with cells changed at random: refused in words, or answered with finite numbers inside their interval."""

import math
import random

import pytest

from cases.small_trials import KET, PBO, ROW, TRIAL, folder
from liftspan.errors import InvalidInput
from liftspan.evidence import load_evidence
from liftspan.evidence.forest import forest
from liftspan.evidence.kinetics import predict_rows
from liftspan.evidence.predict import predict_trials
from liftspan.evidence.vocabularies import WORDS
from liftspan.posterior import load_posterior

FOLDERS, KINETICS, SEED = 150, 600, 20261201
VERY_FEW = load_posterior().first(10)
VOCABULARY = {column: words.vocabulary for (_, column), words in WORDS.items()}
NUMBERS = ("", "0", "0.001", "0.45", "0.5", "1", "2.5", "7", "12", "20", "24", "40", "59.9", "60", "84", "168", "400",
           "9408", "99999", "1e5", "-24", "1e-300")  # fmt: skip
NASTY = (
    "1e308",
    "nan",
    "inf",
    "1_0",
    "0,5",
    "−3",
    "٣",
    "½",
    "\x1b[31m",
    "=1+1",
    "a" * 4000,
    "\u202e",
    "1e30",
    "-0",
    "NA",
)
DAYS = ("", "0;3", "1;4", "3;0", "0;0", "0;1;2;3;4;5;6", "5;9", "0;4000", "0;0.5", "11", "4166", "a;b")
SCHEDULES = ("", "once", "weekly for 4 weeks, then every 2 weeks",
             "thrice weekly for 600 weeks, then individualised",
             "every 0 days", "weekly, every 2 or every 4 weeks",
             "every 1 days until month 100, then weekly")  # fmt: skip
LEFT_ALONE = ("trial_id", "arm_id", "row_id", "blinding", "short_citation", "label")
STATISTICS = {
    "change": "-5", "mean": "20", "percent_change": "-40", "response_rate": "0.5", "remission_rate": "0.2",
    "diff_vs_control": "-4", "relapse_free_fraction": "0.5", "hazard_ratio": "0.5", "median_days_to_relapse": "90",
}  # fmt: skip


def a_cell(rng, column, old):
    if column in LEFT_ALONE:
        return old
    if rng.random() < 0.08:
        return rng.choice(NASTY)
    if column in VOCABULARY:
        return rng.choice((*VOCABULARY[column].words, *VOCABULARY[column].synonyms))
    choices = {"session_days": DAYS, "schedule": SCHEDULES, "dose_unit": ("mg", "mg/kg", "ug/kg", "g", "")}
    return rng.choice(choices.get(column, NUMBERS))


def a_folder(rng, path):
    more = dict.fromkeys(("dose_min", "dose_max", "schedule", "weight_kg_mean"), "")
    trial, ket, pbo = TRIAL | {"setting": "", "medication": ""}, KET | more, PBO | more
    rows = []
    for number in range(rng.randint(1, 3)):
        statistic = rng.choice(tuple(STATISTICS))
        cells = {"row_id": f"t1.{number}", "arm_id": rng.choice(("ket", "pbo")), "sd": "", "recall_h": ""}
        hours = rng.choice(("24", "168", "0", "-24", "672", "9408", ""))
        cells |= {"statistic": statistic, "value": STATISTICS[statistic], "hours_since_first_session": hours}
        rows.append(ROW | cells)
    for _ in range(rng.randint(1, 4)):
        line = rng.choice((trial, ket, pbo, *rows))
        column = rng.choice(tuple(line))
        line[column] = a_cell(rng, column, line[column])
    return folder(path, trial=trial, ket=ket, pbo=pbo, rows=rows)


def plain(text):
    return all(one.isprintable() or one == "\n" for one in text)


@pytest.mark.parametrize("part", range(3))
def test_a_changed_folder_is_refused_in_words_or_answered_with_finite_numbers(tmp_path, part):
    rng = random.Random(SEED + part)
    answered = 0
    for _ in range(FOLDERS // 3):
        a_folder(rng, tmp_path)
        try:
            evidence = load_evidence(tmp_path, outcomes=False)
        except InvalidInput as error:
            assert plain(str(error)) and ".csv" in str(error)
            continue
        for one in predict_trials(evidence, VERY_FEW):
            if one.predicted is None:
                assert one.note
                continue
            answered += 1
            assert all(map(math.isfinite, (one.low, one.predicted, one.high))), one
            assert one.low <= one.predicted <= one.high, one
        try:
            found = forest(load_evidence(tmp_path), rng.choice(("madrs", "response", "remission")))
        except InvalidInput:
            continue  # a contradiction of results, which a prediction does not read
        named = {study.citation for group in found.groups for study in group.studies}
        assert named | {citation for citation, _ in found.left_out} == {"Invented 2020"}
    assert answered > FOLDERS // 10  # many changes leave a trial that can be predicted


def a_row(rng):
    row = {
        "analyte": "ketamine", "drug_given": "ketamine", "route": "iv", "dose": "35", "dose_unit": "mg",
        "infusion_min": "40", "metric": "Cmax",
        "population": "adults, 70 kg", "time_h": "2", "unit": "ng/mL", "adult": "", "matrix": "",
        "enantiomer": "",
    }  # fmt: skip
    words = {
        "analyte": ("S-ketamine", "norketamine/ketamine", "HNK", "x"), "route": ("nasal", "oral", "im", "patch"),
        "drug_given": ("esketamine", "(R)-ketamine", "water"),
        "metric": ("conc", "AUC24", "AUCinf", "F", "t1/2", "AUC_ratio"),
        "population": ("71.5 ± 8 kg", "BMI 18-30 kg/m2", "children 2-9 y", "8 kg", "9999 kg",
                       "3 x 0 min steps: a 1 mg/kg/h"),
        "unit": ("h", "ug/mL", "%", "ng*h/mL", ""), "dose_unit": ("mg/kg", "ug", "g", "IU", ""),
    }  # fmt: skip
    for _ in range(rng.randint(1, 4)):
        column = rng.choice(tuple(row))
        row[column] = rng.choice((*words.get(column, ()), *NUMBERS)) if rng.random() < 0.9 else rng.choice(NASTY)
    return row


def test_a_changed_row_of_kinetics_has_a_finite_number_or_a_reason():
    rng = random.Random(SEED)
    found = predict_rows([a_row(rng) for _ in range(KINETICS)])
    for one in found:
        assert (one.predicted is None and one.note) or (math.isfinite(one.predicted) and one.predicted >= 0.0), one
    assert KINETICS // 10 < sum(one.predicted is not None for one in found) < KINETICS
