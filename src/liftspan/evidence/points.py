"""What the arms near a treatment published over time: changes of MADRS, and shares with response and remission."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist

from liftspan.evidence.near import near_treatment
from liftspan.evidence.records import Arm, Evidence, Observation, primary
from liftspan.treatment.regimen import Regimen

MADRS_CHANGE, RESPONSE, REMISSION = "madrs_change", "response", "remission"

PRINTED_INTERVAL_SES = 2 * NormalDist().inv_cdf(0.975)  # width of a printed 95 % interval in standard errors
REMISSION_CUTS = (None, 10.0, 12.0)  # MADRS at most; None = not stated
RESPONSE_CUTS = (None, 0.5)  # a fall by half; trials that print 30 % are left out
AT_ITS_TIME = ("", "at_time")  # not "ever", "by_time" or "sustained": those count earlier or later visits

# Where an arm has several rows at a time, the order in which one is chosen.
STATISTIC_ORDER = ("change", "ls_change", "mean", "response_rate", "remission_rate")


@dataclass(frozen=True)
class PublishedPoint:
    """One published value of one arm at one time."""

    kind: str  # madrs_change, response or remission
    hours: float  # since the first session
    value: float  # MADRS points (negative = improvement), or a share 0..1
    se: float | None
    n: float | None
    citation: str
    trial_id: str
    arm_id: str
    row_id: str
    definition: str  # as printed: cut, analysis set, time window


def published_points(evidence: Evidence, regimen: Regimen) -> tuple[PublishedPoint, ...]:
    """Points of the arms near a treatment: see `points_of_arms`."""
    return points_of_arms(evidence, near_treatment(evidence, regimen).arm_list)


def points_of_arms(evidence: Evidence, arms: Iterable[Arm]) -> tuple[PublishedPoint, ...]:
    """Points of these arms: one per kind, arm and time after hour 0, in order of time.

    A change is a printed change (or LS change) from the first session, else the mean minus the mean at hour 0.
    Rates are on MADRS, at that time. Left out: second periods and changes from a screening visit or a later phase.
    A row that repeats another is used only where no primary row stands.
    """
    first = {row.row_id for row in primary(evidence.observations)}
    points: dict[tuple, PublishedPoint] = {}
    for arm in arms:
        rows = sorted(evidence.rows_of(arm), key=lambda row: (row.row_id not in first, _rank(row)))
        baseline = _baseline(arm, rows)
        for row in filter(_is_usable, rows):
            point = _point(evidence, row, arm, baseline)
            if point is not None:
                points.setdefault((point.kind, point.trial_id, point.arm_id, point.hours), point)
    return tuple(sorted(points.values(), key=lambda point: (point.kind, point.hours, point.trial_id, point.arm_id)))


def _rank(row: Observation) -> tuple[int, bool]:
    known = row.statistic in STATISTIC_ORDER
    order = STATISTIC_ORDER.index(row.statistic) if known else len(STATISTIC_ORDER)
    return order, row.analysis_set == "locf"


def _is_usable(row: Observation) -> bool:
    return (
        row.scale == "MADRS"
        and row.value is not None
        and row.time_h is not None
        and row.time_h > 0
        and not row.carry_over
        and row.change_from_h in (None, 0.0)
        and row.change_from not in ("phase", "screening")
        and row.event in AT_ITS_TIME
    )


def _baseline(arm: Arm, rows: list[Observation]) -> float | None:
    """MADRS mean at hour 0: the row, else the cell of the arm."""
    at_start = (row.value for row in rows if (row.scale, row.statistic, row.time_h) == ("MADRS", "mean", 0.0))
    return next(at_start, arm.baseline_mean if arm.baseline_scale == "MADRS" else None)


def _point(evidence: Evidence, row: Observation, arm: Arm, baseline: float | None) -> PublishedPoint | None:
    kind, value = _kind_and_value(row, baseline)
    if value is None:
        return None
    n = row.n if row.n is not None else arm.n
    return PublishedPoint(
        kind=kind,
        hours=row.time_h,
        value=value,
        se=standard_error(row, n) if kind == MADRS_CHANGE else standard_error_of_share(value, n),
        n=n,
        citation=evidence.trials[row.trial_id].citation or row.trial_id,
        trial_id=row.trial_id,
        arm_id=row.arm_id,
        row_id=row.row_id,
        definition=row.definition,
    )


def _kind_and_value(row: Observation, baseline: float | None) -> tuple[str, float | None]:
    if row.statistic in ("change", "ls_change"):
        return MADRS_CHANGE, row.value
    if row.statistic == "mean":
        return MADRS_CHANGE, None if baseline is None else row.value - baseline
    cuts: Mapping[str, tuple] = {"response_rate": RESPONSE_CUTS, "remission_rate": REMISSION_CUTS}
    kind = {"response_rate": RESPONSE, "remission_rate": REMISSION}.get(row.statistic, "")
    return kind, row.value if row.cut in cuts.get(row.statistic, ()) else None


def standard_error(row: Observation, n: float | None) -> float | None:
    """SE of a mean or a change: printed, else SD / sqrt(n), else from the width of the 95 % interval.

    For a mean the SD of the score stands in for the SD of its change: Takahashi 2021 prints both at day 28,
    and their ratio is 0.92 to 1.05 in its four arms.
    """
    if row.se is not None:
        return row.se
    if row.sd is not None and n:
        return row.sd / sqrt(n)
    if row.ci_low is not None and row.ci_high is not None:
        return (row.ci_high - row.ci_low) / PRINTED_INTERVAL_SES
    return None


def standard_error_of_share(share: float, n: float | None) -> float | None:
    """SE of a share among n people, two successes and two failures added: 0 of 20 is not certain.

    Source: Agresti & Coull, The American Statistician 52 (1998), 119-126.
    """
    if not n:
        return None
    moved = (share * n + 2.0) / (n + 4.0)
    return sqrt(moved * (1.0 - moved) / (n + 4.0))
