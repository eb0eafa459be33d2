"""What a cache hands out cannot be written to: the answer of the next person would change."""

import copy
import importlib
import inspect
import json
import pickle
import pkgutil
from dataclasses import dataclass, fields, is_dataclass

import numpy as np
import pytest

import liftspan
from liftspan.evidence import load_evidence
from liftspan.frozen import Frozen, frozen, frozen_record
from liftspan.posterior import load_posterior
from liftspan.treatment import Drug, Route


def test_every_way_of_writing_to_a_mapping_is_refused():
    shared = frozen({"a": 1, "b": {"c": [1, 2]}})
    for write in (
        lambda: shared.__setitem__("a", 2),
        lambda: shared.pop("a"),
        lambda: shared.update(a=2),
        lambda: shared.setdefault("z", 2),
        lambda: shared.clear(),
        lambda: shared.popitem(),
        lambda: shared.__delitem__("a"),
        lambda: shared["b"].__setitem__("c", 0),
        lambda: shared["b"]["c"].append(3),
    ):
        with pytest.raises((TypeError, AttributeError)):
            write()
    with pytest.raises(TypeError):
        shared |= {"a": 2}
    assert shared == {"a": 1, "b": {"c": (1, 2)}}


def test_a_frozen_mapping_is_a_mapping_in_every_other_way():
    shared = frozen({"a": 1, "b": {"c": [1.5]}})
    assert json.loads(json.dumps(shared)) == {"a": 1, "b": {"c": [1.5]}}
    assert pickle.loads(pickle.dumps(shared)) == copy.deepcopy(shared) == shared
    assert type(pickle.loads(pickle.dumps(shared))["b"]) is Frozen
    assert shared | {"a": 2} == {"a": 2, "b": {"c": (1.5,)}}  # a new dict, which may be written to
    own = dict(shared)
    own["a"] = 2
    assert shared["a"] == 1


def test_arrays_are_the_same_numbers_and_cannot_be_written_to():
    given = np.arange(3.0)
    shared = frozen({"x": given})["x"]
    with pytest.raises(ValueError, match="read-only"):
        shared[:] = 0.0
    with pytest.raises(ValueError, match="read-only"):
        shared *= 3.0
    assert np.shares_memory(shared, given) and given.flags.writeable


def test_a_record_keeps_its_type():
    @dataclass(frozen=True)
    class Two:
        many: dict
        rest: list

    found = frozen_record(Two({"a": np.zeros(2)}, [1]))
    assert type(found) is Two and type(found.many) is Frozen and found.rest == (1,)


def writable(value, seen=None, path=""):
    """Paths of everything that could be written to in a value, its records, mappings and tuples."""
    seen = set() if seen is None else seen
    if id(value) in seen:
        return
    seen.add(id(value))
    if isinstance(value, np.ndarray):
        if value.flags.writeable:
            yield f"{path}: array"
    elif isinstance(value, (dict, list, set)) and not isinstance(value, Frozen):
        yield f"{path}: {type(value).__name__}"
    elif isinstance(value, Frozen):
        for name, one in value.items():
            yield from writable(one, seen, f"{path}[{name!r}]")
    elif isinstance(value, tuple):
        for i, one in enumerate(value):
            yield from writable(one, seen, f"{path}[{i}]")
    elif is_dataclass(value):
        if not value.__dataclass_params__.frozen:
            yield f"{path}: {type(value).__name__}"
        for one in fields(value):
            yield from writable(getattr(value, one.name), seen, f"{path}.{one.name}")


# Arguments of cached functions that need some; those with _ before their name are read by their own module only.
ASKED = {
    "posterior.load_posterior": (),
    "population._above_cut": (0.5,),
    "brain.engagement.gauss_legendre": (5,),
    "session.predicted.levels_in_words": ("84 mg nasal esketamine", False),
    "evidence.tables._shipped": (True,),
    "events.checks.sprays": (56.0,),
    "evidence.dose_units.read_unit": ("mg/kg",),
    "evidence.vocabularies.read_word": ("arms.csv", "drug", "ketamine"),
    "session.studied.highest": ((Drug.KETAMINE, Route.IV),),
}
OWN = {"body.steps.steps_of", "body.steps.table_of", "compiled.compiled_kernels"}  # no numbers that reach an answer


def is_plain(signature) -> bool:
    """Whether a function says that it returns a word or a number."""
    return set(str(signature.return_annotation).replace("|", " ").split()) <= {"str", "int", "float", "bool", "None"}


def cached():
    """(module.name, function) of everything that functools caches in the package, inference and web apart."""
    for one in pkgutil.walk_packages(liftspan.__path__, "liftspan."):
        if one.name.startswith(("liftspan.inference", "liftspan.cli")) or one.name.endswith("__main__"):
            continue
        module = importlib.import_module(one.name)
        for name, found in vars(module).items():
            if hasattr(found, "cache_info") and found.__module__ == one.name:
                yield f"{one.name.removeprefix('liftspan.')}.{name}", found


def test_nothing_that_is_cached_can_be_written_to():
    tried, wrong = 0, []
    for name, function in cached():
        signature = inspect.signature(function)
        needs = any(one.default is one.empty for one in signature.parameters.values())
        if name in ASKED or not needs:
            tried += 1
            wrong += [f"{name}(){found}" for found in writable(function(*ASKED.get(name, ())))]
        elif not name.rpartition(".")[2].startswith("_") and name not in OWN and not is_plain(signature):
            wrong.append(f"{name}: how is it asked? Add it to ASKED")
    assert wrong == [] and tried > 10


def test_the_shipped_answers_cannot_be_changed_by_accident():
    posterior, evidence = load_posterior(), load_evidence()
    with pytest.raises(ValueError, match="read-only"):
        posterior.draws["hill"][:] *= 3.0
    for write in (
        lambda: posterior.draws.__setitem__("hill", None),
        lambda: posterior.manifest.__setitem__("status", "prior"),
        lambda: posterior.manifest["trials"][0].__setitem__("trial_id", "x"),
        lambda: posterior.deviations.clear(),
        lambda: evidence.trials.clear(),
        lambda: evidence.arm_rows[next(iter(evidence.arm_rows))].__setitem__("dose", "5"),
        lambda: evidence.observation_rows[0].update(value="0"),
    ):
        with pytest.raises(TypeError, match="shared by all answers"):
            write()
    with pytest.raises(AttributeError):
        posterior.draws = {}
