"""Qualification report: prior and posterior, what the data say of each route, how code and fit were verified."""

import hashlib
from collections.abc import Mapping
from importlib.metadata import version

import numpy as np

from liftspan.evidence.held_out import BASIS, CONTRASTS
from liftspan.evidence.held_out import STORE as HELD_OUT
from liftspan.evidence.kinetics import shipped_observations
from liftspan.evidence.kinetics.check import FoldError, compare, fold_errors
from liftspan.evidence.structures import STORE as STRUCTURES
from liftspan.inference.hashes import evidence_hash, model_hash
from liftspan.mood_model import POTENCY, prior_centre, to_natural
from liftspan.parameters import BODY_TABLE, MOOD_TABLE, Prior
from liftspan.report.basis import Basis
from liftspan.report.markup import Html, joined, pairs, table, tag

NORMAL_95 = 1.6448536269514722  # 95 % point of a standard normal: the priors are normal on their own scale
# Keys of the manifest that tell how chains mixed, as they are said.
DIAGNOSTICS = {
    "seed": "Seed",
    "chains": "Chains",
    "warmup": "Warm-up of each chain",
    "draws_per_chain": "Draws of each chain",
    "draws": "Draws kept",
    "r_hat_max": "Largest R-hat (ranks, Vehtari 2021)",
    "bulk_ess_min": "Smallest effective sample, bulk",
    "tail_ess_min": "Smallest effective sample, tails",
    "divergent": "Divergent steps",
    "log_density": "Log density at the mode",
}
# What each part of the engine is held against, and by which tests of the repository.
ORACLES = (
    ("Cascades of exponentials", "100-digit arithmetic, matrix exponentials, quadrature, paper and pencil",
     "tests/body/test_exponentials.py"),
    ("Engagement of a session", "adaptive quadrature", "tests/brain/test_engagement.py"),
    ("Lift", "an ODE solver from dose to plasticity", "tests/brain/test_plasticity.py"),
    ("Scores of people", "a slow, obvious version of the whole engine", "tests/test_simulate.py"),
    ("Likelihood of the fit", "arms simulated by the engine; gradients by finite differences",
     "tests/inference/test_likelihood.py"),
    ("Prediction", "tables whose results are blanked and shuffled: nothing may change",
     "tests/evidence/test_predict.py"),
    ("Pooling", "a meta-analysis printed elsewhere", "tests/evidence/test_pooling.py"),
)  # fmt: skip


def prior_and_posterior(prior: Prior, draws: np.ndarray) -> tuple[np.ndarray, np.ndarray, float, float]:
    """Before and after: quantiles 5, 50, 95 %; the shift of the median in prior SDs, and the SD over the prior's."""
    centre = prior_centre(prior)
    before = to_natural(prior.scale, centre + prior.spread * NORMAL_95 * np.array([-1.0, 0.0, 1.0]))
    after = np.quantile(draws, [0.05, 0.5, 0.95])
    moved = _to_normal(prior.scale, draws)
    return before, after, float((np.median(moved) - centre) / prior.spread), float(np.std(moved) / prior.spread)


def _to_normal(scale: str, values: np.ndarray) -> np.ndarray:
    """Inverse of `to_natural`."""
    if scale == "log":
        return np.log(values)
    return np.log(values / (1.0 - values)) if scale == "logit" else np.arctanh(values)


def model(basis: Basis) -> Html:
    """Numbers of parameters, the mood parameters before and after the fit, and what was fitted by drug and route."""
    assumed = sum(one.assumed for one in BODY_TABLE)
    said = (
        f"{len(MOOD_TABLE)} parameters of mood are estimated; {len(BODY_TABLE)} of the body are published values with "
        f"their sources, {assumed} of them marked as assumptions (docs/model.md lists every one)."
    )
    return joined([tag("p", said), _parameters(basis), _routes(basis)])


def _parameters(basis: Basis) -> Html:
    rows = []
    for prior in MOOD_TABLE:
        before, after, shift, left = prior_and_posterior(prior, basis.posterior.draws[prior.name])
        unit = "" if prior.unit == "1" else f" ({prior.unit})"
        name = Html(tag("code", prior.name)) + tag("span", f"{prior.meaning}{unit}", class_="source")
        rows.append((name, _three(before), _three(after), f"{shift:+z.1f}", f"{left:.0%}".replace("%", " %")))
    caption = (
        "Parameters of mood: median and central 90 % before and after the fit. Shift: of the median, in prior SDs. SD "
        "left: of the posterior, as a share of the prior's. Both on the scale on which the prior is normal."
    )
    return table(caption, ("Parameter", "Prior", "Posterior", "Shift", "SD left"), rows, "said")


