"""Simulate evidence from known parameters, fit it, and rank the truth: does the fit find what was put in?

    python benchmarks/recover_truth.py [--sets 64] [--out FILE.json]

Sixty-four sets take about ten minutes on one core. The package ships the record, and docs/evidence.md prints it.
"""

import argparse
import json
import sys
from pathlib import Path

from liftspan.arrays import use_jax_64_bit
from liftspan.cli.progress import bar
from liftspan.evidence import load_evidence
from liftspan.evidence.recovery_said import recovery_text, stored_recovery
from liftspan.files import write_whole
from liftspan.posterior import FOLDER

SEED = 20261125


def main() -> int:
    """Run, store and print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--sets", type=int, default=64)
    parser.add_argument("--out", type=Path, default=FOLDER / "recovery.json")
    options = parser.parse_args()
    use_jax_64_bit()
    from liftspan.inference.hashes import hashes_of
    from liftspan.inference.likelihood import problem_of
    from liftspan.inference.recovery import ranks
    from liftspan.inference.rows import fit_rows

    evidence = load_evidence()
    problem = problem_of(fit_rows(evidence))
    with bar("fitting simulated evidence") as done:
        found, failed = ranks(problem, options.sets, SEED, done)
    record = {
        **hashes_of(evidence),
        "seed": SEED,
        "failed": failed,
        "ranks": {name: found[:, i].tolist() for i, name in enumerate(problem.names)},
    }
    write_whole({options.out: [(json.dumps(record) + "\n").encode()]})
    print(recovery_text(stored_recovery(options.out)), end="")
    return 0


if __name__ == "__main__":
    sys.exit(main())
