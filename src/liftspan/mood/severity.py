"""Severity: one curve of lift, bounded by the scale in both directions, and how a score is rated from it."""

import numpy as np

from liftspan.arrays import Array, array_namespace

# Gauss-Legendre points for the average over a recall window: exact to 0.01 MADRS points on the curves met here.
RECALL_NODES = 3
RECALL_AT_MOST_H = 24.0


def severity(baseline: Array, lift: Array, maximum: float) -> Array:
    """Score scale after `lift` logits from `baseline` (0 < baseline < maximum); same units as the scale.

    logit(severity / maximum) = logit(baseline / maximum) - lift: half-way people move most, nobody leaves the scale.
    """
    xp = array_namespace(baseline, lift)
    return maximum / (1.0 + (maximum - baseline) / baseline * xp.exp(lift))


def recall_grid(times_h: np.ndarray, recall_h: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """When a rating looks: nodes and weights, shape (time, node), over the recall window cut at the first session.

    Before or at the first session the rating sees that moment only.
    """
    nodes, weights = np.polynomial.legendre.leggauss(RECALL_NODES)
    window_h = np.minimum(recall_h, np.maximum(times_h, 0.0))
    looks_h = times_h[:, None] - 0.5 * window_h[:, None] * (1.0 - nodes)
    return looks_h, np.broadcast_to(0.5 * weights, looks_h.shape)


def recalled_h(times_h: np.ndarray, stated_h: np.ndarray | float = RECALL_AT_MOST_H) -> np.ndarray:
    """How far back a rating looks, given the window that it states: shape of `times_h`.

    Judged on the published arms: ratings within the first day show the moment, later ones at most the last day, even
    where a week is asked about (the same rows were explained better by 15 in log density than with stated windows).
    In the second day the window opens hour by hour, so that nothing jumps.
    """
    return np.clip(times_h - RECALL_AT_MOST_H, 0.0, np.minimum(stated_h, RECALL_AT_MOST_H))
