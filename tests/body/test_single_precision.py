"""In float32 one more stage keeps a ten-thousandth wherever its rate falls; the answer is that of the cascades."""

from dataclasses import replace

import numpy as np
import pytest

from body.test_modes import PEOPLE, WEIGHTS_KG
from liftspan.body.concentration import Analyte, Matrix, concentration, ketamine_stores
from liftspan.body.modes import Modes
from liftspan.treatment import parse_treatment
from reference.sampled import cast


@pytest.mark.parametrize("beside", [0.0, 1e-7, -1e-4, 3e-3, -5e-3, 9.99e-3, 1.001e-2, -0.02, 0.1])
@pytest.mark.parametrize("a_per_h", [0.07, 0.37, 3.0, 30.0])
def test_two_stages_are_their_closed_form_by_paper_and_pencil(a_per_h, beside):
    # a b (e^-at - e^-bt) / (b - a); in the limit a^2 t e^-at. To ten time constants: below 1e-3 of the peak.
    rate = np.float32(a_per_h * (1.0 + beside))
    modes = Modes(np.array([[a_per_h]], np.float32), np.array([[a_per_h]], np.float32)).then(np.array([rate]))
    a, b, t = np.float64(np.float32(a_per_h)), np.float64(rate), np.linspace(0.5, 10.0, 40) / a_per_h
    want = a * a * t * np.exp(-a * t) if a == b else a * b * (np.exp(-a * t) - np.exp(-b * t)) / (b - a)
    assert modes.rates.dtype == modes.amplitudes.dtype == np.float32
    found = modes.amplitudes[:, 0] @ np.exp(-modes.rates * t.astype(np.float32))
    np.testing.assert_allclose(found, want, rtol=1e-4)
    assert abs(modes.amplitudes).max() < 120.0 * a_per_h  # so little cancels


@pytest.mark.parametrize(
    ("words", "asked"),
    [
        ("100 mg oral ketamine daily for 3 days", "swallowed_rate_per_h"),
        ("84 mg nasal esketamine on days 0, 3", "direct_rate_per_h"),
    ],
)
@pytest.mark.parametrize("beside", [1.0, 1.0 + 1e-6, 0.999, 1.004, 0.985])
def test_levels_keep_a_ten_thousandth_where_the_uptake_meets_a_rate_of_the_disposition(words, asked, beside):
    plan, times_h = parse_treatment(words), np.array([0.25, 1.0, 2.0, 5.0, 12.0, 24.0, 47.0, 72.0, 80.0])
    stores, _ = ketamine_stores(plan.sessions, PEOPLE, WEIGHTS_KG, Matrix.VENOUS)
    ways = {name: replace(way, **{asked: stores.rates[1] * beside}) for name, way in PEOPLE.ways.items()}
    body = replace(PEOPLE, ways=ways)
    venous = {"enantiomer": "s", "analyte": Analyte.KETAMINE, "matrix": Matrix.VENOUS}
    want = concentration(plan, body, WEIGHTS_KG, times_h, **venous)
    single, _ = ketamine_stores(plan.sessions, cast(body, np.float32), WEIGHTS_KG.astype(np.float32), Matrix.VENOUS)
    counts = want > 1e-3 * want.max(axis=1, keepdims=True)
    # 1.0e-4 at most, a quarter of an hour after a spray whose uptake lies 0.4 % from a rate (before: 1e-3).
    np.testing.assert_allclose(single.levels(times_h)[counts], want[counts], rtol=1.1e-4)
