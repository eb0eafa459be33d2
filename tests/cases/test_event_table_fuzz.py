"""Any table is answered or refused in words; what must hold between two tables holds for invented ones."""

import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cases.event_tables import CLOCK, DATA, understood
from liftspan.errors import InvalidInput
from liftspan.events import explained_lines, predict, predicted_lines, read_events, schedule

SEEDS = [path.read_bytes() for path in sorted((DATA / "events").glob("*.csv"))]
MUTATIONS = 1500  # a few seconds; 100,000 were run by hand
PIECES = [
    *(b"", b",", b",,", b'"', b"\n", b"\r\n", b"\r", b"#", b"@", b".", b"-", b"-99", b"NA", b"nan", b"inf", b"1e999"),
    *(
        b"1e-300",
        b"0x10",
        b"1_0",
        b"\xef\xbb\xbf",
        b"\xff",
        b"\0",
        b"\x1b[2J",
        b"ID",
        b"TIME",
        b"OCC",
        b"DAY,",
        b"#N/A",
    ),
    *(b"2026-03-29T01:30:00+01:00", b"24:00", b"99999999999999999999", b"iv", b"nasal", b"84", b"esketamine", b"1.0"),
    *("−3".encode(), "\u00a0".encode(), "２".encode(), b"9" * 400, b"(" * 300, b"TABLE NO. 1", b"sep=;", b"4", b"3"),
]


def mutated(random_: random.Random) -> bytes:
    """A file of the cases with a few cells changed, pieces put in, rows copied or shuffled."""
    raw = random_.choice(SEEDS)
    for _ in range(random_.randint(1, 3)):
        what = random_.random()
        if what < 0.4:
            cells = raw.split(b",")
            cells[random_.randrange(len(cells))] = random_.choice((*PIECES, *random_.choice(SEEDS).split(b",")))
            raw = b",".join(cells)
        elif what < 0.6:
            at, length = random_.randrange(len(raw) + 1), random_.choice((0, 0, 1, 20))
            raw = raw[:at] + random_.choice(PIECES) + raw[at + length :]
        else:
            lines = raw.split(b"\n")
            if what < 0.8:
                lines.insert(random_.randrange(len(lines) + 1), random_.choice(lines))
            else:
                header, *rows = lines
                random_.shuffle(rows)
                lines = [header, *rows]
            raw = b"\n".join(lines)
    return raw


def answered(raw: bytes) -> bool:
    """Whether a table is answered; any exception but InvalidInput, and any impossible level, is a fault."""
    try:
        events = read_events("t.csv", raw)
    except InvalidInput as refused:
        assert refused.problems and all(problem.replace("\n", "").isprintable() for problem in refused.problems)
        return False
    doses = schedule(events, "locf")
    levels = predict(events, doses)
    seen = levels[~np.isnan(levels)]
    assert np.isfinite(seen).all() and (seen >= -1e-9).all()
    assert sum(1 for _ in predicted_lines(events, doses, levels)) >= len(levels)
    assert sum(1 for _ in explained_lines(events, doses, "locf")) > 0
    return True


def test_mutated_tables_are_answered_or_refused_in_words():
    random_ = random.Random(14)
    tried = [answered(mutated(random_)) for _ in range(MUTATIONS)]
    assert 0.05 < np.mean(tried) < 0.9  # both ends are reached


HOURS = st.integers(0, 400).map(lambda n: n / 8)
MG = st.sampled_from([10, 20, 37.5, 40, 70])
LENGTH_H = st.sampled_from([0.25, 0.5, 1.0, 2.5])
DOSES = st.lists(st.tuples(HOURS, MG, LENGTH_H), min_size=1, max_size=4, unique_by=lambda dose: dose[0])
LOOKS = st.lists(HOURS, min_size=1, max_size=5, unique=True)
BODY = st.sampled_from([(60, 30), (74, 45), (110, 70)])
HEAD = "ID,TIME,EVID,AMT,{},CMT,DRUG,WT,AGE"
fewer = settings(max_examples=40, deadline=None, derandomize=True)


