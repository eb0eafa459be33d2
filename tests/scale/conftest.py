"""Small runs: blocks of a few people, as no command offers them; everything else is as it is at any size."""

import os
from pathlib import Path

import pytest

from liftspan.scale import plan_of, simulate_to
from liftspan.treatment import find_protocol

SMALL = {"block_size": 16, "blocks_per_part": 2}
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")


def small_plan(people=150, **options):
    """Ten blocks in five parts, the last block cut."""
    return plan_of(find_protocol("iv-single"), people, **(SMALL | options))


def bytes_of(folder: Path) -> dict[str, bytes]:
    """Every file of a folder of results."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture(scope="session")
def undisturbed(tmp_path_factory):
    """The files of the small plan with courses, written by one thread."""
    folder = tmp_path_factory.mktemp("scale") / "run"
    simulate_to(small_plan(courses=True), folder)
    return bytes_of(folder)
