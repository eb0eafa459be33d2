"""Files appear whole or not at all."""

import os
import socket
import stat
import threading
from pathlib import Path

import pytest

from liftspan.errors import InvalidInput
from liftspan.files import (
    NotWritten,
    begin_run,
    make_folder,
    problems_of_pair,
    problems_of_place,
    read_input,
    write_whole,
)


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


def mode_of(path):
    return stat.S_IMODE(path.stat().st_mode)


def test_a_link_stays_a_link_and_the_file_behind_it_is_replaced(tmp_path):
    (tmp_path / "far").mkdir()
    real, near, link = tmp_path / "far" / "real.csv", tmp_path / "near.csv", tmp_path / "link.csv"
    real.write_bytes(b"old")
    near.symlink_to("far/real.csv")
    link.symlink_to(near)  # a link to a link
    write_whole({link: [b"new"]})
    assert link.is_symlink() and near.is_symlink() and real.read_bytes() == b"new"
    assert os.listdir(tmp_path / "far") == ["real.csv"]


def test_a_link_to_nothing_yet_makes_the_file_behind_it(tmp_path):
    link = tmp_path / "link.csv"
    link.symlink_to("later.csv")
    write_whole({link: [b"new"]})
    assert link.is_symlink() and (tmp_path / "later.csv").read_bytes() == b"new"


@pytest.mark.parametrize(
    ("leads_to", "said"), [("gone/x.csv", "does not exist"), ("link.csv", "leads back to itself"), (".", "is a folder")]
)
def test_a_link_that_leads_to_no_file_is_refused_with_the_reason(leads_to, said, tmp_path):
    (tmp_path / "link.csv").symlink_to(leads_to)
    with pytest.raises(InvalidInput, match=said):
        write_whole({tmp_path / "link.csv": [b"new"]})
    assert os.listdir(tmp_path) == ["link.csv"]


def test_a_fifo_is_written_to_and_stays_a_fifo(tmp_path, capsys):
    fifo, seen = tmp_path / "fifo", []
    os.mkfifo(fifo)
    reader = threading.Thread(target=lambda: seen.append(fifo.read_bytes()))
    reader.start()
    write_whole({fifo: [b"a,b\n", b"1,2\n"]})
    reader.join(10.0)
    assert seen == [b"a,b\n1,2\n"] and stat.S_ISFIFO(fifo.stat().st_mode)
    assert capsys.readouterr().err in ("", f"{fifo}: waiting until somebody reads from it\n")


def test_a_device_is_written_to_and_stays_a_device(tmp_path):
    node = tmp_path / "null"
    try:
        os.mknod(node, 0o666 | stat.S_IFCHR, os.makedev(1, 3))
    except PermissionError:
        pytest.skip("this user cannot make a device node")
    write_whole({node: [b"into nothing"]})
    assert stat.S_ISCHR(node.stat().st_mode) and os.listdir(tmp_path) == ["null"]


def test_a_disk_and_a_socket_are_refused(tmp_path, monkeypatch):
    with socket.socket(socket.AF_UNIX) as bound:
        monkeypatch.chdir(tmp_path)
        bound.bind("socket")  # by its short name: an address has at most 108 bytes
        with pytest.raises(InvalidInput, match="is a socket"):
            write_whole({tmp_path / "socket": [b"x"]})
    try:
        os.mknod(tmp_path / "disk", 0o666 | stat.S_IFBLK, os.makedev(259, 1000))
    except PermissionError:
        return
    assert "is a disk" in problems_of_place(tmp_path / "disk")[0]


@pytest.mark.parametrize("way", ["/dev/fd/{}", "/proc/self/fd/{}", "a link to it"])
def test_an_open_descriptor_is_written_to_as_a_shell_hands_it_over(way, tmp_path):
    reader, writer = os.pipe()
    if way == "a link to it":
        (tmp_path / "link").symlink_to(f"/dev/fd/{writer}")
        target = tmp_path / "link"
    else:
        target = Path(way.format(writer))
    write_whole({target: [b"rows"]})
    os.close(writer)
    with os.fdopen(reader, "rb") as stream:
        assert stream.read() == b"rows"


def test_a_descriptor_that_is_closed_or_only_read_is_refused():
    reader, writer = os.pipe()
    os.close(writer)
    for number in (reader, writer):
        assert "is not open for writing" in problems_of_place(Path(f"/dev/fd/{number}"))[0]
    os.close(reader)


