"""What was stored is checked before it is told."""

import json
import os

import pytest

from liftspan.stored import Damaged, as_bytes, fingerprint, read_stored, record_in, sealed, unsealed, what_is_wrong

RECORD = {"people": 5, "run": {"seed": 1, "times": [0.1, 2.0]}, "text": "é"}


def test_a_sealed_record_comes_back_whatever_its_layout():
    raw = as_bytes(sealed(RECORD))
    other_layout = json.dumps(dict(reversed(json.loads(raw).items())), indent=4).encode()
    for one in (raw, other_layout):
        found = unsealed(one)
        assert {name: found[name] for name in RECORD} == RECORD


@pytest.mark.parametrize(
    "change",
    [
        {"people": 6},
        {"people": "5"},
        {"people": 5.0},
        {"run": {"seed": 1, "times": [0.1, 2.0000000000000004]}},
        {"more": None},
        {"sha256": None},
        {"sha256": ["x"]},
    ],
)
def test_every_change_breaks_the_seal(change):
    with pytest.raises(Damaged, match="changed or damaged"):
        unsealed(as_bytes(sealed(RECORD) | change))


def test_a_field_taken_away_breaks_the_seal():
    for name in RECORD:
        whole = sealed(RECORD)
        del whole[name]
        with pytest.raises(Damaged):
            unsealed(as_bytes(whole))


@pytest.mark.parametrize(
    "raw",
    [b"", b"[]", b"null", b"5", b'"x"', b"\xff\xfe", b"{", b"[" * 100_000, b'{"a":' * 100_000, b"9" * 5000,
     b'{"sha256": ' + b"9" * 5000 + b"}", b"NaN"],
)  # fmt: skip
def test_bytes_that_hold_no_record_are_damaged_and_never_a_traceback(raw):
    with pytest.raises(Damaged):
        unsealed(raw)
    with pytest.raises(Damaged):
        record_in(raw)


def test_a_file_is_known_by_its_bytes(tmp_path):
    path = tmp_path / "a"
    path.write_bytes(b"whole")
    noted = fingerprint(b"whole")
    assert what_is_wrong(path, noted) == ""
    path.write_bytes(b"whale")
    assert what_is_wrong(path, noted) == "other bytes"
    path.write_bytes(b"who")
    assert what_is_wrong(path, noted) == "other size"
    path.unlink()
    assert what_is_wrong(path, noted) == "missing"
    path.mkdir()
    assert what_is_wrong(path, noted)


def test_a_fifo_in_the_place_of_a_file_is_no_file_and_nobody_waits(tmp_path):
    os.mkfifo(tmp_path / "a")
    assert what_is_wrong(tmp_path / "a", fingerprint(b"")) == "is no file"
    with pytest.raises(Damaged, match="is no file"):
        read_stored(tmp_path / "a")


def test_a_file_that_is_too_large_is_not_read(tmp_path):
    (tmp_path / "a").touch()
    os.truncate(tmp_path / "a", 10**12)
    with pytest.raises(Damaged, match="more than it can have"):
        read_stored(tmp_path / "a")
