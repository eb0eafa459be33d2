"""The qualification report: one page, made again from the frozen tables, posterior and stores; no number typed by hand.

basis.py gathers what there is and says what is missing or stale; qualified_*.py write the sections; qualification.html
holds the words that never change.
"""

from pathlib import Path

from liftspan.errors import InvalidInput
from liftspan.files import make_folder, problems_of_place, write_whole
from liftspan.how_fast.words import CLINICAL
from liftspan.mood.scales import MADRS, RESPONSE_FRACTION
from liftspan.posterior import FOLDER
from liftspan.report.basis import Basis, gathered
from liftspan.report.markup import text
from liftspan.report.qualified_checks import checks
from liftspan.report.qualified_data import data, edges, remarks
from liftspan.report.qualified_limits import gain_and_risk, limits
from liftspan.report.qualified_model import STORES, model, verification, versions
from liftspan.report.templates import page_of

TITLE = "Qualification report: how fast ketamine treatment lifts depression"
NAME = "qualification.html"


def prepared_folder(folder: Path) -> Path:
    """The path of the report in that folder, which is made where it is missing. Ask before the long computation.

    Raises InvalidInput where no file can be written there.
    """
    make_folder(folder)
    problems = problems_of_place(folder / NAME)
    if problems:
        raise InvalidInput(problems, "the place of the report")
    return folder / NAME


def write_qualification(folder: Path, stores: Path = FOLDER) -> Path:
    """Write qualification.html into a folder, whole or not at all; the same inputs give the same bytes.

    Args:
        stores: holds the stores of the checks; default: the shipped ones.

    Raises InvalidInput, before any computation, where the folder cannot take the file.
    """
    target = prepared_folder(Path(folder))
    page = qualification_html(gathered(stores), contents_of(stores))
    write_whole({target: [page.encode("utf-8", "replace")]})
    return target


def qualification_html(basis: Basis, stores: dict[str, bytes]) -> str:
    """The page as text. `stores` are the files of the checks by name, for their hashes."""
    return page_of(
        "qualification.html",
        title=text(TITLE),
        clinical=text(CLINICAL),
        scale_maximum=f"{MADRS.maximum:g}",
        response_percent=f"{100 * RESPONSE_FRACTION:g}",
        remission_at_most=f"{MADRS.remission_at_most:g}",
        remarks=remarks(basis),
        edges=edges(basis),
        data=data(basis),
        model=model(basis),
        verification=verification(basis),
        checks=checks(basis),
        limits=limits(basis),
        gain_and_risk=gain_and_risk(basis),
        versions=versions(basis, stores),
    )


def contents_of(folder: Path) -> dict[str, bytes]:
    """The stores of the checks that lie in a folder, by name."""
    return {name: (folder / name).read_bytes() for name in STORES if (folder / name).is_file()}
