"""Run every benchmark and store what it printed: docs/performance.md is written from it by docs/print_model.py.

python benchmarks/record.py [--out benchmarks/measured.json] [--people 200]
"""

import argparse
import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from liftspan.files import write_whole

HERE = Path(__file__).resolve().parent
MISSED = 4  # how a benchmark ends when a goal is missed
SHOWN_VERSIONS = ("numpy", "scipy", "numba", "jax", "diffrax", "libroadrunner")


def main() -> int:
    """Run, then write the file whole."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--out", type=Path, default=HERE / "measured.json")
    parser.add_argument("--people", type=int, default=200, help="sampled people of each protocol for the accuracy")
    options = parser.parse_args()
    before = os.getloadavg()[1]
    record = _run("throughput.py")
    record["accuracy"] = _run("accuracy.py", "--people", str(options.people), "--draws", "10")
    record["device"] = _run("throughput.py", "--device", "any")["device"]
    record["cold_start"] = _run("cold_start.py")
    record["machine"] = {
        "processor": _processor(),
        "cores": os.cpu_count(),
        "date": datetime.now(UTC).date().isoformat(),
        "load": [before, os.getloadavg()[1]],
        "versions": {name: version(name) for name in SHOWN_VERSIONS},
    }
    write_whole({options.out: [json.dumps(record, indent=1).encode(), b"\n"]})
    print(f"wrote {options.out.name}; now: python docs/print_model.py", file=sys.stderr)
    return 0


def _run(name: str, *arguments: str) -> dict:
    print(f"{name} {' '.join(arguments)}", file=sys.stderr)
    done = subprocess.run([sys.executable, HERE / name, "--json", *arguments], stdout=subprocess.PIPE, check=False)
    if done.returncode not in (0, MISSED):
        raise SystemExit(f"{name} ended with {done.returncode}; nothing is stored")
    return json.loads(done.stdout)  # a goal that is missed is a result too


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return "processor unknown"
    return next(line.split(":")[1].strip() for line in lines if line.startswith("model name"))


if __name__ == "__main__":
    sys.exit(main())
