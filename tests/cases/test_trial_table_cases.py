"""Evidence tables as people write them: the same trial in other words gives the same numbers, or is refused by line."""

import csv
from dataclasses import replace

import numpy as np
import pytest

from cases.small_trials import BOTH, FEW, KET, PBO, ROW, folder, numbers, predicted, rows_of
from liftspan.errors import InvalidInput
from liftspan.evidence import load_evidence
from liftspan.evidence.browse import make_filters
from liftspan.evidence.forest import forest
from liftspan.evidence.predict import predict_trials
from liftspan.evidence.vocabularies import WORDS, read_word


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    return numbers(predicted(tmp_path_factory.mktemp("base")))


def problems(path, **cells):
    with pytest.raises(InvalidInput) as caught:
        load_evidence(folder(path, **cells))
    return caught.value.problems


# Units of dose (cases 3).


@pytest.mark.parametrize(
    ("dose", "unit"),
    [("0.5", "MG/KG"), ("0.5", "mg / kg"), ("0.5", "mg·kg-1"), ("0.5", "mg per kg"), ("0.5", "mg kg⁻¹"),
     (".5", "Mg/Kg"), ("5e-1", "mg/kg"), ("500", "ug/kg"), ("500", "µg/kg"), ("500", "mcg/kg"),
     ("500", "microgram/kg")],
)  # fmt: skip
def test_a_dose_in_another_unit_or_spelling_is_the_same_dose(base, tmp_path, dose, unit):
    assert numbers(predicted(tmp_path, ket={"dose": dose, "dose_unit": unit})) == base


def test_a_converted_dose_is_said_beside_the_predictions_of_its_arm(tmp_path):
    found = predicted(tmp_path, ket={"dose": "500", "dose_unit": "ug/kg"})
    assert "dose 500 ug/kg read as 0.5 mg/kg" in found["t1.001"].note
    assert "ug/kg" not in found["t1.002"].note


def test_a_fixed_dose_in_micrograms_or_grams_is_the_same_dose(tmp_path):
    written = (("35", "mg"), ("35000", "ug"), ("35000", "mcg"), ("0.035", "g"))
    found = [numbers(predicted(tmp_path, ket={"dose": dose, "dose_unit": unit})) for dose, unit in written]
    assert found[0] == found[1] == found[2] == found[3]


@pytest.mark.parametrize(
    ("unit", "said"),
    [("", "is blank beside dose 0.5: mg or mg/kg?"), ("mg/kg/h", "it is a rate"), ("mg/m2", "per area of the body"),
     ("ml", "valid: mg, mg/kg"), ("IU", "valid: mg, mg/kg"), ("mg HCl", "by hand"), ("mg/kk", "valid: mg, mg/kg")],
)  # fmt: skip
def test_a_unit_that_is_blank_or_no_dose_is_asked_for(tmp_path, unit, said):
    (problem,) = problems(tmp_path, ket={"dose_unit": unit})
    assert problem.startswith("arms.csv line 2, column dose_unit") and said in problem


# Days of sessions (case 4).


def test_days_counted_from_one_are_shifted_and_unsorted_ones_sorted_and_both_are_said(tmp_path):
    rows = rows_of({}, {"hours_since_first_session": "96"})
    right = predicted(tmp_path, ket={"session_days": "0;3"}, pbo={"session_days": "0;3"}, rows=rows)
    for days, said in (("1;4", "counted from 1: shifted"), ("3;0", "sorted"), ("4;1", "shifted")):
        found = predicted(tmp_path, ket={"session_days": days}, pbo={"session_days": days}, rows=rows)
        assert numbers(found) == numbers(right)
        assert said in found["t1.001"].note


def test_a_first_session_after_day_zero_is_said_to_leave_nothing_given_before_it(tmp_path):
    found = predicted(tmp_path, ket={"session_days": "2;5"})
    assert "first session of the drug on day 2" in found["t1.001"].note


