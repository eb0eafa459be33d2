"""Published numbers of sessions against predictions without their study: a panel for each measure."""

from collections.abc import Sequence
from pathlib import Path
from textwrap import fill

import numpy as np

from liftspan.figures.drawing import STYLE, drawing
from liftspan.figures.files import save_figure
from liftspan.figures.names import name_points
from liftspan.figures.session import STUDIES
from liftspan.session.beside import Beside
from liftspan.session.check import Checked, route_of

WIDTH_IN, HEIGHT_IN, FOOT_CHARACTERS = 12.0, 5.4, 185
# Okabe & Ito, Color Universal Design (2008), as in the check of mood.
COLOURS = {"nasal": "#D55E00", "IV": "#0072B2", "SC": "#E69F00", "mixed": "#6B6B6B"}
PANELS = (
    ("Rates, %", ("rate", "ready")),
    ("Peak rise, mmHg or per minute", ("peak",)),
    ("CADSS, points", ("cadss_mean", "cadss_over")),
)
TICKS_PERCENT = (0, 1, 5, 10, 20, 30, 40, 60, 80, 100)
NAMED = 3  # worst misses of a panel


def draw(rows: Sequence[Checked], path: Path) -> Path:
    """Write the figure; the suffix chooses PNG, SVG or PDF. The same rows give the same bytes."""
    return save_figure(check_figure(rows), path)


def check_figure(rows: Sequence[Checked]):
    """A matplotlib Figure: published along the axis, predicted upwards."""
    with drawing({**STYLE, "font.size": 9.0}) as Figure:
        from matplotlib.backends.backend_agg import FigureCanvasAgg

        figure = Figure(figsize=(WIDTH_IN, HEIGHT_IN), facecolor="white")
        grid = figure.subplots(1, 3, gridspec_kw={
            "left": 0.054, "right": 0.985, "top": 0.83, "bottom": 0.19, "wspace": 0.17, "width_ratios": (1.35, 1, 1),
        })  # fmt: skip
        shown = [[one for one in rows if one.seen.kind in kinds] for _, kinds in PANELS]
        for axes, (title, _), mine in zip(grid, PANELS, shown, strict=True):
            _panel(axes, title, mine)
        grid[0].set_ylabel("predicted")
        _head(figure, rows)
        renderer = FigureCanvasAgg(figure).get_renderer()
        figure.draw(renderer)  # names can be placed once the panels have their places
        for axes, mine in zip(grid, shown, strict=True):
            worst = sorted((one for one in mine if one.miss), key=lambda one: -abs(one.miss))[:NAMED]
            marks = [(published_at(one.seen), one.predicted) for one in mine]
            name_points(
                axes, [(_short(one), (published_at(one.seen), one.predicted)) for one in worst], marks, renderer
            )
    return figure


def published_at(one: Beside) -> float:
    """Where a published number stands: the point of a range that is nearest to what the fit says."""
    return one.predicted - one.miss


def _panel(axes, title: str, rows: Sequence[Checked]) -> None:
    top = 1.06 * max(max(published_at(one.seen), one.predicted) for one in rows)
    top = max(top, 1.02 * float(np.quantile([one.high for one in rows], 0.8)))
    axes.plot([0.0, top], [0.0, top], color="#444444", linewidth=0.9, zorder=1)
    for one in rows:
        at, colour = published_at(one.seen), COLOURS[route_of(one)]
        fitted = one.seen.row.use == "fit"
        axes.plot([at, at], [one.low, min(one.high, top)], color=colour, alpha=0.35, linewidth=1.0, zorder=2)
        axes.plot(
            at, one.predicted, "o" if fitted else "s", color=colour, markersize=5.0, zorder=4,
            markeredgecolor="white", markeredgewidth=0.4,
        )  # fmt: skip
        axes.plot(at, one.seen.predicted, "_", color=colour, markersize=7.0, markeredgewidth=1.4, zorder=3)
    axes.set(title=title, xlim=(0.0, top), ylim=(0.0, top), xlabel="published")
    if rows[0].seen.kind == "rate":  # most rates are small
        for scale in (axes.set_xscale, axes.set_yscale):
            scale("function", functions=(np.sqrt, np.square))
        axes.set(xlim=(0.0, top), ylim=(0.0, top), xticks=TICKS_PERCENT, yticks=TICKS_PERCENT)


def _short(one: Checked) -> str:
    kind, _, name = one.seen.row.quantity.replace("_", " ").partition(":")
    name = f"{kind} {name} min" if name.isdecimal() else name or kind
    return (
        f"{name}{', 65 y +' if one.seen.row.older else ''}, {STUDIES.get(one.seen.row.study_id, one.seen.row.study_id)}"
    )


def _head(figure, rows: Sequence[Checked]) -> None:
    from matplotlib.lines import Line2D

    figure.text(0.012, 0.97, "Sessions: published numbers against predictions without their study", fontsize=13.5,
                fontweight="bold", va="top")  # fmt: skip
    routes = [route for route in COLOURS if any(route_of(one) == route for one in rows)]
    grey = {"color": "#777777", "linestyle": ""}
    handles = [Line2D([], [], color=COLOURS[route], linewidth=3.0, label=route) for route in routes]
    handles += [
        Line2D([], [], marker="o", markersize=5.0, label="study left out, number of the fit", **grey),
        Line2D([], [], marker="s", markersize=5.0, label="study left out, other number", **grey),
        Line2D([], [], color="#777777", alpha=0.6, linewidth=1.0, label="90 % of new studies"),
        Line2D([], [], marker="_", markersize=8.0, markeredgewidth=1.4, label="in the fit", **grey),
    ]
    figure.legend(handles=handles, loc="upper left", bbox_to_anchor=(0.006, 0.935), ncols=len(handles), frameon=False,
                  fontsize=8.5, columnspacing=1.3)  # fmt: skip
    said = (
        "A printed range or bound stands at its point nearest to the fit. Other numbers repeat people of fitted "
        "studies, or say too little of dose or definition to be fitted. Named: the largest misses. Bars may end at the "
        "top of a panel. All numbers are of supervised sessions of selected people."
    )
    figure.text(0.012, 0.015, fill(said, FOOT_CHARACTERS), fontsize=8.0, color="#444444", va="bottom")
