"""Members for one person, where nearly none of the population's would have written the scores.

Scores far out make a few members take all the weight: those whose clinic, first day and parameters happen to suit.
Then members are moved to where the scores want them. The evidence for a member enters by a power that grows from 0 to
1, so slowly that half of the members keep their weight each time; members are drawn anew in proportion, and moved by
elliptical slices of their normal numbers and by trying other draws of the posterior, both of which leave the
distribution of the moment as it is.

Source: Neal, Annealed importance sampling, Stat Comput 11 (2001) 125; Del Moral, Doucet & Jasra, J R Stat Soc B 68
(2006) 411; Murray, Adams & MacKay, Elliptical slice sampling, AISTATS (2010).
"""

from collections.abc import Callable

import numpy as np

from liftspan.forecast.members import Numbers
from liftspan.forecast.weights import drawn_by, effective, weights_of

KEPT = 0.5  # share of members that keep their weight in a step
MOVES = 4  # slices, and other draws tried, after each step
MOST_STEPS, MOST_CUTS = 60, 10  # of the power, and of the bracket of one slice; a member not placed by then stays
HALVINGS = 30

Evidence = Callable[[Numbers], np.ndarray]  # log, (member,)


def tempered(numbers: Numbers, evidence: Evidence, draws: int, seed: int) -> tuple[Numbers, np.ndarray]:
    """Members in proportion to their evidence, and the log of what they were chosen by.

    Args:
        numbers: of members of the population.
        evidence: the same for the same numbers.
        draws: of the posterior.
    """
    rng = np.random.Generator(np.random.Philox(key=[seed, 2]))
    power, worth = 0.0, evidence(numbers)
    for _ in range(MOST_STEPS):
        step = _step(worth, 1.0 - power)
        power += step
        chosen = drawn_by(weights_of(step * worth), len(worth), rng)
        numbers, worth = numbers.at(chosen), worth[chosen]
        for _ in range(MOVES):
            numbers, worth = _sliced(numbers, worth, evidence, power, rng)
            numbers, worth = _with_other_draws(numbers, worth, evidence, power, draws, rng)
        if power >= 1.0:
            break
    return numbers, power * worth  # a power below 1, after the last step, leaves the rest to the weights


def _step(worth: np.ndarray, left: float) -> float:
    """The largest step of the power at which so many members keep their weight."""

    def kept(step: float) -> float:
        return effective(weights_of(step * worth)) / len(worth)

    if kept(left) >= KEPT:
        return left
    low, high = 0.0, left
    for _ in range(HALVINGS):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if kept(middle) >= KEPT else (low, middle)
    return low


def _sliced(numbers: Numbers, worth, evidence: Evidence, power: float, rng) -> tuple[Numbers, np.ndarray]:
    """Each member moved along an ellipse through other numbers, to where its evidence is at least a level drawn."""
    other = rng.standard_normal(numbers.z.shape)
    least = power * worth + np.log(rng.random(len(worth)))
    angle = rng.uniform(0.0, 2.0 * np.pi, len(worth))
    low, high, left = angle - 2.0 * np.pi, angle.copy(), np.arange(len(worth))
    z, found = numbers.z.copy(), worth.copy()
    for _ in range(MOST_CUTS):
        turn = angle[left, None]
        tried = Numbers(numbers.z[left] * np.cos(turn) + other[left] * np.sin(turn), numbers.draw[left])
        reached = evidence(tried)
        placed = power * reached >= least[left]
        z[left[placed]], found[left[placed]] = tried.z[placed], reached[placed]
        left = left[~placed]
        if not len(left):
            break
        back = angle[left] < 0.0
        low[left], high[left] = np.where(back, angle[left], low[left]), np.where(back, high[left], angle[left])
        angle[left] = rng.uniform(low[left], high[left])
    return Numbers(z, numbers.draw), found


def _with_other_draws(numbers, worth, evidence: Evidence, power: float, draws: int, rng) -> tuple[Numbers, np.ndarray]:
    """Each member with another draw of the posterior, where that is likely enough (Metropolis)."""
    tried = Numbers(numbers.z, rng.integers(draws, size=len(worth)))
    reached = evidence(tried)
    taken = np.log(rng.random(len(worth))) < power * (reached - worth)
    return Numbers(numbers.z, np.where(taken, tried.draw, numbers.draw)), np.where(taken, reached, worth)
