"""Published against held-out predicted: a panel for each kind of number, 90 % bars, the worst trials named."""

from collections.abc import Sequence
from pathlib import Path

from liftspan.evidence.held_out import worst
from liftspan.evidence.scores import Scored
from liftspan.figures.drawing import STYLE, drawing
from liftspan.figures.files import save_figure
from liftspan.figures.names import name_points

KINDS = {
    "change": "MADRS change, points",
    "response": "Response, share",
    "remission": "Remission, share",
    "contrast": "Active minus control, points",
}
# Okabe & Ito, Color Universal Design (2008); what has no ketamine is grey.
COLOURS = {
    "iv": "#0072B2", "nasal": "#D55E00", "oral": "#009E73", "im": "#CC79A7", "sc": "#E69F00", "sublingual": "#56B4E9",
}  # fmt: skip
OTHER_COLOUR, NO_KETAMINE, NO_KETAMINE_COLOUR = "#7A5195", "no ketamine", "#6B6B6B"
NAMED = 3  # worst trials of each panel
WIDTH_IN, HEIGHT_IN = 12.0, 5.3


def draw(rows: Sequence[Scored], path: Path) -> Path:
    """Write the figure; the suffix chooses PNG, SVG or PDF. The same rows give the same bytes."""
    return save_figure(held_out_figure(rows), path)


def held_out_figure(rows: Sequence[Scored]):
    """A matplotlib Figure with a panel for each kind that has rows."""
    kinds = [kind for kind in KINDS if any(row.kind == kind for row in rows)]
    with drawing({**STYLE, "font.size": 9.0}) as Figure:
        from matplotlib.backends.backend_agg import FigureCanvasAgg

        figure = Figure(figsize=(WIDTH_IN * max(len(kinds), 2) / 3, HEIGHT_IN), layout="constrained", facecolor="white")
        drawn = []
        for axes, kind in zip(figure.subplots(1, len(kinds), squeeze=False)[0], kinds, strict=True):
            mine = [row for row in rows if row.kind == kind]
            _panel(axes, kind, mine)
            drawn.append((axes, mine))
        _legend(figure, rows)
        renderer = FigureCanvasAgg(figure).get_renderer()
        figure.draw(renderer)  # places of labels are known only once the panels have theirs
        figure.set_layout_engine("none")
        for axes, mine in drawn:
            _name_worst(axes, mine, renderer)
    return figure


def group(row: Scored) -> str:
    """What a point is coloured by: the route of an active arm."""
    return row.route if row.active else NO_KETAMINE


def colour(row: Scored) -> str:
    """Colour of a point."""
    return COLOURS.get(row.route, OTHER_COLOUR) if row.active else NO_KETAMINE_COLOUR


def _panel(axes, kind: str, rows: Sequence[Scored]) -> None:
    low = min(min(row.value, row.quantiles[0]) for row in rows)
    high = max(max(row.value, row.quantiles[-1]) for row in rows)
    margin = 0.04 * (high - low)
    ends = [low - margin, high + margin]
    axes.plot(ends, ends, color="#444444", linewidth=0.9, zorder=1, label="as published")
    for row in rows:
        low, *_, high = row.quantiles
        axes.plot([row.value] * 2, [low, high], color=colour(row), alpha=0.4, linewidth=0.9, zorder=2)
        axes.plot(
            row.value, row.predicted, "o" if row.active else "s", color=colour(row), markersize=4.6,
            markeredgecolor="white", markeredgewidth=0.4, zorder=3, label=row.row_id,
        )  # fmt: skip
    values = [row.value for row in rows]
    spread = max(max(values) - min(values), 1e-9)
    axes.set_xlim(min(values) - 0.06 * spread, max(values) + 0.06 * spread)
    axes.set_ylim(ends)
    axes.set(title=KINDS[kind], xlabel="published", ylabel="predicted without the trial")


def _legend(figure, rows: Sequence[Scored]) -> None:
    from matplotlib.lines import Line2D

    looks = {group(row): {"color": colour(row), "marker": "o" if row.active else "s"} for row in rows}
    order = sorted(looks, key=lambda name: (name == NO_KETAMINE, name))
    handles = [Line2D([], [], **looks[name], linestyle="", markersize=5) for name in order]
    handles.append(Line2D([], [], color="#777777", alpha=0.6, linewidth=1.0))
    figure.legend(
        handles, [*order, "90 % predictive interval"], loc="outside lower center", ncols=len(order) + 1, frameon=False,
        fontsize=8.5,
    )  # fmt: skip


def _name_worst(axes, rows: Sequence[Scored], renderer) -> None:
    """Names of the worst trials at their furthest numbers."""
    furthest = [(trial, max(its, key=lambda row: abs(row.value - row.predicted))) for trial, its in worst(rows, NAMED)]
    name_points(
        axes,
        [(trial, (row.value, row.predicted)) for trial, row in furthest],
        [(row.value, row.predicted) for row in rows],
        renderer,
    )
