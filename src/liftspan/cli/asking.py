"""What several commands ask: which treatment, which people. Problems of all of them are reported together."""

from collections.abc import Callable, Mapping
from pathlib import Path

from liftspan.errors import InvalidInput, OutsideEvidence
from liftspan.numbers import LARGEST_SEED  # for the options of commands

__all__ = ["LARGEST_SEED", "all_or_every_problem", "named_or_in_words", "people_file", "treatment_asked"]
SUBJECT = "this question"


def all_or_every_problem(*steps: Callable):
    """Results of the steps, or one InvalidInput with the problems of every step that failed."""
    results, errors = [], []
    for step in steps:
        try:
            results.append(step())
        except InvalidInput as error:
            errors.append(error)
    if len(errors) == 1:
        raise errors[0]
    if errors:
        outside = all(isinstance(error, OutsideEvidence) for error in errors)
        problems = dict.fromkeys(problem for error in errors for problem in error.problems)
        raise (OutsideEvidence if outside else InvalidInput)(problems, SUBJECT)
    return results


def treatment_asked(protocol: str | None, treatment: str | None):
    """The Protocol of that name or the Regimen of those words; exactly one of them."""
    from liftspan.treatment import find_protocol, parse_treatment

    if (protocol is None) == (treatment is None):
        cause = "both were given" if protocol is not None else "neither was given"
        raise InvalidInput([f"--protocol or --treatment: {cause}; give one, for example --protocol iv-single"])
    return find_protocol(protocol) if protocol is not None else parse_treatment(treatment)


def named_or_in_words(text: str):
    """A Protocol when `text` is one word, else the Regimen of a treatment in words."""
    from liftspan.treatment import treatment_of

    return treatment_of(text)


def people_file(path: Path | None, beside: Mapping[str, float | None]):
    """People of a CSV file with the columns weight_kg, age, baseline; None without a path.

    Args:
        beside: options that would say the same of everyone; not to be given with a file.
    """
    if path is None:
        return None
    doubled = [name for name, value in beside.items() if value is not None]
    if doubled:
        raise InvalidInput([f"--people with {', '.join(doubled)}: the file says it for each person; give one of them"])
    from liftspan.cli.people import read_people

    return read_people(path)
