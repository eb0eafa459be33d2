"""A record as written -> a Patient: one clock, entries in order, and what only the whole record can tell."""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise

from liftspan.forecast.entries import SHOWN, Entry, Written, number, zoned
from liftspan.forecast.patient import GivenSession, Patient, Score
from liftspan.forecast.read_course import Moment, ReadScore, ReadSession, read_score, read_session
from liftspan.forecast.read_person import read_person
from liftspan.forecast.scales import SCALES
from liftspan.units import HOURS_PER_DAY

MOST_ENTRIES = 400  # sessions, and scores; the most sessions that a plan in words may have
LONGEST_D = 3653.0  # ten years: beyond it a year was mistyped


@dataclass(frozen=True)
class Clock:
    """Where day 0 lies and what day it is, in the time that the record is written in."""

    zero: Moment
    today: Moment

    def day(self, moment: Moment) -> float:
        """Days since the first session; dates of different zones meet in one instant."""
        if isinstance(moment, datetime):
            return (moment - self.zero) / timedelta(days=1)
        return moment - self.zero


def assemble(written: Written, today: Moment | None, now: datetime, problems: list[str]) -> Patient | None:
    """The patient, or None where `problems` grew: all reasons of this record go there."""
    known = len(problems)
    person = read_person(written.person, problems)
    for what, entries in (("sessions", written.sessions), ("scores", written.scores)):
        if len(entries) > MOST_ENTRIES:
            problems.append(
                f"{entries[MOST_ENTRIES].at()}: {len(entries)} {what} of patient {written.id}; the most read is "
                f"{MOST_ENTRIES}; leave out the oldest"
            )
            return None
    sessions = [read_session(entry, problems) for entry in written.sessions]
    scores = [read_score(entry, problems) for entry in written.scores]
    clock = _clock(written, sessions, scores, today, now, problems)
    if clock is None:
        return None
    all_read = all(one.readable for one in scores) and all(one.moment is not None for one in sessions)
    sessions = [one for one in sessions if _kind(one.moment) is _kind(clock.zero)]
    timely = [one for one in scores if _kind(one.moment) is _kind(clock.zero)]
    _check_times(clock, sessions, timely, problems)
    _check_overlaps(clock, sessions, problems)
    merged = _merged(clock, [one for one in timely if one.readable], problems)
    primary = _primary(merged)
    if primary is None and all_read and len(timely) == len(scores):
        problems.append(_no_baseline(written, merged))
    if len(problems) > known or primary is None:
        return None
    done = sorted(((clock.day(one.moment), one) for one in sessions), key=lambda pair: pair[0])
    kept = [(one.given, GivenSession(day, one.text, one.doses, one.entry.where)) for day, one in done]
    return Patient(
        id=written.id,
        person=person,
        sessions=tuple(session for given, session in kept if given),
        planned=tuple(session for given, session in kept if not given),
        scores=merged,
        primary=primary,
        today_d=clock.day(clock.today),
    )


def _kind(moment: Moment | None) -> type:
    return datetime if isinstance(moment, datetime) else type(moment)


def _clock(
    written: Written,
    sessions: list[ReadSession],
    scores: list[ReadScore],
    today: Moment | None,
    now: datetime,
    problems: list[str],
) -> Clock | None:
    """Day 0 is the first session given; None where there is none that can be read."""
    given = [one for one in sessions if one.given]
    if not given:
        planned = " yet: all are planned" if sessions else ""
        problems.append(
            f"{written.person.at()}: no session of patient {written.id} was given{planned}; a forecast starts from the "
            "first one, and before it `liftspan how-fast` answers"
        )
    readable = [one for one in given if one.moment is not None]
    if not readable:
        return None
    kind = _kind(readable[0].moment)
    _check_one_kind([*sessions, *scores], kind, problems)
    zero = min(one.moment for one in readable if _kind(one.moment) is kind)
    past = [one.moment for one in [*given, *scores] if _kind(one.moment) is kind]
    day = _today(written, kind, today, problems)
    if day is None:
        day = now if kind is datetime else max(past)
    return Clock(zero, day)


def _check_one_kind(entries: list[ReadSession | ReadScore], kind: type, problems: list[str]) -> None:
    """Days and dates in one record: nobody knows the date of day 0."""
    other = next((one for one in entries if one.moment is not None and _kind(one.moment) is not kind), None)
    if other is not None:
        like = next(one for one in entries if _kind(one.moment) is kind)
        has, has_not = ("a date", "a day number") if kind is datetime else ("a day number", "a date")
        problems.append(
            f"{other.entry.at()}: has {has_not}, and {like.entry.at()} has {has}; use one of the two throughout"
        )


