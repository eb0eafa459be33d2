"""Seconds and memory of an event table from file to answer, by stage; every row, time and level of it is different.

python benchmarks/tables.py [--rows 1000000]
"""

import argparse
import resource
import tempfile
import time
from pathlib import Path

import numpy as np

from liftspan.events import balance, load_events, predict, predicted_lines, schedule, summary

ROWS_EACH = 100  # of one person: four infusions a week apart, 24 samples after each
HEADER = "ID,TIME,EVID,AMT,DUR,CMT,DRUG,II,ADDL,DVID,DV,WT,AGE\n"


def main() -> None:
    """Write a table, answer it and print one line a stage."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--rows", type=int, default=1_000_000)
    rows = parser.parse_args().rows
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "events.csv"
        path.write_text(HEADER + "".join(_people(rows // ROWS_EACH)))
        begun = time.process_time()
        events = _timed("read", lambda: load_events(path))
        doses = _timed("doses", lambda: schedule(events, "locf"))
        mass = _timed("mass balance", lambda: balance(events, doses))
        levels = _timed("levels", lambda: predict(events, doses))
        _timed("written", lambda: sum(map(len, predicted_lines(events, doses, levels))))
        _timed("words", lambda: summary(events, doses, "locf", mass))
    peak_gb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    print(f"{len(events.rows.line)} rows: {time.process_time() - begun:.1f} s of processor, peak {peak_gb:.2f} GB")


def _people(count: int):
    random = np.random.default_rng(1)
    for person in range(count):
        weight, age = random.uniform(50, 110), random.integers(20, 80)
        for week in range(4):
            start = 168 * week + random.uniform(0, 3)
            yield f"{person},{start:.4f},1,{random.uniform(20, 60):.2f},0.667,iv,ketamine,.,.,.,.,{weight:.1f},{age}\n"
            for sample in range(ROWS_EACH // 4 - 1):
                hours = start + 0.1 + 0.31 * sample + random.uniform(0, 0.2)
                yield f"{person},{hours:.4f},0,.,.,.,.,.,.,ketamine,{random.uniform(1, 200):.2f},.,.\n"


def _timed(name: str, run):
    begun = time.process_time()
    answer = run()
    print(f"{name:<14}{time.process_time() - begun:6.1f} s")
    return answer


if __name__ == "__main__":
    main()
