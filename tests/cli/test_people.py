"""A file of people: good ones are answered, each kind of bad one is refused with its line and column."""

import json

import pytest

GOOD = "weight_kg,age,baseline\n80,45,32\n62.5,30,40\n"


@pytest.fixture
def asked(liftspan_says, tmp_path):
    def answer(content, *options, name="people.csv"):
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return liftspan_says("how-fast", "-p", "iv-single", "--people", path, *options)

    return answer


@pytest.mark.parametrize(
    "content",
    [
        GOOD,
        "\ufeff" + GOOD,  # as spreadsheets save it
        GOOD.replace("\n", "\r\n"),
        "baseline,remark,age,weight_kg\n32,tired,45,80\n40,,30,62.5\n",  # any order; unknown columns are ignored
        "weight_kg,age,baseline\n 80 , 45 , 32 \n\n62.5,30,40\n",
    ],
)
def test_people_of_a_file_are_answered(content, asked):
    found = asked(content, "--json")
    assert (found.code, found.err) == (0, "")
    people = json.loads(found.out)["people"]
    assert people["group_size"] == 2
    assert people["baseline_mean"] == 36.0


@pytest.mark.parametrize(
    ("content", "messages"),
    [
        ("", ["no people"]),
        ("weight_kg,age,baseline\n", ["no people"]),
        ("weight_kg,age\n80,45\n", ["column 'baseline' is missing"]),
        ("weigth_kg,age,baseline\n80,45,32\n", ["column 'weight_kg' is missing", "did you mean 'weight_kg'?"]),
        ("weight_kg;age;baseline\n80;45;32\n", ["is missing"]),
        ("weight_kg,age,baseline\n80,old,32\n", ["line 2, age: 'old' is no number"]),
        ("weight_kg,age,baseline\n80,45,32\n80,,32\n", ["line 3, age"]),
        ("weight_kg,age,baseline\n80,45\n", ["line 2, baseline"]),
        ("weight_kg,age,baseline\n7,12,70\n80,45,nan\n",
         ["person 1: weight 7", "person 1: age 12", "person 1: baseline 70", "person 2: baseline nan"]),
        (b"weight_kg,age,baseline\n80,45,\xff\n", ["no UTF-8 text"]),
        (b"PK\x03\x04\x14\x00\xff\xfe" * 20, ["no UTF-8 text"]),
        ("weight_kg,age,baseline\n" + "80,45,32\n" * 2001, ["at most 2000"]),
    ],
)  # fmt: skip
def test_each_kind_of_bad_file_is_refused(content, messages, asked):
    found = asked(content)
    assert (found.code, found.out) == (3, "")
    for message in messages:
        assert message in found.err


def test_a_cell_of_a_megabyte_is_refused(asked):
    assert asked("weight_kg,age,baseline\n80,45," + "3" * 1_000_000 + "\n").code == 3


def test_a_row_with_more_cells_than_columns_is_refused(asked):
    # A decimal comma shifts every cell: 80,5 kg would be read as 80 kg, 5 years.
    found = asked("weight_kg,age,baseline\n80,50,45,32\n")
    assert (found.code, found.out) == (3, "")
    assert "line 2" in found.err


@pytest.mark.parametrize("name", ["nowhere.csv", "."])
def test_a_file_that_cannot_be_read_is_refused(name, liftspan_says, tmp_path):
    found = liftspan_says("how-fast", "-p", "iv-single", "--people", tmp_path / name)
    assert (found.code, found.out) == (3, "")
    assert "cannot be read" in found.err


def test_what_the_file_says_is_not_said_again(asked):
    found = asked(GOOD, "--weight-kg", 60)
    assert (found.code, found.out) == (3, "")
    assert "--weight-kg" in found.err


def test_no_score_of_a_person_is_written_where_others_read(asked):
    found = asked(GOOD)
    assert found.code == 0
    assert "62.5" not in found.out
