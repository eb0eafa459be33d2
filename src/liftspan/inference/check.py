"""Every trial of the tables predicted by a fit without it, through the very engine that answers users."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from liftspan.evidence.held_out import checkable
from liftspan.evidence.predict import RowPrediction, predict_trials
from liftspan.evidence.predicted_contrasts import PredictedContrast, predicted_contrasts, published_contrasts
from liftspan.evidence.records import Evidence
from liftspan.inference.leave_out import SEED, without_trial
from liftspan.inference.likelihood import Problem
from liftspan.inference.mode import ModeFinder, draw
from liftspan.parameters import MOOD_TABLE
from liftspan.posterior import Posterior

CHECK_DRAWS = 500


@dataclass(frozen=True)
class HeldOut:
    """One trial as a fit without it predicts it: its checkable rows, and its contrasts from the joint draw of arms."""

    rows: tuple[RowPrediction, ...]
    contrasts: tuple[PredictedContrast, ...]


def held_out_predictions(
    evidence: Evidence, problem: Problem, done: Callable[[str], None] = lambda trial_id: None
) -> Iterator[HeldOut]:
    """Every checkable row and contrast, trial by trial, each by a fit (normal approximation) without that trial.

    Trials that no fit uses are predicted by the fit with every row.
    """
    finder = ModeFinder(problem)
    full = finder.find()
    rows = checkable(evidence)
    for trial_id in checked_trials(evidence):
        mode = full
        if trial_id in problem.trials:
            mode = finder.find(without_trial(problem, problem.trials.index(trial_id)), full.z)
        posterior = posterior_of(problem, draw(problem, mode, CHECK_DRAWS, SEED))
        mine = tuple(_blank(row) for row in rows if row.trial_id == trial_id)
        predicted = ()
        if mine:
            seen = replace(evidence, observations=_with_first(evidence, mine))
            predicted = predict_trials(seen, posterior)[-len(mine) :]
        yield HeldOut(predicted, predicted_contrasts(evidence, trial_id, posterior)[0])
        done(trial_id)


def checked_trials(evidence: Evidence) -> tuple[str, ...]:
    """Trials with a checkable row or a published contrast."""
    trials = dict.fromkeys(row.trial_id for row in checkable(evidence))
    return tuple(trials | dict.fromkeys(one for one in evidence.trials if published_contrasts(evidence, one)))


def posterior_of(problem: Problem, theta: np.ndarray) -> Posterior:
    """Draws by name, as an engine takes them; no trial is known to it."""
    values = problem.values(theta)
    return Posterior({prior.name: np.asarray(values[prior.name]) for prior in MOOD_TABLE}, {"trials": []})


def _blank(row):
    """The row as a prediction may see it: no result."""
    return replace(row, value=None, sd=None, se=None, ci_low=None, ci_high=None)


def _with_first(evidence: Evidence, mine: tuple) -> tuple:
    """Rows of the trial at or before the first session, which a prediction may use, then those that are asked for."""
    trial_id = mine[0].trial_id
    first = [row for row in evidence.observations if row.trial_id == trial_id and row.time_h == 0.0]
    return (*first, *mine)
