"""Trials in groups, each trial once: what active treatment adds to control, pooled, and what a new study may find."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from math import exp, log

from liftspan.errors import InvalidInput, nearest
from liftspan.evidence.browse import NO_CONTROL, Filters, arm_treatment, is_given, matching_trials
from liftspan.evidence.contrasts import (
    ACTIVE,
    OUTCOMES,
    STATISTICS,
    Contrast,
    contrasts_of,
    sides_of,
    silent_times,
    why_no_contrast,
    why_not_compared,
)
from liftspan.evidence.near import trials_without_overlap
from liftspan.evidence.pooling import Pooled, pool
from liftspan.evidence.records import Evidence, Trial
from liftspan.numbers import shortened
from liftspan.vocabulary import folded

LEVEL = 0.9
WINDOW_FACTOR = 1.5  # a reading at most this much earlier or later stands for the time asked
DEFAULT_AT_H = 24.0
SHARED = "shares people with a trial counted before it"
# Centres of the groups of --by time: the first hours, a day, days, one and two weeks, four weeks, eight weeks.
CENTRES_H = (3.0, 24.0, 72.0, 168.0, 336.0, 672.0, 1344.0)

BY = {
    "drug": lambda trial, arm: arm.drug,
    "route": lambda trial, arm: f"{arm.drug} {arm.route or '(route not stated)'}",
    "dose": lambda trial, arm: arm_treatment(arm),
    "background": lambda trial, arm: f"antidepressant {trial.concomitant_antidepressant or 'not stated'}",
    "control": None,  # by the control arm
    "time": None,  # by the reading
}


@dataclass(frozen=True)
class Group:
    """Studies of one group and what they say together."""

    name: str
    studies: tuple[Contrast, ...]
    pooled: Pooled
    people: float  # of the studies that print them


@dataclass(frozen=True)
class Forest:
    """The groups of one question, and every other trial that the filters let through, with the reason."""

    outcome: str
    by: str
    at_h: float | None  # None: the groups are times
    groups: tuple[Group, ...]
    left_out: tuple[tuple[str, str], ...]  # (citation, reason)

    @property
    def is_ratio(self) -> bool:
        """Whether effects are log odds ratios."""
        return self.outcome != "madrs"

    def shown(self, value: float | None) -> float | None:
        """An effect as it is read: points, or an odds ratio."""
        return exp(value) if self.is_ratio and value is not None else value


def forest(
    evidence: Evidence,
    outcome: str = "madrs",
    by: str = "drug",
    at_h: float | None = None,
    filters: Filters | None = None,
    fitted_ids: Collection[str] = (),
) -> Forest:
    """Random-effects meta-analysis of active minus control in each group.

    Args:
        outcome: madrs, response or remission.
        by: drug, route, dose, control, background or time.
        at_h: hours since the first session; the nearest reading within a factor of 1.5 is taken. None = 24 h, or
            every time with by="time".
        filters: which trials and active arms; None = all.
        fitted_ids: trials that the posterior was fitted to, for a filter that asks for it.

    Raises InvalidInput with every problem of the question.
    """
    check_question(outcome, by, at_h)
    outcome, by = outcome.strip().lower(), by.strip().lower()
    filters = filters or Filters()
    at_h = DEFAULT_AT_H if at_h is None and by != "time" else at_h
    found: dict[str, dict[str, Contrast]] = {}
    left_out = []
    for trial in matching_trials(evidence, filters, fitted_ids):
        asked = list(_groups_of_trial(evidence, trial, by, filters))
        readings = [(name, contrast) for name, sides in asked for contrast in contrasts_of(evidence, sides, outcome)]
        silent = [(name, *one) for name, sides in asked for one in silent_times(evidence, sides, outcome).items()]
        chosen = _nearest(readings, at_h)
        for name, contrast in chosen.items():
            found.setdefault(name, {})[trial.trial_id] = contrast
        reasons = _silent_here(silent, chosen, at_h)
        if not chosen and not reasons:
            reasons = [_why_not(evidence, trial, outcome, readings, filters, by)]
        left_out += [(trial.citation or trial.trial_id, reason) for reason in reasons]
    groups = [_group(evidence, name, studies) for name, studies in found.items()]
    left_out += [one for name, studies in found.items() for one in _counted_elsewhere(evidence, name, studies)]
    return Forest(outcome, by, at_h, tuple(sorted(groups, key=_order)), tuple(dict.fromkeys(left_out)))


def check_question(outcome: str, by: str, at_h: float | None) -> None:
    """Raises InvalidInput with every problem of what is asked."""
    problems = []
    for option, word, known in (("--outcome", outcome, OUTCOMES), ("--by", by, BY)):
        if str(word).strip().lower() not in known:
            meant = [name for name, words in STATISTICS.items() if folded(str(word)) in map(folded, words)]
            hint = f"did you mean '{meant[0]}'?" if meant and known is OUTCOMES else nearest(str(word), known)
            problems.append(f"{option}: '{shortened(str(word))}' is not known; {hint}")
    if at_h is not None and not 0.0 < at_h < float("inf"):
        problems.append(f"--at: {at_h:g} hours is not after the first session; write a number above 0, as 24")
    elif at_h is not None and by == "time":
        problems.append("--at with --by time: the groups are the times already; leave out one of them")
    if problems:
        raise InvalidInput(problems, "this question")


def _groups_of_trial(evidence: Evidence, trial: Trial, by: str, filters: Filters):
    """(name of group, sides) of each group that this trial belongs to; by time it is named later."""
    everything = filters if filters.controls or by != "control" else replace(filters, controls=_kinds(evidence, trial))
    whole = sides_of(evidence, trial, lambda arm: is_given(arm, filters), everything.controls)
    if whole is None:
        return
    if by == "time":
        yield "", whole
    elif by == "control":
        for kind in dict.fromkeys(arm.control for arm in whole.control):
            yield kind, replace(whole, control=tuple(arm for arm in whole.control if arm.control == kind))
    else:
        for name in dict.fromkeys(BY[by](trial, arm) for arm in whole.active):
            yield name, replace(whole, active=tuple(arm for arm in whole.active if BY[by](trial, arm) == name))


def _kinds(evidence: Evidence, trial: Trial) -> tuple[str, ...]:
    return tuple({arm.control for arm in evidence.arms.values() if arm.trial_id == trial.trial_id})


def _nearest(readings: list[tuple[str, Contrast]], at_h: float | None) -> dict[str, Contrast]:
    """One reading a group: the one nearest the time asked, by ratio; the earlier of two."""
    best: dict[str, tuple[float, Contrast]] = {}
    for name, contrast in readings:
        centre_h = min(CENTRES_H, key=lambda hours: away(contrast.hours, hours)) if at_h is None else at_h
        distance = away(contrast.hours, centre_h)
        if distance > log(WINDOW_FACTOR) + 1e-9:
            continue
        key = name or time_name(centre_h)
        if key not in best or distance < best[key][0] - 1e-12:
            best[key] = (distance, contrast)
    return {key: contrast for key, (_, contrast) in best.items()}


def away(hours: float, other_h: float) -> float:
    """How far two times lie apart, as the logarithm of their ratio."""
    return abs(log(hours / other_h))


def time_name(centre_h: float) -> str:
    """`24 h (16 to 36)`, `28 days (19 to 42)`: the centre of a group of times and its reach."""
    low_h, high_h = centre_h / WINDOW_FACTOR, centre_h * WINDOW_FACTOR
    if centre_h <= 24.0:
        return f"{centre_h:g} h ({low_h:g} to {high_h:g})"
    return f"{centre_h / 24.0:g} days ({low_h / 24.0:.2g} to {high_h / 24.0:.2g})"


def _group(evidence: Evidence, name: str, studies: dict[str, Contrast]) -> Group:
    kept = tuple(studies[trial_id] for trial_id in trials_without_overlap(evidence, studies))
    people = sum(study.people for study in kept if study.people is not None)
    return Group(name, kept, pool([s.effect for s in kept], [s.se for s in kept], LEVEL), people)


def _order(group: Group):
    centres = [time_name(hours) for hours in CENTRES_H]
    return centres.index(group.name) if group.name in centres else -1, group.name


def _silent_here(silent: list[tuple[str, float, str]], chosen: dict[str, Contrast], at_h: float | None) -> list[str]:
    """Why a group at hand has no reading of a trial that published numbers of both its sides at that time."""
    reasons: dict[str, list[float]] = {}
    for name, hours, reason in silent:
        centre_h = min(CENTRES_H, key=lambda one: away(hours, one)) if at_h is None else at_h
        if away(hours, centre_h) <= log(WINDOW_FACTOR) + 1e-9 and (name or time_name(centre_h)) not in chosen:
            reasons.setdefault(reason, []).append(hours)
    return [f"{reason}: {', '.join(f'{one:g}' for one in sorted(set(at)))} h" for reason, at in reasons.items()]


def _counted_elsewhere(evidence: Evidence, name: str, studies: dict[str, Contrast]) -> Iterator[tuple[str, str]]:
    """Trials of a group that share people with one counted before them."""
    kept = trials_without_overlap(evidence, studies)
    for trial_id, study in studies.items():
        if trial_id not in kept:
            yield study.citation, f"{SHARED}: {name}"


def _why_not(evidence: Evidence, trial: Trial, outcome: str, readings: list, filters: Filters, by: str) -> str:
    if reason := why_not_compared(trial):
        return reason
    arms = [arm for arm in evidence.arms.values() if arm.trial_id == trial.trial_id]
    if not any(arm.drug in ACTIVE and is_given(arm, filters) for arm in arms):
        return "no arm of ketamine, esketamine or arketamine that is asked for"
    if all(arm.control in NO_CONTROL for arm in arms):
        return "no control arm in the tables"
    if readings:
        hours = sorted({contrast.hours for _, contrast in readings})
        return "read at other times only: " + ", ".join(f"{one:g}" for one in hours) + " h"
    controls = _kinds(evidence, trial) if by == "control" and not filters.controls else filters.controls
    return why_no_contrast(evidence, trial, outcome, controls)
