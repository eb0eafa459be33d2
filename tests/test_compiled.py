"""The compiled loops are the array program, faster: random models, and the polynomials beside NumPy."""

import sys

import numpy as np
import pytest

import liftspan.compiled
from liftspan.body.disposition import three_modes
from liftspan.body.modes import Inflow, stores_of
from liftspan.brain.engagement import engagement
from liftspan.compiled import compiled_kernels, kernels_for, use_arrays, use_compiled
from liftspan.errors import InvalidInput
from liftspan.mood.context import Context, Control
from liftspan.population import draw_people, usual_enrolment
from liftspan.posterior import load_posterior
from liftspan.simulate import respond
from liftspan.treatment import parse_treatment
from liftspan.treatment.regimen import Regimen

pytest.importorskip("numba")


@pytest.fixture
def both_ways():
    """Run a function as arrays, then compiled; afterwards arrays are in use again."""

    def run(function):
        use_arrays()
        as_arrays = function()
        use_compiled()
        return as_arrays, function()

    yield run
    use_arrays()


def random_stores(random, modes, people):
    rates = np.sort(10.0 ** random.uniform(-2.0, 1.5, (modes, people)), axis=0)[::-1]
    starts_h = np.cumsum(random.uniform(0.1, 30.0, 5))
    supplies_h = random.choice([0.0, 0.5, 3.0], 5)
    inflows = [
        Inflow(start_h, supply_h, random.uniform(0.0, 10.0, (modes, people)))
        for start_h, supply_h in zip(starts_h, supplies_h, strict=True)
    ]
    return stores_of(np.ascontiguousarray(rates), inflows), starts_h


@pytest.mark.parametrize("seed", range(6))
def test_levels_of_random_models_are_those_of_the_array_program(seed, both_ways):
    random = np.random.default_rng(seed)
    # 700 people: more than one row of the kernel; times with doubles, in no order, some before everything.
    stores, starts_h = random_stores(random, modes=2 + seed, people=700)
    doubles = starts_h[:, None] + 0.07 * 2.0 ** np.arange(9)
    times_h = random.permutation(np.concatenate([random.uniform(-5.0, 150.0, 20), doubles.ravel(), starts_h]))
    for people in (slice(None), slice(100, 650)):
        arrays, compiled = both_ways(lambda people=people: stores.levels(times_h, people))
        # Squares lose at most a digit each, and nine follow one another; 3e-13 was measured.
        np.testing.assert_allclose(compiled, arrays, rtol=1e-10, atol=1e-14)


def test_levels_of_one_bolus_and_of_nothing_are_those_of_the_array_program(both_ways):
    rates = np.array([[3.0, 2.0], [0.2, 0.1]])
    times_h = np.array([-1.0, 0.0, 0.5, 8.0])
    for inflows in ([Inflow(0.0, 0.0, np.ones((2, 2)))], []):
        arrays, compiled = both_ways(lambda inflows=inflows: stores_of(rates, inflows).levels(times_h))
        np.testing.assert_allclose(compiled, arrays, rtol=1e-13)
        assert np.all(compiled[:, 1] == 2.0 * len(inflows))


def compartments(random, people):
    """Clearance, volumes and flows of a published order of magnitude; the first two people have odd ones."""
    clearance = 10.0 ** random.uniform(0.5, 2.5, people)
    volumes = [10.0 ** random.uniform(0.5, 3.5, people) for _ in range(3)]
    flows = [10.0 ** random.uniform(0.0, 2.5, people) for _ in range(2)]
    for i, (first, second) in enumerate(((30.0, 60.0), (30.0, 60.0 * (1.0 + 1e-9)))):  # twins, and nearly twins
        clearance[i], (flows[0][i], flows[1][i]) = 50.0, (first, second)
        volumes[0][i], volumes[1][i], volumes[2][i] = 20.0, 40.0, 80.0
    return clearance, tuple(volumes), tuple(flows)


