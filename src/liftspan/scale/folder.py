"""The folder of a run: one run at a time, never two questions in one place, and what is done already.

Nothing in it is believed: the manifest and the notes carry a seal, every other file stands in the manifest with its
hash. What is damaged is named and made again; a damaged manifest that may hold another question is not written over.
"""

import contextlib
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from liftspan.errors import InvalidInput
from liftspan.files import PART, is_part, make_folder, write_whole
from liftspan.scale.manifest import SUMMARY_FILES, differences, manifest
from liftspan.scale.part import COURSES, PEOPLE, UNFINISHED, NotWritten, file_of_part, record_of_part
from liftspan.scale.plan import Plan, each_part, people_of_part
from liftspan.stored import Damaged, as_bytes, read_stored, record_in, unsealed, what_is_wrong

MANIFEST, LOCK = "manifest.json", ".lock"
ANOTHER = "take another folder, or remove this one: the same command then makes all of it again"


@dataclass
class Begun:
    """A folder that holds this run, finished or not, and what was found to be damaged in it."""

    manifest: dict | None  # of a complete run, its seal checked; None = not complete
    damaged: list[str] = field(default_factory=list)  # "people.parquet/part-000003.parquet (other bytes)"


def open_folder(folder: Path, plan: Plan) -> Begun:
    """Make or check the folder of a run; with a complete manifest only damage is left to repair.

    Raises:
        InvalidInput: the folder holds something else, or a run with other options.
        NotWritten: nothing can be written there.
    """
    make_folder(folder)
    try:
        begun = _begun(folder, plan)
        _remove_parts_of_files(folder)
        for name in (PEOPLE, UNFINISHED, *([COURSES] if plan.courses else [])):
            _make_inner(folder / name)
            _remove_parts_of_files(folder / name)
    except OSError as error:
        if isinstance(error, NotWritten):
            raise
        raise NotWritten(f"{error.filename or folder}: cannot be written ({error.strerror or error})") from error
    return begun


def _begun(folder: Path, plan: Plan) -> Begun:
    path, here = folder / MANIFEST, manifest(plan, None)
    try:
        raw = read_stored(path)
    except FileNotFoundError:
        _refuse_what_is_not_ours(folder)
        put(path, as_bytes(here))
        return Begun(None)
    except (Damaged, OSError) as error:
        why = str(error) if isinstance(error, Damaged) else f"cannot be read ({error.strerror or error})"
        raise InvalidInput([f"{path} {why}: {ANOTHER}"], "this folder") from None
    try:
        there = unsealed(raw)
    except Damaged as error:
        _refuse_unknown(path, raw, here, error)
        put(path, as_bytes(here))
        return Begun(None, [f"{MANIFEST} ({error})"])
    _refuse_another_run(folder, there, here)
    return Begun(there if there["complete"] else None)


def _refuse_unknown(path: Path, raw: bytes, here: dict, why: Damaged) -> None:
    """A manifest that is damaged elsewhere can be made again; one that does not name this very run is left alone."""
    try:
        there = record_in(raw)
    except Damaged:
        there = {}
    if there.get("schema") == here["schema"] and there.get("run") == here["run"]:
        return
    found = differences(there["run"], here["run"]) if isinstance(there.get("run"), dict) else []
    problems = [*found, f"{path.name} {why}, so nobody can tell which run this folder holds: {ANOTHER}"]
    raise InvalidInput(problems, subject=f"the folder {path.parent}")


def _refuse_what_is_not_ours(folder: Path) -> None:
    others = sorted(path.name for path in folder.iterdir() if path.name != LOCK and not is_part(path.name))
    if not others:
        return
    shown = ", ".join(others[:3]) + (", ..." if len(others) > 3 else "")
    if PEOPLE in others:
        raise InvalidInput([f"{folder} holds a run ({shown}) without its {MANIFEST}: {ANOTHER}"], "this folder")
    raise InvalidInput([f"{folder} holds other files ({shown}); take a new or an empty folder"], "this folder")


def _refuse_another_run(folder: Path, there: dict, here: dict) -> None:
    if there.get("schema") != here["schema"]:
        raise InvalidInput([f"{folder / MANIFEST}: schema {there.get('schema')} is not {here['schema']}"])
    found = differences(there["run"], here["run"])
    if found:
        problems = [*found, "the same options finish that run; another question needs another folder (--out)"]
        raise InvalidInput(problems, subject=f"going on in {folder}, which holds another run")


