"""The command line in this process: fast, and a traceback would be seen as what it is."""

import contextlib
import functools
import io
import sys
from dataclasses import dataclass

import numpy as np
import pytest

import liftspan.exposure
import liftspan.how_fast
from liftspan.cli import main

# The whole answer takes seconds; what the command does with it does not depend on the number of draws and of times.
FEW = {"draws": 20, "group_size": 15}
COARSE_H = np.array([0.0, 0.6, 0.75, 1.5, 3.0, 6.0, 12.0, 16.0, 36.0, 48.0])
WHOLE = liftspan.how_fast.how_fast


@dataclass(frozen=True)
class Said:
    """What a command left behind."""

    code: int
    out: str
    err: str


def said(*words) -> Said:
    out, err = io.StringIO(), io.StringIO()
    before, code = sys.argv, 0
    sys.argv = ["liftspan", *map(str, words)]
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            main()
    except SystemExit as leaving:
        code = leaving.code or 0
    finally:
        sys.argv = before
    return Said(code, out.getvalue(), err.getvalue())


@pytest.fixture(scope="session")
def liftspan_says():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(liftspan.how_fast, "how_fast", functools.partial(WHOLE, **FEW))
        patch.setattr(liftspan.exposure, "GRID_H", COARSE_H)
        yield said
