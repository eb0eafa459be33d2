"""What is asked: a plan, people, circumstances; and the times at which they are rated.

What a person can receive is open care: everyone knows what is given. The blinding of a trial is asked for.
"""

from dataclasses import dataclass, replace

import numpy as np

from liftspan.errors import InvalidInput
from liftspan.how_fast.limits import status_of
from liftspan.mood.context import Context, Control
from liftspan.person import People
from liftspan.population import Enrolment, GivenPeople, draw_people, given_people, usual_enrolment
from liftspan.posterior import Posterior
from liftspan.treatment import Protocol, Regimen
from liftspan.treatment.describe import BACKGROUND_WORDS
from liftspan.units import HOURS_PER_DAY, HOURS_PER_WEEK

# What a control is, in words; `Control.OPEN` is none.
CONTROL_WORDS = {
    "saline": "saline",
    "midazolam": "midazolam",
    "placebo_spray": "a placebo spray",
    "placebo_oral": "placebo tablets",
    "anaesthesia": "anaesthesia alone",
}
DEFAULT_CONTROL, DEFAULT_SETTING = Control.OPEN.value, "outpatient"
# Contact with care: visits go on while the plan does (mood/context.py lets it fade a week later).
CARE = "until-last-session"
# The timeline always holds these: 2 h, 4 h, day 2 (24 h), day 4, week 1, week 2, day 28.
ALWAYS_H = (2.0, 4.0, 24.0, 72.0, 168.0, 336.0, 648.0)
# Visits at which response and relapse are looked for, days: dense at first, then twice weekly, then weekly.
EARLY_VISITS_D = (1.0, 2.0, 3.0, 5.0, 7.0, 10.5, 14.0, 17.5, 21.0, 24.5, 28.0)
FOLLOW_UP_H = 12.0 * HOURS_PER_WEEK  # after the last session, and never less than this in all


@dataclass(frozen=True)
class Question:
    """What was asked: the plan, the people and the circumstances."""

    name: str  # of the protocol, or "" for a treatment in words
    title: str
    regimen: Regimen
    context: Context
    background: str
    setting: str
    status: str
    source: str
    people: str  # in words
    trial_control: str = ""  # how the trial behind a named protocol was blinded; it is not what is answered by itself

    @property
    def tablets_alone(self) -> bool:
        """Whether the treatment is a new oral antidepressant and nothing else."""
        return self.regimen.daily_oral_antidepressant and not self.regimen.sessions

    @property
    def has_drug(self) -> bool:
        """Whether anything active is given: else it is the control itself."""
        return self.tablets_alone or any(session.doses for session in self.regimen.sessions)

    @property
    def without(self) -> str:
        """What the treatment is set beside, in words."""
        return "placebo tablets and the same time" if self.tablets_alone else "the same visits without the drug"

    @property
    def blinding(self) -> str:
        """How people are treated, in words."""
        return blinding_words(self.context.control.value)

    @property
    def trial_blinding(self) -> str:
        """How people were treated in the trial behind a named protocol, in words."""
        return "an open trial" if self.trial_control == "open" else blinding_words(self.trial_control)[3:]

    @property
    def circumstances(self) -> str:
        """In words: "outpatient, open care, antidepressant: none"."""
        return f"{self.setting}, {self.blinding}, antidepressant: {self.background}"


def blinding_words(control: str) -> str:
    """How people are treated, in words: open care, or a trial with its control."""
    return "open care" if control == "open" else f"in a trial blinded against {CONTROL_WORDS[control]}"


def question_of(treatment, control, background, setting, weight_kg, age_y, baseline, people) -> Question:
    """What was asked: in open care where nothing else is said, with the antidepressant that the treatment names."""
    named = isinstance(treatment, Protocol)
    regimen = _with_background(treatment, background)
    background = background or regimen.background
    setting = setting or (treatment.setting if named else DEFAULT_SETTING)
    medicated = background == "new" or regimen.daily_oral_antidepressant
    last_visit_h = max(regimen.end_h, last_session_h(regimen))
    return Question(
        name=treatment.name if named else "",
        title=treatment.title if named else regimen.text,
        regimen=regimen,
        context=Context(Control(control or DEFAULT_CONTROL), medicated, setting == "inpatient", last_visit_h),
        background=background,
        setting=setting,
        status=treatment.status if named else status_of(regimen),
        source=treatment.source if named else "",
        people=_people_in_words(weight_kg, age_y, baseline, people),
        trial_control=treatment.control if named else "",
    )


