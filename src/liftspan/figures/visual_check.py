"""Visual predictive checks: a small panel over time for each trial, published points over bars of predictions."""

from collections.abc import Sequence
from statistics import NormalDist
from textwrap import shorten

from liftspan.evidence.forest import LEVEL
from liftspan.evidence.visual import CONTRAST, Panel, Seen
from liftspan.figures.day_axis import beside, hours_at, place, ticks_h
from liftspan.figures.drawing import STYLE, drawing
from liftspan.figures.trial import ACTIVE_COLOURS, CONTROL_COLOURS

COLUMNS, ROWS = 3, 4
WIDTH_IN, PANEL_IN, FOOT_IN = 10.5, 2.45, 0.3
NEAREST_TICKS = 0.15  # share of a panel's width
BETWEEN_ARMS = 0.03  # share of a panel's width between arms of one time
SHORTEST_H = 24.0
TITLE_CHARACTERS = 38
# (first and last of the quantiles, opacity) of the 90, 80 and 50 % intervals, widest first
BANDS = ((0, -1, 0.2), (1, -2, 0.28), (2, -3, 0.42))
UNITS = {"change": "MADRS change", "response": "response", "remission": "remission", CONTRAST: "difference, points"}


def visual_figures(panels: Sequence[Panel]) -> list[tuple]:
    """Pages of up to twelve panels of one kind: (kind, its panels, matplotlib Figure) for each."""
    kinds = list(dict.fromkeys(panel.kind for panel in panels))
    size = COLUMNS * ROWS
    pages = []
    for kind in kinds:
        mine = [panel for panel in panels if panel.kind == kind]
        for first in range(0, len(mine), size):
            shown = mine[first : first + size]
            pages.append((kind, shown, _page(shown)))
    return pages


def _page(panels: Sequence[Panel]):
    rows = -(-len(panels) // COLUMNS)
    with drawing({**STYLE, "font.size": 8.0, "axes.labelsize": 8.0, "xtick.labelsize": 7.5}) as Figure:
        figure = Figure(figsize=(WIDTH_IN, rows * PANEL_IN + FOOT_IN), facecolor="white", layout="constrained")
        grid = figure.subplots(rows, COLUMNS, squeeze=False).ravel()
        for at, axes in enumerate(grid):
            if at < len(panels):
                _draw(axes, panels[at], labelled=at % COLUMNS == 0)
            else:
                axes.set_axis_off()
        figure.supxlabel("Time since the first session (first hours stretched)", fontsize=8.0)
    return figure


def _draw(axes, panel: Panel, labelled: bool) -> None:
    end_h = max(SHORTEST_H, *(point.hours for point in panel.points))
    looks = _looks(panel)
    for rank, (label, colour) in enumerate(looks.items()):
        shift = BETWEEN_ARMS * (rank - (len(looks) - 1) / 2)
        for point in (one for one in panel.points if one.label == label):
            _draw_point(axes, point, beside(point.hours, shift, end_h), colour, panel.kind)
    _finish(axes, panel, end_h, looks, labelled)


def _looks(panel: Panel) -> dict[str, str]:
    """Colour of each arm: active ones coloured, controls grey, in the order in which they come."""
    looks, active, control = {}, 0, 0
    for point in sorted(panel.points, key=lambda one: (not one.active, one.label)):
        if point.label in looks:
            continue
        if point.active:
            looks[point.label], active = ACTIVE_COLOURS[active % len(ACTIVE_COLOURS)], active + 1
        else:
            looks[point.label], control = CONTROL_COLOURS[control % len(CONTROL_COLOURS)], control + 1
    return looks


def _draw_point(axes, point: Seen, time_h: float, colour: str, kind: str) -> None:
    for first, last, opacity in BANDS:
        axes.plot(
            [time_h, time_h], [point.quantiles[first], point.quantiles[last]], color=colour, alpha=opacity,
            linewidth=5.0, solid_capstyle="butt", zorder=2, label=f"{point.label} predicted {first}",
        )  # fmt: skip
    axes.errorbar(
        time_h, point.value, yerr=_bars(point, kind), fmt="o", color=colour, ecolor="#111111", markersize=4.2,
        elinewidth=0.9, capsize=1.6, markeredgecolor="white", markeredgewidth=0.6, zorder=5, label=point.label,
    )  # fmt: skip


def _bars(point: Seen, kind: str):
    """Half widths of the 90 % confidence interval; a share stays within 0 and 1."""
    if point.se is None:
        return None
    half = NormalDist().inv_cdf(0.5 + LEVEL / 2) * point.se
    if kind in ("change", CONTRAST):
        return half
    return [[min(half, point.value)], [min(half, 1.0 - point.value)]]


def _finish(axes, panel: Panel, end_h: float, looks: dict[str, str], labelled: bool) -> None:
    import numpy as np
    from matplotlib.lines import Line2D

    axes.set_xscale("function", functions=(np.vectorize(place, otypes=[float]), np.vectorize(hours_at, [float])))
    axes.set_xlim(0.0, beside(end_h, 0.07, end_h))
    ticks = ticks_h(end_h, NEAREST_TICKS)
    axes.set_xticks([hours for hours, _ in ticks], [text for _, text in ticks])
    axes.minorticks_off()
    if panel.kind in ("change", CONTRAST):
        axes.axhline(0.0, color="#444444", linewidth=0.8, zorder=1)
    else:
        axes.set_ylim(-0.03, 1.03)
        axes.set_yticks([0, 0.25, 0.5, 0.75, 1.0], ["0", "25 %", "50 %", "75 %", "100 %"])
    if labelled:
        axes.set_ylabel(UNITS[panel.kind])
    handles = [Line2D([], [], color=colour, marker="s", linestyle="", markersize=4) for colour in looks.values()]
    names = [shorten(name.replace("_", " "), 22, placeholder="..") for name in looks]
    rows = -(-len(names) // 3)
    axes.legend(
        handles, names, loc="lower left", bbox_to_anchor=(-0.02, 0.99), ncols=3, fontsize=6.8, frameon=False,
        handlelength=0.6, handletextpad=0.4, columnspacing=0.9, borderpad=0.1, borderaxespad=0.1, labelspacing=0.15,
    )  # fmt: skip
    title = shorten(panel.title, TITLE_CHARACTERS, placeholder=" ..")
    axes.set_title(title, fontsize=8.6, fontweight="bold", loc="left", pad=6.0 + 9.0 * rows)
