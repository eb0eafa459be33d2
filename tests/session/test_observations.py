"""Ranges and bounds are bounds; each mistake of a table is named, all at once."""

import pytest

from liftspan.errors import InvalidInput
from liftspan.session.observations import Bounds, parse_bounds, parse_placebo, read_acute, shipped_acute

HEADER = "study_id,drug,route,measure,statistic,value,sd,notes\n"


@pytest.mark.parametrize(
    ("text", "bounds"),
    [
        ("13.3", Bounds(13.3, 13.3)),
        ("49-61", Bounds(49.0, 61.0)),
        ("-2.02 to 2.16", Bounds(-2.02, 2.16)),
        (">=90", Bounds(90.0, None)),
        ("<5", Bounds(None, 5.0)),
        ("-", None),
    ],
)
def test_a_value_becomes_its_bounds(text, bounds):
    assert parse_bounds(text) == bounds


@pytest.mark.parametrize(
    ("note", "rate"),
    [
        ("placebo (n=225) 13.8%", 13.8),
        ("placebo+AD (n=222): 9%", 9.0),
        ("placebo+AD 1/222 (0.5%)", 0.5),
        ("placebo+AD: 0/222", 0.0),
        ("placebo 5-16%", 10.5),
    ],
)
def test_the_placebo_rate_is_read_from_the_note_that_prints_it(note, rate):
    assert parse_placebo(note).middle == pytest.approx(rate)


def test_the_shipped_table_is_whole_and_its_uses_say_why_a_row_is_left():
    rows = shipped_acute()
    assert len(rows) == 155
    assert sum(row.use == "fit" for row in rows) > 30
    assert all(row.value is not None for row in rows if row.use != "not")


def problems_of(text, uses=""):
    with pytest.raises(InvalidInput) as caught:
        read_acute(text, uses)
    return caught.value.problems


def test_every_mistake_of_a_table_is_named_at_once_with_its_line():
    table = HEADER + "a,,nasal,m,rate,61-49,,\nb,k,iv,m,rate,140,x,\nc,k,iv,m,mean,about 3,,\n"
    said = "\n".join(problems_of(table, "line,use,quantity\n9,fit,\n"))
    for part in (
        "line 2, drug", "from high to low", "line 3, value: a rate of 140", "sd: 'x'", "'about 3' is no number",
        "line 9",
    ):  # fmt: skip
        assert part in said


ROWS = HEADER + "a,k,iv,m,rate,10,,\nb,k,iv,m,rate,20,,\n"


@pytest.mark.parametrize(
    ("uses", "said"),
    [
        ("line,use\n2,fit\n", "column 'quantity' is missing"),
        ("line,use,quantity\ntwo,fit,rate:nausea\n", "'two' is no line"),
        ("line,use,quantity\n2,fitt,rate:nausea\n", "did you mean 'fit'"),
        ("line,use,quantity\n2,fit,a\n2,fit,a\n", "2 stands twice"),
        ("line,use,quantity\n7,fit,a\n", "does not exist"),
        ("line,use,quantity,sessions\n2,fit,a,many\n", "'many' is no count"),
        ("line,use,quantity,value\n2,fit,a,30-20\n", "from high to low"),
        ("line,use,quantity,placebo\n2,fit,a,none\n", "'none' is no number"),
        ("line,use,quantity,value\n2,serious,a,5/3\n", "'5/3' is no count"),
        ("line,use,quantity,value\n2,serious,a,0/0\n", "'0/0' is no count"),
    ],
)
def test_each_mistake_in_the_list_of_uses_is_said(uses, said):
    assert said in "\n".join(problems_of(ROWS, uses))


def test_a_number_as_used_takes_the_place_of_the_printed_one_and_counts_stay_counts():
    used = "line,use,quantity,value,placebo\n2,fit,a,8-12,1-2\n3,serious,b,3/120,\n"
    first, second = read_acute(ROWS, used)
    assert first.value == Bounds(8.0, 12.0) and first.placebo == Bounds(1.0, 2.0)
    assert second.counts == (3, 120) and second.value == Bounds(20.0, 20.0)


def test_a_missing_column_is_named():
    with pytest.raises(InvalidInput, match="column 'value' is missing"):
        read_acute("study_id,drug,route,measure,statistic\n", "")