@pytest.mark.parametrize(
    ("days", "said"),
    [("0;0;3", "day 0 stands twice"), ("0;3;3.0", "day 3 stands twice"), ("-1;2", "-1 is below 0"),
     ("1;4", "other arms of this trial on day 0"), ("0;3,5", "write days as 0;3;7"), ("0;1e9", "is above"),
     (";".join(map(str, range(1200))), "at most 1,000")],
)  # fmt: skip
def test_days_that_cannot_be_are_refused_with_their_line(tmp_path, days, said):
    found = problems(tmp_path, ket={"session_days": days})
    assert any("arms.csv line 2, column session_days" in one and said in one for one in found), found


def test_the_limits_of_the_evidence_read_the_same_days_as_the_arm(tmp_path):
    # treatment/limits.py and the rules of the forecast read the cells, not the records.
    evidence = load_evidence(folder(tmp_path, ket={"session_days": "4;1"}, pbo={"session_days": "1"}))
    assert evidence.arm_rows["t1", "ket"]["session_days"] == "0;3"
    assert evidence.arms["t1", "ket"].session_days == (0.0, 3.0)


# People (case 5).

RATE = {"statistic": "response_rate", "value": "0.5", "sd": ""}


def of_size(path, n, arm_n="", whole=""):
    rows = rows_of({"n": n}, RATE | {"n": n})
    return predicted(path, trial={"n_randomised": whole}, ket={"n": arm_n}, pbo={"n": arm_n}, rows=rows)


def test_the_n_of_the_row_sets_the_width(tmp_path):
    found = {n: of_size(tmp_path, n) for n in ("3", "20", "200")}
    for row_id in ("t1.001", "t1.002"):
        width = [found[n][row_id].high - found[n][row_id].low for n in ("3", "20", "200")]
        assert width[0] > width[1] > width[2]
    assert (found["3"]["t1.002"].low, found["3"]["t1.002"].high) == (0.0, 1.0)


def test_the_n_of_the_row_goes_before_that_of_its_arm(tmp_path):
    few, all_of_them = (of_size(tmp_path, n, arm_n="20") for n in ("3", "20"))
    thirds = few["t1.002"].draws * 3.0
    assert thirds == pytest.approx(np.round(thirds))  # a rate among three people
    assert few["t1.001"].high - few["t1.001"].low > all_of_them["t1.001"].high - all_of_them["t1.001"].low


@pytest.mark.parametrize(
    ("arm_n", "whole", "rows_n", "said"),
    [("20", "40", "", "n of the row not stated: 20, of the arm"), ("", "40", "", "n not stated: the 40 of the trial"),
     ("", "", "", "n not stated: 29, the median of the shipped arms")],
)  # fmt: skip
def test_a_filled_n_is_said(tmp_path, arm_n, whole, rows_n, said):
    assert said in of_size(tmp_path, rows_n, arm_n, whole)["t1.001"].note


def test_an_n_of_another_row_of_the_arm_is_used_before_the_trial(tmp_path):
    rows = rows_of({"n": ""}, RATE | {"n": "12"})
    found = predicted(tmp_path, ket={"n": ""}, rows=rows)
    assert "n not stated: 12, the largest of the arm's other rows" in found["t1.001"].note


def test_more_people_than_the_arm_and_the_trial_hold_are_refused_and_more_than_the_arm_are_doubted(tmp_path):
    (problem,) = problems(tmp_path, rows=rows_of({"n": "200"}))
    assert "observations.csv line 2, column n: 200 people, in an arm of 20, of 40 randomised" in problem
    (problem,) = problems(tmp_path, trial={"n_randomised": ""}, rows=rows_of({"n": "21"}))
    assert "21 people, in an arm of 20" in problem
    (problem,) = problems(tmp_path, ket={"n": ""}, rows=rows_of({"n": "41"}))
    assert "41 people, of 40 randomised" in problem
    found = predicted(tmp_path, rows=rows_of({"n": "30"}))
    assert "observations.csv line 2: 30 people, in an arm of 20" in found["t1.001"].note
    part = KET | {"arm_id": "women", "part_of": "ket", "n": "25"}
    (problem,) = problems(tmp_path, ket={"part_of": ""}, more_arms=[part])
    assert "25 people in a part of an arm of 20" in problem


