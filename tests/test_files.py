"""Files appear whole or not at all."""

import stat

import pytest

from liftspan.errors import InvalidInput
from liftspan.files import problems_of_place, write_whole


def test_pieces_become_files_and_replace_what_was_there(tmp_path):
    first, second = tmp_path / "a.csv", tmp_path / "b.csv"
    first.write_bytes(b"older and longer")
    write_whole({first: [b"1,", b"2\n"], second: (piece for piece in (b"3", b"\n"))})
    assert (first.read_bytes(), second.read_bytes()) == (b"1,2\n", b"3\n")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.csv", "b.csv"]


def test_a_failure_in_the_second_file_leaves_the_first_as_it_was(tmp_path):
    first, second = tmp_path / "a.csv", tmp_path / "b.csv"
    first.write_bytes(b"kept")

    def breaks():
        yield b"half"
        raise OSError(28, "No space left on device")

    with pytest.raises(InvalidInput, match="No space left on device"):
        write_whole({first: [b"new"], second: breaks()})
    assert first.read_bytes() == b"kept"
    assert [path.name for path in tmp_path.iterdir()] == ["a.csv"]


def test_every_place_that_cannot_be_written_is_named_at_once(tmp_path):
    folder, nowhere = tmp_path / "folder", tmp_path / "none" / "a.csv"
    folder.mkdir()
    assert problems_of_place(tmp_path / "a.csv") == []
    with pytest.raises(InvalidInput) as told:
        write_whole({folder: [b"1"], nowhere: [b"2"]})
    assert len(told.value.problems) == 2
    assert "is a folder" in told.value.problems[0]
    assert "does not exist; make it first" in told.value.problems[1]


def test_a_private_file_is_never_open_to_others_not_even_while_it_is_written(tmp_path):
    target, modes = tmp_path / "patient.html", []
    target.write_bytes(b"open to all")
    target.chmod(0o644)

    def pieces():
        (part,) = (path for path in tmp_path.iterdir() if path != target)
        modes.append(stat.S_IMODE(part.stat().st_mode))
        yield b"scores"

    write_whole({target: pieces()}, private=True)
    assert modes == [0o600] and stat.S_IMODE(target.stat().st_mode) == 0o600
    assert target.read_bytes() == b"scores"
