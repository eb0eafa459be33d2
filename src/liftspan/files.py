"""One door for files: what a person names is read here, and an answer is written here, whole or not at all.

A name is followed as every program follows it: through a link to the file behind it, into a FIFO or a device. `-` is
standard input where a table is read and standard output where one is written; a file of that name needs its folder
before it (`/tmp/-`). What a run has read is never written over by the same run.
"""

import contextlib
import errno
import io
import os
import re
import secrets
import stat
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import BinaryIO

from liftspan.errors import InvalidInput

OWNER_ONLY, ANYBODY = 0o600, 0o666  # the user's umask takes away from the second
STANDARD = Path("-")
LARGEST_INPUT_BYTES = 1_000_000_000
PART = ".part"  # ending of a file that is not whole yet
# Errors of the disk, not of the question.
FAILED = {errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EFBIG, errno.EMFILE, errno.ENFILE, errno.EPIPE}
DESCRIPTOR = re.compile(r"/(?:dev|proc/(self|thread-self|[0-9]+))/fd/([0-9]+)")
MOST_LINKS = 40
READ_AT_ONCE = 16_000_000  # bytes: whole files in one piece, endless ones in pieces
INPUT = "is an input of this run and would be lost; choose another name"

_inputs: dict[str, None] = {}  # real paths of what this run has read, in order


class NotWritten(InvalidInput):
    """The question was right and the disk failed: it is full, over its quota or broken (exit code 1)."""


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
    _inputs[os.path.realpath("/dev/stdin" if path == STANDARD else path)] = None
    if raw is None:
        size = f"{most / 1e6:,g} MB" if most >= 1e5 else f"{most / 1e3:.0f} kB"
        raise InvalidInput([f"{shown_name(path)}: is larger than {size}, too large for {what}; the right file?"])
    return raw


def shown_name(path: Path) -> str:
    """The name of an input in messages."""
    return "standard input" if path == STANDARD else path.name


def problems_of_place(target: Path) -> list[str]:
    """Why no file can be written there; empty where one can. Ask before a long computation."""
    if target == STANDARD:
        return []
    try:
        fd = descriptor_of(target)
        if fd is not None:
            return _problems_of_open(target, fd)
        there = os.stat(target)
    except FileNotFoundError:
        return _problems_of_new(target)
    except (OSError, ValueError) as error:
        return [f"{target}: {_why_no_place(error, target)}"]
    kind = there.st_mode
    if stat.S_ISDIR(kind):
        return [f"{target}: is a folder; add the name of a file"]
    if stat.S_ISBLK(kind) or stat.S_ISSOCK(kind):
        what = "a disk or another block device" if stat.S_ISBLK(kind) else "a socket"
        return [f"{target}: is {what}; choose the name of a file"]
    if (stat.S_ISREG(kind) or stat.S_ISFIFO(kind)) and is_input(target):
        return [f"{target}: {INPUT}"]
    if not stat.S_ISREG(kind):
        return [] if os.access(target, os.W_OK) else [f"{target}: no permission to write there; choose another name"]
    return _problems_of_old(target, there)


def problems_of_places(places: Mapping[str, Path | None]) -> list[str]:
    """The same for all outputs of a command, by their options, and where two of them name one file."""
    named = {option: path for option, path in places.items() if path is not None}
    problems = [f"{option} {problem}" for option, path in named.items() for problem in problems_of_place(path)]
    return problems + problems_of_pair(named)


def problems_of_pair(places: Mapping[str, Path | None]) -> list[str]:
    """Where two options of a command name one file: the second answer would replace the first."""
    named = ((option, path) for option, path in places.items() if path is not None)
    twice = _twice(named)
    return [f"{option} {path}: is the file of {first} too; choose another name" for option, path, first in twice]


def refuse_places(places: Mapping[str, Path | None]) -> None:
    """Before a long computation: raises InvalidInput where an output of the command cannot be written."""
    if problems := problems_of_places(places):
        raise InvalidInput(problems, "the places of the answer")


def problems_of_folder(target: Path) -> list[str]:
    """Why no folder can be made or used there; empty where one can."""
    if target == STANDARD:
        return ["-: is standard output; several files are written, name a folder for them"]
    try:
        if target.is_dir():
            closed = not os.access(target, os.W_OK | os.X_OK)
            return [f"{target}: no permission to write in this folder; choose another"] if closed else []
        if target.exists():
            return [f"{target}: no folder can be made there, it is a file; choose another name"]
        if target.is_symlink():
            return [f"{target}: no folder can be made there, it is a link to nowhere; choose another name"]
        nearest = next(parent for parent in target.absolute().parents if os.path.lexists(parent))
    except (OSError, ValueError) as error:
        return [f"{target}: no folder can be made there; {_why_no_place(error, target)}"]
    if not nearest.is_dir():
        return [f"{target}: no folder can be made there, {nearest} is a file; choose another name"]
    if not os.access(nearest, os.W_OK | os.X_OK):
        return [f"{target}: no folder can be made there, no permission to write in {nearest}"]
    return []


