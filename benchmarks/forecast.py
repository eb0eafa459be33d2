"""Is the forecast of one patient calibrated, how much better than plain forecasters, and how fast?

    python benchmarks/forecast.py [--patients 1000] [--out FILE.json] [--speed]

A thousand patients take four minutes on one core; the package ships the record, and docs/forecast.md prints it.
`--speed` times one forecast instead: 8,000 people and 60 scores, warm, in this process.
"""

import argparse
import json
import sys
from pathlib import Path
from time import perf_counter

import numpy as np

from liftspan.cli.progress import bar
from liftspan.files import write_whole
from liftspan.forecast.answer import coming_days
from liftspan.forecast.calibration import study, summary
from liftspan.forecast.calibration_said import STORE, hashes, stored_study, study_text
from liftspan.forecast.patient import GivenSession, Patient, Person, Score
from liftspan.forecast.person import CROWD, know
from liftspan.posterior import load_posterior
from liftspan.treatment import parse_treatment

SEED = 20261125
RUNS, SCORES = 9, 60


def main() -> int:
    """Run, store and print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--patients", type=int, default=1000)
    parser.add_argument("--out", type=Path, default=STORE)
    parser.add_argument("--speed", action="store_true")
    options = parser.parse_args()
    if options.speed:
        print(speed_text(), end="")
        return 0
    with bar("forecasting simulated patients") as done:
        studied = study(load_posterior(), options.patients, SEED, done)
    record = {**hashes(), "seed": SEED, "rows": summary(studied)}
    write_whole({options.out: [(json.dumps(record) + "\n").encode()]})
    print(study_text(stored_study(options.out)), end="")
    return 0


def speed_text() -> str:
    """Time of one forecast by number of scores: people reweighted, and their courses under the plan of sessions."""
    lines = [f"One forecast of {CROWD:,} people over twelve weeks, warm, ms, median (fastest) of {RUNS} runs:"]
    posterior = load_posterior()
    for scores in (1, 6, 12, SCORES):
        patient = _patient(scores)
        times = []
        for _ in range(RUNS):
            begun = perf_counter()
            coming_days(know(patient, posterior, 1))
            times.append(1000.0 * (perf_counter() - begun))
        lines.append(f"{scores:>4} scores {np.median(times[1:]):8.0f}  ({min(times):.0f})")
    return "\n".join(lines) + "\n"


def _patient(scores: int) -> Patient:
    """A made-up patient: weekly sprays, scores that fall and wander."""
    person = Person(74.0, 45.0, "", None, "none", "outpatient", "", (), ())
    doses = parse_treatment("84 mg nasal esketamine").sessions[0].doses
    days = np.linspace(1.0, 2.0 * scores, scores)
    sessions = tuple(
        GivenSession(float(day), "84 mg nasal esketamine", doses, "") for day in np.arange(0.0, days[-1], 7.0)
    )
    values = np.rint(34.0 - 16.0 * (1.0 - np.exp(-days / 5.0)) + 3.0 * np.sin(days))
    rated = [Score(0.0, "MADRS", 34.0, None, None, "")]
    rated += [Score(float(day), "MADRS", float(value), None, None, "") for day, value in zip(days, values, strict=True)]
    return Patient("", person, sessions, (), tuple(rated), "MADRS", float(days[-1]))


if __name__ == "__main__":
    sys.exit(main())
