"""Reading: what is accepted, and every kind of bad input with its message."""

import numpy as np
import pytest

from liftspan.errors import InvalidInput
from liftspan.events import load_events, read_events

HEAD = "ID,TIME,EVID,AMT,CMT,DRUG\n"
DOSE = "1,0,1,40,iv,ketamine\n"
LOOK = "1,1,0,.,.,.\n"


def test_names_of_columns_and_words_have_no_case(read):
    rows = read("id,Time,evid,AMT,Cmt,drug,dvid\n1,0,1,40,IV,Ketamine,\n1,1,0,,,,S_Ketamine\n").rows
    assert rows.amount_mg.tolist() == [40.0, 0.0]
    assert rows.evid.tolist() == [1, 0]


def test_a_dot_is_blank_and_comments_and_blank_lines_are_left_out(read):
    text = '# made by hand, "quote left open\n' + HEAD + DOSE + '\n#1,0,1,40,iv,"\n' + LOOK
    assert read(text).rows.line.tolist() == [3, 6]


def test_a_column_c_marks_comments_as_in_nonmem(read):
    assert read("C,ID,TIME,EVID,AMT,CMT,DRUG\n.,1,0,1,40,iv,ketamine\nC,1,x,y,,,\n,1,1,0,,,\n").rows.line.tolist() == [
        2,
        4,
    ]


def test_a_byte_order_mark_and_windows_line_ends_do_no_harm():
    events = read_events("t.csv", b"\xef\xbb\xbf" + (HEAD + DOSE + LOOK).replace("\n", "\r\n").encode())
    assert events.rows.time_h.tolist() == [0.0, 1.0]


def test_without_evid_a_row_with_an_amount_is_a_dose(read):
    assert read("ID,TIME,AMT,CMT,DRUG\n1,0,40,iv,ketamine\n1,1,.,.,.\n").rows.evid.tolist() == [1, 0]


def test_identifiers_are_any_text(read):
    assert read(HEAD + "P-07,0,1,40,iv,ketamine\nÜ x,1,0,,,\nP-07,2,0,,,\n").people == ("P-07", "Ü x")


def test_hydrochloride_becomes_base_and_keeps_its_duration(read):
    # Label: 32.3 mg of hydrochloride = 28 mg of base; 32.3 mg at 32.3 mg/h last an hour in either form.
    rows = read("ID,TIME,EVID,AMT,RATE,CMT,DRUG,SALT\n1,0,1,32.3,32.3,iv,ketamine,hydrochloride\n").rows
    assert rows.amount_mg.tolist() == [28.0]
    assert rows.duration_h.tolist() == [1.0]


def test_rate_and_duration_say_the_same(read):
    rows = read("ID,TIME,EVID,AMT,RATE,DUR,CMT,DRUG\n1,0,1,40,60,0,iv,ketamine\n1,9,1,40,.,0.5,iv,ketamine\n").rows
    assert rows.duration_h == pytest.approx([40 / 60, 0.5], abs=1e-9)  # times are kept to 1e-9 h


def test_date_times_become_hours_through_a_change_of_clocks(read):
    # Berlin, 29 March 2026: 02:00 +01:00 is followed at once by 03:00 +02:00; in October an hour comes twice.
    text = HEAD + (
        "1,2026-03-29T01:30:00+01:00,1,40,iv,ketamine\n1,2026-03-29T03:30:00+02:00,0,,,\n1,2026-03-29T02:30:00Z,0,,,\n"
        "2,2026-10-25T02:30:00+01:00,0,,,\n2,2026-10-25T02:30:00+02:00,0,,,\n"
    )
    events = read(text)
    assert events.dated
    # Each person's clock starts at their own first record, here the last line of person 2.
    assert events.rows.time_h.tolist() == [0.0, 1.0, 2.0, 1.0, 0.0]


