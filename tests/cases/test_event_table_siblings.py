"""The kinds of `test_event_table_cases.py` in other spellings, which stand in no report."""

import pytest

from cases.event_tables import CLOCK, HEAD, level, table, understood
from liftspan.errors import InvalidInput
from liftspan.events import read_events


def problems_of(text: str) -> str:
    with pytest.raises(InvalidInput) as refused:
        read_events("t.csv", text.encode())
    return "\n".join(refused.value.problems)


DOSE, LOOK = "1,0,1,40,1,iv,ketamine", "1,1,0,,,,"
WITH_OCC = "ID,{},TIME,EVID,AMT,DUR,CMT,DRUG\n"


def occasions(name: str, *rows: tuple[object, float, bool]) -> str:
    """Rows (occasion, hour, is it a dose) of one person in the order given."""
    lines = (f"1,{word},{hour},{'1,40,1,iv,ketamine' if dose else '0,,,,'}\n" for word, hour, dose in rows)
    return WITH_OCC.format(name) + "".join(lines)


RESTARTS = {
    "OCC": occasions("occ", (1, 0, True), (1, 1, False), (2, 0, True), (2, 1, False)),
    "a sample before each dose": occasions(
        "OCC", (1, 0, False), (1, 0, True), (1, 1, False), (2, 0, False), (2, 0, True)),
    "PERIOD, the second earlier by the clock": occasions(
        "PERIOD", (1, 8, True), (1, 9, False), (2, 7.5, True), (2, 8.5, False)),
    "VISIT in words": occasions(
        "VISIT", ("screening", 0, True), ("screening", 2, False), ("week two", 0.5, True), ("week two", 2, False)),
    "VISIT in words with numbers": occasions("VISIT", ("V1", 0, True), ("V1", 1, False), ("V2", 0.5, False)),
    "sorted by time": occasions("OCC", (1, 0, True), (2, 0, True), (1, 1, False), (2, 1, False)),
    "three of them, unsorted inside": occasions(
        "OCC", (1, 0, True), (1, 2, False), (1, 1, False), (2, 0, True), (2, 1, False), (3, 0, True)),
    "DAY, the hours of a day": occasions("DAY", (1, 8, True), (1, 9, False), (8, 8, True), (8, 10, False)),
    "DAY, in rising order by chance": occasions("DAY", (1, 8, True), (3, 9, False)),
    "DAY, two doses at one hour": occasions("DAY", (1, 8, True), (2, 8, True), (2, 9, False)),
    "no column, three times": table(*([DOSE, LOOK] * 3)),
    "no column, twice, with a sample before": table("1,0,0,,,,", DOSE, LOOK, "1,0,0,,,,", DOSE, LOOK),
    "no column, at hours of the day": table(
        *("1,8,1,40,1,iv,ketamine", "1,9,0,,,,", "1,8.2,1,40,1,iv,ketamine", "1,9.1,0,,,,"),
        *("1,7.9,1,40,1,iv,ketamine", "1,9,0,,,,")),
}  # fmt: skip


@pytest.mark.parametrize("text", RESTARTS.values(), ids=RESTARTS)
def test_a_clock_that_starts_again_is_refused_and_not_sorted(text):
    found = problems_of(text)
    assert "TIME: the clock of ID 1" in found and CLOCK[1:] in found
    assert "\n" not in found  # once a person


