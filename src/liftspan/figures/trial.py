"""One trial over time: the published points of each arm, beside what the model expects of it in a new trial."""

from collections.abc import Sequence
from statistics import NormalDist
from textwrap import fill, shorten

from liftspan.errors import InvalidInput
from liftspan.evidence.browse import arm_treatment, arms_of
from liftspan.evidence.course import SHORTEST_H, Band
from liftspan.evidence.forest import LEVEL
from liftspan.evidence.points import MADRS_CHANGE, REMISSION, RESPONSE, PublishedPoint
from liftspan.evidence.records import Evidence, Trial
from liftspan.figures.day_axis import beside, hours_at, place, side_by_side, ticks_h
from liftspan.figures.drawing import STYLE, drawing

WIDTH_IN, PANEL_IN, GAP_IN, FOOT_IN = 9.5, 2.9, 0.2, 1.2
TITLE_IN, LEGEND_ROW_IN, LEGEND_COLUMNS = 0.72, 0.21, 2
LEFT, WIDTH = 0.085, 0.89
# Okabe & Ito, Color Universal Design (2008); controls are grey or black.
ACTIVE_COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")
CONTROL_COLOURS = ("#555555", "#000000")
MARKERS = ("o", "s", "^", "D", "v", "P", "<", ">")
KINDS = {MADRS_CHANGE: "Change in MADRS, points", RESPONSE: "Response", REMISSION: "Remission"}


