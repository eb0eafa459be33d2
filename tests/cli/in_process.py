"""The command line in this process: fast, and a traceback would be seen as what it is."""

import contextlib
import io
import sys
from dataclasses import dataclass

from liftspan.cli import main


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
