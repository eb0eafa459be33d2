"""Receptor engagement: one static curve of the effect-site concentration, on a grid aligned to the sitting."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from liftspan.arrays import Array, array_namespace
from liftspan.treatment.dose import Session
from liftspan.treatment.regimen import Regimen
from liftspan.treatment.route import Route

# Sessions closer than this share one quadrature, since engagement of a sum is not the sum of engagements:
# five terminal half-lives of the arterial disposition (0.215 per h, Simons 2022) are 16 h.
MERGE_WITHIN_H = 16.0
MERGE_EXTENDED_WITHIN_H = 40.0  # extended-release tablets: their half-life is 8 h (Glue 2020)
# Engagement is followed this long after the last dose ends: with a shallow Hill curve the tail of a day still counts
# 2 % of the area, that of the second day less than 0.1 %.
WINDOW_H = 48.0
# Panel edges after each start or end of a dose, h: fine where concentrations bend, coarse in the tail.
EDGES_AFTER_BREAK_H = (0.004, 0.015, 0.05, 0.12, 0.25, 0.5, 1.0, 2.0, 3.5, 6.0, 10.0, 16.0, 24.0, 34.0, 48.0)
NODES_PER_PANEL = 4


@dataclass(frozen=True)
class Episode:
    """Sessions close enough to share one grid, and when the same pattern is repeated in the regimen."""

    sessions: tuple[Session, ...]  # starts relative to the first of them
    starts_h: tuple[float, ...]  # each occurrence, since the first session of the regimen
    nodes_h: np.ndarray  # quadrature nodes since the start of the episode, shape (node,)
    weights_h: np.ndarray  # their weights, shape (node,)
    end_h: float  # of the grid, since the start of the episode


def episodes(regimen: Regimen, times_h: np.ndarray) -> tuple[Episode, ...]:
    """The distinct sittings of a regimen with grids whose panels end at every one of `times_h` that falls inside."""
    clusters = _clusters([session for session in regimen.sessions if session.doses])
    starts: dict[tuple[Session, ...], list[float]] = {}
    for cluster in clusters:
        first_h = cluster[0].start_h
        pattern = tuple(Session(session.start_h - first_h, session.doses) for session in cluster)
        starts.setdefault(pattern, []).append(first_h)
    return tuple(_episode(pattern, tuple(begun), times_h) for pattern, begun in starts.items())


def _clusters(sessions: list[Session]) -> list[list[Session]]:
    clusters: list[list[Session]] = []
    for session in sessions:
        if clusters and session.start_h - clusters[-1][-1].start_h < _merge_within_h(session):
            clusters[-1].append(session)
        else:
            clusters.append([session])
    return clusters


def _merge_within_h(session: Session) -> float:
    extended = any(dose.route is Route.ORAL_EXTENDED for dose in session.doses)
    return MERGE_EXTENDED_WITHIN_H if extended else MERGE_WITHIN_H


def _episode(pattern: tuple[Session, ...], starts_h: tuple[float, ...], times_h: np.ndarray) -> Episode:
    breaks_h = {0.0}
    for session in pattern:
        for dose in session.doses:
            breaks_h |= {session.start_h + dose.start_h, session.start_h + dose.start_h + dose.duration_h}
    ordered = sorted(breaks_h)
    end_h = ordered[-1] + WINDOW_H
    edges_h = set(ordered)
    for at, following in zip(ordered, [*ordered[1:], end_h + 1.0], strict=True):
        edges_h |= {at + step for step in EDGES_AFTER_BREAK_H if at + step < following}
    for begun_h in starts_h:
        edges_h |= set((np.asarray(times_h) - begun_h).tolist())
    inside = sorted(edge for edge in edges_h if 0.0 <= edge <= end_h)
    edges = np.array([inside[0], *(b for a, b in pairwise(inside) if b - a > 1e-9)])
    nodes, weights = np.polynomial.legendre.leggauss(NODES_PER_PANEL)
    half = 0.5 * np.diff(edges)[:, None]
    middle = 0.5 * (edges[1:] + edges[:-1])[:, None]
    return Episode(pattern, starts_h, (middle + half * nodes).ravel(), (half * weights).ravel(), end_h)


def engagement(s_ng_per_ml: Array, r_ng_per_ml: Array, *, ec50_ng_per_ml: Array, hill: Array, s_over_r: Array) -> Array:
    """Share of receptors engaged, 0..1: both enantiomers compete inside one Hill curve.

    Args:
        s_ng_per_ml, r_ng_per_ml: effect-site concentrations behind ARTERIAL plasma.
        ec50_ng_per_ml: of S-ketamine at the effect site.
        s_over_r: potency of S over R, 1.2 (Temme, third party) to 4.7 (Ebert 1997).
    """
    xp = array_namespace(s_ng_per_ml, r_ng_per_ml, ec50_ng_per_ml, hill)
    drive = (s_ng_per_ml + r_ng_per_ml / s_over_r) / ec50_ng_per_ml
    # A power as exp(log): finite gradients at zero concentration.
    raised = xp.exp(hill * xp.log(xp.maximum(drive, 1e-12)))
    return raised / (1.0 + raised)
