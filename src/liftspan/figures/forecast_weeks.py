"""The two upper panels of a patient's picture: scores with the weeks ahead, and chances by day."""

import numpy as np

from liftspan.figures.timeline import TREATMENT_COLOURS, TRIAL_COLOURS
from liftspan.forecast.answer import Day, Forecast
from liftspan.forecast.patient import Score
from liftspan.forecast.rating import severity_behind
from liftspan.forecast.scales import SCALES
from liftspan.mood.scales import RESPONSE_FRACTION

SHOWN_BEFORE_D = 168.0  # of a long record: more would squeeze the weeks ahead
OWN_COLOUR, RELAPSE_COLOUR, WINDOW_COLOUR = TREATMENT_COLOURS
POPULATION_COLOUR, WRITTEN_COLOUR = "#555555", "#000000"
OTHER_SCALES = tuple(zip(TRIAL_COLOURS[1:], ("D", "s", "v", "^"), strict=True))  # colour and marker by scale
DASHED = (0, (4, 1.6))
NAME_IN = 0.17  # height of a name beside a line
KEY_COLUMNS = 4
SMALL = {"frameon": False, "fontsize": 8.5, "handlelength": 2.2, "labelspacing": 0.3, "borderaxespad": 0.2}


def span_of(answer: Forecast) -> tuple[float, float]:
    """First and last day that are drawn."""
    today_d = answer.patient.today_d
    first_d = min(0.0, *(score.day for score in answer.patient.scores))
    return max(first_d, today_d - SHOWN_BEFORE_D), answer.curve[-1].day


def ahead(days: tuple[Day, ...], answer: Forecast) -> list[Day]:
    """From today on: the past week is known better from its scores."""
    return [day for day in days if day.day >= answer.patient.today_d - 1e-6]


def as_read_on(primary: str, score: Score) -> float:
    """What the severity behind a score on another scale reads as on `primary`."""
    madrs = severity_behind(np.array([score.value]), (SCALES[score.scale],), np.zeros(1, dtype=int))
    return float(np.interp(madrs, SCALES[primary].madrs_points, SCALES[primary].scale_points)[0])


def scores_panel(axes, answer: Forecast, height_in: float) -> None:
    """Scores as written, sessions along the bottom, the weeks ahead over those of the population, and the cut-offs."""
    patient, own, others = answer.patient, ahead(answer.curve, answer), ahead(answer.population, answer)
    start_d, end_d = span_of(answer)
    days = [day.day for day in own]
    for name, low, high, opacity in (("90", "low", "high", 0.16), ("50", "lower_quartile", "upper_quartile", 0.3)):
        axes.fill_between(
            days, [getattr(day, low) for day in own], [getattr(day, high) for day in own], color=OWN_COLOUR,
            alpha=opacity, linewidth=0, zorder=2, label=f"forecast {name} %",
        )  # fmt: skip
    axes.plot(days, [day.median for day in own], color=OWN_COLOUR, linewidth=2.2, zorder=4, label="forecast median")
    for name, width in (("median", 1.5), ("low", 0.9), ("high", 0.9)):
        axes.plot(
            [day.day for day in others], [getattr(day, name) for day in others], color=POPULATION_COLOUR,
            linewidth=width, linestyle=DASHED, zorder=3, label=f"population {name}",
        )  # fmt: skip
    drawn = _draw_scores(axes, answer, start_d)
    top = 1.12 * max([*drawn, *(day.high for day in (*own, *others)), answer.known.course.baseline])
    axes.set_ylim(-0.1 * top, top)
    axes.set_yticks([tick for tick in axes.get_yticks() if 0.0 <= tick <= top])
    _draw_sessions(axes, answer, start_d, end_d, -0.052 * top)
    axes.axvline(patient.today_d, color="#222222", linewidth=1.0, linestyle=":", zorder=5, label="today")
    axes.annotate(
        "today", (patient.today_d, top), (3.0, -2.0), textcoords="offset points", va="top", fontsize=8.5,
        color="#222222", zorder=8,
    )  # fmt: skip
    _draw_cut_offs(axes, answer, 1.1 * top * NAME_IN / height_in)
    axes.set_ylabel(f"{patient.primary}, points (down is better)")
    _legend_of_scores(axes, answer)


def _draw_scores(axes, answer: Forecast, start_d: float) -> list[float]:
    """Points of each scale, joined on the scale of the answer; their heights."""
    patient = answer.patient
    shown = [score for score in patient.scores if score.day >= start_d]
    own = [score for score in shown if score.scale == patient.primary]
    axes.plot(
        [score.day for score in own], [score.value for score in own], "o-", color=WRITTEN_COLOUR, linewidth=0.8,
        markersize=5.0, markeredgecolor="white", markeredgewidth=0.5, zorder=6, label="scores",
    )  # fmt: skip
    heights = [score.value for score in own]
    for name, (colour, marker) in zip(_other_scales(answer), OTHER_SCALES, strict=False):
        others = [score for score in shown if score.scale == name]
        linked = [as_read_on(patient.primary, score) for score in others]
        axes.plot(
            [score.day for score in others], linked, marker, color=colour, markerfacecolor="white", markersize=5.0,
            markeredgewidth=1.2, zorder=5.5, label=f"scores {name}",
        )  # fmt: skip
        heights += linked
    return heights


def _other_scales(answer: Forecast) -> list[str]:
    return [scale.name for scale in answer.known.seen.scales[1:]]


