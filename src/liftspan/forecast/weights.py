"""Weights from logs of likelihoods, and draws in proportion to them."""

import numpy as np


def weights_of(logs: np.ndarray) -> np.ndarray:
    """Weights of any shape whose sum is 1, in proportion to exp(logs)."""
    weights = np.exp(logs - logs.max())
    return weights / weights.sum()


def effective(weights: np.ndarray) -> float:
    """How many of equal weight would say as much, for weights whose sum is 1."""
    return float(1.0 / np.sum(weights**2))


def drawn_by(weights: np.ndarray, count: int, rng: np.random.Generator) -> np.ndarray:
    """`count` places in proportion to weights, (place,), by systematic resampling."""
    reached = (np.arange(count) + rng.random()) / count
    return np.searchsorted(np.cumsum(weights), reached).clip(0, weights.size - 1)
