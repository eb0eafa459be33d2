"""The posterior that ships: draws of the mood parameters and the manifest of their fit. Loading needs NumPy only."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

FOLDER = Path(__file__).parent
DRAWS_FILE, MANIFEST_FILE = "draws.npz", "manifest.json"


@dataclass(frozen=True)
class Posterior:
    """Draws by parameter name, each of shape (draw,), and how they were made."""

    draws: dict[str, np.ndarray]
    manifest: dict

    @property
    def size(self) -> int:
        """Number of draws."""
        return len(next(iter(self.draws.values())))

    @property
    def trial_ids(self) -> tuple[str, ...]:
        """Trials that the fit used."""
        return tuple(trial["trial_id"] for trial in self.manifest["trials"])

    def first(self, count: int) -> "Posterior":
        """The first `count` draws."""
        return Posterior({name: values[:count] for name, values in self.draws.items()}, self.manifest)


@cache
def load_posterior() -> Posterior:
    """The shipped posterior, read once."""
    manifest = json.loads((FOLDER / MANIFEST_FILE).read_text(encoding="utf-8"))
    with np.load(FOLDER / DRAWS_FILE) as archive:
        draws = dict(zip(manifest["parameters"], archive["draws"].astype(np.float64), strict=True))
    return Posterior(draws, manifest)


def save_posterior(folder: Path, posterior: Posterior) -> None:
    """Write draws (float32) and manifest."""
    names = list(posterior.draws)
    stacked = np.stack([posterior.draws[name] for name in names]).astype(np.float32)
    np.savez_compressed(folder / DRAWS_FILE, draws=stacked)
    manifest = {**posterior.manifest, "parameters": names}
    (folder / MANIFEST_FILE).write_text(json.dumps(manifest, indent=1) + "\n", encoding="utf-8")
