"""The posterior that ships: draws of the mood parameters and the manifest of their fit. Loading needs NumPy only."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from functools import cache
from io import BytesIO
from pathlib import Path
from zipfile import BadZipFile

import numpy as np

from liftspan.errors import InvalidInput
from liftspan.files import write_whole
from liftspan.frozen import frozen
from liftspan.stored import SEAL, Damaged, as_bytes, fingerprint, read_stored, sealed, unsealed

FOLDER = Path(__file__).parent
DRAWS_FILE, MANIFEST_FILE = "draws.npz", "manifest.json"
DEVIATION_NAMES = ("context", "drug", "early", "course")  # of a fitted trial, in SDs of their parameters


@dataclass(frozen=True, eq=False)
class Posterior:
    """Draws by parameter name, each of shape (draw,), how they were made, and how each fitted trial deviates.

    Nothing in it can be written to: one posterior serves every answer of a process.
    """

    draws: Mapping[str, np.ndarray]
    manifest: Mapping
    deviations: Mapping[str, np.ndarray] = field(default_factory=dict)  # by trial, (draw, DEVIATION_NAMES)
    # Mean and SD of the first MADRS of fitted trials, (draw, 2); not a number where the trial prints it.
    baselines: Mapping[str, np.ndarray] = field(default_factory=dict)

    def __post_init__(self):
        for one in fields(self):
            object.__setattr__(self, one.name, frozen(getattr(self, one.name)))

    def __reduce__(self):
        return Posterior, (self.draws, self.manifest, self.deviations, self.baselines)

    def __eq__(self, other) -> bool:
        if not isinstance(other, Posterior):
            return NotImplemented
        arrays = (self.draws, other.draws), (self.deviations, other.deviations), (self.baselines, other.baselines)
        return self.manifest == other.manifest and all(_equal(one, two) for one, two in arrays)

    __hash__ = None

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


def _equal(one: Mapping[str, np.ndarray], other: Mapping[str, np.ndarray]) -> bool:
    return list(one) == list(other) and all(np.array_equal(one[name], other[name], equal_nan=True) for name in one)


@cache
def load_posterior(folder: Path = FOLDER) -> Posterior:
    """The shipped posterior, or one in another folder, read once.

    Raises InvalidInput where a file is missing, cut or edited: the manifest carries a seal and the hash of the draws.
    """
    name = MANIFEST_FILE
    try:
        manifest = unsealed(read_stored(folder / MANIFEST_FILE))
        name = DRAWS_FILE
        raw = read_stored(folder / DRAWS_FILE)
        if fingerprint(raw) != manifest["files"][DRAWS_FILE]:
            raise Damaged("was changed or damaged after it was written")
        return _posterior(manifest, raw)
    except FileNotFoundError as error:
        raise InvalidInput(
            [f"{error.filename}: no such file; a posterior is draws.npz beside manifest.json"]
        ) from error
    except (ValueError, KeyError, TypeError, OSError, EOFError, BadZipFile) as error:
        why = error if isinstance(error, Damaged) else f"does not hold a posterior of this version ({error})"
        problem = f"{folder / name} {why}. Install the package again, or run `liftspan calibrate`"
        raise InvalidInput([problem]) from error


def _posterior(manifest: dict, raw: bytes) -> Posterior:
    with np.load(BytesIO(raw), allow_pickle=False) as archive:
        draws = dict(zip(manifest["parameters"], archive["draws"].astype(np.float64), strict=True))
        deviations, baselines = (archive[name].astype(np.float64) for name in ("deviations", "baselines"))
    trials = [trial["trial_id"] for trial in manifest["trials"]]
    by_trial = (dict(zip(trials, values, strict=True)) for values in (deviations, baselines))
    return Posterior(draws, manifest, *by_trial)


def save_posterior(folder: Path, posterior: Posterior) -> None:
    """Write draws, deviations and baselines (float32) and the manifest with their hash, all or none."""
    names = list(posterior.draws)
    stacked = np.stack([posterior.draws[name] for name in names]).astype(np.float32)
    trials = [trial["trial_id"] for trial in posterior.manifest["trials"]]
    deviations, baselines = (
        np.stack([by_trial[trial] for trial in trials]).astype(np.float32)
        for by_trial in (posterior.deviations, posterior.baselines)
    )
    packed = BytesIO()
    np.savez_compressed(packed, draws=stacked, deviations=deviations, baselines=baselines)
    write_whole(
        {
            folder / DRAWS_FILE: [packed.getvalue()],
            folder / MANIFEST_FILE: [as_bytes(manifest_of(posterior.manifest, names, packed.getvalue()))],
        }
    )


def manifest_of(about: Mapping, names: Iterable[str], packed: bytes) -> dict:
    """The manifest as it is written: what is known of the fit, the parameters, the hash of the draws, a seal."""
    kept = {name: value for name, value in about.items() if name not in (SEAL, "files")}
    return sealed({**kept, "parameters": list(names), "files": {DRAWS_FILE: fingerprint(packed)}})
