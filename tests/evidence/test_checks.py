"""Broken copies of the tables: each mistake is named with file, line, column, value and likely cause."""

import pytest

from liftspan.errors import InvalidInput
from liftspan.evidence import load_evidence


def problems(folder):
    with pytest.raises(InvalidInput) as caught:
        load_evidence(folder.path)
    assert caught.value.subject == "the evidence tables"
    return caught.value.problems


def one(folder):
    found = problems(folder)
    assert len(found) == 1, found
    return found[0]


ROW = ("observations.csv", "row_id", "murrough2013.001")
ARM = ("arms.csv", "label", "midazolam 0.045 mg/kg")

MISTAKES = [
    (ROW, {"value": "-16,5"}, ["column value", "'-16,5' is no number", "decimal point"]),
    (ROW, {"n": "about 40"}, ["column n", "'about 40' is no number"]),
    (ROW, {"se": "nan"}, ["column se", "no number", "leave the cell blank"]),
    (ROW, {"value": "-61"}, ["column value", "-61", "below -60"]),
    (ROW, {"statistic": "mean", "value": "61"}, ["column value", "61 as mean on MADRS is above 60"]),
    (ROW, {"statistic": "response_rate", "value": "64"}, ["column value", "64", "above 1", "percentage? Write 0.64"]),
    (ROW, {"sd": "-6.6"}, ["column sd", "-6.6 is below 0", "minus sign"]),
    (ROW, {"ci_low": "-10", "ci_high": "-20"}, ["column ci_low", "-10 is above ci_high -20", "swapped"]),
    (ROW, {"arm_id": "kat"}, ["column arm_id", "murrough2013 / kat", "arms.csv", "did you mean 'ket'?"]),
    (ROW, {"same_as": "murrough2013.01"}, ["column same_as", "murrough2013.01", "did you mean 'murrough2013.0"]),
    (ROW, {"same_as": "murrough2013.001"}, ["column same_as", "its own row"]),
    (ROW, {"change_from_h": "start"}, ["column change_from_h", "'start'", "phase, screening"]),
    (ROW, {"statistic": ""}, ["column statistic", "blank"]),
    (ROW, {"row_id": "murrough2013.002"}, ["column row_id", "'murrough2013.002'", "already on line"]),
    (ARM, {"female_fraction": "61.9"}, ["column female_fraction", "61.9 is above 1", "Write 0.619"]),
    (ARM, {"session_days": "0,3,7"}, ["column session_days", "'0,3,7'", "0;3;7"]),
    (ARM, {"part_of": "kett"}, ["column part_of", "murrough2013 / kett", "did you mean 'ket'?"]),
    (ARM, {"dose_min": "3", "dose_max": "1"}, ["column dose_min", "3 is above dose_max 1"]),
    (ARM, {"baseline_scale": "MADRS", "baseline_mean": "70"}, ["column baseline_mean", "70 on MADRS is above 60"]),
    (("trials.csv", "trial_id", "murrough2013"), {"overlaps_with": "zarate06"}, ["column overlaps_with", "'zarate06'"]),
    (("trials.csv", "trial_id", "murrough2013"), {"year": "203"}, ["column year", "203 is below 1950"]),
]


@pytest.mark.parametrize(("where", "cells", "said"), MISTAKES, ids=[str(cells) for _, cells, _ in MISTAKES])
def test_each_mistake_is_named(folder, where, cells, said):
    line = folder.change(*where, **cells)
    found = [problem for problem in problems(folder) if f"{where[0]} line " in problem and said[0] in problem]
    assert len(found) == 1
    for words in [*said, where[0]]:
        assert words in found[0]
    # A double is told on its second line, every other mistake on its own.
    assert f"line {line}" in found[0]


def test_an_arm_without_trial_and_its_rows_are_all_named(folder):
    line = folder.change(*ARM, trial_id="murrough2031")
    found = problems(folder)
    assert f"arms.csv line {line}, column trial_id: 'murrough2031' stands in no row of trials.csv" in found[0]
    assert "did you mean 'murrough2013'?" in found[0]
    # Its observations have lost their arm: murrough2013.002 and .005.
    assert sum("murrough2013 / mdz" in problem for problem in found) == 2


def test_several_mistakes_in_several_files_are_told_at_once(folder):
    folder.change(*ROW, value="x", sd="-1")
    folder.change(*ARM, dose="0.045 mg")
    folder.change("trials.csv", "trial_id", "zarate2006", n_randomised="0")
    folder.drop_column("arms.csv", "route")
    found = problems(folder)
    for words in ("'x' is no number", "-1 is below 0", "'0.045 mg'", "0 is below 1", "column route is missing"):
        assert any(words in problem for problem in found), words
    assert len(found) == 5


def test_a_duplicate_arm_and_trial_are_named(folder):
    for name in ("trials.csv", "arms.csv"):
        header, rows = folder.rows(name)
        folder.write(name, header, [*rows, rows[0]])
    trial, arm = problems(folder)
    assert "trials.csv line 80, column trial_id: 'daly2018_synapse' stands already on line 2" in trial
    assert "arms.csv line 170, column arm_id: 'daly2018_synapse / p1_placebo' stands already on line 2" in arm


def test_a_misspelt_column_is_missing_and_its_near_name_is_told(folder):
    text = (folder.path / "observations.csv").read_text(encoding="utf-8")
    (folder.path / "observations.csv").write_text(text.replace("statistic", "statistics", 1), encoding="utf-8")
    assert "line 1: column statistic is missing; did you mean 'statistics'?" in problems(folder)[0]


def test_an_empty_file(folder):
    (folder.path / "arms.csv").write_bytes(b"")
    assert "arms.csv: the file is empty" in one(folder)


def test_a_header_without_rows(folder):
    folder.keep("observations.csv", lambda row: False)
    assert "observations.csv: only a header, no rows" in one(folder)


@pytest.mark.parametrize("content", [b"PK\x03\x04\x14\x00\xff\xfe", b"trial_id,arm_id\0,\0\n"])
def test_a_binary_file(folder, content):
    (folder.path / "trials.csv").write_bytes(content)
    assert "trials.csv" in one(folder) and "CSV (UTF-8)" in one(folder)


def test_a_missing_file_and_a_missing_folder(folder):
    (folder.path / "trials.csv").unlink()
    assert "trials.csv: there is no such file" in one(folder)
    with pytest.raises(InvalidInput, match="no such folder"):
        load_evidence(folder.path / "nowhere")


def test_a_row_with_a_cell_too_many_is_named(folder):
    path = folder.path / "trials.csv"
    path.write_text(path.read_text(encoding="utf-8").rstrip("\n") + ",one,two\n", encoding="utf-8")
    assert "trials.csv line 79: 20 cells under 18 columns; put quotation marks" in one(folder)


def test_an_open_quotation_mark_is_named(folder):
    path = folder.path / "arms.csv"
    path.write_text(path.read_text(encoding="utf-8") + '"open', encoding="utf-8")
    assert "is a quotation mark left open?" in one(folder)
