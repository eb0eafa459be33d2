"""Who is still rated: shares from printed numbers of people, and leavers drawn by their last score."""

from dataclasses import replace

import numpy as np
import pytest

from liftspan.evidence import load_evidence
from liftspan.evidence.staying import Kept, Staying, staying_of, who_left

EVIDENCE = load_evidence(outcomes=False)
ROWS = {row.row_id: row for row in EVIDENCE.observations}


def row_of(**cells):
    """A row of TRANSFORM-2's active arm of 114 people, with some cells of its own."""
    row = next(
        row
        for row in EVIDENCE.observations
        if (row.trial_id, row.arm_id, row.statistic) == ("popova2019_transform2", "esk_ad", "change")
        and row.analysis_set == "observed"
    )
    return replace(row, **cells)


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ({"n": 101.0}, Staying(Kept.STAYED, 13 / 114)),
        ({"n": 114.0}, Staying(Kept.STAYED, 0.0)),
        ({"n": None}, Staying(Kept.STAYED, 0.0)),  # nothing tells how many left
        ({"analysis_set": "mmrm", "n": 101.0}, Staying(Kept.EVERYBODY, 0.0)),
        ({"analysis_set": "", "n": 101.0}, Staying(Kept.EVERYBODY, 0.0)),
        # Of all 114, but the observed row beside it tells that 101 were there.
        ({"analysis_set": "locf", "n": 114.0}, Staying(Kept.LAST_SCORE, 13 / 114)),
        ({"analysis_set": "nonresponder_imputed", "n": 114.0}, Staying(Kept.FAILED, 13 / 114)),
    ],
)
def test_the_share_that_left_is_what_the_printed_numbers_say(cells, expected):
    beside = replace(EVIDENCE, observations=(row_of(n=101.0),))
    found = staying_of(beside, row_of(**cells))
    assert found.kept is expected.kept
    assert found.gone == pytest.approx(expected.gone)


def test_as_many_leave_as_are_said_to_and_rather_those_who_are_worse_off():
    rng = np.random.default_rng(1)
    last = rng.normal(20.0, 10.0, (200, 100))
    left = who_left(last, 0.1, 5)
    assert np.all(left.sum(axis=1) == 10)
    # Drawing few from many: the mean of leavers is shifted by 0.04 per point x variance 100 = 4 points.
    assert last[left].mean() - 20.0 == pytest.approx(4.0, abs=0.8)
    assert np.array_equal(left, who_left(last, 0.1, 5))
    assert not who_left(last, 0.0, 5).any()
    assert who_left(last, 0.95, 5).sum(axis=1).max() < 100  # somebody always stays