def _draw_sessions(axes, answer: Forecast, start_d: float, end_d: float, height: float) -> None:
    """A triangle for each session: filled as given, hollow as planned."""
    for name, sessions, face in (
        ("given", answer.patient.sessions, OWN_COLOUR),
        ("planned", answer.coming, "white"),
    ):
        days = [session.day for session in sessions if start_d <= session.day <= end_d]
        axes.plot(
            days, [height] * len(days), "^", color=OWN_COLOUR, markerfacecolor=face, markersize=5.5, zorder=7,
            markeredgewidth=0.9 if name == "planned" else 0.0, clip_on=False, label=f"sessions {name}",
        )  # fmt: skip


def _draw_cut_offs(axes, answer: Forecast, gap: float) -> None:
    """Lines where response, remission and relapse are counted, named on the right."""
    scale, first = answer.known.seen.scales[0], answer.known.course.baseline
    half, relapse = RESPONSE_FRACTION * first, min(scale.relapse_at_least, first)
    lines = {
        "response": (half, f"response: {half:.3g} or less", "#222222"),
        "remission": (scale.remission_at_most, f"remission: {scale.remission_at_most:.3g} or less", WINDOW_COLOUR),
        "relapse": (relapse, f"relapse: {relapse:.3g} or more", RELAPSE_COLOUR),
    }
    for name, (height, _, colour) in lines.items():
        axes.axhline(height, color=colour, linewidth=1.0, linestyle="-.", zorder=1.5, label=f"cut-off {name}")
    _name_lines(axes, [height for height, *_ in lines.values()], list(lines.values()), gap)


def _name_lines(axes, heights: list[float], lines: list[tuple[float, str, str]], gap: float) -> None:
    """A name beside the right end of each line, no two nearer than `gap`."""
    for place, (_, words, colour) in zip(apart(heights, gap), lines, strict=True):
        axes.text(1.012, place, words, transform=axes.get_yaxis_transform(), fontsize=8.5, color=colour, va="center")


def apart(heights: list[float], gap: float) -> list[float]:
    """Heights moved so that no two are nearer than `gap`, in the same order; those that touch share their middle."""
    order = sorted(range(len(heights)), key=lambda i: heights[i])
    groups: list[list[int]] = []  # of neighbours that touch
    for index in order:
        groups.append([index])
        while len(groups) > 1 and _low(groups[-1], heights, gap) - _high(groups[-2], heights, gap) < gap:
            groups[-2:] = [groups[-2] + groups[-1]]
    placed = [0.0] * len(heights)
    for group in groups:
        for rank, index in enumerate(group):
            placed[index] = _low(group, heights, gap) + rank * gap
    return placed


def _low(group: list[int], heights: list[float], gap: float) -> float:
    return sum(heights[i] for i in group) / len(group) - 0.5 * gap * (len(group) - 1)


def _high(group: list[int], heights: list[float], gap: float) -> float:
    return _low(group, heights, gap) + gap * (len(group) - 1)


def key_rows(answer: Forecast) -> int:
    """Rows of the legend over the scores."""
    return -(-(5 + len(_other_scales(answer)) + bool(answer.coming)) // KEY_COLUMNS)


def _legend_of_scores(axes, answer: Forecast) -> None:
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    others = dict(zip(_other_scales(answer), OTHER_SCALES, strict=False))
    primary = answer.patient.primary
    dot = {"marker": "o", "color": WRITTEN_COLOUR, "linewidth": 0.8, "markersize": 5.0}
    triangle = {"color": OWN_COLOUR, "marker": "^", "linestyle": "", "markersize": 5.5}
    handles = [
        Line2D([], [], **dot, label=f"{primary} as written"),
        *(
            Line2D([], [], color=colour, marker=marker, linestyle="", markerfacecolor="white", markersize=5.0,
                   label=f"{name}, read as {primary}")
            for name, (colour, marker) in others.items()
        ),
        Line2D([], [], color=OWN_COLOUR, linewidth=2.2, label="ahead: median"),
        Patch(facecolor=OWN_COLOUR, alpha=0.3, label="ahead: 50 and 90 %"),
        Line2D([], [], color=POPULATION_COLOUR, linewidth=1.2, linestyle=DASHED, label="such people: median, 90 %"),
        Line2D([], [], **triangle, label="session given"),
    ]  # fmt: skip
    if answer.coming:
        handles.append(Line2D([], [], **triangle, markerfacecolor="white", label="session planned"))
    axes.legend(
        handles=handles, loc="lower left", bbox_to_anchor=(-0.005, 1.0), ncols=KEY_COLUMNS, columnspacing=1.4, **SMALL
    )


def chances_panel(axes, answer: Forecast, height_in: float) -> None:
    """Chance of response and remission on each day, and of having relapsed by then."""
    own = ahead(answer.curve, answer)
    looks = {
        "response": ("response", OWN_COLOUR, "-"),
        "remission": ("remission", OWN_COLOUR, DASHED),
        "relapsed": ("relapsed by then", RELAPSE_COLOUR, "-"),
    }
    ends = []
    for kind, (words, colour, style) in looks.items():
        shares = [getattr(day, kind) for day in own]
        axes.plot(
            [day.day for day in own], shares, color=colour, linestyle=style, linewidth=2.0, zorder=3, label=kind,
        )  # fmt: skip
        ends.append((shares[-1], f"{words} {100 * shares[-1]:.0f} %", colour))
    axes.axvline(answer.patient.today_d, color="#222222", linewidth=1.0, linestyle=":", zorder=5, label="today")
    axes.set_ylim(-0.03, 1.03)
    axes.set_yticks([0, 0.25, 0.5, 0.75, 1.0], ["0 %", "25 %", "50 %", "75 %", "100 %"])
    axes.set_ylabel("Chance by day")
    _name_lines(axes, [share for share, *_ in ends], ends, 1.06 * NAME_IN / height_in)