# Words (case 6).


@pytest.mark.parametrize(
    "cells",
    [
        {"ket": {"drug": "Ketamine", "route": "IV"}},
        {"ket": {"drug": " racemic ketamine ", "route": "intravenous"}},
        {"ket": {"drug": "(R,S)-ketamine", "route": "i.v."}},
        {"trial": {"design": "Parallel-RCT", "concomitant_antidepressant": "CONTINUED", "population": "trd"}},
        {"trial": {"design": "rct", "concomitant_antidepressant": "stable"}},
        {"pbo": {"drug": "Placebo", "control": "Saline"}},
        {"pbo": {"control": "placebo"}},
        {"pbo": {"control": ""}},
        {"pbo": {"drug": "saline", "control": "normal saline"}},
        {"ket": {"control": "No"}},
        {"ket": {"baseline_scale": "madrs"}, "pbo": {"baseline_scale": "Montgomery-Åsberg"}},
        {"rows": rows_of({"scale": "madrs"}, {"arm_id": "pbo", "scale": "MADRS total score"})},
        {"rows": rows_of({"statistic": "Change"}, {"arm_id": "pbo", "statistic": "change from baseline"})},
        {"rows": rows_of({"event": "At time"}, {"arm_id": "pbo", "event": "at_time"})},
        {"rows": rows_of({"analysis_set": "MMRM"}, {"arm_id": "pbo", "analysis_set": "mixed model"})},
        {"rows": rows_of({"carry_over": "no"}, {"arm_id": "pbo", "carry_over": "N"})},
    ],
    ids=str,
)
def test_the_same_trial_in_other_words_gives_the_same_numbers(base, tmp_path, cells):
    assert numbers(predicted(tmp_path, **cells)) == base


def test_a_midazolam_control_in_another_case_or_not_stated_is_midazolam(base, tmp_path):
    mdz = {"drug": "midazolam", "control": "midazolam"}
    right = predicted(tmp_path, pbo=mdz)
    assert numbers(right) != base
    for cells in ({"control": "Midazolam"}, {"drug": "MDZ"}, {"control": ""}):
        assert numbers(predicted(tmp_path, pbo=mdz | cells)) == numbers(right)
    # The control sets what every arm expects: all of them say that it was filled.
    found = predicted(tmp_path, pbo=mdz | {"control": ""})
    assert all("control of pbo not stated: midazolam, by its drug" in one.note for one in found.values())


def test_open_label_is_open_however_it_is_written(base, tmp_path):
    found = [
        numbers(predicted(tmp_path, trial={"design": word})) for word in ("open_label", "Open_label", "open label")
    ]
    assert found[0] == found[1] == found[2] != base


@pytest.mark.parametrize(
    ("part", "column", "word", "said"),
    [
        ("ket", "drug", "ketamin", "did you mean 'ketamine'?"), ("ket", "drug", "snake oil", "other:NAME"),
        ("ket", "drug", "ketamine HCl", "doses are of base"), ("ket", "drug", "NA", "leave the cell blank"),
        ("ket", "route", "ivv", "did you mean 'iv'?"), ("ket", "route", "telepathy", "valid: "),
        ("pbo", "control", "midazolan", "did you mean 'midazolam'?"),
        ("pbo", "control", "active placebo", "which one?"), ("pbo", "control", "water", "valid: "),
        ("trial", "design", "open_lable", "did you mean 'open_label'?"),
        ("trial", "design", "haphazard", "valid: "), ("trial", "population", "TRDD", "did you mean 'TRD'?"),
        ("trial", "concomitant_antidepressant", "continuedd", "did you mean 'continued'?"),
        ("trial", "setting", "on the moon", "valid: "),
    ],
)  # fmt: skip
def test_an_unknown_word_of_a_trial_or_arm_is_refused_with_its_line(tmp_path, part, column, word, said):
    cells = {"setting": ""} if part == "trial" else {}
    (problem,) = problems(tmp_path, **{part: cells | {column: word}})
    line = {"trial": "trials.csv line 2", "ket": "arms.csv line 2", "pbo": "arms.csv line 3"}[part]
    assert problem.startswith(f"{line}, column {column}: {column} '{word}'") and said in problem