ONE_CLOCK = {
    "sorted": occasions("OCC", (1, 0, True), (1, 24, False), (2, 24, True), (2, 25, False)),
    "occasions in falling order": occasions(
        "OCC", (2, 24, True), (2, 25, False), (1, 0, True), (1, 24, False)),
    "doses first, then observations": occasions(
        "OCC", (1, 0, True), (2, 24, True), (1, 1, False), (1, 24, False), (2, 25, False)),
    "observations first": occasions("OCC", (1, 1, False), (2, 25, False), (1, 0, True), (2, 24, True)),
    "OCC is the same all along": occasions("OCC", (1, 5, False), (1, 0, True), (1, 1, False)),
    "days of one clock": occasions("DAY", (1, 0, True), (1, 2, False), (2, 24, True), (2, 26, False)),
    "a label of each row": occasions("VISIT", ("dose", 0, True), ("sample", 1, False), ("dose", 24, True)),
    "days of a cycle": occasions(
        "DAY", (1, 0, True), (8, 168, True), (1, 672, True), (1, 673, False), (8, 840, True), (8, 841, False)
    ),
    "morning and evening": occasions("PERIOD", ("am", 0, True), ("pm", 10, True), ("am", 24, True), ("am", 25, False)),
    "blank where nothing changes": occasions("OCC", (".", 5, False), (1, 0, True), ("", 1, False)),
    "a late dose appended": table(DOSE, LOOK, "1,30,0,,,,", "1,24,1,40,1,iv,ketamine", "1,25,0,,,,"),
    "doses, then observations": table(DOSE, "1,24,1,40,1,iv,ketamine", LOOK, "1,25,0,,,,"),
    "blocks in falling order": table(
        *("1,48,1,40,1,iv,ketamine", "1,49,0,,,,", "1,24,1,40,1,iv,ketamine", "1,25,0,,,,", DOSE, LOOK)),
}  # fmt: skip


@pytest.mark.parametrize("text", ONE_CLOCK.values(), ids=ONE_CLOCK)
def test_a_table_that_is_only_unsorted_is_sorted(text):
    head, *rows = text.splitlines()
    hour = head.split(",").index("TIME")
    # Python's sort is stable: rows of one moment keep their order, as the reader promises.
    ordered = sorted(rows, key=lambda row: float(row.split(",")[hour]))
    expected = dict(zip(ordered, understood("\n".join([head, *ordered])).rows, strict=True))
    for row, answered in zip(rows, understood(text).rows, strict=True):
        assert answered["predicted"] == expected[row]["predicted"]


def test_hours_of_two_neighbouring_days_are_doubted_and_not_refused():
    # A session in the evening and a sample the next morning, on one clock; or the times of two days.
    text = occasions("DAY", (1, 0, True), (2, 12, False))
    assert "Caution: line 3: TIME stays within 24 h while DAY goes from 1 to 2; is it the time of day?" in (
        understood(text).said
    )


def test_date_times_cannot_start_again():
    first, second = "2026-03-02T09:00Z", "2026-03-09T09:00Z"
    text = WITH_OCC.format("OCC") + f"1,1,{second},0,,,,\n1,2,{first},1,40,1,iv,ketamine\n"
    assert understood(text).levels == pytest.approx([level(40, 1, 168)], rel=1e-6)


SLOW = {
    "DUR of a subcutaneous dose": (table("1,0,1,40,45,sc,ketamine"), "DUR is in h: 40 mg over 45 h", "minutes?"),
    "DUR in seconds": (table("1,0,1,40,2400,iv,ketamine"), "40 mg over 2400 h", "another unit?"),
    "RATE in mg/min": (table("1,0,1,0.5,40,iv,ketamine").replace("40,iv", "0.0125,iv").replace("DUR", "RATE"),
                       "RATE is in mg/h: 0.5 mg over 40 h", "mg/min?"),
    "both columns": ("ID,TIME,AMT,RATE,DUR,CMT,DRUG\n1,0,40,,40,iv,ketamine\n", "DUR is in h and RATE is in mg/h",
                     "minutes or mg/min?"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "words", "unit"), SLOW.values(), ids=SLOW)
def test_an_infusion_longer_than_any_of_the_tables_is_cautioned(text, words, unit):
    found = understood(text)
    assert words in found.said and f"{unit} (1 row)" in found.said
    assert unit in found.notes[0]


@pytest.mark.parametrize("hours", [0.667, 1, 3])
def test_an_infusion_as_long_as_the_tables_have_is_not(hours):
    assert "Caution" not in understood(table(f"1,0,1,40,{hours},iv,ketamine", LOOK)).said


def test_the_longest_infusion_is_that_of_the_tables():
    from liftspan.events.cautions import longest_infusion_h
    from liftspan.evidence import shipped_rows

    minutes = [row["infusion_min"] for name in ("arms.csv", "pk_observations.csv") for row in shipped_rows(name)]
    assert longest_infusion_h() * 60 == max(float(cell) for cell in minutes if cell.replace(".", "").isdigit())