def test_a_dash_is_standard_output_and_never_a_file_of_that_name(tmp_path, capsysbinary, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write_whole({Path("-"): [b"a\n", b"b\n"]})
    assert capsysbinary.readouterr().out == b"a\nb\n" and os.listdir(tmp_path) == []


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o644, 0o664, 0o755])
def test_an_existing_file_keeps_its_mode(mode, tmp_path):
    target = tmp_path / "o.csv"
    target.write_bytes(b"old")
    target.chmod(mode)
    write_whole({target: [b"new"]})
    assert (target.read_bytes(), mode_of(target)) == (b"new", mode)


def test_a_new_file_has_the_mode_that_the_user_gives_to_new_files(tmp_path):
    before = os.umask(0o027)
    try:
        write_whole({tmp_path / "o.csv": [b"new"]})
        write_whole({tmp_path / "patient.csv": [b"new"]}, private=True)
    finally:
        os.umask(before)
    assert (mode_of(tmp_path / "o.csv"), mode_of(tmp_path / "patient.csv")) == (0o640, 0o600)


@pytest.mark.parametrize("mode", [0o444, 0o400, 0o555])
def test_a_file_that_nobody_may_write_is_refused_also_for_root(mode, tmp_path):
    target = tmp_path / "o.csv"
    target.write_bytes(b"old")
    target.chmod(mode)
    with pytest.raises(InvalidInput, match=f"is read-only .mode {mode:04o}.*chmod u\\+w"):
        write_whole({target: [b"new"]})
    assert target.read_bytes() == b"old"


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root gives files away")
def test_the_owner_of_an_existing_file_stays(tmp_path):
    target = tmp_path / "o.csv"
    target.write_bytes(b"old")
    os.chown(target, 1234, 2345)
    write_whole({target: [b"new"]})
    assert (target.stat().st_uid, target.stat().st_gid) == (1234, 2345)


@pytest.mark.parametrize("letters", [1, 200, 255])
def test_names_are_as_long_as_the_system_allows(letters, tmp_path):
    target = tmp_path / ("x" * letters)
    write_whole({target: [b"new"]})
    assert os.listdir(tmp_path) == [target.name]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("x" * 256, "the name has 256 bytes"),
        ("é" * 200, "the name has 400 bytes"),
        ("a\0b", "holds a NUL"),
        ("no/x", "make it first"),
    ],
)
def test_names_that_cannot_be_are_refused_with_the_reason(name, said, tmp_path):
    with pytest.raises(InvalidInput, match=said):
        write_whole({tmp_path / name: [b"new"]})
    assert os.listdir(tmp_path) == []


