"""Where an answer may be written: asked about before a long computation."""

import errno
import os
import stat
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from liftspan.errors import InvalidInput
from liftspan.files.inputs import STANDARD, descriptor_of, is_input, status_of

INPUT = "is an input of this run and would be lost; choose another name"


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
    doubled = twice(named)
    return [f"{option} {path}: is the file of {first} too; choose another name" for option, path, first in doubled]


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


def twice(named: Iterable[tuple[str, Path]]) -> Iterator[tuple[str, Path, str]]:
    """(option, path, earlier option) where two options name one file."""
    seen: dict[object, str] = {}
    for option, path in named:
        first = seen.setdefault(_identity(path), option)
        if first != option:
            yield option, path, first


def _identity(path: Path) -> object:
    there = status_of(Path("/dev/stdout") if path == STANDARD else path)
    if there is None:
        try:
            return os.path.realpath(path)
        except (OSError, ValueError):  # no such name can be; that is said elsewhere
            return str(path)
    if stat.S_ISCHR(there.st_mode) and path != STANDARD and descriptor_of(path) is None:
        return object()  # a device takes what it is given: /dev/null twice
    return there.st_dev, there.st_ino


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
