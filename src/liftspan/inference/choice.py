"""Which structure of the mood model predicts trials that it has not seen: records to store, one structure at a time."""

from collections.abc import Callable

import numpy as np

from liftspan.evidence.records import Evidence
from liftspan.evidence.scores import interval_score
from liftspan.inference.hashes import hashes_of
from liftspan.inference.leave_out import leave_one_out
from liftspan.inference.likelihood import problem_of
from liftspan.inference.rows import fit_rows
from liftspan.inference.structures import Structure

POINTS = ("mean", "change", "ls_change", "diff_vs_control")


def judged(evidence: Evidence, structure: Structure, done: Callable[[int, int], None] = lambda at, of: None) -> dict:
    """Leave-one-trial-out of one structure: log score by trial, and error, coverage and interval score of its points.

    Points are rows in MADRS points; each trial counts once in the summaries.
    """
    rows = fit_rows(evidence, structure.recall)
    problem = problem_of(rows, structure)
    is_point = np.array([row.observation.statistic in POINTS for row in rows.rows])
    log_scores, squared, inside, intervals = {}, [], [], []
    for at, one in enumerate(leave_one_out(problem), start=1):
        log_scores[one.trial_id] = round(one.log_score, 3)
        mine = is_point[one.rows]
        if mine.any():
            value, numbers = problem.seen.value[one.rows[mine]], one.numbers[:, mine]
            low, high = np.quantile(numbers, [0.05, 0.95], axis=0)
            squared.append(np.mean((value - numbers.mean(axis=0)) ** 2))
            inside.append(np.mean((low <= value) & (value <= high)))
            intervals.append(np.mean(interval_score(value, low, high)))
        done(at, len(problem.trials))
    return {
        "name": structure.name,
        "change": structure.change,
        **hashes_of(evidence),
        "log_scores": log_scores,
        "rmse_points": round(float(np.sqrt(np.mean(squared))), 3),
        "cover_90": round(float(np.mean(inside)), 3),
        "interval_score_points": round(float(np.mean(intervals)), 2),
    }