CLOCKS = {
    "days of R, three years": (table("1,1100,1,40,1,iv,ketamine", "1,1101,0,,,,"), None),
    "days of R": (table("1,20541,1,40,1,iv,ketamine", "1,20541.04,0,,,,"), "a count of days or a year?"),
    "a year": (table("1,8760,1,40,1,iv,ketamine"), "hour 8760 on line 2: a count of days"),
    "spreadsheet, one person of two": (table(DOSE, "2,45000,0,,,,"), "the day of a spreadsheet (2023-03-15)? Of ID 2."),
    "fractions of a day": (table("1,0.375,1,40,0.5,iv,ketamine", "1,0.4167,0,,,,", "1,0.5,0,,,,"), "parts of a day"),
    "the same, but from 0": (table("1,0,1,40,0.5,iv,ketamine", "1,0.4167,0,,,,", "1,0.5,0,,,,"), None),
    "minutes": (table("1,0,1,40,0.667,iv,ketamine", "1,10,0,,,,", "1,40,0,,,,", "1,120,0,,,,"), "(10, 40, 120, ...)"),
    "whole days": (table(DOSE, "1,120,0,,,,", "1,240,0,,,,", "1,720,0,,,,"), None),
    "hours": (table(DOSE, LOOK, "1,5,0,,,,", "1,10,0,,,,"), None),
}  # fmt: skip


@pytest.mark.parametrize(("text", "words"), CLOCKS.values(), ids=CLOCKS)
def test_a_clock_in_another_unit_is_cautioned(text, words):
    said = understood(text).said
    assert (words in said) if words else ("Caution: TIME" not in said)


SAME_PERSON = ["1", "1.0", "1.", "1.0000E+00", "1e0", " 1.00 ", "10e-1"]


@pytest.mark.parametrize("spelling", SAME_PERSON)
def test_an_id_as_a_number_is_one_person_however_it_is_written(spelling):
    found = understood(table(DOSE, f"{spelling},1,0,,,,"))
    assert found.levels == pytest.approx([level(40, 1, 1)], rel=1e-6)
    assert ("are one person" in found.said) == (spelling.strip() != "1")


@pytest.mark.parametrize("other", ["01", "1a", "1,0", "1e9999", "1.0.0", "2.0"])
def test_other_ids_are_other_people_and_named(other):
    found = understood(table(DOSE, f'"{other}",1,0,,,,'))
    assert found.levels == [0.0]
    assert f"people with observations and no dose: {other}." in found.said


@pytest.mark.parametrize(("one", "other"), [("P-7", "p-7"), ("S 1", "S1"), ("é", "e\u0301"), ("007", "7")])
def test_ids_too_alike_are_named(one, other):
    said = understood(table(f"{one},0,1,40,1,iv,ketamine", f"{other},1,0,,,,")).said
    assert f"are different people: {one} and {other}." in said


def test_ids_that_may_stand_for_a_missing_one_are_named():
    assert "an ID that may stand for a missing one is taken as a person: NA." in understood(table("NA,0,0,,,,")).said
    assert "line 2, ID: '#N/A' is an error of a spreadsheet" in problems_of("TIME,ID\n0,#N/A\n")


def test_people_observed_before_their_first_dose_only_are_named():
    # 23:30 and 00:30 as hours of the day: the sample after midnight lies before the dose.
    said = understood(table("1,23.5,1,40,1,iv,ketamine", "1,0.5,0,,,,", "2,0,1,40,1,iv,ketamine", "2,1,0,,,,")).said
    assert "people whose observations all lie before their first dose: 1." in said


