"""The picture holds what it was given: looked at through its artists and its bytes, not by eye."""

import numpy as np
import pytest

from liftspan.errors import InvalidInput
from liftspan.evidence import PublishedPoint
from liftspan.figures import Curve, figure_bytes, save_figure, timeline_figure
from liftspan.figures.day_axis import hours_at, place, side_by_side, ticks_h

HOURS = (0.0, 4.0, 24.0, 168.0, 672.0)
A, B = "ketamine once", "placebo once"


def curves(label, shift=0.0):
    mean = np.array([0.0, -8.0, -15.0, -12.0, -9.0]) + shift
    share = np.array([0.0, 0.2, 0.45, 0.35, 0.3])
    return [
        Curve(label, HOURS, mean, mean - 3, mean + 3, mean - 15, mean + 15),
        Curve(label, HOURS, share, share * 0.7, share * 1.3, kind="response"),
        Curve(label, HOURS, share / 2, share / 4, share * 0.8, kind="remission"),
    ]


def point(trial, hours, value, se, kind="madrs_change"):
    return PublishedPoint(kind, hours, value, se, 47.0, f"Trial {trial} 2013", trial, "ket", f"{trial}.1", "")


POINTS = [
    point("one", 24.0, -16.5, 1.6),
    point("two", 24.0, -12.0, None),
    point("one", 24.0, 0.64, 0.07, "response"),
    point("two", 168.0, 0.2, 0.05, "remission"),
    point("late", 9000.0, -10.0, 1.0),
]


def single():
    return timeline_figure(curves(A), {A: [0.0, 72.0]}, {A: POINTS}, "A title", "and whom")


def panels(figure):
    return {axes.get_label(): axes for axes in figure.axes}


def drawn_points(axes):
    return {bar.get_label(): bar for bar in axes.containers}


def test_every_point_within_the_axis_is_drawn_with_its_bar():
    upper = drawn_points(panels(single())["madrs change"])
    assert set(upper) == {"one/ket madrs_change", "two/ket madrs_change"}
    line, _, bars = upper["one/ket madrs_change"]
    assert line.get_ydata() == [-16.5]
    low, high = bars[0].get_segments()[0][:, 1]
    # The 90 % interval of a normal mean reaches 1.645 standard errors to each side.
    assert (low, high) == pytest.approx((-16.5 - 1.645 * 1.6, -16.5 + 1.645 * 1.6), abs=1e-3)
    assert upper["two/ket madrs_change"][2] == ()  # no error printed, no bar drawn
    assert set(drawn_points(panels(single())["shares"])) == {"one/ket response", "two/ket remission"}


def test_points_of_one_time_stand_side_by_side_around_it():
    upper = drawn_points(panels(single())["madrs change"])
    at = sorted(upper[name][0].get_xdata()[0] for name in upper)
    assert at[0] < 24.0 < at[1]
    assert at == pytest.approx([24.0, 24.0], rel=0.1)


def test_bands_reach_to_the_limits_they_were_given():
    bands = {band.get_label(): band for band in panels(single())["madrs change"].collections}
    for name, reach in ((f"{A}: madrs_change group", 3.0), (f"{A}: madrs_change person", 15.0)):
        y = bands[name].get_paths()[0].vertices[:, 1]
        assert (y.min(), y.max()) == pytest.approx((-15.0 - reach, 0.0 + reach))
    lower = [band.get_label() for band in panels(single())["shares"].collections]
    assert f"{A}: response group" in lower and f"{A}: remission group" in lower


def test_mean_lines_and_session_marks_are_where_they_belong():
    both = panels(single())
    lines = {line.get_label(): line for axes in both.values() for line in axes.get_lines()}
    assert list(lines[f"{A}: madrs_change"].get_ydata()) == [0.0, -8.0, -15.0, -12.0, -9.0]
    assert list(lines["sessions"].get_xdata()) == [0.0, 72.0]
    assert max(lines["sessions"].get_ydata()) < 0


def test_the_axis_shows_hours_and_days():
    labels = [text for _, text in ticks_h(672.0)]
    assert {"0", "2 h", "4 h", "1 d", "3 d", "7 d", "14 d", "28 d"} <= set(labels)
    assert "52 wk" in [text for _, text in ticks_h(8760.0)]
    ticks = panels(single())["shares"].get_xticks()
    assert list(ticks) == [hours for hours, _ in ticks_h(672.0)]
    # The first day takes a readable part of four weeks, the inverse undoes the stretch.
    assert 0.3 < place(24.0) / place(672.0) < 0.45
    assert hours_at(place(37.0)) == pytest.approx(37.0)


