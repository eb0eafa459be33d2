"""The same bytes however the work is divided, and after every kind of mishap."""

import errno
import shutil
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import liftspan.files.writing as writing
import liftspan.scale.run as run
from liftspan.errors import InvalidInput
from liftspan.scale import Stopped, simulate_to
from liftspan.scale.part import write_part
from liftspan.scale.plan import parts_of
from scale.conftest import bytes_of, small_plan

PLAN = small_plan(courses=True)


@settings(max_examples=6, deadline=None)
@given(order=st.permutations(range(parts_of(PLAN))), cuts=st.lists(st.integers(1, 4), max_size=3))
def test_any_split_of_the_work_gives_the_same_bytes(order, cuts, undisturbed, tmp_path_factory):
    # Chunks of parts in any order, each chunk a run of its own that stops after it.
    folder = tmp_path_factory.mktemp("split") / "run"
    edges = sorted({0, *cuts, len(order)})
    for first, last in pairwise(edges):
        chunk = order[first:last]

        def only_these(plan, folder, missing, workers, cluster, chunk=chunk):
            for part in chunk:
                yield part, write_part(plan, folder, part)
            if set(missing) - set(chunk):
                raise KeyboardInterrupt

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(run, "_computed", only_these)
            try:
                simulate_to(PLAN, folder)
            except Stopped as stopped:
                assert (stopped.done, stopped.of) == (last, len(order))
    assert bytes_of(folder) == undisturbed


@pytest.mark.parametrize("workers", [1, 2, 4])
def test_one_two_or_four_processes_write_the_same_bytes(workers, undisturbed, tmp_path):
    simulate_to(PLAN, tmp_path / "run", workers=workers)
    assert bytes_of(tmp_path / "run") == undisturbed


@pytest.mark.parametrize("threads", [1, 3])
def test_any_number_of_threads_writes_the_same_bytes(threads, undisturbed, tmp_path, monkeypatch):
    monkeypatch.setattr(run, "cores", lambda: threads)
    simulate_to(PLAN, tmp_path / "run")
    assert bytes_of(tmp_path / "run") == undisturbed


def _put(folder: Path, contents: dict[str, bytes]) -> Path:
    for name, content in contents.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return folder


def test_a_complete_run_is_not_computed_again(undisturbed, tmp_path, monkeypatch):
    folder = _put(tmp_path / "run", undisturbed)
    monkeypatch.setattr(run, "by_threads", None)  # would fail if it were called
    written = simulate_to(PLAN, folder)
    assert (written.people, written.people_before) == (150, 150)
    assert bytes_of(folder) == undisturbed


@pytest.mark.parametrize("harm", ["lost", "cut short", "other bytes"])
def test_a_damaged_file_of_a_complete_run_is_written_again(harm, undisturbed, tmp_path):
    folder = _put(tmp_path / "run", undisturbed)
    path = folder / "people.parquet" / "part-000003.parquet"
    content = path.read_bytes()
    if harm == "lost":
        path.unlink()
    else:
        path.write_bytes(content[:-7] if harm == "cut short" else content[:-9] + b"x" + content[-8:])
    assert simulate_to(PLAN, folder).people_before == 150 - 32
    assert bytes_of(folder) == undisturbed


