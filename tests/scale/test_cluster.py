"""Dask distributed with two real workers, one of them killed."""

import os
import signal

import pytest

from liftspan.scale import Stopped, simulate_to
from scale.conftest import bytes_of, small_plan

pytestmark = pytest.mark.filterwarnings("ignore")  # of other people's event loops


@pytest.fixture(scope="module")
def cluster():
    import distributed

    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as found:
        yield found


def test_a_cluster_writes_the_same_bytes_though_a_worker_is_killed(cluster, undisturbed, tmp_path):
    killed = []

    def kill_one(at, of):
        if not killed:
            pid = next(iter(cluster.workers.values())).pid
            os.kill(pid, signal.SIGKILL)
            killed.append(pid)

    simulate_to(small_plan(courses=True), tmp_path / "run", cluster=cluster.scheduler_address, done=kill_one)
    assert killed
    assert bytes_of(tmp_path / "run") == undisturbed


def test_a_worker_with_other_code_is_refused(cluster, tmp_path, monkeypatch):
    monkeypatch.setattr("liftspan.scale.manifest.code_hash", lambda: "other")
    with pytest.raises(Stopped, match="install the same there"):
        simulate_to(small_plan(), tmp_path / "run", cluster=cluster.scheduler_address)


def test_where_no_scheduler_answers_that_is_said(tmp_path, monkeypatch):
    monkeypatch.setattr("liftspan.scale.cluster.SECONDS_TO_CONNECT", 1)
    with pytest.raises(Stopped, match="no scheduler answers"):
        simulate_to(small_plan(), tmp_path / "run", cluster="tcp://127.0.0.1:9")
