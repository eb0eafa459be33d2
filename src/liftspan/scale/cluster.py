"""The same parts on Dask distributed: on this machine or at an address; a worker that dies loses nothing.

Results do not pass through the scheduler: workers write their parts, so they need the same folder as this process.
"""

import contextlib
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from liftspan.errors import InvalidInput
from liftspan.numbers import shortened
from liftspan.process import prepare_process, why_workers_died
from liftspan.scale.manifest import differences, run_record
from liftspan.scale.part import PEOPLE as PEOPLE_FILE
from liftspan.scale.part import file_of_part, write_part
from liftspan.scale.plan import Plan
from liftspan.scale.workers import one_thread_each

LOCAL = "local"
SECONDS_TO_CONNECT = 20
RETRIES = 3  # of a part whose worker died
ADDRESS = re.compile(r"(?:(?:tcp|tls|ws|wss)://)?(?:[\w.-]+|\[[0-9a-fA-F:.%]+\]):([0-9]{1,5})", re.ASCII)
ENCRYPTED = ("tls://", "wss://")
LAST_PORT = 65535


class ClusterFailed(RuntimeError):
    """The cluster could not finish; the words say why."""


def check_address(address: str | None) -> None:
    """Raise InvalidInput where this cannot be the address of a scheduler: at once, before anything is made."""
    found = ADDRESS.fullmatch(address) if address not in (None, LOCAL) else None
    if address in (None, LOCAL) or (found and 1 <= int(found[1]) <= LAST_PORT):
        return
    example = f"{LOCAL}, or the address of a scheduler such as tcp://10.0.0.5:8786"
    raise InvalidInput([f"--cluster '{shortened(address)}' is no address; write {example}"])


def need_distributed() -> None:
    """Raise InvalidInput where the extra for clusters is not installed."""
    try:
        import distributed  # noqa: F401
    except ModuleNotFoundError:
        problem = 'distributed is not installed; --cluster needs it: pip install -c constraints/py311.txt ".[cluster]"'
        raise InvalidInput([problem]) from None


def by_cluster(plan: Plan, folder: Path, parts: Iterable[int], address: str, count: int) -> Iterator[tuple[int, int]]:
    """(part, people) of each part as it is finished by a worker of the cluster.

    Args:
        address: of a scheduler, or "local" for `count` worker processes on this machine.

    Raises ClusterFailed where nobody answers, workers have another version, or write somewhere else.
    """
    import distributed

    with _client(address, count) as client:
        record = run_record(plan)
        futures = client.map(
            _write_checked, list(parts), plan=plan, folder=folder, expected=record, pure=False, retries=RETRIES
        )
        try:
            for future in distributed.as_completed(futures):
                part, people = _result(future)
                if not file_of_part(folder, PEOPLE_FILE, part).exists():
                    raise ClusterFailed(
                        f"a worker wrote part {part}, but it is not in {folder} here: workers need the same folder"
                    )
                yield part, people
        finally:
            client.cancel(futures)


def _write_checked(part: int, *, plan: Plan, folder: Path, expected: dict) -> tuple[int, int]:
    """On a worker: refuse to compute with other code or libraries than the run began with."""
    prepare_process()
    found = differences(expected, run_record(plan))
    if found:
        raise ClusterFailed(f"a worker differs from this process ({'; '.join(found)}); install the same there")
    return part, write_part(plan, folder, part)


def _result(future) -> tuple[int, int]:
    from distributed.scheduler import KilledWorker

    try:
        return future.result()
    except KilledWorker as error:
        raise ClusterFailed(f"several workers died over one part: is memory short? ({error})") from None


@contextlib.contextmanager
def _client(address: str, count: int):
    import distributed

    if address == LOCAL:
        with one_thread_each(), contextlib.ExitStack() as open_:
            try:
                cluster = distributed.LocalCluster(n_workers=count, threads_per_worker=1, dashboard_address=None)
                client = open_.enter_context(distributed.Client(open_.enter_context(cluster)))
            except (RuntimeError, OSError) as error:
                why = why_workers_died() or f"--cluster {LOCAL}: no cluster can be started here ({error})"
                raise ClusterFailed(str(why)) from error
            yield client
        return
    try:
        client = distributed.Client(address, timeout=SECONDS_TO_CONNECT)
    except (OSError, ValueError, TypeError, AssertionError, RuntimeError, ImportError) as error:
        if address.startswith(ENCRYPTED):
            hint = "an encrypted connection needs certificates; is distributed.comm.tls set in Dask's configuration?"
            raise ClusterFailed(f"--cluster {address}: no scheduler answers there; {hint} ({error})") from None
        raise ClusterFailed(f"--cluster {address}: no scheduler answers there ({error})") from None
    with client:
        yield client