@pytest.mark.parametrize("seed", range(3))
def test_compartments_and_one_more_stage_are_those_of_the_array_program(seed, both_ways):
    random = np.random.default_rng(seed)
    given, rate_per_h = compartments(random, 700), 10.0 ** random.uniform(-1.0, 1.5, 700)
    arrays, compiled = both_ways(lambda: three_modes(*given))
    np.testing.assert_allclose(compiled.rates, arrays.rates, rtol=1e-11)
    # An amplitude counts beside the level at the start, of which it is a share; it loses what two close rates take.
    start = np.sum(arrays.amplitudes, axis=0)
    apart = np.min(-np.diff(arrays.rates, axis=0) / arrays.rates[:-1], axis=0)
    assert np.all(abs(compiled.amplitudes - arrays.amplitudes) <= 1e-13 * start / np.minimum(apart, 1e-2))
    rate_per_h[:3] = arrays.rates[0, 0], arrays.rates[1, 1] * (1.0 + 1e-9), arrays.rates[2, 2]  # moved apart
    arrays, compiled = both_ways(lambda modes=arrays: modes.then(rate_per_h))
    np.testing.assert_array_equal(compiled.rates, arrays.rates)
    np.testing.assert_allclose(compiled.amplitudes, arrays.amplitudes, rtol=1e-12, atol=1e-9 * start.max())


def test_plain_numbers_stay_with_the_array_program(both_ways):
    arrays, compiled = both_ways(lambda: three_modes(np.asarray(50.0), (20.0, 40.0, 80.0), (30.0, 60.0)))
    np.testing.assert_array_equal(compiled.rates, arrays.rates)


def test_the_curve_is_that_of_the_array_program(both_ways):
    random = np.random.default_rng(1)
    levels = [10.0 ** random.uniform(-9.0, 3.5, (40, 300)) for _ in range(2)]
    levels[0][0], levels[1][0] = 0.0, 0.0
    for hill in (0.8, 1.3, 3.0):
        one = {"ec50_ng_per_ml": 90.0, "hill": hill, "s_over_r": 2.4}
        curve = {name: np.full((1, 1, 1), value) for name, value in one.items()}
        arrays, compiled = both_ways(lambda curve=curve: engagement(*levels, **curve))
        np.testing.assert_allclose(compiled, arrays, rtol=1e-12)


def test_its_exponential_is_numpys():
    x = np.concatenate([np.linspace(-690.0, 50.0, 20_001), [0.0, -1e-12, 1e-300]])
    out = np.empty_like(x)
    compiled_kernels().fill_exponentials(x, out)
    np.testing.assert_allclose(out, np.exp(x), rtol=2e-13)  # 2e-14, and rounding of ln 2 x 1000
    compiled_kernels().fill_exponentials(np.array([-1e6]), out[:1])
    assert 0.0 <= out[0] < 1e-300


def test_a_whole_response_is_the_same_either_way(both_ways):
    people, posterior = draw_people(usual_enrolment(None, None, None), 3, 2, 60), load_posterior().first(2)
    times_h = np.array([0.25, 0.5, 2.0, 24.0, 100.0, 500.0])
    for words in ("0.5 mg/kg iv ketamine over 40 min on days 0, 2", "84 mg nasal esketamine", ""):
        plan = parse_treatment(words) if words else Regimen("nothing", (), False, 500.0)
        arrays, compiled = both_ways(
            lambda plan=plan: respond(plan, Context(Control.OPEN, False, False, 0.0), people, posterior, times_h)
        )
        for name in ("s_ng_per_ml", "r_ng_per_ml", "lift", "severity"):
            np.testing.assert_allclose(getattr(compiled, name), getattr(arrays, name), rtol=1e-9, atol=1e-12)


def test_float32_and_other_libraries_stay_with_the_array_program():
    use_compiled()
    try:
        assert kernels_for(np.ones(3)) is not None
        assert kernels_for(np.ones(3), np.ones(3, np.float32)) is None
        assert kernels_for([1.0]) is None
    finally:
        use_arrays()
    assert kernels_for(np.ones(3)) is None


def test_without_numba_the_error_says_how_to_install_it(monkeypatch):
    compiled_kernels.cache_clear()
    monkeypatch.setitem(sys.modules, "numba", None)
    with pytest.raises(InvalidInput, match="fast"):
        liftspan.compiled.use_compiled()
