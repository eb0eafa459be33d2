"""A session in words and as the promised record."""

from math import inf
from textwrap import wrap

from liftspan.session.answer import Interval, Point, Ready, SessionAnswer
from liftspan.session.readiness import HELD_AT_MIN
from liftspan.session.serious import SeriousEvent

SCHEMA = "liftspan/session/1"
WIDTH, SMALL = 100, 5.0  # shares below this many of 100 are given with a decimal
HEAD = ("minutes", "systolic mmHg", "diastolic mmHg", "heart rate", "CADSS", "MOAA/S < 5")
SAID = {
    "systolic_180": "systolic pressure 180 mmHg or more",
    "systolic_rise_40": "systolic rise of 40 mmHg or more",
    "diastolic_110": "diastolic pressure 110 mmHg or more",
    "diastolic_rise_25": "diastolic rise of 25 mmHg or more",
    "cadss_above_4": "CADSS above 4",
    "moaas_below_5": "any sedation (MOAA/S below 5)",
    "loss_of_consciousness": "loss of consciousness (MOAA/S 0)",
    "dissociation": "dissociation, reported",
    "dizziness": "dizziness",
    "nausea": "nausea",
    "vomiting": "vomiting",
    "headache": "headache",
    "anxiety": "anxiety",
}
NOT_KNOWN = (
    "Blood pressure rose between 3 and 16 mmHg on average in three cohorts of infusions, and nobody knows why: the "
    "range above is that between clinics. Between-person spread and the largest effects are assumptions where no "
    "source gave them. How well studies are predicted that the fit did not see: liftspan session check."
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
            f"{words:<44}{share_text(answer.probabilities[name]):>22}{share_text(answer.placebo_probabilities[name]):>22}"
        )
    lines += ["", *wrap(serious_words(answer.serious), WIDTH), "", *_ready_lines(answer), ""]
    if answer.extrapolated:
        lines += [*wrap(f"Beyond what was seen: {'; '.join(answer.extrapolated)}.", WIDTH), ""]
    lines += [*wrap(f"Not known: {NOT_KNOWN}", WIDTH), "", *wrap(CAUTION, WIDTH)]
    return "\n".join(lines) + "\n"


def serious_words(events: tuple[SeriousEvent, ...]) -> str:
    """Rare events as they were counted."""
    said = "; ".join(f"{one.words}: {counted(one)} ({one.route.lower()}, {one.source})" for one in events)
    return (
        f"Serious events, as counted (exact 90 % limits), at whatever dose: {said}. No placebo rate of these was "
        "printed, and nobody has shown how they depend on dose."
    )


def counted(one: SeriousEvent) -> str:
    """`0 of 188 people, 0.0 to 1.6 %`, or a printed bound."""
    if one.of is None:
        return f"at most {100 * one.high:g} % of people"
    return f"{one.events} of {one.of} {one.unit}, {100 * one.low:.1f} to {100 * one.high:.1f} %"


def _row(cells) -> str:
    return f"{cells[0]:>7}" + "".join(f"{cell:>18}" for cell in cells[1:])


def _cells(point: Point) -> tuple[str, ...]:
    pressures = (point.systolic_change_mmhg, point.diastolic_change_mmhg, point.heart_rate_change_per_min)
    risen = [f"{one.median:+.0f} ({one.low:.0f} to {one.high:.0f})" for one in pressures]
    cadss = f"{point.cadss.median:.1f} ({point.cadss.low:.1f}-{point.cadss.high:.1f})"
    return (f"{point.minutes:g}", *risen, cadss, f"{point.moaas_below_5.median:.0%}".replace("%", " %"))


def share_text(one: Interval) -> str:
    """`5 (1 to 27)` of 100, with a decimal where all is small."""
    digits = 1 if 100 * one.high < SMALL else 0
    return f"{100 * one.median:.{digits}f} ({100 * one.low:.{digits}f} to {100 * one.high:.{digits}f})"


def _ready_lines(answer: SessionAnswer) -> list[str]:
    """Both ways to be ready, what holds the rest, and which of the two is stricter and why."""
    lines = [
        f"{'Ready to leave, of people':<44}" + "".join(f"{100 * share:>9g} %" for share in answer.ready_minutes),
        f"{'  by the judgement of the trials':<44}" + _times(answer.ready_minutes),
    ]
    if not answer.rules:
        said = "No monitoring rules ship for this drug and route, so it is not judged by rules."
        return [*lines, *wrap(said, WIDTH)]
    late = [minutes or inf for minutes in (answer.ready_minutes[0.9], answer.ready_minutes_by_rules[0.9])]
    words = "  by the rule file" + (", which is stricter" if late[1] > late[0] else "")
    lines.append(f"{words:<44}" + _times(answer.ready_minutes_by_rules))
    held = ", ".join(f"{words} {100 * share:.0f} %" for words, share in answer.held_by.items() if share > 0.0)
    hour = next(one for one in answer.ready if one.minutes == HELD_AT_MIN)
    between = f"{_percent(hour.judged.low)} to {_percent(hour.judged.high)}"
    said = (
        f"Rules: {answer.rules}{_beside_rules(answer)}. At two hours {_percent(hour.judged.median)} are judged ready "
        f"({between} between clinics) and {_percent(hour.by_rules)} by the rules, which hold back by "
        f"{held or 'nothing'} of people. What held those whom a trial did not judge ready was not published. An escort "
        "and a person's judgement come on top."
    )
    return [*lines, *wrap(said, WIDTH)]


def _beside_rules(answer: SessionAnswer) -> str:
    """Which rules no source gives, and what of them cannot be held against simulated readings."""
    said = f"; {', '.join(answer.soft_rules)}" if answer.soft_rules else ""
    lacking = f"; {', '.join(answer.not_simulated)}: not simulated" if answer.not_simulated else ""
    return said + lacking


def _times(minutes) -> str:
    said = ("after 4 h" if one is None else f"{one:.0f} min" if one > 0.0 else "always" for one in minutes.values())
    return "".join(f"{one:>11}" for one in said)


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"


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
        "placebo_probabilities": {
            name: vars(one) if one else None for name, one in answer.placebo_probabilities.items()
        },
        "serious_events": [vars(one) for one in answer.serious],
        "ready_for_discharge": [_ready_record(one) for one in answer.ready],
        "ready_minutes": {
            "judged": {f"{share:g}": minutes for share, minutes in answer.ready_minutes.items()},
            "by_rules": {f"{share:g}": minutes for share, minutes in answer.ready_minutes_by_rules.items()},
        },
        "held_at_two_hours": dict(answer.held_by),
        "evidence": {"table": "acute_observations.csv", "inputs_sha256": answer.inputs_sha256},
        "model": {
            "method": "penalised least squares, Laplace",
            "checked": "each study left out: liftspan session check",
            "rules": answer.rules,
        },
        "not_known": NOT_KNOWN,
        "extrapolated": list(answer.extrapolated),
        "caution": CAUTION,
    }


def _ready_record(one: Ready) -> dict:
    """`share`: as the trials judged it, since that is what was published."""
    return {
        "minutes": one.minutes, "share": one.judged.mean, "low": one.judged.low, "high": one.judged.high,
        "by_rules": one.by_rules, "effects_over": one.effects_over,
    }  # fmt: skip
