"""Predict what a maintenance or stopping trial reports: draw people, treat, select, stop or go on, look for relapse.

The same people, with the same traits and the same luck, are simulated through every phase in one course, so whoever is
selected for a low score carries its causes along. The arms of a trial share its deviations and differ in people.
Relapse rows stand in no likelihood; two priors were chosen on them (`parameters.RELAPSE_ROWS`).
"""

import zlib
from dataclasses import dataclass, replace

import numpy as np

from liftspan.errors import InvalidInput
from liftspan.evidence.phases import Phases, asked_d, phases_of
from liftspan.evidence.records import Arm, Observation
from liftspan.evidence.withdrawal import choose, hazard_ratio, median_days, median_of_relapsed, relapse_visit, selected
from liftspan.evidence.withdrawal_rules import ANY, RELAPSE, TABLE, Rule, rule_of
from liftspan.mood.scales import LINKS, MADRS, RESPONSE_FRACTION
from liftspan.units import HOURS_PER_DAY

LEVEL = 0.9
MOST_PEOPLE = 200  # of those reported on
LEAST = 5  # people selected in a draw; with fewer of them the draw says nothing
LEAST_DRAWS = 0.5  # share of draws that must say something
MOST_VISITS = 150  # of the usual rule, weekly: three years, and no trial of the tables is half as long
CONSECUTIVE = 2  # visits in a row of a relapse, in every trial whose rule was read


@dataclass(frozen=True)
class Group:
    """Those whom the trial reports on, drawn from the selected: shape (draw, person, ...)."""

    score: np.ndarray  # at the visits of follow-up
    first: np.ndarray  # first score of all
    at_start: np.ndarray  # score when follow-up begins
    visits_d: np.ndarray  # since the start of follow-up, (visit,)
    relapse: np.ndarray  # index of the visit of relapse; the number of visits = none
    last: np.ndarray  # index of the last visit that is looked at
    enough: np.ndarray  # draws in which enough people were selected, (draw,)


def predict_withdrawn(row: Observation, trial, rule: Rule) -> tuple:
    """Centre and 90 % interval of a reported number or None, the note or the reason, and the number in each draw.

    Args:
        trial: has the evidence, trial_id, posterior, seed, `phases` (a dict that keeps simulated arms) and control_of.

    Returns: predicted, low, high, note, draws; draws in which too few people were selected are left out.
    """
    try:
        found, last_d, notes = _numbers(row, trial, rule)
    except (InvalidInput, ValueError, KeyError) as error:
        return None, None, None, f"not predicted: {error}", None
    told = found[~np.isnan(found)]
    if len(told) < LEAST_DRAWS * len(found):
        silent = 1 - len(told) / len(found)
        return None, None, None, f"not predicted: in {silent:.0%} of draws too few are selected", None
    notes = [*notes, *_more_notes(row, rule, found, told, last_d)]
    numbers = np.minimum(told, last_d) if row.statistic == "median_days_to_relapse" else told
    low, centre, high = np.quantile(numbers, _LEVELS)
    if row.statistic not in ("median_days_to_relapse", "hazard_ratio"):  # whose tails are long
        centre = np.clip(np.mean(numbers), low, high)
    return float(centre), float(low), float(high), "; ".join(notes), numbers


_LEVELS = (0.5 - LEVEL / 2.0, 0.5, 0.5 + LEVEL / 2.0)


def _more_notes(row, rule: Rule, found, told, last_d):
    if (unreached := np.isinf(told).mean()) > 0.0:
        yield f"not reached in {unreached:.0%} of draws within {last_d:g} days: counted as {last_d:g}"
    if len(told) < len(found):
        yield f"{1 - len(told) / len(found):.0%} of draws left out: fewer than {LEAST} selected"
    if row.statistic == "hazard_ratio":
        yield "Mantel-Haenszel ratio over visits"
    yield f"selection and follow-up: {rule.assumed} (assumed)"
    yield f"rules: {rule.source}"