@pytest.mark.parametrize("free_writes", [0, 1, 4])
def test_a_full_disk_stops_the_run_and_leaves_whole_parts(free_writes, undisturbed, tmp_path, monkeypatch):
    # Each part takes three files; the fourth write leaves one part finished, and one without its note.
    folder, count = tmp_path / "run", 0
    opened = writing.stream_of

    class Full:
        def __init__(self, stream):
            self.stream = stream

        def __enter__(self):
            return self

        def __exit__(self, *why):
            self.stream.close()

        def writelines(self, pieces):
            nonlocal count
            count += 1
            if count > free_writes + 1:  # the plan of the run is written first
                self.stream.write(b"".join(pieces)[:10])
                raise OSError(errno.ENOSPC, "No space left on device")
            self.stream.writelines(pieces)

        def flush(self):
            self.stream.flush()

    monkeypatch.setattr(run, "cores", lambda: 1)
    with monkeypatch.context() as full:
        full.setattr(writing, "stream_of", lambda fd: Full(opened(fd)))
        with pytest.raises(Stopped, match="No space left on device") as stopped:
            simulate_to(PLAN, folder)
    assert stopped.value.done == free_writes // 3
    left = bytes_of(folder)
    assert not [name for name in left if ".part" in name.removeprefix("unfinished/part")]
    for name, content in left.items():
        if name.endswith(".parquet"):
            assert content == undisturbed[name]
    simulate_to(PLAN, folder)
    assert bytes_of(folder) == undisturbed


@pytest.mark.parametrize("place", ["file", "file/run"])
def test_a_folder_that_cannot_be_made_is_said(place, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(InvalidInput, match="no folder can be made there"):
        simulate_to(PLAN, tmp_path / place)
    assert (tmp_path / "file").read_text() == ""


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"seed": 2}, "seed: 1 there, 2 here"),
        ({"people": 151}, "people: 150 there, 151 here"),
        ({"courses": False}, "options.courses: True there, False here"),
        ({"floats": "float64"}, "options.floats: float32 there, float64 here"),
        ({"baseline": 30.0}, "options.baseline_mean: 34.9 there, 30.0 here"),
    ],
)
def test_another_question_is_refused_in_the_same_folder(changed, said, undisturbed, tmp_path):
    folder = _put(tmp_path / "run", undisturbed)
    with pytest.raises(InvalidInput) as found:
        simulate_to(small_plan(**({"courses": True} | changed)), folder)
    assert said in found.value.problems
    assert bytes_of(folder) == undisturbed


def test_other_code_does_not_go_on_with_a_run(undisturbed, tmp_path, monkeypatch):
    folder = _put(tmp_path / "run", undisturbed)
    monkeypatch.setattr("liftspan.scale.manifest.code_hash", lambda: "other")
    with pytest.raises(InvalidInput, match="code_sha256"):
        simulate_to(PLAN, folder)


def test_a_folder_with_other_files_is_left_alone(tmp_path):
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(InvalidInput, match="holds other files"):
        simulate_to(PLAN, tmp_path)
    assert bytes_of(tmp_path) == {"thesis.txt": b"mine"}


def test_a_second_run_at_the_same_time_is_refused(undisturbed, tmp_path):
    from liftspan.scale.folder import only_one

    folder = _put(tmp_path / "run", undisturbed)
    with only_one(folder), pytest.raises(InvalidInput, match="another run"):
        simulate_to(PLAN, folder)


def test_memory_does_not_grow_with_the_number_of_people(tmp_path, monkeypatch):
    # Six times the people, in parts of the same size: the peak of what Python and NumPy hold stays.
    import tracemalloc

    monkeypatch.setattr(run, "cores", lambda: 1)

    def peak(people):
        tracemalloc.start()
        simulate_to(small_plan(people, block_size=128, blocks_per_part=1), tmp_path / str(people))
        held = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return held

    peak(128)  # loads what is loaded once
    few, many = peak(256), peak(1536)
    assert many < 1.15 * few, (few, many)


def test_without_pyarrow_the_extra_is_named(tmp_path, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "pyarrow.parquet", None)
    with pytest.raises(InvalidInput, match=r"\[fit\]"):
        simulate_to(PLAN, tmp_path / "run")
    shutil.rmtree(tmp_path / "run", ignore_errors=True)


def test_without_distributed_the_extra_is_named(tmp_path, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "distributed", None)
    with pytest.raises(InvalidInput, match=r"\[cluster\]"):
        simulate_to(PLAN, tmp_path / "run", cluster="local")
