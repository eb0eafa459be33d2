"""One door for whoever asks of a treatment: a named protocol, a plan, or either of them as text."""

from liftspan.errors import InvalidInput
from liftspan.treatment.grammar import EXAMPLE, parse_treatment
from liftspan.treatment.protocols import Protocol, find_protocol, load_protocols
from liftspan.treatment.regimen import Regimen


def treatment_of(asked: Protocol | Regimen | str) -> Protocol | Regimen:
    """The protocol of that name, or the plan of those words; a protocol or a plan is itself.

    >>> treatment_of("iv-single").name
    'iv-single'

    Raises InvalidInput: with the nearest name for one word, with every problem of the sentence for several.
    """
    if isinstance(asked, Protocol | Regimen):
        return asked
    if not isinstance(asked, str):
        raise InvalidInput(
            [
                f"a treatment is the name of a protocol, such as 'iv-single', or words, such as {EXAMPLE}; this is of "
                f"the type {type(asked).__name__}"
            ],
            subject="this treatment",
        )
    words = asked.strip()
    if words.lower() in load_protocols() or len(words.split()) == 1:
        return find_protocol(words)
    return parse_treatment(words)
