"""Concentration, lift and severity of many sampled people beside ODE solutions, by protocol and precision.

    python benchmarks/accuracy.py [--people 40] [--draws 5] [--many 60000] [--json]

The same question as tests/reference/test_sampled.py, asked of more people and posterior draws. Exit code 4 when a goal
(1e-6 in float64, 1e-4 in float32) is missed. Single precision is then compared with our own double precision for many
more people: rates that lie close together are rare.
"""

import argparse
import json
import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))
from said import accuracy_text

from reference.sampled import PROTOCOLS, answered, errors, largest_errors, sample, witnessed

GOALS = {np.float64: 1e-6, np.float32: 1e-4}
SEED = 20261125
AT_ONCE = 3000  # people of one posterior draw
MISSED = 4


def main() -> int:
    """Sample, solve, compare."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--people", type=int, default=40, help="of each protocol")
    parser.add_argument("--draws", type=int, default=5, help="posterior draws they are spread over")
    parser.add_argument("--many", type=int, default=60_000, help="of each protocol, single beside double precision")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    record = {name: _protocol(name, options.people // options.draws, options.draws) for name in PROTOCOLS}
    whole = {"people": options.people, "draws": options.draws, "protocols": record, "many": _many(options.many)}
    print(json.dumps(whole, indent=1) if options.json else accuracy_text(whole))
    missed = [
        (name, dtype.__name__)
        for name, found in record.items()
        for dtype, goal in GOALS.items()
        if max(found[dtype.__name__].values()) > goal
    ]
    for name, precision in missed:
        print(f"{name}, {precision}: the goal is missed", file=sys.stderr)
    return MISSED if missed else 0


def _protocol(name: str, count: int, draws: int) -> dict:
    found = {dtype.__name__: {} for dtype in GOALS}
    for draw in range(draws):
        people, posterior = sample(count, SEED + draw)
        want = witnessed(name, people, posterior)
        for dtype in GOALS:
            for what, error in largest_errors(name, people, posterior, want, dtype).items():
                found[dtype.__name__][what] = max(error, found[dtype.__name__].get(what, 0.0))
    return found


def _many(people: int) -> dict:
    """Largest errors of single precision beside double, and how many people exceed the goal in any of the three."""
    found, blocks = {}, max(people // AT_ONCE, 1)
    for name in PROTOCOLS:
        by_block = []
        for block in range(blocks):
            some, posterior = sample(min(people, AT_ONCE), SEED + block)
            by_block.append(errors(name, some, posterior, answered(name, some, posterior), np.float32))
        joined = {what: np.concatenate([one[what] for one in by_block]) for what in by_block[0]}
        over = np.max(list(joined.values()), axis=0) > GOALS[np.float32]
        found[name] = {what: float(one.max()) for what, one in joined.items()} | {"over": int(over.sum())}
    return {"people": blocks * min(people, AT_ONCE), "goal": GOALS[np.float32], "protocols": found}


if __name__ == "__main__":
    sys.exit(main())