def _today(written: Written, kind: type, today: Moment | None, problems: list[str]) -> Moment | None:
    """What day it is, as asked or as the file says; None where neither does."""
    entry = written.today if today is None else Entry("the option today", 0, {"today": today})
    if entry is None:
        return None
    where = entry.at("today") if today is None else "the option today"
    value = entry.cells["today"]
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    if is_number and kind is datetime:
        problems.append(f"{where}: {value:g} is a day number, and patient {written.id} has dates; write a date-time")
        return None
    if is_number or isinstance(value, bool):
        return number(entry, "today", problems)
    found = zoned(entry, "today", problems)
    if found is not None and kind is not datetime:
        said = str(value)[:SHOWN]
        problems.append(f"{where}: {said} is a date-time, and patient {written.id} has day numbers; write a day")
        return None
    return found


def _check_times(clock: Clock, sessions: list[ReadSession], scores: list[ReadScore], problems: list[str]) -> None:
    """What happened lies before today, what is planned after it, and all within some years."""
    for one in (*sessions, *scores):
        if abs(clock.day(one.moment)) > LONGEST_D:
            key = "date" if isinstance(one.moment, datetime) else "day"
            problems.append(
                f"{one.entry.at(key)}: lies {clock.day(one.moment):.0f} days from the first session; the most read is "
                f"{LONGEST_D:.0f}; is the year right?"
            )
    now = f"today ({_said(clock.today)})"
    for one in sessions:
        if one.given and one.moment > clock.today:
            problems.append(
                f"{one.entry.at()}: this session is in the future but marked as given ({_said(one.moment)}, after "
                f"{now}); given = false if planned"
            )
        if not one.given and one.moment < clock.today:
            problems.append(
                f"{one.entry.at()}: this session is planned (given = false) for {_said(one.moment)}, before {now}; "
                "given = true if it took place, else remove it"
            )
    for one in scores:
        if one.moment > clock.today:
            problems.append(
                f"{one.entry.at()}: this score is in the future ({_said(one.moment)}, after {now}); is its day right, "
                "or `today` too early?"
            )


def _said(moment: Moment) -> str:
    """A time as the file says it, not as it is counted here."""
    return moment.isoformat(timespec="minutes") if isinstance(moment, datetime) else f"day {moment:g}"


def _check_overlaps(clock: Clock, sessions: list[ReadSession], problems: list[str]) -> None:
    for one, following in pairwise(sorted(sessions, key=lambda one: clock.day(one.moment))):
        gap_h = (clock.day(following.moment) - clock.day(one.moment)) * HOURS_PER_DAY
        length_h = max((dose.start_h + dose.duration_h for dose in one.doses), default=0.0)
        where = f"{following.entry.at()}: this session"
        if gap_h == 0.0:
            problems.append(f"{where} is at the same time as that of {one.entry.at()}; remove one, or give both times")
        elif length_h > gap_h:
            problems.append(
                f"{where} begins {gap_h:.3g} h after that of {one.entry.at()}, which lasts {length_h:.3g} h; is a time "
                "or a duration wrong?"
            )


def _merged(clock: Clock, scores: list[ReadScore], problems: list[str]) -> tuple[Score, ...]:
    """Scores by day and scale; one written twice counts once, two that differ are a problem."""
    kept: dict[tuple[float, str], tuple[Score, Entry]] = {}
    for one in scores:
        new = Score(
            clock.day(one.moment), one.scale, one.value, one.suicidal_item, one.recall_d, one.entry.where
        )  # fmt: skip
        old, entry = kept.setdefault((new.day, new.scale), (new, one.entry))
        if old.value != new.value:
            problems.append(
                f"{one.entry.at()}: {new.scale} {new.value:g}, and {old.value:g} at the same time ({entry.at()}); keep "
                "the right one, or give both their times"
            )
        for name, said in (("suicidal_item", SCALES[new.scale].suicidal_item), ("recall_d", "recall_d")):
            ours, theirs = getattr(new, name), getattr(old, name)
            if ours is not None and theirs is not None and ours != theirs:
                problems.append(
                    f"{one.entry.at()}: {said} {ours:g} of a score that stands twice, and {theirs:g} at {entry.at()}; "
                    "remove one of the two"
                )
            if theirs is None:
                old = replace(old, **{name: ours})
        kept[(new.day, new.scale)] = (old, entry)
    order = list(SCALES)
    return tuple(sorted((score for score, _ in kept.values()), key=lambda one: (one.day, order.index(one.scale))))


def _primary(scores: tuple[Score, ...]) -> str | None:
    """The scale with the most scores of those that have a baseline; MADRS first where they are as many."""
    counts = Counter(score.scale for score in scores)
    based = {score.scale for score in scores if score.day <= 0.0}
    return max((name for name in SCALES if name in based), key=lambda name: counts[name], default=None)


def _no_baseline(written: Written, scores: tuple[Score, ...]) -> str:
    if not scores:
        return (
            f"{written.person.at()}: no score of patient {written.id}; a forecast needs one at or before the first "
            "session, and more after it to be more than what holds for everyone"
        )
    first = scores[0]
    return (
        f"{written.person.at()}: no baseline of patient {written.id}: the earliest score ({first.scale}, "
        f"{first.where}) is {first.day:.3g} days after the first session; add the last one before it, for response "
        "compares with that one"
    )
