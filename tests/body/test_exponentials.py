"""The algebra of cascades against 100-digit arithmetic, matrix exponentials, quadrature, and paper and pencil."""

import warnings
from itertools import pairwise
from math import exp, factorial, log

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.linalg import expm

from liftspan.arrays import use_jax_64_bit
from liftspan.body.exponentials import Exponentials, cascade, first_order
from reference.witness import cascade_by_digits

# Relative gaps between rates: equality, the digits that float64 and float32 lose, and well apart.
GAPS = (0.0, 1e-15, 1e-12, 1e-10, 1e-8, 1e-6, 1e-4, 1e-3, 1e-2, 0.03, 0.1, 0.3, 1.0)
ELAPSED_H = (1e-6, 0.01, 0.3, 0.768, 1.0, 3.0, 10.0, 20.0)
BODY_RATES_PER_H = st.floats(0.02, 60.0)  # ketamine's slowest phase to hydroxynorketamine's fastest, with room


def near_rates(stages, gap):
    """Rates that meet as the gap closes: evenly spread, all but one, one pair, two pairs."""
    return [
        [1.3 * (1.0 + gap * i) for i in range(stages)],
        [1.3] * (stages - 1) + [1.3 * (1.0 + gap)],
        [1.3, 1.3 * (1.0 + gap), *[9.1] * (stages - 2)],
        [1.3, 1.3 * (1.0 + gap), 9.1, 9.1 * (1.0 + gap)][:stages],
    ]


def sweep(stages, dtype):
    """Cases as columns: rates (stage, case), elapsed (case,)."""
    cases = [(rates, t) for gap in GAPS for rates in near_rates(stages, gap) for t in ELAPSED_H]
    return np.array([rates for rates, _ in cases], dtype=dtype).T, np.array([t for _, t in cases], dtype=dtype)


def by_digits(rates, elapsed_h):
    return np.array([float(cascade_by_digits(r, t)) for r, t in zip(rates.T, elapsed_h, strict=True)])


def test_the_witness_is_the_corner_of_a_matrix_exponential():
    # Stages in series are a bidiagonal system; scipy's expm keeps about 1e-13 of its largest entry here.
    for rates, t in (([1.3, 2.6, 9.1], 0.7), ([0.5, 0.5, 0.5, 2.0], 1.5), ([4.0, 4.000001], 0.3)):
        chain = np.diag(-np.array(rates)) + np.diag(np.ones(len(rates) - 1), -1)
        assert float(cascade_by_digits(rates, t)) == pytest.approx(expm(chain * t)[-1, 0], rel=1e-12)


def test_equal_stages_follow_a_gamma_curve():
    # Paper and pencil: n equal stages give t^(n-1) exp(-rate t) / (n-1)!.
    for stages in (1, 2, 3, 4, 5):
        got = cascade((np.array(2.0),) * stages, np.array(1.7))
        assert got == pytest.approx(1.7 ** (stages - 1) * exp(-3.4) / factorial(stages - 1), rel=1e-14)


@pytest.mark.parametrize("stages", [2, 3, 4, 5])
@pytest.mark.parametrize(("dtype", "tolerance"), [(np.float64, 1e-10), (np.float32, 1e-4)])
def test_rates_pass_through_equality_without_losing_digits(stages, dtype, tolerance):
    # The tolerances are those of the design; 4e-15 and 1.3e-6 were measured. The witness takes the rounded rates.
    if stages == 5:
        rates, elapsed_h = sweep(4, dtype)
        rates = np.concatenate([rates, np.full((1, rates.shape[1]), 1.3, dtype=dtype)])
    else:
        rates, elapsed_h = sweep(stages, dtype)
    got = cascade(tuple(rates), elapsed_h)
    assert got.dtype == dtype
    np.testing.assert_allclose(got, by_digits(rates, elapsed_h), rtol=tolerance)


@pytest.mark.parametrize("stages", [2, 3, 4, 5])
@pytest.mark.parametrize(("dtype", "tolerance"), [(np.float64, 1e-10), (np.float32, 1e-4)])
def test_any_rates_of_the_body_give_the_same_as_100_digits(stages, dtype, tolerance):
    random = np.random.default_rng(stages)
    rates = np.exp(random.uniform(np.log(0.02), np.log(60.0), (stages, 150))).astype(dtype)
    elapsed_h = np.exp(random.uniform(np.log(1e-3), np.log(24.0), 150)).astype(dtype)
    elapsed_h = np.minimum(elapsed_h, 60.0 / rates.min(axis=0))  # below exp(-60) float32 has no numbers left
    np.testing.assert_allclose(cascade(tuple(rates), elapsed_h), by_digits(rates, elapsed_h), rtol=tolerance)