def _with_background(treatment: Protocol | Regimen, background: str | None) -> Regimen:
    """The plan, its sentence changed where a protocol is asked for beside another antidepressant than its own."""
    named = isinstance(treatment, Protocol)
    regimen = treatment.regimen if named else treatment
    said = regimen.background
    if background in (None, said) or said == "none":
        return regimen
    if not named or not regimen.sessions:
        whole = "the treatment" if regimen.sessions else "the treatment, and all of it,"
        raise InvalidInput(
            [f"background '{background}': {whole} is with a {said} oral antidepressant; keep one of the two"],
            "this question",
        )
    return replace(
        regimen,
        text=regimen.text.removesuffix(BACKGROUND_WORDS[said]) + BACKGROUND_WORDS[background],
        daily_oral_antidepressant=background == "new",
        continued_oral_antidepressant=background == "continued",
    )


def _people_in_words(weight_kg, age_y, baseline, people: GivenPeople | None) -> str:
    if people is not None:
        return f"{len(people.weight_kg)} given people"
    usual = usual_enrolment(None, None, None)
    weight = f"{weight_kg:g} kg" if weight_kg is not None else f"about {usual.weight_kg:g} kg"
    age = f"{age_y:g} years" if age_y is not None else f"{usual.age_y:g} years"
    score = (
        f"MADRS {baseline:g}" if baseline is not None else f"MADRS {usual.baseline_mean:g} (SD {usual.baseline_sd:g})"
    )
    return f"adults of {weight}, {age}, {score} at the start"


def who_of(people, weight_kg, age_y, baseline, seed, posterior: Posterior, group_size) -> tuple[People, Enrolment]:
    """Virtual people for every posterior draw, and how they were enrolled."""
    if people is not None:
        return given_people(people, seed, posterior.size)
    enrolment = usual_enrolment(weight_kg, age_y, baseline)
    return draw_people(enrolment, seed, posterior.size, group_size), enrolment


def timeline_h(regimen: Regimen, at_h: tuple[float, ...] = ()) -> tuple[float, ...]:
    """Times of the timeline: the fixed ones, the protocol's end, and those asked for."""
    end = (regimen.end_h,) if regimen.end_h > 0.0 else ()
    return tuple(sorted({*ALWAYS_H, *end, *at_h}))


def visits_of(regimen: Regimen) -> tuple[np.ndarray, float]:
    """Visits at which response and its loss are looked for, h, and the horizon: a follow-up after the last session."""
    horizon_h = max(regimen.end_h, last_session_h(regimen)) + FOLLOW_UP_H
    weekly_h = np.arange(5.0 * HOURS_PER_WEEK, horizon_h + 1.0, HOURS_PER_WEEK)
    early_h = HOURS_PER_DAY * np.array(EARLY_VISITS_D)
    return np.unique(np.concatenate([timeline_h(regimen), early_h, weekly_h, [horizon_h]])), horizon_h


def last_session_h(regimen: Regimen) -> float:
    """Start of the last session, 0 when there is none."""
    return max((session.start_h for session in regimen.sessions), default=0.0)


def without_drug(question: Question) -> tuple[Regimen, Context]:
    """The same visits with nothing active; of tablets alone the same time on placebo tablets."""
    visits = tuple(replace(session, doses=()) for session in question.regimen.sessions)
    bare = replace(question.regimen, sessions=visits)
    if question.tablets_alone:
        return replace(bare, daily_oral_antidepressant=False), replace(question.context, new_antidepressant=False)
    return bare, question.context
