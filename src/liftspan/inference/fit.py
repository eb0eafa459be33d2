"""Fit the mood parameters to published arms: the posterior that the package ships, and what a reader needs to judge it.

evidence -> rows (rows.py) -> log density (likelihood.py) -> mode (mode.py) -> chains (sample.py) -> posterior
"""

from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version

import numpy as np

from liftspan.evidence.records import Evidence
from liftspan.inference.diagnostics import Mixing, mixing
from liftspan.inference.hashes import hashes_of
from liftspan.inference.likelihood import Explained, Problem
from liftspan.inference.rows import FitRows
from liftspan.inference.sample import Plan, Sampled
from liftspan.inference.structures import BASE
from liftspan.parameters import MOOD_TABLE
from liftspan.posterior import Posterior

SHIPPED_DRAWS = 500  # of all chains together, evenly thinned
SEED = 20261125


@dataclass(frozen=True)
class Fitted:
    """A finished fit."""

    posterior: Posterior
    mixing: Mixing
    divergent: int


def fitted(
    evidence: Evidence, fit: FitRows, problem: Problem, sampled: Sampled, plan: Plan, explain: Callable
) -> Fitted:
    """The posterior of finished chains: thinned draws by name, each fitted trial's deviations, and the manifest."""
    theta = sampled.theta.reshape(-1, sampled.theta.shape[-1])
    kept = theta[np.linspace(0, len(theta) - 1, min(SHIPPED_DRAWS, len(theta))).round().astype(int)]
    values = problem.values(kept)
    draws = {prior.name: np.asarray(values[prior.name]) for prior in MOOD_TABLE}
    deviations = trial_deviations(problem, explain(kept))
    baselines = imputed_baselines(problem, kept)
    found = mixing(sampled.theta)
    record = manifest(evidence, fit, problem) | {
        "status": "fitted",
        "method": "NUTS",
        "seed": plan.seed,
        "chains": plan.chains,
        "warmup": plan.warmup,
        "draws_per_chain": plan.draws,
        "draws": len(kept),
        "r_hat_max": round(float(found.r_hat.max()), 4),
        "bulk_ess_min": round(float(found.bulk_ess.min())),
        "tail_ess_min": round(float(found.tail_ess.min())),
        "divergent": sampled.divergent,
    }
    record["imputed_baselines"] = _imputed_words(problem, baselines)
    return Fitted(Posterior(draws, record, deviations, baselines), found, sampled.divergent)


def imputed_baselines(problem: Problem, theta: np.ndarray) -> dict[str, np.ndarray]:
    """Mean and SD of the first score of each fitted trial that does not print them, (draw, 2), else not a number."""
    found = {trial: np.full((len(theta), 2), np.nan) for trial in problem.trials}
    for column, (trials, values) in enumerate(
        zip((problem.imputed.means, problem.imputed.sds), problem.baselines(theta), strict=True)
    ):
        for i, trial in enumerate(trials):
            found[trial][:, column] = np.asarray(values)[:, i]
    return found


def _imputed_words(problem: Problem, baselines: dict[str, np.ndarray]) -> dict[str, dict[str, list[float]]]:
    """Median and central 90 % of each imputed number, by trial."""
    found: dict[str, dict[str, list[float]]] = {}
    for trials, name, column in ((problem.imputed.means, "mean", 0), (problem.imputed.sds, "sd", 1)):
        for trial in trials:
            low, middle, high = np.quantile(baselines[trial][:, column], [0.05, 0.5, 0.95])
            found.setdefault(trial, {})[name] = [round(float(value), 2) for value in (middle, low, high)]
    return dict(sorted(found.items()))


def trial_deviations(problem: Problem, said: Explained) -> dict[str, np.ndarray]:
    """One draw of each fitted trial's deviations given its rows, in SDs: shape (draw, deviation) by trial.

    Given parameters, deviations are normal before and after its rows: a regression of what is left of them.
    `said` has a leading axis of draws.
    """
    rng = np.random.Generator(np.random.Philox(key=SEED))
    found = {}
    for index, trial in enumerate(problem.trials):
        rows = problem.trial_of_row == index
        moved = np.asarray(said.moved_by)[:, rows]  # (draw, row, deviation)
        own = np.asarray(said.own)[:, rows][:, :, rows]
        weighted = np.linalg.solve(own, moved)
        tail = np.asarray(said.tail)[:, rows][:, :1, None]
        precision = np.eye(moved.shape[2]) / tail**2 + np.swapaxes(moved, 1, 2) @ weighted
        covariance = np.linalg.inv(precision)
        missed = problem.seen.value[rows] - np.asarray(said.expected)[:, rows]
        mean = covariance @ np.einsum("drk,dr->dk", weighted, missed)[..., None]
        z = rng.standard_normal((*mean.shape[:2], 1))
        found[trial] = (mean + np.linalg.cholesky(covariance) @ z)[..., 0]
    return found


