"""Names of points inside a panel, placed where they cover least and nothing twice."""

from collections.abc import Sequence
from itertools import product
from math import cos, pi, sin

LABEL_POINTS, DIRECTIONS = (24, 40, 60, 85, 115), 16  # distances and number of directions tried for a label


def name_points(axes, names: Sequence[tuple[str, tuple[float, float]]], marks: Sequence[tuple[float, float]], renderer):
    """Write each name with a line to its point.

    Args:
        names: words, and the point that they name, in data units.
        marks: all points of the panel, which a name had better not cover.
        renderer: of a figure that was drawn once, so that its panels have their places.
    """
    points, frame = axes.transData.transform(marks), axes.get_window_extent(renderer)
    taken: list = []
    for words, at in names:
        label = axes.annotate(
            words, at, (0.0, 0.0), textcoords="offset points", ha="center", va="center", fontsize=7.8, zorder=6,
            arrowprops={"arrowstyle": "-", "color": "#333333", "linewidth": 0.7, "shrinkA": 1.0, "shrinkB": 3.0},
            bbox={"boxstyle": "square,pad=0.15", "facecolor": "white", "edgecolor": "none", "alpha": 0.85},
        )  # fmt: skip
        costs = []
        for far, turn in product(LABEL_POINTS, range(DIRECTIONS)):
            angle = 2.0 * pi * turn / DIRECTIONS
            label.set_position((far * cos(angle), far * sin(angle)))
            box = _box(label, renderer)
            outside = box.x0 < frame.x0 or box.x1 > frame.x1 or box.y0 < frame.y0 or box.y1 > frame.y1
            covered = sum(box.contains(*point) for point in points)
            costs.append((outside or any(box.overlaps(other) for other in taken), covered, far, turn, box))
        _, _, far, turn, box = min(costs, key=lambda cost: cost[:4])
        angle = 2.0 * pi * turn / DIRECTIONS
        label.set_position((far * cos(angle), far * sin(angle)))
        taken.append(box)


def _box(label, renderer):
    """The box of the words alone, without their line."""
    from matplotlib.text import Text

    label.update_positions(renderer)
    return Text.get_window_extent(label, renderer).padded(6.0)