@settings(max_examples=100, deadline=None, derandomize=True)
@given(
    st.lists(BODY_RATES_PER_H, min_size=1, max_size=5).flatmap(lambda r: st.tuples(st.just(r), st.permutations(r))),
    st.floats(0.0, 100.0),
)
def test_a_cascade_is_never_negative_and_does_not_ask_for_the_order_of_its_stages(rates_twice, elapsed_h):
    rates, shuffled = ([np.array([rate]) for rate in order] for order in rates_twice)
    elapsed = np.array([elapsed_h])
    answer = cascade(tuple(rates), elapsed)
    assert answer >= 0.0
    np.testing.assert_array_equal(answer, cascade(tuple(shuffled), elapsed))


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.lists(BODY_RATES_PER_H, min_size=2, max_size=4), st.floats(0.01, 10.0), st.floats(1e-12, 1e-3))
def test_a_faster_stage_leaves_less(rates, elapsed_h, step):
    faster = [rates[0] * (1.0 + step), *rates[1:]]
    before, after = (cascade(tuple(np.array([r]) for r in some), np.array([elapsed_h])) for some in (rates, faster))
    assert after <= before * (1.0 + 1e-13)  # room for rounding, where the step is smaller


@pytest.fixture(scope="module")
def gradient_errors():
    """Relative error of JAX's derivatives over the sweep, {stages: (gap, error)}, each of shape (case,).

    Oracle: the derivative of g by one rate is minus the cascade with that rate listed twice. `gap` is the smallest
    distance, not 0, between two of rate x elapsed; infinite where all that meet are equal.
    """
    import jax

    use_jax_64_bit()
    answer = {}
    for stages in (2, 3, 4):
        rates, elapsed_h = sweep(stages, np.float64)
        total = jax.jit(jax.grad(lambda rates, t, n=stages: cascade(tuple(rates[i] for i in range(n)), t).sum()))
        got = np.asarray(total(rates, elapsed_h))
        want = np.array([-by_digits(np.vstack([rates, rates[i]]), elapsed_h) for i in range(stages)])
        error = np.where(np.isfinite(got), np.abs(got / want - 1.0), np.inf).max(axis=0)
        gaps = np.diff(np.sort(rates * elapsed_h, axis=0), axis=0)
        answer[stages] = np.where(gaps > 0.0, gaps, np.inf).min(axis=0), error
    return answer


@pytest.mark.parametrize("stages", [2, 3, 4])
def test_gradients_pass_through_equality(gradient_errors, stages):
    # Exactly equal, or apart by 1e-6 and more: 1e-8 is what central differences of a float64 sum would show.
    gap, error = gradient_errors[stages]
    assert np.isfinite(error).all()
    assert error[gap >= 1e-6].max() < 1e-8


def test_gradients_stay_right_where_rates_almost_meet(gradient_errors):
    assert max(error.max() for _, error in gradient_errors.values()) < 1e-8


def test_gradients_equal_central_differences():
    import jax

    use_jax_64_bit()
    rates = np.array([2.93, 1.45, 1.4500001, 1.6])  # absorption of a spray beside two phases close to it

    def total(rates):
        return cascade(tuple(rates), 0.8)

    step = 1e-5  # the error of the difference, of order step^2, is then about 1e-10
    differences = [
        (total(rates + step * unit) - total(rates - step * unit)) / (2.0 * step) for unit in np.eye(len(rates))
    ]
    got = jax.grad(lambda rates: cascade(tuple(rates[i] for i in range(4)), 0.8))(rates)
    np.testing.assert_allclose(got, differences, rtol=1e-6)


# --- responses ------------------------------------------------------------------------------------------------------

TWO_PHASES = Exponentials(np.array([[0.7, 0.3]]), (np.array([[4.0, 0.25]]),))
UPTAKE = first_order(np.array([2.93]))
DRIVEN = UPTAKE.convolve(TWO_PHASES)  # two stages
LONG_CHAIN = first_order(np.array([1.45])).convolve(DRIVEN)  # three


def integral(curve, ends, breaks=()):
    """By adaptive quadrature between breaks, to 1e-12."""
    at = sorted({*ends, *(b for b in breaks if ends[0] < b < ends[1])})
    return sum(quad(curve, a, b, epsabs=0.0, epsrel=1e-12)[0] for a, b in pairwise(at))


@pytest.mark.parametrize("response", [TWO_PHASES, DRIVEN, LONG_CHAIN], ids=["1 stage", "2 stages", "3 stages"])
def test_an_infusion_is_the_sum_of_many_small_boluses(response):
    duration_h, times_h = 2 / 3, np.array([0.1, 0.5, 2 / 3, 0.7, 2.0, 12.0])
    got = response.infuse(times_h, duration_h)[0]
    for t, answer in zip(times_h, got, strict=True):
        given_until = min(t, duration_h)
        boluses = integral(lambda u, t=t: response.at(np.array([t - u]))[0, 0], (0.0, given_until))
        assert answer == pytest.approx(boluses / duration_h, rel=1e-11)


