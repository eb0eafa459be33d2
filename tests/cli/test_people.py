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
        "weight_kg,age,baseline\n 80 , 45 , 32 \n\n62.5,30,40\n",
        "Weight_KG, Age ,BASELINE,\n80,45,32,\n62.5,30,40,\n,,,\n",
    ],
)
def test_people_of_a_file_are_answered(content, asked):
    found = asked(content, "--json")
    assert (found.code, found.err) == (0, "")
    people = json.loads(found.out)["people"]
    assert people["group_size"] == 2
    assert people["baseline_mean"] == 36.0


def test_columns_that_are_not_used_are_named(asked):
    plain = asked(GOOD, "--json")
    found = asked("baseline,remark,age,weight_kg\n32,tired,45,80\n40,,30,62.5\n", "--json")
    assert (found.code, found.out) == (0, plain.out)
    assert found.err == "people.csv: columns not used: remark.\n"


@pytest.mark.parametrize(
    ("content", "messages"),
    [
        ("", ["the file is empty"]),
        ("weight_kg,age,baseline\n", ["no people"]),
        ("weight_kg,age\n80,45\n", ["column 'baseline' is missing"]),
        ("weigth_kg,age,baseline\n80,45,32\n", ["column 'weight_kg' is missing", "did you mean 'weight_kg'?"]),
        ("weight_lb,age,baseline\n176,45,32\n", ["column 'weight_kg' is missing", "multiply pounds by 0.4536"]),
        ("weight_kg;age;baseline\n80;45;32\n", ["line 1: the cells are separated by ';'"]),
        ("weight_kg,age,baseline\n80,old,32\n", ["line 2, age: 'old' is no number"]),
        ("weight_kg,age,baseline\n80,45,32\n80,,32\n", ["line 3, age: blank; every person needs"]),
        ("weight_kg,age,baseline\n80,45\n", ["line 2: 2 cells under 3 columns"]),
        ("weight_kg,age,baseline\n7,12,70\n80,45,nan\n",
         ["line 2, weight_kg: 7 is outside 30 to 250 kg", "line 2, age: 12 is outside", "line 2, baseline: 70 is out",
          "line 3, baseline: 'nan'; every person needs"]),
        (b"weight_kg,age,baseline\n80,45,\xff\n", ["line 2: no UTF-8 text"]),
        (b"PK\x03\x04\x14\x00\xff\xfe" * 20, ["binary"]),
        ("weight_kg,age,baseline\n" + "80,45,32\n" * 2001, ["at most 2000"]),
        ("weight_kg,age,baseline\n" + "80,old,32\n" * 100, ["line 31, age", "70 more not listed"]),
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


@pytest.mark.parametrize(("name", "message"), [("nowhere.csv", "there is no such file"), (".", "is a folder")])
def test_a_file_that_cannot_be_read_is_refused(name, message, liftspan_says, tmp_path):
    found = liftspan_says("how-fast", "-p", "iv-single", "--people", tmp_path / name)
    assert (found.code, found.out) == (3, "")
    assert message in found.err


def test_what_the_file_says_is_not_said_again(asked):
    found = asked(GOOD, "--weight-kg", 60)
    assert (found.code, found.out) == (3, "")
    assert "--weight-kg" in found.err


def test_no_score_of_a_person_is_written_where_others_read(asked):
    found = asked(GOOD)
    assert found.code == 0
    assert "62.5" not in found.out
