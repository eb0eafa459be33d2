"""Settings of a process that computes, and what its worker processes need. Nothing here changes a number."""

import ctypes
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from liftspan.errors import InvalidInput

# Options of glibc's mallopt(3), and up to what size freed memory is kept.
TRIM_THRESHOLD, MMAP_THRESHOLD = -1, -3
KEPT_BYTES = 256 * 1024 * 1024
DEATHS_IN_A_ROW = 3  # of worker processes without anything finished between them


class WorkersDied(RuntimeError):
    """Worker processes ended before they finished anything; the words say the likely cause."""


def prepare_process() -> None:
    """Keep freed memory, and let each product of matrices run on one thread unless the user has said otherwise.

    By default glibc returns every array above 128 kB to the system, and the next one pays for its pages again: a pass
    over a quarter of a megabyte then takes four times as long. The products here are small: threads that wait for each
    other made an answer ten times slower on a busy machine, and no faster on an idle one. Several cores are used by
    several processes.
    """
    for library in ("OPENBLAS", "OMP", "MKL"):
        os.environ.setdefault(f"{library}_NUM_THREADS", "1")
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (AttributeError, OSError, TypeError):  # another C library: nothing to ask
        return
    for option in (MMAP_THRESHOLD, TRIM_THRESHOLD):
        mallopt(option, KEPT_BYTES)


@contextmanager
def unheard_by_workers() -> Iterator[None]:
    """Processes that are started in here never hear Ctrl-C: the one that started them hears it, and ends them."""
    import signal

    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    # A blocked signal stays blocked in a child, from its first instruction on; here it waits until the end.
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def begin_worker() -> None:
    """Compute as the command does, and end as soon as the process that started this one has ended."""
    prepare_process()
    import threading
    from multiprocessing import parent_process
    from multiprocessing.connection import wait as wait_for

    def watch() -> None:
        wait_for([parent_process().sentinel])
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


SAVED = 'save it as a file, with the call under `if __name__ == "__main__":`'


def ready_for_workers() -> None:
    """Ask before worker processes are spawned: each of them imports the program that runs now.

    Raises InvalidInput where that program is no file: it was read from standard input. In a worker that meets the same
    call while it imports the program, the worker ends: it would start workers of its own, without end.
    """
    processes = sys.modules.get("multiprocessing.process")  # every worker has it; loading it costs a start its time
    if processes is not None and getattr(processes.current_process(), "_inheriting", False):
        raise SystemExit(1)
    program = _program()
    if program is not None and not program.exists():
        said = "was read from standard input, and each worker process must import it"
        raise InvalidInput([f"the program that asks for workers {said}; {SAVED}, or leave workers out"])


def why_workers_died(times: int = 1) -> WorkersDied | None:
    """The cause to name after worker processes have died `times` in a row; None = try again."""
    program = _program()
    if program is not None and _runs_when_imported(program):
        return WorkersDied(
            f"worker processes cannot begin: each of them imports {program.name}, which starts the work again. Put the "
            'call under `if __name__ == "__main__":`, or leave workers out'
        )
    if times < DEATHS_IN_A_ROW:
        return None
    return WorkersDied(
        f"worker processes ended {times} times before they finished anything: is memory short? Fewer of them need less "
        "(--workers)"
    )


def _program() -> Path | None:
    """The file that worker processes import; None where there is nothing to import."""
    main = sys.modules.get("__main__")
    name = getattr(main, "__file__", None)
    return Path(name) if name and getattr(main, "__spec__", None) is None else None


def _runs_when_imported(program: Path) -> bool:
    try:
        return "__name__" not in program.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return False
