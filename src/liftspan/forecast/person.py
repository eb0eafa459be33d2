"""From a patient's record to people who would have written it: the population, reweighted until the weights hold."""

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from liftspan.forecast.ahead import Crowd, crowd_of
from liftspan.forecast.care import Care
from liftspan.forecast.condition import Learned, evidence_of, learn
from liftspan.forecast.members import Members, Numbers, first_numbers, members_of
from liftspan.forecast.outcomes import GRID_D, Course
from liftspan.forecast.patient import Patient, Score
from liftspan.forecast.plans import context_of, regimen_of
from liftspan.forecast.rating import severity_behind
from liftspan.forecast.scales import SCALES
from liftspan.forecast.straight import Seen
from liftspan.forecast.tempering import tempered
from liftspan.mood.context import Context
from liftspan.mood.scales import RESPONSE_FRACTION
from liftspan.mood.severity import RECALL_AT_MOST_H
from liftspan.population import Enrolment, usual_enrolment
from liftspan.posterior import Posterior
from liftspan.treatment.regimen import Regimen
from liftspan.units import HOURS_PER_DAY

MEMBERS, PEOPLE = 250, 32
CROWD = MEMBERS * PEOPLE
FEWEST_EFFECTIVE = 400.0  # people; below it the tails of a 90 % interval are noise
FEWEST_MEMBERS = 25.0  # of equal weight: what belongs to a member is known from so many
JUDGING = 16  # people by whom the evidence for a member is judged while members are moved
STRANGER_THAN = 0.001  # share of people of the population whose scores are stranger: below it this is another kind


@dataclass(frozen=True)
class Known:
    """One patient's people, and how they were found.

    Two are equal that come from the same record and seed: people follow from these, so arrays are not compared.
    """

    patient: Patient
    crowd: Crowd = field(compare=False)
    course: Course
    effective: float  # people of equal weight that say as much
    refined: bool  # whether members were moved to where the scores want them: the population's weights had collapsed
    p_value: float  # share of the population whose scores are stranger
    seen: Seen = field(compare=False)
    unseen: "Unseen" = field(compare=False)  # draws `population`
    seed: int
    care: Care  # under which every plan is met

    @cached_property
    def population(self) -> Crowd:
        """Members of the population before any score after the first."""
        return self.unseen.drawn()

    @property
    def is_strange(self) -> bool:
        """Whether these scores are stranger than nearly anybody's of the population."""
        return self.p_value < STRANGER_THAN

    def __getstate__(self) -> dict:
        """Without what can be drawn again: a stored answer is half as large."""
        return {name: value for name, value in vars(self).items() if name != "population"}


@dataclass(frozen=True)
class Found:
    """People who would have written some scores."""

    learned: Learned
    p_value: float  # as in Known
    refined: bool

    @property
    def effective(self) -> float:
        """People of equal weight that say as much; of moved members, whose people hang together, at most one each."""
        return min(self.learned.effective, len(self.learned.members)) if self.refined else self.learned.effective


@dataclass(frozen=True)
class Treated:
    """People of one weight, age and first score, and what is done to them."""

    posterior: Posterior
    enrolment: Enrolment
    regimen: Regimen
    context: Context
    seed: int

    def learn(self, seen: Seen, times_h: np.ndarray, fewest: float = FEWEST_EFFECTIVE) -> Found:
        """Reweight the population by scores; move its members to them where fewer than `fewest` people are left."""
        numbers = first_numbers(self.posterior, MEMBERS, self.seed)
        plain = self._people(numbers, seen, times_h)
        enough = plain.effective >= fewest and plain.effective_members >= FEWEST_MEMBERS
        if not len(seen) or enough or plain.p_value < STRANGER_THAN:
            return Found(plain, plain.p_value, refined=False)

        def evidence(some: Numbers) -> np.ndarray:
            return evidence_of(self._members(some), self.regimen, self.context, seen, JUDGING, self.seed)

        moved, worth = tempered(numbers, evidence, self.posterior.size, self.seed)
        return Found(self._people(moved, seen, times_h, worth), plain.p_value, refined=True)

    def _members(self, numbers: Numbers) -> Members:
        return members_of(self.posterior, self.enrolment, numbers)

    def _people(self, numbers: Numbers, seen: Seen, times_h: np.ndarray, worth: np.ndarray | float = 0.0) -> Learned:
        members = self._members(numbers)
        return learn(members, self.regimen, self.context, seen, times_h, PEOPLE, self.seed, worth=worth)


@dataclass(frozen=True)
class Unseen:
    """How people of the population are drawn who are treated alike, whatever they would score."""

    treated: Treated
    seen: Seen  # without scores, on the same scales
    times_h: np.ndarray

    def drawn(self) -> Crowd:
        """These people, the same each time."""
        return crowd_of(self.treated.learn(self.seen, self.times_h).learned, CROWD, self.treated.seed)


def know(
    patient: Patient,
    posterior: Posterior,
    seed: int,
    *,
    scores: int | None = None,
    at_d: tuple = (),
    care: Care = Care.ON,
) -> Known:
    """People who would have written a patient's scores.

    Args:
        scores: only the first so many after the first one; None = all.
        at_d: further days ahead, from today.
        care: whether visits go on; it changes what is ahead, not what was learned until today.

    Raises InvalidInput for a weight, an age or a first score outside what the model answers for.
    """
    first = first_score(patient)
    seen = seen_of(patient, first)
    seen = seen if scores is None else seen.at(slice(scores))
    times_h = HOURS_PER_DAY * np.unique([patient.today_d + day for day in (*GRID_D, *at_d)])
    baseline_madrs = _madrs_of(first)
    treated = Treated(
        posterior=posterior,
        enrolment=usual_enrolment(patient.person.weight_kg, patient.person.age_y, baseline_madrs),
        regimen=regimen_of(patient),
        context=context_of(patient),
        seed=seed,
    )
    found = treated.learn(seen, times_h)
    return Known(
        patient=patient,
        crowd=crowd_of(found.learned, CROWD, seed),
        course=Course(first.value, baseline_madrs, _responded(patient, first)),
        effective=found.effective,
        refined=found.refined,
        p_value=found.p_value,
        seen=seen,
        unseen=Unseen(treated, seen.at(slice(0)), times_h),
        seed=seed,
        care=care,
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
