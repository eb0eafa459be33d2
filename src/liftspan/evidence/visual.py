"""What a visual predictive check shows: published numbers with their errors beside what was predicted of them.

Arms stand beside predictions by fits without their trial. The store of those holds no joint draws of two arms, so a
contrast stands beside new trials of the same design, simulated from the posterior that has seen the trial: in sample.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from liftspan.evidence.contrasts import Contrast, contrasts_of, sides_of
from liftspan.evidence.course import DRAWS, as_new, asked_rows
from liftspan.evidence.points import MADRS_CHANGE, standard_error, standard_error_of_share
from liftspan.evidence.predict import predict_trials
from liftspan.evidence.records import Evidence
from liftspan.evidence.scores import QUANTILES, Scored
from liftspan.posterior import Posterior

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
    """A panel for each kind and trial of the held-out check, kinds in the order in which they come first."""
    observations = {row.row_id: row for row in evidence.observations}
    found: dict[tuple[str, str], list[Seen]] = {}
    for row in rows:
        printed = observations[row.row_id]
        n = printed.n or evidence.arms[row.trial_id, printed.arm_id].n
        se = standard_error(printed, n) if row.kind == "change" else standard_error_of_share(row.value, n)
        seen = Seen(printed.arm_id, row.active, row.time_h, row.value, se, row.quantiles)
        found.setdefault((row.kind, row.trial_id), []).append(seen)
    kinds = list(dict.fromkeys(kind for kind, _ in found))
    ordered = sorted(found, key=lambda key: (kinds.index(key[0]), _title(evidence, key[1]), key[1]))
    return tuple(_panel(evidence, trial_id, kind, found[kind, trial_id]) for kind, trial_id in ordered)


def contrast_panels(
    evidence: Evidence, posterior: Posterior, draws: int = DRAWS
) -> tuple[tuple[Panel, ...], tuple[str, ...]]:
    """Active minus control in MADRS points, a panel for each randomised trial that has one; and what has no prediction.

    Both arms come from one draw of trial, parameters and circumstances; their people differ. Combined arms are weighted
    by people, as the published ones are.
    """
    panels, without = [], []
    for trial in evidence.trials.values():
        sides = sides_of(evidence, trial, lambda arm: True, ())
        contrasts = contrasts_of(evidence, sides, "madrs") if sides else ()
        seen, reasons = _predicted(evidence, contrasts, posterior.first(draws)) if contrasts else ((), ())
        if seen:
            panels.append(_panel(evidence, trial.trial_id, CONTRAST, seen))
        without += [f"{_title(evidence, trial.trial_id)}: {reason}" for reason in reasons]
    return tuple(sorted(panels, key=lambda panel: (panel.title, panel.trial_id))), tuple(without)


def _predicted(evidence: Evidence, contrasts: Sequence[Contrast], posterior: Posterior):
    """Numbers of one trial with their quantiles, and the reasons why arms have none."""
    trial_id = contrasts[0].trial_id
    times: dict[str, list[float]] = {}
    for one in contrasts:
        for arm_id in (*one.active_arms, *one.control_arms):
            times.setdefault(arm_id, []).append(one.hours)
    keys = [(arm_id, hour) for arm_id, hours in times.items() for hour in hours]
    asked = (asked_rows(evidence, trial_id, MADRS_CHANGE, arm_id, hours) for arm_id, hours in times.items())
    rows = [row for its in asked for row in its]
    answers = predict_trials(as_new(evidence, trial_id, rows), posterior)[-len(rows) :]
    draws = {key: answer.draws for key, answer in zip(keys, answers, strict=True) if answer.draws is not None}
    reasons = tuple(dict.fromkeys(answer.note for answer in answers if answer.draws is None))
    seen = []
    for one in contrasts:
        active, control = (_combined(evidence, one, arms, draws) for arms in (one.active_arms, one.control_arms))
        if active is not None and control is not None:
            quantiles = tuple(map(float, np.quantile(active - control, QUANTILES)))
            seen.append(Seen(one.how, True, one.hours, one.effect, one.se, quantiles))
    return seen, reasons


def _combined(evidence: Evidence, one: Contrast, arm_ids: Iterable[str], draws) -> np.ndarray | None:
    """Mean of the arms of one side, weighted by people, shape (draw,); None where none is predicted."""
    known = [arm_id for arm_id in arm_ids if (arm_id, one.hours) in draws]
    sizes = [evidence.arms[one.trial_id, arm_id].n for arm_id in known]
    if not known:
        return None
    weights = None if None in sizes else sizes
    return np.average([draws[arm_id, one.hours] for arm_id in known], axis=0, weights=weights)


def _panel(evidence: Evidence, trial_id: str, kind: str, points: Iterable[Seen]) -> Panel:
    return Panel(trial_id, _title(evidence, trial_id), kind, tuple(sorted(points, key=lambda point: point.hours)))


def _title(evidence: Evidence, trial_id: str) -> str:
    return evidence.trials[trial_id].citation or trial_id
