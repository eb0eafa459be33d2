"""Where a drug goes once it is in the blood: compartments as sums of exponentials."""

from liftspan.arrays import Array, array_namespace
from liftspan.body.exponentials import Exponentials


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

    Source: Gibaldi & Perrier (1982), appendix B; the cubic by its trigonometric form, then Newton steps, since the
    closed form loses digits of the slowest rate.
    """
    central_l, first_l, second_l = volumes_l
    xp = array_namespace(clearance_l_per_h, central_l, *flows_l_per_h)
    leave = clearance_l_per_h / central_l
    out_1, out_2 = flows_l_per_h[0] / central_l, flows_l_per_h[1] / central_l
    back_1, back_2 = flows_l_per_h[0] / first_l, flows_l_per_h[1] / second_l
    square = leave + out_1 + out_2 + back_1 + back_2
    linear = leave * (back_1 + back_2) + back_1 * back_2 + out_1 * back_2 + out_2 * back_1
    constant = leave * back_1 * back_2
    rates = _three_roots(xp, square, linear, constant)
    amplitudes = []
    for i in range(3):
        others = [rates[j] for j in range(3) if j != i]
        spread = (rates[i] - others[0]) * (rates[i] - others[1]) * central_l
        amplitudes.append((rates[i] - back_1) * (rates[i] - back_2) / spread)
    return Exponentials(xp.stack(amplitudes, axis=-1), (xp.stack(rates, axis=-1),))


def _three_roots(xp, square: Array, linear: Array, constant: Array) -> list[Array]:
    """Roots of r^3 - square r^2 + linear r - constant; all real and positive for compartments."""
    third = square / 3.0
    depth = xp.sqrt(xp.maximum(third * third - linear / 3.0, 0.0))
    half = 0.5 * (2.0 * third**3 - third * linear + constant)
    angle = xp.arccos(xp.clip(half / depth**3, -1.0, 1.0)) / 3.0
    roots = []
    for turn in (0.0, -2.0943951023931953, 2.0943951023931953):
        root = third + 2.0 * depth * xp.cos(angle + turn)
        for _ in range(3):
            value = ((root - square) * root + linear) * root - constant
            slope = (3.0 * root - 2.0 * square) * root + linear
            root = root - value / slope
        roots.append(root)
    return roots
