"""docs/scale.md says what the files and the JSON hold."""

import re
from pathlib import Path

from liftspan.how_fast.question import FOLLOW_UP_H
from liftspan.posterior import load_posterior
from liftspan.scale import simulate_to
from liftspan.scale.plan import BLOCK, MOST_BLOCKS_PER_PART
from liftspan.scale.summary import TRIALS_FOR_AN_INTERVAL
from scale.conftest import small_plan

PAGE = " ".join((Path(__file__).parents[2] / "docs" / "scale.md").read_text(encoding="utf-8").split())


def test_every_field_of_the_json_is_explained(tmp_path):
    record = simulate_to(small_plan(20), tmp_path / "run").record
    own = ("people", "interval", "scale", "files")
    names = {*record, *record["timeline"][0], *(key for name in own for key in record[name])}
    assert not names - set(re.findall(r"\w+", PAGE))


def test_numbers_in_the_prose_are_those_of_the_code():
    assert f"blocks of {BLOCK:,}" in PAGE
    assert f"at most {BLOCK * MOST_BLOCKS_PER_PART:,} people" in PAGE
    assert f"from {TRIALS_FOR_AN_INTERVAL} whole blocks on ({TRIALS_FOR_AN_INTERVAL * BLOCK:,} people)" in PAGE
    assert f"until {FOLLOW_UP_H / 168:g} weeks after the last session" in PAGE
    # All draws once: two million people.
    assert f"All {load_posterior().size} draws" in PAGE and round(load_posterior().size * BLOCK / 1e6) == 2
