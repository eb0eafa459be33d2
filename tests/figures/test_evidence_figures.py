"""Forest plots and pictures of one trial hold what they were given: looked at through their artists."""

import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg

from liftspan.errors import InvalidInput
from liftspan.evidence import load_evidence
from liftspan.evidence.course import predicted_bands, trial_points
from liftspan.evidence.forest import forest
from liftspan.figures import figure_bytes
from liftspan.figures.forest import forest_figure
from liftspan.figures.trial import trial_figure
from liftspan.posterior import load_posterior


@pytest.fixture(scope="module")
def shipped():
    return load_evidence()


def drawn(shipped, name):
    points = trial_points(shipped, name)
    bands = predicted_bands(shipped, points, load_posterior().first(25))
    return points, trial_figure(shipped, shipped.trials[name], points, bands)


@pytest.mark.parametrize("by", ["time", "drug"])
def test_every_study_has_a_square_and_every_group_of_several_a_diamond(by, shipped):
    found = forest(shipped, by=by)
    (axes,) = forest_figure(found).axes
    squares = [line for line in axes.lines if line.get_marker() == "s"]
    studies = [study for group in found.groups for study in group.studies]
    assert sorted(line.get_xdata()[0] for line in squares) == sorted(study.effect for study in studies)
    assert len(axes.patches) == sum(len(group.studies) > 1 for group in found.groups)


def test_texts_of_a_forest_do_not_touch(shipped):
    # Whatever is written in one row must not run into its neighbour, the axis or the edge.
    figure = forest_figure(forest(shipped, "remission", "dose"))
    renderer = FigureCanvasAgg(figure).get_renderer()
    figure.draw(renderer)
    boxes = [text.get_window_extent(renderer) for text in figure.texts]
    assert not any(one.overlaps(other) for i, one in enumerate(boxes) for other in boxes[:i])
    width, height = figure.bbox.width, figure.bbox.height
    assert min(min(box.x0, box.y0) for box in boxes) >= 0.0
    assert all(box.x1 <= width and box.y1 <= height for box in boxes)
    axis = figure.axes[0].get_window_extent(renderer)
    beside = [box for box in boxes if axis.y0 < box.y0 and box.y1 < axis.y1]
    assert len(beside) > 10
    assert all(box.x1 < axis.x0 or box.x0 > axis.x1 for box in beside)


def test_a_trial_has_a_panel_for_each_kind_and_a_point_for_each_number(shipped):
    points, figure = drawn(shipped, "lii2023")
    panels = {axes.get_label(): axes for axes in figure.axes}
    assert list(panels) == ["madrs_change", "remission"]  # its responses count from a screening visit
    for kind, axes in panels.items():
        shown = {bar.get_label(): bar.lines[0].get_ydata()[0] for bar in axes.containers}
        assert shown == {f"{one.arm_id} {one.row_id}": one.value for one in points if one.kind == kind}
        assert len(axes.collections) >= 2  # a band for each arm


def test_bars_of_a_mean_reach_the_ends_of_its_ninety_percent_interval(shipped):
    _, figure = drawn(shipped, "murrough2013")
    bars = {bar.get_label(): bar for bar in figure.axes[0].containers}
    low, high = bars["ket murrough2013.001"].lines[2][0].get_segments()[0][:, 1]
    assert (low, high) == pytest.approx((-16.5 - 1.645 * 1.6, -16.5 + 1.645 * 1.6), abs=1e-3)


def test_equal_pictures_have_equal_bytes(shipped):
    assert figure_bytes(drawn(shipped, "murrough2013")[1], "svg") == figure_bytes(
        drawn(shipped, "murrough2013")[1], "svg"
    )


def test_an_arm_without_a_model_says_why_it_has_no_band(shipped):
    _, figure = drawn(shipped, "reif2023_escape")
    caption = " ".join(figure.texts[-1].get_text().split())
    assert "No band for que_ad: quetiapine" in caption


def test_a_trial_without_points_is_not_drawn(shipped):
    with pytest.raises(InvalidInput, match="leave --plot out"):
        trial_figure(shipped, shipped.trials["daly2019_sustain1"], (), ())
