"""From a patient's record to people who would have written it: the population, reweighted until the weights hold."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from liftspan.forecast.ahead import Crowd, crowd_of
from liftspan.forecast.condition import Learned, Seen, learn
from liftspan.forecast.members import Members, draw_members
from liftspan.forecast.outcomes import GRID_D, Course
from liftspan.forecast.patient import Patient, Score
from liftspan.forecast.plans import context_of, regimen_of
from liftspan.forecast.rating import severity_behind
from liftspan.forecast.scales import SCALES
from liftspan.mood.scales import RESPONSE_FRACTION
from liftspan.mood.severity import RECALL_AT_MOST_H
from liftspan.posterior import Posterior
from liftspan.units import HOURS_PER_DAY

MEMBERS, PEOPLE = 250, 32
CROWD = MEMBERS * PEOPLE
FEWEST_EFFECTIVE = 400.0  # people; below it the tails of a 90 % interval are noise
MORE_MEMBERS = (1000, 4000)  # tried in turn
STRANGER_THAN = 0.001  # share of people of the population whose scores are stranger: below it this is another kind


@dataclass(frozen=True)
class Known:
    """One patient's people, and how they were found."""

    patient: Patient
    crowd: Crowd
    course: Course
    effective: float  # people of equal weight that say as much
    members: int
    p_value: float  # share of the population whose scores are stranger
    seen: Seen
    unseen: Callable[[], Crowd]  # draws `population`

    @cached_property
    def population(self) -> Crowd:
        """The same members before any score after the first."""
        return self.unseen()

    @property
    def refined(self) -> bool:
        """Whether more members were needed than usual."""
        return self.members > MEMBERS

    @property
    def is_strange(self) -> bool:
        """Whether these scores are stranger than nearly anybody's of the population."""
        return self.p_value < STRANGER_THAN


def know(patient: Patient, posterior: Posterior, seed: int, *, scores: int | None = None, at_d: tuple = ()) -> Known:
    """People who would have written a patient's scores.

    Args:
        scores: only the first so many after the first one; None = all.
        at_d: further days ahead, from today.

    Raises InvalidInput for a weight, an age or a first score outside what the model answers for.
    """
    first = first_score(patient)
    seen = seen_of(patient, first)
    seen = seen if scores is None else seen.at(slice(scores))
    times_h = HOURS_PER_DAY * np.unique([patient.today_d + day for day in (*GRID_D, *at_d)])
    baseline_madrs = _madrs_of(first)

    def people(count: int, given: Seen) -> Learned:
        members = _members(patient, posterior, baseline_madrs, count, seed)
        context = context_of(patient)
        return learn(members, regimen_of(patient), context, given, times_h, PEOPLE, seed)

    learned = people(MEMBERS, seen)
    for more in MORE_MEMBERS:
        if learned.effective >= FEWEST_EFFECTIVE or learned.p_value < STRANGER_THAN:
            break
        learned = people(more, seen)
    course = Course(first.value, baseline_madrs, _responded(patient, first))
    return Known(
        patient=patient,
        crowd=crowd_of(learned, CROWD, seed),
        course=course,
        effective=learned.effective,
        members=len(learned.members),
        p_value=learned.p_value,
        seen=seen,
        unseen=lambda: crowd_of(people(MEMBERS, seen.at(slice(0))), CROWD, seed),
    )


def first_score(patient: Patient) -> Score:
    """The score from which response is counted: the last one before treatment on the scale of the answer."""
    return [score for score in patient.scores if score.scale == patient.primary and score.day <= 0.0][-1]


def seen_of(patient: Patient, first: Score) -> Seen:
    """The other scores, in the form that is learned from; the scale of the answer stands first."""
    others = [score for score in patient.scores if score is not first]
    names = [patient.primary, *sorted({score.scale for score in others} - {patient.primary})]
    return Seen(
        times_h=np.array([HOURS_PER_DAY * score.day for score in others]),
        value=np.array([score.value for score in others]),
        recall_h=np.array(
            [RECALL_AT_MOST_H if score.recall_d is None else HOURS_PER_DAY * score.recall_d for score in others]
        ),
        which=np.array([names.index(score.scale) for score in others], dtype=int),
        scales=tuple(SCALES[name] for name in names),
    )


def _madrs_of(score: Score) -> float:
    scale = SCALES[score.scale]
    return float(severity_behind(np.array([score.value]), (scale,), np.zeros(1, dtype=int))[0])


def _responded(patient: Patient, first: Score) -> bool:
    return any(
        score.value <= RESPONSE_FRACTION * first.value
        for score in patient.scores
        if score.scale == patient.primary and score.day > 0.0
    )


def _members(patient: Patient, posterior: Posterior, baseline_madrs: float, count: int, seed: int) -> Members:
    person = patient.person
    return draw_members(posterior, person.weight_kg, person.age_y, baseline_madrs, count, seed)
