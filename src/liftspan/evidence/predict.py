"""Predict every published number of a folder of trials: simulated arms of the reported size.

A trial that the posterior was fitted to is predicted given its fitted rows, any other as a new one. A prediction may
know a trial's design, its arms, and rows at or before the first session; the tables are loaded so that no later value
can be read. Arms of one trial share its deviations and differ in people, so contrasts come from the joint draw.
"""

import zlib
from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from liftspan.errors import InvalidInput
from liftspan.evidence import outside
from liftspan.evidence.canonical import WHOLE_TRIAL
from liftspan.evidence.columns import OBSERVATIONS, TRIALS
from liftspan.evidence.design import DRUGS, ArmDesign, arm_design
from liftspan.evidence.enrolled import enrolled, filled_baseline, filled_design
from liftspan.evidence.people import people_of_arm
from liftspan.evidence.records import Arm, Evidence, Observation
from liftspan.evidence.staying import Kept, Staying, staying_of, who_left
from liftspan.evidence.usual import filled
from liftspan.evidence.vocabularies import UNMODELLED_SETS, is_known
from liftspan.evidence.withdrawal_rules import rule_of
from liftspan.evidence.withdrawn import predict_withdrawn
from liftspan.mood.scales import LINKS, MADRS, RESPONSE_FRACTION
from liftspan.population import draw_people
from liftspan.posterior import Posterior
from liftspan.simulate import Course, TrialDeviates, new_trial, simulate
from liftspan.units import HOURS_PER_DAY, HOURS_PER_WEEK

LEVEL = 0.9
MOST_PEOPLE = 200  # of larger arms: the sampling error of more is small beside that between trials
LEVELS = ("mean", "change", "ls_change", "percent_change")
RATES = {"response_rate": "response", "remission_rate": "remission"}
CONTRASTS = {
    "diff_vs_control": "change",
    "risk_difference_response": "response_rate",
    "risk_difference_remission": "remission_rate",
}
PERIODS = ("by_time", "ever", "sustained")
MONTHLY_FROM_H = 60.0 * HOURS_PER_WEEK  # visits of a period: weekly until then, every four weeks after it


@dataclass(frozen=True)
class RowPrediction:
    """The 90 % equal-tailed predictive interval of one reported number, or None with the reason."""

    row_id: str
    predicted: float | None
    low: float | None
    high: float | None
    note: str
    draws: np.ndarray | None = None  # of the reported number, by draw of the posterior; fewer where people are selected


def predict_trials(evidence: Evidence, posterior: Posterior, *, seed: int = 1) -> tuple[RowPrediction, ...]:
    """Predictions in the order of `evidence.observations`, which should be loaded with `outcomes=False`."""
    known = replace(evidence, observations=tuple(sorted(evidence.observations, key=_by_what_it_says)))
    found: dict[int, RowPrediction] = {}
    by_trial: dict[str, list[int]] = {}
    for i, row in enumerate(evidence.observations):
        by_trial.setdefault(row.trial_id, []).append(i)
    for trial_id, numbers in by_trial.items():
        shown = _Trial(known, trial_id, [evidence.observations[i] for i in numbers], posterior, seed)
        for i in numbers:
            found[i] = _predict(evidence.observations[i], shown)
    return tuple(found[i] for i in range(len(evidence.observations)))


def _by_what_it_says(row: Observation) -> tuple:
    """Most people first: where several rows tell who had left, the order of typing does not choose between them."""
    return -(row.n or 0.0), row.statistic, row.definition, row.row_id


@dataclass(frozen=True)
class _Shown:
    """One simulated arm and what had to be filled in."""

    course: Course
    design: ArmDesign
    notes: tuple[str, ...]
    seed: int = 0  # of who leaves
    people: str = ""  # where the number of people of a row that states none comes from