def test_a_file_below_a_file_is_refused(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(InvalidInput, match="is no folder"):
        write_whole({tmp_path / "file" / "o.csv": [b"new"]})


def test_temporary_names_are_short_and_differ_every_time(tmp_path):
    seen = set()

    def pieces():
        seen.update(path.name for path in tmp_path.iterdir())
        yield b"x"

    for number in range(5):
        write_whole({tmp_path / f"o{number}.csv": pieces()})
    temporary = {name for name in seen if not name.startswith("o")}
    assert len(temporary) == 5 and all(len(name) <= 32 for name in temporary)


def test_a_planted_temporary_name_is_not_followed(tmp_path, monkeypatch):
    # Even if somebody could guess the name: it is made anew or not at all.
    monkeypatch.setattr("liftspan.files.writing.secrets.token_hex", lambda count: "0" * 16)
    victim = tmp_path / "victim"
    victim.write_bytes(b"kept")
    (tmp_path / ("." + "0" * 16 + ".part")).symlink_to(victim)
    with pytest.raises(InvalidInput, match="File exists"):
        write_whole({tmp_path / "o.csv": [b"new"]})
    assert victim.read_bytes() == b"kept" and not (tmp_path / "o.csv").exists()


def test_bytes_are_on_the_disk_before_a_file_is_replaced(tmp_path, monkeypatch):
    target, order = tmp_path / "o.csv", []
    monkeypatch.setattr(
        os, "fsync", lambda fd: order.append("folder" if stat.S_ISDIR(os.fstat(fd).st_mode) else "file")
    )
    replace = os.replace
    monkeypatch.setattr(os, "replace", lambda *names: (order.append("replace"), replace(*names)))
    write_whole({target: [b"new"]})
    assert order == ["file", "replace", "folder"]


def test_a_full_disk_is_no_fault_of_the_question(tmp_path):
    target = tmp_path / "o.csv"
    target.write_bytes(b"old")

    def breaks():
        yield b"half"
        raise OSError(28, "No space left on device")

    with pytest.raises(NotWritten, match="No space left on device"):
        write_whole({target: breaks()})
    with pytest.raises(NotWritten, match="No space left on device"):
        write_whole({Path("/dev/full"): [b"new"]})
    assert target.read_bytes() == b"old" and os.listdir(tmp_path) == ["o.csv"]


@pytest.mark.parametrize("way", ["its own name", "a symbolic link", "a hard link", "another way to the folder"])
def test_what_a_run_has_read_it_never_writes_over(way, tmp_path):
    table = tmp_path / "in.csv"
    table.write_bytes(b"scores")
    target = tmp_path / "out.csv"
    if way == "its own name":
        target = table
    elif way == "a symbolic link":
        target.symlink_to(table)
    elif way == "a hard link":
        os.link(table, target)
    else:
        (tmp_path / "below").mkdir()
        target = tmp_path / "below" / ".." / "in.csv"
    begin_run()
    assert problems_of_place(target) == []
    assert read_input(table) == b"scores"
    assert "is an input of this run" in problems_of_place(target)[0]
    with pytest.raises(InvalidInput, match="is an input of this run"):
        write_whole({target: [b"new"]})
    assert table.read_bytes() == b"scores"
    begin_run()  # the next command may
    write_whole({target: [b"new"]})


def test_a_file_that_took_the_place_of_an_input_elsewhere_is_no_input(tmp_path):
    # The number of a deleted file is soon given to another one.
    begin_run()
    (tmp_path / "in.csv").write_bytes(b"scores")
    read_input(tmp_path / "in.csv")
    (tmp_path / "in.csv").unlink()
    (tmp_path / "other.csv").write_bytes(b"x")
    assert problems_of_place(tmp_path / "other.csv") == []


def test_two_outputs_to_one_place_are_refused(tmp_path):
    first, second = tmp_path / "o.csv", tmp_path / "link.csv"
    second.symlink_to(first)  # o.csv is not there yet
    assert problems_of_pair({"--plot": first, "--report": tmp_path / "p.csv", "--out": None}) == []
    assert problems_of_pair({"--plot": first, "--report": second}) == [
        f"--report {second}: is the file of --plot too; choose another name"
    ]
    with pytest.raises(InvalidInput, match="two answers"):
        write_whole({first: [b"1"], second: [b"2"]})
    assert not first.exists()


def test_an_endless_or_a_huge_input_is_refused_at_once(tmp_path):
    with pytest.raises(InvalidInput, match="is larger than 1 MB, too large for a patient's record"):
        read_input(Path("/dev/zero"), 1_000_000, "a patient's record")
    (tmp_path / "huge.csv").touch()
    os.truncate(tmp_path / "huge.csv", 2_000_000_000)  # takes no room
    with pytest.raises(InvalidInput, match=r"huge.csv: is larger than 1,000 MB"):
        read_input(tmp_path / "huge.csv")


def test_a_working_folder_that_is_gone_is_said(tmp_path, monkeypatch):
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    (tmp_path / "here").rmdir()
    with pytest.raises(InvalidInput, match="the folder in which the command runs is gone"):
        write_whole({Path("o.csv"): [b"x"], Path("p.csv"): [b"y"]})
    with pytest.raises(InvalidInput, match="no folder can be made there"):
        make_folder(Path("run"))


@pytest.mark.parametrize(
    ("name", "said"),
    [("file", "it is a file"), ("file/below", "is a file"), ("gone", "a link to nowhere"), ("-", "standard output")],
)
def test_a_folder_that_cannot_be_is_refused_with_the_reason(name, said, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file").write_text("kept")
    (tmp_path / "gone").symlink_to("nowhere/at/all")
    with pytest.raises(InvalidInput, match=said):
        make_folder(Path(name))
    assert (tmp_path / "file").read_text() == "kept"
    make_folder(tmp_path / "a" / "b")
    make_folder(tmp_path / "a" / "b")  # there already
