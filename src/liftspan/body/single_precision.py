"""Single precision: a response passed on by one more stage whose rate may lie near one that is there.

The modes of two near rates a and b have amplitudes of opposite sign that grow as 1 / (a - b), and float32 keeps 1e-4 of
a level only while those stay below some hundreds. Keeping the rates apart by moving one costs as much as it saves. So
exp(-b t) is read from a cubic through four fixed rates around a. What it misses of two stages is of the third order,
(SHARE a t)^3 / 12: 2e-5 of a level after six time constants, 8e-5 after ten, where a thousandth of the peak is left;
and amplitudes stay below 1.2 / SHARE. (Three rates of one person within a hundredth of each other, one person
in 60,000, lose up to 6e-4 of a lift.)
"""

from liftspan.arrays import Array, array_namespace

SHARE = 1e-2  # of the near rate, from one of the four rates to the next


def then_in_single(amplitudes: Array, rates: Array, rate_per_h: Array) -> tuple[Array, Array]:
    """`Modes.then`, with four modes more or less alike where a rate is near, and two or three that hold nothing else.

    Args:
        amplitudes, rates: shape (mode, person), rates per h.
        rate_per_h: of the new stage, shape (person,).

    Returns: amplitudes and rates with three modes more.
    """
    xp = array_namespace(rates, rate_per_h)
    gaps = rate_per_h - rates
    is_nearest = xp.arange(len(rates))[:, None] == xp.argmin(abs(gaps), axis=0)
    nearest, held = (xp.sum(xp.where(is_nearest, one, 0.0), axis=0) for one in (rates, amplitudes))
    aside = xp.where(rate_per_h < nearest, -SHARE * nearest, SHARE * nearest)
    aside = (nearest + aside) - nearest  # a difference of two rates is exact now, as the cubic takes it to be
    x = (rate_per_h - nearest) / aside
    near = x < 1.0
    passed = xp.where(is_nearest & near, 0.0, amplitudes * (rate_per_h / xp.where(gaps == 0.0, rate_per_h, gaps)))
    rest, pair = -xp.sum(passed, axis=0), held * rate_per_h / aside
    here, *around = (rest * alone + pair * two for alone, two in zip(_cubic(x), _cubic_less_start(x), strict=True))
    passed = xp.where(is_nearest & near, here, passed)
    more = [xp.where(near, one, far) for one, far in zip(around, (rest, 0.0, 0.0), strict=True)]
    more_rates = [xp.where(near, nearest + places * aside, rate_per_h) for places in PLACES[1:]]
    return xp.concatenate([passed, xp.stack(more)]), xp.concatenate([rates, xp.stack(more_rates)])


PLACES = (0.0, 1.0, -1.0, 2.0)  # of the four rates, in steps of SHARE from the near one


def _cubic(x: Array) -> tuple[Array, ...]:
    """Weights of the values at PLACES in the cubic through them, read at `x` (0..1)."""
    return (
        0.5 * (x + 1.0) * (x - 1.0) * (x - 2.0),
        -0.5 * x * (x + 1.0) * (x - 2.0),
        -x * (x - 1.0) * (x - 2.0) / 6.0,
        x * (x * x - 1.0) / 6.0,
    )


def _cubic_less_start(x: Array) -> tuple[Array, ...]:
    """Weights of (value at 0 less that at `x`) / x: what two stages in series ask for; finite down to x = 0."""
    return (
        0.5 * (1.0 + 2.0 * x - x * x),
        0.5 * (x + 1.0) * (x - 2.0),
        (x - 1.0) * (x - 2.0) / 6.0,
        (1.0 - x * x) / 6.0,
    )
