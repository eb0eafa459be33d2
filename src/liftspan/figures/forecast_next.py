"""The lower panel of a patient's picture: each possible day of the next session, the window, and what is refused."""

from textwrap import fill

from liftspan.conditions.diagnosis import unquoted
from liftspan.figures.forecast_weeks import DASHED, OWN_COLOUR, RELAPSE_COLOUR, SMALL, WINDOW_COLOUR
from liftspan.forecast.answer import Forecast
from liftspan.forecast.day_words import day_text, with_date
from liftspan.forecast.next_session import NOT_RANDOMISED
from liftspan.forecast.standing import NO_PLAN
from liftspan.units import DAYS_PER_WEEK

HEAD_CHARACTERS = 124
CROSS_HEIGHT = -0.075  # below a chance of 0
LINE = {"markersize": 4.4, "linewidth": 1.8}
LOOKS = {  # words, colour, line, marker
    "relapse_before": ("relapse before it", RELAPSE_COLOUR, "-", "o"),
    "response_before": ("response that day, before it", OWN_COLOUR, DASHED, "s"),
    "response_after": ("response a week after it", OWN_COLOUR, "-", "o"),
}


def head_of_candidates(answer: Forecast) -> str:
    """The proposal in words over the panel and on what it rests, or that there is none and why."""
    proposal, today_d = answer.proposal, answer.patient.today_d
    if proposal.reasons:
        hidden = f" {NO_PLAN}" if answer.unsafe else ""
        return fill(unquoted(f"No proposal: {'; '.join(proposal.reasons)}.{hidden}"), HEAD_CHARACTERS)
    first, last = (with_date(answer.patient, day) for day in (proposal.from_d, proposal.to_d))
    soon, late = (day_text(day - today_d) for day in (proposal.from_d, proposal.to_d))
    window = (
        f"day {first}, {soon} days from today" if first == last else f"day {first} to {last}, in {soon} to {late} days"
    )
    said = (
        f"Proposed: {window}, to keep {proposal.target} until then. Bounded by {proposal.bounded_by}. {NOT_RANDOMISED}"
    )
    return fill(said, HEAD_CHARACTERS)


def candidates_panel(axes, answer: Forecast) -> None:
    """Chances by day of the next session, the proposed window shaded, refused days as crosses."""
    if not answer.candidates:
        axes.set_axis_off()  # no date is shown
        return
    allowed = [one for one in answer.candidates if not one.refused]
    refused = [one.day for one in answer.candidates if one.refused]
    for kind, (_, colour, style, marker) in LOOKS.items() if allowed else ():
        # Blank where refused: no line leads across such a day.
        axes.plot(
            [one.day for one in answer.candidates], [getattr(one, kind) for one in answer.candidates], color=colour,
            linestyle=style, marker=marker, markerfacecolor=_face(colour, marker), zorder=3, label=kind, **LINE,
        )  # fmt: skip
    if refused:
        axes.plot(
            refused, [CROSS_HEIGHT] * len(refused), "x", color="#222222", markersize=6.5, markeredgewidth=1.6,
            zorder=4, clip_on=False, label="refused",
        )  # fmt: skip
    if not answer.proposal.reasons:
        # Its edge shows a window of a single day.
        axes.axvspan(
            answer.proposal.from_d, answer.proposal.to_d, facecolor=(*_rgb(WINDOW_COLOUR), 0.22),
            edgecolor=WINDOW_COLOUR, linewidth=1.4, zorder=1, label="window",
        )  # fmt: skip
    _finish(axes, answer, bool(allowed))
    _legend(axes, answer, bool(allowed), bool(refused))


def _face(colour: str, marker: str) -> str:
    """Hollow before the session, so that it shows where before and after lie on each other."""
    return "white" if marker == "s" else colour


def _rgb(colour: str) -> tuple[float, float, float]:
    from matplotlib.colors import to_rgb

    return to_rgb(colour)


def _finish(axes, answer: Forecast, allowed: bool) -> None:
    today_d, last_d = answer.patient.today_d, answer.candidates[-1].day
    axes.set_xlim(today_d - 0.6, last_d + 0.6)
    weeks = [DAYS_PER_WEEK * k for k in range(int((last_d - today_d) / DAYS_PER_WEEK) + 1)]
    names = [f"{day_text(today_d + week)} ({f'+{week:g}' if week else 'today'})" for week in weeks]
    axes.set_xticks([today_d + week for week in weeks], names)
    axes.set_xlabel("Day of the next session (days from today)")
    if allowed:
        axes.set_ylim(2 * CROSS_HEIGHT, 1.03)
        axes.set_yticks([0, 0.25, 0.5, 0.75, 1.0], ["0 %", "25 %", "50 %", "75 %", "100 %"])
        axes.set_ylabel("Chance")
    else:
        axes.set_ylim(2 * CROSS_HEIGHT, 0.0)
        axes.set_yticks([])


def _legend(axes, answer: Forecast, allowed: bool, refused: bool) -> None:
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    handles = [
        Line2D(
            [], [], color=colour, linestyle=style, marker=marker, markerfacecolor=_face(colour, marker), label=words,
            **LINE,
        )
        for words, colour, style, marker in (LOOKS.values() if allowed else ())
    ]  # fmt: skip
    if not answer.proposal.reasons:
        handles.append(
            Patch(facecolor=(*_rgb(WINDOW_COLOUR), 0.22), edgecolor=WINDOW_COLOUR, linewidth=1.4, label="proposed")
        )
    if refused:
        cross = {"marker": "x", "markersize": 6.5, "markeredgewidth": 1.6, "linestyle": ""}
        handles.append(Line2D([], [], color="#222222", **cross, label="refused by a rule"))
    axes.legend(handles=handles, loc="lower left", bbox_to_anchor=(-0.005, 1.0), ncols=5, columnspacing=1.4, **SMALL)
