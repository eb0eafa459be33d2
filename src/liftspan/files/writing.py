"""An answer as files: whole or not at all, through links, into FIFOs and devices, with the mode that stood there."""

import contextlib
import errno
import os
import re
import secrets
import stat
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import BinaryIO

from liftspan.errors import InvalidInput
from liftspan.files.inputs import STANDARD, descriptor_of, status_of
from liftspan.files.places import problems_of_folder, problems_of_place, twice

OWNER_ONLY, ANYBODY = 0o600, 0o666  # the user's umask takes away from the second
PART = ".part"  # ending of a file that is not whole yet
# Errors of the disk, not of the question.
FAILED = {errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EFBIG, errno.EMFILE, errno.ENFILE, errno.EPIPE}


class NotWritten(InvalidInput):
    """The question was right and the disk failed: it is full, over its quota or broken (exit code 1)."""


def write_whole(contents: Mapping[Path, Iterable[bytes]], private: bool = False, lasting: bool = True) -> None:
    """Write all files or none: each beside its place under another name, then renamed. Files there are replaced.

    A file that is replaced keeps its mode, and its owner where the system lets it; a link stays a link. What is no
    file (standard output, a FIFO, a device) is written to when the files are ready.

    Args:
        contents: the pieces of each file, written as they come, so that a large one need not be in memory.
        private: of one patient: nobody but the owner reads the files, not even while they are written.
        lasting: wait until the bytes are on the disk; not needed for what is checked by its hash when it is read.

    Raises InvalidInput (NotWritten where the disk failed), with nothing left half-done, where a file cannot be written.
    """
    problems = [problem for path in contents for problem in problems_of_place(path)]
    problems += [f"{path}: two answers would go there" for _, path, _ in twice((str(path), path) for path in contents)]
    if problems:
        raise InvalidInput(problems, "the places of the answer")
    beside: dict[str, str] = {}  # real path: what is written beside it
    try:
        for path, pieces in contents.items():
            if _is_file_or_new(path):
                _write_beside(os.path.realpath(path), pieces, private, lasting, beside)
        for path, pieces in contents.items():
            if not _is_file_or_new(path):
                _write_through(path, pieces)
        for real, part in beside.items():
            os.replace(part, real)
        for folder in {os.path.dirname(real) for real in beside} if lasting else ():
            _sync_folder(folder)
    except OSError as error:
        if isinstance(error, BrokenPipeError) and STANDARD in contents:
            raise  # the reader of standard output has left: the command ends without a word
        named = ", ".join(map(str, contents))
        raise _as_said(error, [f"{named}: cannot be written ({error.strerror or error})"]) from error
    finally:
        for part in beside.values():
            with contextlib.suppress(OSError):
                os.unlink(part)


def make_folder(target: Path) -> None:
    """Make a folder and those above it, where they are missing. Raises InvalidInput with the reason."""
    if problems := problems_of_folder(target):
        raise InvalidInput(problems, "the place of the answer")
    try:
        target.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _as_said(error, [f"{target}: no folder can be made there ({error.strerror or error})"]) from error


def is_part(name: str) -> bool:
    """Whether a name is one under which a file is written until it is whole."""
    return re.fullmatch(rf"\.[0-9a-f]{{16}}{re.escape(PART)}", name) is not None


def stream_of(fd: int) -> BinaryIO:
    """The stream that writes to an open descriptor, and closes it."""
    return os.fdopen(fd, "wb")


def _is_file_or_new(path: Path) -> bool:
    """Whether what is written there is a file of its own that can be renamed into its place."""
    if path == STANDARD or descriptor_of(path) is not None:
        return False
    there = status_of(path)
    return there is None or stat.S_ISREG(there.st_mode)


def _write_beside(real: str, pieces: Iterable[bytes], private: bool, lasting: bool, beside: dict[str, str]) -> None:
    old = status_of(real)
    mode = OWNER_ONLY if private or old is not None else ANYBODY
    # Short, so that a name of 255 bytes can be written; not to be guessed and never followed, for shared folders.
    part = os.path.join(os.path.dirname(real), f".{secrets.token_hex(8)}{PART}")
    fd = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0), mode)
    beside[real] = part
    with stream_of(fd) as stream:
        stream.writelines(pieces)
        stream.flush()
        if old is not None and hasattr(os, "fchmod"):
            _keep_owner(fd, old)
            os.fchmod(fd, OWNER_ONLY if private else stat.S_IMODE(old.st_mode) & 0o777)
        if lasting:
            os.fsync(fd)


def _keep_owner(fd: int, old: os.stat_result) -> None:
    new = os.fstat(fd)
    if (new.st_uid, new.st_gid) == (old.st_uid, old.st_gid):
        return
    try:
        os.fchown(fd, old.st_uid, old.st_gid)
    except OSError:
        with contextlib.suppress(OSError):
            os.fchown(fd, -1, old.st_gid)


def _write_through(path: Path, pieces: Iterable[bytes]) -> None:
    fd = descriptor_of(path)
    if path == STANDARD:
        # What stands in its place for text, and escapes it, lets the bytes of a file pass, but to no terminal.
        raw = getattr(getattr(sys.stdout, "unescaped", sys.stdout), "buffer", None)
        if raw is None or sys.stdout.isatty():
            sys.stdout.writelines(piece.decode(errors="backslashreplace") for piece in pieces)
            return
        sys.stdout.flush()
        raw.writelines(pieces)
        raw.flush()
        return
    if fd == 1:
        sys.stdout.flush()
    with stream_of(os.dup(fd) if fd is not None else _opened(path)) as stream:
        stream.writelines(pieces)


def _opened(path: Path) -> int:
    """A descriptor of a FIFO or a device. A FIFO has to wait until somebody reads from it."""
    flags = os.O_WRONLY | getattr(os, "O_NOCTTY", 0)
    try:
        fd = os.open(path, flags | os.O_NONBLOCK)
    except OSError as error:
        if error.errno != errno.ENXIO:
            raise
        print(f"{path}: waiting until somebody reads from it", file=sys.stderr, flush=True)
        return os.open(path, flags)
    os.set_blocking(fd, True)
    return fd


def _sync_folder(folder: str) -> None:
    """So that the new name outlasts a power cut; not every file system can be asked."""
    with contextlib.suppress(OSError):
        fd = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(fd)
        finally:
            os.close(fd)


def _as_said(error: OSError, problems: list[str]) -> InvalidInput:
    return (NotWritten if error.errno in FAILED else InvalidInput)(problems)
