"""Active minus control of each randomised trial, once: from its arms where both are printed, else as printed.

Arms of one side are combined, so no control is counted twice: means weighted by people, responders added up.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from math import log, sqrt

from liftspan.evidence.browse import NO_CONTROL, arms_of
from liftspan.evidence.near import ACTIVE_DRUGS, arms_that_report, begins_with_treatment
from liftspan.evidence.points import MADRS_CHANGE, REMISSION, RESPONSE, PublishedPoint, points_of_arms, standard_error
from liftspan.evidence.records import Arm, Evidence, Observation, Trial
from liftspan.evidence.vocabularies import UNIPOLAR

OUTCOMES = {"madrs": MADRS_CHANGE, "response": RESPONSE, "remission": REMISSION}
STATISTICS = {
    "madrs": ("mean", "change", "ls_change", "diff_vs_control"),
    "response": ("response_rate",),
    "remission": ("remission_rate",),
}
RANDOMISED = ("parallel_rct", "crossover_rct")  # not withdrawal trials: their people were selected for response
CROSSOVER = "crossover_rct"
COMPARATORS = ("active_drug", "open")  # quetiapine, diclofenac, ECT: no control, asked for by name only
ACTIVE = frozenset(drug.value for drug in ACTIVE_DRUGS)
NOT_RANDOMISED = "not randomised between drug and control"
OTHER_ILLNESS = "not a sample of unipolar depression"
FROM_ARMS, PRINTED = "from arms", "printed difference"
ADDED_TO_CELLS = 0.5  # of a table with an empty cell, to all four: Cochrane Handbook 10.4.4
# Half a patient in each cell would invent an effect from the sizes of the arms: such studies are left out (Cochrane
# Handbook 10.4.4; 16.9.3 in version 5.1: they "do not provide any indication of either the direction or magnitude").
NO_EVENT = "no event in either arm, which says nothing of their ratio (Cochrane Handbook 10.4.4)"
ALL_EVENTS = "the event in everybody of both arms, which says nothing of their ratio (Cochrane Handbook 10.4.4)"
TOO_MANY = "a row with more people than its arm"

# Traps 8 of the tables' README: percentages that are no whole patients, and a likely misprint.
NO_COUNTS = {"lijffijt2022": "its percentages are not whole patients"}
MISPRINTS = ("lii2023.036",)


@dataclass(frozen=True)
class Contrast:
    """One difference of one trial at one time."""

    trial_id: str
    citation: str
    year: float | None
    active_arms: tuple[str, ...]
    control_arms: tuple[str, ...]
    control: str
    hours: float
    effect: float  # MADRS points, negative = active better; or log odds ratio, positive = active better
    se: float
    people: float | None
    how: str  # from arms, or printed difference
    row_ids: tuple[str, ...]
    note: str


@dataclass(frozen=True)
class Sides:
    """Arms of one trial that are compared."""

    trial: Trial
    active: tuple[Arm, ...]
    control: tuple[Arm, ...]


def sides_of(
    evidence: Evidence, trial: Trial, wanted: Callable[[Arm], bool], controls: tuple[str, ...]
) -> Sides | None:
    """Active arms that are wanted, and the controls; None where the trial does not compare the two.

    Args:
        controls: kinds of control; empty = every kind but other treatments.
    """
    if why_not_compared(trial):
        return None
    reporting = arms_that_report(evidence)
    arms = [arm for arm in arms_of(evidence, trial.trial_id) if begins_with_treatment(arm)]
    reported = [arm for arm in arms if (trial.trial_id, arm.arm_id) in reporting]
    active = tuple(arm for arm in reported if arm.drug in ACTIVE and wanted(arm))
    # A control without a row of its own still stands behind a printed difference.
    control = _controls(reported, controls) or _controls(arms, controls)
    return Sides(trial, active, control) if active and control else None


def why_not_compared(trial: Trial) -> str:
    """Why no trial of this kind is pooled, whatever it prints; empty for a randomised one of unipolar depression."""
    if trial.design not in RANDOMISED:
        words = trial.design.replace("_", " ") or "design not stated"
        return f"{NOT_RANDOMISED}: {words}"
    return "" if trial.population in UNIPOLAR else f"{OTHER_ILLNESS}: {trial.population}"


def _controls(arms: list[Arm], kinds: tuple[str, ...]) -> tuple[Arm, ...]:
    return tuple(
        arm
        for arm in arms
        if arm.drug not in ACTIVE
        and arm.control not in NO_CONTROL
        and (arm.control in kinds if kinds else arm.control not in COMPARATORS)
    )


def contrasts_of(evidence: Evidence, sides: Sides, outcome: str) -> tuple[Contrast, ...]:
    """Contrasts of these arms at each time that has one, in order of time.

    Left out are second periods, subgroups, changes from a later phase, rates over a period, rates that are no whole
    patients (see `points_of_arms`), and times at which nobody, or everybody, of both sides had the event.
    """
    found = _at_each_time(evidence, sides, outcome)
    return tuple(found[hours] for hours in sorted(found) if isinstance(found[hours], Contrast))


def silent_times(evidence: Evidence, sides: Sides, outcome: str) -> dict[float, str]:
    """Times at which both sides have numbers that give no contrast, and why."""
    found = _at_each_time(evidence, sides, outcome)
    return {hours: found[hours] for hours in sorted(found) if isinstance(found[hours], str)}


def _at_each_time(evidence: Evidence, sides: Sides, outcome: str) -> dict[float, "Contrast | str"]:
    """By time: the contrast, or why numbers of both sides give none."""
    kind = OUTCOMES[outcome]
    if kind != MADRS_CHANGE and sides.trial.trial_id in NO_COUNTS:
        return {}
    rows = {row.row_id: row for row in evidence.observations if row.trial_id == sides.trial.trial_id}
    points = [
        point
        for point in points_of_arms(evidence, (*sides.active, *sides.control))
        if point.kind == kind and point.row_id not in MISPRINTS
    ]
    found: dict[float, Contrast | str] = {}
    for hours in sorted({point.hours for point in points}):
        at_h = {point.arm_id: point for point in points if point.hours == hours}
        made = _from_arms(sides, hours, at_h, rows, kind)
        if made is not None:
            found[hours] = made
    if kind == MADRS_CHANGE:
        for contrast in _printed(sides, rows.values()):
            if not isinstance(found.get(contrast.hours), Contrast):
                found[contrast.hours] = contrast
    return found


def why_no_contrast(evidence: Evidence, trial: Trial, outcome: str, controls: tuple[str, ...]) -> str:
    """Why a randomised trial has no contrast at any time."""
    kinds = {arm.control for arm in arms_of(evidence, trial.trial_id)} - set(NO_CONTROL)
    if kinds and not (kinds & set(controls) if controls else kinds - set(COMPARATORS)):
        return "compared with other treatments or controls than those asked"
    if outcome != "madrs" and trial.trial_id in NO_COUNTS:
        return NO_COUNTS[trial.trial_id]
    wanted = STATISTICS[outcome]
    later = [
        row
        for row in evidence.observations
        if row.trial_id == trial.trial_id and row.scale == "MADRS" and row.statistic in wanted and row.time_h != 0.0
    ]
    if not later:
        return "nothing of this outcome on MADRS in the tables"
    return "numbers of one side only, without their error, over a period or from another start"


def _from_arms(sides: Sides, hours: float, at_h: dict[str, PublishedPoint], rows, kind: str) -> Contrast | str | None:
    """The contrast of these arms, or why numbers of both sides give none; None where a side has no number."""
    sizes = {arm_id: _people(point, rows) for arm_id, point in at_h.items()}

    def usable(arms: Iterable[Arm]) -> list[PublishedPoint]:
        here = [at_h[arm.arm_id] for arm in arms if arm.arm_id in at_h]
        return [point for point in here if (point.se if kind == MADRS_CHANGE else sizes[point.arm_id])]

    active, control = usable(sides.active), usable(sides.control)
    if not active or not control:
        return None
    if sides.trial.design != CROSSOVER and _more_than_the_arm(sides, (*active, *control), sizes):
        return TOO_MANY
    if kind == MADRS_CHANGE:
        means = [_mean_of(side, sizes) for side in (active, control)]
        effect, se, note = means[0][0] - means[1][0], sqrt(means[0][1] ** 2 + means[1][1] ** 2), ""
    else:
        counts = [_count_of(side, sizes) for side in (active, control)]
        if all(events == 0.0 for events, _ in counts):
            return NO_EVENT
        if all(events == people for events, people in counts):
            return ALL_EVENTS
        effect, se, note = log_odds_ratio(*counts[0], *counts[1])
    return _contrast(sides, hours, effect, se, FROM_ARMS, active, control, sizes, note)


def _more_than_the_arm(sides: Sides, points: Iterable[PublishedPoint], sizes: dict[str, float | None]) -> bool:
    """Whether a row counts more people than its arm holds: one of the two numbers is a slip."""
    arms = {arm.arm_id: arm.n for arm in (*sides.active, *sides.control)}
    pairs = [(sizes[point.arm_id], arms[point.arm_id]) for point in points]
    return any(n is not None and whole is not None and n > whole for n, whole in pairs)


def _people(point: PublishedPoint, rows: dict[str, Observation]) -> float | None:
    """People behind a number: its row, else another row of its arm, time, scale and analysis set, else the arm.

    TRANSFORM-2 prints observed rates without n: 0.693 is 70 of the 101 with an observed change, of 114 in the arm.
    """
    row = rows[point.row_id]
    if row.n is not None or not row.analysis_set:
        return point.n
    beside = (other.n for other in rows.values() if _set_of(other) == _set_of(row) and other.n)
    return next(beside, point.n)


def _set_of(row: Observation) -> tuple:
    return row.arm_id, row.time_h, row.scale, row.analysis_set


def _mean_of(side: list[PublishedPoint], sizes: dict[str, float | None]) -> tuple[float, float]:
    """Mean of several arms weighted by people, and its standard error; arms without n weigh alike."""
    numbers = [sizes[point.arm_id] for point in side]
    weights = [1.0] * len(side) if None in numbers else numbers
    total = sum(weights)
    mean = sum(weight * point.value for weight, point in zip(weights, side, strict=True)) / total
    variance = sum((weight * point.se / total) ** 2 for weight, point in zip(weights, side, strict=True))
    return mean, sqrt(variance)


def _count_of(side: list[PublishedPoint], sizes: dict[str, float | None]) -> tuple[float, float]:
    """(with the event, people) of several arms together, in whole patients."""
    return (
        float(sum(round(point.value * sizes[point.arm_id]) for point in side)),
        float(sum(sizes[point.arm_id] for point in side)),
    )


def log_odds_ratio(events: float, people: float, control_events: float, control_people: float):
    """(log odds ratio, its standard error, note); half a patient is added to each cell where one is empty."""
    cells = [events, people - events, control_events, control_people - control_events]
    empty = min(cells) == 0.0
    a, b, c, d = (cell + ADDED_TO_CELLS if empty else cell for cell in cells)
    note = f"{events:g}/{people:g} against {control_events:g}/{control_people:g}"
    return log(a * d / (b * c)), sqrt(1 / a + 1 / b + 1 / c + 1 / d), note + (", 0.5 added to each cell" * empty)


def _printed(sides: Sides, rows: Iterable[Observation]) -> Iterable[Contrast]:
    """Printed differences with an error; of several arms at one time the largest arm, as they share the control."""
    size = {arm.arm_id: arm.n or 0.0 for arm in sides.active}
    usable = [
        row
        for row in rows
        if (row.scale, row.statistic) == ("MADRS", "diff_vs_control")
        and row.arm_id in size
        and row.value is not None
        and row.time_h is not None
        and row.time_h > 0.0
        and not row.carry_over
        and row.change_from not in ("phase", "screening")
        and standard_error(row, None)
    ]
    for hours in sorted({row.time_h for row in usable}):
        row = max((row for row in usable if row.time_h == hours), key=lambda row: (size[row.arm_id], not row.same_as))
        arm = next(arm for arm in sides.active if arm.arm_id == row.arm_id)
        yield _contrast(
            sides, hours, row.value, standard_error(row, None), PRINTED, [arm], sides.control,
            {one.arm_id: one.n for one in (arm, *sides.control)}, row.definition, (row.row_id,),
        )  # fmt: skip


def _contrast(sides: Sides, hours, effect, se, how, active, control, sizes, note, row_ids=()) -> Contrast:
    numbers = [[sizes[one.arm_id] for one in side] for side in (active, control)]
    known = None not in (*numbers[0], *numbers[1])
    # People of a crossover stand on both sides: the larger side is how many there are.
    people = (max if sides.trial.design == CROSSOVER else sum)(map(sum, numbers)) if known else None
    return Contrast(
        trial_id=sides.trial.trial_id,
        citation=sides.trial.citation or sides.trial.trial_id,
        year=sides.trial.year,
        active_arms=tuple(one.arm_id for one in active),
        control_arms=tuple(one.arm_id for one in control),
        control=", ".join(dict.fromkeys(arm.control for arm in sides.control)),
        hours=hours,
        effect=effect,
        se=se,
        people=people if people is not None else sides.trial.n_randomised,
        how=how,
        row_ids=tuple(row_ids) or tuple(point.row_id for point in (*active, *control)),
        note=note,
    )
