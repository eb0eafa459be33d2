"""Chunks of a chain are believed only as they were written; nothing in them is run."""

import io
import json

import numpy as np
import pytest

from liftspan.inference.chunks import Chunks
from liftspan.stored import Damaged, as_bytes, fingerprint, sealed


def written(folder, count=4):
    chunks = Chunks(folder, 0)
    for number in range(count):
        chunks.put(number, {"theta": np.full((2, 3), float(number)), "divergent": np.asarray(number)})
    return chunks


def test_chunks_come_back_as_they_were_and_are_noted(tmp_path):
    chunks = written(tmp_path)
    for number in range(4):
        assert chunks.is_whole(number) and chunks.damage(number) == ()
        assert np.array_equal(chunks.arrays(number)["theta"], np.full((2, 3), float(number)))
    assert not chunks.is_whole(4) and chunks.damage(4) == ()  # never begun
    assert sorted(path.name for path in tmp_path.iterdir()) == ["chain0-000.npz", "chain0-001.npz", "chain0-002.npz",
                                                                "chain0-003.npz", "chain0.json"]  # fmt: skip


def test_a_chunk_that_nobody_noted_does_not_count(tmp_path):
    # Killed between the chunk and the manifest, or planted.
    chunks = written(tmp_path, 1)
    (tmp_path / "chain0-001.npz").write_bytes((tmp_path / "chain0-000.npz").read_bytes())
    assert not chunks.is_whole(1)
    with pytest.raises(Damaged):
        chunks.arrays(1)


@pytest.mark.parametrize("harm", ["cut", "edited", "missing", "another chunk", "a folder"])
def test_a_harmed_chunk_is_named_with_the_reason(harm, tmp_path):
    chunks = written(tmp_path)
    path = tmp_path / "chain0-002.npz"
    raw = path.read_bytes()
    path.unlink()
    if harm == "cut":
        path.write_bytes(raw[:-3])
    elif harm == "edited":
        path.write_bytes(raw[:-3] + b"xyz")
    elif harm == "another chunk":
        path.write_bytes((tmp_path / "chain0-001.npz").read_bytes())
    elif harm == "a folder":
        path.mkdir()
    assert not chunks.is_whole(2) and chunks.damage(2)[0].startswith("chain0-002.npz (")
    assert chunks.is_whole(1) and chunks.is_whole(3)


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b"[" * 50_000, b"\xff", None])
def test_a_harmed_manifest_is_named_and_nothing_is_believed(content, tmp_path):
    chunks = written(tmp_path)
    if content is None:
        record = json.loads((tmp_path / "chain0.json").read_text())
        record["chunks"]["chain0-001.npz"]["bytes"] += 1
        content = json.dumps(record).encode()
    (tmp_path / "chain0.json").write_bytes(content)
    assert not any(chunks.is_whole(number) for number in range(4))
    assert chunks.damage(0)[0].startswith("chain0.json (")
    chunks.put(0, {"theta": np.zeros(1)})
    assert chunks.is_whole(0) and not chunks.is_whole(1)


def test_a_chunk_that_comes_out_otherwise_takes_the_later_ones_with_it(tmp_path):
    chunks = written(tmp_path)
    chunks.put(1, {"theta": np.full((2, 3), 1.0), "divergent": np.asarray(1)})  # as it was
    assert [chunks.is_whole(number) for number in range(4)] == [True] * 4
    chunks.put(1, {"theta": np.full((2, 3), 1.5)})
    assert [chunks.is_whole(number) for number in range(4)] == [True, True, False, False]


def test_pickled_objects_are_never_opened_even_where_the_hashes_fit(tmp_path):
    packed = io.BytesIO()
    np.savez(packed, theta=np.array([{"any": "object"}], dtype=object))
    chunks = Chunks(tmp_path, 0)
    chunks.put(0, {"theta": np.zeros(1)})
    (tmp_path / "chain0-000.npz").write_bytes(packed.getvalue())
    record = {"schema": "liftspan/chunks/1", "chunks": {"chain0-000.npz": fingerprint(packed.getvalue())}}
    (tmp_path / "chain0.json").write_bytes(as_bytes(sealed(record)))
    with pytest.raises(Damaged, match="holds no numbers"):
        chunks.arrays(0)
