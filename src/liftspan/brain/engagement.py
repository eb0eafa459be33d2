"""Receptor engagement: one static curve of the effect-site concentration, on a grid aligned to the sitting."""

from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from math import ceil, log2

import numpy as np

from liftspan.arrays import Array, array_namespace
from liftspan.body.absorption import way_of
from liftspan.body.physiology import Body
from liftspan.compiled import kernels_for
from liftspan.frozen import frozen
from liftspan.treatment.dose import Dose, Session
from liftspan.treatment.regimen import Regimen
from liftspan.treatment.route import Route

# Sessions closer than this share one quadrature, since engagement of a sum is not the sum of engagements:
# five terminal half-lives of the arterial disposition (0.215 per h, Simons 2022) are 16 h.
MERGE_WITHIN_H = 16.0
MERGE_EXTENDED_WITHIN_H = 40.0  # extended-release tablets: their half-life is 8 h (Glue 2020)
# Engagement is followed this long after the last dose ends: with a shallow Hill curve the tail of a day still counts
# 2 % of the area, that of the second day less than 0.1 %.
WINDOW_H = 48.0
# Panel edges of the fit's grid after each start or end of a dose, h: fine where levels bend, coarse in the tail.
EDGES_AFTER_BREAK_H = (0.004, 0.015, 0.05, 0.12, 0.25, 0.5, 1.0, 2.0, 3.5, 6.0, 10.0, 16.0, 24.0, 34.0, 48.0)
NODES_PER_PANEL = 4
# The coarsest grid that keeps 1e-6: between two breaks panels are halved towards the first one until they are as short
# as this, h. Engagement starts as a broken power of time, a bolus bends most, what stops coming in least. Each
# panel is twice the one before, so the exponentials at its nodes are squares of those before (`body/modes.py`).
FIRST_PANEL_H = {"bolus": 0.006, "infusion": 0.05, "start": 0.03, "end": 0.2, "infused": 0.4}
NODES_PER_COARSE_PANEL = 7


@dataclass(frozen=True)
class Grid:
    """Panels of nodes, each at begin + length x position^power; they may be read to any point within them."""

    edges_h: tuple[float, ...]
    places: int  # in each panel
    roots: int  # panels, from the first on, in which engagement is smooth in the root of time only

    @property
    def positions(self) -> np.ndarray:
        """Gauss-Legendre points on 0..1, the same in each panel, (place,)."""
        return gauss_legendre(self.places)[0]

    @property
    def powers(self) -> np.ndarray:
        """2 where the root of time counts, else 1; (panel,)."""
        return np.where(np.arange(len(self.edges_h) - 1) < self.roots, 2.0, 1.0)


@dataclass(frozen=True)
class Episode:
    """Sessions close enough to share one grid, and when the same pattern is repeated in the regimen."""

    sessions: tuple[Session, ...]  # starts relative to the first of them
    starts_h: tuple[float, ...]  # each occurrence, since the first session of the regimen
    nodes_h: np.ndarray  # quadrature nodes since the start of the episode, shape (node,)
    weights_h: np.ndarray  # their weights, shape (node,)
    end_h: float  # of the grid, since the start of the episode
    grid: Grid


@cache
def gauss_legendre(points: int) -> tuple[np.ndarray, np.ndarray]:
    """Points and weights on 0..1."""
    at, weights = np.polynomial.legendre.leggauss(points)
    return frozen((0.5 * (1.0 + at), 0.5 * weights))


def episodes(regimen: Regimen, times_h: np.ndarray | None = None, body: Body | None = None) -> tuple[Episode, ...]:
    """The distinct sittings of a regimen with their grids.

    Args:
        times_h: the fit's grid: its panels end at each of these times that falls inside, so plain weights will do.
            None = the coarsest grid that keeps 1e-6, the same whenever it is read, for `kernel_table`.
        body: whose ways in say how long sprays and films supply drug; None = only the doses' own durations count.
    """
    clusters = _clusters([session for session in regimen.sessions if session.doses])
    starts: dict[tuple[Session, ...], list[float]] = {}
    for cluster in clusters:
        first_h = cluster[0].start_h
        pattern = tuple(Session(session.start_h - first_h, session.doses) for session in cluster)
        starts.setdefault(pattern, []).append(first_h)
    return tuple(_episode(pattern, tuple(begun), times_h, body) for pattern, begun in starts.items())


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


