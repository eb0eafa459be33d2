"""Predicted against published kinetics: one point a number, two-fold lines, studies named."""

from math import exp

from liftspan.evidence.kinetics.check import Compared
from liftspan.evidence.kinetics.tune import is_level
from liftspan.figures.drawing import STYLE, drawing
from liftspan.figures.timeline import TRIAL_COLOURS, TRIAL_MARKERS

KINDS = ("ketamine", "norketamine", "hydroxynorketamine")


def fold_figure(compared: list[Compared]):
    """Three panels (ketamine, norketamine, hydroxynorketamine), levels and areas, logarithmic, 2-fold lines dashed."""
    usable = [one for one in compared if is_level(one.row["metric"]) and one.row["metric"] != "F"]
    studies = sorted({one.row["study_id"] for one in usable})
    looks = {
        study: (TRIAL_COLOURS[i % len(TRIAL_COLOURS)], TRIAL_MARKERS[i % len(TRIAL_MARKERS)])
        for i, study in enumerate(studies)
    }
    with drawing({"font.family": STYLE["font.family"], "font.size": 9.0}) as Figure:
        from matplotlib.lines import Line2D

        figure = Figure(figsize=(11.0, 5.2), layout="constrained")
        for panel, kind in zip(figure.subplots(1, 3), KINDS, strict=True):
            _panel(panel, kind, [one for one in usable if one.group[1] == kind], looks)
        handles = [
            Line2D([], [], color=colour, marker=marker, linestyle="", label=study)
            for study, (colour, marker) in looks.items()
        ]
        figure.legend(handles=handles, loc="outside lower center", ncols=6, fontsize=8.0, frameon=False)
        figure.suptitle(
            "Predicted against published: levels (ng/mL) and areas (ng h/mL), each study left out; open: children",
            fontsize=11,
        )
    return figure


def _panel(panel, kind: str, points: list[Compared], looks) -> None:
    published = [float(one.row["value"]) for one in points]
    low, high = 0.5 * min(published), 2.0 * max(published)
    for factor, style in ((1.0, "-"), (2.0, "--"), (0.5, "--")):
        panel.plot([low, high], [factor * low, factor * high], color="#666666", linewidth=0.8, linestyle=style)
    for one, value in zip(points, published, strict=True):
        colour, marker = looks[one.row["study_id"]]
        filled = colour if one.prediction.scenario.adult else "none"
        predicted = value * exp(one.log_fold)
        panel.plot(value, predicted, marker=marker, color=colour, markerfacecolor=filled, markersize=4.5, linestyle="")
    panel.set(
        xscale="log", yscale="log", xlabel="published", title=kind, xlim=(low, high), ylim=(0.4 * low, 2.5 * high)
    )
    panel.set_ylabel("predicted")
    panel.grid(color="#E6E6E6", linewidth=0.6)
