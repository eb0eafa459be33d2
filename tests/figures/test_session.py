"""Pictures of a session and of its check hold the numbers that they were given: looked at through their artists."""

import numpy as np
import pytest

from liftspan.figures.session import PANELS, draw, session_figure
from liftspan.figures.session_check import check_figure, published_at
from liftspan.monitoring import Kind, find_rules
from liftspan.session.answer import session_of
from liftspan.session.check import checked_rows
from liftspan.treatment import find_protocol

NASAL, INFUSION = (session_of(find_protocol(name)) for name in ("nasal-84", "iv-single"))


def panel(figure, name):
    return figure.axes[[one.name for one in PANELS].index(name)]


def test_the_median_clinic_and_its_band_are_those_of_the_answer():
    axes = panel(session_figure([NASAL]), "systolic")
    course = [point.systolic_change_mmhg for point in NASAL.course]
    assert axes.lines[0].get_ydata() == pytest.approx([one.median for one in course])
    band = axes.collections[0].get_paths()[0].vertices
    assert band[:, 1].max() == pytest.approx(max(one.high for one in course))


def test_limits_of_the_rules_are_lines_where_the_file_has_them():
    figure, rules = session_figure([NASAL]), find_rules("nasal-esketamine")
    limits = {limit.measure: limit.value for kind in (Kind.ALERT, Kind.DISCHARGE) for rule in rules.of(kind)
              for limit in rule.limits if limit.measure in ("cadss", "diastolic_rise_mmhg")}  # fmt: skip
    for name, measure in (("cadss", "cadss"), ("diastolic", "diastolic_rise_mmhg")):
        flat = [line.get_ydata()[0] for line in panel(figure, name).lines if len(set(line.get_ydata())) == 1
                and len(line.get_ydata()) == 2]  # fmt: skip
        assert flat == [limits[measure]], name


def test_published_points_stand_where_the_table_has_them():
    points = [line for line in panel(session_figure([INFUSION]), "systolic").lines if line.get_marker() == "o"]
    # Riva-Posse 2018, 741 infusions, Yale 2024; minutes 30, 30-40, 40.
    assert sorted((line.get_xdata()[0], line.get_ydata()[0]) for line in points) == [
        (30.0, 3.28), (35.0, 7.4), (40.0, 16.0),
    ]  # fmt: skip
    ready = [line for line in panel(session_figure([NASAL]), "ready").lines if line.get_marker() == "^"]
    assert sorted((line.get_xdata()[0], line.get_ydata()[0]) for line in ready) == [(90.0, 90.0), (120.0, 92.0)]


def test_names_and_words_lie_inside_the_picture_and_two_answers_share_it():
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    figure = session_figure([NASAL, INFUSION])
    renderer = FigureCanvasAgg(figure).get_renderer()
    figure.draw(renderer)
    texts = [*figure.texts, *(text for axes in figure.axes for text in axes.texts)]
    boxes = [text.get_window_extent(renderer) for text in texts]
    assert all(box.x0 >= 0 and box.y0 >= 0 and box.x1 <= figure.bbox.x1 and box.y1 <= figure.bbox.y1 for box in boxes)
    legend = figure.legends[0].get_window_extent(renderer)
    assert legend.x1 <= figure.bbox.x1 and legend.y0 >= max(axes.bbox.y1 for axes in figure.axes)


@pytest.mark.parametrize("suffix", ["svg", "png"])
def test_the_same_answers_give_the_same_bytes(suffix, tmp_path):
    paths = [draw([NASAL], tmp_path / f"{name}.{suffix}") for name in ("one", "two")]
    assert paths[0].read_bytes() == paths[1].read_bytes()


def test_every_checked_number_stands_on_the_diagonal_of_its_panel_or_off_it_by_its_miss():
    rows = checked_rows()
    rates = [one for one in rows if one.seen.kind in ("rate", "ready")]
    marks = [line for line in check_figure(rows).axes[0].lines if line.get_marker() in "os"]
    assert len(marks) == len(rates)
    off = [line.get_ydata()[0] - line.get_xdata()[0] for line in marks]
    points = [one.predicted - one.seen.row.value.low if one.seen.row.value.low == one.seen.row.value.high
              else one.predicted - published_at(one.seen) for one in rates]  # fmt: skip
    assert np.allclose(off, points)
