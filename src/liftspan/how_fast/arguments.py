"""What a caller wrote, as the answer takes it: one condition for a list of them, and no text where a number belongs."""

from collections.abc import Iterable, Mapping
from numbers import Integral, Real

import numpy as np

from liftspan.errors import InvalidInput
from liftspan.numbers import LARGEST_SEED, shortened
from liftspan.population import GivenPeople

SUBJECT = "this question"
MOST_PEOPLE = 1_000_000  # draws times people that are followed at once: gigabytes lie beyond


def words_asked(words: str | Iterable[str]) -> tuple[str, ...]:
    """One word, or several."""
    return (words,) if isinstance(words, str) else tuple(words)


def numbers_asked(values: Real | Iterable[Real]) -> tuple:
    """One number, or several; what is no number stays as it is and is named by `check_numbers`."""
    if isinstance(values, str | Real):
        return (values,)
    return tuple(np.asarray(values).ravel().tolist()) if isinstance(values, np.ndarray) else tuple(values)


def check_numbers(numbers: Mapping[str, object], counts: Mapping[str, object] | None = None) -> None:
    """Raise InvalidInput with every value that is no number, or no whole number of at least 1; None is no value."""
    problems = [
        f"{name}={_shown(value)} is no number; write {name}=80, without quotes or unit"
        for name, value in numbers.items()
        for value in numbers_asked(() if value is None else value)
        if not _is_number(value)
    ]
    for name, value in (counts or {}).items():
        least, most = (0, LARGEST_SEED) if name == "seed" else (1, MOST_PEOPLE)
        if not isinstance(value, Integral) or isinstance(value, bool) or not least <= value <= most:
            problems.append(f"{name}={_shown(value)} is no whole number from {least} to {most:,}")
    if problems:
        raise InvalidInput(problems, SUBJECT)


def check_people(people: object, beside: Mapping[str, object]) -> None:
    """Raise InvalidInput where known people are no GivenPeople, or nobody, or stand beside what says the same of all.

    Args:
        beside: weight, age and baseline of everyone; not to be given with people who have their own.
    """
    if people is None:
        return
    if not isinstance(people, GivenPeople):
        kind = type(people).__name__
        raise InvalidInput([f"people is of the type {kind}; give GivenPeople(weight_kg, age_y, baseline)"], SUBJECT)
    doubled = [name for name, value in beside.items() if value is not None]
    if doubled:
        raise InvalidInput(
            [f"people with {', '.join(doubled)}: they say it for each person; give one of them"], SUBJECT
        )
    if not len(people.weight_kg):
        raise InvalidInput(["people is empty; give at least one person"], SUBJECT)


def _is_number(value: object) -> bool:
    return isinstance(value, Real) and not isinstance(value, bool | np.bool_)


def _shown(value: object) -> str:
    return shortened(repr(value))