def test_many_people_are_counted_after_the_first():
    said = understood(table(DOSE, *(f"{i},1,0,,,," for i in range(2, 22)))).said
    assert "people with observations and no dose: 2, 3, 4, 5, 6, 7, ... (20 in all)." in said


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (table("#1,0,1,40,1,iv,ketamine", DOSE, LOOK), "1 line that starts with # was left out (first: line 2)."),
        ("# a\n\n#b\n" + table(DOSE, LOOK, "# c"), "3 lines that start with # were left out (first: line 1)."),
        ("# ID,TIME,EVID as in the protocol\n" + table(DOSE, LOOK), "1 line that starts with #"),
        ("#ID,TIME,EVID,AMT,DUR,CMT,DRUG\n" + table(DOSE, LOOK), "1 line that starts with #"),
        ("# note\n#" + table(DOSE, LOOK), "1 line that starts with # was left out (first: line 1)."),
    ],
)
def test_lines_left_out_are_counted_and_a_marked_header_is_read(text, words):
    found = understood(text)
    assert found.levels == pytest.approx([level(40, 1, 1)], rel=1e-6)
    assert words in found.said


@pytest.mark.parametrize("mark", ["#", "@", " #", "# ", '#"ID", '])
def test_a_header_with_a_mark_before_it_is_read(mark):
    text = table(DOSE, LOOK)
    text = mark + (text.removeprefix("ID,") if "ID" in mark else text)
    assert read_events("t.csv", text.encode()).header[:2] == ("ID", "TIME")
    assert understood(text).levels == pytest.approx([level(40, 1, 1)], rel=1e-6)


@pytest.mark.parametrize("error", ["#N/A", "#REF!", "#DIV/0!", "#WERT!", " #NAME? ", "#¡VALOR!", "#NV"])
def test_a_row_that_begins_with_an_error_of_a_spreadsheet_is_no_comment(error):
    assert f"line 3: '{error.strip()}' is an error of a spreadsheet, not a comment" in (
        problems_of(table(DOSE, f"{error},1,0,,,,"))
    )


@pytest.mark.parametrize("evid", [0, 2, 3])
@pytest.mark.parametrize("cmt", ["0", "1", "2", "-1", "2.0"])
def test_a_number_as_compartment_is_not_used_where_nothing_is_given(evid, cmt):
    plain, numbered = (understood(table(DOSE, f"1,0.5,{evid},,,{cell},", LOOK)) for cell in ("", cmt))
    assert numbered.levels == plain.levels
    assert "Numbers as CMT" in numbered.said and "Numbers as CMT" not in plain.said


@pytest.mark.parametrize("evid", [1, 4])
def test_a_number_as_compartment_of_a_dose_says_no_route(evid):
    assert "line 2, CMT: compartment number 2.0 says no route" in problems_of(table(f"1,0,{evid},40,1,2.0,ketamine"))


MISSING = {
    "AMT": ("nan", "is no number; where it is not known write '.'"),
    "DUR": ("-999", "is it a code for a missing value?"),
    "CMT": ("N/A", "is no route; where it is not known"),
    "DRUG": ("null", "is no drug; where it is not known"),
    "EVID": ("-99", "is it a code for a missing value?"),
    "TIME": ("-9", "is it a code for a missing value?"),
}


@pytest.mark.parametrize("column", MISSING)
def test_words_and_codes_for_missing_values_lead_to_a_point_or_a_blank(column):
    word, reason = MISSING[column]
    cells = dict(zip(HEAD.split(","), DOSE.split(","), strict=True)) | {column: word}
    found = problems_of(table(",".join(cells.values())))
    assert f"line 2, {column}: " in found and reason in found


@pytest.mark.parametrize("word", ["<0.5", "BLQ", "bql", "<LLOQ", "ND", "below LOQ"])
def test_a_level_below_quantification_is_a_point(word):
    found = problems_of(table(DOSE + ",.", f"1,1,0,,,,,{word}", more=",DV"))
    assert f"line 3, DV: '{word}' is no number; a level below quantification is '.' with MDV 1" in found


@pytest.mark.parametrize("rows", [",,,,,,", " , , , , , , ", '"","","","","","",""', ",,", "\t"])
def test_rows_without_any_text_are_no_rows(rows):
    plain = understood(table(DOSE, LOOK))
    found = understood(table(DOSE, rows, LOOK, rows))
    assert found.levels == plain.levels and "2 rows of 1 person" in found.said


