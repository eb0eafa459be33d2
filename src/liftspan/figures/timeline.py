"""The main picture: change of MADRS and shares with response and remission, beside what was published."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from statistics import NormalDist
from textwrap import fill, shorten

from liftspan.evidence.points import MADRS_CHANGE, REMISSION, RESPONSE, PublishedPoint
from liftspan.figures.day_axis import beside, hours_at, place, side_by_side, ticks_h
from liftspan.figures.drawing import STYLE, drawing

# Okabe & Ito, Color Universal Design (2008): distinct with any common form of colour vision.
TREATMENT_COLOURS = ("#0072B2", "#D55E00", "#009E73")
TRIAL_COLOURS = ("#000000", "#CC79A7", "#009E73", "#E69F00", "#7F7F7F")
# Five colours and seven shapes have no common divisor: 35 trials before a pair repeats.
TRIAL_MARKERS = ("o", "s", "^", "D", "v", "<", ">")

WIDTH_IN, PANELS_IN, LEGEND_ROW_IN = 9.5, 7.2, 0.165
HEAD_IN, FOOT_IN = 0.72, 0.5  # title and subtitle; caption of CAPTION_ROWS
CAPTION_ROWS, CAPTION_ROW_IN, CAPTION_CHARACTERS = 3, 0.125, 168
KEY_ROW_IN = 0.21  # one row of the legend of curves
TITLE_CHARACTERS = 76  # that fit the width at full size; longer titles are set smaller, then cut
LEGEND_COLUMNS, LEGEND_CHARACTERS, LABEL_CHARACTERS = 3, 44, 56


@dataclass(frozen=True)
class Curve:
    """One quantity of one treatment over time, with its intervals. Curves of one label are one treatment."""

    label: str  # the treatment, as the legend names it
    hours: Sequence[float]  # since the first session, increasing
    mean: Sequence[float]  # MADRS points, or a share 0..1
    group_low: Sequence[float]  # interval of the mean of a new group in a new trial
    group_high: Sequence[float]
    person_low: Sequence[float] | None = None  # interval of one new person; a share has none
    person_high: Sequence[float] | None = None
    kind: str = MADRS_CHANGE  # madrs_change, response or remission


def timeline_figure(
    curves: Sequence[Curve],
    sessions_h: Mapping[str, Sequence[float]],
    points: Mapping[str, Sequence[PublishedPoint]],
    title: str,
    subtitle: str,
    *,
    level: float = 0.9,
    notes: Sequence[str] = (),
):
    """Two panels over one axis of days: change of MADRS above, shares with response and remission below.

    Args:
        curves: of one treatment, or of several to compare; the first label is drawn in front.
        sessions_h: start of each session by label, marked along the bottom.
        points: published values by label; drawn with bars of the same level as the bands.
        title, subtitle: what was asked, and of whom.
        level: of every interval in the picture.
        notes: sentences that end the caption: what the curves stand for beside the points.

    Returns: a matplotlib Figure, without any global state of pyplot.
    """
    labels = list(dict.fromkeys(curve.label for curve in curves))
    end_h = max(float(curve.hours[-1]) for curve in curves)
    drawn, beyond = _points_to_draw(points, labels, end_h)
    trials = _looks_of_trials(point for point, _ in drawn)
    head_in = HEAD_IN + KEY_ROW_IN * (1 if len(labels) == 1 else len(labels))
    trial_rows = ceil(len(trials) / LEGEND_COLUMNS)
    caption = _caption(level, bool(trials), beyond, len(labels), notes)
    foot_in = FOOT_IN + CAPTION_ROW_IN * max(0, len(caption.splitlines()) - CAPTION_ROWS)
    height_in = head_in + PANELS_IN + LEGEND_ROW_IN * trial_rows + foot_in
    with drawing(STYLE) as Figure:
        figure = Figure(figsize=(WIDTH_IN, height_in), facecolor="white")
        upper, lower = _panels(figure, head_in, height_in)
        for z, curve in enumerate(sorted(curves, key=lambda curve: -labels.index(curve.label))):
            _draw_curve(upper if curve.kind == MADRS_CHANGE else lower, curve, labels, z)
        half_width_ses = NormalDist().inv_cdf(0.5 + level / 2)
        for axes, kinds in ((upper, (MADRS_CHANGE,)), (lower, (RESPONSE, REMISSION))):
            _draw_points(axes, [pair for pair in drawn if pair[0].kind in kinds], trials, end_h, half_width_ses)
        _draw_sessions(lower, [(sessions_h.get(label, ()), _colour(labels, label)) for label in labels], end_h)
        _finish_axes(upper, lower, end_h, len(labels))
        _legend_of_curves(upper, lower, curves, labels)
        _write_head(figure, title, subtitle, height_in)
        _legend_of_trials(figure, trials, head_in, height_in)
        figure.text(0.02, 0.012, caption, fontsize=7.5, color="#444444", va="bottom")
    return figure


def _points_to_draw(points: Mapping, labels: Sequence[str], end_h: float) -> tuple[list, int]:
    """Points within the axis, each with whether it is hollow, and the number of those beyond it.

    Hollow are remission where one treatment is shown, and the later treatments where several are compared;
    a comparison leaves published remission out, because four sets of points cannot be told apart.
    """
    several = len(labels) > 1
    wanted = [
        (point, rank > 0 or point.kind == REMISSION)
        for rank, label in enumerate(labels)
        for point in points.get(label, ())
        if not (several and point.kind == REMISSION)
    ]
    drawn = [pair for pair in wanted if pair[0].hours <= end_h]
    # Points of one time stand in the order of their trials, so that what belongs together is together.
    drawn.sort(key=lambda pair: (pair[0].citation.lower(), pair[0].arm_id, pair[1]))
    return drawn, len(wanted) - len(drawn)


def _panels(figure, head_in: float, height_in: float):
    """Upper and lower axes, placed in inches: the legend below grows without squeezing them."""
    left, width = 0.085, 0.89
    top = 1.0 - head_in / height_in
    usable = (PANELS_IN - 0.78) / height_in
    upper_height, gap = usable * 0.6, 0.16 / height_in
    lower_height = usable - upper_height - gap
    upper = figure.add_axes((left, top - upper_height, width, upper_height), label="madrs change")
    lower = figure.add_axes((left, top - usable, width, lower_height), label="shares", sharex=upper)
    return upper, lower


def _colour(labels: Sequence[str], label: str) -> str:
    return TREATMENT_COLOURS[labels.index(label) % len(TREATMENT_COLOURS)]


def _draw_curve(axes, curve: Curve, labels: Sequence[str], z: int) -> None:
    """Light band for one person, darker band for a group, the mean on top; remission is dashed."""
    colour, later = _colour(labels, curve.label), labels.index(curve.label) > 0
    name = f"{curve.label}: {curve.kind}"
    if curve.person_low is not None and curve.person_high is not None:
        axes.fill_between(
            curve.hours, curve.person_low, curve.person_high,
            color=colour, alpha=0.06 if later else 0.12, linewidth=0, zorder=1 + 0.1 * z, label=f"{name} person",
        )  # fmt: skip
        for edge in (curve.person_low, curve.person_high):
            # An outline keeps the two persons' bands apart where they lie over each other.
            axes.plot(curve.hours, edge, color=colour, alpha=0.45, linewidth=0.7, linestyle=":", zorder=1.5)
    if curve.kind != REMISSION or len(labels) == 1:  # four bands over each other say nothing
        axes.fill_between(
            curve.hours, curve.group_low, curve.group_high,
            color=colour, alpha=0.30 if curve.kind == MADRS_CHANGE else 0.18, linewidth=0, zorder=2 + 0.1 * z,
            label=f"{name} group",
        )  # fmt: skip
    style = (0, (4, 1.6)) if curve.kind == REMISSION else "-"
    axes.plot(curve.hours, curve.mean, color=colour, linewidth=2.2, linestyle=style, zorder=3 + 0.1 * z, label=name)


def _looks_of_trials(points: Iterable[PublishedPoint]) -> dict[str, tuple[str, str, str]]:
    """Citation, colour and marker by trial, in alphabetical order of citation."""
    citations = {point.trial_id: point.citation for point in points}
    order = sorted(citations, key=lambda trial_id: (citations[trial_id].lower(), trial_id))
    return {
        trial_id: (citations[trial_id], TRIAL_COLOURS[rank % 5], TRIAL_MARKERS[rank % 7])
        for rank, trial_id in enumerate(order)
    }


def _draw_points(axes, pairs, trials, end_h: float, half_width_ses: float) -> None:
    """Published values with their bars; those of about one time stand side by side."""
    times_h = side_by_side([point.hours for point, _ in pairs], end_h)
    for (point, hollow), time_h in zip(pairs, times_h, strict=True):
        _, colour, marker = trials[point.trial_id]
        axes.errorbar(
            time_h, point.value, yerr=None if point.se is None else _bars(point, half_width_ses),
            fmt=marker, color=colour, markersize=4.2 if hollow else 5.5, elinewidth=0.9, capsize=0,
            markerfacecolor="white" if hollow else colour, markeredgecolor=colour if hollow else "white",
            markeredgewidth=0.9 if hollow else 0.5, zorder=6, label=f"{point.trial_id}/{point.arm_id} {point.kind}",
        )  # fmt: skip


def _bars(point: PublishedPoint, half_width_ses: float) -> list[list[float]]:
    """Lengths of the bar below and above; a share stays between 0 and 1."""
    half = half_width_ses * point.se
    if point.kind == MADRS_CHANGE:
        return [[half], [half]]
    return [[min(half, point.value)], [min(half, 1.0 - point.value)]]


def _draw_sessions(axes, rows, end_h: float) -> None:
    """A triangle for each session along the bottom of the lower panel, one row for each treatment."""
    for rank, (hours, colour) in enumerate(rows):
        seen = [hour for hour in hours if hour <= end_h]
        axes.plot(
            seen, [-0.055 - 0.07 * rank] * len(seen), "^", color=colour, markersize=5.5, markeredgewidth=0,
            zorder=7, clip_on=False, label="sessions",
        )  # fmt: skip


def _finish_axes(upper, lower, end_h: float, rows_of_sessions: int) -> None:
    import numpy as np

    for axes in (upper, lower):
        axes.set_xscale("function", functions=(np.vectorize(place, otypes=[float]), np.vectorize(hours_at, [float])))
        axes.set_xlim(0.0, beside(end_h, 0.02, end_h))
        ticks = ticks_h(end_h)
        axes.set_xticks([hours for hours, _ in ticks], [text for _, text in ticks])
        axes.minorticks_off()
    upper.tick_params(labelbottom=False)
    upper.axhline(0.0, color="#444444", linewidth=0.9, zorder=1)
    upper.set_ylabel("Change in MADRS, points (down is better)")
    lower.set_ylabel("Share of people")
    lower.set_ylim(-0.03 - 0.07 * rows_of_sessions, 1.0)
    lower.set_yticks([0, 0.25, 0.5, 0.75, 1.0], ["0 %", "25 %", "50 %", "75 %", "100 %"])
    lower.set_xlabel("Time since the first session (first day stretched); ▲ session")


def _legend_of_curves(upper, lower, curves: Sequence[Curve], labels: Sequence[str]) -> None:
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    small = {"frameon": False, "fontsize": 9.0, "handlelength": 2.2, "labelspacing": 0.3, "borderaxespad": 0.2}
    above = [
        Line2D([], [], color=_colour(labels, label), linewidth=2.2, label=_short(label, LABEL_CHARACTERS))
        for label in labels
    ]
    first = TREATMENT_COLOURS[0]
    above.append(Patch(facecolor=first, alpha=0.42, label="mean of a new group in a new trial"))
    if any(curve.person_low is not None for curve in curves):
        above.append(Patch(facecolor=first, alpha=0.14, label="one new person"))
    columns = 3 if len(labels) == 1 else 2
    upper.legend(handles=above, loc="lower left", bbox_to_anchor=(0.0, 1.0), ncols=columns, **small)
    looks = {
        RESPONSE: {"marker": "o", "markersize": 5.5, "label": "response (score at most half of baseline)"},
        REMISSION: {"linestyle": (0, (4, 1.6)), "label": "remission"},
    }
    if len(labels) == 1:  # a comparison has no points of remission
        looks[REMISSION] |= {"marker": "o", "markersize": 4.2, "markerfacecolor": "white"}
    kinds = {curve.kind for curve in curves}
    below = [Line2D([], [], color="#444444", **look) for kind, look in looks.items() if kind in kinds]
    if below:
        lower.legend(handles=below, loc="upper left", ncols=2, **small)


def _short(text: str, characters: int) -> str:
    return shorten(text, characters, placeholder=" …")


def _write_head(figure, title: str, subtitle: str, height_in: float) -> None:
    size = 13.5 if len(title) <= TITLE_CHARACTERS else 13.5 * TITLE_CHARACTERS / min(len(title), 2 * TITLE_CHARACTERS)
    shown = shorten(title, 2 * TITLE_CHARACTERS, placeholder=" ...")
    figure.text(0.02, 1 - 0.12 / height_in, shown, fontsize=size, fontweight="bold", va="top")
    figure.text(0.02, 1 - 0.38 / height_in, subtitle, fontsize=9.5, color="#444444", va="top")


def _legend_of_trials(figure, trials: Mapping[str, tuple[str, str, str]], head_in: float, height_in: float) -> None:
    """Small print below the panels: one marker and name for each trial, in columns."""
    from matplotlib.lines import Line2D

    if not trials:
        return
    handles = [
        Line2D(
            [], [], color=colour, marker=marker, linestyle="", markersize=4.5,
            label=_short(citation, LEGEND_CHARACTERS),
        )
        for citation, colour, marker in trials.values()
    ]  # fmt: skip
    figure.legend(
        handles=handles, loc="upper left", bbox_to_anchor=(0.02, 1 - (head_in + PANELS_IN - 0.12) / height_in),
        ncols=LEGEND_COLUMNS, fontsize=7.5, frameon=False, handletextpad=0.3, columnspacing=1.2,
        labelspacing=0.25, borderaxespad=0.0, borderpad=0.0,
    )  # fmt: skip


def _caption(level: float, has_points: bool, beyond: int, treatments: int, notes: Sequence[str]) -> str:
    """What each mark means, with the level and the kind of every interval."""
    percent = f"{100 * level:g} %"
    parts = [
        f"Lines: mean. Bands: {percent} equal-tailed intervals, dark for the mean of a new group in a new trial, "
        "light for one new person, rating noise included."
    ]
    if has_points:
        parts.append(
            f"Points: published arms near the treatment, with {percent} confidence intervals (no bar: none can be "
            "had); points of about one time stand side by side."
        )
    if treatments > 1:
        parts.append("Hollow points belong to the compared treatment; remission is shown without its band and points.")
    if beyond:
        parts.append(f"{beyond} published {'value lies' if beyond == 1 else 'values lie'} beyond the axis.")
    return fill(" ".join([*parts, *notes]), CAPTION_CHARACTERS)
