"""People per second as they are written, peak memory of all processes, and where the time of a block goes.

python benchmarks/scale.py [--people 200000] [--protocol iv-induction] [--runs 2] [--json] [--out FILE.md]

Each row is the command `liftspan simulate` in a process of its own; the rate is what it prints (simulation and writing,
not the start of Python), the best of the runs. Memory is that of the command and of all its workers together.
"""

import argparse
import cProfile
import json
import os
import pstats
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

START = [sys.executable, "-c", "from liftspan.cli import main; main()", "simulate"]
HOW = {
    "threads (default)": [],
    "1 worker process": ["--workers", "1"],
    "2 worker processes": ["--workers", "2"],
    "cluster of 2": ["--cluster", "local", "--workers", "2"],
}
WHAT = {"people": [], "courses": ["--courses"]}
MIB = 2**20


def main() -> None:
    """Run every row and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--people", type=float, default=200_000)
    parser.add_argument("--protocol", default="iv-induction")
    parser.add_argument("--runs", type=int, default=2)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--out", type=Path, help="also write the table there, for docs/generated/scale_speed.md")
    options = parser.parse_args()
    rows = {
        what: {how: _best(options, [*more, *WHAT[what]]) for how, more in HOW.items()}
        for what in WHAT
    }  # fmt: skip
    stages = {what: _stages(options.protocol, what == "courses") for what in WHAT}
    record = {"people": int(options.people), "protocol": options.protocol, "cores": os.cpu_count(),
              "load_before": os.getloadavg()[0], "written": rows, "stages": stages}  # fmt: skip
    print(json.dumps(record, indent=1) if options.json else _text(record))
    if options.out is not None:
        options.out.write_text(f"<!-- Written by benchmarks/scale.py --out. -->\n```text\n{_text(record)}\n```\n")


def _best(options, more: list[str]) -> dict:
    runs = [_run(options, more) for _ in range(options.runs)]
    return {
        "people_per_s": max(run["people_per_s"] for run in runs),
        "peak_mib": max(run["peak_mib"] for run in runs),
        "bytes_per_person": runs[0]["bytes_per_person"],
    }


def _run(options, more: list[str]) -> dict:
    folder = Path(tempfile.mkdtemp(prefix="scale-"))
    out = folder / "run"
    words = [*START, "-p", options.protocol, "-n", f"{options.people:.0f}", "--out", str(out), *more]
    running = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    peak = 0
    while running.poll() is None:
        peak = max(peak, _memory_of_tree(running.pid))
        time.sleep(0.05)
    said = running.stderr.read()
    found = re.search(r"written now in ([\d.]+) s", " ".join(said.split()))
    if running.returncode or not found:
        sys.exit(said)
    size = sum(path.stat().st_size for path in out.rglob("*.parquet") if path.is_file())
    shutil.rmtree(folder)
    return {
        "people_per_s": round(options.people / float(found[1])),
        "peak_mib": round(peak / MIB),
        "bytes_per_person": round(size / options.people, 1),
    }


def _memory_of_tree(pid: int) -> int:
    """Resident memory of a process and of all below it, bytes (Linux; 0 elsewhere)."""
    total = 0
    try:
        total = int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
        below = " ".join(file.read_text() for file in Path(f"/proc/{pid}/task").glob("*/children"))
        total += sum(_memory_of_tree(int(child)) for child in below.split())
    except (FileNotFoundError, ProcessLookupError):
        pass  # it has just ended
    return total


def _stages(protocol: str, courses: bool) -> dict:
    """Shares of the time of one part of eight blocks, from a profile."""
    from liftspan.scale.part import COURSES, PEOPLE, UNFINISHED, write_part
    from liftspan.scale.plan import plan_of
    from liftspan.treatment import find_protocol

    plan = plan_of(find_protocol(protocol), 100_000, courses=courses, blocks_per_part=8)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for sub in (PEOPLE, COURSES, UNFINISHED):
            (folder / sub).mkdir()
        write_part(plan, folder, 0)
        profile = cProfile.Profile()
        profile.enable()
        write_part(plan, folder, 1)
        profile.disable()
    took = {place[2]: times[3] for place, times in pstats.Stats(profile).stats.items() if "liftspan" in place[0]}
    whole = took["write_part"]
    random = took["deviates"] + took["deviates_at"]
    engine = took["simulate"] + took["draw_people"] + took.get("_ketamine_ng_per_ml", 0.0) - random
    parts = {
        "random numbers": random,
        "simulate (body, brain, mood, rating)": engine,
        "sums of the summary": took["sums_of"] + took["responses_of"],
        "Parquet and files": took["add"] + took["close"] + took["_write"] + took["fingerprint"],
    }
    parts["the rest"] = whole - sum(parts.values())
    return {name: round(seconds / whole, 3) for name, seconds in parts.items()}


def _text(record: dict) -> str:
    lines = [
        f"{record['people']:,} people of {record['protocol']}, {record['cores']} cores "
        f"(load before: {record['load_before']:.1f})",
        "",
        f"{'':<32}{'people/s written':>18}{'peak memory':>14}{'bytes/person':>14}",
    ]
    for what, rows in record["written"].items():
        lines += [
            f"{what + ', ' + how:<32}{row['people_per_s']:>18,}{row['peak_mib']:>10,} MiB{row['bytes_per_person']:>14}"
            for how, row in rows.items()
        ]
    for what, stages in record["stages"].items():
        lines += ["", f"where the time of a block goes, {what}"]
        lines += [f"  {name:<40}{share:>7.0%}" for name, share in stages.items()]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
