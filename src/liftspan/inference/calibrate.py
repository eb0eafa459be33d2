"""A whole fit from tables to a posterior on disk, resumable: what `liftspan calibrate` runs."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from liftspan.arrays import use_jax_64_bit
from liftspan.errors import InvalidInput
from liftspan.evidence.records import Evidence
from liftspan.files import make_folder
from liftspan.inference.hashes import hashes_of
from liftspan.posterior import Posterior

# Chains of a fit with fewer numbers than parameters would only show the prior.
LEAST_ROWS = 20


@dataclass(frozen=True)
class Calibrated:
    """A finished fit, in records and in words."""

    posterior: Posterior
    mixed: bool  # whether the chains reach the usual limits
    summary: str  # one paragraph
    parameters: str  # a table
    trials: str
    rows: str
    mended: tuple[str, ...]  # chunks that were lost or damaged, and were sampled again


def calibrate(
    evidence: Evidence, folder: Path, *, quick: bool = False, done: Callable[[int, int], None] = lambda at, of: None
) -> Calibrated:
    """Fit and return the posterior; `folder` keeps finished chunks until the caller clears it.

    Args:
        done: told how many chunks of how many are finished.
    """
    use_jax_64_bit()
    import jax

    from liftspan.inference import fit as fits
    from liftspan.inference.likelihood import problem_of
    from liftspan.inference.mode import ModeFinder
    from liftspan.inference.rows import fit_rows
    from liftspan.inference.sample import FULL, QUICK, sample

    rows = fit_rows(evidence)
    if len(rows.rows) < LEAST_ROWS:
        reasons = ", ".join(f"{count} {reason}" for reason, count in rows.left_out.most_common(4))
        problem = f"only {len(rows.rows)} rows can be fitted, at least {LEAST_ROWS} are needed; left out: {reasons}"
        raise InvalidInput([problem], "the evidence tables")
    problem = problem_of(rows)
    plan = QUICK if quick else FULL
    chunks = folder / _key(evidence, plan)
    make_folder(chunks)
    finished = 0

    def one_more() -> None:
        nonlocal finished
        finished += 1
        done(finished, plan.chains * plan.chunks)

    done(0, plan.chains * plan.chunks)  # nothing is refused from here on
    mode = ModeFinder(problem).find()
    sampled = sample(evidence, mode, plan, chunks, one_more)
    explain = jax.jit(jax.vmap(problem.explain))
    found = fits.fitted(evidence, rows, problem, sampled, plan, explain)
    theta = sampled.theta.reshape(-1, sampled.theta.shape[-1])
    return Calibrated(
        found.posterior,
        found.mixing.is_good,
        _summary(found),
        fits.parameter_table(problem, theta),
        fits.trial_table(found.posterior.manifest),
        fits.row_table(rows, problem.explain(np.mean(theta, axis=0))),
        sampled.mended,
    )


def _key(evidence: Evidence, plan) -> str:
    """Chunks belong to one set of tables, one model and one plan: nothing else goes on from them."""
    text = f"{hashes_of(evidence)} {plan}"
    return f"chunks-{hashlib.sha256(text.encode()).hexdigest()[:12]}"


def _summary(found) -> str:
    record = found.posterior.manifest
    verdict = "good" if found.mixing.is_good else "NOT good enough for answers"
    return (
        f"{record['rows']} rows of {len(record['trials'])} trials; {record['chains']} chains of "
        f"{record['draws_per_chain']} draws; R-hat at most {record['r_hat_max']:.3f}, effective sample size at least "
        f"{record['bulk_ess_min']} in the bulk and {record['tail_ess_min']} in the tails, "
        f"{record['divergent']} divergent paths: mixing is {verdict}."
    )
