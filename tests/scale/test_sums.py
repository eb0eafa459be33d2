"""What blocks add up to."""

from itertools import pairwise

import numpy as np

from liftspan.scale.block import simulate_block
from liftspan.scale.plan import blocks_of
from liftspan.scale.sums import as_plain, from_plain, joined, merged
from scale.conftest import small_plan

PLAN = small_plan()
BLOCKS = [simulate_block(PLAN, block).sums for block in range(blocks_of(PLAN))]


def assert_same(one, other):
    """Raises AssertionError at the first sum that differs."""
    for name in ("people", "change", "response", "remission", "changes"):
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name), err_msg=name)
    np.testing.assert_array_equal(one.responses.first, other.responses.first)
    np.testing.assert_array_equal(one.responses.spells, other.responses.spells)


def test_sums_of_parts_are_the_sums_of_all_blocks_wherever_the_parts_are_cut():
    whole = merged(BLOCKS)
    for cuts in ((5,), (1, 2, 9), (3, 6)):
        edges = [0, *cuts, len(BLOCKS)]
        parts = [merged(BLOCKS[a:b]) for a, b in pairwise(edges)]
        assert_same(joined(parts), whole)


def test_sums_come_back_from_their_note_as_they_were():
    whole = merged(BLOCKS)
    assert_same(from_plain(as_plain(whole), PLAN.visits_h), whole)


def test_everybody_is_counted_once_at_every_time():
    whole = merged(BLOCKS)
    assert whole.people.sum() == PLAN.people
    assert (whole.changes.sum(axis=1) == PLAN.people).all()
    assert whole.responses.first.sum() == PLAN.people
    # Each response ends once: lost, or still there at the last visit.
    assert whole.responses.spells.sum() == whole.responses.first[:-1].sum()
