"""What a person named and the command has read: the inputs of this run, which it never writes over."""

import contextlib
import io
import os
import re
import sys
from pathlib import Path
from typing import BinaryIO

from liftspan.errors import InvalidInput

STANDARD = Path("-")  # standard input where a file is read, standard output where one is written
LARGEST_INPUT_BYTES = 1_000_000_000
READ_AT_ONCE = 16_000_000  # bytes: whole files in one piece, endless ones in pieces
DESCRIPTOR = re.compile(r"/(?:dev|proc/(self|thread-self|[0-9]+))/fd/([0-9]+)")
MOST_LINKS = 40

_inputs: dict[str, None] = {}  # real paths of what this run has read, in order


def begin_run() -> None:
    """Forget what was read before: a run is one call of the command."""
    _inputs.clear()


def read_input(path: Path, most: int = LARGEST_INPUT_BYTES, what: str = "one file") -> bytes:
    """The bytes of a file that a person named, or of standard input for `-`; from now on it is an input of this run.

    Args:
        most: bytes; more than that is refused, so that an endless device cannot fill the memory.
        what: what the file is to be, for that message.

    Raises OSError where it cannot be read, InvalidInput where it is too large.
    """
    with contextlib.nullcontext(_standard_input()) if path == STANDARD else open(path, "rb") as stream:
        raw = _at_most(stream, most)
    note_input(path)
    if raw is None:
        size = f"{most / 1e6:,g} MB" if most >= 1e5 else f"{most / 1e3:.0f} kB"
        raise InvalidInput([f"{shown_name(path)}: is larger than {size}, too large for {what}; the right file?"])
    return raw


def note_input(path: Path) -> None:
    """From now on a file is an input of this run, whoever read it."""
    _inputs[os.path.realpath("/dev/stdin" if path == STANDARD else path)] = None


def shown_name(path: Path) -> str:
    """The name of an input in messages."""
    return "standard input" if path == STANDARD else path.name


def is_input(target: Path) -> bool:
    """Whether this run has read that file, under whatever name."""
    there = status_of(target)
    return there is not None and any(os.path.samestat(there, one) for one in map(status_of, _inputs) if one is not None)


def status_of(target: Path | str) -> os.stat_result | None:
    try:
        fd = descriptor_of(target)
        return os.stat(target) if fd is None else os.fstat(fd)
    except (OSError, ValueError):
        return None


def descriptor_of(target: Path) -> int | None:
    """The number of the open descriptor that a name stands for: of /dev/stdout, /dev/fd/63, `>(command)`."""
    name = os.path.abspath(target)
    for _ in range(MOST_LINKS):
        found = DESCRIPTOR.fullmatch(name)
        if found:
            return int(found[2]) if found[1] in (None, "self", "thread-self", str(os.getpid())) else None
        if "\0" in name or not os.path.islink(name):
            return None
        name = os.path.normpath(os.path.join(os.path.dirname(name), os.readlink(name)))
    return None


def _standard_input() -> BinaryIO:
    return getattr(sys.stdin, "buffer", None) or io.BytesIO(sys.stdin.read().encode())


def _at_most(stream: BinaryIO, most: int) -> bytes | None:
    """All that a stream gives, or None where that is more than `most` bytes."""
    pieces, left = [], most + 1
    while left > 0 and (piece := stream.read(min(left, READ_AT_ONCE))):
        pieces.append(piece)
        left -= len(piece)
    return b"".join(pieces) if left > 0 else None