class _Trial:
    """The arms of one trial, simulated when first asked for."""

    def __init__(self, evidence: Evidence, trial_id: str, rows: list[Observation], posterior: Posterior, seed: int):
        self.evidence, self.trial_id, self.posterior = evidence, trial_id, posterior
        self.rows = [row for row in rows if not outside.too_late(row.time_h)]
        self.seed = (zlib.crc32(trial_id.encode()) + seed) % 2**32
        self.fitted = trial_id in posterior.deviations
        self._known: dict[str, _Shown | str] = {}
        self.phases: dict = {}  # simulated arms of maintenance and stopping trials

    def arm(self, arm_id: str) -> _Shown | str:
        """The simulated arm, or why there is none."""
        if arm_id not in self._known:
            self._known[arm_id] = self._simulated(self.evidence.arms[self.trial_id, arm_id])
        return self._known[arm_id]

    def control_of(self, row: Observation) -> str | None:
        """The control arm that a contrast was made with: of the same part, else the trial's first."""
        arms = [arm for arm in self.evidence.arms.values() if arm.trial_id == self.trial_id]
        controls = [arm for arm in arms if arm.control not in ("", "none")]
        mine = self.evidence.arms[self.trial_id, row.arm_id]
        alike = [arm for arm in controls if bool(arm.part_of) == bool(mine.part_of)] or controls
        prefix = row.arm_id.split("_")[0]
        suffix = row.arm_id.split("_")[-1]
        named = [arm for arm in alike if arm.arm_id.startswith(prefix) or arm.arm_id.endswith(f"_{suffix}")]
        return next((arm.arm_id for arm in [*named, *alike] if arm.arm_id != row.arm_id), None)

    def _simulated(self, arm: Arm) -> _Shown | str:
        if arm.drug not in DRUGS:
            return f"{arm.drug} has no model here: shown only"
        own = [row for row in self.rows if row.arm_id == arm.arm_id]
        last_d = max((row.time_h or 0.0 for row in own), default=0.0) / HOURS_PER_DAY
        remarks = self.evidence.remarks.get((arm.trial_id, arm.arm_id), ())
        days = arm.session_days
        try:
            arm, notes = filled(arm, last_d)
            if reasons := outside.refused(arm):
                return f"not predicted: {'; '.join(reasons)}"
            cautions = outside.cautions(arm, filled_in=arm.session_days != days)
            notes = (*self._remarks(), *remarks, *cautions, *notes, *filled_design(arm))
            arm, said = people_of_arm(self.evidence, arm, own)
            design = arm_design(self.evidence, arm)
            # By its name: rows in another order are the same trial.
            people_seed = (self.seed + zlib.crc32(arm.arm_id.encode())) % 2**32
            course = self._course(design, people_seed)
            return _Shown(course, design, (*notes, *filled_baseline(design)), people_seed, said)
        except (InvalidInput, ValueError) as error:
            return f"not predicted: {error}"

    def _remarks(self) -> Iterable[str]:
        """What is said of the trial as a whole."""
        trial = self.evidence.trials[self.trial_id]
        yield from self.evidence.remarks.get((self.trial_id, WHOLE_TRIAL), ())
        if not is_known(TRIALS, "population", trial.population):
            yield f"population '{trial.population}' is not known here: read as unipolar depression"
        if not trial.design:
            yield "design not stated: blinded by its control arms, if there are any"

    def _course(self, design: ArmDesign, people_seed: int) -> Course:
        enrolment = enrolled(design, self.posterior, self.seed)
        count = max(2, min(round(design.n), MOST_PEOPLE))
        people = draw_people(enrolment, people_seed, self.posterior.size, count)
        times_h = self._times_h(design)
        return simulate(
            design.regimen,
            design.context,
            people,
            enrolment,
            self.posterior,
            times_h,
            seed=people_seed,
            trial=self._deviates(times_h),
        )

    def _deviates(self, times_h: np.ndarray) -> TrialDeviates:
        """Those of a new trial; of a fitted one, the deviations that its rows tell of."""
        new = new_trial(self.seed, self.posterior.size, times_h)
        if not self.fitted:
            return new
        return TrialDeviates(*self.posterior.deviations[self.trial_id].T, new.time)

    def _times_h(self, design: ArmDesign) -> np.ndarray:
        """Times of every row of the trial, and weekly visits where something is counted over a period."""
        wanted = {at_h(row, design) for row in self.rows}
        if any(row.event in PERIODS for row in self.rows):
            wanted |= {2.0, 24.0, 72.0, *_visits_h(max(wanted))}
        return np.array(sorted(wanted))


