"""Which published rows the fit uses, and the design of each: arrays that the likelihood reads.

Means and changes of MADRS on routes that the body knows, up to eight weeks; response rates only where no mean is
reported at that time; each published fact once. Percentages (a response, a fall in per cent) also come from HAM-D,
on which they are about the same. What is left out is counted, with the reason.
"""

from collections import Counter
from dataclasses import dataclass, replace

import numpy as np

from liftspan.evidence import Arm, Evidence, Observation, primary
from liftspan.evidence.contrasts import NO_COUNTS
from liftspan.evidence.design import DRUGS, ArmDesign, arm_design, arm_route
from liftspan.evidence.near import is_daily
from liftspan.evidence.staying import Staying, staying_of
from liftspan.evidence.usual import filled
from liftspan.mood.scales import LINKS, MADRS, RESPONSE_FRACTION
from liftspan.mood.severity import RECALL_AT_MOST_H, recall_grid, recalled_h
from liftspan.mood_model import POTENCY
from liftspan.units import HOURS_PER_WEEK

LAST_H = 8.0 * HOURS_PER_WEEK  # later rows describe those who stayed or were selected: the next fit's task
MEANS = ("mean", "change", "ls_change", "percent_change", "diff_vs_control")
PERCENTAGES = ("percent_change", "response_rate")
# Arms whose people had answered the drug before: relapsers taken back to it.
SELECTED = {("takahashi2021_japan", "ol_reinduction")}
SELECTED |= {("sustain3_after_relapse2023", arm) for arm in ("pr_esk", "pr_pbo")}
RATES = ("response_rate",)  # remission in the same people adds little and is defined in several ways


@dataclass(frozen=True)
class Row:
    """One published number and how it is read off its arm."""

    observation: Observation
    arm: int  # index into the designs
    control_arm: int  # of a contrast, else -1
    time_h: float
    looks_h: np.ndarray  # when the rating looks, shape (look,)
    weights: np.ndarray
    n: float
    staying: Staying

    @property
    def fall(self) -> float:
        """The fall that a response needs, as a fraction of the first score."""
        cut = self.observation.cut
        return RESPONSE_FRACTION if cut is None or cut >= 1.0 else cut


@dataclass(frozen=True)
class FitRows:
    """The rows of the fit, their arms, and why others were left out (reason -> count)."""

    arms: tuple[ArmDesign, ...]
    rows: tuple[Row, ...]
    left_out: Counter


def fit_rows(evidence: Evidence, recall: str = "day") -> FitRows:
    """Rows and arms that the fit uses. Blank doses, routes and days of sessions are filled as `predict` fills them."""
    evidence = replace(evidence, arms={key: filled(arm)[0] for key, arm in evidence.arms.items()})
    left_out: Counter = Counter()
    candidates = primary(evidence.observations)
    left_out["repeats another row or a subgroup"] = len(evidence.observations) - len(candidates)
    usable = []
    for row in candidates:
        reason = _reason_against(evidence, row)
        if reason:
            left_out[reason] += 1
        else:
            usable.append(row)
    has_mean = {(row.trial_id, row.arm_id, row.time_h) for row in usable if row.statistic in MEANS}
    kept = [row for row in usable if row.statistic in MEANS or _place(row) not in has_mean]
    left_out["rate where a mean is reported"] = len(usable) - len(kept)
    return _assemble(evidence, kept, left_out, recall)


def _place(row: Observation):
    return (row.trial_id, row.arm_id, row.time_h)


def _reason_against(evidence: Evidence, row: Observation) -> str:
    arm = evidence.arms[row.trial_id, row.arm_id]
    trial = evidence.trials[row.trial_id]
    checks = (
        (not _scale_is_known(row), "scale is not MADRS, nor a percentage on a linked scale"),
        (row.statistic not in MEANS + RATES, "statistic is no mean, change, contrast or response rate"),
        (row.time_h is None or row.time_h <= 0.0, "no time after the first session"),
        (row.time_h is not None and row.time_h > LAST_H, "later than eight weeks"),
        (row.event not in ("", "at_time"), "event over a period, not at a time"),
        (row.carry_over != "", "second period or re-randomised"),
        (row.change_from not in ("", "0", "screening"), "change from another moment"),
        (trial.design == "randomised_withdrawal", "people selected for response"),
        ((row.trial_id, row.arm_id) in SELECTED, "people selected for response"),
        (row.statistic in RATES and row.cut is None and row.scale != MADRS.name, "response is not defined"),
        (row.trial_id in NO_COUNTS, "rates that are no whole patients"),
        (_route_reason(arm) != "", _route_reason(arm)),
    )
    return next((reason for failed, reason in checks if failed), "")


def _scale_is_known(row: Observation) -> bool:
    return row.scale == MADRS.name or (row.scale in LINKS and row.statistic in PERCENTAGES)


def _route_reason(arm: Arm) -> str:
    drug = DRUGS.get(arm.drug)
    if drug is None:
        return "drug is a comparator outside this model"
    if drug.share_s + drug.share_r == 0.0:
        return ""
    if not arm.route or (drug, arm_route(arm)) not in POTENCY:
        return "route has no mood model"
    if is_daily(arm.session_days):
        return "daily doses, which build up in this model: it has no tolerance yet"
    return "" if arm.dose is not None or arm.dose_max is not None else "dose not stated"


def _assemble(evidence: Evidence, kept: list[Observation], left_out: Counter, recall: str) -> FitRows:
    keys = {(row.trial_id, row.arm_id) for row in kept}
    for row in kept:
        if row.statistic == "diff_vs_control":
            keys.add((row.trial_id, _control_of(evidence, row)))
    order = sorted(keys)
    index = {key: i for i, key in enumerate(order)}
    arms = tuple(arm_design(evidence, evidence.arms[key]) for key in order)
    rows = []
    for row in kept:
        control = index[row.trial_id, _control_of(evidence, row)] if row.statistic == "diff_vs_control" else -1
        arm = index[row.trial_id, row.arm_id]
        looks_h, weights = looks(row, recall)
        n = row.n or arms[arm].n
        rows.append(Row(row, arm, control, row.time_h, looks_h, weights, n, staying_of(evidence, row)))
    return FitRows(arms, tuple(rows), left_out)


def looks(row: Observation, recall: str = "day") -> tuple[np.ndarray, np.ndarray]:
    """When the rating of this row looks back to, and with which weights, shape (look,).

    Recall of at most the last "day" is what the model uses; the "moment" and the window as "stated" are candidates, and
    "estimated" is the stated window with a last look at the moment itself, whose weight the fit chooses.
    """
    time_h = np.array([row.time_h])
    stated_h = RECALL_AT_MOST_H if row.recall_h is None else row.recall_h
    stated = np.full(1, stated_h)
    windows_h = {"moment": np.zeros(1), "day": recalled_h(time_h, stated_h), "stated": stated, "estimated": stated}
    looks_h, weights = recall_grid(time_h, windows_h[recall])
    if recall == "estimated":
        return np.append(looks_h[0], row.time_h), np.append(weights[0], 0.0)
    return looks_h[0], weights[0]


def _control_of(evidence: Evidence, row: Observation) -> str:
    arms = [arm for arm in evidence.arms.values() if arm.trial_id == row.trial_id and not arm.part_of]
    return next(arm.arm_id for arm in arms if arm.control not in ("", "none"))
