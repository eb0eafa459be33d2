"""What a folder of results says of itself: seed, versions, hashes of inputs, options, block size, parts.

Nothing that differs between two runs of one question: no time of day, no number of workers, no name of a machine.
"""

import hashlib
import platform
from collections.abc import Mapping
from dataclasses import asdict
from functools import cache
from importlib.metadata import version
from pathlib import Path

import numpy as np

from liftspan.frozen import frozen
from liftspan.how_fast.record import sessions_record
from liftspan.posterior import DRAWS_FILE, FOLDER
from liftspan.scale.plan import Plan, blocks_of, parts_of
from liftspan.stored import fingerprint, sealed

SCHEMA = "liftspan/simulate-manifest/1"
SUMMARY_FILES = SUMMARY_JSON, SUMMARY_TEXT = "summary.json", "summary.txt"
PACKAGE = Path(__file__).parents[1]


def run_record(plan: Plan) -> dict:
    """What decides the bytes of the files: two runs with the same record give the same files."""
    question = plan.question
    return {
        "seed": plan.seed,
        "people": plan.people,
        "options": {
            "treatment": question.regimen.text,
            "protocol": question.name,
            "sessions": sessions_record(question.regimen),
            "control": question.context.control.value,
            "background": question.background,
            "setting": question.setting,
            **({} if plan.given is not None else asdict(plan.enrolment)),
            "times_h": plan.times_h.tolist(),
            "readout_h": plan.readout_h,
            "horizon_h": plan.horizon_h,
            "courses": plan.courses,
            "floats": plan.floats,
            **({"conditions": list(plan.conditions)} if plan.conditions else {}),
        },
        "block_size": plan.block_size,
        "blocks": blocks_of(plan),
        "blocks_per_part": plan.blocks_per_part,
        "inputs": {
            "posterior_sha256": _file_hash(FOLDER / DRAWS_FILE),
            "people_file_sha256": _given_hash(plan) if plan.given is not None else None,
            "code_sha256": code_hash(),
        },
        "versions": versions(),
    }


def manifest(plan: Plan, parts: list[dict] | None, summary_files: Mapping[str, str] | None = None) -> dict:
    """The manifest: of an unfinished run without its parts, of a complete one with the fingerprint of each file.

    The summary is kept here as well: it can be written again when its files are lost, without the whole simulation.
    """
    return sealed(
        {
            "schema": SCHEMA,
            "complete": parts is not None,
            "run": run_record(plan),
            "parts_planned": parts_of(plan),
            "parts": parts or [],
            "summary": {
                name: {**fingerprint(text.encode()), "text": text} for name, text in (summary_files or {}).items()
            },
        }
    )


@cache
def versions() -> dict[str, str]:
    """Versions that a file's bytes may depend on."""
    names = ("liftspan", "numpy", "pyarrow")
    return frozen({"python": platform.python_version(), **{name: version(name) for name in names}})


@cache
def code_hash() -> str:
    """SHA-256 over the package's code up to here and its tables: a run is not continued by another model."""
    digest = hashlib.sha256()
    heavy = {"cli", "report", "figures", "inference", "claims", "nonresponse", "events", "installation"}
    for path in sorted([*PACKAGE.rglob("*.py"), PACKAGE / "treatment" / "protocols.csv"]):
        if path.relative_to(PACKAGE).parts[0] not in heavy:
            digest.update(path.relative_to(PACKAGE).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


@cache
def _file_hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _given_hash(plan: Plan) -> str:
    given = plan.given
    return hashlib.sha256(np.stack([given.weight_kg, given.age_y, given.baseline]).tobytes()).hexdigest()


def differences(there: dict, here: dict, name: str = "") -> list[str]:
    """Where two records differ, each as "name: there, here"."""
    if isinstance(there, dict) and isinstance(here, dict):
        return [
            found
            for key in dict.fromkeys([*there, *here])
            for found in differences(there.get(key), here.get(key), f"{name}.{key}" if name else key)
        ]
    if there == here:
        return []
    return [f"{name}: {_short(there)} there, {_short(here)} here"]


def _short(value) -> str:
    text = str(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
