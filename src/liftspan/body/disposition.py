"""Where a drug goes once it is in the blood: compartments as sums of exponentials."""

from liftspan.arrays import Array, array_namespace
from liftspan.body.exponentials import Exponentials
from liftspan.body.modes import Modes
from liftspan.compiled import kernels_for


def two_compartments(clearance_l_per_h: Array, volumes_l: tuple, flow_l_per_h: Array) -> Exponentials:
    """Central concentration, mg/L, after 1 mg into the central one of two compartments.

    Args:
        clearance_l_per_h: from the central compartment; shape (...), as all others.
        volumes_l: central, peripheral.
        flow_l_per_h: between the two.

    Source: Gibaldi & Perrier, Pharmacokinetics, 2nd ed. (1982), chapter 2.
    """
    central_l, peripheral_l = volumes_l
    xp = array_namespace(clearance_l_per_h, central_l, flow_l_per_h)
    out, back = flow_l_per_h / central_l, flow_l_per_h / peripheral_l
    leave = clearance_l_per_h / central_l
    half = 0.5 * (leave + out + back)
    # leave * back / fast keeps the slow rate exact, where subtracting the root would cancel.
    fast = half + xp.sqrt(half * half - leave * back)
    slow = leave * back / fast
    rates = xp.stack([fast, slow], axis=-1)
    spread = (fast - slow) * central_l
    return Exponentials(xp.stack([(fast - back) / spread, (back - slow) / spread], axis=-1), (rates,))


def three_compartments(clearance_l_per_h: Array, volumes_l: tuple, flows_l_per_h: tuple) -> Exponentials:
    """Central concentration, mg/L, after 1 mg into the central one of three compartments.

    Args:
        clearance_l_per_h: from the central compartment; shape (...), as all others.
        volumes_l: central, first and second peripheral.
        flows_l_per_h: central with the first and with the second peripheral, both positive.
    """
    modes = three_modes(clearance_l_per_h, volumes_l, flows_l_per_h)
    xp = array_namespace(modes.rates)
    return Exponentials(xp.moveaxis(modes.amplitudes, 0, -1), (xp.moveaxis(modes.rates, 0, -1),))


def three_modes(clearance_l_per_h: Array, volumes_l: tuple, flows_l_per_h: tuple) -> Modes:
    """The same as modes, fastest first, each field of shape (3, ...).

    Source: Gibaldi & Perrier, Pharmacokinetics, 2nd ed. (1982), appendix B.
    """
    central_l, first_l, second_l = volumes_l
    given = (clearance_l_per_h, *volumes_l, *flows_l_per_h)
    kernels = kernels_for(*given)
    if kernels and {one.shape for one in given} == {(len(central_l),)}:
        return Modes(*kernels.three_modes(*given))
    xp = array_namespace(clearance_l_per_h, central_l, *flows_l_per_h)
    leave = clearance_l_per_h / central_l
    out_1, out_2 = flows_l_per_h[0] / central_l, flows_l_per_h[1] / central_l
    back_1, back_2 = flows_l_per_h[0] / first_l, flows_l_per_h[1] / second_l
    backs = back_1 * back_2
    square = leave + out_1 + out_2 + back_1 + back_2
    linear = leave * (back_1 + back_2) + backs + out_1 * back_2 + out_2 * back_1
    fast, middle, slow = _three_roots(xp, square, linear, leave * backs)
    upper, whole, lower = (fast - middle) * central_l, fast - slow, (middle - slow) * central_l
    amplitudes = (
        (fast - back_1) * (fast - back_2) / (upper * whole),
        (middle - back_1) * (back_2 - middle) / (upper * (middle - slow)),
        (slow - back_1) * (slow - back_2) / (lower * whole),
    )
    return Modes(xp.stack(amplitudes), xp.stack((fast, middle, slow)))


def _three_roots(xp, square: Array, linear: Array, constant: Array) -> tuple[Array, Array, Array]:
    """Roots of r^3 - square r^2 + linear r - constant, largest first; all real and positive for compartments.

    The largest by the trigonometric form and Newton steps; the two others from the quadratic that is left, written so
    that nothing cancels. (NumPy's cosine takes ten times as long as its exponential: a short series starts Newton.)
    """
    third = square / 3.0
    depth = xp.sqrt(xp.maximum(third * third - linear / 3.0, 0.0))
    half = third * (third * third - 0.5 * linear) + 0.5 * constant
    turn = xp.arccos(xp.clip(half / (depth * depth * depth), -1.0, 1.0)) / 3.0
    turned = turn * turn
    cosine = 1.0 + turned * (-1.0 / 2.0 + turned * (1.0 / 24.0 - turned * (1.0 / 720.0)))
    fast = third + 2.0 * depth * cosine
    for _ in range(2):
        rest = (fast - square) * fast + linear
        fast = fast - (rest * fast - constant) / ((2.0 * fast - square) * fast + rest)
    product = constant / fast
    half_sum = 0.5 * (linear - product) / fast
    middle = half_sum + xp.sqrt(xp.maximum(half_sum * half_sum - product, 0.0))
    return fast, middle, product / middle
