"""Killed in the middle, as a real process is, and finished by the same call."""

import os
import signal
import subprocess
import sys
import time

import pytest

from liftspan.scale import simulate_to
from scale.conftest import bytes_of, small_plan

PROGRAM = """
import sys
sys.path.insert(0, {tests!r})
from scale.conftest import small_plan
from liftspan.scale import simulate_to
if __name__ == "__main__":
    simulate_to(small_plan(courses=True), sys.argv[1], workers={workers}, done=lambda at, of: print(at, flush=True))
"""


@pytest.mark.parametrize("workers", [None, 2])
def test_a_run_killed_in_the_middle_is_finished_as_if_undisturbed(workers, undisturbed, tmp_path):
    folder, program = tmp_path / "run", tmp_path / "program.py"
    tests = os.path.dirname(os.path.dirname(__file__))
    program.write_text(PROGRAM.format(tests=tests, workers=workers))
    running = subprocess.Popen([sys.executable, program, folder], stdout=subprocess.PIPE, text=True)
    running.stdout.readline()  # the first part is finished
    running.send_signal(signal.SIGKILL)
    running.wait()
    running.stdout.close()
    assert "summary.json" not in bytes_of(folder), "it was finished before it was killed: take more people"
    (folder / "people.parquet" / ".0123456789abcdef.part").write_bytes(b"PAR1 cut off")
    time.sleep(0.2)  # its workers notice within milliseconds that nobody waits for them
    written = simulate_to(small_plan(courses=True), folder)
    assert written.people_before >= 32
    assert bytes_of(folder) == undisturbed


def test_a_worker_process_that_dies_loses_nothing(undisturbed, tmp_path, monkeypatch):
    import multiprocessing

    killed = []

    def kill_one(at, of):
        if not killed:
            child = multiprocessing.active_children()[0]
            os.kill(child.pid, signal.SIGKILL)
            killed.append(child.pid)

    simulate_to(small_plan(courses=True), tmp_path / "run", workers=2, done=kill_one)
    assert killed
    assert bytes_of(tmp_path / "run") == undisturbed
