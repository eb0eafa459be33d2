"""Chains go on where they were stopped, and find a posterior that is known."""

import json
import pickle
from dataclasses import replace

import numpy as np
import pytest

from liftspan.arrays import use_jax_64_bit
from liftspan.evidence import load_evidence
from liftspan.stored import as_bytes, sealed

use_jax_64_bit()

from liftspan.inference.likelihood import problem_of  # noqa: E402
from liftspan.inference.mode import ModeFinder, draw  # noqa: E402
from liftspan.inference.rows import fit_rows  # noqa: E402
from liftspan.inference.sample import Plan, sample  # noqa: E402

TRIALS = ("murrough2013", "singh2016_iv_esketamine", "lapidus2014")
TINY = Plan(chains=1, warmup=30, draws=60, chunk=20, seed=3)


@pytest.fixture(scope="module")
def few():
    evidence = load_evidence()
    return replace(evidence, observations=tuple(row for row in evidence.observations if row.trial_id in TRIALS))


@pytest.fixture(scope="module")
def mode(few):
    return ModeFinder(problem_of(fit_rows(few))).find()


def test_a_stopped_run_goes_on_to_the_same_draws_and_a_planted_chunk_is_never_run(few, mode, tmp_path):
    calls = []
    whole = sample(few, mode, TINY, tmp_path, lambda: calls.append(1))
    assert len(calls) == TINY.chunks == 4
    assert whole.theta.shape == (1, 60, len(mode.z))
    files = sorted(tmp_path.glob("*.npz"))
    assert len(files) == 4
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    kept = files[0].stat().st_mtime_ns
    (tmp_path / "chain0.json").write_bytes(manifest_until(before["chain0.json"], 2))  # stopped after the second
    files[1].write_bytes(pickle.dumps(Bomb(tmp_path / "bomb")))
    for file in files[2:]:
        file.unlink()
    again = sample(few, mode, TINY, tmp_path, lambda: None)
    assert np.array_equal(whole.theta, again.theta) and whole.divergent == again.divergent
    assert files[0].stat().st_mtime_ns == kept  # what was finished is not sampled twice
    assert (whole.mended, again.mended) == ((), ("chain0-001.npz (other size)",))
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before  # and no bomb


def manifest_until(raw, chunks):
    record = json.loads(raw)
    first = dict(list(record["chunks"].items())[:chunks])
    return as_bytes(sealed({"schema": record["schema"], "chunks": first}))


class Bomb:
    """Makes a file when it is unpickled."""

    def __init__(self, path):
        self.path = str(path)

    def __reduce__(self):
        return open, (self.path, "w")


def test_draws_of_the_normal_approximation_have_its_moments(few, mode):
    problem = problem_of(fit_rows(few))
    z = (draw(problem, mode, 20_000, 1) - problem.centre) / problem.width
    assert z.mean(axis=0) == pytest.approx(mode.z, abs=0.05)
    assert np.cov(z.T) == pytest.approx(mode.covariance, abs=0.06)


def test_parameters_that_three_trials_do_not_speak_of_keep_their_prior(few, mode):
    problem = problem_of(fit_rows(few))
    for name in ("potency_ketamine_sublingual", "crisis_rise_per_h", "antidepressant", "older_share"):
        i = problem.names.index(name)
        assert mode.z[i] == pytest.approx(0.0, abs=0.02), name
        assert mode.covariance[i, i] == pytest.approx(1.0, abs=0.02), name
