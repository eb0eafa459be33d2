"""Settings of a process that computes; called first, before NumPy is loaded. Nothing here changes a number."""

import ctypes
import os

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
