"""What was stored is checked before it is told: a file by its hash, a record by the seal that it carries itself.

>>> raw = as_bytes(sealed({"people": 5}))
>>> unsealed(raw)["people"]
5
>>> unsealed(raw.replace(b"5", b"6", 1))
Traceback (most recent call last):
...
liftspan.stored.Damaged: was changed or damaged after it was written
"""

import contextlib
import hashlib
import json
import os
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import BinaryIO

SEAL = "sha256"  # the field of a record that holds the hash of all its other fields
LARGEST_BYTES = 500_000_000  # of a record; a manifest of the largest run has a tenth of it


class Damaged(ValueError):
    """A stored file is not what was written; the words say what is wrong, after its name."""


def fingerprint(content) -> dict:
    """What tells a file from a damaged one."""
    return {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}


def read_stored(path: Path, most: int = LARGEST_BYTES) -> bytes:
    """The bytes of a stored file. Raises Damaged where it is no file or too large, OSError where it cannot be read."""
    with _opened(path) as (stream, size):
        if size > most:
            raise Damaged(f"has {size:,} bytes, more than it can have")
        return stream.read()


def what_is_wrong(path: Path, noted: Mapping) -> str:
    """Why a file is not the one that was noted by its fingerprint; empty where it is."""
    try:
        with _opened(path) as (stream, size):
            if size != noted["bytes"]:
                return "other size"
            return "" if hashlib.file_digest(stream, "sha256").hexdigest() == noted["sha256"] else "other bytes"
    except FileNotFoundError:
        return "missing"
    except Damaged as error:
        return str(error)
    except OSError as error:
        return f"cannot be read ({error.strerror or error})"


@contextlib.contextmanager
def _opened(path: Path) -> Iterator[tuple[BinaryIO, int]]:
    """(stream, size) of a plain file; a FIFO in its place would let us wait for ever."""
    fd = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    there = os.fstat(fd)
    if not stat.S_ISREG(there.st_mode):
        os.close(fd)
        raise Damaged("is no file")
    with os.fdopen(fd, "rb") as stream:
        yield stream, there.st_size


def sealed(record: Mapping) -> dict:
    """The record with its seal as the last field."""
    return {**record, SEAL: _seal(record)}


def unsealed(raw: bytes) -> dict:
    """A sealed record from its bytes. Raises Damaged where it is no JSON, no record, or another than was sealed."""
    record = record_in(raw)
    if record.get(SEAL) != _seal({name: value for name, value in record.items() if name != SEAL}):
        raise Damaged("was changed or damaged after it was written")
    return record


def record_in(raw: bytes) -> dict:
    """Any record, whatever its seal. Raises Damaged where the bytes hold none."""
    try:
        record = json.loads(raw)
    except (ValueError, RecursionError):
        raise Damaged("is cut, or no JSON") from None
    if not isinstance(record, dict):
        raise Damaged("holds no record")
    return record


def as_bytes(record: Mapping) -> bytes:
    """A record as it is written."""
    return (json.dumps(record, indent=1) + "\n").encode()


def _seal(record: Mapping) -> str:
    return hashlib.sha256(json.dumps(record, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
