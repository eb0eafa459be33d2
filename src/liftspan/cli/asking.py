"""What several commands ask: which treatment, which people. Problems of all of them are reported together."""

from collections.abc import Callable
from pathlib import Path

from liftspan.errors import InvalidInput
from liftspan.treatment import Protocol, Regimen, find_protocol, parse_treatment

SUBJECT = "this question"


def all_or_every_problem(*steps: Callable):
    """Results of the steps, or one InvalidInput with the problems of every step that failed."""
    results, problems = [], []
    for step in steps:
        try:
            results.append(step())
        except InvalidInput as error:
            problems += error.problems
    if problems:
        raise InvalidInput(problems, SUBJECT)
    return results


def treatment_asked(protocol: str | None, treatment: str | None) -> Protocol | Regimen:
    """The protocol or the words; exactly one of them."""
    if (protocol is None) == (treatment is None):
        cause = "both were given" if protocol is not None else "neither was given"
        raise InvalidInput([f"--protocol or --treatment: {cause}; give one, for example --protocol iv-single"])
    return find_protocol(protocol) if protocol is not None else parse_treatment(treatment)


def named_or_in_words(text: str) -> Protocol | Regimen:
    """A protocol when `text` is one word, else a treatment in words."""
    return parse_treatment(text) if " " in text.strip() else find_protocol(text.strip())


def people_file(path: Path | None):
    """People of a CSV file with the columns weight_kg, age, baseline; None without a path."""
    if path is None:
        return None
    from liftspan.cli.people import read_people

    return read_people(path)
