"""Forest plot: every study with its interval, a diamond for what they say together, a bar for a new study."""

from textwrap import fill

from liftspan.evidence.forest import LEVEL, Forest, Group
from liftspan.evidence.forest_words import MEASURES, TITLES, label, numbers, study_interval
from liftspan.evidence.pooling import Pooled
from liftspan.figures.drawing import STYLE, drawing

WIDTH_IN, ROW_IN, HEAD_IN, FOOT_IN = 10.5, 0.25, 0.85, 1.2
LEFT, RIGHT = 0.475, 0.79  # the axis, as shares of the width
LABEL_X, TIME_X, PEOPLE_X, NUMBERS_X = 0.012, 0.40, 0.455, 0.99
LABEL_CHARACTERS = 44
STUDY_COLOUR, POOLED_COLOUR, NEW_COLOUR, FAINT_COLOUR = "#333333", "#0072B2", "#D55E00", "#777777"
SMALLEST, LARGEST = 3.0, 9.0  # sides of the squares, points
HALF_DIAMOND = 0.32  # of a row
# Widest interval that the axis makes room for, points and log odds ratio: two studies that disagree have intervals
# beside which all others would be dots. Wider ones end in an arrow.
LONGEST_POINTS, LONGEST_LOG = 20.0, 3.7


def forest_figure(found: Forest):
    """A matplotlib Figure of a Forest with at least one group; better for active stands on the named side."""
    rows = sum(len(group.studies) + (2 if len(group.studies) == 1 else 3) for group in found.groups)
    height_in = HEAD_IN + ROW_IN * rows + FOOT_IN
    with drawing({**STYLE, "axes.spines.left": False, "axes.grid": False, "font.size": 9.0}) as Figure:
        figure = Figure(figsize=(WIDTH_IN, height_in), facecolor="white")
        bottom, span = FOOT_IN / height_in, ROW_IN * rows / height_in
        axes = figure.add_axes((LEFT, bottom, RIGHT - LEFT, span), label="forest")
        axes.set_ylim(rows - 0.5, -0.5)
        axes.set_yticks([])
        limits = _limits(found)
        axes.set_xlim(*limits)
        axes.axvline(0.0, color="#777777", linewidth=0.9, zorder=1)
        at = 0
        for group in found.groups:
            at = _draw_group(figure, axes, found, group, at, limits)
        _finish(figure, axes, found, height_in, limits)
    return figure


def _limits(found: Forest) -> tuple[float, float]:
    longest = LONGEST_LOG if found.is_ratio else LONGEST_POINTS
    ends = [0.0]
    for group in found.groups:
        pairs = [study_interval(study) for study in group.studies] + [(group.pooled.low, group.pooled.high)]
        middles = [*(study.effect for study in group.studies), group.pooled.estimate]
        ends += [max(low, middle - longest / 2) for (low, _), middle in zip(pairs, middles, strict=True)]
        ends += [min(high, middle + longest / 2) for (_, high), middle in zip(pairs, middles, strict=True)]
    low, high = min(ends), max(ends)
    margin = 0.04 * (high - low)
    return low - margin, high + margin


def _draw_group(figure, axes, found: Forest, group: Group, at: int, limits) -> int:
    """Draw a heading, the studies, the diamond and the bar from row `at` on; the next free row."""
    _write(figure, axes, at, LABEL_X, group.name.replace("_", " "), weight="bold", size=9.5)
    heaviest = max(group.pooled.weights)
    order = sorted(
        zip(group.studies, group.pooled.weights, strict=True), key=lambda pair: (pair[0].year or 9999, pair[0].citation)
    )
    for row, (study, weight) in enumerate(order, start=at + 1):
        low, high = study_interval(study)
        _line(axes, row, low, high, limits, STUDY_COLOUR, 1.1)
        side = SMALLEST + (LARGEST - SMALLEST) * (weight / heaviest) ** 0.5
        axes.plot(study.effect, row, "s", color=STUDY_COLOUR, markersize=side, zorder=3, label=study.trial_id)
        _write(figure, axes, row, LABEL_X + 0.012, label(study, LABEL_CHARACTERS))
        _write(figure, axes, row, TIME_X, f"{study.hours:g} h", align="right")
        _write(figure, axes, row, PEOPLE_X, "" if study.people is None else f"{study.people:.0f}", align="right")
        _write(figure, axes, row, NUMBERS_X, numbers(found, study.effect, low, high), align="right")
    row = at + len(order) + 1
    return _draw_pooled(figure, axes, found, group, row, limits)


