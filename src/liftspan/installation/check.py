"""START HERE: what an installation holds and answers, beside what was stored when it was made."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import isclose
from pathlib import Path

from liftspan.installation.libraries import LibrariesFound, libraries_found
from liftspan.installation.package_files import FilesFound, compared_files
from liftspan.stored import Damaged, read_stored, sealed, unsealed

SCHEMA = "liftspan/fixed-answers/1"
STORE = Path(__file__).parent / "data" / "answers.json"
RELATIVE, ABSOLUTE = 1e-6, 1e-9  # last digits may differ between processors; a wrong model differs by far more


@dataclass(frozen=True)
class Answered:
    """One fixed question: how many values were compared, and what is wrong with them."""

    name: str
    question: str
    compared: int
    wrong: tuple[str, ...]  # "change, 24 h: -9.1 here, -8.4 stored"


@dataclass(frozen=True)
class Installation:
    """What was found."""

    libraries: LibrariesFound
    files: FilesFound
    answers: tuple[Answered, ...]

    @property
    def passed(self) -> bool:
        """Whether everything is as it should be; extras may be missing."""
        return self.libraries.is_good and not self.files.wrong and not any(one.wrong for one in self.answers)


def check_installation(store: Path = STORE) -> Installation:
    """Compare libraries, package files and fixed answers with what was stored."""
    return Installation(libraries_found(), compared_files(), compared_answers(store))


def compared_answers(store: Path = STORE) -> tuple[Answered, ...]:
    """The fixed questions, asked again."""
    from liftspan.installation.fixed import QUESTIONS

    try:
        stored = unsealed(read_stored(store))["answers"]
    except (Damaged, OSError) as error:
        why = str(error) if isinstance(error, Damaged) else f"cannot be read ({error.strerror or error})"
        return (Answered("answers", "what was stored", 0, (f"{store.name} {why}",)),)
    return tuple(_answered(name, words, ask, stored.get(name, {})) for name, (words, ask) in QUESTIONS.items())


def _answered(name: str, words: str, ask, stored: Mapping[str, float]) -> Answered:
    try:
        found = ask()
    except Exception as error:  # whatever is broken, the rest of the check is still told
        return Answered(name, words, 0, (f"no answer: {type(error).__name__}: {str(error)[:200]}",))
    wrong = [
        f"{key}: {found.get(key, 'nothing')} here, {stored.get(key, 'nothing')} stored"
        for key in dict.fromkeys([*stored, *found])
        if key not in found or key not in stored or not _same(found[key], stored[key])
    ]
    return Answered(name, words, len(stored), tuple(wrong))


def _same(one: float, other: float) -> bool:
    return isclose(one, other, rel_tol=RELATIVE, abs_tol=ABSOLUTE)


def answers_record() -> dict:
    """The record that is stored: every fixed question with its answer."""
    from liftspan.installation.fixed import QUESTIONS

    return sealed({"schema": SCHEMA, "answers": {name: ask() for name, (_, ask) in QUESTIONS.items()}})
