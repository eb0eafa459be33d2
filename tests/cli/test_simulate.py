"""`liftspan simulate`: what is asked, where it is written, and how it ends."""

import json
from functools import partial

import pytest

import liftspan.scale

SMALL = partial(liftspan.scale.plan_of, block_size=16, blocks_per_part=1)


@pytest.fixture
def simulates(liftspan_says, monkeypatch):
    monkeypatch.setattr(liftspan.scale, "plan_of", SMALL)
    return partial(liftspan_says, "simulate")


def test_the_summary_goes_to_stdout_and_the_rate_to_stderr(simulates, tmp_path):
    found = simulates("-p", "iv-single", "-n", "50", "--out", tmp_path / "run")
    assert found.code == 0
    assert found.out == (tmp_path / "run" / "summary.txt").read_text()
    assert "50 people, 50 of them written now" in " ".join(found.err.split())
    assert "people/s" in found.err


def test_json_is_the_summary_of_the_folder(simulates, tmp_path):
    found = simulates("-p", "iv-single", "-n", "5e1", "--json", "--courses", "--float64", "--out", tmp_path / "run")
    record = json.loads(found.out)
    assert next(iter(record.items())) == ("schema", "liftspan/simulate/1")
    assert record == json.loads((tmp_path / "run" / "summary.json").read_text())
    assert record["people"]["count"] == 50 and record["files"] == {"parts": 4, "courses": True, "floats": "float64"}
    assert (tmp_path / "run" / "courses.parquet" / "part-000003.parquet").exists()


def test_the_same_command_again_says_that_it_was_complete(simulates, tmp_path):
    words = ("-p", "iv-single", "-n", "50", "--out", tmp_path / "run")
    first, second = simulates(*words), simulates(*words)
    assert (second.code, second.out) == (0, first.out)
    assert "it was complete" in " ".join(second.err.split())


def test_a_people_file_is_copied_in_turn(simulates, tmp_path):
    (tmp_path / "people.csv").write_text("weight_kg,age,baseline\n60,30,25\n90,70,40\n")
    found = simulates("-p", "iv-single", "-n", "9", "--people", tmp_path / "people.csv", "--out", tmp_path / "run")
    assert found.code == 0 and "2 given people" in found.out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("-n", "1.5"), "no number of people"),
        (("-n", "many"), "no number of people"),
        (("-n", "0"), "no number of people"),
        (("-n", "5", "--age", "16"), "age 16 is outside"),
        (("-n", "5", "--readout-day", "4000"), "readout on day 4000 is outside"),
        (("-n", "5", "--workers", "2", "--cluster", "tcp://there:1"), "give one of them"),
        (("-n", "5", "--condition", "psychosis"), "left out psychosis"),
    ],
)
def test_what_cannot_be_simulated_ends_with_exit_code_3_and_no_folder(words, said, simulates, tmp_path):
    found = simulates("-p", "iv-single", *words, "--out", tmp_path / "run")
    assert (found.code, found.out) == (3, "")
    assert said in found.err
    assert not (tmp_path / "run").exists()


def test_another_question_in_the_folder_ends_with_exit_code_3(simulates, tmp_path):
    simulates("-p", "iv-single", "-n", "50", "--out", tmp_path / "run")
    found = simulates("-p", "iv-single", "-n", "50", "--seed", "2", "--out", tmp_path / "run")
    assert found.code == 3 and "seed: 1 there, 2 here" in found.err and "--out" in found.err


@pytest.mark.parametrize(("parts_before", "code"), [(0, 1), (2, 5)])
def test_a_disk_that_is_full_ends_with_1_where_nothing_is_done_and_5_where_something_is(
    parts_before, code, simulates, tmp_path, monkeypatch
):
    import liftspan.scale.workers as workers
    from liftspan.scale.part import NotWritten, write_part

    def full(plan, folder, part):
        if part >= parts_before:
            raise NotWritten(f"{folder}: cannot be written (No space left on device)")
        return write_part(plan, folder, part)

    words = ("-p", "iv-single", "-n", "50", "--out", tmp_path / "run")
    with monkeypatch.context() as patch:
        patch.setattr(workers, "write_part", full)
        patch.setattr(liftspan.scale.run, "cores", lambda: 1)
        found = simulates(*words)
    assert (found.code, found.out) == (code, "")
    assert "No space left" in found.err and f"{parts_before} of 4 parts are finished" in found.err
    assert simulates(*words).code == 0


@pytest.mark.parametrize("place", ["file", "file/run"])
def test_a_place_without_a_folder_is_refused_with_the_rest_and_before_the_bar(place, simulates, tmp_path):
    (tmp_path / "file").write_text("")
    found = simulates("-p", "iv-single", "-n", "many", "--out", tmp_path / place)
    assert (found.code, found.out) == (3, "") and "2 problems" in found.err
    assert "no folder can be made there" in found.err and "is a file" in found.err and "simulating" not in found.err