def _draw_pooled(figure, axes, found: Forest, group: Group, row: int, limits) -> int:
    pooled = group.pooled
    if pooled.tau is None:
        _write(figure, axes, row, LABEL_X + 0.012, "one study: nothing to pool", color=FAINT_COLOUR)
        return row + 1
    _diamond(axes, row, pooled, limits)
    tau = f"tau {pooled.tau:.2f}{' (log)' * found.is_ratio}"
    what = f"pooled, {pooled.studies} studies; {tau}, I² {100 * pooled.i2:.0f} %"
    _write(figure, axes, row, LABEL_X + 0.012, what, color=POOLED_COLOUR)
    _write(figure, axes, row, PEOPLE_X, f"{group.people:.0f}", align="right", color=POOLED_COLOUR)
    told = numbers(found, pooled.estimate, pooled.low, pooled.high)
    _write(figure, axes, row, NUMBERS_X, told, align="right", color=POOLED_COLOUR)
    row += 1
    if pooled.predicted_low is None:
        _write(figure, axes, row, LABEL_X + 0.012, "a new study: fewer than three cannot tell", color=FAINT_COLOUR)
        return row + 1
    _line(axes, row, pooled.predicted_low, pooled.predicted_high, limits, NEW_COLOUR, 4.0)
    _write(figure, axes, row, LABEL_X + 0.012, "a new study is expected within", color=NEW_COLOUR)
    told = numbers(found, None, pooled.predicted_low, pooled.predicted_high)
    _write(figure, axes, row, NUMBERS_X, told, align="right", color=NEW_COLOUR)
    return row + 1


def _diamond(axes, row: int, pooled: Pooled, limits) -> None:
    xs = [pooled.low, pooled.estimate, pooled.high, pooled.estimate]
    ys = [row, row - HALF_DIAMOND, row, row + HALF_DIAMOND]
    axes.fill(xs, ys, color=POOLED_COLOUR, zorder=3, linewidth=0, label="pooled")
    _arrows(axes, row, pooled.low, pooled.high, limits, POOLED_COLOUR)


def _line(axes, row: int, low: float, high: float, limits, colour: str, width: float) -> None:
    """An interval; an end beyond the axis becomes an arrow."""
    shown = max(low, limits[0]), min(high, limits[1])
    axes.plot(shown, [row, row], color=colour, linewidth=width, solid_capstyle="butt", zorder=2)
    _arrows(axes, row, low, high, limits, colour)


def _arrows(axes, row: int, low: float, high: float, limits, colour: str) -> None:
    for beyond, edge, marker in ((low < limits[0], limits[0], "<"), (high > limits[1], limits[1], ">")):
        if beyond:
            axes.plot(edge, row, marker, color=colour, markersize=6.5, clip_on=False, zorder=4)


def _write(figure, axes, row: float, x: float, text: str, *, align="left", size=9.0, weight="normal", color="#222222"):
    """Text beside the axis: x as a share of the figure, y on the row."""
    from matplotlib.transforms import blended_transform_factory

    where = blended_transform_factory(figure.transFigure, axes.transData)
    figure.text(x, row, text, transform=where, ha=align, va="center", fontsize=size, fontweight=weight, color=color)


def _finish(figure, axes, found: Forest, height_in: float, limits) -> None:
    better, worse = ("active better", "control better")
    left, right = (worse, better) if found.is_ratio else (better, worse)
    for shift, align, text in ((-6, "right", f"← {left}"), (6, "left", f"{right} →")):
        axes.annotate(
            text, (0.0, 0.0), (shift, -22), xycoords=axes.get_xaxis_transform(), textcoords="offset points",
            ha=align, va="top", fontsize=9.0,
        )  # fmt: skip
    if found.is_ratio:
        from math import log

        ticks = [one for one in (0.01, 0.05, 0.2, 0.5, 1, 2, 5, 20, 100, 500) if limits[0] <= log(one) <= limits[1]]
        axes.set_xticks([log(one) for one in ticks], [f"{one:g}" for one in ticks])
    when = "" if found.at_h is None else f", nearest reading to {found.at_h:g} h"
    title = f"{TITLES[found.outcome]}: active minus control, by {found.by}{when}"
    if found.is_ratio:
        title = title.replace("active minus control", "active against control")
    figure.text(LABEL_X, 1 - 0.1 / height_in, title, fontsize=13.0, fontweight="bold", va="top")
    figure.text(
        LABEL_X, 1 - 0.38 / height_in, f"{MEASURES[found.outcome]}".capitalize().replace("madrs", "MADRS"),
        fontsize=9.0, color="#444444", va="top",
    )  # fmt: skip
    head_y = 1 - (HEAD_IN - 0.06) / height_in
    for x, text in ((TIME_X, "time"), (PEOPLE_X, "people"), (NUMBERS_X, f"estimate ({100 * LEVEL:g} % interval)")):
        figure.text(x, head_y, text, fontsize=8.5, color="#444444", ha="right", va="bottom")
    caption = (
        f"All intervals {100 * LEVEL:g} %, equal-tailed. Squares: studies, larger where they weigh more. Diamond: mean "
        "of all such studies (REML, Hartung-Knapp). Bar: true effect in a new study (k - 2 degrees of freedom). "
        "Arrows: the interval goes on. Each trial once in a group. Null trials often print no usable number, so this "
        "leans towards effect. Benefit is one side; liftspan how-fast prints the risks. Racemic ketamine is off label "
        "for depression."
    )
    figure.text(LABEL_X, 0.1 / height_in, fill(caption, 172), fontsize=7.5, color="#444444", va="bottom")
