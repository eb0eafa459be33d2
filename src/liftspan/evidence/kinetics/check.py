"""Fold errors of the body over published kinetics: each study once, and each predicted without its own part in it."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from math import exp

import numpy as np

from liftspan.evidence.kinetics.predict import Prediction, predict_rows
from liftspan.evidence.kinetics.tune import is_level, log_fold, tuned_without

TWO_FOLD = float(np.log(2.0))
# Chosen while looking at these studies (pk README): the disposition (Otto) and the nasal fraction (label, Perez-Ruixo).
# Their own number is a fixed value or the centre of a prior: F rectal, sublingual and of other sprays (Yanagihara), F
# intramuscular (the review); leaving them out of the tuning does not take that away.
CHOSEN_ON = ("otto2021_chdr1311", "perezruixo2021_t4", "spravato_label", "yanagihara2003", "secondary_review")

# What the table says of a number that no prediction should be judged by; data/CHANGES.md tells which they are, and why.
DOUBTFUL = "unreliable"


@dataclass(frozen=True)
class Compared:
    """One published number beside its prediction, parameters tuned without its study."""

    row: Mapping[str, str]
    prediction: Prediction
    log_fold: float  # of predicted over published

    @property
    def group(self) -> tuple[str, str, str]:
        """Route, analyte and matrix."""
        scenario = self.prediction.scenario
        return scenario.route.value, scenario.measured.analyte.value, scenario.measured.matrix.value


@dataclass(frozen=True)
class FoldError:
    """Geometric mean fold error of one group: by study, each once, and by row."""

    name: tuple[str, ...]
    studies: int
    rows: int
    gmfe: float  # mean over studies of the mean absolute log fold of their rows
    bias: float  # mean over studies of the mean log fold: predicted over published
    within_two_fold: float  # share of rows


def compare(rows: Iterable[Mapping[str, str]], *, leave_out: bool = True) -> list[Compared]:
    """Every row that has a value and a prediction; with `leave_out`, predicted without its own study."""
    rows = list(rows)
    compared = []
    for study in dict.fromkeys(row["study_id"] for row in rows):
        mine = [row for row in rows if row["study_id"] == study]
        predictions = predict_rows(mine, tuned_without(study)) if leave_out else predict_rows(mine)
        for row, prediction in zip(mine, predictions, strict=True):
            fold = log_fold(row, prediction)
            if fold is not None:
                compared.append(Compared(row, prediction, fold))
    return compared


def is_doubtful(row: Mapping[str, str]) -> bool:
    """Whether the table calls the number unreliable where it says how it was read."""
    return DOUBTFUL in row.get("source_location", "").lower()


def study_id(row: Mapping[str, str]) -> str:
    """The study of a row, as the table names it: a review is one study."""
    return row["study_id"]


def first_source(row: Mapping[str, str]) -> str:
    """The study that measured a number: the one that a review says it is citing, else that of the row."""
    cited = re.search(r"\(citing ([^)]+)\)", row.get("citation", ""))
    return cited[1] if cited else study_id(row)


def fold_errors(compared: list[Compared]) -> list[FoldError]:
    """Levels and areas in adults by route, analyte and matrix; then venous ketamine, all and unseen; then children.

    The unseen are counted in three more ways, so that nobody has to trust one: without doubtful numbers ("sound"), with
    the studies that a review cites each by itself ("sources"), and both.
    """
    usable = [one for one in compared if is_level(one.row["metric"])]
    adults = [one for one in usable if one.prediction.scenario.adult]
    venous = [one for one in adults if one.group[1:] == ("ketamine", "venous")]
    groups = [
        _fold_error(name, [one for one in adults if one.group == name]) for name in sorted({o.group for o in adults})
    ]
    groups.append(_fold_error(("all routes", "ketamine", "venous"), venous))
    unseen = [one for one in venous if one.row["study_id"] not in CHOSEN_ON]
    sound = [one for one in unseen if not is_doubtful(one.row)]
    groups.append(_fold_error(("all routes", "ketamine", "venous, not used"), unseen))
    groups.append(_fold_error(("all routes", "ketamine", "not used, sound"), sound))
    groups.append(_fold_error(("all routes", "ketamine", "not used, sources"), unseen, first_source))
    groups.append(_fold_error(("all routes", "ketamine", "not used, both"), sound, first_source))
    groups.append(_fold_error(("iv", "ketamine", "venous, not used"), [o for o in unseen if o.group[0] == "iv"]))
    groups.append(_fold_error(("iv", "ketamine", "not used, sound"), [o for o in sound if o.group[0] == "iv"]))
    children = [one for one in usable if not one.prediction.scenario.adult]
    groups.append(_fold_error(("children", "ketamine", "allometry only"), children))
    return [group for group in groups if group.rows]


def _fold_error(
    name: tuple[str, ...], members: list[Compared], study_of: Callable[[Mapping[str, str]], str] = study_id
) -> FoldError:
    by_study: dict[str, list[float]] = {}
    for one in members:
        by_study.setdefault(study_of(one.row), []).append(one.log_fold)
    folds = [fold for study in by_study.values() for fold in study]
    if not folds:
        return FoldError(name, 0, 0, float("nan"), float("nan"), float("nan"))
    return FoldError(
        name,
        len(by_study),
        len(folds),
        exp(float(np.mean([np.mean(np.abs(study)) for study in by_study.values()]))),
        exp(float(np.mean([np.mean(study) for study in by_study.values()]))),
        float(np.mean(np.abs(folds) <= TWO_FOLD)),
    )


def table_text(errors: list[FoldError]) -> str:
    """The table as text, at most 100 columns."""
    head = (
        f"{'route':<14}{'analyte':<20}{'where':<18}{'studies':>8}{'rows':>6}{'GMFE':>7}{'bias':>7}{'within 2-fold':>15}"
    )
    lines = [head, "-" * len(head)]
    for one in errors:
        route, analyte, matrix = one.name
        lines.append(
            f"{route:<14}{analyte:<20}{matrix:<18}{one.studies:>8}{one.rows:>6}{one.gmfe:>7.2f}{one.bias:>7.2f}"
            f"{one.within_two_fold:>15.0%}"
        )
    return "\n".join(lines) + "\n"
