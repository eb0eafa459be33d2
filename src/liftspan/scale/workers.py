"""Parts over threads of this process, or over processes of their own; finished ones are reported as they come.

Which worker computes a part changes nothing in it: all that it depends on is in the plan.
"""

import contextlib
import os
from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Executor, ProcessPoolExecutor, ThreadPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

from liftspan.process import begin_worker, ready_for_workers, unheard_by_workers, why_workers_died
from liftspan.scale.part import write_part
from liftspan.scale.plan import Plan

# Libraries of linear algebra start threads of their own, which would fight with ours for the cores.
ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
WAITING_PER_WORKER = 2


def cores() -> int:
    """Processor cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def by_threads(plan: Plan, folder: Path, parts: Iterable[int], count: int) -> Iterator[tuple[int, int]]:
    """(part, people) of each part as it is finished by one of `count` threads."""
    with _closing(ThreadPoolExecutor(count)) as pool:
        yield from _finished(pool, plan, folder, list(parts), count)


def by_processes(plan: Plan, folder: Path, parts: Iterable[int], count: int) -> Iterator[tuple[int, int]]:
    """The same by spawned processes; parts of a process that dies go to new ones."""
    from multiprocessing import get_context

    ready_for_workers()
    left, deaths = list(parts), 0
    while left:
        try:
            with (
                one_thread_each(),
                _closing(ProcessPoolExecutor(count, get_context("spawn"), begin_worker)) as pool,
            ):
                for part, people in _finished(pool, plan, folder, left, count):
                    left.remove(part)
                    deaths = 0
                    yield part, people
        except BrokenProcessPool as error:
            deaths += 1
            if why := why_workers_died(deaths):
                raise why from error


def _finished(pool: Executor, plan: Plan, folder: Path, parts: list[int], count: int) -> Iterator[tuple[int, int]]:
    """Hand out parts in order, a few ahead of the workers, and yield them as they are done."""
    waiting, handed_out = {}, iter(list(parts))
    while True:
        for part in handed_out:
            with unheard_by_workers():  # the pool starts its processes as parts come in
                future = pool.submit(write_part, plan, folder, part)
            waiting[future] = part
            if len(waiting) >= count * WAITING_PER_WORKER:
                break
        if not waiting:
            return
        for future in wait(waiting, return_when=FIRST_COMPLETED).done:
            people = future.result()
            yield waiting.pop(future), people


@contextlib.contextmanager
def _closing(pool: Executor) -> Iterator[Executor]:
    """Let running parts end; parts that have not begun are dropped when something stops the run."""
    try:
        yield pool
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


@contextlib.contextmanager
def one_thread_each() -> Iterator[None]:
    """Processes started in here keep to one thread for linear algebra, unless they are told otherwise."""
    added = {name: "1" for name in ONE_THREAD if name not in os.environ}
    os.environ.update(added)
    try:
        yield
    finally:
        for name in added:
            del os.environ[name]
