"""Places where an answer is written: asked about before a long computation, filled whole or not at all."""

import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from liftspan.errors import InvalidInput

OWNER_ONLY = 0o600


def problems_of_place(target: Path) -> list[str]:
    """Why no file can be written there; empty where one can."""
    if target.is_dir():
        return [f"{target}: is a folder; add the name of a file"]
    if not target.parent.is_dir():
        return [f"{target}: the folder {target.parent} does not exist; make it first"]
    if not os.access(target.parent, os.W_OK):
        return [f"{target}: no permission to write in {target.parent}; choose another folder"]
    return []


def write_whole(contents: Mapping[Path, Iterable[bytes]], private: bool = False) -> None:
    """Write all files or none: each beside its place under another name, then renamed. Files there are replaced.

    Args:
        contents: the pieces of each file, written as they come, so that a large one need not be in memory.
        private: of one patient: nobody but the owner reads the files, not even while they are written.

    Raises InvalidInput, with nothing left half-done, where a file cannot be written.
    """
    problems = [problem for path in contents for problem in problems_of_place(path)]
    if problems:
        raise InvalidInput(problems, "the places of the answer")
    beside = {path: path.with_name(f".{path.name}.{os.getpid()}.part") for path in contents}
    try:
        for path, pieces in contents.items():
            if private:
                beside[path].touch(mode=OWNER_ONLY, exist_ok=False)
            with beside[path].open("wb") as stream:
                stream.writelines(pieces)
        for path, part in beside.items():
            part.replace(path)
    except OSError as error:
        named = error.filename or ", ".join(map(str, contents))
        raise InvalidInput([f"{named}: cannot be written ({error.strerror or error})"]) from error
    finally:
        for part in beside.values():
            part.unlink(missing_ok=True)
