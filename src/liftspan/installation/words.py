"""What was found of an installation, as text of at most 100 columns and as JSON."""

from dataclasses import asdict
from importlib.metadata import PackageNotFoundError, version
from textwrap import wrap

from liftspan.installation.check import Answered, Installation

SCHEMA = "liftspan/check/1"
WIDTH, INSET, MOST_SHOWN = 100, 7, 5


def as_record(found: Installation) -> dict:
    """Plain data, in the order in which it is written."""
    return {
        "schema": SCHEMA,
        "passed": found.passed,
        "version": _version(),
        "libraries": [asdict(one) for one in found.libraries.libraries],
        "extras": [{**asdict(one), "lacking": list(one.lacking)} for one in found.libraries.extras],
        "files": {"compared": found.files.compared, "wrong": list(found.files.wrong)},
        "answers": [{**asdict(one), "wrong": list(one.wrong)} for one in found.answers],
    }


def as_text(found: Installation) -> str:
    """The same for a person, what is wrong first in each part."""
    libraries = found.libraries.libraries
    outside = [
        f"{one.name} {one.version or 'is missing'}; wanted: {one.wanted}" for one in libraries if one.status != "ok"
    ]
    within = ", ".join(f"{one.name} {one.version}" for one in libraries if one.status == "ok")
    lines = [f"liftspan {_version()}", *_part("libraries within their bounds", within, outside)]
    lines += [_extra(one) for one in found.libraries.extras]
    lines += _part("tables and stores as they were made", f"{found.files.compared} files", found.files.wrong)
    for one in found.answers:
        lines += _part(f"{one.name}: {one.question}", f"{one.compared} values", one.wrong)
    last = "This installation answers as it did when it was made." if found.passed else _advice(found.answers)
    return "\n".join([*lines, "", *wrap(last, WIDTH)]) + "\n"


def _part(title: str, good: str, wrong) -> list[str]:
    head = f"{'WRONG' if wrong else 'ok':<{INSET}}{title}"
    said = list(wrong[:MOST_SHOWN]) if wrong else [good]
    if len(wrong) > MOST_SHOWN:
        said.append(f"and {len(wrong) - MOST_SHOWN} more")
    inset = {"initial_indent": " " * INSET, "subsequent_indent": " " * INSET}
    return [head, *(line for text in said for line in wrap(text, WIDTH, **inset))]


def _extra(one) -> str:
    lacking = f" ({', '.join(one.lacking)})" if one.lacking else ""
    return f"{'WRONG' if one.status == 'outside' else '-':<{INSET}}extra {one.name}: {one.status}{lacking}"[:WIDTH]


def _advice(answers: tuple[Answered, ...]) -> str:
    told = "Its answers differ from the stored ones: do not use them." if any(one.wrong for one in answers) else (
        "The fixed answers are as they were; what is named above is not as it was tested."
    )  # fmt: skip
    return f"This installation did not pass. {told} Install it again: pip install --force-reinstall liftspan"


def _version() -> str:
    try:
        return version("liftspan")
    except PackageNotFoundError:
        return "of unknown version"
