"""A session in words and as the promised record."""

from collections.abc import Mapping
from math import inf
from textwrap import wrap

from liftspan.session.answer import Interval, Point, Ready, SessionAnswer
from liftspan.session.published import readiness_read_from_min
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
    first = (
        "" if answer.first_dose == answer.dose else f"; the first, {answer.first_dose}, stands in liftspan body show"
    )
    shown = wrap(f"shown: its session with the largest dose, {answer.dose}{first}", WIDTH)
    lines = [*wrap(answer.title, WIDTH), *shown, answer.people, ""]
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
    sedated = f"{share_word(point.moaas_below_5.median, 0)} %" if point.moaas_below_5.high > 0.0 else "0 %"
    return (f"{point.minutes:g}", *risen, cadss, sedated)


def share_text(one: Interval) -> str:
    """`5 (1 to 27)` of 100, with a decimal where all is small. What rounds to zero was not shown to be impossible.

    >>> share_text(Interval(0.0, 0.0001, 0.0, 0.001)), share_text(Interval(0.0, 0.0, 0.0, 0.0))
    ('<0.05 (0.0 to 0.1)', 'below 0.05')
    """
    digits = 1 if 100 * one.high < SMALL else 0
    low, high = (f"{100 * side:.{digits}f}" for side in (one.low, one.high))
    if float(high) == 0.0:
        return share_word(one.high, digits)
    return f"{share_word(one.median, digits).replace('below ', '<')} ({low} to {high})"


def share_word(share: float, digits: int = 1) -> str:
    """`1.3` of 100; `below 0.05` where that many digits would print a zero."""
    said = f"{100 * share:.{digits}f}"
    return f"below {0.5 * 10.0**-digits:g}" if float(said) == 0.0 else said


def _ready_lines(answer: SessionAnswer) -> list[str]:
    """Both ways to be ready, what holds the rest, and which of the two is stricter and why."""
    told = [f"{100 * share:g} %" for share in answer.ready_minutes]
    since = readiness_read_from_min()
    read = f"Trials printed readiness from minute {since:g} on; what stands before it is the model's."
    judged = _times(answer.ready_minutes, answer.ready_notes)
    if answer.not_by_rules:
        lines = [f"{'Ready to leave, of people':<28}{'by the judgement of the trials':>36}"]
        lines += [f"{share:>25}   {one:>36}" for share, one in zip(told, judged, strict=True)]
        rules = f"Rules: {answer.rules}: {answer.not_by_rules}" if answer.rules else answer.not_by_rules.capitalize()
        return [*lines, *wrap(f"{read} {rules}, so readiness is not told by rules.{_lacking(answer)}", WIDTH)]
    rows = f"by the rule file{', which is stricter' if _is_stricter(answer) else ''}"
    lines = [f"{'Ready to leave, of people':<28}{'by the judgement of the trials':>36}{rows:>36}"]
    ruled = _times(answer.ready_minutes_by_rules, answer.ready_notes_by_rules)
    lines += [f"{share:>25}   {one:>36}{two:>36}" for share, one, two in zip(told, judged, ruled, strict=True)]
    held = ", ".join(f"{words} {100 * share:.0f} %" for words, share in answer.held_by.items() if share > 0.0)
    hour = next(one for one in answer.ready if one.minutes == HELD_AT_MIN)
    between = f"{_percent(hour.judged.low)} to {_percent(hour.judged.high)}"
    soft = f"; {', '.join(answer.soft_rules)}" if answer.soft_rules else ""
    most = "at most " if answer.not_simulated else ""
    said = (
        f"{read} Rules: {answer.rules}{soft}. At two hours {_percent(hour.judged.median)} are judged ready "
        f"({between} between clinics) and {most}{_percent(hour.by_rules)} by the rules, which hold back by "
        f"{held or 'nothing'} of people.{_lacking(answer)} What held those whom a trial did not judge ready was not "
        "published. An escort and a person's judgement come on top."
    )
    return [*lines, *wrap(said, WIDTH)]


def _is_stricter(answer: SessionAnswer) -> bool:
    """Whether the rules let nine of ten go later than the trials did; a share that nobody read so early is early."""
    judged, ruled = answer.ready_minutes[0.9], answer.ready_minutes_by_rules[0.9]
    if judged is None:
        judged = 0.0 if "before" in answer.ready_notes[0.9] else inf
    return (inf if ruled is None else ruled) > judged


def _lacking(answer: SessionAnswer) -> str:
    """What of the rules is not simulated, rule by rule."""
    if not answer.not_simulated:
        return ""
    said = "; ".join(f"{', '.join(one.words)} ({one.rule_id})" for one in answer.not_simulated)
    return f" Not simulated, so nobody is held by it here: {said}."


def _times(minutes: Mapping[float, float | None], notes: Mapping[float, str]) -> list[str]:
    return [notes[share] if at is None else f"{at:.0f} min" for share, at in minutes.items()]


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"


def session_record(answer: SessionAnswer) -> dict:
    """The promised record."""
    return {
        "schema": SCHEMA,
        "treatment": {"title": answer.title, "dose": answer.dose, "first_dose": answer.first_dose},
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
        "ready_notes": {
            "judged": {f"{share:g}": note for share, note in answer.ready_notes.items()},
            "by_rules": {f"{share:g}": note for share, note in answer.ready_notes_by_rules.items()},
        },
        "not_by_rules": answer.not_by_rules or None,
        "not_simulated": [
            {"rule": one.rule_id, "measures": list(one.measures), "judged_by_clinician": list(one.judged_by_clinician)}
            for one in answer.not_simulated
        ],
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
