"""A session in words and as the promised record."""

from textwrap import wrap

from liftspan.session.answer import Interval, Point, SessionAnswer
from liftspan.session.observations import shipped_acute

SCHEMA = "liftspan/session/1"
WIDTH = 100
HEAD = ("minutes", "systolic mmHg", "diastolic mmHg", "heart rate", "CADSS", "MOAA/S < 5")
SAID = {
    "systolic_180": "systolic pressure 180 mmHg or more",
    "systolic_rise_40": "systolic rise of 40 mmHg or more",
    "diastolic_110": "diastolic pressure 110 mmHg or more",
    "diastolic_rise_25": "diastolic rise of 25 mmHg or more",
    "cadss_above_4": "CADSS above 4",
    "moaas_below_5": "any sedation (MOAA/S below 5)",
    "dissociation": "dissociation, reported",
    "dizziness": "dizziness",
    "nausea": "nausea",
    "vomiting": "vomiting",
    "headache": "headache",
    "anxiety": "anxiety",
}
NOT_KNOWN = (
    "Blood pressure rose between 3 and 16 mmHg on average in three cohorts of infusions, and nobody knows why: the "
    "range above is that between clinics. Between-person spread, noise of readings and the largest effects are "
    "assumptions where no source gave them. Serious events other than loss of consciousness are too rare in the "
    "tables. Checked in sample: no study was left out yet."
)
CAUTION = (
    "For research and for licensed clinicians, and for supervised sessions only; it does not replace monitoring of the "
    "person in the room. Racemic ketamine is off label for depression."
)


def session_text(answer: SessionAnswer) -> str:
    """Table by minute, peaks, shares, time until ready, and what is not known."""
    lines = [*wrap(answer.title, WIDTH), f"shown: its session of {answer.dose}", answer.people, ""]
    lines += ["Mean of a group in another clinic: median (90 % of clinics)", _row(HEAD), "-" * 98]
    lines += [_row(_cells(point)) for point in answer.timeline]
    systolic, cadss = answer.peaks["systolic"], answer.peaks["cadss"]
    peak = (
        f"Peaks: systolic +{systolic[0].median:.0f} mmHg at {systolic[1].median:.0f} minutes, CADSS "
        f"{cadss[0].median:.0f} at {cadss[1].median:.0f} minutes after the start."
    )
    lines += ["", *wrap(peak, WIDTH), "", f"{'In one session, of 100 people':<44}{'this dose':>22}{'placebo':>22}"]
    for name, words in SAID.items():
        lines.append(
            f"{words:<44}{_share(answer.probabilities[name]):>22}{_share(answer.placebo_probabilities[name]):>22}"
        )
    lines += ["", *wrap(_ready_words(answer), WIDTH), ""]
    if answer.extrapolated:
        lines += [*wrap(f"Beyond what was seen: {'; '.join(answer.extrapolated)}.", WIDTH), ""]
    lines += [*wrap(f"Not known: {NOT_KNOWN} {_rare()}", WIDTH), "", *wrap(CAUTION, WIDTH)]
    return "\n".join(lines) + "\n"


def _rare() -> str:
    """Loss of consciousness as published: the fit's interval for so rare an event is wider than what was seen."""
    row = next(row for row in shipped_acute() if row.quantity == "rate:loss_of_consciousness" and row.value)
    return (
        f"Loss of consciousness was seen in {row.value.low:g} to {row.value.high:g} % of people on nasal esketamine "
        f"({row.study_id}); this fit says no more about it."
    )


def _row(cells) -> str:
    return f"{cells[0]:>7}" + "".join(f"{cell:>18}" for cell in cells[1:])


def _cells(point: Point) -> tuple[str, ...]:
    pressures = (point.systolic_change_mmhg, point.diastolic_change_mmhg, point.heart_rate_change_per_min)
    risen = [f"{one.median:+.0f} ({one.low:.0f} to {one.high:.0f})" for one in pressures]
    cadss = f"{point.cadss.median:.1f} ({point.cadss.low:.1f}-{point.cadss.high:.1f})"
    return (f"{point.minutes:g}", *risen, cadss, f"{point.moaas_below_5.median:.0%}".replace("%", " %"))


def _share(one: Interval) -> str:
    digits = 1 if one.high < 0.05 else 0
    return f"{100 * one.median:.{digits}f} ({100 * one.low:.{digits}f} to {100 * one.high:.{digits}f})"


def _ready_words(answer: SessionAnswer) -> str:
    if not answer.rules:
        return "Ready to leave: no monitoring rules ship for this drug and route, so it is not judged."
    times = [
        f"{100 * share:g} % " + (f"by {minutes:.0f} minutes" if minutes is not None else "not within 4 hours")
        for share, minutes in answer.ready_minutes.items()
    ]
    held = ", ".join(f"{words} {100 * share:.0f} %" for words, share in answer.held_by.items() if share > 0.0)
    return (
        f"May be assessed as ready to leave, by the rules {answer.rules}: {'; '.join(times)}. At two hours held back "
        f"by {held or 'nothing'} of people. An escort and a person's judgement come on top."
    )


def session_record(answer: SessionAnswer) -> dict:
    """The promised record."""
    return {
        "schema": SCHEMA,
        "treatment": {"title": answer.title, "dose": answer.dose},
        "people": {"description": answer.people, "weight_kg": answer.weight_kg, "age_y": answer.age_y},
        "interval": {"level": 0.9, "kind": "equal-tailed"},
        "timeline": [
            {"minutes": point.minutes}
            | {name: vars(getattr(point, name)) for name in Point.__dataclass_fields__ if name != "minutes"}
            for point in answer.timeline
        ],
        "peaks": {name: {"value": vars(value), "minutes": vars(at)} for name, (value, at) in answer.peaks.items()},
        "probabilities": {name: vars(one) for name, one in answer.probabilities.items()},
        "placebo_probabilities": {name: vars(one) for name, one in answer.placebo_probabilities.items()},
        "ready_for_discharge": [
            {"minutes": one.minutes, "share": one.share, "effects_over": one.effects_over} for one in answer.ready
        ],
        "held_at_two_hours": dict(answer.held_by),
        "evidence": {"table": "acute_observations.csv", "inputs_sha256": answer.inputs_sha256},
        "model": {"method": "penalised least squares, Laplace", "checked": "in sample", "rules": answer.rules},
        "not_known": NOT_KNOWN,
        "extrapolated": list(answer.extrapolated),
        "caution": CAUTION,
    }
