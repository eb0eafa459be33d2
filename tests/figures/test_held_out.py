"""Pictures of the check hold the numbers that they were given: looked at through their artists."""

import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.text import Annotation, Text

from liftspan.evidence.held_out import worst
from liftspan.evidence.scores import Scored
from liftspan.evidence.visual import Panel, Seen
from liftspan.figures import figure_bytes
from liftspan.figures.held_out import NAMED, draw, held_out_figure
from liftspan.figures.visual_check import visual_figures

QUANTILES = (-9.0, -8.0, -7.0, -6.0, -5.0, -4.0, -3.0)  # shifted to each row below


def scored(number, kind="change", active=True, error=1.0):
    """A made-up row: trial t<number> whose published value misses its prediction by `error` points."""
    predicted = -6.0 - number
    return Scored(
        f"{kind}{number}", f"t{number}", kind, active, "ketamine", "iv", "saline", 24.0, predicted + error, predicted,
        tuple(value - number for value in QUANTILES),
    )  # fmt: skip


ROWS = [scored(number, error=error) for number, error in enumerate((0.1, -8.0, 0.2, 7.0, -0.3, 6.0, 0.4, -0.5))]
ROWS += [scored(8, active=False), scored(1, "response"), scored(2, "response")]


def test_every_number_is_a_point_with_its_ninety_percent_bar():
    figure = held_out_figure(ROWS)
    assert [axes.get_title() for axes in figure.axes] == ["MADRS change, points", "Response, share"]
    for axes, kind in zip(figure.axes, ("change", "response"), strict=True):
        shown = {line.get_label(): line for line in axes.lines}
        for row in (row for row in ROWS if row.kind == kind):
            line = shown[row.row_id]
            assert (line.get_xdata()[0], line.get_ydata()[0]) == (row.value, row.predicted)
            ends = [tuple(bar.get_ydata()) for bar in axes.lines if tuple(bar.get_xdata()) == (row.value, row.value)]
            assert (row.quantiles[0], row.quantiles[-1]) in ends


def test_the_worst_trials_are_named_inside_the_panel_and_names_do_not_touch():
    figure = held_out_figure(ROWS)
    axes = figure.axes[0]
    names = [text for text in axes.texts if isinstance(text, Annotation)]
    wanted = [trial for trial, _ in worst([row for row in ROWS if row.kind == "change"], NAMED)]
    assert [name.get_text() for name in names] == wanted == ["t1", "t3", "t5"]
    renderer = FigureCanvasAgg(figure).get_renderer()
    figure.draw(renderer)
    boxes = [Text.get_window_extent(name, renderer) for name in names]
    frame = axes.get_window_extent(renderer)
    assert not any(one.overlaps(other) for i, one in enumerate(boxes) for other in boxes[:i])
    assert all(frame.x0 <= box.x0 and box.x1 <= frame.x1 and frame.y0 <= box.y0 and box.y1 <= frame.y1 for box in boxes)


@pytest.mark.parametrize("suffix", ["svg", "png"])
def test_the_same_rows_give_the_same_bytes(suffix, tmp_path):
    paths = [draw(ROWS, tmp_path / f"{name}.{suffix}") for name in ("one", "two")]
    assert paths[0].read_bytes() == paths[1].read_bytes()


def panel(number, kind="change"):
    points = (
        Seen("ket", True, 24.0, -10.0, 2.0, QUANTILES),
        Seen("pbo", False, 24.0, -4.0, None, QUANTILES),
        Seen("ket", True, 168.0, -7.0, 2.0, QUANTILES),
    )
    return Panel(f"t{number}", f"Trial {number}", kind, points)


def test_panels_are_laid_on_pages_of_twelve_by_kind():
    panels = [panel(number) for number in range(13)] + [panel(0, "contrast")]
    pages = visual_figures(panels)
    assert [(kind, len(shown)) for kind, shown, _ in pages] == [("change", 12), ("change", 1), ("contrast", 1)]
    titles = [
        axes.get_title(loc="left") for _, _, figure in pages for axes in figure.axes if axes.get_title(loc="left")
    ]
    assert titles == [panel.title for panel in panels]


def test_a_panel_shows_published_numbers_their_errors_and_three_intervals():
    ((_, _, figure),) = visual_figures([panel(1)])
    axes = figure.axes[0]
    points = {(bar.get_label(), bar.lines[0].get_ydata()[0]) for bar in axes.containers}
    assert points == {("ket", -10.0), ("pbo", -4.0), ("ket", -7.0)}
    low, high = axes.containers[0].lines[2][0].get_segments()[0][:, 1]
    assert (low, high) == pytest.approx((-10.0 - 1.645 * 2.0, -10.0 + 1.645 * 2.0), abs=1e-3)
    bands = {tuple(line.get_ydata()) for line in axes.lines if "predicted" in line.get_label()}
    assert bands == {(-9.0, -3.0), (-8.0, -4.0), (-7.0, -5.0)}


def test_arms_of_one_time_stand_beside_each_other_and_labels_of_time_do_not_touch():
    ((_, _, figure),) = visual_figures([panel(1)])
    axes = figure.axes[0]
    at_a_day = [bar.lines[0].get_xdata()[0] for bar in axes.containers if bar.lines[0].get_ydata()[0] in (-10.0, -4.0)]
    assert at_a_day[0] < 24.0 < at_a_day[1]
    renderer = FigureCanvasAgg(figure).get_renderer()
    figure.draw(renderer)
    boxes = [label.get_window_extent(renderer) for label in axes.get_xticklabels() if label.get_text()]
    assert len(boxes) > 2
    assert not any(one.overlaps(other) for i, one in enumerate(boxes) for other in boxes[:i])


def test_equal_pages_have_equal_bytes():
    first, second = (visual_figures([panel(1)])[0][2] for _ in range(2))
    assert figure_bytes(first, "svg") == figure_bytes(second, "svg")
