"""Selection, relapse and survival on rated scores: what a maintenance or stopping trial does with its numbers.

Pure arithmetic. Scores have shape (draw, person, visit), choices (draw, person); times are days since the start of
follow-up. "Not reached" is infinity.
"""

import numpy as np

from liftspan.mood.scales import MADRS, RESPONSE_FRACTION

SELECTIONS = (
    "everyone",
    "response",
    "response_any",
    "remission",
    "response_not_remission",
    "stable_remission",
    "stable_response",
    "stable",
)
EXCURSIONS = 1  # of a stable remission: weeks of the last four above its limit


def selected(
    kind: str, score: np.ndarray, baseline: np.ndarray, remission_at_most: float = MADRS.remission_at_most
) -> np.ndarray:
    """Who is taken further by the trial's own criterion, shape (draw, person).

    Args:
        kind: one of SELECTIONS. `response` and `remission` look at the last of the ratings, `response_any` at each;
            a stable remission allows one excursion; a stable response holds at each of the last two ratings, without
            stable remission; `stable` is either of them.
        score: the ratings that the criterion looks at, (draw, person, rating).
        baseline: first scores, (draw, person).
    """
    responding = score <= (1.0 - RESPONSE_FRACTION) * baseline[..., None]
    remitting = score <= remission_at_most
    remission = remitting.sum(axis=-1) >= remitting.shape[-1] - EXCURSIONS
    response = responding[..., -2:].all(axis=-1)
    return {
        "everyone": np.ones(baseline.shape, bool),
        "response": responding[..., -1],
        "response_any": responding.any(axis=-1),
        "remission": remitting[..., -1],
        "response_not_remission": responding[..., -1] & ~remitting[..., -1],
        "stable_remission": remission,
        "stable_response": response & ~remission,
        "stable": response | remission,
    }[kind]


def relapse_visit(meets: np.ndarray, consecutive: int, dated: str) -> np.ndarray:
    """Index of the visit at which relapse is dated, or the number of visits without relapse; (draw, person).

    Args:
        meets: the score of a visit meets the definition, (draw, person, visit).
        consecutive: visits in a row that must meet it.
        dated: "first" or "last" of those visits.
    """
    visits = meets.shape[-1]
    runs = np.ones((*meets.shape[:-1], max(visits - consecutive + 1, 0)), bool)
    for k in range(consecutive):
        runs &= meets[..., k : visits - consecutive + 1 + k]
    first = np.where(runs.any(axis=-1), runs.argmax(axis=-1) if runs.shape[-1] else 0, visits)
    return np.where((first < visits) & (dated == "last"), first + consecutive - 1, first)


def survival(days: np.ndarray, relapsed: np.ndarray, at_d: np.ndarray) -> np.ndarray:
    """Kaplan-Meier share without relapse at each of `at_d`, shape (draw, time).

    Args:
        days: of relapse or, without it, of the end of follow-up, (draw, person).
        relapsed: whether it was a relapse, (draw, person).
        at_d: ascending; every day of a relapse must be among them, or it counts at the next.
    """
    share, kept = np.ones(len(days)), []
    before = -np.inf
    for day in at_d:
        risk = (days > before).sum(axis=1)
        events = ((days > before) & (days <= day) & relapsed).sum(axis=1)
        share = share * (1.0 - events / np.maximum(risk, 1))
        kept.append(share)
        before = day
    return np.stack(kept, axis=1)


def median_days(days: np.ndarray, relapsed: np.ndarray, visits_d: np.ndarray) -> np.ndarray:
    """First visit at which the Kaplan-Meier share without relapse is at most a half; infinity if none, (draw,)."""
    low = survival(days, relapsed, visits_d) <= 0.5 + 1e-12
    return np.where(low.any(axis=1), visits_d[low.argmax(axis=1)], np.inf)


def median_of_relapsed(days: np.ndarray, relapsed: np.ndarray) -> np.ndarray:
    """Median day of relapse among those who relapsed; not a number where nobody did, (draw,)."""
    return np.array([np.median(d[r]) if r.any() else np.nan for d, r in zip(days, relapsed, strict=True)])


def hazard_ratio(active, control, visits_d: np.ndarray) -> np.ndarray:
    """Mantel-Haenszel ratio of the hazards of relapse, active over control, visit by visit, (draw,).

    Sum over visits of d1 n0 / n over that of d0 n1 / n, with d relapses and n people at risk: close to Cox's estimate
    for hazards in proportion. Half a relapse is added to both sums where one is 0.

    Args:
        active, control: (days, relapsed) of each arm, each of shape (draw, person).
    Source: Rothman, Greenland & Lash, Modern Epidemiology, 3rd ed. (2008), chapter 15, for the estimator.
    """
    above, below = np.zeros(len(active[0])), np.zeros(len(active[0]))
    before = -np.inf
    for day in visits_d:
        (d1, n1), (d0, n0) = (_at_risk(*arm, before, day) for arm in (active, control))
        total = np.maximum(n1 + n0, 1)
        above, below = above + d1 * n0 / total, below + d0 * n1 / total
        before = day
    empty = 0.5 * ((above == 0.0) | (below == 0.0))
    return (above + empty) / (below + empty)


def _at_risk(days: np.ndarray, relapsed: np.ndarray, before: float, day: float) -> tuple[np.ndarray, np.ndarray]:
    """Relapses in (before, day], and people at risk in it."""
    here = days > before
    return (here & (days <= day) & relapsed).sum(axis=1), here.sum(axis=1)


def choose(taken: np.ndarray, luck: np.ndarray, count: int) -> np.ndarray:
    """`count` people of each draw among those taken, at random: indices, (draw, count).

    Without repetition as long as there are enough of them; otherwise people come again. Where nobody is taken the
    indices mean nothing.

    Args:
        luck: uniform numbers below 1, (draw, person): the same luck gives the same order.
    """
    order = np.argsort(np.where(taken, luck, 2.0), axis=1)
    there = np.maximum(taken.sum(axis=1), 1)
    return np.take_along_axis(order, np.arange(count)[None, :] % there[:, None], axis=1)
