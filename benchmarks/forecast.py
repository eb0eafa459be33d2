"""Is the forecast of one patient calibrated, how much better than plain forecasters, and how fast?

    python benchmarks/forecast.py [--patients 1000] [--out FILE.json] [--plot FILE.png] [--speed] [--move-members]

A thousand patients take two minutes on one core; the package ships the record, and docs/forecast.md prints it.
`--move-members` does for every patient what few need, and prints the table without storing it (20 minutes).
`--speed` times forecasts instead, warm and cold, and keeps the times in the same record; it wants a quiet machine.
"""

import argparse
import json
import subprocess
import sys
from pathlib import Path
from time import perf_counter

import numpy as np

from liftspan.cli.progress import bar
from liftspan.figures.files import save_figure
from liftspan.figures.ranks import ranks_figure
from liftspan.files import write_whole
from liftspan.forecast.answer import coming_days, forecast
from liftspan.forecast.calibration import study, summary
from liftspan.forecast.calibration_said import STORE, hashes, speed_text, stored_study, study_text
from liftspan.forecast.patient import GivenSession, Patient, Person, Score
from liftspan.forecast.person import CROWD, know
from liftspan.posterior import load_posterior
from liftspan.process import prepare_process
from liftspan.treatment import parse_treatment

SEED = 20261125
RUNS, SCORES = 9, 60
EXAMPLE = Path(__file__).parents[1] / "examples" / "patient.toml"


def main() -> int:
    """Run, store and print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--patients", type=int, default=1000)
    parser.add_argument("--out", type=Path, default=STORE)
    parser.add_argument("--plot", type=Path, help="picture of the ranks")
    parser.add_argument("--speed", action="store_true")
    parser.add_argument("--move-members", action="store_true")
    options = parser.parse_args()
    if options.move_members:
        with bar("forecasting simulated patients") as done:
            rows = summary(study(load_posterior(), options.patients, SEED, done, fewest=np.inf))
        print(study_text({**hashes(), "rows": rows}), end="")
        return 0
    kept = json.loads(options.out.read_text(encoding="utf-8")) if options.out.exists() else {}
    if options.speed:
        record = kept | {"speed": speed()}
    else:
        with bar("forecasting simulated patients") as done:
            studied = study(load_posterior(), options.patients, SEED, done)
        record = kept | {**hashes(), "seed": SEED, "rows": summary(studied)}
    write_whole({options.out: [(json.dumps(record) + "\n").encode()]})
    print(speed_text(record["speed"]) if options.speed else study_text(stored_study(options.out)), end="")
    if options.plot is not None:
        save_figure(ranks_figure(stored_study(options.out)["rows"]), options.plot)
    return 0


def speed() -> dict:
    """Milliseconds of one forecast: warm by number of scores, people and their courses; the whole answer; cold."""
    prepare_process()  # as the command does
    posterior, warm = load_posterior(), {}
    for scores in (1, 6, 12, SCORES):
        patient = _patient(scores)
        warm[str(scores)] = _times(lambda patient=patient: coming_days(know(patient, posterior, 1)))
    whole = _times(lambda: forecast(_patient(12)))
    command = [sys.executable, "-c", "from liftspan.cli import main; main()", "forecast", str(EXAMPLE)]
    cold = _times(lambda: subprocess.run(command, check=True, capture_output=True))
    return {"warm_ms": warm, "answer_ms": whole, "command_ms": cold, "people": CROWD, "runs": RUNS}


def _times(work) -> list[float]:
    """Median and fastest, after one run that warms up."""
    work()
    times = []
    for _ in range(RUNS):
        begun = perf_counter()
        work()
        times.append(1000.0 * (perf_counter() - begun))
    return [round(float(np.median(times)), 1), round(min(times), 1)]


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
