"""What a visual predictive check shows: published numbers with their errors beside what was predicted of them.

Arms and contrasts stand beside predictions by fits without their trial.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from liftspan.evidence.points import standard_error, standard_error_of_share
from liftspan.evidence.predicted_contrasts import PredictedContrast, published_contrasts
from liftspan.evidence.records import Evidence
from liftspan.evidence.scores import Scored

CONTRAST = "contrast"


@dataclass(frozen=True)
class Seen:
    """One published number and the quantiles of its prediction."""

    label: str  # the arm, or how the difference was made
    active: bool
    hours: float
    value: float  # points or share
    se: float | None
    quantiles: tuple[float, ...]  # at scores.QUANTILES


@dataclass(frozen=True)
class Panel:
    """What one trial published of one kind."""

    trial_id: str
    title: str
    kind: str  # "change", "response", "remission" or "contrast"
    points: tuple[Seen, ...]  # in order of time


def arm_panels(evidence: Evidence, rows: Iterable[Scored]) -> tuple[Panel, ...]:
    """A panel for each kind of arms and trial of the held-out check, kinds in the order in which they come first."""
    observations = {row.row_id: row for row in evidence.observations}
    found: dict[tuple[str, str], list[Seen]] = {}
    for row in rows:
        if row.kind == CONTRAST:
            continue
        printed = observations[row.row_id]
        n = printed.n or evidence.arms[row.trial_id, printed.arm_id].n
        se = standard_error(printed, n) if row.kind == "change" else standard_error_of_share(row.value, n)
        seen = Seen(printed.arm_id, row.active, row.time_h, row.value, se, row.quantiles)
        found.setdefault((row.kind, row.trial_id), []).append(seen)
    kinds = list(dict.fromkeys(kind for kind, _ in found))
    ordered = sorted(found, key=lambda key: (kinds.index(key[0]), _title(evidence, key[1]), key[1]))
    return tuple(_panel(evidence, trial_id, kind, found[kind, trial_id]) for kind, trial_id in ordered)


def contrast_panels(
    evidence: Evidence, predictions: Mapping[tuple[str, float], PredictedContrast]
) -> tuple[tuple[Panel, ...], tuple[str, ...]]:
    """Active minus control in MADRS points, a panel for each randomised trial; and the contrasts without prediction.

    Both arms come from one draw of a fit without the trial; their people differ.
    """
    panels, without = [], []
    for trial_id in evidence.trials:
        seen = []
        for one in published_contrasts(evidence, trial_id):
            found = predictions.get((trial_id, one.hours))
            if found is None:
                without.append(f"{_title(evidence, trial_id)} at {one.hours:g} h")
            else:
                seen.append(Seen(one.how, True, one.hours, one.effect, one.se, found.quantiles))
        if seen:
            panels.append(_panel(evidence, trial_id, CONTRAST, seen))
    return tuple(sorted(panels, key=lambda panel: (panel.title, panel.trial_id))), tuple(without)


def _panel(evidence: Evidence, trial_id: str, kind: str, points: Iterable[Seen]) -> Panel:
    return Panel(trial_id, _title(evidence, trial_id), kind, tuple(sorted(points, key=lambda point: point.hours)))


def _title(evidence: Evidence, trial_id: str) -> str:
    return evidence.trials[trial_id].citation or trial_id
