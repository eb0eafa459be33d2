"""The folder of a run: one run at a time, never two questions in one place, and what is done already."""

import contextlib
import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from liftspan.errors import InvalidInput
from liftspan.files import make_folder, write_whole
from liftspan.scale.manifest import as_bytes, differences, manifest
from liftspan.scale.part import COURSES, PEOPLE, UNFINISHED, NotWritten, file_of_part, record_of_part
from liftspan.scale.plan import Plan, each_part, people_of_part

MANIFEST, SUMMARY_JSON, SUMMARY_TEXT, LOCK = "manifest.json", "summary.json", "summary.txt", ".lock"


def open_folder(folder: Path, plan: Plan) -> bool:
    """Make or check the folder of a run; True when the run is complete already, so that only damage is repaired.

    Raises:
        InvalidInput: the folder holds something else, or a run with other options.
        NotWritten: nothing can be written there.
    """
    try:
        there = _manifest_there(folder)
        if there is None:
            make_folder(folder)
            _refuse_what_is_not_ours(folder)
            _put(folder / MANIFEST, as_bytes(manifest(plan, None)))
        else:
            _refuse_another_run(folder, there, manifest(plan, None))
        for name in (PEOPLE, UNFINISHED, *([COURSES] if plan.courses else [])):
            make_folder(folder / name)
            for left in (folder / name).glob(".*.part"):  # of a run that was killed while it wrote
                left.unlink(missing_ok=True)
    except OSError as error:
        if isinstance(error, NotWritten):
            raise
        raise NotWritten(f"{error.filename or folder}: cannot be written ({error.strerror or error})") from error
    return there is not None and there["complete"]


def _manifest_there(folder: Path) -> dict | None:
    try:
        return json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except (NotADirectoryError, PermissionError):
        raise
    except (ValueError, KeyError):
        problem = f"{folder / MANIFEST}: no manifest of a run; take another folder, or remove it"
        raise InvalidInput([problem], "this folder") from None


def _refuse_what_is_not_ours(folder: Path) -> None:
    others = sorted(path.name for path in folder.iterdir() if path.name != LOCK)
    if others:
        raise InvalidInput(
            [f"{folder} holds other files ({', '.join(others[:3])}); take a new or an empty folder"], "this folder"
        )


def _refuse_another_run(folder: Path, there: dict, here: dict) -> None:
    if there.get("schema") != here["schema"]:
        raise InvalidInput([f"{folder / MANIFEST}: schema {there.get('schema')} is not {here['schema']}"])
    found = differences(there["run"], here["run"])
    if found:
        problems = [*found, "the same options finish that run; another question needs another folder (--out)"]
        raise InvalidInput(problems, subject=f"going on in {folder}, which holds another run")


@contextlib.contextmanager
def only_one(folder: Path) -> Iterator[None]:
    """Keep a second run out of the folder; the system lets go of it however this process ends."""
    try:
        import fcntl
    except ImportError:  # no such lock on this system: two runs would write the same bytes
        yield
        return
    with open(folder / LOCK, "w") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise InvalidInput([f"{folder}: another run is writing there; wait for it, or end it first"]) from None
        try:
            yield
        finally:
            (folder / LOCK).unlink(missing_ok=True)


def finished_parts(folder: Path, plan: Plan, complete: bool) -> list[int]:
    """Parts whose files are there with the bytes that were noted when they were written."""
    notes = _complete_notes(folder) if complete else None
    found = []
    for part in each_part(plan):
        files = notes[part] if notes is not None else note_of(folder, part).get("files")
        if files and all(_is_whole(file_of_part(folder, name, part), noted) for name, noted in files.items()):
            found.append(part)
    return found


def note_of(folder: Path, part: int) -> dict:
    """What was noted of a part; empty where it is not finished."""
    try:
        return json.loads(record_of_part(folder, part).read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return {}


def count_noted(folder: Path, plan: Plan) -> int:
    """How many parts of an unfinished run are finished, those of workers that ended after the run was stopped too."""
    return sum(record_of_part(folder, part).exists() for part in each_part(plan))


def _complete_notes(folder: Path) -> list[dict]:
    parts = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))["parts"]
    return [part["files"] for part in parts]


def _is_whole(path: Path, noted: dict) -> bool:
    try:
        if os.stat(path).st_size != noted["bytes"]:
            return False
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest() == noted["sha256"]
    except FileNotFoundError:
        return False


def close_folder(folder: Path, plan: Plan, summary_json: bytes, summary_text: bytes) -> None:
    """Write summary and manifest, then drop the notes: the folder says by itself that it is complete."""
    parts = [
        {"part": part, "people": people_of_part(plan, part), "files": note_of(folder, part)["files"]}
        for part in each_part(plan)
    ]
    _put(folder / SUMMARY_JSON, summary_json)
    _put(folder / SUMMARY_TEXT, summary_text)
    _put(folder / MANIFEST, as_bytes(manifest(plan, parts)))


def drop_notes(folder: Path) -> None:
    """Remove what only an unfinished run needs."""
    shutil.rmtree(folder / UNFINISHED, ignore_errors=True)


def repaired(folder: Path, parts: list[int]) -> list[int]:
    """Of some parts that were computed again for a complete run, those that came out as they had been."""
    noted = _complete_notes(folder)
    return [part for part in parts if note_of(folder, part).get("files") == noted[part]]


def _put(path: Path, content: bytes) -> None:
    try:
        write_whole({path: [content]})
    except InvalidInput as error:
        raise NotWritten(str(error)) from error
