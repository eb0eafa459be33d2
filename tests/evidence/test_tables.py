"""The shipped tables are read as they are written: counts and values come from their own text."""

import csv
import dataclasses
import pickle
import subprocess
import sys
from importlib.resources import files

import pytest

from liftspan.evidence import load_evidence, primary, shipped_rows, shipped_version

DATA = files("liftspan.evidence") / "data"


def lines_of(name):
    with (DATA / name).open(encoding="utf-8", newline="") as table:
        return list(csv.DictReader(table))


def test_the_shipped_tables_hold_what_their_readme_says():
    evidence = load_evidence()
    assert (len(evidence.trials), len(evidence.arms), len(evidence.observations)) == (78, 168, 679)


def test_murrough_2013_reads_as_printed():
    # The line of observations.csv: murrough2013,ket,24,MADRS,change,-16.5,,1.6,,,47,...
    evidence = load_evidence()
    row = next(row for row in evidence.observations if row.row_id == "murrough2013.001")
    assert (row.trial_id, row.arm_id, row.time_h, row.scale, row.statistic) == (
        "murrough2013", "ket", 24.0, "MADRS", "change",
    )  # fmt: skip
    assert (row.value, row.se, row.n, row.sd, row.ci_low) == (-16.5, 1.6, 47.0, None, None)
    assert row.change_from_h == 0.0
    arm = evidence.arms["murrough2013", "ket"]
    assert (arm.drug, arm.route, arm.dose, arm.dose_unit, arm.infusion_min, arm.session_days) == (
        "ketamine", "iv", 0.5, "mg/kg", 40.0, (0.0,),
    )  # fmt: skip
    trial = evidence.trials["murrough2013"]
    assert (trial.year, trial.pmid, trial.registry_id) == (2013.0, "PMID 23982301", "NCT00768430")


def test_every_number_equals_its_cell():
    # The plain reading of each column, without the table of columns.
    evidence = load_evidence()
    for cells, row in zip(lines_of("observations.csv"), evidence.observations, strict=True):
        for column in ("value", "sd", "se", "ci_low", "ci_high", "n", "cut", "recall_h"):
            assert getattr(row, column) == (float(cells[column]) if cells[column] else None), (row.row_id, column)
    for cells in lines_of("arms.csv"):
        arm = evidence.arms[cells["trial_id"], cells["arm_id"]]
        assert ";".join(f"{day:g}" for day in arm.session_days) == cells["session_days"]


def test_a_change_from_a_phase_keeps_its_word():
    evidence = load_evidence()
    phases = [row for row in evidence.observations if row.change_from == "phase"]
    assert len(phases) == sum(cells["change_from_h"] == "phase" for cells in lines_of("observations.csv")) == 35
    assert all(row.change_from_h is None for row in phases)


def test_source_rows_keep_their_order_and_unknown_columns(folder):
    folder.add_column("observations.csv", "colour", "blue")
    evidence = load_evidence(folder.path)
    assert [row["colour"] for row in evidence.observation_rows] == ["blue"] * 679
    assert [row["row_id"] for row in evidence.observation_rows] == [
        cells["row_id"] for cells in lines_of("observations.csv")
    ]


def test_missing_optional_columns_are_blank(folder):
    for name, column in (("arms.csv", "part_of"), ("observations.csv", "same_as"), ("trials.csv", "setting")):
        folder.drop_column(name, column)
    evidence = load_evidence(folder.path)
    assert {row.same_as for row in evidence.observations} == {""}
    assert {trial.setting for trial in evidence.trials.values()} == {""}


def test_the_shipped_tables_are_read_once():
    assert load_evidence() is load_evidence()


def test_another_folder_may_overlap_a_shipped_trial(folder):
    # A folder with one new trial, whose people took part in Murrough 2013.
    for name in ("trials.csv", "arms.csv", "observations.csv"):
        folder.keep(name, lambda cells: cells["trial_id"] == "berman2000")
    folder.change("trials.csv", "trial_id", "berman2000", overlaps_with="murrough2013")
    assert load_evidence(folder.path).trials["berman2000"].overlaps_with == ("murrough2013",)