def test_an_infusion_that_takes_no_time_is_a_bolus():
    times_h = np.array([0.01, 0.3, 2.0, 24.0])
    for response in (TWO_PHASES, DRIVEN, LONG_CHAIN):
        bolus = response.at(times_h)
        # Drug given over D hours is D/2 late on average; these curves change by less than 200 per hour, relative.
        np.testing.assert_allclose(response.infuse(times_h, 1e-9), bolus, rtol=200 * 0.5e-9)
        np.testing.assert_array_equal(response.given(times_h, 0.0), bolus)
        np.testing.assert_array_equal(response.given(times_h, 0.5), response.infuse(times_h, 0.5))


def test_the_area_is_the_integral_of_the_curve():
    for response in (TWO_PHASES, DRIVEN, LONG_CHAIN):
        # 200 h are 72 half-lives of the slow phase.
        numeric = integral(lambda t, r=response: r.at(np.array([t]))[0, 0], (0.0, 200.0), (0.5, 2.0, 10.0, 40.0))
        assert response.area()[0] == pytest.approx(numeric, rel=1e-10)
        # However long the infusion: one unit in, the same area.
        infused = integral(lambda t, r=response: r.infuse(np.array([t]), 3.0)[0, 0], (0.0, 200.0), (1, 3, 10, 50))
        assert response.area()[0] == pytest.approx(infused, rel=1e-10)


def test_a_first_order_stage_passes_on_all_it_gets():
    stage = first_order(np.array([0.5, 3.0]))
    np.testing.assert_allclose(stage.area(), 1.0, rtol=1e-15)
    np.testing.assert_allclose(stage.at(np.array([0.0, 1.0]))[:, 1], [0.5 * exp(-0.5), 3.0 * exp(-3.0)], rtol=1e-14)


def test_a_convolution_is_the_integral_of_the_product():
    t = 1.3
    want = integral(lambda u: UPTAKE.at(np.array([u]))[0, 0] * TWO_PHASES.at(np.array([t - u]))[0, 0], (0.0, t))
    assert DRIVEN.at(np.array([t]))[0, 0] == pytest.approx(want, rel=1e-11)


def test_stages_may_be_joined_in_any_order():
    a, b, c = TWO_PHASES, Exponentials(np.array([[1.0, -0.4, 0.1]]), (np.array([[4.0, 1.0, 4.0001]]),)), UPTAKE
    times_h = np.array([0.0, 0.2, 1.0, 8.0])
    want = a.convolve(b).convolve(c).at(times_h)
    for other in (a.convolve(b.convolve(c)), c.convolve(a).convolve(b), b.convolve(c).convolve(a)):
        np.testing.assert_allclose(other.at(times_h), want, rtol=1e-13)  # six products each: rounding only
        np.testing.assert_allclose(other.area(), a.area() * b.area() * c.area(), rtol=1e-13)


def test_scaling_is_by_person():
    people = Exponentials(np.ones((2, 1)), (np.array([[1.0], [2.0]]),)).scaled(np.array([3.0, 5.0]))
    np.testing.assert_allclose(people.at(np.array([1.0]))[:, 0], [3.0 * exp(-1.0), 5.0 * exp(-2.0)], rtol=1e-15)


def test_nothing_happens_before_the_dose():
    before_h = np.array([-1e6, -48.0, -1e-9])
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # no overflow on the way either
        for response in (TWO_PHASES, DRIVEN, LONG_CHAIN):
            assert not response.at(before_h).any()
            assert not response.infuse(before_h, 0.5).any()
            assert not response.infuse(np.array([0.0]), 0.5).any()
    assert TWO_PHASES.at(np.array([0.0]))[0, 0] == 1.0  # a bolus is there at once
    assert DRIVEN.at(np.array([0.0]))[0, 0] == 0.0  # an absorbed dose is not


@pytest.mark.parametrize("rates", [(60.0, 0.2), (3.0,), (2.9, 3.0, 3.1), (0.2, 0.2)])
def test_long_after_an_infusion_no_digits_are_lost(rates):
    # "Integral to t minus integral to t - duration" cancels; with 100 digits it may be used as the answer.
    duration_h, t = 0.5, max(2.0, 200 * log(2.0) / max(rates))
    whole, without = (cascade_by_digits((*rates, 0.0), at) for at in (t, t - duration_h))
    response = Exponentials(np.array([1.0]), tuple(np.array([rate]) for rate in rates))
    got = response.infuse(np.array([t]), duration_h)[0]
    # The argument of the exponential, up to 139, is rounded at 1e-16: 139 x 2e-16 = 3e-14, for each of few factors.
    assert got == pytest.approx(float(whole - without) / duration_h, rel=2e-13)
