"""A Regimen -> the sentence that `parse_treatment` reads back to the same sessions."""

from itertools import groupby, takewhile

from liftspan.errors import InvalidInput
from liftspan.treatment.dose import Dose, Session
from liftspan.treatment.drug import Drug
from liftspan.treatment.regimen import Regimen
from liftspan.treatment.route import Route
from liftspan.treatment.schedule import Rhythm, rhythm_days
from liftspan.units import HOURS_PER_DAY, MINUTES_PER_HOUR

RHYTHM_WORDS = {
    "twice weekly": Rhythm(2, 7), "thrice weekly": Rhythm(3, 7), "weekly": Rhythm(1, 7), "daily": Rhythm(1, 1),
    "every 2 days": Rhythm(1, 2), "every 3 days": Rhythm(1, 3), "every 4 days": Rhythm(1, 4),
    "every 10 days": Rhythm(1, 10), "every 2 weeks": Rhythm(1, 14), "every 4 weeks": Rhythm(1, 28),
}  # fmt: skip

# What a sentence says of the oral antidepressant beside the sessions.
BACKGROUND_WORDS = {
    "none": "",
    "continued": ", with a continued oral antidepressant",
    "new": ", with a new oral antidepressant",
}


def describe(regimen: Regimen) -> str:
    """The canonical sentence of a regimen: "0.5 mg/kg iv ketamine over 40 min, twice weekly for 3 weeks"."""
    end_d = round(regimen.end_h / HOURS_PER_DAY)
    if not regimen.sessions:
        return f"oral antidepressant daily {_length(end_d)}"
    days = [session.start_h / HOURS_PER_DAY for session in regimen.sessions]
    if any(day != int(day) for day in days):
        raise InvalidInput([f"a session starts on day {days}; only whole days have words"], subject="this treatment")
    doses = [dose for session in regimen.sessions for dose in session.doses]
    spread = {(dose.drug, dose.route) for dose in doses if dose.duration_h}
    whats = [_what(session, spread) for session in regimen.sessions]
    clauses, at = [], 0
    for words, count in _schedule([int(day) for day in days], end_d, _cuts(whats)):
        steps = _steps(whats[at : at + count])
        if at and steps == [whats[at - 1]]:
            steps = []  # goes on as before
        clauses.append(f"{', then '.join(_with_first(steps))}, {words}" if steps else words)
        at += count
    return ", then ".join(clauses) + BACKGROUND_WORDS[regimen.background]


def _cuts(whats: list[str]) -> list[int]:
    """Where a new phase begins: a dose changes after two sessions or more (one session is a step, not a phase)."""
    return [at for at in range(2, len(whats)) if whats[at] != whats[at - 1] == whats[at - 2]]


def _steps(whats: list[str]) -> list[str]:
    """Without the repeats at the end: the last step stays."""
    runs = [list(run) for _, run in groupby(whats)]
    return [what for run in runs[:-1] for what in run] + runs[-1][:1]


def _with_first(steps: list[str]) -> list[str]:
    return [f"{steps[0]} first", *steps[1:]] if len(steps) > 1 else steps


def _what(session: Session, spread: set) -> str:
    if not session.doses:
        return "placebo visits"
    dose = session.doses[0]
    if dose.drug is Drug.ESKETAMINE and dose.route is Route.NASAL:
        return f"{_number(sum(device.amount for device in session.doses))} mg nasal esketamine"
    unit = "mg/kg" if dose.per_kg else "mg"
    return f"{_number(dose.amount)} {unit} {dose.route} {dose.drug}{_duration(dose, spread)}"


def _duration(dose: Dose, spread: set) -> str:
    """How long it lasts; said of a bolus where silence would mean the duration of a neighbour, or 40 min."""
    if dose.duration_h:
        return f" over {_number(round(dose.duration_h * MINUTES_PER_HOUR, 6))} min"
    return " bolus" if dose.route is Route.IV or (dose.drug, dose.route) in spread else ""


def _number(value: float) -> str:
    return f"{value:g}" if float(f"{value:g}") == value else f"{value:.12f}".rstrip("0")


def _length(days: int) -> str:
    count, unit = (days // 7, "week") if days % 7 == 0 else (days, "day")
    return f"for {count} {unit}{'s' * (count != 1)}"


def _schedule(days: list[int], end_d: int, cuts: list[int]) -> list[tuple[str, int]]:
    """(words, number of sessions) of each phase; a list of days where no rhythm of trials fits."""
    if days == [end_d]:
        return [("once", 1)]
    listed = f"on days {', '.join(map(str, days))}" + (f", until day {end_d - 1}" if end_d > days[-1] else "")
    return _phases(days, end_d, cuts) or _phases(days, end_d, []) or [(listed, len(days))]


def _phases(days: list[int], end_d: int, cuts: list[int]) -> list[tuple[str, int]]:
    """Rhythms that together give exactly these days, the longest first; empty when there are none."""
    phases, at, start_d = [], 0, 0
    while at < len(days):
        most = next((cut for cut in cuts if cut > at), len(days)) - at
        rhythm, count, stop_d = _longest_phase(days[at:], most, start_d, end_d)
        if count < 2:
            return []
        phases.append((f"{rhythm} {_length(stop_d - start_d) if stop_d else f'for {count} sessions'}", count))
        at, start_d = at + count, stop_d
    return phases


def _longest_phase(days: list[int], most: int, start_d: int, end_d: int) -> tuple[str, int, int]:
    """(rhythm, sessions, day on which it stops) of the rhythm that gives most of these days; 0 = just a count."""
    best = ("", 0, 0)
    for words, rhythm in RHYTHM_WORDS.items():
        pairs = zip(days[:most], rhythm_days(rhythm, start_d, end_d + 1), strict=False)
        fitting = len(list(takewhile(lambda pair: pair[0] == pair[1], pairs)))
        for count in range(fitting, best[1], -1):
            stop_d = days[count] if count < len(days) else end_d
            exact = rhythm_days(rhythm, start_d, stop_d) == tuple(days[:count])
            if exact or (count == len(days) and days[-1] == end_d):
                best = (words, count, stop_d if exact else 0)
                break
    return best
