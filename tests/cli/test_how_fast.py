"""`liftspan how-fast`: what it writes, and where."""

import json

import pytest

OPTIONS = ("how-fast", "--protocol", "iv-single")


def test_text_goes_to_stdout_and_nothing_to_stderr(liftspan_says):
    found = liftspan_says(*OPTIONS)
    assert (found.code, found.err) == (0, "")
    assert "24 hours after the first session" in " ".join(found.out.split())


def test_json_is_one_document_that_starts_with_its_schema(liftspan_says):
    found = liftspan_says(*OPTIONS, "--json", "--at", "12")
    record = json.loads(found.out)
    assert (found.code, found.err) == (0, "")
    assert next(iter(record)) == "schema"
    assert 12.0 in [point["hours"] for point in record["timeline"]]


def test_options_reach_the_answer(liftspan_says):
    found = liftspan_says(
        *OPTIONS, "--json", "--weight-kg", 80, "--age", 30, "--baseline", 32, "--control", "saline", "--background",
        "new", "--setting", "inpatient", "--seed", 5,
    )  # fmt: skip
    people = json.loads(found.out)["people"]
    expected = {"weight_kg": 80.0, "age_y": 30.0, "baseline_mean": 32.0, "control": "saline", "background": "new"}
    expected |= {"setting": "inpatient", "seed": 5}
    assert {name: people[name] for name in expected} == expected


def test_a_treatment_in_words_answers_as_the_protocol_of_the_same_words(liftspan_says):
    words = liftspan_says("how-fast", "-t", "0.5 mg/kg iv ketamine over 40 min, once", "--json")
    named = liftspan_says(*OPTIONS, "--json")
    assert json.loads(words.out)["timeline"] == json.loads(named.out)["timeline"]


def test_versus_adds_the_second_answer(liftspan_says):
    record = json.loads(liftspan_says(*OPTIONS, "--versus", "placebo-visits", "--json").out)
    assert record["treatment"]["name"] == "iv-single"
    assert record["versus"]["treatment"]["name"] == "placebo-visits"
    assert record["versus"]["schema"] == record["schema"]
    text = liftspan_says(*OPTIONS, "--versus", "0.2 mg/kg iv ketamine over 40 min, once")
    assert text.code == 0
    assert "difference (90 %)" in text.out


@pytest.mark.parametrize(("suffix", "start"), [("png", b"\x89PNG\r\n\x1a\n"), ("svg", b"<?xml")])
def test_a_picture_is_written_in_the_format_of_its_suffix(suffix, start, liftspan_says, tmp_path):
    target = tmp_path / f"lift.{suffix}"
    found = liftspan_says(*OPTIONS, "--plot", target)
    assert (found.code, found.err) == (0, "")
    assert target.read_bytes().startswith(start)
    assert [path.name for path in tmp_path.iterdir()] == [target.name]
    assert found.out == liftspan_says(*OPTIONS).out  # the picture changes no number


def test_the_same_command_twice_says_the_same(liftspan_says):
    assert liftspan_says(*OPTIONS, "--json") == liftspan_says(*OPTIONS, "--json")


def test_the_help_shows_an_example(liftspan_says):
    found = liftspan_says("how-fast", "--help")
    assert found.code == 0
    for option in ("--protocol", "--treatment", "--people", "--versus", "--json", "--plot", "--at"):
        assert option in found.out


def test_outside_the_evidence_the_way_to_the_body_is_shown(liftspan_says, tmp_path):
    words = ("-t", "2 mg/kg iv ketamine over 40 min, once")
    found = liftspan_says("how-fast", *words, "--plot", tmp_path / "lift.png")
    assert (found.code, found.out) == (3, "")
    assert "the highest studied is 1 mg/kg" in found.err
    assert "liftspan body show" in found.err
    assert list(tmp_path.iterdir()) == []
    assert liftspan_says("body", "show", *words).code == 0  # as promised