def manifest(evidence: Evidence, fit: FitRows, problem: Problem) -> dict:
    """What a reader needs to judge or repeat the fit."""
    return {
        "evidence_version": evidence.version,
        **hashes_of(evidence),
        "rows": len(fit.rows),
        "assumed_baselines": assumed_baselines(fit),
        "rows_left_out": dict(sorted(fit.left_out.items())),
        "trials": [_named(evidence, trial) for trial in sorted(problem.trials)],
        "versions": {name: version(name) for name in ("liftspan", "numpy", "jax", "numpyro")},
    }


def assumed_baselines(fit: FitRows) -> dict[str, list[str]]:
    """Fitted arms without a MADRS baseline in print, mean or SD: parameters of the fit stand for them."""
    arms = [fit.arms[index] for index in sorted({row.arm for row in fit.rows})]
    return {
        "mean": [f"{arm.trial_id}/{arm.arm_id}" for arm in arms if arm.usual_mean],
        "sd": [f"{arm.trial_id}/{arm.arm_id}" for arm in arms if arm.usual_sd],
    }


def _named(evidence: Evidence, trial_id: str) -> dict:
    trial = evidence.trials[trial_id]
    return {"trial_id": trial_id, "registry_id": trial.registry_id, "doi": trial.doi, "pmid": trial.pmid}


def parameter_table(problem: Problem, theta: np.ndarray) -> str:
    """Prior and posterior side by side: median and central 90 % of each parameter, and the shift in prior SDs."""
    from liftspan.mood_model import to_natural

    lines = [f"{'parameter':28s}{'prior median (90 %)':>30s}{'posterior median (90 %)':>32s}{'shift':>8s}"]
    for i, prior in enumerate((*MOOD_TABLE, *BASE.extra)):
        centre, width = problem.centre[i], problem.width[i]
        before = to_natural(prior.scale, centre + 1.645 * width * np.array([-1.0, 0.0, 1.0]))
        after = to_natural(prior.scale, np.quantile(theta[:, i], [0.05, 0.5, 0.95]))
        cells = [f"{v[1]:.3g} ({v[0]:.3g} to {v[2]:.3g})" for v in (before, after)]
        shift = (np.median(theta[:, i]) - centre) / width
        lines.append(f"{prior.name:28s}{cells[0]:>30s}{cells[1]:>32s}{shift:>+8.1f}")
    return "\n".join(lines)


def trial_table(record: dict) -> str:
    """Every trial of the fit with its identifiers."""
    lines = [f"{'trial':28s}{'registry':16s}{'DOI':34s}PubMed"]
    for one in record["trials"]:
        lines.append(f"{one['trial_id']:28s}{one['registry_id']:16s}{one['doi']:34s}{one['pmid']}")
    return "\n".join(lines)


def row_table(fit: FitRows, said: Explained) -> str:
    """Every row of the fit beside what the typical trial of its design shows; `said` of one theta."""
    expected = np.asarray(said.expected)
    moved = np.asarray(said.moved_by) * np.asarray(said.tail)[:, None]
    spread = np.sqrt(np.diag(np.asarray(said.own)) + np.sum(moved**2, axis=1))
    lines = [f"{'row':34s}{'arm':14s}{'statistic':18s}{'hours':>7s}{'printed':>9s}{'typical':>9s}{'SDs':>6s}"]
    for row, typical, sd in zip(fit.rows, expected, spread, strict=True):
        seen = row.observation
        lines.append(
            f"{seen.row_id:34s}{seen.arm_id:14s}{seen.statistic:18s}{seen.time_h:7g}{seen.value:9.3g}"
            f"{typical:9.3g}{(seen.value - typical) / sd:+6.1f}"
        )
    return "\n".join(lines)
