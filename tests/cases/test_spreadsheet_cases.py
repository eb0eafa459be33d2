"""No table of any command holds a cell that a spreadsheet would compute; numbers and dashes stay."""

import csv
import io
from pathlib import Path

from cli.conftest import said

PATIENT = (Path(__file__).parents[2] / "examples" / "patient.toml").read_text(encoding="utf-8")
EVENTS = "ID,TIME,EVID,AMT,DUR,CMT,DRUG\n{0},0,1,40,1,iv,ketamine\n{0},1,0,.,.,.,.\n"


def test_no_command_writes_a_cell_that_a_spreadsheet_would_compute(tmp_path):
    # reliability.md: a patient's file =1+1.toml became a formula of the written table.
    patients, trials = tmp_path / "patients", tmp_path / "trials"
    patients.mkdir()
    (patients / "=1+1.toml").write_text(PATIENT, encoding="utf-8")
    events, kinetics = tmp_path / "events.csv", tmp_path / "kinetics.csv"
    events.write_text(EVENTS.format("=1+1").replace("DRUG\n", "DRUG,@NOTE\n").replace("ketamine\n", "ketamine,-1+1\n")
                      .replace(".,.\n", ".,.,-5\n"), encoding="utf-8")  # fmt: skip
    kinetics.write_text(
        "row_id,study_id,analyte,drug_given,route,dose,dose_unit,infusion_min,population,n,metric,time_h,value,unit\n"
        "+a,@b,ketamine,ketamine,iv,0.5,mg/kg,40,adults,10,Cmax,,-,ng/mL\n"
    )
    trials.mkdir()
    (trials / "trials.csv").write_text("trial_id,short_citation,year,design\n=t,A 2020,2020,parallel_rct\n")
    (trials / "arms.csv").write_text(
        "trial_id,arm_id,label,drug,route,dose,dose_unit,infusion_min,session_days,n,baseline_mean,control\n"
        "=t,@a,ketamine,ketamine,iv,0.5,mg/kg,40,0,20,32,saline\n"
    )
    (trials / "observations.csv").write_text(
        "trial_id,arm_id,row_id,hours_since_first_session,scale,statistic,value,n\n=t,@a,+r,24,MADRS,change,-12,20\n"
    )
    out = tmp_path / "out.csv"
    explained = tmp_path / "explained.csv"
    for words, cells in (
        (["body", "table", events, "--out", out, "--explain", explained], {"'=1+1", "'@NOTE", "'-1+1", "-5"}),
        (["body", "predict", kinetics, "--out", out], {"'+a", "'@b", "-"}),
        (["evidence", "predict", trials, "--out", out], {"'=t", "'@a", "'+r", "-12"}),
        (["forecast", patients, "--out", out], {"'=1+1"}),
    ):
        found = said(*words)
        assert found.code == 0, found
        written = {cell for row in csv.reader(io.StringIO(out.read_text(encoding="utf-8"))) for cell in row}
        assert cells <= written
    assert "'=1+1,0,1,dose" in explained.read_text(encoding="utf-8")