def _numbers(row: Observation, trial, rule: Rule) -> tuple[np.ndarray, float, list[str]]:
    """The number in each draw, not a number where too few were selected; the last visit, days; notes."""
    group, notes = _group_of(row, trial, rule, row.arm_id)
    last_d = float(group.visits_d[-1]) if len(group.visits_d) else np.inf
    if row.statistic in RELAPSE and not len(group.visits_d):
        raise ValueError(f"when {trial.trial_id} looked for relapse is not in {TABLE}")
    if row.statistic != "hazard_ratio":
        return np.where(group.enough, _statistic(row, rule, group), np.nan), last_d, notes
    control_id = trial.control_of(row)
    other = rule_of(replace(row, arm_id=control_id)) if control_id else None
    if other is None:
        raise ValueError("a hazard ratio needs a control arm in the tables")
    control, _ = _group_of(row, trial, other, control_id)
    found = hazard_ratio(_followed(group), _followed(control), group.visits_d)
    return np.where(group.enough & control.enough, found, np.nan), last_d, notes


def _statistic(row: Observation, rule: Rule, group: Group) -> np.ndarray:
    if row.statistic in RELAPSE:
        days, relapsed = _followed(group)
        if row.statistic == "relapse_free_fraction":
            return 1.0 - relapsed.mean(axis=1)
        if "who relapsed" in row.definition:
            return median_of_relapsed(days, relapsed)
        return median_days(days, relapsed, group.visits_d)
    end = np.take_along_axis(group.score, group.last[..., None], axis=-1)[..., 0]
    base = group.at_start if rule.rows == "entered" else group.first
    if row.statistic == "response_rate":
        fraction = RESPONSE_FRACTION if row.cut is None or row.cut >= 1.0 else row.cut
        return (end <= (1.0 - fraction) * base).mean(axis=1)
    link = LINKS.get(row.scale)
    points = link.madrs_per_point if link else 1.0
    if row.statistic == "remission_rate":
        usual = link.remission_madrs_at_most if link else MADRS.remission_at_most
        return (end <= (usual if row.cut is None else row.cut * points)).mean(axis=1)
    if row.statistic in ("change", "ls_change"):
        return (end - group.at_start).mean(axis=1) / points
    if row.statistic == "mean":
        return end.mean(axis=1) / points
    raise ValueError(f"{row.statistic} of selected people is not predicted here yet")


def _followed(group: Group) -> tuple[np.ndarray, np.ndarray]:
    """Day of relapse or of the end of follow-up, and whether it was a relapse, (draw, person)."""
    relapsed = group.relapse <= group.last
    return group.visits_d[np.where(relapsed, group.relapse, group.last)], relapsed


def _visits_d(row: Observation, rule: Rule, arm: Arm) -> np.ndarray:
    """Visits since the start of follow-up."""
    visits = np.array(rule.visits)
    if rule.trial_id != ANY or row.time_h is None:
        return visits
    # The usual rule does not know how long the trial looked: the time of the row, since the first session, says it.
    looked_d = row.time_h / HOURS_PER_DAY - (arm.session_days or (0.0,))[-1]
    if looked_d <= 0.0:
        raise ValueError(f"{row.time_h:g} h is not after the last session: nobody was followed for relapse yet")
    count = int(looked_d / visits[0])
    if count > MOST_VISITS:
        raise ValueError(f"{row.time_h:g} h is later than any trial followed people for relapse")
    return visits[0] * np.arange(1, max(count, CONSECUTIVE) + 1)


