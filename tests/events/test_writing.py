"""Tables out: rows as they came, doses with their lines, regimens to and from."""

import csv
import io

import pytest

from liftspan.events import balance, events_table, predict, predicted_lines, read_events, schedule, summary
from liftspan.treatment import find_protocol, load_protocols

HEAD = "ID,TIME,EVID,AMT,CMT,DRUG,II,ADDL,name\n"


def test_every_line_comes_back_as_it_stood_with_three_columns_more(read):
    text = '# note\nID, TIME ,EVID,name\n1,2.0,0,"a, b"\n\nC1,0,2,x'
    events = read(text)
    doses = schedule(events)
    lines = list(predicted_lines(events, doses, predict(events, doses)))
    note = "assumed 74 kg; assumed 45 years; no drug in the body"
    assert lines == [
        "# note", "ID, TIME ,EVID,name,predicted,time_since_dose_h,note", f'1,2.0,0,"a, b",0,,{note}', "",
        f"C1,0,2,x,0,,{note}",
    ]  # fmt: skip


def test_comment_rows_come_back_without_a_prediction(read):
    events = read("C,ID,TIME\n.,1,0\nC,1,9\n.,1,5\n")
    doses = schedule(events)
    lines = list(predicted_lines(events, doses, predict(events, doses)))
    assert lines[2] == "C,1,9,,,comment: not used"
    assert lines[3].startswith(".,1,5,0,")


def test_the_explanation_names_the_lines_of_every_dose(answer):
    text = HEAD + "1,5,0,,,,,,\n1,0,1,10,iv,ketamine,24,2,\n1,24,1,30,iv,esketamine,,,\n1,40,3,,,,,,\n"
    explained = answer(text).explained
    assert [(row["time_h"], row["evid"], row["line"], row["repeat"], row["amt_mg"]) for row in explained] == [
        ("0", "1", "3", "0", "10"), ("5", "0", "2", "", ""), ("24", "1", "3", "1", "10"), ("24", "1", "4", "0", "30"),
        ("40", "3", "5", "", ""), ("48", "1", "3", "2", "10"),
    ]  # fmt: skip
    assert [row["note"] for row in explained] == [
        "stood after later rows", "", "additional dose 1; at the same time as line 4: all count",
        "at the same time as line 3: all count", "empties the body",
        "additional dose 2; NOT GIVEN: cancelled by a reset",
    ]  # fmt: skip


def test_at_one_moment_observations_resets_and_doses_are_explained_in_that_order(answer):
    explained = answer(HEAD + "1,1,1,10,iv,ketamine,,,\n1,1,3,,,,,,\n1,1,0,,,,,,\n").explained
    assert [row["event"] for row in explained] == ["observation", "reset", "dose"]


def test_the_summary_says_what_was_assumed(read):
    events = read(HEAD + "2,5,0,,,,,,\n1,0,1,2,iv,ketamine,,,\n1,0,1,10,iv,ketamine,,,\n2,0,0,,,,,,\n")
    doses = schedule(events, "nocb")
    words = "\n".join(summary(events, doses, "nocb", balance(events, doses)))
    for part in (
        "4 rows of 2 people. 2 dose rows = 2 doses",
        "1 row stood after later rows (first: line 5)",
        "rows of one ID lay apart and are one person",
        "takes the next value after it (nocb)",
        "2 people without WT taken as 74 kg",
        "Doses at the same time of one person all count: lines 3, 4.",
        "AMT is below 5 mg on 1 row (first: line 3); it is taken as mg, not mg/kg",
        "Columns not used, only written back: name.",
        "Mass balance: 12 mg given",
    ):
        assert part in words, words


def written(rows) -> bytes:
    stream = io.StringIO()
    writer = csv.DictWriter(stream, rows[0])
    writer.writeheader()
    writer.writerows(rows)
    return stream.getvalue().encode()


@pytest.mark.parametrize("name", sorted(load_protocols()))
def test_a_regimen_written_and_read_gives_the_same_doses(name):
    regimen = find_protocol(name).regimen
    times = [0.0, 1.0, 24.0]
    events = read_events("t.csv", written(events_table(regimen, 80.0, times)))
    doses, rows = schedule(events), events.rows
    planned = sorted(
        (round(session.start_h + dose.start_h, 9), dose.drug.value, dose.route.value, float(dose.amount_mg(80.0)))
        for session in regimen.sessions
        for dose in session.doses
    )
    from liftspan.events.columns import DRUGS, ROUTES

    found = sorted(
        (start, DRUGS[rows.drug[row]].value, ROUTES[rows.route[row]].value, amount)
        for start, row, amount in zip(doses.start_h.tolist(), doses.row, doses.amount_mg.tolist(), strict=True)
    )
    assert found == planned
    lengths = [dose.duration_h for session in regimen.sessions for dose in session.doses]
    assert sorted(rows.duration_h[rows.doses()]) == pytest.approx(sorted(lengths), abs=1e-9)
    assert set(times) <= set(rows.time_h.tolist())
