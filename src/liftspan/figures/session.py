"""One session minute by minute: bands between clinics, limits of the monitoring rules, published points."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from textwrap import fill, shorten

from liftspan.errors import shown
from liftspan.figures.drawing import STYLE, drawing
from liftspan.figures.files import save_figure
from liftspan.figures.timeline import TREATMENT_COLOURS
from liftspan.monitoring import TIME, Comparison, Kind
from liftspan.session.answer import Interval, Point, SessionAnswer
from liftspan.session.published import Look, SeenPoint, readiness_read_from_min
from liftspan.session.readiness import READY_MIN

WORDS_FIT_UNTIL_MIN = 130.0  # words to the right of a later line leave the panel
WIDTH_IN, HEIGHT_IN = 12.0, 7.8
TITLE_CHARACTERS, LABEL_CHARACTERS, FOOT_CHARACTERS = 92, 60, 190
TICKS_MIN = (0, 15, 40, 60, 90, 120, 180, 240)
ALERT_COLOUR, DISCHARGE_COLOUR = "#B2182B", "#444444"
MARKERS = {Look.MEAN: "o", Look.MAXIMA: "o", Look.EVER: "o", Look.AT_MOST: "v", Look.AT_LEAST: "^"}
FILLED = (Look.MEAN,)
# Where a study is named, points from its marker.
BESIDE = (7.0, 0.0), "left"
NAME_AT = {Look.AT_LEAST: ((0.0, -11.0), "center"), Look.AT_MOST: ((4.0, 9.0), "left")}
LEGEND_COLUMNS = 6
SIDES = {
    Comparison.ABOVE: "above {:g}",
    Comparison.AT_LEAST: "from {:g}",
    Comparison.BELOW: "below {:g}",
    Comparison.AT_MOST: "at {:g} or less",
}
STUDIES = {
    "DOHERTY_2020": "Doherty 2020",
    "RIVAPOSSE_2018": "684 infusions, 2018",
    "CV_741_INFUSIONS": "741 infusions",
    "YALE_2342_2024": "Yale 2024",
    "VANSCHALKWYK_2018": "van Schalkwyk 2018",
    "ABDALLAH_2022_PTSD": "Abdallah 2022",
    "DELSANT_2022_SC": "del Sant 2022",
    "JNJ_DISSOC": "trials, summary",
    "JNJ_SED": "US registry",
    "JNJ_DISCHARGE": "two trials",
    "ASPIRE_PMC7816667": "ASPIRE II",
    "ASPIRE_POOLED": "ASPIRE I and II",
    "LABEL_US_AE": "label",
    "LABEL_US_T6": "label",
    "LONGCOURSE_JCP": "week 1",
    "VANKAWALA_2021_META": "Vankawala 2021",
}


@dataclass(frozen=True)
class Panel:
    """One panel: what it shows of a point of the course, and which measure of the rules bounds it."""

    name: str
    title: str
    of: Callable[[Point], Interval]
    measure: str  # of the rules; "" = none can be drawn
    percent: bool = False


PANELS = (
    Panel("systolic", "Systolic pressure, rise in mmHg", lambda one: one.systolic_change_mmhg, "systolic_rise_mmhg"),
    Panel(
        "diastolic", "Diastolic pressure, rise in mmHg", lambda one: one.diastolic_change_mmhg, "diastolic_rise_mmhg"
    ),
    Panel("heart_rate", "Heart rate, rise per minute", lambda one: one.heart_rate_change_per_min, ""),
    Panel("cadss", "Dissociation, CADSS points", lambda one: one.cadss, "cadss"),
    Panel("moaas_below_5", "Sedated (MOAA/S below 5), share", lambda one: one.moaas_below_5, "", percent=True),
    Panel("ready", "Ready to leave, share", lambda one: one.judged, "", percent=True),
)


def draw(answers: Sequence[SessionAnswer], path: Path) -> Path:
    """Write the figure; the suffix chooses PNG, SVG or PDF. The same answers give the same bytes."""
    return save_figure(session_figure(answers), path)


def session_figure(answers: Sequence[SessionAnswer]):
    """A matplotlib Figure of one answer, or of several over each other."""
    with drawing({**STYLE, "font.size": 9.0, "axes.labelsize": 9.0}) as Figure:
        figure = Figure(figsize=(WIDTH_IN, HEIGHT_IN), facecolor="white")
        grid = figure.subplots(2, 3, sharex=True, gridspec_kw={
            "left": 0.045, "right": 0.985, "top": 0.835, "bottom": 0.155, "hspace": 0.2, "wspace": 0.15,
        })  # fmt: skip
        for axes, panel in zip(grid.flat, PANELS, strict=True):
            _panel(axes, panel, answers)
        _head(figure, answers)
        _foot(figure, answers)
    return figure


def _panel(axes, panel: Panel, answers: Sequence[SessionAnswer]) -> None:
    scale = 100.0 if panel.percent else 1.0
    largest = 0.0
    for rank, answer in enumerate(answers):
        colour = TREATMENT_COLOURS[rank % len(TREATMENT_COLOURS)]
        # Before the first published share the curve of readiness would be the model's alone.
        late = [one for one in answer.ready_course if one.minutes >= READY_MIN[0]]
        points = late if panel.name == "ready" else answer.course
        minutes = [one.minutes for one in points]
        found = [panel.of(one) for one in points]
        axes.fill_between(
            minutes, [scale * one.low for one in found], [scale * one.high for one in found], color=colour,
            alpha=0.2, linewidth=0, zorder=2,
        )  # fmt: skip
        axes.plot(minutes, [scale * one.median for one in found], color=colour, linewidth=2.0, zorder=3)
        if panel.name == "ready" and answer.rules:
            ruled = [one for one in answer.ready_course if one.by_rules]
            axes.plot(
                [one.minutes for one in ruled], [scale * one.by_rules for one in ruled], color=colour, linewidth=1.5,
                linestyle=(0, (4, 1.6)), zorder=3,
            )  # fmt: skip
        peak = minutes[max(range(len(found)), key=lambda i: found[i].median)]
        shown = [one for one in answer.published if one.panel == panel.name]
        _points(axes, shown, peak, scale, colour if len(answers) > 1 else "#000000")
        largest = max([largest, *(scale * one.high for one in found), *(scale * one.value for one in shown)])
    _limits(axes, panel, answers, largest)
    axes.set_title(panel.title + (" %" if panel.percent else ""), fontsize=10.0, loc="left")
    axes.set_xlim(0.0, max(TICKS_MIN))
    axes.set_xticks(TICKS_MIN)
    axes.tick_params(labelsize=8.5)
    if axes.get_subplotspec().is_last_row():
        axes.set_xlabel("minutes after the start")


def _points(axes, points: Sequence[SeenPoint], peak: float, scale: float, colour: str) -> None:
    """Markers, and the name of each study once, where it covers neither its marker nor a line of the rules."""
    named = set()
    for one in points:
        at = peak if one.minutes is None else one.minutes
        axes.plot(
            at, scale * one.value, MARKERS[one.look], color=colour, markersize=5.5, zorder=5, clip_on=False,
            markerfacecolor=colour if one.look in FILLED else "white", markeredgewidth=1.1,
        )  # fmt: skip
        offset, across = NAME_AT.get(one.look, BESIDE)
        if one.study not in named:
            axes.annotate(
                STUDIES.get(one.study, one.study), (at, scale * one.value), offset, textcoords="offset points",
                fontsize=7.0, va="center", ha=across, color="#222222", zorder=6,
                bbox={"boxstyle": "square,pad=0.1", "facecolor": "white", "edgecolor": "none", "alpha": 0.6},
            )  # fmt: skip
        named.add(one.study)


def _limits(axes, panel: Panel, answers: Sequence[SessionAnswer], largest: float) -> None:
    """Limits of the rules as lines, each once, with its words at the right end; the axis holds them."""
    limits = list(dict.fromkeys(limit for answer in answers for limit in answer.limits))
    top = 100.0 if panel.name == "ready" else 1.12 * largest
    for limit in (one for one in limits if one.measure == panel.measure):
        alert = limit.kind is Kind.ALERT
        words = f"{'alert' if alert else 'rules: leave'} {SIDES[limit.comparison].format(limit.value)}"
        colour = ALERT_COLOUR if alert else DISCHARGE_COLOUR
        axes.axhline(limit.value, color=colour, linewidth=1.0, linestyle=":" if alert else "--", zorder=1)
        axes.annotate(
            words, (1.0, limit.value), (-2.0, 2.0), xycoords=("axes fraction", "data"), textcoords="offset points",
            ha="right", va="bottom", fontsize=7.5, color=colour,
        )  # fmt: skip
        top = max(top, 1.12 * limit.value)
    if panel.name == "ready":
        axes.annotate(
            f"no reading before\nminute {READY_MIN[0]:g}", (0.0, 30.0), (4.0, 0.0), textcoords="offset points",
            fontsize=7.5, color=DISCHARGE_COLOUR, va="center",
        )  # fmt: skip
        for limit in (one for one in limits if one.measure == TIME and one.kind is Kind.DISCHARGE):
            axes.axvline(limit.value, color=DISCHARGE_COLOUR, linewidth=1.0, linestyle="--", zorder=1)
            late = limit.value > WORDS_FIT_UNTIL_MIN  # two lines of two treatments stand above each other
            axes.annotate(
                f"rules: not before {limit.value:g} minutes", (limit.value, 0.0), (-4.0, 16.0) if late else (4.0, 4.0),
                textcoords="offset points", fontsize=7.5, color=DISCHARGE_COLOUR, va="bottom",
                ha="right" if late else "left",
            )  # fmt: skip
    axes.set_ylim(0.0, max(top, 1e-6))


def _head(figure, answers: Sequence[SessionAnswer]) -> None:
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    title = "One session, minute by minute: " + " against ".join(answer.dose for answer in answers)
    figure.text(0.012, 0.98, shorten(title, TITLE_CHARACTERS, placeholder=" ..."), fontsize=13.5, fontweight="bold",
                va="top")  # fmt: skip
    figure.text(0.012, 0.942, answers[0].people, fontsize=9.5, color="#444444", va="top")
    handles = [
        Line2D([], [], color=TREATMENT_COLOURS[rank], linewidth=2.0, label=shorten(one.dose, LABEL_CHARACTERS))
        for rank, one in enumerate(answers)
    ] if len(answers) > 1 else []  # fmt: skip
    handles += [
        Line2D([], [], color="#777777", linewidth=2.0, label="median clinic"),
        Patch(facecolor="#777777", alpha=0.3, label="90 % of clinics"),
        Line2D(
            [],
            [],
            color="#777777",
            linewidth=1.5,
            linestyle=(0, (4, 1.6)),
            label="ready by the rules, as far as simulated",
        ),
    ]
    looks = dict.fromkeys(point.look for answer in answers for point in answer.published)
    handles += [
        Line2D([], [], color="#000000", linestyle="", marker=MARKERS[look], markersize=5.5, label=f"published: {look}",
               markerfacecolor="#000000" if look in FILLED else "white")
        for look in (*(one for one in (Look.MEAN, Look.AT_MOST, Look.AT_LEAST) if one in looks),)
    ]  # fmt: skip
    if {Look.MAXIMA, Look.EVER} & set(looks):
        handles.append(Line2D([], [], color="#000000", linestyle="", marker="o", markersize=5.5,
                              markerfacecolor="white", label="published: see below"))  # fmt: skip
    figure.legend(handles=handles, loc="upper left", bbox_to_anchor=(0.006, 0.928), ncols=LEGEND_COLUMNS, frameon=False,
                  fontsize=8.5, handlelength=1.8, columnspacing=1.4, labelspacing=0.3)  # fmt: skip


def _foot(figure, answers: Sequence[SessionAnswer]) -> None:
    named = dict.fromkeys(shown(answer.rules) for answer in answers if answer.rules)
    rules = " and ".join(named) or "none for this route"
    said = (
        "Bands: 90 % of clinics; three cohorts of infusions differ fivefold in the systolic rise. Hollow circles are "
        "other numbers than the curves: the mean of everybody's largest reading (its noise included), or what happened "
        "ever in a session or without a stated time. Published at usual doses (nasal 28 to 84 mg, infusions of 0.5 "
        f"mg/kg), whatever is shown. Ready: as trials judged it, published from {readiness_read_from_min():g} minutes "
        f"on. Rules: {rules}.{_lacking(answers)} For licensed clinicians and supervised sessions; racemic ketamine is "
        "off label for depression."
    )
    figure.text(0.012, 0.012, fill(said, FOOT_CHARACTERS), fontsize=8.0, color="#444444", va="bottom")


def _lacking(answers: Sequence[SessionAnswer]) -> str:
    """What the rules ask for beyond what is simulated: the dashed curve is the most that may leave."""
    words = dict.fromkeys(word for answer in answers for one in answer.not_simulated for word in one.words)
    return f" They also ask for {', '.join(words)}: not simulated." if words else ""
