"""How often a fit finds the truth again, in words: ranks of true parameters in fits to simulated evidence."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.stats import kstest

from liftspan.errors import InvalidInput

DRAWS = 99  # of each fit, so that a rank is one of a hundred
LEVEL = 0.9


@dataclass(frozen=True)
class Recovery:
    """Ranks by parameter, and how many sets of simulated evidence gave no fit."""

    ranks: Mapping[str, Sequence[int]]
    failed: int

    @property
    def sets(self) -> int:
        """Sets that were fitted."""
        return len(next(iter(self.ranks.values())))


def stored_recovery(path: Path) -> Recovery:
    """The file that `benchmarks/recover_truth.py` writes."""
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
        return Recovery(record["ranks"], int(record["failed"]))
    except (OSError, ValueError, KeyError) as error:
        problem = f"{path}: no record of recovered truths ({error}); `python benchmarks/recover_truth.py` makes it"
        raise InvalidInput([problem]) from error


def covered(ranks: Sequence[int]) -> float:
    """Share of truths inside the central 90 % of the draws of their fit."""
    tail = 0.5 * (1.0 - LEVEL) * (DRAWS + 1)
    inside = [tail <= rank + 0.5 <= DRAWS + 1 - tail for rank in ranks]
    return float(np.mean(inside))


def recovery_text(found: Recovery) -> str:
    """Coverage and uniformity of each parameter, and of all together."""
    every = [rank for ranks in found.ranks.values() for rank in ranks]
    lines = [
        f"{found.sets} sets of evidence of the shipped design, simulated from truths drawn from the prior and fitted",
        f"by the quick fit (normal approximation at the mode); {found.failed} more sets gave no fit. If all is right,",
        "90 % of the truths lie inside the 90 % interval, their mean rank is 50 % and the ranks are uniform (p of",
        "Kolmogorov-Smirnov).",
        "",
        f"{'parameter':31s}{'inside 90 %':>12s}{'mean rank':>11s}{'p':>8s}",
    ]
    for name, ranks in found.ranks.items():
        shares = (np.asarray(ranks) + 0.5) / (DRAWS + 1)
        lines.append(f"{name:31s}{covered(ranks):12.0%}{np.mean(shares):11.0%}{kstest(shares, 'uniform').pvalue:8.3f}")
    lines.append(f"{'all parameters':31s}{covered(every):12.0%}{(np.mean(every) + 0.5) / (DRAWS + 1):11.0%}")
    return "\n".join(lines) + "\n"
