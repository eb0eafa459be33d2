"""Settings of a process that computes; called first, before NumPy is loaded. Nothing here changes a number."""

import ctypes
import os
from collections.abc import Iterator
from contextlib import contextmanager

# Options of glibc's mallopt(3), and up to what size freed memory is kept.
TRIM_THRESHOLD, MMAP_THRESHOLD = -1, -3
KEPT_BYTES = 256 * 1024 * 1024


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
