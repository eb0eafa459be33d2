"""Trials, arms and observations as printed; a blank cell is None, or an empty text or tuple."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from liftspan.frozen import Frozen

LEVELS = frozenset({"mean", "change", "ls_change"})  # statistics of one arm that a contrast of two arms repeats


@dataclass(frozen=True)
class Trial:
    """One study: who was treated, how it was compared, and where it was published."""

    trial_id: str
    citation: str  # short: "Daly 2018 (SYNAPSE)"
    year: float | None
    journal: str
    doi: str
    pmid: str  # PubMed or PubMed Central identifiers, as printed
    registry_id: str
    design: str
    population: str
    blinding: str
    n_randomised: float | None
    concomitant_antidepressant: str  # none, continued, new, mixed
    overlaps_with: tuple[str, ...]  # trials that hold some of the same people
    notes: str
    source_url: str
    setting: str
    region: str
    medication: str  # washed_out, continued, new, mixed


@dataclass(frozen=True)
class Arm:
    """One group of a trial: what it was given, when, and who was in it."""

    trial_id: str
    arm_id: str
    label: str
    drug: str
    route: str
    dose: float | None  # in dose_unit; the first dose of flexible or titrated arms
    dose_unit: str  # mg or mg/kg, of base
    dose_min: float | None  # range of flexible arms, in dose_unit
    dose_max: float | None
    infusion_min: float | None
    session_days: tuple[float, ...]  # day of each session, first = 0; empty = not stated
    n: float | None
    age_mean: float | None  # years
    age_sd: float | None
    female_fraction: float | None
    weight_kg_mean: float | None
    baseline_scale: str
    baseline_mean: float | None  # points of baseline_scale
    baseline_sd: float | None
    failed_antidepressants_mean: float | None
    notes: str
    schedule: str  # the whole course in words
    control: str  # none, saline, placebo_spray, placebo_oral, midazolam, anaesthesia, active_drug, open
    part_of: str  # arm of which this is a subgroup


@dataclass(frozen=True)
class Observation:
    """One published number; `part_of` and `control` are copied from its arm, so that a row can be judged alone."""

    trial_id: str
    arm_id: str
    row_id: str
    time_h: float | None  # since the first session; None = not tied to one time
    scale: str
    statistic: str
    value: float | None  # points of `scale`, a fraction 0..1, or what `statistic` says
    sd: float | None
    se: float | None
    ci_low: float | None  # 95 %
    ci_high: float | None
    n: float | None
    definition: str
    source_location: str
    extraction: str
    source_url: str
    analysis_set: str
    event: str  # at_time, by_time, ever, sustained
    cut: float | None  # 0.5 = a fall by half, 12 = a score of at most 12
    recall_h: float | None
    change_from_h: float | None  # reference time of a change, h; None when blank or in words
    change_from: str  # the cell itself: "0", "672", "phase", "screening" or ""
    same_as: str  # row that carries the same information; blank = primary
    carry_over: str  # "yes": second periods, re-randomised non-responders
    part_of: str
    control: str


@dataclass(frozen=True)
class Evidence:
    """Three tables that belong together. Rows keep their order; `*_rows` are their cells in canonical words."""

    trials: Mapping[str, Trial]
    arms: Mapping[tuple[str, str], Arm]  # by (trial_id, arm_id)
    observations: tuple[Observation, ...]
    trial_rows: Mapping[str, Mapping[str, str]]
    arm_rows: Mapping[tuple[str, str], Mapping[str, str]]
    observation_rows: tuple[Mapping[str, str], ...]  # one for each of `observations`, unknown columns included
    version: str  # of the shipped tables; empty for another folder
    written_rows: tuple[Mapping[str, str], ...] = ()  # observations as they stand in the file
    # What the reader changed or doubts, by (trial_id, arm_id), arm_id "" for the trial: said beside predictions.
    remarks: Mapping[tuple[str, str], tuple[str, ...]] = field(default_factory=Frozen)

    def rows_of(self, arm: Arm) -> tuple[Observation, ...]:
        """Observations of one arm, in the order of the table."""
        return tuple(row for row in self.observations if (row.trial_id, row.arm_id) == (arm.trial_id, arm.arm_id))


def primary(observations: Iterable[Observation]) -> tuple[Observation, ...]:
    """Rows that a likelihood may use: each published fact once.

    Left out: rows that repeat another (`same_as`), subgroups (`part_of`), and contrasts with the control where
    both arms give a mean or a change at that time. A contrast of means beside two response rates stays:
    the rates do not contain it.
    """
    rows = tuple(row for row in observations if not row.same_as and not row.part_of)
    levels = {(*_place(row), row.arm_id) for row in rows if row.statistic in LEVELS}
    controls = {_place(row) for row in rows if row.statistic in LEVELS and row.control not in ("", "none")}
    return tuple(
        row
        for row in rows
        if not (row.statistic == "diff_vs_control" and (*_place(row), row.arm_id) in levels and _place(row) in controls)
    )


def _place(row: Observation) -> tuple:
    return row.trial_id, row.time_h, row.scale
