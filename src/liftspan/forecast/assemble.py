"""A record as written -> a Patient: one clock, entries in order, and what only the whole record can tell."""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import pairwise

from liftspan.forecast.day_words import day_text
from liftspan.forecast.entries import ZONED, Entry, Written, calendar_moment, number, shown
from liftspan.forecast.patient import Calendar, GivenSession, Patient, Score
from liftspan.forecast.read_course import Moment, ReadScore, ReadSession, read_score, read_session
from liftspan.forecast.read_person import read_person
from liftspan.forecast.scales import SCALES
from liftspan.units import HOURS_PER_DAY

KINDS = {float: "a day number", date: "a date", datetime: "a date-time"}
MOST_ENTRIES = 400  # sessions, and scores; the most sessions that a plan in words may have
LONGEST_D = 3653.0  # ten years: beyond it a year was mistyped
OLD_BASELINE_D = 14.0  # as for the last score: an older one is no longer where the patient stands


@dataclass(frozen=True)
class Clock:
    """Where day 0 lies and what day it is, in the time that the record is written in."""

    zero: Moment
    today: Moment

    def day(self, moment: Moment) -> float:
        """Days since the first session; dates of different zones meet in one instant."""
        if isinstance(moment, date):
            return (moment - self.zero) / timedelta(days=1)
        return moment - self.zero

    def calendar(self, moments: list[Moment]) -> Calendar | None:
        """When day 0 was, told in the zone of the latest of these moments."""
        if not isinstance(self.zero, date):
            return None
        dated = [one for one in moments if isinstance(one, datetime)]
        return Calendar(self.zero, max(dated).tzinfo if dated else None)


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
    when = [(one.given, day) for day, one in done]
    kept = [(one.given, GivenSession(day, one.text, one.doses, one.entry.where)) for day, one in done]
    return Patient(
        id=written.id,
        person=person,
        sessions=tuple(session for given, session in kept if given),
        planned=tuple(session for given, session in kept if not given),
        scores=merged,
        primary=primary,
        today_d=clock.day(clock.today),
        cautions=(*_cautions(clock, merged, primary, timely), *_planned([day for given, day in when if not given])),
        calendar=clock.calendar([one.moment for one in (*sessions, *timely)]),
    )


def _cautions(clock: Clock, scores: tuple[Score, ...], primary: str, read: list[ReadScore]) -> tuple[str, ...]:
    """What an answer must say of this record: what was taken for granted, and a baseline of long ago."""
    found = [one.caution for one in read if one.caution]
    first = [score for score in scores if score.scale == primary and score.day <= 0.0][-1]
    if -first.day > OLD_BASELINE_D:
        found.append(
            f"the first score ({first.scale} {first.value:g}) is {-first.day:.0f} days older than the first session, "
            f"more than {OLD_BASELINE_D:g}: response and remission are counted from a severity of then"
        )
    if _kind(clock.zero) is date:
        found.append("dates without hours: a score of the day of a session is taken as rated before that session")
    return tuple(dict.fromkeys(found))


def _planned(days: list[float]) -> list[str]:
    """That the next session is asked of a record without those planned in it, which the days ahead do hold."""
    if not days:
        return []
    one = len(days) == 1
    many = f"a session is planned in the record (day {day_text(days[0])})"
    if not one:
        many = f"{len(days)} sessions are planned in the record (from day {day_text(days[0])})"
    return [
        f"{many}: the next session by day and the proposal stand in {'its' if one else 'their'} place, not beside "
        f"{'it' if one else 'them'}"
    ]


def _kind(moment: Moment | None) -> type:
    return next((kind for kind in (datetime, date) if isinstance(moment, kind)), type(moment))


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
    day = {datetime: now, date: now.date()}.get(kind) if day is None else day
    clock = Clock(zero, max(past) if day is None else day)
    since_d = clock.day(clock.today)
    if day is not None and abs(since_d) > LONGEST_D:
        problems.append(
            f"{_place_of_today(written, today)}: today ({_said(day)}) lies {since_d:.6g} days from the first session; "
            f"the most read is {LONGEST_D:.0f}; is the day, or the year, right?"
        )
    return clock


def _place_of_today(written: Written, today: Moment | None) -> str:
    if today is not None:
        return "the option today"
    return written.person.at() if written.today is None else written.today.at("today")


def _check_one_kind(entries: list[ReadSession | ReadScore], kind: type, problems: list[str]) -> None:
    """Days and dates in one record: nobody knows the date of day 0."""
    other = next((one for one in entries if one.moment is not None and _kind(one.moment) is not kind), None)
    if other is None:
        return
    like = next(one for one in entries if _kind(one.moment) is kind)
    if {kind, _kind(other.moment)} == {date, datetime}:
        plain, full = (other, like) if kind is datetime else (like, other)
        problems.append(
            f"{plain.entry.at('date')}: date {plain.moment} has neither time nor zone, and {full.entry.at('date')} has "
            f"both: a score before a session is not one after it; write {ZONED}, or plain dates throughout"
        )
        return
    problems.append(
        f"{other.entry.at()}: has {KINDS[_kind(other.moment)]}, and {like.entry.at()} has {KINDS[kind]}; use one of "
        "the two throughout"
    )


def _today(written: Written, kind: type, today: Moment | None, problems: list[str]) -> Moment | None:
    """What day it is, as asked or as the file says; None where neither does."""
    entry = written.today if today is None else Entry("the option today", 0, {"today": today})
    if entry is None:
        return None
    where = _place_of_today(written, today)
    value = entry.cells["today"]
    found = (number if isinstance(value, (int, float)) else calendar_moment)(entry, "today", problems)
    if found is not None and _kind(found) is not kind:
        problems.append(
            f"{where}: {shown(value)} is {KINDS[_kind(found)]}, and the record of patient {written.id} has "
            f"{KINDS[kind].removeprefix('a ')}s; write {KINDS[kind]}"
        )
        return None
    return found


def _check_times(clock: Clock, sessions: list[ReadSession], scores: list[ReadScore], problems: list[str]) -> None:
    """What happened lies before today, what is planned after it, and all within some years."""
    for one in (*sessions, *scores):
        if abs(clock.day(one.moment)) > LONGEST_D:
            key = "date" if isinstance(one.moment, date) else "day"
            problems.append(
                f"{one.entry.at(key)}: lies {clock.day(one.moment):.6g} days from the first session; the most read is "
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
    if isinstance(moment, datetime):
        return moment.isoformat(timespec="minutes")
    return moment.isoformat() if isinstance(moment, date) else f"day {moment:g}"


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