@pytest.mark.parametrize(
    ("column", "word", "meant"),
    [("scale", "MARDS", "MADRS"), ("statistic", "chnage", "change"), ("statistic", "respones_rate", "response_rate"),
     ("event", "at_tiem", "at_time"), ("analysis_set", "obsreved", "observed")],
)  # fmt: skip
def test_a_near_miss_in_a_row_is_refused_with_its_line(tmp_path, column, word, meant):
    (problem,) = problems(tmp_path, rows=rows_of({column: word}))
    assert problem.startswith(f"observations.csv line 2, column {column}") and f"did you mean '{meant}'?" in problem


@pytest.mark.parametrize(
    ("column", "word"),
    [("scale", "HAMA"), ("scale", "hama"), ("scale", "Edmonton scale"), ("scale", "HAMD31"), ("statistic", "SMD"),
     ("statistic", "median_days_to_response"), ("statistic", "area under the mood"), ("event", "on Tuesdays"),
     ("analysis_set", "the friendly ones"), ("analysis_set", "BOCF")],
)  # fmt: skip
def test_a_word_that_is_near_no_known_one_leaves_its_row_without_a_prediction_and_names_itself(tmp_path, column, word):
    found = predicted(tmp_path, rows=rows_of({column: word}, {}))
    assert found["t1.001"].predicted is None and word.casefold() in found["t1.001"].note.casefold()
    assert found["t1.002"].predicted is not None


@pytest.mark.parametrize("drug", ["lanicemine", "Propofol", "other:snake oil", "nitrous oxide"])
def test_another_treatment_is_shown_and_not_predicted(base, tmp_path, drug):
    third = PBO | {"arm_id": "third", "drug": drug, "control": "active_drug", "dose": "", "dose_unit": ""}
    rows = [*BOTH, ROW | {"row_id": "t1.003", "arm_id": "third"}]
    found = predicted(tmp_path, trial={"n_randomised": "60"}, rows=rows, more_arms=[third])
    assert found["t1.003"].predicted is None and "has no model here" in found["t1.003"].note
    assert numbers(found)[:2] == base


def test_an_unknown_population_is_said_and_not_pooled(tmp_path):
    assert "population 'sailors' is not known" in predicted(tmp_path, trial={"population": "sailors"})["t1.001"].note
    found = forest(load_evidence(tmp_path))
    assert found.groups == () and found.left_out == (("Invented 2020", "not a sample of unipolar depression: sailors"),)


def test_every_shipped_word_reads_to_itself():
    evidence = load_evidence()
    tables = {
        "trials.csv": evidence.trial_rows.values(),
        "arms.csv": evidence.arm_rows.values(),
        "observations.csv": evidence.observation_rows,
    }
    for file, column in WORDS:
        for word in {row[column] for row in tables[file]} - {""}:
            assert read_word(file, column, word) == word
            assert read_word(file, column, f" {word.swapcase()} ") == word


def test_filters_of_the_command_line_read_the_same_words():
    filters = make_filters(load_evidence(), ["S-ketamine"], ["Intranasal"], ["Placebo spray"], ["RCT"])
    assert (filters.drugs, filters.routes, filters.controls, filters.designs) == (
        ("esketamine",), ("nasal",), ("placebo_spray",), ("parallel_rct",),
    )  # fmt: skip


# Numbers as text, and the form of the file.


@pytest.mark.parametrize(
    ("cell", "said"),
    [("-1_2", "without underscores"), ("-12,5", "decimal point"), ("−12", "another dash"),
     ("-12 points", "write the number"), ("NA", "leave the cell blank"), ("1e999", "not finite"),
     ("٣", "is no number")],
)  # fmt: skip
def test_a_cell_that_is_no_number_is_refused_with_its_cause(tmp_path, cell, said):
    (problem,) = problems(tmp_path, rows=rows_of({"value": cell}))
    assert problem.startswith(f"observations.csv line 2, column value: '{cell}' is no number") and said in problem