def test_a_column_without_a_name_is_named_by_its_number():
    text = table(DOSE, LOOK).replace("\n", ",\n")
    assert understood(text).levels == understood(table(DOSE, LOOK)).levels
    assert "line 3: column 8 has no name but holds something" in problems_of(text.replace(LOOK + ",", LOOK + ",x"))
    assert "column 3: this column has no name" in problems_of("ID,TIME,,EVID\n1,0,,0\n")


def test_a_second_table_in_the_file_is_said_once_for_its_header():
    found = problems_of(table(DOSE, LOOK, "TABLE NO.  2,,,,,,", "ID,TIME,EVID,AMT,DUR,CMT,DRUG", "2,0,0,,,,"))
    assert "line 5: the header stands here again" in found
    assert "line 4: a line of NONMEM output" in problems_of(table(DOSE, LOOK, "TABLE NO.  2"))


@pytest.mark.parametrize(
    ("time", "words"),
    [
        ("2026-03-29T24:00Z", "hour 24 is hour 0 of the next day"),
        ("20260329T2400Z", "hour 24 is hour 0"),
        ("2026-03-29T23:59:60Z", "seconds run from 0 to 59"),
        ("29.03.2026 09:00", "the day or the month may stand first"),
        ("3/29/26", "the day or the month may stand first"),
        ("2026/03/29 09:00", "is no ISO date-time; write"),
        ("20260329T090000", "has no zone"),
        ("2026-02-30T09:00Z", "is no ISO date-time"),
        ("9:30 PM", "a time without its date"),
        ("1.5.0", "is it a typing error?"),
    ],
)
def test_dates_that_are_no_iso_dates_say_why(time, words):
    assert f"line 2, TIME: '{time}'" in (found := problems_of(f"ID,TIME\n1,{time}\n")) and words in found


@pytest.mark.parametrize("time", ["1.5e-05", "2.5E-1", "0001"])
def test_an_exponent_is_no_date(time):
    assert understood(table(DOSE, f"1,{time},0,,,,")).levels == pytest.approx([level(40, 1, float(time))], abs=1e-4)


def test_spellings_of_routes_and_drugs_mean_the_same():
    plain = understood(table(DOSE, LOOK))
    for route, drug in (("Intravenous", "Ketamine"), ("i.v.", "racemic ketamine"), (" IV ", "KETAMINE")):
        assert understood(table(f"1,0,1,40,1,{route},{drug}", LOOK)).levels == plain.levels
    nasal = table("1,0,1,56,,{},{}", LOOK)
    assert understood(nasal.format("intranasal", "S-ketamine")).levels == (
        understood(nasal.format("nasal", "esketamine")).levels
    )


@pytest.mark.parametrize(("mg", "route"), [(400, "iv"), (1000, "im")])
def test_a_dose_beyond_anaesthesia_is_cautioned(mg, route):
    found = understood(table(f"1,0,1,{mg},,{route},ketamine", LOOK))
    assert "more than anaesthesia needs" in found.said and "another unit?" in found.notes[0]
    assert "anaesthesia" not in understood(table(f"1,0,1,{mg / 4},,{route},ketamine", LOOK)).said


def test_weights_in_pounds_are_doubted_and_one_heavy_person_is_not():
    people = [f"{i},0,1,40,1,iv,ketamine,{kg}" for i, kg in enumerate((150, 165, 180, 210))]
    assert "pounds? 172.5 lb are 78.2 kg" in understood(table(*people, more=",WT")).said
    people = [f"{i},0,1,40,1,iv,ketamine,{kg}" for i, kg in enumerate((60, 75, 80, 180))]
    assert "pounds" not in understood(table(*people, more=",WT")).said


def test_no_control_character_reaches_the_screen():
    escape = "\x1b[2J\x07"
    said = understood(table(f"a{escape},0,1,40,1,iv,ketamine,x", f"b{escape},1,0,,,,,x", more=f",n{escape}")).said
    found = problems_of(table(f"a,{escape},0,,,,", f"b,0,0,,,{escape},", f"c,0,1,40,1,iv,{escape}"))
    for text in (said, found):
        assert escape[0] not in text and "\x07" not in text and "\\x1b" in text