def _three(values: np.ndarray) -> Html:
    low, middle, high = (f"{value:.3g}" for value in values)
    return Html(tag("span", middle, class_="value") + tag("span", f"({low} to {high})", class_="range"))


def _routes(basis: Basis) -> Html:
    rows = []
    for (drug, route), name in POTENCY.items():
        arms = {at for at, arm in enumerate(basis.fit.arms) if (arm.drug, arm.route) == (drug, route)}
        used = [row for row in basis.fit.rows if row.arm in arms]
        trials = len({row.observation.trial_id for row in used})
        potency = Html("1, by definition") if name is None else _potency(basis, name, bool(used))
        rows.append((f"{drug} {route}", str(trials or "none"), str(len(used) or "none"), potency))
    caption = "What speaks of each drug and route in the fit, and its potency beside exposure (racemic infusion = 1)."
    return table(caption, ("Drug and route", "Trials", "Numbers", "Potency, posterior"), rows, "said")


def _potency(basis: Basis, name: str, has_rows: bool) -> Html:
    shown = _three(np.quantile(basis.posterior.draws[name], [0.05, 0.5, 0.95]))
    return shown if has_rows else shown + tag("span", "no number in the fit: it keeps its prior", class_="range")


def verification(basis: Basis) -> Html:
    """Diagnostics of the fit, oracles of the code, and the kinetics against studies left out."""
    manifest = basis.posterior.manifest
    known = {words: str(manifest[key]) for key, words in DIAGNOSTICS.items() if key in manifest}
    fit = pairs({"Status": manifest["status"], "Method": manifest["method"], **known})
    oracles = table("Each part of the engine is held against an answer from elsewhere, in tests of the repository.",
                    ("Part", "Held against", "Tests"),
                    [(part, oracle, Html(tag("code", file))) for part, oracle, file in ORACLES], "said")  # fmt: skip
    return joined([tag("h3", "The fit"), fit, tag("h3", "The code"), oracles, tag("h3", "The body"), _kinetics()])


def _kinetics() -> Html:
    rows = [_fold(one) for one in fold_errors(compare(shipped_observations()))]
    caption = (
        "Concentrations against published kinetics, each study once and left out of what it tuned. GMFE: geometric "
        "mean fold error; bias: predicted over published."
    )
    return table(caption, ("Group", "Studies", "Numbers", "GMFE", "Bias", "Within two-fold"), rows, "numbers")


def _fold(one: FoldError) -> tuple[str, ...]:
    share = f"{one.within_two_fold:.0%}".replace("%", " %")
    return ", ".join(one.name), str(one.studies), str(one.rows), f"{one.gmfe:.2f}", f"{one.bias:.2f}", share


def versions(basis: Basis, stores: Mapping[str, bytes]) -> Html:
    """What is needed to make the same report again. The day of printing is not in it: equal inputs give equal bytes."""
    manifest = basis.posterior.manifest
    shown = {
        "Package": f"liftspan {version('liftspan')}",
        "Tables now": _hash(f"version {basis.evidence.version}", evidence_hash(basis.evidence)),
        "Tables of the fit": _hash(f"version {manifest['evidence_version']}", manifest["evidence_sha256"]),
        "Model now": _hash("", model_hash()),
        "Model of the fit": _hash("", manifest["model_sha256"]) if manifest.get("model_sha256") else "not named by it",
        "Versions at the fit": ", ".join(f"{name} {number}" for name, number in manifest["versions"].items()),
        "Posterior": _hash(f"{basis.posterior.size} draws", _draws_hash(basis)),
    }
    shown |= {name: _hash("", hashlib.sha256(content).hexdigest()) for name, content in stores.items()}
    return pairs(shown)


def _hash(words: str, digest: str) -> Html:
    return Html(tag("span", f"{words}{', ' if words else ''}SHA-256 ") + tag("code", digest))


def _draws_hash(basis: Basis) -> str:
    digest = hashlib.sha256()
    for name, values in sorted(basis.posterior.draws.items()):
        digest.update(name.encode() + np.ascontiguousarray(values).tobytes())
    return digest.hexdigest()


STORES = (HELD_OUT, CONTRASTS, BASIS, STRUCTURES)
