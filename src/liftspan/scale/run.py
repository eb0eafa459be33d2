"""START HERE: a plan and a folder in, files and a summary out; stopped anywhere, the same call finishes the rest."""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from liftspan.files import make_folder
from liftspan.scale.cluster import ClusterFailed, by_cluster, need_distributed
from liftspan.scale.folder import (
    SUMMARY_JSON,
    SUMMARY_TEXT,
    close_folder,
    count_noted,
    drop_notes,
    finished_parts,
    note_of,
    only_one,
    open_folder,
    repaired,
)
from liftspan.scale.manifest import as_bytes
from liftspan.scale.part import NotWritten, need_pyarrow
from liftspan.scale.plan import Plan, each_part, parts_of, people_of_part
from liftspan.scale.record import as_record
from liftspan.scale.summary import summary_of
from liftspan.scale.sums import from_plain, joined
from liftspan.scale.words import as_text
from liftspan.scale.workers import WorkersDied, by_processes, by_threads, cores


class Stopped(RuntimeError):
    """The run ended early; what is finished is whole, and the same call goes on from there."""

    def __init__(self, why: str, done: int, of: int):
        self.done, self.of = done, of
        super().__init__(f"{why}\n{done} of {of} parts are finished and whole; the same command finishes the rest.")


@dataclass(frozen=True)
class Written:
    """What a run did, and its summary as it stands in the folder."""

    people: int
    people_before: int  # of parts that were finished already
    seconds: float  # of this call's simulation and writing
    record: dict
    text: str


def simulate_to(
    plan: Plan,
    folder: Path,
    *,
    workers: int | None = None,
    cluster: str | None = None,
    done: Callable[[int, int], None] = lambda at, of: None,
) -> Written:
    """Write people (and courses) of a plan into a folder, and the summary.

    Args:
        folder: made if missing; empty, or holding a run of the same plan, which is then finished.
        workers: processes to spawn; None = threads of this process on all its cores.
        cluster: address of a Dask scheduler, or "local"; in place of processes.
        done: called with the number of people finished, and of all.

    Raises:
        InvalidInput: the folder holds something else, or a library is missing.
        Stopped: disk full, folder closed, workers gone, or an interrupt; nothing half-done is left.
    """
    need_pyarrow()
    if cluster is not None:
        need_distributed()
    folder, begun = Path(folder).absolute(), time.perf_counter()
    try:
        make_folder(folder)
        with only_one(folder):
            complete = open_folder(folder, plan)
            finished = finished_parts(folder, plan, complete)
            before = sum(people_of_part(plan, part) for part in finished)
            missing = sorted(set(each_part(plan)) - set(finished))
            at = before
            with closing(_computed(plan, folder, missing, workers, cluster)) as parts:
                for _, people in parts:
                    at += people
                    done(at, plan.people)
            if complete:
                _check_repairs(folder, missing)
            else:
                _close(plan, folder)
            drop_notes(folder)
    except (NotWritten, WorkersDied, ClusterFailed) as error:
        raise Stopped(str(error), count_noted(folder, plan), parts_of(plan)) from error
    except KeyboardInterrupt:
        raise Stopped("interrupted", count_noted(folder, plan), parts_of(plan)) from None
    return Written(
        people=plan.people,
        people_before=before,
        seconds=time.perf_counter() - begun,
        record=json.loads((folder / SUMMARY_JSON).read_text(encoding="utf-8")),
        text=(folder / SUMMARY_TEXT).read_text(encoding="utf-8"),
    )


def _computed(plan: Plan, folder: Path, missing: list[int], workers, cluster) -> Iterator[tuple[int, int]]:
    if not missing:
        return
    if cluster is not None:
        yield from by_cluster(plan, folder, missing, cluster, workers or cores())
    elif workers is not None:
        yield from by_processes(plan, folder, missing, workers)
    else:
        yield from by_threads(plan, folder, missing, cores())


def _close(plan: Plan, folder: Path) -> None:
    parts = (from_plain(note_of(folder, part)["sums"], plan.visits_h) for part in each_part(plan))
    summary = summary_of(plan, joined(parts))
    close_folder(folder, plan, as_bytes(as_record(summary)), as_text(summary).encode())


def _check_repairs(folder: Path, missing: list[int]) -> None:
    """Parts of a complete run that were lost or damaged since: computed again, they must be what they were."""
    wrong = sorted(set(missing) - set(repaired(folder, missing)))
    if wrong:
        raise NotWritten(
            f"{folder}: part {wrong[0]} came out otherwise than the manifest says; on another processor the last "
            "digits may differ. Take a new folder"
        )
