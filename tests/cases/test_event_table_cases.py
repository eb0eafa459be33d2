"""Event tables of public reports: each file is answered with its right value, or refused with its line and cause."""

import pytest

from cases.event_tables import CLOCK, DATA, level, understood
from liftspan.errors import InvalidInput
from liftspan.events import load_events

FILES = DATA / "events"
ONE = ((40, 1, 1),)  # 40 mg over one hour, seen at its end: (mg, hours, hours since) of each dose that counts
SHORT = 40 / 60  # hours of 40 mg at 60 mg/h

ACCEPTED = {  # file: levels of its observed rows as sums of doses, and what is said
    "e01_simple": ([((40, 0.667, 0.667),), ((40, 0.667, 24),), ((40, 0.667, 49), (40, 0.667, 25), (40, 0.667, 1))], "",
                  80, 44),
    "e02_same_time": ([(), ((40, 0, 24),)] * 2, ""),
    "e05_reset_cmt0": ([((40, SHORT, 1),), (), ((40, SHORT, 1),)], "Numbers as CMT or DVID"),
    "e06_reset_in_infusion": ([((40, 1, 0.4),), (), ()], ""),
    "e07_evid4_addl": (
        [((40, 1, 12),), ((40, 1, 12.5), (40, 1, 0.5)), ((40, 1, 24.5), (40, 1, 12.5), (40, 1, 0.5))], ""),
    "e09_unsorted": ([((40, 1, 5),), ((80, 1, 5),), ((80, 1, 1),), ONE], "4 rows stood after later rows"),
    "e10_ids": ([ONE, ONE, ((80, 1, 1),), ((20, 1, 1),), ((60, 1, 1),), ((10, 1, 1),)],
                "are one person: 1.0 = 1.\nCaution: IDs that differ only in case, blanks or leading zeros are "
                "different people: 007 and 7."),
    "e11_c_column": ([ONE], "Rows with something in column C were left out: 1."),
    "e12_hash_header": ([ONE], ""),
    "e13_at_header": ([ONE], ""),
    "e14_bom_crlf": ([ONE], ""),
    "e18_cr_only": ([ONE], ""),
    "e19_no_final_newline": ([ONE], ""),
    "e20_trailing_delims": ([ONE], ""),
    "e20b_trailing_delims_data_only": ([ONE], ""),
    "e21_trailing_blank_rows": ([ONE], "2 rows of 1 person"),
    "e22_quotes": ([ONE], ""),
    "e25_padded": ([ONE], ""),
    "e33_iso_zone_dst": ([ONE, ONE], "TIME held date-times"),
    "e35_iso_space_z": ([ONE, ((40, 1, 1 + 0.123456 / 3600),), ((40, 1, 2),)], "TIME held date-times"),
    "e35b_iso_weekdate": ([ONE], "TIME held date-times"),
    "e36_excel_serial": ([((40, 1, 0.0416667),)],
                         "the first record is at hour 46110.375 on line 2: the day of a spreadsheet (2026-03-29)?"),
    "e38_rate0_dur": ([ONE], ""),
    "e41_no_evid_mdv": ([ONE, ((40, 1, 2),)], ""),
    "e42_mdv_dose_contradiction": ([ONE], ""),
    "e45_lowercase": ([ONE], "", 80),
    "e47_dup_rows": ([ONE + ONE] * 2, "Doses at the same time of one person all count: lines 2, 3."),
    "e48_dose_after_last_obs": ([ONE], ""),
    "e51_addl_overlap": ([tuple((40, 6, 30 - 4 * i) for i in range(6))], "40 mg over 6 h on line 2 is longer than any"),
    "e61_evid_float": ([ONE], ""),
    "e67_wt_varying": ([ONE, ((40, 1, 25), (40, 1, 1))], "", 80),
    "e68_only_obs": ([(), ()], "Caution: no dose in this table"),
    "e69_only_dose": ([], ""),
    "e70_evid2": ([ONE], ""),
    "e73_weird_reset_first": ([ONE], ""),
    "e74_obs_at_reset": ([ONE, ONE], ""),
    "e76_tiny_time": ([(), ((40, 1, 1e-8),)], ""),
    "e79_formula_injection": ([ONE], "Columns not used, only written back: COMM."),
    "e80_ss2": ([((40, 0, 1),)], ""),
    "e81_rate_int": ([((40, SHORT, 1),), ((40, 40 / 0.667, 1),)],
                     "RATE is in mg/h: 40 mg over 59.97 h on line 4 is longer than any infusion"),
    "e84_int_overflow_addl": ([ONE], ""),
    "e87_dur_minutes": ([((40, 40, 1),)], "DUR is in h: 40 mg over 40 h on line 2 is longer than any infusion whose "
                        "length the tables print (3 h); minutes?"),
    "e88_time_minutes": ([((40, 40, 40),), ((40, 40, 60),), ((40, 40, 120),)],
                         "TIME is in h, and every time is a multiple of 5 (40, 60, 120, ...); minutes?"),
    "e91_id_case": ([()], "different people: A1 and a1.\nCaution: people with observations and no dose: a1."),
    "e92_id_float_int": ([ONE], "IDs that are the same number are one person: 1.0 = 1."),
    "e95_wt_lb": ([ONE], "pounds? 176 lb are 79.8 kg", 176),
    "e99_mixed_bolus_inf": ([((10, 0, 1), *ONE), ((10, 0, 7), (40, 1, 7), *ONE)], "all count: lines 2, 3"),
    "f01_same_rate_overlap": ([((40, 2, h), (20, 1, h - 0.5)) for h in (1, 2, 3)], ""),
    "f03_cmt_on_obs": ([ONE, ((40, 1, 2),)], "Numbers as CMT or DVID on rows without a use for them were not used: 2."),
}  # fmt: skip
TWO_ROUTES = "e75_two_routes"  # its own test: the witness is the table itself

