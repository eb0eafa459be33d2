"""Predicted beside published: maintenance, stopping and second courses. Checks only, since none of it is fitted."""

from dataclasses import dataclass, replace

from liftspan.evidence.predict import predict_trials
from liftspan.evidence.records import Evidence, Observation
from liftspan.evidence.withdrawal_rules import RELAPSE, Rule, rule_of
from liftspan.posterior import Posterior

VISITS, STOPPED, AGAIN = "visits go on", "after the last session", "second course"
ABOUT_PEOPLE = ("response_rate", "remission_rate", "change", *RELAPSE)


@dataclass(frozen=True)
class Check:
    """One published number of selected people, and its prediction; None with the reason in `note`."""

    row: Observation
    rule: Rule
    phase: str  # VISITS, STOPPED or AGAIN
    predicted: float | None
    low: float | None
    high: float | None
    note: str

    @property
    def inside(self) -> bool | None:
        """Whether the published number lies in the 90 % interval."""
        return None if self.predicted is None else self.low <= self.row.value <= self.high

    @property
    def too_good(self) -> bool | None:
        """Whether people fare better in the prediction than in print; None for a hazard ratio, which compares arms."""
        if self.predicted is None or self.row.statistic == "hazard_ratio":
            return None
        gap = self.predicted - self.row.value
        return gap < 0.0 if self.row.statistic == "change" else gap > 0.0


def relapse_checks(
    evidence: Evidence, posterior: Posterior, *, trial_ids: tuple[str, ...] = (), seed: int = 1
) -> tuple[Check, ...]:
    """Every published number of people who were selected by an earlier score, in the order of the table.

    Args:
        evidence: with outcomes, which are only put beside the predictions: those are made from a blinded copy.
        trial_ids: of these trials only; empty = of all.
    """
    rows = [row for row in evidence.observations if rule_of(row) is not None and row.value is not None]
    rows = [row for row in rows if not trial_ids or row.trial_id in trial_ids]
    found = predict_trials(replace(evidence, observations=tuple(_blind(row) for row in rows)), posterior, seed=seed)
    return tuple(
        Check(row, rule, _phase(rule), one.predicted, one.low, one.high, one.note)
        for row, one in zip(rows, found, strict=True)
        if (rule := rule_of(row)) is not None
    )


def _blind(row: Observation) -> Observation:
    return replace(row, value=None, sd=None, se=None, ci_low=None, ci_high=None)


def _phase(rule: Rule) -> str:
    if rule.again_days:
        return AGAIN
    return STOPPED if rule.after == "none" else VISITS
