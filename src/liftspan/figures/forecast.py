"""One patient's picture: scores and the weeks ahead, chances by day, and the possible days of the next session."""

from pathlib import Path
from textwrap import fill, shorten

from liftspan.figures.drawing import STYLE, drawing
from liftspan.figures.files import save_figure
from liftspan.figures.forecast_next import candidates_panel, head_of_candidates
from liftspan.figures.forecast_weeks import chances_panel, key_rows, scores_panel, span_of
from liftspan.figures.timeline import HEAD_IN, KEY_ROW_IN, WIDTH_IN
from liftspan.forecast.answer import LEVEL, Forecast
from liftspan.forecast.care import LONG, SHORT
from liftspan.forecast.day_words import day_text
from liftspan.forecast.outcomes import HORIZON_D
from liftspan.forecast.standing import plan_text
from liftspan.units import DAYS_PER_WEEK

LEFT, WIDTH = 0.085, 0.735  # shares of the width; what is left on the right names the lines
SCORES_IN, CHANCES_IN, CANDIDATES_IN, CROSSES_IN, NOTHING_IN = 3.1, 1.7, 1.9, 0.42, 0.02
BETWEEN_IN, AXIS_IN = 0.16, 0.62  # between the two upper panels; ticks and label of an axis
LINE_IN, CAPTION_LINE_IN = 0.175, 0.125
CAPTION_CHARACTERS, TREATMENT_CHARACTERS = 168, 60
FOR_CLINICIANS = "For licensed clinicians; for research."


def draw(answer: Forecast, path: Path) -> Path:
    """Write the picture of one patient; nobody but the owner reads the file. Raises InvalidInput."""
    return save_figure(forecast_figure(answer), path, private=True)


def forecast_figure(answer: Forecast):
    """Three panels; no name or id of the patient in them.

    Returns: a matplotlib Figure, without any global state of pyplot.
    """
    said, caption = head_of_candidates(answer), fill(_caption(answer), CAPTION_CHARACTERS)
    allowed = any(not one.refused for one in answer.candidates)
    lower_in = CANDIDATES_IN if allowed else CROSSES_IN if answer.candidates else NOTHING_IN
    heights = (SCORES_IN, CHANCES_IN, lower_in)
    said_in = LINE_IN * (1 + said.count("\n"))
    gaps = (HEAD_IN + KEY_ROW_IN * key_rows(answer), BETWEEN_IN, AXIS_IN + 0.3 + said_in + KEY_ROW_IN)
    foot_in = 0.12 + CAPTION_LINE_IN * (1 + caption.count("\n"))
    height_in = sum(heights) + sum(gaps) + AXIS_IN + foot_in
    with drawing(STYLE) as Figure:
        figure = Figure(figsize=(WIDTH_IN, height_in), facecolor="white")
        tops = [height_in - sum(gaps[: i + 1]) - sum(heights[:i]) for i in range(3)]
        places = [
            (LEFT, (top - height) / height_in, WIDTH, height / height_in)
            for top, height in zip(tops, heights, strict=True)
        ]
        upper = figure.add_axes(places[0], label="scores")
        middle = figure.add_axes(places[1], label="chances", sharex=upper)
        lower = figure.add_axes(places[2], label="candidates")
        scores_panel(upper, answer, SCORES_IN)
        chances_panel(middle, answer, CHANCES_IN)
        candidates_panel(lower, answer)
        _finish_days(upper, middle, answer)
        figure.text(0.02, 1 - 0.12 / height_in, _title(answer), fontsize=13.5, fontweight="bold", va="top")
        figure.text(0.02, 1 - 0.38 / height_in, _subtitle(answer), fontsize=9.5, color="#444444", va="top")
        bottom = tops[2] + KEY_ROW_IN + 0.04
        figure.text(0.02, bottom / height_in, said, fontsize=9.5, color="#222222", va="bottom", linespacing=1.25)
        figure.text(
            0.02, (bottom + said_in + 0.04) / height_in, "The next session, by day", fontsize=11.0,
            fontweight="bold", va="bottom",
        )  # fmt: skip
        figure.text(0.02, 0.06 / height_in, caption, fontsize=7.5, color="#444444", va="bottom")
    return figure


def _finish_days(upper, middle, answer: Forecast) -> None:
    """One axis of days for both panels, with a tick each week, or each second or fourth week."""
    start_d, end_d = span_of(answer)
    step_d = next(step for step in (7, 14, 28, 56) if (end_d - start_d) / step <= 14 or step == 56)
    first = -(-int(start_d) // step_d) * step_d
    ticks = [day for day in range(first, int(end_d) + 1, step_d) if day >= start_d]
    margin = 0.012 * (end_d - start_d)
    for axes in (upper, middle):
        axes.set_xlim(start_d - margin, end_d + margin)
        axes.set_xticks(ticks, [str(day) for day in ticks])
    upper.tick_params(labelbottom=False)
    middle.set_xlabel("Days since the first session")


def _title(answer: Forecast) -> str:
    today = day_text(answer.patient.today_d)
    return f"One patient, day {today}, {SHORT[answer.care]}: the coming weeks and the next session"


def _subtitle(answer: Forecast) -> str:
    patient, first = answer.patient, answer.known.course.baseline
    last = [score for score in patient.scores if score.scale == patient.primary][-1]
    given = patient.sessions
    treatment = shorten(given[-1].text, TREATMENT_CHARACTERS, placeholder=" ...")
    many = f"{len(given)} sessions, the last on day {day_text(given[-1].day)}" if len(given) > 1 else "One session"
    newest = f", last {last.value:g} on day {day_text(last.day)}" if len(answer.known.seen) else ", no other score"
    return f"{many}: {treatment}. {patient.primary} at first {first:g}{newest}."


def _caption(answer: Forecast) -> str:
    """What each mark means, under which plan, and for whom."""
    start_d, _ = span_of(answer)
    hidden = sum(score.day < start_d for score in answer.patient.scores)
    parts = [
        f"Bands: 50 and {100 * LEVEL:g} % equal-tailed intervals of the score that would be written down. Dashed: "
        "people with the same first score and sessions, as if no other score were known.",
        f"{plan_text(answer)} (upper panels).",
        f"Being in care: {LONG[answer.care]}.",
        "Relapse counts after a response only: severity at the line of relapse or above it at both ends of a week.",
        f"The forecast reaches {HORIZON_D / DAYS_PER_WEEK:g} weeks.",
    ]
    if hidden:
        parts.append(f"{hidden} scores before day {day_text(start_d)} are not drawn.")
    return " ".join([*parts, FOR_CLINICIANS])