REFUSED = {  # file: what is said, a text for each problem that must be there
    "e03_rate_codes": ("line 2, RATE: -2 asks for a modelled rate", "line 4, RATE: -1 asks"),
    "e04_cmt_number": ("line 2, CMT: compartment number 1 says no route; write one of iv, nasal",),
    "e08_time_resets": ("line 4, TIME: the clock of ID 1 goes back at this reset; " + CLOCK,),
    "e15_utf16": ("the text is UTF-16",),
    "e16_latin1": ("line 2: no UTF-8 text",),
    "e17_semicolon": ("line 1: the cells are separated by ';'",),
    "e23_spaces_tabs": ("line 1: the cells are separated by tabs",),
    "e24_space_sep": ("line 1: one column only; are the cells separated by blanks?",),
    "e26_sep_line": ("line 1: 'sep=' is a line for a spreadsheet",),
    "e27_thousands": ("line 3, TIME: '1,200' is no number; is the comma between thousands",),
    "e28_sci": ("line 4, TIME: '1D0' is no number; write the exponent with E",),
    "e30_negative_time": ("line 2, TIME: -24 is negative; it lies before the person's first record",),
    "e31_clock_hhmm": ("column DATE: not supported: a date apart from its time",),
    "e31b_clock_hhmm_nodate": ("line 2, TIME: '23:30' is a time without its date", "line 3, TIME: '00:30'"),
    "e31c_clock_day": ("line 3, TIME: the clock of ID 1 stays within 24 h while DAY goes from 1 to 2", CLOCK[1:]),
    "e32_ddmm": ("line 2, TIME: '03/04/2026 09:00' is no ISO date-time (the day or the month may stand first here)",),
    "e34_iso_nozone": ("line 2, TIME: '2026-03-29T01:30:00' has no zone",),
    "e35c_iso_date_only": ("line 2, TIME: '2026-03-29' is a date without its time and has no zone",),
    "e35d_iso_24h": ("line 2, TIME: '2026-03-28T24:00:00Z': hour 24 is hour 0 of the next day",
                     "line 3, TIME: '2026-03-29T01:00:60Z': seconds run from 0 to 59"),
    "e37_zero_dose": ("line 2, AMT: a dose needs an amount above 0",),
    "e39_rate_amt0": ("line 2, AMT: a dose needs an amount above 0",),
    "e40_amt_on_obs": ("line 2, AMT: AMT stands on a row that is no dose",),
    "e43_evid_101": ("line 2, EVID: event 101 is not supported",),
    "e44_evid5": ("line 2, EVID: event 5 (replace) is not supported",),
    "e46_dup_header_case": ("column TIME: this column stands 2 times",),
    "e49_ss": ("line 2, SS: 1: steady state is not supported",),
    "e50_ii_no_addl": ("line 2, II: an interval without ADDL repeats nothing",),
    "e52_na_missing": ("line 2, WT: 'NA' is no number; where it is not known write '.', or leave the cell blank",
                       "line 3, CMT: 'NA' is no route; where it is not known",
                       "line 3, DRUG: 'NA' is no drug"),
    "e52b_minus99": ("line 2, WT: -99: is it a code for a missing value? Where it is not known write '.'",),
    "e53_blq": ("line 3, DV: '<5' is no number; a level below quantification is '.' with MDV 1",),
    "e54_logdv": ("line 3, DV: -0.5 is negative; DV is in ng/mL; is it a logarithm?",),
    "e60_dvid_number": ("line 3, DVID: '1' is no analyte", "line 4, DVID: '2' is no analyte"),
    "e62_addl_neg": ("line 2, ADDL: -1 must be a whole number",),
    "e63_unicode_minus": ("line 4, TIME: '２' is no number; write the digits 0 to 9",
                          "line 5, TIME: '−3' is no number; is the minus sign another dash?"),
    "e64_nan_inf": ("line 3, TIME: 'nan' is no number", "line 4, TIME: 'inf' is no number; it is not finite",
                    "line 5, TIME: '1e400' is no number; it is not finite", "line 6, TIME: '0x10' is no number",
                    "line 7, TIME: '1_0' is no number; write digits without underscores"),
    "e65_embedded_newline": ("line 3: a cell holds a line break",),
    "e71_comma_text": ("line 3: 9 cells under 8 columns; put quotation marks around text with a comma",),
    "e72_pct_route": ("line 6, CMT: route 'IV DRIP' is not known",),
    "e77_empty": ("the file is empty",),
    "e78_header_only": ("no events",),
    "e83_dv_typed": ("column PREDICTED: this command writes a column of that name",),
    "e85_ii_zero_addl": ("line 2, ADDL: additional doses need II",),
    "e86_note_column": ("column NOTE: this command writes a column of that name",),
    "e89_amt_ug": ("line 2, AMT: above 1000 mg in a day; was it in mcg",),
    "e90_excel_errors": ("line 4: '#N/A' is an error of a spreadsheet, not a comment", "line 5: '#REF!' is an error",
                         "line 6, TIME: '#VALUE!' is no number; it is an error of a spreadsheet"),
    "e93_id_blank_carry": ("line 3, ID: blank", "line 4, ID: blank"),
    "e94_cov_conflict": ("line 3, WT: 81, but 80 on line 2 at the same time of the same person",),
    "e96_age_child": ("line 2, AGE: 12 is outside 18 to 100 years",),
    "e97_multi_table_header": ("line 1: 'TABLE NO.  1' is a line of NONMEM output; delete it",),
    "e98_repeat_header": ("line 4: the header stands here again",),
    "f04_predose_negative": ("line 2, TIME: -0.05 is negative; it lies before the person's first record",),
    "f05_occ_restart": ("line 4, TIME: the clock of ID 1 goes back where OCC goes from 1 to 2; " + CLOCK,),
}  # fmt: skip