def _episode(pattern: tuple[Session, ...], starts_h: tuple[float, ...], times_h, body) -> Episode:
    breaks = _breaks(pattern, body)
    end_h = max(at for session in pattern for dose in session.doses for at in _span_h(session, dose)) + WINDOW_H
    fine = times_h is not None
    edges_h = {0.0, end_h} | {at for at in breaks if at < end_h}
    for at, following in zip(sorted(breaks), [*sorted(breaks)[1:], end_h], strict=True):
        length_h = following - at
        halvings = range(1, 1 + ceil(log2(max(length_h / breaks[at], 1.0))))
        steps = EDGES_AFTER_BREAK_H if fine else [length_h * 0.5**k for k in halvings]
        edges_h |= {at + step for step in steps if step < length_h}
    for begun_h in starts_h if fine else ():
        edges_h |= {float(at) for at in np.asarray(times_h) - begun_h if 0.0 <= at <= end_h}
    inside = sorted(edges_h)
    edges_h = (inside[0], *(b for a, b in pairwise(inside) if b - a > 1e-9))
    grid = Grid(edges_h, NODES_PER_PANEL, 0) if fine else Grid(edges_h, NODES_PER_COARSE_PANEL, 1)
    weights = gauss_legendre(grid.places)[1]
    length_h, power = np.diff(edges_h)[:, None], grid.powers[:, None]
    nodes_h = np.array(edges_h[:-1])[:, None] + length_h * grid.positions**power
    weights_h = length_h * weights * power * grid.positions ** (power - 1.0)
    return Episode(pattern, starts_h, nodes_h.ravel(), weights_h.ravel(), end_h, grid)


def _breaks(pattern: tuple[Session, ...], body: Body | None) -> dict[float, float]:
    """When something starts or ends, and how long the first panel after it may be, h."""
    doses = [(*_span_h(session, dose), dose) for session in pattern for dose in session.doses]
    found = {0.0: FIRST_PANEL_H["start"]}
    for begin_h, end_h, dose in doses:
        infused_h = min(FIRST_PANEL_H["infused"], 0.6 * (end_h - begin_h))  # what rose fast falls fast
        found[end_h] = infused_h if dose.route is Route.IV and end_h > begin_h else FIRST_PANEL_H["end"]
    for begin_h, _, dose in doses if body is not None else ():
        if dose.route is not Route.IV:
            way = way_of(dose, body, again=False)
            lasting_h = {supply_h for supply_h in (way.direct_supply_h, way.swallowed_supply_h) if supply_h > 0.0}
            found |= {begin_h + supply_h: FIRST_PANEL_H["end"] for supply_h in lasting_h}
    found |= {begin_h: FIRST_PANEL_H["start"] for begin_h, _, _ in doses}
    into_blood = [(begin_h, end_h - begin_h) for begin_h, end_h, dose in doses if dose.route is Route.IV]
    short, long = FIRST_PANEL_H["bolus"], FIRST_PANEL_H["infusion"]
    return found | {begin_h: min(max(short, 0.15 * lasting_h), long) for begin_h, lasting_h in into_blood}


def _span_h(session: Session, dose: Dose) -> tuple[float, float]:
    begin_h = session.start_h + dose.start_h
    return begin_h, begin_h + dose.duration_h


def engagement(s_ng_per_ml: Array, r_ng_per_ml: Array, *, ec50_ng_per_ml: Array, hill: Array, s_over_r: Array) -> Array:
    """Share of receptors engaged, 0..1: both enantiomers compete inside one Hill curve.

    Args:
        s_ng_per_ml, r_ng_per_ml: effect-site concentrations behind ARTERIAL plasma.
        ec50_ng_per_ml: of S-ketamine at the effect site.
        s_over_r: potency of S over R, 1.2 (Temme, third party) to 4.7 (Ebert 1997).
    """
    xp = array_namespace(s_ng_per_ml, r_ng_per_ml, ec50_ng_per_ml, hill)
    per_s, per_r = 1.0 / ec50_ng_per_ml, 1.0 / (s_over_r * ec50_ng_per_ml)
    kernels = kernels_for(s_ng_per_ml, r_ng_per_ml)
    if kernels and s_ng_per_ml.ndim == 2 and np.shape(hill) == (1, 1, 1):
        return kernels.curve(s_ng_per_ml, r_ng_per_ml, per_s.item(), per_r.item(), hill.item())[None]
    drive = s_ng_per_ml * per_s + r_ng_per_ml * per_r
    # A power as exp(log): finite gradients at zero concentration.
    return 1.0 / (1.0 + xp.exp(-hill * xp.log(xp.maximum(drive, 1e-12))))