def _visits_h(end_h: float) -> Iterable[float]:
    """Visits at which something is counted over a period."""
    yield from np.arange(HOURS_PER_WEEK, min(end_h, MONTHLY_FROM_H) + 1.0, HOURS_PER_WEEK).tolist()
    yield from np.arange(MONTHLY_FROM_H, end_h + 1.0, 4.0 * HOURS_PER_WEEK).tolist()


def at_h(row: Observation, design: ArmDesign) -> float:
    """Time of a row; one that is not tied to a time is read a day after the last session.

    Before the first session nothing moves here: what was rated then is read at its start.
    """
    return max(row.time_h, 0.0) if row.time_h is not None else design.regimen.end_h + HOURS_PER_DAY


def why_not(row: Observation) -> str:
    """Why the number of a row has no prediction, whatever its arm; empty where it can have one."""
    if row.scale != MADRS.name and row.scale not in LINKS:
        return f"scale {row.scale} has no link here yet"
    for column, word in (("event", row.event), ("analysis_set", row.analysis_set)):
        if not is_known(OBSERVATIONS, column, word):
            return f"{column} '{word}' is not known here, so what was counted is not clear"
    if row.analysis_set in UNMODELLED_SETS:
        return f"analysis_set {row.analysis_set} has no model here yet"
    if not is_known(OBSERVATIONS, "statistic", row.statistic):
        return f"statistic {row.statistic} is not known here and has no model"
    return outside.too_late(row.time_h)


def _predict(row: Observation, trial: _Trial) -> RowPrediction:
    if why := why_not(row):
        return RowPrediction(row.row_id, None, None, None, why)
    if (rule := rule_of(row)) is not None:
        return _finite(RowPrediction(row.row_id, *predict_withdrawn(row, trial, rule)))
    statistic = CONTRASTS.get(row.statistic, row.statistic)
    if statistic not in (*LEVELS, *RATES):
        return RowPrediction(row.row_id, None, None, None, f"statistic {row.statistic} has no model here yet")
    if row.change_from == "phase" and row.time_h is None and statistic in LEVELS:
        why = "change within a later phase of people selected for it: no model here yet"
        return RowPrediction(row.row_id, None, None, None, why)
    return _finite(_from_arms(row, statistic, trial))


def _finite(one: RowPrediction) -> RowPrediction:
    """The prediction, or the reason where the model gives no number: an extreme design may overflow it."""
    if one.predicted is None or np.all(np.isfinite([one.predicted, one.low, one.high])):
        return one
    return RowPrediction(one.row_id, None, None, None, "not predicted: the model gives no finite number for this arm")


def _from_arms(row: Observation, statistic: str, trial: _Trial) -> RowPrediction:
    shown = trial.arm(row.arm_id)
    if isinstance(shown, str):
        return RowPrediction(row.row_id, None, None, None, shown)
    # A contrast says how many stand in both arms together, which is no number of one of them.
    read = replace(row, statistic=statistic, n=None if row.statistic in CONTRASTS else row.n)
    staying = staying_of(trial.evidence, row)
    draws, notes = _statistic(read, shown, staying), list(shown.notes)
    if row.statistic in CONTRASTS:
        control_id = trial.control_of(row)
        control = trial.arm(control_id) if control_id else "no control arm in the tables"
        if isinstance(control, str):
            return RowPrediction(row.row_id, None, None, None, f"contrast: {control}")
        draws = draws - _statistic(read, control, _staying_of_control(row, trial, control_id, staying))
    low, high = np.quantile(draws, [0.5 - LEVEL / 2.0, 0.5 + LEVEL / 2.0])
    centre = min(max(float(np.mean(draws)), low), high)  # of a rare event the mean may lie above the 95th percentile
    notes += _notes(row, trial, shown)
    if staying.matters:
        notes.append(f"{staying.gone:.0%} had left, rather those who were worse off: {staying.kept}")
    return RowPrediction(row.row_id, float(centre), float(low), float(high), "; ".join(notes), draws)


