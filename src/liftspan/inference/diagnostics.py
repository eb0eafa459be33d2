"""Whether chains have mixed: R-hat and effective sample sizes on ranks, in the bulk and in the tails.

Source: Vehtari, Gelman, Simpson, Carpenter & Bürkner, Bayesian Analysis 16 (2021), 667-718.
"""

from dataclasses import dataclass

import numpy as np
from numpyro.diagnostics import effective_sample_size, split_gelman_rubin
from scipy.special import ndtri
from scipy.stats import rankdata

MOST_R_HAT, LEAST_ESS = 1.01, 400.0
TAILS = (0.05, 0.95)


@dataclass(frozen=True)
class Mixing:
    """Of each parameter, shape (parameter,)."""

    r_hat: np.ndarray
    bulk_ess: np.ndarray
    tail_ess: np.ndarray

    @property
    def is_good(self) -> bool:
        """Whether every parameter reaches the usual limits."""
        return bool(
            np.all(self.r_hat <= MOST_R_HAT)
            and np.all(self.bulk_ess >= LEAST_ESS)
            and np.all(self.tail_ess >= LEAST_ESS)
        )


def mixing(draws: np.ndarray) -> Mixing:
    """Diagnostics of draws of shape (chain, draw, parameter)."""
    ranked = _rank_normal(draws)
    folded = _rank_normal(np.abs(draws - np.median(draws, axis=(0, 1))))
    tails = [effective_sample_size((draws <= np.quantile(draws, q, axis=(0, 1))).astype(float)) for q in TAILS]
    return Mixing(
        np.maximum(split_gelman_rubin(ranked), split_gelman_rubin(folded)),
        np.asarray(effective_sample_size(ranked)),
        np.minimum(*tails),
    )


def _rank_normal(draws: np.ndarray) -> np.ndarray:
    ranks = rankdata(draws.reshape(-1, draws.shape[-1]), axis=0)
    return ndtri((ranks - 0.375) / (len(ranks) + 0.25)).reshape(draws.shape)
