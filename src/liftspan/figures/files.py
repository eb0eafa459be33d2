"""A figure as bytes or as a file: the same picture gives the same bytes."""

import io
from pathlib import Path

from liftspan.errors import InvalidInput, nearest
from liftspan.figures.drawing import drawing
from liftspan.files import problems_of_place, write_whole

SUFFIXES = ("pdf", "png", "svg")
DPI = 160

# Dates and version strings would make two equal pictures differ.
_METADATA = {
    "png": {"Software": None},
    "svg": {"Date": None, "Creator": None},
    "pdf": {"CreationDate": None, "Creator": None, "Producer": None},
}


def figure_bytes(figure, suffix: str) -> bytes:
    """The figure as png, svg or pdf."""
    stream = io.BytesIO()
    # Names of clip paths in an SVG are hashes of a salt, which is random unless given.
    with drawing({"svg.hashsalt": "liftspan"}):
        figure.savefig(stream, format=suffix, dpi=DPI, metadata=_METADATA[suffix])
    return stream.getvalue()


def save_figure(figure, path: Path | str, private: bool = False) -> Path:
    """Write a figure; the suffix chooses PNG, SVG or PDF. A file of that name is replaced.

    `private` is for a figure of one patient: nobody but the owner reads the file.

    Raises InvalidInput, with nothing written, where the suffix is unknown or the folder cannot take the file.
    """
    target = Path(path)
    refuse_path(target)
    write_whole({target: [figure_bytes(figure, target.suffix.lower().removeprefix("."))]}, private)
    return target


def problems_of_path(target: Path) -> list[str]:
    """Why a figure cannot be written there; empty where it can. Ask before a long computation."""
    suffix = target.suffix.lower().removeprefix(".")
    problems = []
    if suffix not in SUFFIXES:
        said = (
            f"the suffix '.{suffix}' is no format of a figure; {nearest(suffix, SUFFIXES)}"
            if suffix
            else (f"the name has no suffix; add one of .{', .'.join(SUFFIXES)}")
        )
        problems.append(f"{target}: {said}")
    return problems + problems_of_place(target)


def refuse_path(target: Path | None) -> None:
    """Before a long computation: raises InvalidInput where a figure cannot be written there; None is no figure."""
    if target is not None and (problems := problems_of_path(target)):
        raise InvalidInput(problems, "the place of the figure")