def _make_inner(folder: Path) -> None:
    if os.path.lexists(folder) and not folder.is_dir():
        problem = f"{folder}: is a file where the run keeps a folder; remove it, and the same command makes it again"
        raise InvalidInput([problem], "this folder")
    make_folder(folder)


def _remove_parts_of_files(folder: Path) -> None:
    """What a run left that was killed while it wrote."""
    for left in folder.glob(f".*{PART}"):
        if is_part(left.name):
            left.unlink(missing_ok=True)


@contextlib.contextmanager
def only_one(folder: Path) -> Iterator[None]:
    """Keep a second run out of the folder; the system lets go of it however this process ends."""
    try:
        import fcntl
    except ImportError:  # no such lock on this system: two runs would write the same bytes
        yield
        return
    try:
        held = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK, 0o666)
    except OSError as error:
        raise NotWritten(f"{folder / LOCK}: cannot be written ({error.strerror or error}); remove it") from error
    try:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise InvalidInput([f"{folder}: another run is writing there; wait for it, or end it first"]) from None
        try:
            yield
        finally:
            (folder / LOCK).unlink(missing_ok=True)
    finally:
        os.close(held)


def finished_parts(folder: Path, plan: Plan, begun: Begun) -> list[int]:
    """Parts whose files are there with the bytes that were noted when they were written; others go to `damaged`."""
    found = []
    for part in each_part(plan):
        files = begun.manifest["parts"][part]["files"] if begun.manifest else _noted(folder, part, begun)
        wrong = [
            f"{name}/{path.name} ({why})"
            for name, noted in (files or {}).items()
            if (why := what_is_wrong(path := file_of_part(folder, name, part), noted))
        ]
        begun.damaged += wrong
        if files and not wrong:
            found.append(part)
    return found


def _noted(folder: Path, part: int, begun: Begun) -> dict | None:
    """The files of a part of an unfinished run; None where it is not finished, or its note is damaged."""
    try:
        return unsealed(read_stored(record_of_part(folder, part)))["files"]
    except FileNotFoundError:
        return None
    except Damaged as error:
        begun.damaged.append(f"{UNFINISHED}/{record_of_part(folder, part).name} ({error})")
        return None


def note_of(folder: Path, part: int) -> dict:
    """What was noted of a part that is finished. Raises NotWritten where it was harmed since."""
    path = record_of_part(folder, part)
    try:
        return unsealed(read_stored(path))
    except (Damaged, OSError) as error:
        raise NotWritten(f"{path}: was lost or damaged while the run went on ({error})") from error


def count_noted(folder: Path, plan: Plan) -> int:
    """How many parts of an unfinished run are finished, those of workers that ended after the run was stopped too."""
    return sum(record_of_part(folder, part).exists() for part in each_part(plan))


def close_folder(folder: Path, plan: Plan, summary_files: dict[str, str]) -> dict:
    """Write summary and manifest, and return it: the folder says by itself that it is complete."""
    parts = [
        {"part": part, "people": people_of_part(plan, part), "files": note_of(folder, part)["files"]}
        for part in each_part(plan)
    ]
    complete = manifest(plan, parts, summary_files)
    for name, text in summary_files.items():
        put(folder / name, text.encode())
    put(folder / MANIFEST, as_bytes(complete))
    return complete


def drop_notes(folder: Path) -> None:
    """Remove what only an unfinished run needs."""
    shutil.rmtree(folder / UNFINISHED, ignore_errors=True)


def repair_parts(folder: Path, begun: Begun, parts: list[int]) -> None:
    """Parts of a complete run that were computed again must come out as they had been. Raises NotWritten."""
    for part in parts:
        if note_of(folder, part)["files"] != begun.manifest["parts"][part]["files"]:
            raise NotWritten(
                f"{folder}: part {part} came out otherwise than the manifest says; on another processor the last "
                "digits may differ. Take a new folder"
            )


def repair_summary(folder: Path, begun: Begun) -> None:
    """Write the files of the summary again from the manifest, where they are lost or damaged."""
    for name in SUMMARY_FILES:
        kept = begun.manifest["summary"][name]
        if why := what_is_wrong(folder / name, kept):
            begun.damaged.append(f"{name} ({why})")
            put(folder / name, kept["text"].encode())


def put(path: Path, content: bytes) -> None:
    """Write one file. Raises NotWritten."""
    try:
        write_whole({path: [content]})
    except InvalidInput as error:
        raise NotWritten(str(error)) from error