def trial_figure(evidence: Evidence, trial: Trial, points: Sequence[PublishedPoint], bands: Sequence[Band]):
    """A panel for each kind that has points: change of MADRS, response, remission.

    Raises InvalidInput where the trial published none of them.
    """
    if not points:
        raise InvalidInput(
            [f"{trial.trial_id}: no change of MADRS, response or remission at a time is published; leave --plot out"]
        )
    kinds = [kind for kind in KINDS if any(point.kind == kind for point in points)]
    looks = _looks(evidence, trial, {point.arm_id for point in points})
    end_h = max(SHORTEST_H, *(point.hours for point in points))
    head_in = TITLE_IN + LEGEND_ROW_IN * -(-(len(looks) + 2) // LEGEND_COLUMNS)
    height_in = head_in + len(kinds) * PANEL_IN + (len(kinds) - 1) * GAP_IN + FOOT_IN
    with drawing(STYLE) as Figure:
        figure = Figure(figsize=(WIDTH_IN, height_in), facecolor="white")
        for rank, kind in enumerate(kinds):
            top_in = head_in + rank * (PANEL_IN + GAP_IN)
            axes = figure.add_axes((LEFT, 1 - (top_in + PANEL_IN) / height_in, WIDTH, PANEL_IN / height_in), label=kind)
            _draw_bands(axes, [band for band in bands if band.kind == kind and band.hours], looks)
            _draw_points(axes, [point for point in points if point.kind == kind], looks, end_h)
            _finish(axes, kind, end_h, last=rank == len(kinds) - 1)
        _write(figure, trial, looks, bands, height_in)
    return figure


def _looks(evidence: Evidence, trial: Trial, drawn: set[str]) -> dict[str, tuple[str, str, str]]:
    """Colour, marker and name by arm, in the order of the table."""
    looks, active, control = {}, 0, 0
    for arm in arms_of(evidence, trial.trial_id):
        if arm.arm_id not in drawn:
            continue
        if arm.control in ("", "none"):
            colour, active = ACTIVE_COLOURS[active % len(ACTIVE_COLOURS)], active + 1
        else:
            colour, control = CONTROL_COLOURS[control % len(CONTROL_COLOURS)], control + 1
        size = "" if arm.n is None else f", n {arm.n:.0f}"
        looks[arm.arm_id] = (colour, MARKERS[len(looks) % len(MARKERS)], f"{arm.arm_id}: {arm_treatment(arm)}{size}")
    return looks


def _draw_bands(axes, bands: Sequence[Band], looks) -> None:
    for band in bands:
        colour = looks[band.arm_id][0]
        start = (0.0, *band.hours)
        low, high, mean = ((0.0, *values) for values in (band.low, band.high, band.mean))
        axes.fill_between(
            start, low, high, color=colour, alpha=0.11, linewidth=0, zorder=1, label=f"{band.arm_id} band"
        )
        for edge in (low, high):
            # Edges keep bands apart where several lie over each other.
            axes.plot(start, edge, color=colour, alpha=0.55, linewidth=0.7, linestyle=":", zorder=1.5)
        axes.plot(start, mean, color=colour, linewidth=1.4, linestyle=(0, (4, 1.6)), zorder=2)


def _draw_points(axes, points: Sequence[PublishedPoint], looks, end_h: float) -> None:
    order = list(looks)
    shown = sorted(points, key=lambda point: (point.hours, order.index(point.arm_id)))
    half_width_ses = NormalDist().inv_cdf(0.5 + LEVEL / 2)
    times_h = side_by_side([point.hours for point in shown], end_h)
    for point, time_h in zip(shown, times_h, strict=True):
        colour, marker, _ = looks[point.arm_id]
        half = None if point.se is None else half_width_ses * point.se
        bars = None
        if half is not None:
            share = point.kind != MADRS_CHANGE
            bars = [[min(half, point.value) if share else half], [min(half, 1.0 - point.value) if share else half]]
        axes.errorbar(
            time_h, point.value, yerr=bars, fmt=marker, color=colour, markersize=6.0, elinewidth=1.3, capsize=2.0,
            markeredgecolor="white", markeredgewidth=0.5, zorder=5, label=f"{point.arm_id} {point.row_id}",
        )  # fmt: skip


def _finish(axes, kind: str, end_h: float, last: bool) -> None:
    import numpy as np

    axes.set_xscale("function", functions=(np.vectorize(place, otypes=[float]), np.vectorize(hours_at, [float])))
    axes.set_xlim(0.0, beside(end_h, 0.035, end_h))
    ticks = ticks_h(end_h)
    axes.set_xticks([hours for hours, _ in ticks], [text for _, text in ticks])
    axes.minorticks_off()
    axes.set_ylabel(KINDS[kind])
    axes.yaxis.set_label_coords(-0.07, 0.5)  # one column of labels, however wide the numbers
    if kind == MADRS_CHANGE:
        axes.axhline(0.0, color="#444444", linewidth=0.9, zorder=1)
    else:
        axes.set_ylim(-0.03, 1.0)
        axes.set_yticks([0, 0.25, 0.5, 0.75, 1.0], ["0 %", "25 %", "50 %", "75 %", "100 %"])
    if last:
        axes.set_xlabel("Time since the first session (first day stretched)")
    else:
        axes.tick_params(labelbottom=False)


def _write(figure, trial: Trial, looks, bands: Sequence[Band], height_in: float) -> None:
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    title = shorten(trial.citation or trial.trial_id, 80, placeholder=" ..")
    figure.text(0.02, 1 - 0.12 / height_in, title, fontsize=13.5, fontweight="bold", va="top")
    known = (trial.design.replace("_", " "), trial.population, trial.registry_id)
    figure.text(
        0.02, 1 - 0.4 / height_in, ", ".join(part for part in known if part), fontsize=9.5, color="#444444", va="top"
    )
    handles = [
        Line2D(
            [],
            [],
            color=colour,
            marker=marker,
            linestyle="",
            markersize=6.0,
            label=shorten(name, 62, placeholder=" .."),
        )
        for colour, marker, name in looks.values()
    ]
    if any(band.hours for band in bands):
        handles.append(Line2D([], [], color="#777777", linewidth=1.4, linestyle=(0, (4, 1.6)), label="model: mean"))
        handles.append(Patch(facecolor="#777777", alpha=0.25, label="model: 90 % of new trials of this size"))
    figure.legend(
        handles=handles, loc="upper left", bbox_to_anchor=(0.02, 1 - 0.62 / height_in), ncols=LEGEND_COLUMNS,
        fontsize=8.5, frameon=False, labelspacing=0.25, borderaxespad=0.0, borderpad=0.0, columnspacing=1.5,
    )  # fmt: skip
    without = dict.fromkeys(f"{band.arm_id}: {band.note}" for band in bands if not band.hours)
    percent = f"{100 * LEVEL:g} %"
    caption = (
        f"Points: published, with {percent} confidence intervals (no bar: no error is printed); arms of one time stand "
        f"side by side. Bands: {percent} equal-tailed predictive intervals of the shipped model for an arm of this "
        "design and size in a new trial; published results are not read. Subgroups, second periods and arms that begin "
        "after another treatment are not drawn. Benefit is one side; liftspan how-fast prints the risks. Racemic "
        "ketamine is off label for depression."
    )
    caption += "".join(f" No band for {reason}." for reason in without)
    figure.text(0.02, 0.1 / height_in, fill(caption, 160), fontsize=7.5, color="#444444", va="bottom")
