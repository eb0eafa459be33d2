"""Compartments as sums of exponentials against the matrix exponential of the compartments themselves."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import solve_ivp
from scipy.linalg import expm

from liftspan.arrays import use_jax_64_bit
from liftspan.body.disposition import three_compartments, two_compartments
from liftspan.body.exponentials import Exponentials

# Published sets: clearance, volumes, flows (pk/README.md, 70 kg; arterial 73 kg).
VENOUS_S = (95.2, (133.0, 187.0, 98.8), (23.2, 157.0))
ARTERIAL_S = (88.8, (11.6, 39.0, 174.0), (145.8, 72.6))
NORKETAMINE = (57.7, (98.6, 160.0), (42.8,))
HYDROXYNORKETAMINE = (56.0, (4.4, 87.5), (102.0,))
# Both peripheral compartments empty at exactly the same rate: one phase has no weight.
TWINS = (50.0, (20.0, 40.0, 80.0), (30.0, 60.0))
NEARLY_TWINS = (50.0, (20.0, 40.0, 80.0), (30.0, 60.0 * (1.0 + 1e-9)))
SLOW_DEEP = (100.0, (10.0, 30.0, 3000.0), (50.0, 1.0))
SETS = {
    "venous": VENOUS_S,
    "arterial": ARTERIAL_S,
    "norketamine": NORKETAMINE,
    "hydroxynorketamine": HYDROXYNORKETAMINE,
    "twins": TWINS,
    "nearly twins": NEARLY_TWINS,
    "slow deep": SLOW_DEEP,
}
TIMES_H = np.array([0.0, 0.01, 0.1, 0.5, 1.0, 3.0, 10.0, 24.0])


def matrix_of(clearance, volumes, flows):
    """d(amount)/dt = matrix @ amount, central first."""
    size = len(volumes)
    matrix = np.zeros((size, size))
    matrix[0, 0] = -clearance / volumes[0]
    for i, flow in enumerate(flows, start=1):
        matrix[0, 0] -= flow / volumes[0]
        matrix[i, 0] += flow / volumes[0]
        matrix[0, i] += flow / volumes[i]
        matrix[i, i] -= flow / volumes[i]
    return matrix


def central(clearance, volumes, flows, times_h):
    """Concentration per mg after a bolus, by matrix exponential."""
    matrix = matrix_of(clearance, volumes, flows)
    return np.array([expm(matrix * t)[0, 0] for t in times_h]) / volumes[0]


def closed_form(clearance, volumes, flows) -> Exponentials:
    volumes, flows = tuple(map(np.asarray, volumes)), tuple(map(np.asarray, flows))
    if len(volumes) == 2:
        return two_compartments(np.asarray(clearance), volumes, flows[0])
    return three_compartments(np.asarray(clearance), volumes, flows)


@pytest.mark.parametrize("numbers", SETS.values(), ids=SETS)
def test_compartments_fall_as_their_matrix_exponential(numbers):
    want = central(*numbers, TIMES_H)
    # expm works on amounts up to 1 and keeps about 1e-14 of that; 1e-11 holds where 1/1000 is left.
    np.testing.assert_allclose(closed_form(*numbers).at(TIMES_H), want, rtol=1e-11, atol=1e-14 / numbers[1][0])


@pytest.mark.parametrize("numbers", [VENOUS_S, TWINS, NORKETAMINE])
def test_compartments_fall_as_the_solver_steps_them(numbers):
    matrix = matrix_of(*numbers)
    start = np.eye(len(matrix))[0]
    path = solve_ivp(lambda _, y: matrix @ y, (0.0, 24.0), start, "DOP853", TIMES_H, rtol=1e-10, atol=1e-14)
    # The solver's own error, 1e-10 a step over some hundred steps.
    np.testing.assert_allclose(closed_form(*numbers).at(TIMES_H), path.y[0] / numbers[1][0], rtol=1e-8)


@pytest.mark.parametrize("numbers", SETS.values(), ids=SETS)
def test_a_bolus_starts_at_dose_over_central_volume(numbers):
    response = closed_form(*numbers)
    assert response.at(np.array([0.0]))[0] == pytest.approx(1.0 / numbers[1][0], rel=1e-13)
    assert response.amplitudes.sum() == pytest.approx(1.0 / numbers[1][0], rel=1e-13)


@pytest.mark.parametrize("numbers", SETS.values(), ids=SETS)
def test_the_area_is_dose_over_clearance(numbers):
    assert closed_form(*numbers).area() == pytest.approx(1.0 / numbers[0], rel=1e-12)


@pytest.mark.parametrize("numbers", SETS.values(), ids=SETS)
def test_the_mean_stay_is_steady_state_volume_over_clearance(numbers):
    # Gibaldi & Perrier: integral of t C / integral of C = Vss / CL, whatever the flows.
    response = closed_form(*numbers)
    moment = np.sum(response.amplitudes / response.rates[0] ** 2)
    assert moment * numbers[0] == pytest.approx(sum(numbers[1]) / numbers[0], rel=1e-12)


def test_a_twin_compartment_has_a_phase_without_weight():
    # Back rates 30/40 = 60/80: together they are one compartment of 120 L with a flow of 90 L/h.
    together = closed_form(50.0, (20.0, 120.0), (90.0,))
    np.testing.assert_allclose(closed_form(*TWINS).at(TIMES_H), together.at(TIMES_H), rtol=1e-13)


def test_people_keep_their_order():
    clearances = np.array([60.0, 95.2, 140.0])
    many = three_compartments(
        clearances, tuple(v * np.ones(3) for v in VENOUS_S[1]), tuple(q * np.ones(3) for q in VENOUS_S[2])
    ).at(TIMES_H)
    for row, clearance in zip(many, clearances, strict=True):
        np.testing.assert_allclose(row, closed_form(clearance, *VENOUS_S[1:]).at(TIMES_H), rtol=1e-14)


@settings(max_examples=80, deadline=None, derandomize=True)
@given(
    st.floats(5.0, 400.0),
    st.tuples(st.floats(2.0, 500.0), st.floats(5.0, 1000.0), st.floats(5.0, 1000.0)),
    st.tuples(st.floats(1.0, 400.0), st.floats(1.0, 400.0)),
)
def test_any_three_compartments_conserve_the_dose(clearance, volumes, flows):
    response = closed_form(clearance, volumes, flows)
    assert (response.rates[0] > 0.0).all()
    assert response.area() == pytest.approx(1.0 / clearance, rel=1e-10)
    times_h = np.array([0.0, 0.05, 0.5, 4.0])
    want = central(clearance, volumes, flows, times_h)
    # A central compartment that empties thousands of times an hour costs expm digits: 1e-9 of the start.
    np.testing.assert_allclose(response.at(times_h), want, rtol=1e-9, atol=1e-12 / volumes[0])


@pytest.mark.parametrize("numbers", [VENOUS_S, ARTERIAL_S, TWINS])
def test_float32_keeps_five_digits(numbers):
    clearance, volumes, flows = numbers
    small = np.float32
    response = closed_form(small(clearance), tuple(map(small, volumes)), tuple(map(small, flows)))
    times_h = np.array([0.1, 1.0, 6.0], dtype=small)
    got = response.at(times_h)
    assert got.dtype == small
    np.testing.assert_allclose(got, central(*numbers, times_h.astype(float)), rtol=1e-5)  # 6e-8 x up to a hundred


def test_gradients_exist_where_two_compartments_are_twins():
    import jax

    use_jax_64_bit()

    def level(x):
        return three_compartments(x[0], (x[1], x[2], x[3]), (x[4], x[5])).at(np.array([0.7]))[0]

    point = np.array([TWINS[0], *TWINS[1], *TWINS[2]])
    got = jax.grad(level)(point)
    step = 1e-4  # of numbers between 20 and 80: difference good to about 1e-9 relative

    def exact(x):
        return central(x[0], x[1:4], x[4:], [0.7])[0]

    want = [(exact(point + step * unit) - exact(point - step * unit)) / (2 * step) for unit in np.eye(6)]
    np.testing.assert_allclose(got, want, rtol=1e-6, atol=1e-12)
