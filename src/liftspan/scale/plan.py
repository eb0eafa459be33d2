"""What is simulated: a treatment, people, times; and how people are cut into blocks and files.

Person k is in block k // BLOCK, whatever the number of people. A block is one simulated trial with one posterior draw.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from numbers import Integral

import numpy as np

from liftspan.conditions import names_of
from liftspan.errors import InvalidInput
from liftspan.evidence import load_evidence
from liftspan.how_fast.answer import SEED
from liftspan.how_fast.arguments import check_numbers, check_people, numbers_asked, words_asked
from liftspan.how_fast.limits import check_circumstances, refuse
from liftspan.how_fast.question import Question, question_of, timeline_h, visits_of
from liftspan.population import Enrolment, GivenPeople, given_people, usual_enrolment
from liftspan.treatment import Protocol, Regimen, treatment_of
from liftspan.units import HOURS_PER_DAY

BLOCK = 4096
MOST_BLOCKS_PER_PART = 16  # 65,536 people: memory of a worker stays small, files stay large enough to read fast
PARTS_WANTED = 128  # so that several workers share a small run, and a stop loses little
MOST_PEOPLE = 10_000_000_000
FLOATS = ("float32", "float64")
USUAL_READOUT_H = 24.0  # where the plan is a single session


@dataclass(frozen=True)
class Plan:
    """Everything that decides what the files hold; the number of workers does not."""

    question: Question
    enrolment: Enrolment
    given: GivenPeople | None  # known people, repeated in order; None = drawn as trials enrol them
    people: int
    seed: int
    times_h: np.ndarray  # all times that are simulated, ascending, since the first session
    visits_h: np.ndarray  # those at which response and its loss are looked for
    shown_h: tuple[float, ...]  # those of the summary
    readout_h: float  # response and remission of a person are read here
    horizon_h: float
    courses: bool
    floats: str  # of FLOATS, in the files; the arithmetic is in 64 bits
    block_size: int = BLOCK
    blocks_per_part: int = 1
    conditions: tuple[str, ...] = ()  # of everyone, by name; they change no number, and a clinician judges them


def plan_of(
    treatment: Protocol | Regimen | str,
    people: int,
    *,
    weight_kg: float | None = None,
    age_y: float | None = None,
    baseline: float | None = None,
    given: GivenPeople | None = None,
    control: str | None = None,
    background: str | None = None,
    setting: str | None = None,
    conditions: str | tuple[str, ...] = (),
    at_h: float | tuple[float, ...] = (),
    readout_d: float | None = None,
    courses: bool = False,
    floats: str = FLOATS[0],
    seed: int = SEED,
    block_size: int = BLOCK,
    blocks_per_part: int | None = None,
) -> Plan:
    """Check what is asked, hold it against the evidence, and cut it into blocks.

    Args:
        treatment, weight_kg, age_y, baseline, control, background, setting, conditions, at_h: as in `how_fast`.
        people: how many virtual people, 1 or more.
        given: known people instead; virtual person k is a copy of number k modulo their count.
        readout_d: day of a person's response and remission; default the end of the plan, or 24 h after one session.
        courses: also every person's scores and concentrations at every time.
        block_size, blocks_per_part: for tests; other values are other files.

    Raises:
        InvalidInput: with every problem at once.
        OutsideEvidence: when no trial supports an answer on mood.
    """
    treatment = treatment_of(treatment)
    conditions, at_h = words_asked(conditions), numbers_asked(at_h)
    check_numbers(
        {"weight_kg": weight_kg, "age_y": age_y, "baseline": baseline, "at_h": at_h, "readout_d": readout_d},
        {"seed": seed},
    )
    check_people(given, {"weight_kg": weight_kg, "age_y": age_y, "baseline": baseline})
    check_circumstances(control, background, setting, conditions, at_h)
    if age_y is None and isinstance(treatment, Protocol):
        age_y = treatment.age_y
    question = question_of(treatment, control, background, setting, weight_kg, age_y, baseline, given)
    visits_h, horizon_h = visits_of(question.regimen)
    readout_h = _readout_h(question.regimen, readout_d)
    _check(people, floats, readout_h, horizon_h)
    enrolment = usual_enrolment(weight_kg, age_y, baseline) if given is None else given_people(given, seed, 1)[1]
    lightest_kg = enrolment.weight_kg if given is None else float(np.min(given.weight_kg))
    refuse(question.regimen, load_evidence(), lightest_kg, conditions)
    blocks = -(-people // block_size)
    return Plan(
        question=question,
        enrolment=enrolment,
        given=given,
        people=people,
        seed=seed,
        times_h=np.unique([*visits_h, *at_h, readout_h]),
        visits_h=visits_h,
        shown_h=tuple(sorted({*timeline_h(question.regimen, at_h), readout_h})),
        readout_h=readout_h,
        horizon_h=horizon_h,
        courses=courses,
        floats=floats,
        block_size=block_size,
        blocks_per_part=blocks_per_part or min(-(-blocks // PARTS_WANTED), MOST_BLOCKS_PER_PART),
        conditions=names_of(conditions),
    )


def _readout_h(regimen: Regimen, readout_d: float | None) -> float:
    if readout_d is not None:
        return readout_d * HOURS_PER_DAY
    return regimen.end_h if regimen.end_h > 0.0 else USUAL_READOUT_H


def _check(people: int, floats: str, readout_h: float, horizon_h: float) -> None:
    problems = []
    if isinstance(people, bool) or not isinstance(people, Integral) or not 1 <= people <= MOST_PEOPLE:
        shown = people if not isinstance(people, Integral) or abs(people) < 10**20 else "so many"
        problems.append(f"{shown} people: a whole number from 1 to {MOST_PEOPLE:,} is needed")
    if floats not in FLOATS:
        problems.append(f"floats '{floats}' is not known; valid: {', '.join(FLOATS)}")
    if not 0.0 < readout_h <= horizon_h:
        problems.append(
            f"readout on day {readout_h / HOURS_PER_DAY:g} is outside 0 to {horizon_h / HOURS_PER_DAY:g}, the days "
            "that are simulated after the first session"
        )
    if problems:
        raise InvalidInput(problems, subject="this question")


def blocks_of(plan: Plan) -> int:
    """How many blocks; the last one may hold fewer people."""
    return -(-plan.people // plan.block_size)


def people_of(plan: Plan, block: int) -> int:
    """How many people of a block are written."""
    return min(plan.block_size, plan.people - block * plan.block_size)


def parts_of(plan: Plan) -> int:
    """How many parts; each is written at once."""
    return -(-blocks_of(plan) // plan.blocks_per_part)


def blocks_of_part(plan: Plan, part: int) -> range:
    """The blocks of a part, in order."""
    first = part * plan.blocks_per_part
    return range(first, min(first + plan.blocks_per_part, blocks_of(plan)))


def people_of_part(plan: Plan, part: int) -> int:
    """How many people a part holds."""
    return sum(people_of(plan, block) for block in blocks_of_part(plan, part))


def block_seed(seed: int, block: int) -> int:
    """The key of a block's random numbers, folded from the run's seed and the number of the block; 63 bits."""
    return int(np.random.SeedSequence(seed, spawn_key=(block,)).generate_state(1, np.uint64)[0] >> np.uint64(1))


def draw_of_block(seed: int, block: int, draws: int) -> int:
    """The posterior draw of a block: a permutation of all draws by the run's seed, then the same again."""
    # A key that no block has: their counters start at 0, and this one has two.
    order = np.random.Generator(np.random.Philox(np.random.SeedSequence(seed, spawn_key=(0, 0)))).permutation(draws)
    return int(order[block % draws])


def each_part(plan: Plan) -> Iterator[int]:
    """Numbers of all parts."""
    return iter(range(parts_of(plan)))
