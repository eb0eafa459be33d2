"""START HERE: a plan and a folder in, files and a summary out; stopped anywhere, the same call finishes the rest."""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from liftspan.files import make_folder
from liftspan.process import WorkersDied, ready_for_workers
from liftspan.scale.cluster import LOCAL, ClusterFailed, by_cluster, check_address, need_distributed
from liftspan.scale.folder import (
    Begun,
    close_folder,
    count_noted,
    drop_notes,
    finished_parts,
    note_of,
    only_one,
    open_folder,
    repair_parts,
    repair_summary,
)
from liftspan.scale.manifest import SUMMARY_JSON, SUMMARY_TEXT
from liftspan.scale.part import NotWritten, need_pyarrow
from liftspan.scale.plan import Plan, each_part, parts_of, people_of_part
from liftspan.scale.record import as_record
from liftspan.scale.summary import summary_of
from liftspan.scale.sums import from_plain, joined
from liftspan.scale.words import as_text
from liftspan.scale.workers import by_processes, by_threads, cores
from liftspan.stored import as_bytes


class Stopped(RuntimeError):
    """The run ended early; what is finished is whole, and the same call goes on from there."""

    def __init__(self, why: str, done: int, of: int, when: str = ""):
        self.done, self.of = done, of
        then = f"{when}the same command finishes the rest"
        super().__init__(f"{why}\n{done} of {of} parts are finished and whole; {then}.")


@dataclass(frozen=True)
class Written:
    """What a run did, and its summary as it stands in the folder."""

    people: int
    people_before: int  # of parts that were finished already
    seconds: float  # of this call's simulation and writing
    record: dict
    text: str
    mended: tuple[str, ...] = ()  # files that were lost or damaged, with the reason, and were made again


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
    check_address(cluster)
    if cluster is not None:
        need_distributed()
    if workers is not None or cluster == LOCAL:
        ready_for_workers()
    folder, started = Path(folder).absolute(), time.perf_counter()
    try:
        make_folder(folder)
        with only_one(folder):
            begun = open_folder(folder, plan)
            finished = finished_parts(folder, plan, begun)
            before = sum(people_of_part(plan, part) for part in finished)
            missing = sorted(set(each_part(plan)) - set(finished))
            at = before
            with closing(_computed(plan, folder, missing, workers, cluster)) as parts:
                for _, people in parts:
                    at += people
                    done(at, plan.people)
            kept = _finish(plan, folder, begun, missing)
            drop_notes(folder)
    except (NotWritten, WorkersDied, ClusterFailed) as error:
        raise Stopped(str(error), count_noted(folder, plan), parts_of(plan), "once that is mended, ") from error
    except KeyboardInterrupt:
        raise Stopped("interrupted", count_noted(folder, plan), parts_of(plan)) from None
    return Written(
        people=plan.people,
        people_before=before,
        seconds=time.perf_counter() - started,
        record=json.loads(kept[SUMMARY_JSON]["text"]),
        text=kept[SUMMARY_TEXT]["text"],
        mended=tuple(begun.damaged),
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


def _finish(plan: Plan, folder: Path, begun: Begun, missing: list[int]) -> dict:
    """Close a run whose parts are all there, or what was repaired of a complete one; the summary as it was kept."""
    if begun.manifest is None:
        parts = (from_plain(note_of(folder, part)["sums"], plan.visits_h) for part in each_part(plan))
        summary = summary_of(plan, joined(parts))
        files = {SUMMARY_JSON: as_bytes(as_record(summary)).decode(), SUMMARY_TEXT: as_text(summary)}
        return close_folder(folder, plan, files)["summary"]
    repair_parts(folder, begun, missing)
    repair_summary(folder, begun)
    return begun.manifest["summary"]
