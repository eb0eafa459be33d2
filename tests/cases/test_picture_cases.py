"""Pictures do not depend on the user's settings of matplotlib: each is drawn twice, and compared byte for byte."""

import os
import subprocess
import sys
from dataclasses import replace

import matplotlib
import numpy as np
import pytest

from figures import forecast_patients
from liftspan.evidence import load_evidence
from liftspan.evidence.course import trial_points
from liftspan.evidence.forest import forest
from liftspan.evidence.held_out import stored_scores
from liftspan.evidence.kinetics import shipped_observations
from liftspan.evidence.kinetics.check import compare
from liftspan.figures import Curve, figure_bytes, timeline_figure
from liftspan.figures.drawing import STYLE, drawing
from liftspan.figures.forecast import forecast_figure
from liftspan.figures.forest import forest_figure
from liftspan.figures.held_out import held_out_figure
from liftspan.figures.kinetics import fold_figure
from liftspan.figures.ranks import ranks_figure
from liftspan.figures.session import session_figure
from liftspan.figures.session_check import check_figure
from liftspan.figures.trial import trial_figure
from liftspan.forecast.answer import forecast
from liftspan.posterior import FOLDER
from liftspan.session.answer import session_of
from liftspan.session.check import checked_rows
from liftspan.treatment import find_protocol

# What people keep in a matplotlibrc: LaTeX, dark axes, large letters, few dots per inch, hand-drawn lines.
HOSTILE = {
    "text.usetex": True,
    "axes.facecolor": "black",
    "legend.facecolor": "black",
    "figure.facecolor": "red",
    "font.family": ["cursive"],
    "font.size": 25.0,
    "lines.linewidth": 9.0,
    "path.sketch": (5.0, 100.0, 2.0),
    "axes.unicode_minus": False,
    "axes.formatter.use_mathtext": True,
    "xtick.direction": "in",
    "savefig.dpi": 33.0,
    "savefig.bbox": "tight",
    "savefig.transparent": True,
    "svg.fonttype": "none",
    "pdf.compression": 0,
}


def timeline():
    hours, mean = (0.0, 4.0, 24.0, 168.0), np.array([0.0, -8.0, -15.0, -12.0])
    curve = Curve("ketamine once", hours, mean, mean - 3.0, mean + 3.0, mean - 15.0, mean + 15.0)
    return timeline_figure([curve], {"ketamine once": [0.0]}, {}, "A title", "and whom")


def one_trial():
    evidence = load_evidence()
    points = trial_points(evidence, "lii2023")
    return trial_figure(evidence, evidence.trials["lii2023"], points, ())


def session():
    return session_figure([session_of(find_protocol("nasal-84"))])


def ranks():
    shares = np.random.default_rng(1).random(60)
    return ranks_figure([{"seen": 1 + i % 2, "ahead_d": 7 * (1 + i // 2), "rank": shares[i::4]} for i in range(4)])


FIGURES = {
    "timeline": timeline,
    "forecast": lambda: forecast_figure(forecast(forecast_patients.only_first_score())),
    "session": session,
    "session check": lambda: check_figure(checked_rows()),
    "forest": lambda: forest_figure(forest(load_evidence())),
    "one trial": one_trial,
    "held out": lambda: held_out_figure(stored_scores(load_evidence(), FOLDER)[:60]),
    "kinetics": lambda: fold_figure(compare(shipped_observations()[:60])),
    "ranks": ranks,
}


@pytest.mark.parametrize("name", FIGURES)
def test_a_picture_has_the_same_bytes_under_hostile_settings(name):
    plain = figure_bytes(FIGURES[name](), "svg")
    with matplotlib.rc_context(HOSTILE):
        assert figure_bytes(FIGURES[name](), "svg") == plain


@pytest.mark.parametrize("suffix", ["png", "pdf"])
def test_every_format_has_the_same_bytes_under_hostile_settings(suffix):
    plain = figure_bytes(timeline(), suffix)
    with matplotlib.rc_context(HOSTILE):
        assert figure_bytes(timeline(), suffix) == plain


def test_settings_hold_again_after_the_picture():
    with matplotlib.rc_context(HOSTILE):
        with drawing(STYLE):
            assert matplotlib.rcParams["font.size"] == STYLE["font.size"]
            assert not matplotlib.rcParams["text.usetex"]
        assert matplotlib.rcParams["font.size"] == 25.0
        assert matplotlib.rcParams["text.usetex"]


def test_a_dollar_in_a_name_is_a_letter_and_no_formula():
    answer = replace(session_of(find_protocol("nasal-84")), rules=r"rules of $\frac$ and $")
    figure = session_figure([answer])
    assert figure_bytes(figure, "svg").startswith(b"<?xml")  # was: ValueError, ParseException
    assert any(r"$\frac$ and $" in " ".join(one.get_text().split()) for one in figure.texts)


def test_a_name_that_the_font_cannot_write_is_no_warning():
    answer = replace(session_of(find_protocol("nasal-84")), rules="患者\x1b[2J\u202e")
    figure = session_figure([answer])
    figure_bytes(figure, "png")  # warnings are errors here
    assert any("患者\\x1b[2J\\u202e" in " ".join(one.get_text().split()) for one in figure.texts)


def drawn_by_the_command(folder, **environment):
    """stderr, and the bytes of a picture of a session, by a process with these settings."""
    folder.mkdir()
    target = folder / "picture.svg"
    done = subprocess.run(
        [sys.executable, "-m", "liftspan", "session", "-p", "nasal-84", "--plot", str(target)],
        capture_output=True, text=True, check=False, env=os.environ | environment, cwd=folder, timeout=60,
    )  # fmt: skip
    return done.returncode, done.stderr, target.read_bytes() if target.exists() else b""


def test_a_matplotlibrc_with_latex_and_an_unknown_backend_change_nothing(tmp_path):
    # B76: text.usetex ended in a traceback; a backend that is not known failed before anything was drawn.
    settings = tmp_path / "matplotlibrc"
    settings.write_text("text.usetex: True\naxes.facecolor: black\nno.such.key: 3\n")
    unwritable = tmp_path / "file"
    unwritable.write_text("")
    plain = drawn_by_the_command(tmp_path / "plain")
    hostile = drawn_by_the_command(
        tmp_path / "hostile", MATPLOTLIBRC=str(settings), MPLBACKEND="nonesuch", MPLCONFIGDIR=str(unwritable)
    )
    assert plain[0] == 0 and plain[2]
    assert hostile == plain


def test_settings_that_are_no_text_are_said_in_words(tmp_path):
    settings = tmp_path / "matplotlibrc"
    settings.write_bytes(b"font.size: \xff\n")
    code, said, picture = drawn_by_the_command(tmp_path / "here", MATPLOTLIBRC=str(settings))
    assert (code, picture) == (3, b"")
    assert "'matplotlibrc' is no UTF-8 text" in said
    assert "Traceback" not in said


def test_no_figure_goes_around_the_door():
    # A figure that sets its own context, or imports matplotlib before the door has loaded it, would not be the same.
    from pathlib import Path

    import liftspan.figures

    for file in sorted(Path(liftspan.figures.__file__).parent.glob("*.py")):
        text = file.read_text(encoding="utf-8")
        if file.name != "drawing.py":
            assert "rc_context" not in text, file.name
            assert "import matplotlib\n" not in text, file.name
            assert "matplotlib.figure" not in text, file.name
