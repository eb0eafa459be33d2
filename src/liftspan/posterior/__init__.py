"""The posterior that ships: draws of the mood parameters and the manifest of their fit. Loading needs NumPy only."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from io import BytesIO
from pathlib import Path
from zipfile import BadZipFile

import numpy as np

from liftspan.errors import InvalidInput
from liftspan.files import write_whole

FOLDER = Path(__file__).parent
DRAWS_FILE, MANIFEST_FILE = "draws.npz", "manifest.json"
DEVIATION_NAMES = ("context", "drug", "early", "course")  # of a fitted trial, in SDs of their parameters


@dataclass(frozen=True)
class Posterior:
    """Draws by parameter name, each of shape (draw,), how they were made, and how each fitted trial deviates."""

    draws: dict[str, np.ndarray]
    manifest: dict
    deviations: Mapping[str, np.ndarray] = field(default_factory=dict)  # by trial, (draw, DEVIATION_NAMES)
    # Mean and SD of the first MADRS of fitted trials, (draw, 2); not a number where the trial prints it.
    baselines: Mapping[str, np.ndarray] = field(default_factory=dict)

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
        return self.at(slice(count))

    def at(self, which: slice | np.ndarray) -> "Posterior":
        """Some of the draws."""
        groups = (self.draws, self.deviations, self.baselines)
        draws, deviations, baselines = ({name: values[which] for name, values in group.items()} for group in groups)
        return Posterior(draws, self.manifest, deviations, baselines)


@cache
def load_posterior(folder: Path = FOLDER) -> Posterior:
    """The shipped posterior, or one in another folder, read once."""
    try:
        manifest = json.loads((folder / MANIFEST_FILE).read_text(encoding="utf-8"))
        with (folder / DRAWS_FILE).open("rb") as stream, np.load(stream) as archive:
            draws = dict(zip(manifest["parameters"], archive["draws"].astype(np.float64), strict=True))
            deviations, baselines = (archive[name].astype(np.float64) for name in ("deviations", "baselines"))
        trials = [trial["trial_id"] for trial in manifest["trials"]]
        by_trial = (dict(zip(trials, values, strict=True)) for values in (deviations, baselines))
        return Posterior(draws, manifest, *by_trial)
    except FileNotFoundError as error:
        raise InvalidInput(
            [f"{error.filename}: no such file; a posterior is draws.npz beside manifest.json"]
        ) from error
    except (ValueError, KeyError, OSError, EOFError, BadZipFile) as error:
        problem = (
            f"{folder}: draws.npz and manifest.json do not hold a posterior of this version ({error}). "
            "Was a file cut short or edited? Install the package again, or run `liftspan calibrate`"
        )
        raise InvalidInput([problem]) from error


def save_posterior(folder: Path, posterior: Posterior) -> None:
    """Write draws, deviations and baselines (float32) and manifest, both or neither."""
    names = list(posterior.draws)
    stacked = np.stack([posterior.draws[name] for name in names]).astype(np.float32)
    trials = [trial["trial_id"] for trial in posterior.manifest["trials"]]
    deviations, baselines = (
        np.stack([by_trial[trial] for trial in trials]).astype(np.float32)
        for by_trial in (posterior.deviations, posterior.baselines)
    )
    packed = BytesIO()
    np.savez_compressed(packed, draws=stacked, deviations=deviations, baselines=baselines)
    manifest = {**posterior.manifest, "parameters": names}
    text = json.dumps(manifest, indent=1) + "\n"
    write_whole({folder / DRAWS_FILE: [packed.getvalue()], folder / MANIFEST_FILE: [text.encode()]})