def refuse_folder(target: Path) -> None:
    """Before a long computation: raises InvalidInput where no folder can be made or used."""
    if problems := problems_of_folder(target):
        raise InvalidInput([f"--out {problem}" for problem in problems], "the place of the answer")


def make_folder(target: Path) -> None:
    """Make a folder and those above it, where they are missing. Raises InvalidInput with the reason."""
    if problems := problems_of_folder(target):
        raise InvalidInput(problems, "the place of the answer")
    try:
        target.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _as_said(error, [f"{target}: no folder can be made there ({error.strerror or error})"]) from error


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
    problems += [f"{path}: two answers would go there" for _, path, _ in _twice((str(path), path) for path in contents)]
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


def is_input(target: Path) -> bool:
    """Whether this run has read that file, under whatever name."""
    there = _status(target)
    return there is not None and any(os.path.samestat(there, one) for one in map(_status, _inputs) if one is not None)


def _status(target: Path | str) -> os.stat_result | None:
    try:
        fd = descriptor_of(target)
        return os.stat(target) if fd is None else os.fstat(fd)
    except (OSError, ValueError):
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


def _problems_of_open(target: Path, fd: int) -> list[str]:
    try:
        there, reading = os.fstat(fd), _is_only_read(fd)
    except OSError:
        there, reading = None, True
    if there is None or reading:
        return [f"{target}: descriptor {fd} is not open for writing"]
    if stat.S_ISREG(there.st_mode) and is_input(target):
        return [f"{target}: {INPUT}"]
    return []


def _is_only_read(fd: int) -> bool:
    try:
        import fcntl
    except ImportError:
        return False
    return fcntl.fcntl(fd, fcntl.F_GETFL) & os.O_ACCMODE == os.O_RDONLY


def _problems_of_new(target: Path) -> list[str]:
    try:
        parent = os.path.dirname(os.path.realpath(target))
    except OSError:
        return [f"{target}: the folder in which the command runs is gone; change into one that is there"]
    shown = parent if os.path.islink(target) else target.parent  # behind a link, the folder to which it leads
    if not os.path.isdir(parent):
        return [f"{target}: the folder {shown} does not exist; make it first"]
    if not os.access(parent, os.W_OK | os.X_OK):
        return [f"{target}: no permission to write in {shown}; choose another folder"]
    return []


def _problems_of_old(target: Path, there: os.stat_result) -> list[str]:
    """Root may write everywhere, so the mode is asked, not only the system."""
    if not there.st_mode & 0o222:
        mode = stat.S_IMODE(there.st_mode)
        return [f"{target}: is read-only (mode {mode:04o}); choose another name, or allow it with chmod u+w"]
    try:
        os.close(os.open(target, os.O_WRONLY))
    except OSError as error:
        return [f"{target}: stands there and cannot be written ({error.strerror or error}); choose another name"]
    parent = os.path.dirname(os.path.realpath(target))
    if not os.access(parent, os.W_OK | os.X_OK):
        return [f"{target}: no permission to write in {parent}; choose another folder"]
    return []


def _why_no_place(error: OSError | ValueError, target: Path) -> str:
    kind = getattr(error, "errno", None)
    if kind == errno.ENAMETOOLONG:
        return f"the name has {len(os.fsencode(target.name))} bytes, more than the system takes; choose a shorter one"
    if kind == errno.ELOOP:
        return "is a link that leads back to itself"
    if kind == errno.ENOTDIR:
        return f"{target.parent} is no folder"
    return "the name holds a NUL" if kind is None else (error.strerror or str(error))


def _twice(named: Iterable[tuple[str, Path]]) -> Iterator[tuple[str, Path, str]]:
    """(option, path, earlier option) where two options name one file."""
    seen: dict[object, str] = {}
    for option, path in named:
        first = seen.setdefault(_identity(path), option)
        if first != option:
            yield option, path, first


def _identity(path: Path) -> object:
    there = _status(Path("/dev/stdout") if path == STANDARD else path)
    if there is None:
        try:
            return os.path.realpath(path)
        except (OSError, ValueError):  # no such name can be; that is said elsewhere
            return str(path)
    if stat.S_ISCHR(there.st_mode) and path != STANDARD and descriptor_of(path) is None:
        return object()  # a device takes what it is given: /dev/null twice
    return there.st_dev, there.st_ino


def _is_file_or_new(path: Path) -> bool:
    """Whether what is written there is a file of its own that can be renamed into its place."""
    if path == STANDARD or descriptor_of(path) is not None:
        return False
    there = _status(path)
    return there is None or stat.S_ISREG(there.st_mode)


def _write_beside(real: str, pieces: Iterable[bytes], private: bool, lasting: bool, beside: dict[str, str]) -> None:
    old = _status(real)
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


def is_part(name: str) -> bool:
    """Whether a name is one under which a file is written until it is whole."""
    return re.fullmatch(rf"\.[0-9a-f]{{16}}{re.escape(PART)}", name) is not None


def stream_of(fd: int) -> BinaryIO:
    """The stream that writes to an open descriptor, and closes it."""
    return os.fdopen(fd, "wb")


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
