"""The rows of the fit as flat arrays: what the likelihood needs and no parameter changes.

A *read* is one arm at one time; a row is one read, or for a contrast the difference of two. A *look* is one of the
moments that a rating recalls.
"""

from dataclasses import dataclass

import numpy as np

from liftspan.body.concentration import SHARES, Analyte, Matrix, concentration, effect_site_levels
from liftspan.brain.engagement import Episode, episodes
from liftspan.evidence import Observation
from liftspan.evidence.staying import Kept
from liftspan.inference.rows import ArmDesign, FitRows
from liftspan.mood.context import Control
from liftspan.mood.scales import MADRS
from liftspan.mood_model import POTENCY
from liftspan.parameters import OLDER_Y, body_value
from liftspan.person import typical_body
from liftspan.treatment.regimen import Regimen

CONTROLS = tuple(Control)
# Percentages on HAM-D and MADRS agree about so far in a group: no error of the link was printed (assumption).
LINKED_RATE_ERROR = 0.05
POTENCIES = tuple(name for name in POTENCY.values() if name)


@dataclass(frozen=True)
class Sittings:
    """Engagement on the grids of all sittings, and what each look sees of each node.

    `*_ng_per_ml` hold every node of every distinct sitting, shape (node,); the other arrays list the pairs of a node
    and a look after it, shape (pair,).
    """

    s_ng_per_ml: np.ndarray
    r_ng_per_ml: np.ndarray
    norketamine_ng_per_ml: np.ndarray  # venous, S and R; 0 unless asked for
    hydroxynorketamine_ng_per_ml: np.ndarray
    node: np.ndarray  # index of the node
    look: np.ndarray  # index of the look
    weight_h: np.ndarray  # of the quadrature
    lag_h: np.ndarray  # from the node to the look, positive


@dataclass(frozen=True)
class Reads:
    """Arms at times. Arrays have shape (read,) unless said."""

    arm: np.ndarray
    looks_h: np.ndarray  # (read, look)
    weights: np.ndarray  # (read, look)
    n: np.ndarray
    baseline: np.ndarray  # mean observed
    baseline_sd: np.ndarray
    imputed_mean: np.ndarray  # index into Imputed.means of the trial whose baseline is not printed, -1 = printed
    imputed_sd: np.ndarray
    control: np.ndarray  # index into CONTROLS
    potency: np.ndarray  # index into POTENCIES, -1 = 1
    new_antidepressant: np.ndarray
    inpatient: np.ndarray
    older: np.ndarray  # 1 where the arm's mean age is 65 or more
    last_visit_h: np.ndarray
    is_response: np.ndarray
    fall: np.ndarray  # that a response needs, a fraction of the first score
    is_mean: np.ndarray
    is_percent: np.ndarray  # a change in per cent of the baseline
    gone: np.ndarray  # share of people who had left and are not rated
    gone_fail: np.ndarray  # 1 where those count as failures
    same_arm: np.ndarray  # (read, read)
    sittings: Sittings


@dataclass(frozen=True)
class Imputed:
    """Trials whose baseline mean or SD on MADRS is not printed: one parameter stands for each."""

    means: tuple[str, ...]
    sds: tuple[str, ...]


def imputed_of(fit: FitRows) -> Imputed:
    """The trials of the fitted rows without a printed baseline, in the order of the arms."""
    arms = [fit.arms[i] for i in sorted({row.arm for row in fit.rows} | {row.control_arm for row in fit.rows} - {-1})]
    return Imputed(
        tuple(dict.fromkeys(arm.trial_id for arm in arms if arm.usual_mean)),
        tuple(dict.fromkeys(arm.trial_id for arm in arms if arm.usual_sd)),
    )


@dataclass(frozen=True)
class Rows:
    """Published numbers. Arrays have shape (row,) unless said."""

    value: np.ndarray
    combine: np.ndarray  # (row, read): +1 for the arm, -1 for the control of a contrast
    same_trial: np.ndarray  # (row, row)
    same_time: np.ndarray
    rounding: np.ndarray  # half a unit of the last printed digit, or so
    has_sd: np.ndarray
    log_sd: np.ndarray
    log_sd_error: np.ndarray


def reads_of(fit: FitRows, metabolites: bool = False) -> tuple[Reads, np.ndarray]:
    """Reads, and the matrix that combines them into rows; with levels of metabolites when asked for."""
    pairs = [(i, row.arm, 1.0) for i, row in enumerate(fit.rows)]
    pairs += [(i, row.control_arm, -1.0) for i, row in enumerate(fit.rows) if row.control_arm >= 0]
    combine = np.zeros((len(fit.rows), len(pairs)))
    for read, (row, _, sign) in enumerate(pairs):
        combine[row, read] = sign
    rows = [fit.rows[row] for row, _, _ in pairs]
    arms = [fit.arms[arm] for _, arm, _ in pairs]
    statistic = np.array([row.observation.statistic for row in rows])
    imputed = imputed_of(fit)
    staying = [row.staying for row in rows]
    index = np.array([arm for _, arm, _ in pairs])
    looks_h = np.array([row.looks_h for row in rows])
    reads = Reads(
        arm=index,
        looks_h=looks_h,
        weights=np.array([row.weights for row in rows]),
        n=np.array([row.n if sign > 0 else arm.n for row, arm, (_, _, sign) in zip(rows, arms, pairs, strict=True)]),
        baseline=np.array([arm.baseline_mean for arm in arms]),
        baseline_sd=np.array([arm.baseline_sd for arm in arms]),
        imputed_mean=np.array([imputed.means.index(arm.trial_id) if arm.usual_mean else -1 for arm in arms]),
        imputed_sd=np.array([imputed.sds.index(arm.trial_id) if arm.usual_sd else -1 for arm in arms]),
        control=np.array([CONTROLS.index(arm.context.control) for arm in arms]),
        potency=np.array([_potency_index(arm) for arm in arms]),
        new_antidepressant=np.array([float(arm.context.new_antidepressant) for arm in arms]),
        inpatient=np.array([float(arm.context.inpatient) for arm in arms]),
        older=np.array([float((arm.age_y or 0.0) >= OLDER_Y) for arm in arms]),
        last_visit_h=np.array([arm.context.last_visit_h for arm in arms]),
        is_response=statistic == "response_rate",
        fall=np.array([row.fall for row in rows]),
        is_mean=statistic == "mean",
        is_percent=statistic == "percent_change",
        gone=np.array([one.gone if one.matters else 0.0 for one in staying]),
        gone_fail=np.array([float(one.kept is Kept.FAILED) for one in staying]),
        same_arm=(index[:, None] == index[None, :]).astype(float),
        sittings=_sittings(arms, looks_h, metabolites),
    )
    return reads, combine