REFUSED = {
    "negative time": (HEAD + "1,-0.5,0,,,\n", "t.csv line 2, TIME: -0.5 is negative; it lies before the person's"),
    "time nan": (HEAD + "1,nan,0,,,\n", "line 2, TIME: 'nan' is no number"),
    "blank time": (HEAD + "1,.,0,,,\n", "line 2, TIME: blank"),
    "clock without date": (HEAD + "1,10:30,0,,,\n", "line 2, TIME: '10:30' is a time without its date"),
    "local time": (HEAD + "1,2026-10-25T02:30:00,0,,,\n", "has no zone, and a local time can mean two moments"),
    "date only": (HEAD + "1,2026-10-25,0,,,\n", "has no zone"),
    "no iso": (HEAD + "1,25.10.2026 02:30,0,,,\n", "is no ISO date-time"),
    "mixed": (HEAD + "1,2026-10-25T02:30:00Z,0,,,\n1,3,0,,,\n", "date-times (line 2) and hours (line 3) are mixed"),
    "blank id": (HEAD + ".,0,0,,,\n", "line 2, ID: blank"),
    "evid 5": (HEAD + "1,0,5,40,iv,ketamine\n", "line 2, EVID: event 5 (replace) is not supported"),
    "evid 6": (HEAD + "1,0,6,40,iv,ketamine\n", "event 6 (multiply) is not supported"),
    "evid 101": (HEAD + "1,0,101,40,iv,ketamine\n", "event 101 is not supported; valid: 0 observation, 1 dose"),
    "negative amount": (HEAD + "1,0,1,-40,iv,ketamine\n", "line 2, AMT: -40 is negative"),
    "amount nan": (HEAD + "1,0,1,nan,iv,ketamine\n", "line 2, AMT: 'nan' is no number"),
    "decimal comma": (HEAD + '1,0,1,"40,5",iv,ketamine\n', "'40,5' is no number; is the comma a decimal point? Write"),
    "no amount": (HEAD + "1,0,1,.,iv,ketamine\n", "line 2, AMT: a dose needs an amount above 0"),
    "zero amount": (HEAD + "1,0,4,0,iv,ketamine\n", "a visit without drug is EVID 2"),
    "amount of an observation": (HEAD + "1,0,0,40,iv,ketamine\n", "AMT stands on a row that is no dose; is EVID 1"),
    "micrograms": (HEAD + "1,0,1,40000,iv,ketamine\n", "line 2, AMT: above 1000 mg in a day; was it in mcg"),
    "number as compartment": (HEAD + "1,0,1,40,1,ketamine\n", "compartment number 1 says no route; write one of iv,"),
    "unknown route": (HEAD + "1,0,1,40,nasl,ketamine\n", "route 'nasl' is not known; did you mean 'nasal'?"),
    "no route": (HEAD + "1,0,1,40,.,ketamine\n", "line 2, CMT: a dose needs route of a dose"),
    "no drug": (HEAD + "1,0,1,40,iv,.\n", "line 2, DRUG: a dose needs ketamine, esketamine or arketamine"),
    "placebo": (HEAD + "1,0,1,40,iv,placebo\n", "a placebo is no dose"),
    "no whole device": (HEAD + "1,0,1,50,nasal,esketamine\n", "AMT: 50 mg base is no whole number of nasal devices"),
    "no column DRUG": ("ID,TIME,EVID,AMT,CMT\n1,0,1,40,iv\n1,1,1,40,iv\n", "DRUG: the file has no column DRUG;"),
    "empty": ("", "t.csv: the file is empty"),
    "header only": (HEAD, "t.csv: no events"),
    "no id": ("TIME,EVID\n0,0\n", "t.csv column ID: this column is missing"),
    "no time": ("ID,EVID\n1,0\n", "t.csv column TIME: this column is missing"),
    "twice": ("ID,TIME,time\n1,0,0\n", "t.csv column TIME: this column stands 2 times; keep one"),
    "no name": ("ID,,TIME\n1,0,0\n", "column 2: this column has no name; name it or delete it"),
    "no name at the end": ("ID,TIME,,\n1,0,,0\n", "line 2: column 4 has no name but holds something"),
    "row names of R": ('"","ID","TIME"\n"1",1,0\n', "column 1: this column has no name; are these the row names of R?"),
    "unit in header": ("ID,TIME,EVID,AMT_UG\n1,0,0,\n", "column AMT_UG: AMT holds mg of base"),
    "time in minutes": ("ID,TIME (min)\n1,0\n", "column TIME (MIN): TIME holds hours"),
    "weight by another name": ("ID,TIME,WEIGHT\n1,0,70\n", "column WEIGHT: is it WT (kg)? Name it WT"),
    "date column": ("ID,TIME,DATE\n1,0,1\n", "column DATE: not supported"),
    "body parameter": ("ID,TIME,gut_share\n1,0,1\n", "column GUT_SHARE: a body parameter"),
    "own output": ("ID,TIME,predicted\n1,0,1\n", "this command writes a column of that name"),
    "semicolons": ("ID;TIME;EVID\n1;0;0\n", "line 1: the cells are separated by ';'; save the table with commas"),
    "quote in header": ('ID,TIME,"x"y\n1,0,2\n', "the header is no CSV"),
    "line break in header": ('ID,"TI\nME",x\n1,0,2\n', "the header holds a line break"),
    "short line": (HEAD + "1,0,0\n", "line 2: 3 cells under 6 columns; was the line cut short?"),
    "long line": (HEAD + "1,0,0,,,,x\n", "line 2: 7 cells under 6 columns; put quotation marks"),
    "open quote": (HEAD + '1,0,0,,,"\n1,1,0,,,\n', "is a quotation mark left open?"),
    "line break in a cell": (HEAD + '1,0,0,,,"a\nb"\n', "a cell holds a line break"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_bad_input_is_refused_with_line_column_and_reason(problems, name):
    text, message = REFUSED[name]
    found = problems(text)
    assert any(message in problem for problem in found), found


OF_DOSES = {
    "both": ("RATE,DUR", "60,1", "RATE: RATE and DUR are both given; keep one"),
    "slow rate": ("RATE", "1e-30", "RATE: below 0.001 mg/h; is it in another unit?"),
    "beyond": ("DUR", "1e7", "DUR: 1e7 is beyond 1e+06; is it in another unit"),
    "modelled rate": ("RATE", "-2", "RATE: -2 asks for a modelled rate or duration, which does not exist here"),
    "modelled duration": ("DUR", "-1", "DUR: -1 asks for a modelled rate"),
    "additional without interval": ("ADDL", "3", "ADDL: additional doses need II"),
    "interval without additional": ("II", "24", "II: an interval without ADDL repeats nothing"),
    "half a dose more": ("II,ADDL", "24,1.5", "ADDL: 1.5 must be a whole number"),
    "steady state": ("SS", "1", "SS: 1: steady state is not supported"),
    "flag": ("MDV", "100", "MDV: 100 must be 0 or 1"),
    "logarithm": ("DV", "-2.3", "DV: -2.3 is negative; DV is in ng/mL; is it a logarithm?"),
    "below quantification": ("DV", "<0.5", "DV: '<0.5' is no number; a level below quantification is '.' with MDV 1"),
    "pounds": ("WT", "300", "WT: 300 is outside 30 to 250 kg: is it in kilograms"),
    "child": ("AGE", "9", "AGE: 9 is outside 18 to 100 years"),
    "salt": ("SALT", "sulphate", "SALT: form of a dose 'sulphate' is not known; valid: base, hydrochloride"),
    "scale": ("DVID", "madrs", "DVID: 'madrs' is no analyte"),
    "metabolite in arteries": ("DVID", "norketamine_arterial", "norketamine has a venous model only"),
    "contradiction": ("DVID,MATRIX", "ketamine_arterial,venous", "contradict each other; give one of the two"),
    "matrix": ("MATRIX", "urine", "MATRIX: MATRIX 'urine' is unknown"),
}  # fmt: skip


@pytest.mark.parametrize("name", OF_DOSES)
def test_further_columns_are_checked_too(problems, name):
    columns, cells, message = OF_DOSES[name]
    found = problems(f"ID,TIME,EVID,AMT,CMT,DRUG,{columns}\n1,0,1,40,iv,ketamine,{cells}\n")
    assert any(f"line 2, {message}" in problem or message in problem for problem in found), found


def test_a_number_as_analyte_is_refused_where_something_is_measured(read, problems):
    table = "ID,TIME,EVID,AMT,CMT,DRUG,DVID\n1,0,1,40,iv,ketamine,{}\n1,1,0,,,,{}\n"
    assert "DVID: '1' is no analyte with a model" in problems(table.format("ketamine", 1))[0]
    assert read(table.format(1, "ketamine")).remarks  # on a dose row it says nothing


def test_only_injections_can_be_slow(problems):
    found = problems("ID,TIME,EVID,AMT,DUR,CMT,DRUG\n1,0,1,28,0.1,nasal,esketamine\n")
    assert found == (
        "t.csv line 2, DUR: a nasal dose has no rate or duration; only injections (iv, im, sc) are given slowly",
    )


def test_two_weights_at_one_moment_are_refused(problems):
    found = problems("ID,TIME,WT\n1,0,70\n1,2,71\n1,2,72\n2,2,90\n")
    assert found == ("t.csv line 4, WT: 72, but 71 on line 3 at the same time of the same person",)


def test_a_clock_that_starts_again_at_a_reset_is_refused(problems):
    # NONMEM's occasions: sorting them by time would mix them up.
    found = problems(HEAD + DOSE + "1,8,0,,,\n1,0,4,40,iv,ketamine\n1,8,0,,,\n")
    assert len(found) == 1
    assert "line 4, TIME: the clock of ID 1 goes back at this reset" in found[0]


def test_every_problem_is_reported_at_once_in_the_order_of_lines(problems):
    found = problems(HEAD + "1,0,1,-4,iv,\n1,x,9,,,\n,0,0,,,\n1,0,0\n")
    assert [problem.split(":")[0] for problem in found] == [
        "t.csv line 2, AMT", "t.csv line 2, DRUG", "t.csv line 3, TIME", "t.csv line 3, EVID", "t.csv line 4, ID",
        "t.csv line 5",
    ]  # fmt: skip


def test_a_thousand_problems_are_counted_and_thirty_are_listed(problems):
    found = problems(HEAD + "1,x,0,,,\n" * 1000)
    assert len(found) == 31
    assert found[0].startswith("t.csv line 2, TIME")
    assert found[-1] == "t.csv: 970 more not listed here; mend these first"


def test_binary_files_are_named_as_such(tmp_path):
    for raw, message in ((b"PK\x03\x04\0\0", "a binary file"), (b"ID,TIME\n1,\xff\n", "line 2: no UTF-8 text")):
        with pytest.raises(InvalidInput, match=message):
            read_events("t.csv", raw)
    with pytest.raises(InvalidInput, match="there is no such file"):
        load_events(tmp_path / "none.csv")


def test_rows_are_kept_across_blocks(read):
    # More rows than one block holds: lines, people and order must run on.
    rows = read("ID,TIME\n" + "".join(f"{i // 10},{i % 10}\n" for i in range(45_000))).rows
    assert rows.line.tolist() == list(range(2, 45_002))
    assert np.array_equal(rows.person, np.arange(45_000) // 10)
