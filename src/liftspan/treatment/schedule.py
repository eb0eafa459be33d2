"""Schedules: 'twice weekly for 4 weeks' -> session days, counted from the first session, which is day 0."""

from dataclasses import dataclass

from liftspan.treatment.words import Token

Clause = dict[str, list[Token]]  # the tokens between two 'then', by kind
SCHEDULE_KINDS = ("days", "rhythm", "count", "length", "until")

# Two years and 400 sessions hold every schedule ever tried in depression; more is a slip of unit or of digits.
MAX_DAYS = 731
MAX_SESSIONS = 400


@dataclass(frozen=True)
class Rhythm:
    """`times` sessions in every `period_d` days, spread evenly: 3 in 7 days fall on days 0, 2, 4 of each week."""

    times: int
    period_d: int


@dataclass(frozen=True)
class Phase:
    """The session days of one clause, and where the next clause starts."""

    days: tuple[int, ...]
    end_d: int
    closed: bool  # closed by a length: the next phase starts at end_d; else one interval of its own after the last day


def rhythm_days(rhythm: Rhythm, start_d: int, before_d: int) -> tuple[int, ...]:
    """Session days from `start_d` up to and without `before_d`: the days that trials print for these words."""
    offsets = [i * rhythm.period_d // rhythm.times for i in range(rhythm.times)]
    starts = range(start_d, before_d, rhythm.period_d)
    return tuple(start + offset for start in starts for offset in offsets if start + offset < before_d)


def has_schedule(clause: Clause) -> bool:
    return any(kind in clause for kind in SCHEDULE_KINDS)


def read_phase(clause: Clause, previous: Phase | None, problems: list[str]) -> Phase | None:
    """The session days of a clause, or None with the reasons added to `problems`."""
    known = len(problems)
    if "days" in clause:
        phase = _listed_days(clause, previous, problems)
    elif "rhythm" in clause:
        phase = _repeated_days(clause, previous, problems)
    else:
        phase = _one_day(clause, previous, problems)
    if phase and phase.end_d > MAX_DAYS:
        problems.append(f"the plan reaches day {phase.end_d}; the most answered is {MAX_DAYS}: check the unit")
    return phase if len(problems) == known else None


def _one(clause: Clause, kind: str, problems: list[str]):
    """The value of this kind, when all its tokens agree."""
    tokens = clause.get(kind, [])
    if len({token.value for token in tokens}) > 1:
        said = " and ".join(f"'{token.text}'" for token in tokens)
        problems.append(f"{said} contradict each other; keep one, or join two phases with 'then'")
    return tokens[0].value if tokens else None


def _whole(value: float, lowest: int, what: str, problems: list[str]) -> int | None:
    if lowest <= value <= 1e6 and value == int(value):
        return int(value)
    problems.append(f"{what}: {value:g} must be a whole number of at least {lowest} and of sensible size")
    return None


def _end(clause: Clause, start_d: int, problems: list[str]) -> int | None:
    """The day before which the phase ends. 'Until week 32' and 'until day 20' include that week and that day."""
    length, until = _one(clause, "length", problems), _one(clause, "until", problems)
    if length and until:
        problems.append(f"'{clause['length'][0].text}' and '{clause['until'][0].text}' both say the end; keep one")
    elif length:
        if length[1] not in ("day", "week"):
            problems.append(f"'{clause['length'][0].text}': a {length[1]} has no fixed number of sessions; write weeks")
        elif count := _whole(length[0], 1, f"'{clause['length'][0].text}'", problems):
            return start_d + count * (7 if length[1] == "week" else 1)
    elif until:
        at = until[0] * 7 if until[1] == "week" else until[0] + 1
        if at <= start_d or at != at:
            problems.append(
                f"'{clause['until'][0].text}' ends on day {at:g}, before this phase begins on day {start_d}; "
                "weeks and days count from the first session"
            )
        else:
            return _whole(at, 1, f"'{clause['until'][0].text}'", problems)
    return None


def _repeated_days(clause: Clause, previous: Phase | None, problems: list[str]) -> Phase | None:
    times, period_d = _one(clause, "rhythm", problems)
    words = f"'{clause['rhythm'][0].text}'"
    times, period_d = _whole(times, 1, words, problems), _whole(period_d, 1, words, problems)
    if not times or not period_d:
        return None
    if times > period_d:
        problems.append(f"{words} is more than one session a day; write the amount of the whole day with 'daily'")
        return None
    start_d = 0
    if previous:
        start_d = previous.end_d if previous.closed else previous.days[-1] + period_d // times
    end_d = _end(clause, start_d, problems)
    count = _one(clause, "count", problems)
    if count is not None and (count := _whole(count, 1, f"'{clause['count'][0].text}'", problems)) is None:
        return None
    if end_d is None and count is None:
        if not {"length", "until"} & clause.keys():
            problems.append(f"{words} does not say for how long; add 'for 4 weeks' or 'until week 32'")
        return None
    if max((end_d or 0) - start_d, count or 0) * (1 if end_d else period_d / times) > MAX_DAYS:
        problems.append(f"{words} goes on beyond {MAX_DAYS} days, two years; check the unit of its length")
        return None
    rhythm = Rhythm(times, period_d)
    days = rhythm_days(rhythm, start_d, end_d or start_d + count * period_d)
    if end_d and count and len(days) != count:
        problems.append(f"'{clause['count'][0].text}' contradicts {words}, which gives {len(days)} sessions; keep one")
    if end_d is None:
        return Phase(days[:count], days[count - 1], closed=False)
    return Phase(days, end_d, closed=True)


def _listed_days(clause: Clause, previous: Phase | None, problems: list[str]) -> Phase | None:
    values = [day for token in clause["days"] for day in token.value]
    what = f"'{clause['days'][0].text}'"
    if others := [clause[kind][0].text for kind in ("rhythm", "length") if kind in clause]:
        problems.append(f"{what} lists the days and '{others[0]}' repeats them; keep one")
    days = [_whole(day, 0, what, problems) for day in values]
    if None in days:
        return None
    if twice := sorted({day for day in days if days.count(day) > 1}):
        problems.append(f"{what}: day {', '.join(map(str, twice))} appears twice; one session a day at most")
    elif days != sorted(days):
        problems.append(f"{what}: days are not in order; did you mean {', '.join(map(str, sorted(days)))}?")
    if previous is None and min(days) > 0:
        shifted = ", ".join(str(day - min(days)) for day in days)
        problems.append(f"{what} begins with day {min(days)}; the first session is day 0: write {shifted}")
    if previous and min(days) <= previous.days[-1]:
        problems.append(f"{what} begins on day {min(days)}, before the phase before it ends on day {previous.days[-1]}")
    if "count" in clause and clause["count"][0].value != len(days):
        problems.append(f"'{clause['count'][0].text}' contradicts {what}, which lists {len(days)}; keep one")
    end_d = _end({"until": clause["until"]}, max(days), problems) if "until" in clause else max(days)
    return Phase(tuple(days), end_d or max(days), closed="until" in clause)


def _one_day(clause: Clause, previous: Phase | None, problems: list[str]) -> Phase | None:
    count = _one(clause, "count", problems)
    said = next((clause[kind][0].text for kind in ("length", "until", "count") if kind in clause), "once")
    if count not in (None, 1.0) or {"length", "until"} & clause.keys():
        problems.append(f"'{said}' does not say how often; add 'daily', 'twice weekly' or 'on days 0, 3'")
    elif previous and not previous.closed:
        problems.append(f"'{said}' does not say when; write the day, as in 'then on day {previous.days[-1] + 7}'")
    start_d = previous.end_d if previous else 0
    return Phase((start_d,), start_d, closed=False)
