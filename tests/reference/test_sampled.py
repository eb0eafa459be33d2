"""Concentration, lift and severity beside ODE solutions, over sampled people and protocols, in both precisions."""

import numpy as np
import pytest

from reference.sampled import PROTOCOLS, largest_errors, sample, witnessed


@pytest.mark.parametrize("name", PROTOCOLS)
def test_the_engine_keeps_a_millionth_and_a_ten_thousandth_in_single_precision(name):
    # The goals of design.md. `benchmarks/accuracy.py` asks the same of more people.
    people, posterior = sample(2, seed=20261125)
    want = witnessed(name, people, posterior)
    for dtype, goal in ((np.float64, 1e-6), (np.float32, 1e-4)):
        errors = largest_errors(name, people, posterior, want, dtype)
        assert max(errors.values()) <= goal, (dtype, errors)