def test_blank_rows_empty_columns_a_byte_order_mark_and_capitals_in_the_header_change_nothing(base, tmp_path):
    folder(tmp_path)
    for name in ("trials.csv", "arms.csv", "observations.csv"):
        header, *lines = (tmp_path / name).read_text(encoding="utf-8").splitlines()
        text = "\r\n".join([f"{header.upper()},", *(f"{line}," for line in lines), "," * (header.count(",") + 1), ""])
        (tmp_path / name).write_bytes(b"\xef\xbb\xbf" + text.encode())
    evidence = load_evidence(str(tmp_path), outcomes=False)
    found = predict_trials(evidence, FEW)
    assert [(one.predicted, one.low, one.high) for one in found] == base


def test_a_written_row_comes_back_in_its_own_words(tmp_path):
    from typer.testing import CliRunner

    from liftspan.cli.app import app

    folder(tmp_path, rows=rows_of({"scale": "madrs", "statistic": "Change"}))
    out = tmp_path / "out.csv"
    assert CliRunner().invoke(app, ["evidence", "predict", str(tmp_path), "--out", str(out)]).exit_code == 0
    with out.open(encoding="utf-8", newline="") as table:
        (row,) = csv.DictReader(table)
    assert (row["scale"], row["statistic"]) == ("madrs", "Change") and float(row["predicted"]) < 0.0


# Numbers that contradict each other (case 14).


@pytest.mark.parametrize(
    ("cells", "column", "said"),
    [
        ({"value": "12", "ci_low": "-16", "ci_high": "-8", "sd": ""}, "value", "A sign may be lost"),
        ({"value": "-20", "ci_low": "-16", "ci_high": "-8", "sd": ""}, "value", "outside its own interval"),
        ({"se": "8"}, "se", "8 is also the SD"),
        ({"se": "9"}, "se", "above the SD"),
        ({"se": "4"}, "se", "does not fit the SD 8 of 20 people"),
        ({"sd": "", "se": "8"}, "se", "does the cell hold the SD?"),
        ({"sd": "", "se": "1.8", "ci_low": "-12.2", "ci_high": "-11.8"}, "se", "half of it is"),
        ({"sd": "45"}, "sd", "more than half of its 60 points"),
        ({"statistic": "response_rate", "value": "0.5", "sd": "", "cut": "50"}, "cut", "per cent? Write 0.5"),
        ({"statistic": "remission_rate", "value": "0.5", "sd": "", "cut": "100"}, "cut", "highest score on MADRS"),
    ],
    ids=str,
)
def test_numbers_that_cannot_all_be_right_are_refused_with_their_line(tmp_path, cells, column, said):
    (problem,) = problems(tmp_path, rows=rows_of(cells))
    assert problem.startswith(f"observations.csv line 2, column {column}: ") and said in problem


def test_an_item_above_the_total_and_fewer_ever_than_at_the_time_are_refused(tmp_path):
    mean = {"statistic": "mean", "sd": ""}
    rows = rows_of(mean | {"value": "3"}, mean | {"scale": "MADRS_item10", "value": "5"})
    (problem,) = problems(tmp_path, rows=rows)
    assert "observations.csv line 3, column value: 5 of MADRS_item10 is above the total of 3 on line 2" in problem
    (problem,) = problems(tmp_path, rows=rows_of(RATE, RATE | {"event": "ever", "value": "0.4"}))
    assert "0.4 ever is below 0.5 at that time (line 2)" in problem


