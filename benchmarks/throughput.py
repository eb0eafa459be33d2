"""People per second through our engine and through others on one workload, and the share of the machine's limit.

    python benchmarks/throughput.py [--json] [--people 8192] [--without-peers]
    python benchmarks/throughput.py --device any [--json]      the same functions under jax.jit, wherever jax runs

Every number is the best of several runs in this process, one thread. The text goes to stdout, or JSON with --json.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from dataclasses import asdict
from importlib.util import find_spec

from liftspan.process import prepare_process

prepare_process()
# The limit is the machine's: no setting may keep products of matrices to the instructions of an older processor.
os.environ.pop("OPENBLAS_CORETYPE", None)

import numpy as np  # noqa: E402

PROCESSES = 2
CHECKED = 24  # people solved at 1e-11
FLOOR = 1e-3  # of a person's peak: below it a concentration is compared with nothing


def main() -> int:
    """Measure, then print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--people", type=int, default=8192, help="of our engine, in one block")
    parser.add_argument("--rounds", type=int, default=400, help="the best of so many is told")
    parser.add_argument("--without-peers", action="store_true")
    parser.add_argument("--device", help="cpu, gpu, tpu or any: our engine under jax.jit there")
    parser.add_argument("--alone", choices=("arrays", "compiled"), help="people per second only, of one process")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    if options.alone:
        print(1.0 / _seconds_each(options.people, options.rounds, options.alone == "compiled"))
        return 0
    if options.device:
        from device import on_device

        record = {"device": on_device(options.device, options.people, options.rounds)}
    else:
        record = measured(options)
    if options.json:
        print(json.dumps(record, indent=1))
    else:
        from said import device_text, throughput_text

        print(device_text(record["device"]) if options.device else throughput_text(record))
    return 0


def measured(options) -> dict:
    """The whole record."""
    import limits
    from peers import PEERS
    from workload import REGIMEN_WORDS, TIMES_H, VARIED

    fast = find_spec("numba") is not None
    begun = time.perf_counter()
    ways = ("compiled", "arrays") if fast else ("arrays",)
    each_s = {way: _seconds_each(options.people, options.rounds, way == "compiled") for way in ways}
    best = ways[0]
    work, machine = limits.work(), limits.machine()
    arithmetic_s, memory_s = work.limit_s(machine)
    limit_s = max(arithmetic_s, memory_s)
    ours = {
        "people_per_s_per_core": 1.0 / each_s[best],
        "way": best,
        "ways": {way: {"people_per_s_per_core": 1.0 / seconds} for way, seconds in each_s.items()},
        "two_processes": {way: _together(options, way) for way in ways},
        "accuracy": accuracy(),
        "import_s": _fresh("import liftspan.simulate"),
        "compile_s": _compile_s() if fast else 0.0,
        "people": options.people,
    }
    record = {
        "workload": {"treatment": REGIMEN_WORDS, "readings": len(TIMES_H), "varied": list(VARIED)},
        "liftspan": ours,
        "peers": {},
        "absent": [peer.name for peer in PEERS if not peer.present],
        "limits": {
            "share": limit_s / each_s[best],
            "shares": {way: limit_s / seconds for way, seconds in each_s.items()},
            "people_per_s_per_core": 1.0 / limit_s,
            "arithmetic_s": arithmetic_s,
            "memory_s": memory_s,
            "machine": asdict(machine),
            "work": asdict(work),
        },
    }
    for peer in PEERS if not options.without_peers else ():
        if peer.present:
            record["peers"][peer.name] = _peer(peer, 1.0 / each_s[best])
    record["seconds"] = time.perf_counter() - begun
    return record


def accuracy() -> dict:
    """Largest errors beside ODE solutions at 1e-11, and what our definition of a session leaves out of one ODE."""
    import ode
    from workload import from_drug_lift, model, ours, people

    who = people(CHECKED)
    found, numbers = ours(who), model(who)
    whole = [np.stack(part) for part in zip(*(ode.coupled(numbers, i) for i in range(CHECKED)), strict=True)]
    lift, severity = from_drug_lift(who, np.stack([ode.by_session(numbers, i) for i in range(CHECKED)]))
    # A lift is a sum of two that may cancel: its error is taken beside the larger part.
    drug = np.abs(from_drug_lift(who, np.zeros_like(lift))[0] - lift)
    size = np.maximum(np.abs(lift), drug)
    levels = [
        np.max(_relative(mine, theirs, theirs)[theirs > FLOOR * theirs.max(axis=1, keepdims=True)])
        for mine, theirs in ((found.s_ng_per_ml, whole[0]), (found.r_ng_per_ml, whole[1]))
    ]
    one_ode = from_drug_lift(who, whole[2])
    return {
        "reference": "LSODA at 1e-11, each session by itself as the model defines it",
        "people": CHECKED,
        "concentration": float(max(levels)),
        "lift": float(np.max(_relative(found.lift[0], lift, size))),
        "severity": float(np.max(_relative(found.severity[0], severity, severity))),
        "definition_beside_one_ode": {
            "lift_median": float(np.median(_relative(lift, one_ode[0], size))),
            "severity_points_largest": float(np.max(np.abs(severity - one_ode[1]))),
        },
    }


def _relative(mine, theirs, size):
    return np.abs(mine - theirs) / size


def _seconds_each(count: int, rounds: int, compiled: bool) -> float:
    from workload import ours, people

    from liftspan.compiled import use_arrays, use_compiled

    use_compiled() if compiled else use_arrays()
    who, found = people(count), []
    ours(who)
    for _ in range(rounds):
        begun = time.perf_counter()
        ours(who)
        found.append(time.perf_counter() - begun)
    return min(found) / count


def _together(options, way: str) -> float:
    """People per second of two processes at once, both together."""
    arguments = [__file__, "--people", str(options.people), "--rounds", str(2 * options.rounds), "--alone", way]
    running = [subprocess.Popen([sys.executable, *arguments], stdout=subprocess.PIPE) for _ in range(PROCESSES)]
    return sum(float(one.communicate()[0]) for one in running)


def _fresh(statement: str) -> float:
    """Seconds of a statement in a process of its own."""
    program = f"import time; begun = time.perf_counter(); {statement}; print(time.perf_counter() - begun)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return float(done.stdout)


def _compile_s() -> float:
    return _fresh(
        f"import sys; sys.path.insert(0, {os.path.dirname(os.path.abspath(__file__))!r}); "
        "from workload import ours, people; who = people(64); from liftspan.compiled import use_compiled; "
        "begun = time.perf_counter(); use_compiled(); ours(who)"
    )


def _peer(peer, ours_per_s: float) -> dict:
    import ode
    from workload import model, people

    run = peer.run(peer.count)
    checked = min(CHECKED, peer.count)
    numbers = model(people(peer.count))
    whole = [np.stack(part) for part in zip(*(ode.coupled(numbers, i) for i in range(checked)), strict=True)]
    errors = [_relative(mine[:checked], theirs, theirs) for mine, theirs in zip(run.answers, whole, strict=True)]
    high = [theirs > FLOOR * theirs.max(axis=1, keepdims=True) for theirs in whole[:2]]
    per_s = peer.count / run.seconds
    return {
        "people_per_s_per_core": per_s,
        "ours_over_it": ours_per_s / per_s,
        "tolerances": peer.tolerances,
        "people": peer.count,
        "accuracy": {
            "concentration": float(max(error[keep].max() for error, keep in zip(errors[:2], high, strict=True))),
            "lift": float(errors[2].max()),
        },
        "import_s": run.import_s,
        "compile_s": run.compile_s,
    }


if __name__ == "__main__":
    sys.exit(main())
