"""The stored study of calibration: what it rests on, and its tables in words."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from scipy.stats import kstest

from liftspan.errors import InvalidInput
from liftspan.forecast.calibration import SAME_DAY_D, SEEN, TREATMENT, ahead_d
from liftspan.inference.hashes import code_hash
from liftspan.posterior import DRAWS_FILE, FOLDER

STORE = Path(__file__).parent / "data" / "calibration.json"
# What the study rests on besides the draws of the posterior.
CODE = (
    "mood_model.py",
    "simulate.py",
    "forecast/ahead.py",
    "forecast/calibration.py",
    "forecast/condition.py",
    "forecast/latent.py",
    "forecast/members.py",
    "forecast/person.py",
    "forecast/rating.py",
    "forecast/straight.py",
    "forecast/tempering.py",
    "forecast/weights.py",
)
BAND = 1.358  # 95 % point of Kolmogorov's distribution


def hashes() -> dict[str, str]:
    """What a study made now would store beside itself."""
    draws = hashlib.sha256((FOLDER / DRAWS_FILE).read_bytes()).hexdigest()
    return {"posterior_sha256": draws, "code_sha256": code_hash(CODE)}


def stored_study(path: Path = STORE) -> Mapping:
    """The file that `benchmarks/forecast.py` writes."""
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
        return {"speed": record.get("speed"), "rows": record["rows"], **{name: record[name] for name in hashes()}}
    except (OSError, ValueError, KeyError) as error:
        problem = f"{path}: no study of calibration ({error}); `python benchmarks/forecast.py` makes it"
        raise InvalidInput([problem]) from error


def is_current(record: Mapping) -> bool:
    """Whether a stored study rests on this posterior and this code."""
    return all(record[name] == value for name, value in hashes().items())


def band_of(count: int) -> float:
    """Edge of the 95 % band around the distribution of so many uniform ranks."""
    return BAND / count**0.5


def farthest(ranks: Sequence[float]) -> tuple[float, float]:
    """Largest distance of the ranks' distribution from the uniform one, and the edge of its 95 % band."""
    return float(kstest(ranks, "uniform").statistic), band_of(len(ranks))


def study_text(record: Mapping) -> str:
    """Coverage, ranks and gain of every kind of forecast, then how each score sharpens one of them."""
    rows = record["rows"]
    lines = [
        f"{rows[0]['patients']} simulated patients, {TREATMENT};",
        "each forecast sees the first scores and is compared with a later one as it was written down.",
        "CRPS in MADRS points (smaller = better). Gain: less CRPS than the last score carried forward, alone and with",
        "the errors that it makes in the other patients as its spread, and than the population's forecast.",
        "Ranks: farthest distance of their distribution from uniform, and the edge of the 95 % band.",
        "",
        f"{'scores':>6}{'days':>6}{'inside':>9}{'':>14}{'farthest':>10}{'':>14}{'gain over last':>18}{'over':>12}",
        f"{'seen':>6}{'ahead':>6}{'50 %':>9}{'80 %':>7}{'90 %':>7}{'rank':>10}{'band':>7}{'CRPS':>7}{'alone':>9}"
        f"{'+ spread':>9}{'population':>12}",
    ]
    lines += [_line(row) for row in rows]
    lines += ["", f"SD of the forecast of day {SAME_DAY_D:g}, MADRS points:"]
    for seen in SEEN:
        (row,) = [row for row in rows if row["seen"] == seen and row["ahead_d"] == ahead_d(seen)[-1]]
        lines.append(f"{seen:>6} scores seen{row['sd']:>7.2f}")
    return "\n".join(lines) + "\n"


def _line(row: Mapping) -> str:
    far, band = farthest(row["rank"])
    gains = (row["gain_over_last_alone"], row["gain_over_last"], row["gain_over_population"])
    return (
        f"{row['seen']:>6}{row['ahead_d']:>6g}{row['inside_50']:>9.0%}{row['inside_80']:>7.0%}{row['inside_90']:>7.0%}"
        f"{far:>10.3f}{band:>7.3f}{row['crps']:>7.2f}{gains[0]:>9.0%}{gains[1]:>9.0%}{gains[2]:>12.0%}"
    )


def speed_text(speed: Mapping) -> str:
    """Times of one forecast."""
    lines = [
        f"One forecast of {speed['people']:,} weighted people over twelve weeks, ms,",
        f"median (fastest) of {speed['runs']} runs:",
        *(f"{scores:>4} scores, warm {_time(times)}" for scores, times in speed["warm_ms"].items()),
        f"the whole answer with candidates and ways to go on, 12 scores, warm {_time(speed['answer_ms'])}",
        f"liftspan forecast examples/patient.toml, a new process {_time(speed['command_ms'])}",
    ]
    return "\n".join(lines) + "\n"


def _time(times: Sequence[float]) -> str:
    return f"{times[0]:,.0f} ({times[1]:,.0f})"
