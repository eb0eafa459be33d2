"""Concentration, lift and severity of many sampled people beside ODE solutions, by protocol and precision.

    python benchmarks/accuracy.py [--people 40] [--draws 5] [--json]

The same question as tests/reference/test_sampled.py, asked of more people and posterior draws. Exit code 4 when a goal
(1e-6 in float64, 1e-4 in float32) is missed.
"""

import argparse
import json
import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))
from said import accuracy_text

from reference.sampled import PROTOCOLS, largest_errors, sample, witnessed

GOALS = {np.float64: 1e-6, np.float32: 1e-4}
SEED = 20261125
MISSED = 4


def main() -> int:
    """Sample, solve, compare."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--people", type=int, default=40, help="of each protocol")
    parser.add_argument("--draws", type=int, default=5, help="posterior draws they are spread over")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    record = {name: _protocol(name, options.people // options.draws, options.draws) for name in PROTOCOLS}
    whole = {"people": options.people, "draws": options.draws, "protocols": record}
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


if __name__ == "__main__":
    sys.exit(main())