def _staying_of_control(row: Observation, trial: _Trial, control_id: str, active: Staying) -> Staying:
    """Who had left the control of a contrast: by its own row of that time and set, else as in the active arm."""
    statistic = CONTRASTS[row.statistic]
    beside = [
        other
        for other in trial.evidence.observations
        if (other.trial_id, other.arm_id) == (row.trial_id, control_id)
        and (other.time_h, other.scale, other.analysis_set) == (row.time_h, row.scale, row.analysis_set)
    ]
    if not beside:
        return active
    told = min(beside, key=lambda one: one.statistic != statistic)  # its own number, where there is one
    return staying_of(trial.evidence, told)


def _notes(row: Observation, trial: _Trial, shown: _Shown) -> Iterable[str]:
    if row.scale in LINKS:
        yield f"{row.scale} linked to MADRS ({LINKS[row.scale].source}); the error of the link is not known"
    if trial.fitted:
        yield "conditional: given the rows of this trial that the posterior was fitted to"
    if row.time_h is None:
        yield "no time stated: a day after the last session"
    elif row.time_h < 0.0:
        yield "before the first session: as at its start"
    if row.change_from not in ("", "0", "screening"):
        yield "change from another moment: predicted from the first session"
    if late := outside.late(row.time_h):
        yield late
    if row.n is None and shown.people:
        yield shown.people
    if (row.n or shown.design.n) > MOST_PEOPLE:
        yield f"sampling error of {MOST_PEOPLE} people"


def _statistic(row: Observation, shown: _Shown, staying: Staying) -> np.ndarray:
    """What the simulated groups report, one number a draw, in points of the row's scale."""
    i = int(np.searchsorted(shown.course.times_h, at_h(row, shown.design)))
    course, left = shown.course, np.zeros(shown.course.observed_baseline.shape, bool)
    if staying.matters:
        last = course.score[..., i - 1] if i else course.observed_baseline
        left = who_left(last, staying.gone, shown.seed)
        if staying.kept is Kept.LAST_SCORE:
            carried = np.where(left[..., None], last[..., None], course.score[..., i : i + 1])
            course = replace(course, score=np.concatenate([course.score[..., :i], carried], axis=-1))
    people = ~left if staying.matters and staying.kept is Kept.STAYED else _reported_on(row, left.shape)
    counted = _of_people(row, course, i, shown.design)
    if staying.kept is Kept.FAILED and row.statistic in RATES:
        counted = counted & ~left
    number = np.sum(counted * people, axis=1) / np.sum(people, axis=1)
    if row.statistic == "percent_change":
        return number / np.sum(course.observed_baseline * people, axis=1) * np.sum(people, axis=1)
    return number


def _reported_on(row: Observation, shape: tuple[int, int]) -> np.ndarray:
    """The people that the number of a row is of, (draw, person): as many of the arm as the row says."""
    people = np.ones(shape, bool)
    if row.n is not None and row.n < shape[1]:
        people[:, max(round(row.n), 1) :] = False
    return people


def _of_people(row: Observation, course: Course, i: int, design: ArmDesign) -> np.ndarray:
    """Each person's contribution to the number of a row at time `i`, (draw, person)."""
    link = LINKS.get(row.scale)
    points = link.madrs_per_point if link else 1.0
    if row.statistic == "mean":
        return course.score[..., i] / points
    if row.statistic in ("change", "ls_change"):
        return course.change[..., i] / points
    if row.statistic == "percent_change":
        return 100.0 * course.change[..., i]
    if row.statistic == "response_rate":
        fraction = RESPONSE_FRACTION if row.cut is None or row.cut >= 1.0 else row.cut
        # A cut of 0.3 is a fall by 30 %: the score is then at most 70 % of the first.
        reached = course.score <= (1.0 - fraction) * course.observed_baseline[..., None]
    else:
        usual = link.remission_madrs_at_most if link else MADRS.remission_at_most
        reached = course.score <= (usual if row.cut is None else row.cut * points)
    return _over_period(reached, i, row.event)


def _over_period(reached: np.ndarray, i: int, event: str) -> np.ndarray:
    """Reached at that time, at any visit by then, or from some visit on until then, (draw, person)."""
    if event in ("by_time", "ever"):
        return reached[..., : i + 1].any(axis=-1)
    if event == "sustained":
        return reached[..., max(i - 2, 0) : i + 1].all(axis=-1)
    return reached[..., i]
