"""What an answer to a claim is made of, and how it is asked of the engine: nothing here is typed by hand."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from liftspan.evidence.claims import ClaimValue
from liftspan.evidence.risks import Risks
from liftspan.how_fast.answer import DRAWS, GROUP_SIZE, SEED, HowFast, how_fast, interval
from liftspan.how_fast.spans import Spans
from liftspan.treatment import Regimen, find_protocol, parse_treatment

SHARE, POINTS, DAYS, PART = "share", "points", "days", "part"


@dataclass(frozen=True)
class Quantity:
    """One number of the model with its 90 % interval; None = not reached."""

    name: str  # in words, with the treatment and the time
    unit: str  # SHARE 0..1, POINTS of MADRS (negative = better), DAYS, or PART of another quantity
    of: str  # "group": mean of a group in a new trial; "people": over people of all trials
    mean: float | None
    median: float | None
    low: float | None
    high: float | None
    difference: bool = False  # of two treatments, or from the same visits without the drug
    unfinished: float | None = None  # of a span: share of people who have not reached it


@dataclass(frozen=True)
class Compared:
    """A published number, or two bounds of it, beside the same quantity of the model."""

    low: float  # published; both alike where one number is printed
    high: float
    quantity: Quantity
    over_time: bool = False  # a difference between two times: its sign is a direction


@dataclass(frozen=True)
class Treated:
    """A treatment that an answer speaks of, with what it risks."""

    text: str
    status: str
    risks: Risks


@dataclass(frozen=True)
class ModelAnswer:
    """What the model says of a claim, or why it says nothing."""

    says: str  # one or two sentences with their numbers, or the reason for silence
    speaks: bool
    quantities: tuple[Quantity, ...]
    treatments: tuple[Treated, ...]
    limits: tuple[str, ...]  # what it assumes, and where it is stretched
    compared: tuple[Compared, ...] = ()  # published numbers that are also quantities of the model


@dataclass(frozen=True)
class Effort:
    """How many posterior draws and people an answer takes, and its seed."""

    draws: int = DRAWS
    group_size: int = GROUP_SIZE
    seed: int = SEED


# Further times that claims ask about: a day after the sixth infusion of two plans, weeks 3 and 6.
AT_H = (288.0, 432.0, 504.0, 1008.0)


class Engine:
    """how_fast asked once for each treatment and its circumstances, however many claims need it."""

    def __init__(self, effort: Effort):
        self.effort = effort
        self._answers: dict[tuple, HowFast] = {}

    def ask(self, treatment: str, **circumstances: str) -> HowFast:
        """The answer for a named protocol or a treatment in words."""
        return self._once((treatment, *sorted(circumstances.items())), lambda: _treatment(treatment), circumstances)

    def without_drug(self, treatment: str, **circumstances: str) -> HowFast:
        """The same people at the same visits under the same circumstances, with nothing active given."""
        whole = self.ask(treatment, **circumstances).question
        # A new antidepressant is the drug where no session brings another one; else it belongs to the circumstances.
        tablets_alone = whole.regimen.daily_oral_antidepressant and not whole.regimen.sessions
        said = {
            "control": whole.context.control.value,
            "background": "continued" if tablets_alone else whole.background,
            "setting": whole.setting,
        }
        return self._once(("without", treatment, *sorted(said.items())), lambda: bare(whole.regimen), said)

    def _once(self, key: tuple, treatment: Callable, circumstances: dict) -> HowFast:
        if key not in self._answers:
            self._answers[key] = how_fast(
                treatment(),
                at_h=AT_H,
                seed=self.effort.seed,
                draws=self.effort.draws,
                group_size=self.effort.group_size,
                **circumstances,
            )
        return self._answers[key]


def _treatment(text: str):
    return parse_treatment(text) if " " in text else find_protocol(text)


def bare(regimen: Regimen) -> Regimen:
    """The plan with its visits and nothing active; tablets alone become placebo tablets."""
    visits = tuple(replace(session, doses=()) for session in regimen.sessions)
    daily = regimen.daily_oral_antidepressant and bool(visits)
    return replace(regimen, text="the same visits without the drug", sessions=visits, daily_oral_antidepressant=daily)


def response_draws(answer: HowFast, hours: float) -> np.ndarray:
    """Share of the group in response at that time, draw by draw."""
    return answer.group_response[:, _column(answer, hours)]


def remission_draws(answer: HowFast, hours: float) -> np.ndarray:
    """Share of the group in remission at that time, draw by draw."""
    return answer.group_remission[:, _column(answer, hours)]


def beside(printed: ClaimValue, quantity: Quantity) -> Compared:
    """A printed number beside the quantity of the model."""
    if printed.unit != quantity.unit:
        raise ValueError(f"{printed.key} is in {printed.unit}, {quantity.name} in {quantity.unit}")
    return Compared(printed.value, printed.value, quantity)


def beside_change(first: ClaimValue, last: ClaimValue, quantity: Quantity) -> Compared:
    """The change between two printed numbers beside that of the model: which way it runs over time."""
    change = last.value - first.value
    return Compared(change, change, quantity, over_time=True)


def change_draws(answer: HowFast, hours: float) -> np.ndarray:
    """Change of the group's mean MADRS at that time, draw by draw, points."""
    return answer.group_change[:, _column(answer, hours)]


def _column(answer: HowFast, hours: float) -> int:
    return [point.hours for point in answer.course_points].index(hours)


def of_group(name: str, unit: str, values: np.ndarray, difference: bool = False) -> Quantity:
    """A quantity of groups in new trials, from one value for each draw."""
    found = interval(values)
    return Quantity(name, unit, "group", found.mean, found.median, found.low, found.high, difference)


def of_people(name: str, spans: Spans) -> Quantity:
    """A span of time over people."""
    return Quantity(name, DAYS, "people", spans.mean, spans.median, spans.low, spans.high, unfinished=spans.unfinished)


def treated(answer: HowFast) -> Treated:
    """The treatment of an answer with its status and risks."""
    question = answer.question
    return Treated(question.regimen.text, question.status, answer.risks)


def circumstances(answer: HowFast) -> str:
    """In which circumstances the people of an answer are treated."""
    return f"{answer.question.people}; {answer.question.circumstances}"
