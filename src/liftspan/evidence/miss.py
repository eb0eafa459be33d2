"""How far the model missed trials that it had not seen, beside a simple average: to be told with every answer.

The scores of `liftspan evidence check` are stored beside its predictions, so that an answer need not score them again.
They count only while they belong to those predictions, and these to the posterior that answers.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite
from pathlib import Path

from liftspan.files import write_whole
from liftspan.posterior import FOLDER

SCORES, PREDICTIONS, BASIS = "held_out_scores.json", "held_out.csv", "held_out.json"
KIND_WORDS = {
    "change": "MADRS change, leave one trial out",
    "response": "response, leave one trial out",
}
AGAIN = "liftspan evidence check --refit"


@dataclass(frozen=True)
class Miss:
    """Errors of one kind of number, each trial counting once; all None where no current check is stored."""

    kind: str
    rmse: float | None  # points, or a share
    table_rmse: float | None  # of the average that other trials showed at about that time
    cover_90: float | None  # share of numbers inside the 90 % interval
    trials: int | None
    why: str = ""  # why there is no number


def misses_of(manifest: Mapping, folder: Path = FOLDER) -> dict[str, Miss]:
    """By kind, "change" and "response": what the stored check of `folder` says of the posterior of that manifest."""
    try:
        why, kinds = _stored(manifest, folder)
        if not why:
            return {kind: _miss(words, kinds[kind]) for kind, words in KIND_WORDS.items()}
    except FileNotFoundError as error:
        why = f"there is no stored check ({Path(error.filename).name} is missing); `{AGAIN}` makes one"
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        why = f"the stored check cannot be read; `{AGAIN}` makes a new one"
    return {kind: Miss(words, None, None, None, None, why) for kind, words in KIND_WORDS.items()}


def _stored(manifest: Mapping, folder: Path) -> tuple[str, Mapping]:
    """(why the stored scores cannot be told, "" where they can; scores by kind)."""
    scores = json.loads((folder / SCORES).read_text(encoding="utf-8"))
    basis = json.loads((folder / BASIS).read_text(encoding="utf-8"))
    if scores["predictions_sha256"] != hashlib.sha256((folder / PREDICTIONS).read_bytes()).hexdigest():
        return f"the stored scores are not those of the stored predictions; `{AGAIN}` makes new ones", {}
    for key, thing in (("evidence_sha256", "other tables"), ("model_sha256", "another model")):
        if basis[key] != manifest[key]:
            return f"the stored check was made with {thing} than this answer; `{AGAIN}` makes a new one", {}
    return "", scores["kinds"]


def _miss(words: str, scores: Mapping) -> Miss:
    """One kind; raises ValueError for what is no number."""
    model, table = scores["model"], scores["table"]
    numbers = [float(one) for one in (model["rmse"], table["rmse"], model["cover"]["90%"])]
    if not all(map(isfinite, numbers)):
        raise ValueError("scores are finite")
    return Miss(words, *numbers, int(model["trials"]))


def scores_text(folder: Path = FOLDER) -> str:
    """The scores of the predictions stored in a folder, as they are stored beside them."""
    from liftspan.evidence.check_said import check_record
    from liftspan.evidence.held_out import stored_scores
    from liftspan.evidence.tables import load_evidence

    record = {
        "schema": "liftspan/held-out-scores/1",
        "predictions_sha256": hashlib.sha256((folder / PREDICTIONS).read_bytes()).hexdigest(),
        "kinds": check_record(stored_scores(load_evidence(), folder))["kinds"],
    }
    return json.dumps(record, indent=1, allow_nan=False) + "\n"


def write_scores(folder: Path = FOLDER) -> None:
    """Store the scores beside the predictions of a folder: after a new check, or where the tables' values changed."""
    write_whole({folder / SCORES: [scores_text(folder).encode()]})
