"""What a caller wrote, as the answer takes it: one condition for a list of them, and no text where a number belongs."""

from collections.abc import Iterable, Mapping
from numbers import Integral, Real

import numpy as np

from liftspan.errors import InvalidInput
from liftspan.numbers import LARGEST_SEED, is_number, shortened
from liftspan.population import GivenPeople

SUBJECT = "this question"
MOST_PEOPLE = 1_000_000  # draws times people that are followed at once: gigabytes lie beyond


def words_asked(words: str | Iterable[str]) -> tuple[str, ...]:
    """One word, or several. Raises InvalidInput where something else stands among them."""
    found = tuple(words) if isinstance(words, Iterable) and not isinstance(words, str | bytes) else (words,)
    problems = [f"{_shown(word)} is no word; write it in quotes" for word in found if not isinstance(word, str)]
    if problems:
        raise InvalidInput(problems, SUBJECT)
    return found


def numbers_asked(values: Real | Iterable[Real]) -> tuple:
    """One number, or several; what is no number stays as it is and is named by `check_numbers`."""
    if isinstance(values, np.ndarray):
        return tuple(values.ravel().tolist())
    return tuple(values) if isinstance(values, Iterable) and not isinstance(values, str | bytes) else (values,)


def check_numbers(numbers: Mapping[str, object], counts: Mapping[str, object] | None = None) -> None:
    """Raise InvalidInput with every value that is no number, or no whole number of at least 1; None is no value.

    Args:
        numbers: one number each; several as `numbers_asked` reads them, by a name that begins with `at_`.
    """
    problems = [
        f"{name}={_shown(value)} is no number; write {name}=80, without quotes or unit"
        for name, given in numbers.items()
        for value in _values(name, given)
        if not is_number(value)
    ]
    for name, value in (counts or {}).items():
        least, most = (0, LARGEST_SEED) if name == "seed" else (1, MOST_PEOPLE)
        if not isinstance(value, Integral) or isinstance(value, bool) or not least <= value <= most:
            problems.append(f"{name}={_shown(value)} is no whole number from {least} to {most:,}")
    if problems:
        raise InvalidInput(problems, SUBJECT)


def _values(name: str, given: object) -> tuple:
    if given is None:
        return ()
    return given if name.startswith("at_") and isinstance(given, tuple) else (given,)


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


def _shown(value: object) -> str:
    return shortened(repr(value))
