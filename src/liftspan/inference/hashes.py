"""What a stored result rests on, as hashes of the tables and of the model: whether it is still current. No JAX here."""

import ast
import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path

from liftspan.evidence.records import Evidence

# What a fit rests on besides the tables: a stored result says when one of these has changed since.
MODEL_FILES = (
    "parameters.py",
    "mood_model.py",
    "inference/rows.py",
    "inference/tables.py",
    "inference/likelihood.py",
    "inference/structures.py",
    "evidence/design.py",
    "evidence/staying.py",
    "evidence/usual.py",
)


def evidence_hash(evidence: Evidence) -> str:
    """SHA-256 over the cells of the three tables, in order."""
    digest = hashlib.sha256()
    for rows in (evidence.trial_rows.values(), evidence.arm_rows.values(), evidence.observation_rows):
        for row in rows:
            digest.update(json.dumps(dict(row), sort_keys=True).encode())
    return digest.hexdigest()


def model_hash() -> str:
    """SHA-256 over the code and parameters that a fit rests on."""
    return code_hash(MODEL_FILES)


def code_hash(names: Iterable[str]) -> str:
    """SHA-256 over files of the package; comments, docstrings and layout do not count."""
    digest = hashlib.sha256()
    package = Path(__file__).parents[1]
    for name in names:
        digest.update(_meaning((package / name).read_text(encoding="utf-8")).encode())
    return digest.hexdigest()


def _meaning(code: str) -> str:
    """Code without what no computer reads."""
    tree = ast.parse(code)
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            node.value = ast.Constant("")  # a docstring
    return ast.dump(tree)


def hashes_of(evidence: Evidence) -> dict[str, str]:
    """What a result of these tables and this model stores beside itself."""
    return {"evidence_sha256": evidence_hash(evidence), "model_sha256": model_hash()}


def why_stale(record: Mapping, evidence: Evidence) -> tuple[str, ...]:
    """Why a stored result may not be what these tables and this model give; empty where it is current."""
    found = []
    for key, now in hashes_of(evidence).items():
        thing = "tables" if key.startswith("evidence") else "model"
        if not record.get(key):
            found.append(f"it does not name the {thing} that it rests on")
        elif record[key] != now:
            found.append(f"the {thing} changed after it was made")
    return tuple(found)


def is_current(record: Mapping, evidence: Evidence) -> bool:
    """Whether a stored result rests on these tables and this model."""
    return not why_stale(record, evidence)