def test_every_file_has_its_outcome():
    assert sorted([*ACCEPTED, *REFUSED, TWO_ROUTES]) == sorted(path.stem for path in FILES.glob("*.csv"))


@pytest.mark.parametrize("name", ACCEPTED)
def test_what_is_accepted_has_the_level_of_the_same_treatment_in_words(name):
    sums, said, *body = ACCEPTED[name]
    found = understood(FILES / f"{name}.csv")
    expected = [sum(level(*dose, *body) for dose in doses) for doses in sums]
    assert found.levels == pytest.approx(expected, rel=1e-6, abs=1e-9)  # times are kept to 1e-9 h
    assert said in found.said


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused_names_its_line_and_its_cause(name):
    with pytest.raises(InvalidInput) as refused:
        load_events(FILES / f"{name}.csv")
    for words in REFUSED[name]:
        assert any(words in problem for problem in refused.value.problems), refused.value.problems


def test_doses_by_two_routes_add_up():
    both, iv, oral = understood(FILES / f"{TWO_ROUTES}.csv").levels
    assert both == pytest.approx(iv + oral, rel=1e-12)
    assert both == pytest.approx(level(40, 1, 2) + level(50, 0, 2, route="oral"), rel=1e-6)


@pytest.mark.parametrize(
    ("name", "line", "note"),
    [
        ("e87_dur_minutes", 0, "dose; over 40 h: minutes?"),
        ("e81_rate_int", 2, "dose; over 59.97 h: mg/min?"),
        ("e36_excel_serial", 0, "dose; first record at hour 46110.375: the day of a spreadsheet (2026-03-29)?"),
    ],
)
def test_a_caution_stands_in_the_note_of_its_row(name, line, note):
    found = understood(FILES / f"{name}.csv")
    assert found.notes[line] == note
    assert all("?" not in other for i, other in enumerate(found.notes) if i != line)


@pytest.mark.parametrize("name", ["e20_trailing_delims", "e20b_trailing_delims_data_only", "e21_trailing_blank_rows"])
def test_a_table_with_empty_cells_at_its_end_comes_back_in_columns(name):
    rows = [row for row in understood(FILES / f"{name}.csv").rows if row["ID"]]
    assert [row["note"] for row in rows] == ["dose", "assumed 74 kg; assumed 45 years"]
    assert float(rows[1]["predicted"]) == pytest.approx(level(40, 1, 1), rel=1e-6)
    assert all(None not in row and None not in row.values() for row in rows)


def test_a_file_is_named_by_a_text_as_well():
    name = FILES / "e01_simple.csv"
    assert load_events(str(name)).raw == load_events(name).raw