def _group_of(row: Observation, trial, rule: Rule, arm_id: str) -> tuple[Group, list[str]]:
    arm = trial.evidence.arms[trial.trial_id, arm_id]
    if rule.trial_id == ANY and trial.evidence.trials[trial.trial_id].design == "randomised_withdrawal":
        raise ValueError(f"what {trial.trial_id} gave before it withdrew is not in {TABLE}")
    visits_d = _visits_d(row, rule, arm)
    phases = phases_of(trial, rule, arm, visits_d)
    taken = _taken(phases, rule)
    share = float(taken.mean())
    reported = row.n or rule.n or (arm.n or phases.design.n) * share
    count = max(1, min(round(reported), MOST_PEOPLE))
    who = choose(taken, _uniform(trial.seed + 1, taken.shape), count)
    group = _drawn(_everyone(row, rule, phases, visits_d, trial.seed), who, taken.sum(axis=1) >= LEAST)
    notes = [f"not in the likelihood; {count} people of those selected ({share:.0%} of all)", *phases.notes]
    if (again := float((taken.sum(axis=1) < count).mean())) > 0.0:
        notes.append(f"fewer than {count} were selected in {again:.0%} of draws, where people count more than once")
    return group, notes


def _everyone(row: Observation, rule: Rule, phases: Phases, visits_d: np.ndarray, seed: int) -> Group:
    """All simulated people followed as if all had been selected."""
    first = phases.course.observed_baseline
    score = _at(phases, phases.start_d + visits_d)
    relapse = relapse_visit(_meets(rule, score, first), CONSECUTIVE, rule.dated)
    last = _last_visit(rule, visits_d, _uniform(seed + 2, first.shape), relapse)
    at_start = _at(phases, np.array([phases.start_d]))[..., 0]
    if not rule.relapse:
        course, asked_h = phases.second or phases.course, asked_d(row, rule, phases.start_d) * HOURS_PER_DAY
        score, last = course.at(np.array([asked_h])).score, np.zeros(first.shape, int)
    return Group(score, first, at_start, visits_d, relapse, last, np.ones(len(first), bool))


def _drawn(group: Group, who: np.ndarray, enough: np.ndarray) -> Group:
    """The people of these indices, (draw, person)."""
    picked = {
        name: np.take_along_axis(getattr(group, name), who, axis=1) for name in ("first", "at_start", "relapse", "last")
    }
    return replace(group, score=np.take_along_axis(group.score, who[..., None], axis=1), enough=enough, **picked)


def _taken(phases: Phases, rule: Rule) -> np.ndarray:
    """Who is selected by the scores before follow-up, (draw, person)."""
    baseline = phases.course.observed_baseline
    at_d = rule.selected_at_d or (phases.end_d + 1.0,)
    remission_at_most = rule.remission_at_most or MADRS.remission_at_most
    return selected(rule.selected, _at(phases, np.array(at_d)), baseline, remission_at_most)


def _meets(rule: Rule, score: np.ndarray, baseline: np.ndarray) -> np.ndarray:
    """Whether a score meets the definition of relapse, (draw, person, visit)."""
    if rule.relapse == "score":
        return score >= rule.relapse_level
    if rule.relapse == "loss":
        return score > (1.0 - rule.relapse_level) * baseline[..., None]
    return np.zeros(score.shape, bool)


def _last_visit(rule: Rule, visits_d: np.ndarray, luck: np.ndarray, relapse: np.ndarray) -> np.ndarray:
    """Index of the last visit of each person: of relapse, of the end of follow-up, or of the trial."""
    until = np.full(luck.shape, len(visits_d) - 1)
    if rule.follow_up_median_d is not None:
        leave_d = -np.log1p(-luck) * rule.follow_up_median_d / np.log(2.0)
        until = np.clip(np.searchsorted(visits_d, leave_d, side="right") - 1, 0, len(visits_d) - 1)
    return np.minimum(until, relapse)


def _at(phases: Phases, days: np.ndarray) -> np.ndarray:
    return phases.course.at(days * HOURS_PER_DAY).score


def _uniform(seed: int, size: tuple[int, int]) -> np.ndarray:
    bits = np.random.Philox(key=[seed % 2**32, zlib.crc32(b"withdrawal")])
    return np.random.Generator(bits).random(size)
