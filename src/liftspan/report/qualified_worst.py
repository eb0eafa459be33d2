"""Qualification report: the trials predicted worst, and what the tables say of why."""

from collections.abc import Sequence

import numpy as np

from liftspan.evidence.browse import arm_treatment
from liftspan.evidence.check_said import GROUPS
from liftspan.evidence.held_out import worst
from liftspan.evidence.scores import Scored
from liftspan.report.basis import Basis
from liftspan.report.markup import Html, joined, tag

SHOWN_KIND = "change"
MOST_NUMBERS = 6  # of one trial, written out


def worst_trials(basis: Basis) -> Html:
    """The three trials whose MADRS changes lie furthest outside, each with error, times, design and its like."""
    rows = [row for row in basis.held_out if row.kind == SHOWN_KIND]
    return joined(_one(basis, trial_id, its, rows) for trial_id, its in worst(rows))


def _one(basis: Basis, trial_id: str, its: Sequence[Scored], rows: Sequence[Scored]) -> Html:
    trial = basis.evidence.trials[trial_id]
    sentences = (_errors(its), _design(basis, trial_id, its), _people(basis, trial_id, its), _likes(its, rows))
    return tag("p", tag("b", f"{trial.citation or trial_id}. "), " ".join(sentences))


def _errors(its: Sequence[Scored]) -> str:
    written = [
        f"{row.time_h:g} h {row.value:.1f} against {row.predicted:.1f} ({row.quantiles[0]:.1f} to "
        f"{row.quantiles[-1]:.1f})" for row in sorted(its, key=lambda row: row.time_h)[:MOST_NUMBERS]
    ]  # fmt: skip
    rest = f"; {len(its) - MOST_NUMBERS} more" if len(its) > MOST_NUMBERS else ""
    error = float(np.mean([row.value - row.predicted for row in its]))
    outside = sum(not row.quantiles[0] <= row.value <= row.quantiles[-1] for row in its)
    fell = "more" if error < 0.0 else "less"
    return (
        f"Published against predicted: {'; '.join(written)}{rest}. Scores fell {fell} than predicted by "
        f"{abs(error):.1f} points on average; {outside} of {len(its)} numbers lie outside the 90 % interval."
    )


def _design(basis: Basis, trial_id: str, its: Sequence[Scored]) -> str:
    trial = basis.evidence.trials[trial_id]
    arms = dict.fromkeys(_arm_of(basis, row) for row in its)
    named = "; ".join(arm_treatment(basis.evidence.arms[trial_id, arm_id]) for arm_id in arms)
    known = [trial.design.replace("_", " ").replace("rct", "RCT"), trial.population, trial.setting]
    control = its[0].control.replace("_", " ")
    used = sum(row.observation.trial_id == trial_id for row in basis.fit.rows)
    fitted = f"numbers of it in the full fit: {used}" if used else "no number of it is in the full fit"
    return f"Design: {', '.join(part for part in known if part)}; {named}; control: {control}; {fitted}."


def _people(basis: Basis, trial_id: str, its: Sequence[Scored]) -> str:
    arms = [basis.evidence.arms[trial_id, arm_id] for arm_id in dict.fromkeys(_arm_of(basis, row) for row in its)]
    sizes = [f"{arm.n:.0f}" for arm in arms if arm.n is not None]
    ages = [f"{arm.age_mean:.0f}" for arm in arms if arm.age_mean is not None]
    size = f"People in its arms: {' and '.join(sizes)}" if sizes else "The number of people is not printed"
    return f"{size}{f'; mean age {chr(32).join(dict.fromkeys(ages))}' if ages else ''}."


def _arm_of(basis: Basis, row: Scored) -> str:
    return next(one.arm_id for one in basis.evidence.observations if one.row_id == row.row_id)


def _likes(its: Sequence[Scored], rows: Sequence[Scored]) -> str:
    """Whether trials alike miss in the same direction: then the model errs for all of them, else this one is apart."""
    mine = float(np.mean([row.value - row.predicted for row in its]))
    said = []
    for name in ("route", "time"):
        groups = {GROUPS[name](row) for row in its}
        others = [row for row in rows if row.trial_id != its[0].trial_id and GROUPS[name](row) in groups]
        trials = sorted({row.trial_id for row in others})
        if not trials:
            said.append(f"no other trial shares its {name}")
            continue
        means = [np.mean([row.value - row.predicted for row in others if row.trial_id == trial]) for trial in trials]
        bias, same = float(np.mean(means)), sum((mean < 0.0) == (mine < 0.0) for mean in means)
        said.append(
            f"of {len(trials)} other trials of that {name} ({', '.join(sorted(groups))}) {same} miss in the same "
            f"direction, on average by {bias:+.1f} points"
        )
    return f"Its like: {'; '.join(said)}."