@pytest.mark.parametrize(
    ("cells", "said"),
    [({"baseline_sd": "200"}, "column baseline_sd: 200 points on MADRS, more than half"),
     ({"baseline_sd": "0"}, "0 is no spread of scores"), ({"baseline_sd": "1e-300"}, "is no spread of scores"),
     ({"baseline_mean": "320"}, "320 on MADRS is above 60"), ({"dose_min": "1", "dose_max": "2"}, "outside dose_min"),
     ({"dose": "0"}, "an arm without drug is placebo"), ({"dose": "6000", "dose_unit": "mg"}, "is above 5000 mg"),
     ({"infusion_min": "1e6"}, "is above 43200")],
)  # fmt: skip
def test_an_arm_that_cannot_be_is_refused_with_its_line(tmp_path, cells, said):
    found = problems(tmp_path, ket=cells)
    assert any("arms.csv line 2" in one and said in one for one in found), found


def test_contradictions_of_later_results_do_not_stop_a_prediction(base, tmp_path):
    rows = rows_of({"value": "12", "se": "9", "ci_low": "-16", "ci_high": "-8"}, {"arm_id": "pbo", "value": "x"})
    assert numbers(predicted(tmp_path, rows=rows)) == base


# Outside the evidence (6).


@pytest.mark.parametrize(("dose", "unit"), [("50", "mg/kg"), ("5", "mg/kg"), ("500", "mg"), ("1.2", "mg/kg")])
def test_a_dose_above_the_highest_studied_by_that_route_is_not_answered(tmp_path, dose, unit):
    found = predicted(tmp_path, ket={"dose": dose, "dose_unit": unit})
    assert found["t1.001"].predicted is None
    assert "lies outside the evidence on mood; the highest studied is 1 mg/kg" in found["t1.001"].note
    assert found["t1.002"].predicted is not None


def test_relapse_after_such_a_dose_is_not_answered_either(tmp_path):
    rows = rows_of(
        {"statistic": "relapse_free_fraction", "value": "0.5", "sd": "", "hours_since_first_session": "2000"}
    )
    usual, high = (predicted(tmp_path, ket={"dose": dose}, rows=rows)["t1.001"] for dose in ("0.5", "50"))
    assert usual.predicted is not None
    assert high.predicted is None and "lies outside the evidence on mood" in high.note


def test_the_top_of_a_range_counts_as_the_dose(tmp_path):
    found = predicted(tmp_path, ket={"dose_min": "0.5", "dose_max": "6"})
    assert found["t1.001"].predicted is None and "6 mg/kg" in found["t1.001"].note


@pytest.mark.parametrize(
    ("cells", "row", "said"),
    [
        ({"infusion_min": "2400"}, {}, "infusion of 2400 min; those of the tables ran 40 to 45 min"),
        ({"infusion_min": "2"}, {}, "infusion of 2 min"),
        ({"session_days": "0;3000"}, {}, "a session on day 3000; the tables end on day 392"),
        ({"session_days": "0;1;2;3;4"}, {}, "5 sessions in 7 days; no arm by that route gave more than 3"),
        ({"dose": "0.5", "dose_unit": "mg"}, {}, "0.5 mg at 70 kg; the lowest dose by that route is 7 mg"),
        ({}, {"hours_since_first_session": "20000"}, "20000 h; the last reading of the tables is at 9408 h"),
    ],
)
def test_what_lies_outside_the_evidence_is_predicted_and_cautioned(tmp_path, cells, row, said):
    found = predicted(tmp_path, ket=cells, rows=rows_of(row))["t1.001"]
    assert found.predicted is not None and "outside the evidence" in found.note and said in found.note


def test_a_time_that_no_study_reaches_is_not_answered_and_costs_nothing(tmp_path):
    rows = rows_of({"hours_since_first_session": "1e6"}, RATE | {"event": "ever", "hours_since_first_session": "1e15"})
    found = predicted(tmp_path, ket={"schedule": "weekly for 4 weeks, then weekly"}, rows=rows)
    assert all(one.predicted is None and "longer than any study" in one.note for one in found.values())


