"""Names of conditions as people write them: the name, a code, or words that mean exactly one of them."""

from collections.abc import Iterable

from liftspan.conditions.diagnosis import LONGEST, read_diagnosis
from liftspan.conditions.lexicon import items_of
from liftspan.conditions.table import shipped_conditions
from liftspan.errors import InvalidInput, nearest
from liftspan.numbers import shortened
from liftspan.vocabulary import NotAWord, Vocabulary

UNNAMED = "; what has no name here a clinician judges; in a patient's record it can stand in `diagnosis`, as a question"
NONE = frozenset(("none", "nil", "keine", "no conditions"))  # a cell that says that nothing holds


def condition_named(text: str) -> tuple[str, ...]:
    """The conditions that one entry means: `aneurysm`, `F31.4`, `pregnant`; a code may mean two.

    Raises NotAWord for every other text, also for one that denies a condition or gives it to a relative.
    """
    vocabulary = Vocabulary("condition", tuple(shipped_conditions()))
    if text in vocabulary:
        return (vocabulary.read(text),)
    if len(text) <= LONGEST:
        items = [one for one in items_of(text) if not one.is_a("plain")]
        found = read_diagnosis(text)
        if found.conditions and not found.questions and all(one.is_a("mention") for one in items):
            return found.conditions
    meant = nearest(text.strip()[:40], _said())
    hint = "" if meant.startswith("did you mean") else UNNAMED
    raise NotAWord(f"condition '{shortened(text.strip())}' is not known; {meant}{hint}")


def _said() -> tuple[str, ...]:
    return tuple(shipped_conditions())


def names_of(texts: Iterable[str] | str) -> tuple[str, ...]:
    """Canonical names of conditions, each once and in order; one text alone is one condition.

    Raises InvalidInput with every text that is none.
    """
    found, problems = [], []
    for text in (texts,) if isinstance(texts, str) else texts:
        try:
            found += condition_named(text)
        except NotAWord as error:
            problems.append(str(error))
    if problems:
        raise InvalidInput(problems, "these conditions")
    return tuple(dict.fromkeys(found))