def rows_of(doses, looks, body, scale=1.0, slow=lambda mg, length_h: length_h, person="1"):
    """Rows of one person in order of time; `slow` fills RATE or DUR."""
    who = f"{body[0]},{body[1]}"
    rows = [(h, f"{person},{h},1,{mg * scale},{slow(mg * scale, d)},iv,ketamine,{who}") for h, mg, d in doses]
    rows += [(h, f"{person},{h},0,,,,,{who}") for h in looks]
    return [row for _, row in sorted(rows, key=lambda one: one[0])]


def text_of(rows, column="DUR"):
    return "\n".join((HEAD.format(column), *rows)) + "\n"


def levels_of(rows, column="DUR"):
    return understood(text_of(rows, column)).levels


@fewer
@given(DOSES, LOOKS, BODY)
def test_twice_the_dose_gives_twice_the_level(doses, looks, body):
    once, twice = (levels_of(rows_of(doses, looks, body, scale)) for scale in (1.0, 2.0))
    assert twice == pytest.approx([2 * level for level in once], rel=1e-9)


@fewer
@given(DOSES, LOOKS, BODY)
def test_a_rate_from_mg_per_minute_gives_what_the_duration_gives(doses, looks, body):
    def mg_per_h(mg, length_h):
        mg_per_min = mg / (60 * length_h)
        return repr(60 * mg_per_min)

    by_rate = levels_of(rows_of(doses, looks, body, slow=mg_per_h), "RATE")
    assert by_rate == pytest.approx(levels_of(rows_of(doses, looks, body)), rel=1e-6, abs=1e-9)  # hours to 1e-9


@fewer
@given(DOSES, LOOKS, BODY, st.randoms(use_true_random=False))
def test_rows_in_another_order_give_the_same_levels(doses, looks, body, random_):
    rows = rows_of(doses, looks, body)
    # Observations of one moment are alike, and doses stand at different ones: a row finds its twin by its text.
    expected = dict(zip([row for row in rows if ",0,,,," in row], levels_of(rows), strict=True))
    random_.shuffle(rows)
    try:
        found = levels_of(rows)
    except InvalidInput as refused:
        # An order that looks like a clock that starts again cannot be told from one, and says what to do.
        assert CLOCK in str(refused) and "sort the rows" in str(refused)
        return
    assert found == [expected[row] for row in rows if ",0,,,," in row]


@fewer
@given(DOSES, LOOKS, BODY, st.sampled_from(["mark", "windows", "mac", "quotes", "capitals", "blanks", "commas", "#"]))
def test_the_same_table_as_other_programs_write_it_gives_the_same_levels(doses, looks, body, habit):
    text = text_of(rows_of(doses, looks, body))
    written = {
        "mark": "\ufeff" + text,
        "windows": text.replace("\n", "\r\n"),
        "mac": text.replace("\n", "\r"),
        "quotes": "".join('"' + line.replace(",", '","') + '"\n' for line in text.splitlines()),
        "capitals": text.replace("ID,TIME", "id,Time").replace("iv,ketamine", "IV,Ketamine"),
        "blanks": text.replace(",", " , "),
        "commas": text.replace("\n", ",,\n") + ",,,\n",
        "#": "#" + text.replace("\n", "\n# note\n\n"),
    }[habit]
    assert understood(written).levels == understood(text).levels


@fewer
@given(DOSES, LOOKS, BODY, st.sampled_from(["1.0", "1.", "1.000E+00", "1e0"]), st.randoms(use_true_random=False))
def test_an_id_written_in_two_ways_is_one_person(doses, looks, body, other, random_):
    rows = rows_of(doses, looks, body)
    mixed = [other + row[1:] if random_.random() < 0.5 else row for row in rows]
    assert levels_of(mixed) == levels_of(rows)


@fewer
@given(DOSES, LOOKS, BODY)
def test_another_person_in_the_table_changes_nothing(doses, looks, body):
    rows, others = (rows_of(doses, looks, body, person=person) for person in ("1", "2"))
    assert levels_of([*rows, *others]) == levels_of(rows) * 2
