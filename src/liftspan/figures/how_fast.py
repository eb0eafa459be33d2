"""HowFast as curves and points of the figure."""

from collections.abc import Mapping
from pathlib import Path

from liftspan.evidence import load_evidence, published_points
from liftspan.figures.files import save_figure
from liftspan.figures.timeline import Curve, timeline_figure
from liftspan.how_fast.answer import LEVEL, HowFast
from liftspan.how_fast.question import last_session_h
from liftspan.how_fast.words import said_of_print
from liftspan.units import DAYS_PER_WEEK, HOURS_PER_DAY

SHOWN_AFTER_LAST_H = 4.0 * DAYS_PER_WEEK * HOURS_PER_DAY


def draw(answers: tuple[HowFast, ...], path: Path) -> Path:
    """Write the picture of one answer, or of several over each other, with the published arms near them."""
    return save_figure(figure_of(answers), path)


def figure_of(answers: tuple[HowFast, ...]):
    """The picture; answers of one name are told apart by a number."""
    names = [answer.question.name or answer.question.title for answer in answers]
    labels = [name if names.count(name) == 1 else f"{name} ({i + 1})" for i, name in enumerate(names)]
    evidence = load_evidence()
    by_label = dict(zip(labels, answers, strict=True))
    return timeline_figure(
        [curve for label, answer in by_label.items() for curve in _curves(label, answer)],
        {
            label: [session.start_h for session in answer.question.regimen.sessions if session.doses]
            for label, answer in by_label.items()
        },
        {label: published_points(evidence, answer.question.regimen) for label, answer in by_label.items()},
        "How fast does it work? " + (" against ".join(names) if len(answers) > 1 else answers[0].question.title),
        _subtitle(answers),
        level=LEVEL,
        notes=_notes(by_label),
    )


def _subtitle(answers: tuple[HowFast, ...]) -> str:
    """The people, and their circumstances where all answers share them."""
    first = answers[0].question
    shared = {answer.question.circumstances for answer in answers} == {first.circumstances}
    return f"{first.people}; {first.circumstances}" if shared else first.people


def _notes(by_label: Mapping[str, HowFast]) -> tuple[str, ...]:
    """What the curves stand for, and on which side of them nearly all published values lie."""
    blinding = list(dict.fromkeys(answer.question.blinding for answer in by_label.values()))
    said = [f"Lines are of {blinding[0]}."] if len(blinding) == 1 else []
    for label, answer in by_label.items():
        name = f"{label}: " if len(by_label) > 1 else ""
        said += [f"{name}lines are of {answer.question.blinding}."] if len(blinding) > 1 else []
        said += [f"{name}{one}" for one in said_of_print(answer)]
    return tuple(said)


def _curves(label: str, answer: HowFast) -> list[Curve]:
    until_h = max(last_session_h(answer.question.regimen), answer.question.regimen.end_h) + SHOWN_AFTER_LAST_H
    points = [point for point in answer.course_points if point.hours <= until_h]
    hours = [0.0, *(point.hours for point in points)]

    def shares(kind: str) -> Curve:
        values = [getattr(point, kind).group for point in points]
        return Curve(
            label,
            hours,
            [0.0, *(value.mean for value in values)],
            [0.0, *(value.low for value in values)],
            [0.0, *(value.high for value in values)],
            kind=kind,
        )

    groups = [point.change.group for point in points]
    people = [point.change.person for point in points]
    change = Curve(
        label,
        hours,
        [0.0, *(value.mean for value in groups)],
        [0.0, *(value.low for value in groups)],
        [0.0, *(value.high for value in groups)],
        [0.0, *(value.low for value in people)],
        [0.0, *(value.high for value in people)],
    )
    return [change, shares("response"), shares("remission")]
