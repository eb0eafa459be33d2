"""One trial over time: what its arms published, and what the shipped model expects of such arms in a new trial."""

from dataclasses import dataclass, replace

import numpy as np

from liftspan.evidence.browse import arms_of
from liftspan.evidence.near import arms_that_report, begins_with_treatment
from liftspan.evidence.points import MADRS_CHANGE, REMISSION, RESPONSE, PublishedPoint, points_of_arms
from liftspan.evidence.predict import predict_trials
from liftspan.evidence.records import Arm, Evidence, Observation
from liftspan.mood.scales import MADRS, RESPONSE_FRACTION
from liftspan.posterior import Posterior
from liftspan.units import HOURS_PER_DAY

STATISTICS = {MADRS_CHANGE: "change", RESPONSE: "response_rate", REMISSION: "remission_rate"}
FIRST_H, TIMES, MOST_SESSIONS = 1.0, 22, 12
SHORTEST_H = 24.0  # of a band and of the axis of its picture
DRAWS = 250  # of the posterior: for a picture
AS_NEW = "as a new trial: "  # before the identifier, so that no fitted trial is met again


@dataclass(frozen=True)
class Band:
    """90 % predictive interval of what an arm of this size reports, over time; empty with the reason in `note`."""

    kind: str
    arm_id: str
    hours: tuple[float, ...]
    mean: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    note: str


def trial_points(evidence: Evidence, trial_id: str) -> tuple[PublishedPoint, ...]:
    """Published changes of MADRS, response and remission, each fact once.

    Left out are subgroups, second periods and arms that begin after another treatment: their hour 0 is another one.
    """
    reporting = arms_that_report(evidence)
    arms = [arm for arm in arms_of(evidence, trial_id) if begins_with_treatment(arm)]
    return points_of_arms(evidence, [arm for arm in arms if (trial_id, arm.arm_id) in reporting])


def predicted_bands(evidence: Evidence, points: tuple[PublishedPoint, ...], posterior: Posterior) -> tuple[Band, ...]:
    """A band for each kind and arm that has points, from an hour after the start to its last point, at least a day.

    The arms are predicted as arms of a new trial of that design: results are not read, fitted ones neither.
    """
    if not points:
        return ()
    trial_id = points[0].trial_id
    asked = list(dict.fromkeys((point.kind, point.arm_id) for point in points))
    last_h = {arm_id: max(one.hours for one in points if one.arm_id == arm_id) for _, arm_id in asked}
    times = {arm_id: _times_h(evidence.arms[trial_id, arm_id], max(SHORTEST_H, end)) for arm_id, end in last_h.items()}
    rows = [row for kind, arm_id in asked for row in asked_rows(evidence, trial_id, kind, arm_id, times[arm_id])]
    found = iter(predict_trials(as_new(evidence, trial_id, rows), posterior.first(DRAWS))[-len(rows) :])
    return tuple(_band(kind, arm_id, times[arm_id], [next(found) for _ in times[arm_id]]) for kind, arm_id in asked)


def _times_h(arm: Arm, end_h: float) -> list[float]:
    """Times of a band: even over the logarithm of time, and each session with the day after it, where it turns."""
    sessions = [day * HOURS_PER_DAY for day in arm.session_days[:MOST_SESSIONS] if day > 0.0]
    turns = [hours for start in sessions for hours in (start, start + HOURS_PER_DAY) if hours < end_h]
    return sorted({*np.geomspace(FIRST_H, end_h, TIMES).round(3).tolist(), *turns, end_h})


def asked_rows(evidence: Evidence, trial_id: str, kind: str, arm_id: str, hours: list[float]) -> list[Observation]:
    """Rows without results: what the arm would report at each time, by the cut that the trial itself uses."""
    own = next(row for row in evidence.observations if row.trial_id == trial_id)
    cuts = {row.cut for row in evidence.observations if row.trial_id == trial_id and row.statistic == STATISTICS[kind]}
    usual = {RESPONSE: RESPONSE_FRACTION, REMISSION: MADRS.remission_at_most}.get(kind)
    known = cuts & {10.0, 12.0} if kind == REMISSION else set()
    blank = replace(
        own, arm_id=arm_id, part_of="", scale=MADRS.name, statistic=STATISTICS[kind],
        value=None, sd=None, se=None, ci_low=None, ci_high=None,
        n=None, definition="", analysis_set="", event="at_time", cut=min(known, default=usual), recall_h=None,
        change_from_h=0.0, change_from="0", same_as="", carry_over="",
    )  # fmt: skip
    return [replace(blank, row_id=f"{kind}/{arm_id}/{hour:g}", time_h=hour) for hour in hours]


def as_new(evidence: Evidence, trial_id: str, rows: list[Observation]) -> Evidence:
    """The trial under another name: its arms and its rows at the start, then the rows asked.

    Arms of the other trials stay: the median of all of them is what an arm without a printed n is taken to hold.
    """
    name = AS_NEW + trial_id
    arms = {arm.arm_id: replace(arm, trial_id=name) for arm in arms_of(evidence, trial_id, subgroups=True)}
    start = [row for row in evidence.observations if row.trial_id == trial_id and row.time_h == 0.0]
    every = tuple(replace(row, trial_id=name) for row in (*start, *rows))
    return Evidence(
        trials={name: replace(evidence.trials[trial_id], trial_id=name)},
        arms={**evidence.arms, **{(name, arm_id): arm for arm_id, arm in arms.items()}},
        observations=every,
        trial_rows={name: {}},
        arm_rows={(name, arm_id): {} for arm_id in arms},
        observation_rows=tuple({} for _ in every),
        version=evidence.version,
    )


def _band(kind: str, arm_id: str, hours: list[float], found) -> Band:
    if any(one.predicted is None for one in found):
        return Band(kind, arm_id, (), (), (), (), next(one.note for one in found if one.predicted is None))
    columns = [tuple(getattr(one, name) for one in found) for name in ("predicted", "low", "high")]
    return Band(kind, arm_id, tuple(hours), *columns, found[0].note)
