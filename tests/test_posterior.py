"""The posterior that ships: whole, finite, sensible, and honest about what it was fitted to."""

import numpy as np
import pytest

from liftspan.evidence import load_evidence, shipped_version
from liftspan.inference.fit import evidence_hash
from liftspan.parameters import MOOD_TABLE
from liftspan.posterior import load_posterior, save_posterior


def test_draws_hold_exactly_the_parameters_of_the_table():
    posterior = load_posterior()
    assert list(posterior.draws) == [prior.name for prior in MOOD_TABLE]
    assert posterior.size >= 500
    assert all(draws.shape == (posterior.size,) for draws in posterior.draws.values())


@pytest.mark.parametrize("prior", MOOD_TABLE, ids=lambda prior: prior.name)
def test_draws_are_finite_and_within_what_the_parameter_can_be(prior):
    draws = load_posterior().draws[prior.name]
    assert np.all(np.isfinite(draws))
    assert draws.std() > 0.0
    low, high = {"log": (0.0, np.inf), "logit": (0.0, 1.0), "correlation": (-1.0, 1.0)}[prior.scale]
    assert np.all((draws > low) & (draws < high))
    # A median six prior SDs away would mean that prior and evidence contradict each other.
    transform = {"log": np.log, "logit": lambda x: np.log(x / (1.0 - x)), "correlation": np.arctanh}[prior.scale]
    assert abs(transform(np.median(draws)) - transform(prior.centre)) < 6.0 * prior.spread


def test_terms_of_the_kernel_keep_their_order():
    draws = load_posterior().draws
    # Lift rises before it fades, and the fast term fades before the middle one: in medians, since draws may cross.
    assert np.median(draws["rise_per_h"]) > np.median(draws["fast_fade_per_h"]) > np.median(draws["middle_fade_per_h"])


def test_the_manifest_names_every_trial_and_how_it_can_be_found():
    manifest, evidence = load_posterior().manifest, load_evidence()
    assert manifest["trials"]
    for trial in manifest["trials"]:
        assert trial["trial_id"] in evidence.trials
        row = evidence.trials[trial["trial_id"]]
        # An identifier, or the table itself has none to give.
        assert trial["registry_id"] or trial["doi"] or trial["pmid"] or not (row.registry_id or row.doi or row.pmid)
    assert len({trial["trial_id"] for trial in manifest["trials"]}) == len(manifest["trials"])


def test_the_manifest_says_how_and_from_what_it_was_made():
    manifest = load_posterior().manifest
    assert manifest["status"] == "provisional"
    assert {"method", "seed", "rows", "rows_left_out", "versions", "parameters", "evidence_version"} <= manifest.keys()
    assert manifest["draws"] == load_posterior().size


def test_the_hash_of_the_tables_does_not_change_without_their_version():
    # Either the posterior was fitted to the shipped tables, or its manifest names an older version of them.
    manifest = load_posterior().manifest
    same = evidence_hash(load_evidence()) == manifest["evidence_sha256"]
    # A version can also bring other tables than those of the fit: then its number moves and the hash does not.
    assert same or manifest["evidence_version"] != shipped_version()


def test_a_posterior_is_read_back_as_it_was_written(tmp_path):
    posterior = load_posterior().first(7)
    save_posterior(tmp_path, posterior)
    with np.load(tmp_path / "draws.npz") as archive:
        assert archive["draws"].shape == (len(MOOD_TABLE), 7)
        for row, draws in zip(archive["draws"], posterior.draws.values(), strict=True):
            assert row == pytest.approx(draws, rel=1e-6)  # kept in float32


def test_the_first_draws_are_the_first_draws():
    posterior = load_posterior()
    assert posterior.first(3).size == 3
    assert posterior.first(3).draws["hill"].tolist() == posterior.draws["hill"][:3].tolist()
    assert posterior.trial_ids == tuple(trial["trial_id"] for trial in posterior.manifest["trials"])