def test_side_by_side_keeps_single_points_and_the_middle_of_a_group():
    moved = side_by_side([24.0, 168.0, 24.0, 24.0], 672.0)
    assert moved[1] == 168.0 and moved[2] == pytest.approx(24.0)
    assert moved[0] < moved[2] < moved[3]


def test_the_caption_names_level_and_kind_and_what_was_left_out():
    text = " ".join(" ".join(words.get_text() for words in single().texts).split())
    assert "90 % equal-tailed intervals" in text and "90 % confidence intervals" in text
    assert "1 published value lies beyond the axis" in text
    assert "A title" in text and "and whom" in text
    wider = timeline_figure(curves(A), {}, {}, "t", "s", level=0.8)
    assert "80 % equal-tailed" in " ".join(words.get_text() for words in wider.texts)


def test_each_trial_has_its_own_look_and_its_name_below():
    many = [point(f"t{rank:02d}", 24.0, -rank, 1.0) for rank in range(20)]
    figure = timeline_figure(curves(A), {A: [0.0]}, {A: many}, "t", "s")
    legend = figure.legends[0]
    assert [text.get_text() for text in legend.get_texts()] == [f"Trial t{rank:02d} 2013" for rank in range(20)]
    looks = {(line.get_marker(), line.get_color()) for line in legend.get_lines()}
    assert len(looks) == 20
    figure.draw_without_rendering()
    height = figure.get_figheight() * figure.dpi
    panel = panels(figure)["shares"].get_tightbbox().ymin
    box = legend.get_window_extent()
    caption = figure.texts[-1].get_window_extent()
    assert caption.ymax < box.ymin < box.ymax < panel < height  # nothing lies over another


def test_a_comparison_has_two_treatments_in_two_colours():
    figure = timeline_figure(
        curves(A) + curves(B, 5.0), {A: [0.0], B: [0.0]}, {A: POINTS, B: [point("one", 24.0, -8.8, 1.9)]}, "t", "s"
    )
    both = panels(figure)
    lines = {line.get_label(): line for line in both["madrs change"].get_lines()}
    assert lines[f"{A}: madrs_change"].get_color() != lines[f"{B}: madrs_change"].get_color()
    assert len([line for line in both["shares"].get_lines() if line.get_label() == "sessions"]) == 2
    marks = {bar[0].get_ydata()[0]: bar[0].get_markerfacecolor() for bar in both["madrs change"].containers}
    assert marks[-8.8] == "white" and marks[-16.5] != "white"


@pytest.mark.parametrize("suffix", ["png", "svg", "pdf"])
def test_the_same_picture_gives_the_same_bytes(tmp_path, suffix):
    first, second = (save_figure(single(), tmp_path / f"{name}.{suffix}") for name in "ab")
    assert first.read_bytes() == second.read_bytes() == figure_bytes(single(), suffix)
    start = {"png": b"\x89PNG", "svg": b"<?xml", "pdf": b"%PDF"}[suffix]
    assert first.read_bytes().startswith(start)
    assert b"dc:date" not in first.read_bytes() and b"CreationDate" not in first.read_bytes()


@pytest.mark.parametrize(
    ("name", "said"),
    [("a.jpg", "'.jpg' is no format"), ("a.pgn", "did you mean 'png'?"), ("plain", "no suffix"),
     ("none/a.png", "does not exist; make it first")],
)  # fmt: skip
def test_a_place_that_cannot_take_a_figure_is_told_and_nothing_written(tmp_path, name, said):
    with pytest.raises(InvalidInput, match="(?s)" + said.replace("?", r"\?").replace(".", r"\.")):
        save_figure(single(), tmp_path / name)
    assert list(tmp_path.iterdir()) == []


def test_two_problems_of_a_place_are_told_at_once(tmp_path):
    with pytest.raises(InvalidInput) as caught:
        save_figure(single(), tmp_path / "none" / "a.gif")
    assert len(caught.value.problems) == 2


def test_no_state_of_pyplot_is_touched():
    import sys

    single()
    assert "matplotlib.pyplot" not in sys.modules or sys.modules["matplotlib.pyplot"].get_fignums() == []
