"""Diagnostics, deviations of trials and recovered truths, against cases with known answers."""

from types import SimpleNamespace

import numpy as np
import pytest

from liftspan.arrays import use_jax_64_bit

use_jax_64_bit()

from liftspan.evidence.recovery_said import covered  # noqa: E402
from liftspan.inference.diagnostics import mixing  # noqa: E402
from liftspan.inference.fit import trial_deviations  # noqa: E402
from liftspan.inference.leave_out import log_score, reported  # noqa: E402
from liftspan.inference.likelihood import Explained, Seen  # noqa: E402


def test_chains_of_white_noise_have_mixed():
    found = mixing(np.random.default_rng(1).standard_normal((2, 1000, 3)))
    assert found.is_good
    assert np.all(found.r_hat < 1.01)
    assert np.all(np.abs(found.bulk_ess / 2000.0 - 1.0) < 0.25)


def test_chains_in_different_places_or_of_different_width_have_not():
    rng = np.random.default_rng(2)
    apart = rng.standard_normal((2, 500, 2)) + np.array([0.0, 1.0])[:, None, None]
    assert not mixing(apart).is_good and np.all(mixing(apart).r_hat > 1.1)
    # Same centre, another spread: only the folded draws show it.
    wider = rng.standard_normal((2, 500, 1)) * np.array([1.0, 4.0])[:, None, None]
    assert mixing(wider).r_hat[0] > 1.1


def test_slow_chains_have_few_effective_draws():
    rng = np.random.default_rng(3)
    walk = np.zeros((2, 2000, 1))
    for i in range(1, 2000):
        walk[:, i] = 0.95 * walk[:, i - 1] + rng.standard_normal((2, 1))
    # First order with 0.95: the effective share is (1 - 0.95) / (1 + 0.95) = 1/39 of 4000 draws.
    assert mixing(walk).bulk_ess[0] == pytest.approx(4000 / 39, rel=0.6)


DRAWS = 4000


def one_trial(moved, own, value):
    """A problem of one trial, every draw alike: what the trial's deviations move, and what is seen."""
    value = np.asarray(value, dtype=float)
    moved = np.broadcast_to(np.asarray(moved, dtype=float), (DRAWS, len(value), 3))
    said = Explained(
        expected=np.zeros((DRAWS, len(value))),
        moved_by=moved,
        tail=np.ones((DRAWS, len(value))),
        own=np.broadcast_to(np.asarray(own, dtype=float), (DRAWS, len(value), len(value))),
        spread=np.ones((DRAWS, len(value))),
    )
    problem = SimpleNamespace(
        trials=("one",), trial_of_row=np.zeros(len(value), dtype=int), seen=Seen(value, np.zeros(len(value)))
    )
    return problem, said


def test_deviations_of_a_trial_are_shrunk_as_a_normal_with_normal_error():
    # One row moved 2 by an SD of context, error variance 1, seen at 5: mean 2 x 5 / (4 + 1) = 2, variance 1 / 5.
    problem, said = one_trial([[2.0, 0.0, 0.0]], [[1.0]], [5.0])
    found = trial_deviations(problem, said)["one"]
    assert found.shape == (DRAWS, 3)
    error = 4.0 / np.sqrt(DRAWS)
    assert found[:, 0].mean() == pytest.approx(2.0, abs=error * np.sqrt(0.2))
    assert found[:, 0].std() == pytest.approx(np.sqrt(0.2), rel=0.05)
    # What no row tells of stays as before the trial.
    assert found[:, 1:].mean(axis=0) == pytest.approx([0.0, 0.0], abs=error)
    assert found[:, 1:].std(axis=0) == pytest.approx([1.0, 1.0], rel=0.05)


def test_the_score_of_rows_together_is_their_joint_density():
    from scipy.stats import multivariate_normal

    problem, said = one_trial([[2.0, 0.0, 1.0], [1.0, 1.0, 0.0]], [[1.0, 0.2], [0.2, 2.0]], [1.0, -1.0])
    moved = np.array([[2.0, 0.0, 1.0], [1.0, 1.0, 0.0]])
    joint = multivariate_normal([0.0, 0.0], moved @ moved.T + np.array([[1.0, 0.2], [0.2, 2.0]]))
    assert log_score(problem, said, np.array([0, 1])) == pytest.approx(joint.logpdf([1.0, -1.0]), rel=1e-9)
    numbers = reported(said, np.array([0, 1]))
    # Variances 4 + 1 + 1 and 1 + 1 + 2.
    assert numbers.std(axis=0) == pytest.approx(np.sqrt([6.0, 4.0]), rel=0.03)


def test_a_truth_is_inside_when_its_rank_is():
    # Of 99 draws, ranks 5 to 94 are the central 90 of 100 places.
    assert covered([4, 5, 50, 94, 95]) == pytest.approx(3 / 5)
    assert covered(range(100)) == pytest.approx(0.90)
