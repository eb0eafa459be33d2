"""Fit the mood parameters to the shipped evidence and write the posterior that the package ships.

    python -m liftspan.inference.fit [--out FOLDER]

Provisional: the mode of the posterior density and a normal approximation around it (Laplace), on means and response
rates up to eight weeks. The full fit with NUTS, leave-one-trial-out checks and choice of structure replaces it.
"""

import argparse
import hashlib
import json
import sys
from importlib.metadata import version
from pathlib import Path

import numpy as np

from liftspan.arrays import use_jax_64_bit
from liftspan.evidence import load_evidence, shipped_version
from liftspan.inference.rows import MEANS, FitRows, fit_rows
from liftspan.parameters import MOOD_TABLE
from liftspan.posterior import FOLDER, Posterior, save_posterior

DRAWS = 500
SEED = 20261125


def main(arguments: list[str] | None = None) -> int:
    """Fit, print what was found, write the posterior."""
    parser = argparse.ArgumentParser(prog="python -m liftspan.inference.fit", description=__doc__.split("\n")[0])
    parser.add_argument("--out", type=Path, default=FOLDER, help="folder for draws.npz and manifest.json")
    options = parser.parse_args(arguments)
    options.out.mkdir(parents=True, exist_ok=True)
    evidence = load_evidence()
    fit = fit_rows(evidence)
    mode, covariance, log_density, table = fit_mode(fit)
    draws = draw(mode, covariance)
    save_posterior(options.out, Posterior(_by_name(draws), manifest(evidence, fit, log_density)))
    print(table)
    print(f"wrote {DRAWS} draws to {options.out}", file=sys.stderr)
    return 0


def fit_mode(fit: FitRows) -> tuple[np.ndarray, np.ndarray, float, str]:
    """Mode and covariance of the parameters on their transformed scale, log density there, and a table to read."""
    use_jax_64_bit()
    import jax
    import jax.numpy as jnp
    from scipy.optimize import minimize

    from liftspan.inference.likelihood import make_log_density, prior_moments

    log_density, predict = make_log_density(fit)
    centre, width = prior_moments()

    def loss(z):
        return -log_density(centre + width * z)

    value_and_gradient = jax.jit(jax.value_and_grad(loss))
    found = minimize(
        lambda z: tuple(np.asarray(part, dtype=float) for part in value_and_gradient(jnp.asarray(z))),
        np.zeros(len(centre)),
        jac=True,
        method="L-BFGS-B",
        options={"maxiter": 1000},
    )
    if not found.success:
        raise RuntimeError(f"the fit did not converge: {found.message}")
    curvature = np.asarray(jax.hessian(loss)(jnp.asarray(found.x)))
    mode = centre + width * found.x
    covariance = np.linalg.inv(0.5 * (curvature + curvature.T)) * np.outer(width, width)
    expected, spread, _ = (np.asarray(part) for part in predict(jnp.asarray(mode)))
    table = f"{parameter_table(mode, covariance)}\n\n{row_table(fit, expected, spread)}"
    return mode, covariance, -float(found.fun), table


def draw(mode: np.ndarray, covariance: np.ndarray) -> np.ndarray:
    """Draws from the normal approximation, shape (draw, parameter); the seed is fixed, so a fit is reproducible."""
    values, vectors = np.linalg.eigh(covariance)
    root = vectors * np.sqrt(np.maximum(values, 0.0))
    z = np.random.Generator(np.random.Philox(key=SEED)).standard_normal((DRAWS, len(mode)))
    return mode + z @ root.T


def _by_name(draws: np.ndarray) -> dict[str, np.ndarray]:
    from liftspan.mood_model import natural_values

    return natural_values(draws)


def manifest(evidence, fit: FitRows, log_density: float) -> dict:
    """What a reader needs to judge or repeat the fit."""
    trials = sorted({row.observation.trial_id for row in fit.rows})
    return {
        "status": "provisional",
        "method": "posterior mode and normal approximation (Laplace)",
        "seed": SEED,
        "draws": DRAWS,
        "log_density": round(log_density, 2),
        "evidence_version": shipped_version(),
        "evidence_sha256": evidence_hash(evidence),
        "rows": len(fit.rows),
        "rows_left_out": dict(sorted(fit.left_out.items())),
        "trials": [
            {
                "trial_id": trial,
                "registry_id": evidence.trials[trial].registry_id,
                "doi": evidence.trials[trial].doi,
                "pmid": evidence.trials[trial].pmid,
            }
            for trial in trials
        ],
        "versions": {name: version(name) for name in ("liftspan", "numpy", "jax")},
    }


def evidence_hash(evidence) -> str:
    """SHA-256 over the cells of the three tables, in order."""
    digest = hashlib.sha256()
    for rows in (evidence.trial_rows.values(), evidence.arm_rows.values(), evidence.observation_rows):
        for row in rows:
            digest.update(json.dumps(dict(row), sort_keys=True).encode())
    return digest.hexdigest()


def parameter_table(mode: np.ndarray, covariance: np.ndarray) -> str:
    """Prior and posterior side by side: median and central 90 % of each parameter, and the shift in prior SDs."""
    from liftspan.inference.likelihood import prior_moments
    from liftspan.mood_model import to_natural

    centre, width = prior_moments()
    lines = [f"{'parameter':28s}{'prior median (90 %)':>30s}{'posterior median (90 %)':>32s}{'shift':>8s}"]
    for i, prior in enumerate(MOOD_TABLE):
        before = to_natural(prior.name, centre[i] + 1.645 * width[i] * np.array([-1.0, 0.0, 1.0]))
        after = to_natural(prior.name, mode[i] + 1.645 * np.sqrt(covariance[i, i]) * np.array([-1.0, 0.0, 1.0]))
        shift = (mode[i] - centre[i]) / width[i]
        cells = [f"{v[1]:.3g} ({v[0]:.3g} to {v[2]:.3g})" for v in (before, after)]
        lines.append(f"{prior.name:28s}{cells[0]:>30s}{cells[1]:>32s}{shift:>+8.1f}")
    return "\n".join(lines)


def row_table(fit: FitRows, expected: np.ndarray, covariance: np.ndarray) -> str:
    """Every row of the fit beside what the typical trial of its design shows, and the error of the means."""
    lines = [f"{'row':34s}{'arm':14s}{'statistic':18s}{'hours':>7s}{'printed':>9s}{'typical':>9s}{'SDs':>6s}"]
    for i, row in enumerate(fit.rows):
        seen = row.observation
        gap = (seen.value - expected[i]) / np.sqrt(covariance[i, i])
        lines.append(
            f"{seen.row_id:34s}{seen.arm_id:14s}{seen.statistic:18s}{seen.time_h:7g}{seen.value:9.3g}"
            f"{expected[i]:9.3g}{gap:+6.1f}"
        )
    is_mean = np.array([row.observation.statistic in MEANS for row in fit.rows])
    error = np.array([row.observation.value for row in fit.rows]) - expected
    rmse = np.sqrt(np.mean(error[is_mean] ** 2))
    lines.append(
        f"{is_mean.sum()} means of {len(fit.rows)} rows: in-sample RMSE {rmse:.2f} MADRS points, typical trial"
    )
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
