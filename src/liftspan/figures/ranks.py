"""Ranks of true scores in their forecasts: how far their distribution is from the uniform one."""

from collections.abc import Mapping, Sequence

import numpy as np

from liftspan.figures.drawing import STYLE, drawing
from liftspan.forecast.calibration_said import band_of

# Okabe & Ito, Color Universal Design (2008).
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7")
WIDTH_IN, HEIGHT_IN = 11.0, 3.4


def ranks_figure(rows: Sequence[Mapping]):
    """A panel for each number of scores seen, a curve for each number of days ahead, and the 95 % band.

    Args:
        rows: of the stored study: `seen`, `ahead_d` and `rank`, shares of the forecast below the true score.
    """
    counts = sorted({row["seen"] for row in rows})
    with drawing(STYLE) as Figure:
        from matplotlib.backends.backend_agg import FigureCanvasAgg

        figure = Figure(figsize=(WIDTH_IN, HEIGHT_IN), layout="constrained")
        FigureCanvasAgg(figure)
        panels = figure.subplots(1, len(counts), sharey=True, squeeze=False)[0]
        for axes, seen in zip(panels, counts, strict=True):
            _panel(axes, [row for row in rows if row["seen"] == seen])
            axes.set_title(f"{seen} score{'s' if seen > 1 else ''} seen", fontsize=10)
        panels[0].set_ylabel("share of ranks below, minus uniform")
        figure.supxlabel("rank of the true score in its forecast", fontsize=10)
    return figure


def _panel(axes, rows: Sequence[Mapping]) -> None:
    edge = band_of(len(rows[0]["rank"]))
    axes.axhspan(-edge, edge, color="#BBBBBB", alpha=0.35, linewidth=0.0)
    axes.axhline(0.0, color="#666666", linewidth=0.8)
    for row, colour in zip(rows, COLOURS, strict=False):
        ranks = np.sort(row["rank"])
        axes.plot(ranks, (np.arange(len(ranks)) + 0.5) / len(ranks) - ranks, color=colour, linewidth=1.2,
                  label=f"{row['ahead_d']:g} day{'s' if row['ahead_d'] > 1 else ''} ahead")  # fmt: skip
    axes.set_xlim(0.0, 1.0)
    axes.set_ylim(-2.2 * edge, 2.2 * edge)
    axes.legend(fontsize=7, frameon=False, loc="lower left")
