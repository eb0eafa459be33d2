"""The command with few draws: what it does with an answer does not depend on their number."""

import functools

import numpy as np
import pytest

import liftspan.exposure
import liftspan.how_fast
from cli.in_process import said

# The whole answer takes seconds; what the command does with it does not depend on the number of draws and of times.
FEW = {"draws": 20, "group_size": 15}
COARSE_H = np.array([0.0, 0.6, 0.75, 1.5, 3.0, 6.0, 12.0, 16.0, 36.0, 48.0])
WHOLE = liftspan.how_fast.how_fast


@pytest.fixture(scope="session")
def liftspan_says():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(liftspan.how_fast, "how_fast", functools.partial(WHOLE, **FEW))
        patch.setattr(liftspan.exposure, "GRID_H", COARSE_H)
        yield said
