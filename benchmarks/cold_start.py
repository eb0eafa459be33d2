"""Seconds from a command to its answer, each in a process of its own; prints, never asserts.

python benchmarks/cold_start.py [--runs 5] [--json]
"""

import argparse
import json
import statistics
import subprocess
import sys
import time

from said import cold_start_text

COMMANDS = {
    "liftspan --help": ["--help"],
    "liftspan how-fast --protocol iv-single": ["how-fast", "--protocol", "iv-single"],
    "liftspan how-fast --protocol nasal-label": ["how-fast", "--protocol", "nasal-label"],
    "liftspan body show --protocol iv-single": ["body", "show", "--protocol", "iv-single"],
}
START = [sys.executable, "-c", "from liftspan.cli import main; main()"]


def main() -> None:
    """Time every command."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    found = {name: _seconds(arguments, options.runs) for name, arguments in COMMANDS.items()}
    record = {name: {"median_s": statistics.median(runs), "runs_s": runs} for name, runs in found.items()}
    print(json.dumps(record, indent=1) if options.json else cold_start_text(record))


def _seconds(arguments: list[str], runs: int) -> list[float]:
    taken = []
    for _ in range(runs):
        begun = time.perf_counter()
        subprocess.run([*START, *arguments], check=True, stdout=subprocess.DEVNULL)
        taken.append(round(time.perf_counter() - begun, 3))
    return taken


if __name__ == "__main__":
    main()
