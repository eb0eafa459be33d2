"""How many people an arm is simulated with, in the order that is promised: row, arm, trial, median of the evidence."""

from collections.abc import Iterable
from dataclasses import replace

from liftspan.evidence.design import USUAL_N
from liftspan.evidence.records import Arm, Evidence, Observation


def people_of_arm(evidence: Evidence, arm: Arm, rows: Iterable[Observation]) -> tuple[Arm, str]:
    """The arm with the number of people that its rows need, and what is said of rows that state none.

    An arm that prints no number holds as many as its largest row; a row of fewer is then read off some of them.
    """
    if arm.n is not None:
        return arm, f"n of the row not stated: {arm.n:g}, of the arm"
    stated = [row.n for row in rows if row.n is not None and row.statistic in OF_ONE_ARM]
    if stated:
        most = max(stated)
        return replace(arm, n=most), f"n not stated: {most:g}, the largest of the arm's other rows"
    trial = evidence.trials[arm.trial_id]
    if trial.n_randomised:
        return arm, f"n not stated: the {trial.n_randomised:g} of the trial shared among its arms"
    return arm, f"n not stated: {USUAL_N:g}, the median of the shipped arms"


# Statistics whose number of people is that of the arm; a contrast counts two arms.
OF_ONE_ARM = ("mean", "change", "ls_change", "percent_change", "response_rate", "remission_rate")