def test_before_the_first_session_a_rating_is_that_of_its_start_and_nobody_relapses(tmp_path):
    relapse = {"statistic": "relapse_free_fraction", "value": "0.5"}
    mean = {"statistic": "mean", "value": "32"}
    early = [one | {"sd": "", "hours_since_first_session": "-24"} for one in (mean, relapse)]
    found = predicted(tmp_path, rows=rows_of(*early, mean | {"sd": "", "hours_since_first_session": "0"}))
    assert found["t1.001"].predicted == found["t1.003"].predicted
    assert "before the first session" in found["t1.001"].note
    assert found["t1.002"].predicted is None and "nobody was followed for relapse yet" in found["t1.002"].note


# Pooling (case 13).


def no_events(path, value="0"):
    rows = rows_of(RATE | {"n": "10", "value": value}, RATE | {"arm_id": "pbo", "n": "60", "value": value})
    return load_evidence(folder(path, trial={"n_randomised": "70"}, ket={"n": "10"}, pbo={"n": "60"}, rows=rows))


@pytest.mark.parametrize(
    ("value", "said"), [("0", "no event in either arm"), ("1", "the event in everybody of both arms")]
)
@pytest.mark.parametrize("by", ["drug", "control", "time"])
def test_a_trial_without_an_event_in_either_arm_is_left_out_with_the_reason(tmp_path, value, said, by):
    found = forest(no_events(tmp_path, value), "response", by, None if by == "time" else 24)
    assert found.groups == ()
    ((citation, reason),) = found.left_out
    assert citation == "Invented 2020" and reason.startswith(said) and reason.endswith("24 h")


def test_the_reported_trial_without_events_is_left_out_although_its_numbers_of_people_are_doubted(tmp_path):
    # Its rows and arms disagree on n as well (20 of an arm of 10, 60 of 40 randomised): doubts, and no refusal.
    rows = rows_of({}, RATE | {"n": "10", "value": "0"}, RATE | {"arm_id": "pbo", "n": "60", "value": "0"})
    evidence = load_evidence(folder(tmp_path, ket={"n": "10"}, pbo={"n": "60"}, rows=rows))
    assert len(evidence.remarks) == 2
    ((_, reason),) = forest(evidence, "response", "drug", 24).left_out
    assert reason.startswith("no event in either arm")
    ((_, reason),) = forest(
        load_evidence(folder(tmp_path, ket={"n": "10"}, rows=rows_of({}, {"arm_id": "pbo"})))
    ).left_out
    assert reason.startswith("a row with more people than its arm")


def test_one_event_is_enough(tmp_path):
    evidence = no_events(tmp_path)
    first, *others = evidence.observations
    (group,) = forest(replace(evidence, observations=(replace(first, value=0.1), *others)), "response").groups
    assert group.pooled.studies == 1


@pytest.mark.parametrize(
    ("outcome", "by"), [("madrs", "drug"), ("response", "route"), ("remission", "time"), ("madrs", "control")]
)
def test_every_shipped_trial_stands_in_the_forest_or_under_left_out(outcome, by):
    evidence = load_evidence()
    found = forest(evidence, outcome, by)
    shown = {study.citation for group in found.groups for study in group.studies}
    named = {citation for citation, _ in found.left_out}
    assert shown | named == {trial.citation or trial.trial_id for trial in evidence.trials.values()}
    assert all(reason for _, reason in found.left_out)


def test_a_drug_in_another_case_does_not_vanish_from_the_forest(tmp_path):
    right, other = (forest(load_evidence(folder(tmp_path, ket={"drug": word}))) for word in ("ketamine", "KETAMINE"))
    assert right == other and right.groups[0].name == "ketamine"


@pytest.mark.parametrize(
    ("outcome", "said"), [("Change", "did you mean 'madrs'?"), ("respones", "did you mean 'response'?")]
)
def test_an_unknown_outcome_is_refused_and_one_in_capitals_is_known(outcome, said):
    with pytest.raises(InvalidInput, match="--outcome") as caught:
        forest(load_evidence(), outcome, "drug", 24)
    assert said in str(caught.value)
    assert forest(load_evidence(), "MADRS", "Drug") == forest(load_evidence(), "madrs", "drug")
