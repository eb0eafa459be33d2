"""The one door to matplotlib: what is drawn in here knows nothing of the user's settings, so pictures are the same."""

import logging
import os
import sys
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress

from liftspan.errors import InvalidInput

STYLE = {
    "font.family": "DejaVu Sans",  # comes with matplotlib: the same on every machine
    "font.size": 10.0,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": "#444444",
    "axes.labelsize": 10.0,
    "axes.grid": True,
    "grid.color": "#E6E6E6",
    "grid.linewidth": 0.8,
    "axes.axisbelow": True,
    "text.parse_math": False,  # a $ in a name is a letter
}


@contextmanager
def drawing(style: Mapping[str, object]) -> Iterator[type]:
    """Yields the class `Figure`; while this lasts, settings are those of matplotlib itself and `style`.

    The user's matplotlibrc, MPLBACKEND and settings made in Python are set aside, and hold again afterwards.

    Raises InvalidInput where matplotlib cannot be loaded because its settings are no text.
    """
    with _only_errors_logged():
        matplotlib = _loaded()
        from matplotlib.figure import Figure

        with matplotlib.rc_context(), warnings.catch_warnings():
            matplotlib.rcdefaults()
            matplotlib.rcParams.update(style)
            # A letter that the font lacks is drawn as a box, and that is seen.
            warnings.filterwarnings("ignore", "Glyph .* missing from")
            yield Figure


def _loaded():
    """The module matplotlib: a backend that it does not know is no reason to fail, since no window is opened here."""
    if "matplotlib" in sys.modules:
        return sys.modules["matplotlib"]
    backend = os.environ.pop("MPLBACKEND", None)
    try:
        import matplotlib
    except UnicodeDecodeError:
        problem = "matplotlib cannot read its settings: a file 'matplotlibrc' is no UTF-8 text; save it as such"
        raise InvalidInput([problem]) from None
    finally:
        if backend is not None:
            os.environ["MPLBACKEND"] = backend
    if backend:
        with suppress(ValueError):
            matplotlib.rcParams["backend"] = backend
    return matplotlib


@contextmanager
def _only_errors_logged() -> Iterator[None]:
    """Matplotlib complains of unknown settings and of folders for its cache; neither changes a picture."""
    logger = logging.getLogger("matplotlib")
    before = logger.level
    logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        logger.setLevel(before)