def rows_of(fit: FitRows, combine: np.ndarray) -> Rows:
    """The published numbers and which of them share a trial or a time."""
    observations = [row.observation for row in fit.rows]
    statistic = np.array([row.statistic for row in observations])
    trial = np.array([row.trial_id for row in observations])
    time_h = np.array([row.time_h for row in observations])
    same_trial = (trial[:, None] == trial[None, :]).astype(float)
    n = np.array([row.n for row in fit.rows])
    sd = np.array([_printed_sd(row, size) for row, size in zip(observations, n, strict=True)])
    has_sd = np.isfinite(sd) & np.isin(statistic, ("change", "ls_change"))
    return Rows(
        value=np.array([row.value for row in observations]),
        combine=combine,
        same_trial=same_trial,
        same_time=same_trial * (time_h[:, None] == time_h[None, :]),
        rounding=np.array([_report_error(row) for row in observations]),
        has_sd=has_sd,
        log_sd=np.log(np.where(has_sd, sd, 1.0)),
        # Half a chi-square's error, and how far printed SDs scatter beyond it (adjusted, rounded, pooled: assumed).
        log_sd_error=np.sqrt(0.5 / np.maximum(n - 1.0, 1.0) + 0.15**2),
    )


def _potency_index(arm: ArmDesign) -> int:
    name = POTENCY.get((arm.drug, arm.route))
    return POTENCIES.index(name) if name else -1


def _sittings(arms: list[ArmDesign], looks_h: np.ndarray, metabolites: bool) -> Sittings:
    levels: list[np.ndarray] = []
    pairs: list[np.ndarray] = []
    first = 0
    for arm in dict.fromkeys(arms):
        reads = np.flatnonzero([other is arm for other in arms])
        looks = (reads[:, None] * looks_h.shape[1] + np.arange(looks_h.shape[1])).ravel()
        for episode in episodes(arm.regimen, looks_h[reads].ravel()):
            levels.append(_levels(arm, episode, metabolites))
            pairs.append(_pairs(episode, first, looks, looks_h.ravel()[looks]))
            first += len(episode.nodes_h)
    node, look, weight_h, lag_h = np.concatenate(pairs, axis=1)
    return Sittings(*np.concatenate(levels, axis=1), node.astype(int), look.astype(int), weight_h, lag_h)


def _pairs(episode: Episode, first: int, looks: np.ndarray, times_h: np.ndarray) -> np.ndarray:
    """Node, look, weight and lag of every look that comes after a node of some occurrence, shape (4, pair)."""
    starts_h = np.array(episode.starts_h)
    lag_h = times_h[:, None, None] - starts_h[:, None] - episode.nodes_h  # (look, occurrence, node)
    look, _, node = np.nonzero(lag_h > 0.0)
    return np.stack([first + node, looks[look], episode.weights_h[node], lag_h[lag_h > 0.0]])


def _levels(arm: ArmDesign, episode: Episode, metabolites: bool) -> np.ndarray:
    """S- and R-ketamine at the effect site, then both metabolites in venous plasma, ng/mL: shape (4, node)."""
    weight_kg = np.array([arm.weight_kg or body_value("population_weight_kg")])
    body = typical_body(weight_kg[0], arm.age_y or body_value("population_age_y"))
    at_site = effect_site_levels(episode.sessions, body, weight_kg, episode.nodes_h)
    venous = np.zeros((2, len(episode.nodes_h)))
    if metabolites:
        regimen = Regimen("", episode.sessions, False, 0.0)
        for i, analyte in enumerate((Analyte.NORKETAMINE, Analyte.HYDROXYNORKETAMINE)):
            for enantiomer in SHARES:
                venous[i] += concentration(
                    regimen,
                    body,
                    weight_kg,
                    episode.nodes_h,
                    enantiomer=enantiomer,
                    analyte=analyte,
                    matrix=Matrix.VENOUS,
                )[0]
    return np.stack([at_site[0][0], at_site[1][0], *venous])


def _report_error(row: Observation) -> float:
    """SD of what reporting adds: rounding, and for a linked scale how far its percentages stray (assumed)."""
    linked = row.scale != MADRS.name
    if row.statistic == "response_rate":
        return LINKED_RATE_ERROR if linked else 0.002
    return 100.0 * LINKED_RATE_ERROR if linked else 0.05


def _printed_sd(row, n: float) -> float:
    if row.sd is not None:
        return row.sd
    return row.se * np.sqrt(n) if row.se is not None else np.nan
