"""The posterior that ships: whole, finite, sensible, and honest about what it was fitted to."""

import io
import json
import pickle

import numpy as np
import pytest

from liftspan.errors import InvalidInput
from liftspan.evidence import load_evidence, shipped_version
from liftspan.inference.hashes import evidence_hash
from liftspan.parameters import MOOD_TABLE
from liftspan.posterior import FOLDER, load_posterior, manifest_of, save_posterior
from liftspan.stored import as_bytes


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
    assert (manifest["status"], manifest["method"]) == ("fitted", "NUTS")
    assert {"method", "seed", "rows", "rows_left_out", "versions", "parameters", "evidence_version"} <= manifest.keys()
    assert {"chains", "warmup", "draws_per_chain", "divergent", "model_sha256", "evidence_sha256"} <= manifest.keys()
    assert manifest["draws"] == load_posterior().size


def test_the_chains_had_mixed():
    # The usual limits: Vehtari et al. 2021.
    manifest = load_posterior().manifest
    assert manifest["r_hat_max"] <= 1.01
    assert min(manifest["bulk_ess_min"], manifest["tail_ess_min"]) >= 400
    assert manifest["divergent"] <= 0.01 * manifest["chains"] * manifest["draws_per_chain"]


def test_what_ships_rests_on_these_tables_and_this_model():
    from liftspan.inference.hashes import why_stale

    assert why_stale(load_posterior().manifest, load_evidence()) == ()


def test_every_fitted_trial_has_its_deviations():
    posterior = load_posterior()
    assert tuple(posterior.deviations) == posterior.trial_ids
    for trial, values in posterior.deviations.items():
        assert values.shape == (posterior.size, 4), trial
        assert np.all(np.isfinite(values)) and np.all(np.abs(values.mean(axis=0)) < 8.0), trial
    # TRANSFORM-3 answered less than its drug and context say, even with the factor for age; Mathew 2010 more.
    context = {trial: values[:, 0].mean() for trial, values in posterior.deviations.items()}
    assert context["ochsross2020_transform3"] < context["mathew2010"]


@pytest.mark.parametrize("damage", ["cut", "empty", "text", "missing", "other parameters"])
def test_a_damaged_posterior_is_said_in_one_sentence(tmp_path, damage):
    save_posterior(tmp_path, load_posterior().first(5))
    draws, manifest = tmp_path / "draws.npz", tmp_path / "manifest.json"
    if damage == "cut":
        draws.write_bytes(draws.read_bytes()[:1000])
    elif damage == "empty":
        draws.write_bytes(b"")
    elif damage == "text":
        manifest.write_text("not json")
    elif damage == "missing":
        draws.unlink()
    else:
        manifest.write_text(manifest.read_text().replace('"parameters"', '"names"'))
    with pytest.raises(InvalidInput) as error:
        load_posterior(tmp_path)
    (problem,) = error.value.problems
    assert str(tmp_path) in problem and "\n" not in problem.strip()


def test_the_posterior_is_small_enough_to_ship():
    assert (FOLDER / "draws.npz").stat().st_size < 5_000_000


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


def test_a_posterior_pickles_to_an_equal_one_that_cannot_be_written_to_either():
    posterior = load_posterior()
    found = pickle.loads(pickle.dumps(posterior))
    assert found == posterior and found is not posterior
    assert found != posterior.first(3) and found != "a posterior"
    with pytest.raises(ValueError, match="read-only"):
        found.draws["hill"][0] = 0.0


def save_five(folder):
    save_posterior(folder, load_posterior().first(5))
    return folder / "draws.npz", folder / "manifest.json"


@pytest.mark.parametrize("where", ["draws.npz", "manifest.json"])
def test_a_single_changed_byte_is_told_by_the_name_of_its_file(where, tmp_path):
    save_five(tmp_path)
    raw = bytearray((tmp_path / where).read_bytes())
    at = raw.index(b'"seed": ') + 8 if where == "manifest.json" else len(raw) // 2
    raw[at] ^= 1
    (tmp_path / where).write_bytes(raw)
    with pytest.raises(InvalidInput, match=f"{where} was changed or damaged after it was written"):
        load_posterior(tmp_path)


def test_parameters_in_another_order_are_never_believed(tmp_path):
    # Plausible, and wrong: every number would be that of another parameter.
    _, manifest = save_five(tmp_path)
    record = json.loads(manifest.read_text())
    record["parameters"].reverse()
    manifest.write_text(json.dumps(record))
    with pytest.raises(InvalidInput, match=r"manifest.json was changed or damaged"):
        load_posterior(tmp_path)


def test_pickles_in_an_archive_are_never_opened(tmp_path):
    # Even where somebody has made the hashes fit.
    draws, manifest = save_five(tmp_path)
    opened = tmp_path / "opened"
    packed = io.BytesIO()
    np.savez(packed, draws=np.array([Bomb(opened)], dtype=object), deviations=np.zeros(1), baselines=np.zeros(1))
    record = json.loads(manifest.read_text())
    draws.write_bytes(packed.getvalue())
    manifest.write_bytes(as_bytes(manifest_of(record, record["parameters"], packed.getvalue())))
    with pytest.raises(InvalidInput, match="does not hold a posterior"):
        load_posterior(tmp_path)
    assert not opened.exists()


class Bomb:
    """Makes a file when it is unpickled."""

    def __init__(self, path):
        self.path = str(path)

    def __reduce__(self):
        return open, (self.path, "w")