def test_primary_rows_leave_out_repeats_and_subgroups():
    # Counted by hand in the table: 134 rows name another in same_as; 13 more belong to subgroups of an arm.
    arms = {(cells["trial_id"], cells["arm_id"]): cells["part_of"] for cells in lines_of("arms.csv")}
    rows = lines_of("observations.csv")
    repeats = sum(bool(cells["same_as"]) for cells in rows)
    subgroups = sum(bool(arms[cells["trial_id"], cells["arm_id"]]) and not cells["same_as"] for cells in rows)
    assert repeats == 134
    assert len(primary(load_evidence().observations)) == 679 - 134 - subgroups


def test_a_contrast_of_two_printed_means_is_not_primary():
    evidence = load_evidence()
    both = [row for row in evidence.observations if row.row_id in ("murrough2013.001", "murrough2013.002")]
    contrast = dataclasses.replace(both[0], row_id="made", statistic="diff_vs_control", value=-7.7)
    assert [row.row_id for row in primary([*both, contrast])] == ["murrough2013.001", "murrough2013.002"]
    # Without the control arm it is the only thing known of the difference.
    assert [row.row_id for row in primary([both[0], contrast])] == ["murrough2013.001", "made"]


def test_a_contrast_of_means_beside_two_rates_stays():
    # lapidus2014 prints a difference of means and only response rates of its arms.
    assert "lapidus2014.001" in {row.row_id for row in primary(load_evidence().observations)}


def test_without_outcomes_no_later_result_is_read(folder):
    # Nonsense in every later result: a prediction must neither see it nor stumble over it.
    folder.change_all("observations.csv", lambda cells: cells["hours_since_first_session"] not in ("0",),
                      value="9999", sd="-3", se="x", ci_low="5", ci_high="1")  # fmt: skip
    hidden = load_evidence(folder.path, outcomes=False)
    assert hidden.observations == load_evidence(outcomes=False).observations
    later = [row for row in hidden.observations if row.time_h is None or row.time_h > 0]
    assert all(row.value is row.sd is row.se is row.ci_low is row.ci_high is None for row in later)
    first = next(row for row in hidden.observations if row.row_id == "daly2018_synapse.001")
    assert (first.value, first.sd, first.n) == (35.0, 5.18, 33.0)


def test_the_other_shipped_tables_can_be_read():
    assert len(shipped_rows("claims.csv")) == 15
    assert len(shipped_rows("predictors.csv")) == 63
    assert len(shipped_rows("meta_analyses.csv")) == 30
    assert len(shipped_rows("acute_observations.csv")) == 155
    assert shipped_version().count(".") == 2


def test_evidence_loads_nothing_but_the_standard_library():
    heavy = ["numpy", "pandas", "pydantic", "matplotlib", "jax", "scipy", "xarray"]
    code = (
        "import sys; from liftspan.evidence.tables import load_evidence; load_evidence(); import liftspan.evidence;"
        f"import liftspan.figures; print([name for name in {heavy} if name in sys.modules])"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert said.strip() == "[]"


@pytest.mark.parametrize("name", ["trials", "arms", "observations"])
def test_frozen_records_cannot_be_changed(name):
    evidence = load_evidence()
    table = getattr(evidence, name)
    record = table[0] if isinstance(table, tuple) else next(iter(table.values()))
    with pytest.raises(dataclasses.FrozenInstanceError):
        record.trial_id = "other"


def test_the_shared_tables_cannot_be_written_to_and_pickle_to_the_same():
    evidence = load_evidence()
    for table in (evidence.trials, evidence.arms, evidence.arm_rows, evidence.observation_rows[0]):
        for change in (lambda table=table: table.update(a=1), lambda table=table: table.clear()):
            with pytest.raises(TypeError, match="shared"):
                change()
        with pytest.raises(TypeError, match="shared"):
            table["a"] = 1
    copy = pickle.loads(pickle.dumps(evidence))
    assert copy == evidence and type(copy.arms) is type(evidence.arms)
