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


def test_every_mistake_is_named_at_once_with_its_line():
    with pytest.raises(InvalidInput) as caught:
        read_acute(HEADER + "a,,nasal,m,rate,61-49,,\nb,k,iv,m,rate,140,x,\n", "line\n9\n")
    said = "\n".join(caught.value.problems)
    for part in ("line 2, drug", "from high to low", "line 3, value: a rate of 140", "sd: 'x'", "line 9"):
        assert part in said


def test_a_missing_column_is_named():
    with pytest.raises(InvalidInput, match="column 'value' is missing"):
        read_acute("study_id,drug,route,measure,statistic\n", "")
