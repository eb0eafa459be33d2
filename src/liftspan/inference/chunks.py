"""Finished chunks of one chain: numbers in npz files that cannot run code, hashed in a manifest that carries a seal.

A chunk that is lost, cut or edited is sampled again from the one before. Sampling is exact: it comes out as it was, and
the later ones stay. Where it does not (another processor), they are sampled again too.
"""

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from liftspan.files import write_whole
from liftspan.stored import Damaged, as_bytes, fingerprint, read_stored, sealed, unsealed, what_is_wrong

SCHEMA = "liftspan/chunks/1"


class Chunks:
    """The chunks of a chain in a folder; only the process of that chain writes them."""

    def __init__(self, folder: Path, chain: int):
        self.folder, self.chain = folder, chain
        self.manifest = folder / f"chain{chain}.json"

    def name(self, chunk: int) -> str:
        """The file of a chunk."""
        return f"chain{self.chain}-{chunk:03d}.npz"

    def is_whole(self, chunk: int) -> bool:
        """Whether a chunk is there as it was written."""
        try:
            noted = self._noted()
        except Damaged:
            return False
        return self.name(chunk) in noted and not what_is_wrong(self.folder / self.name(chunk), noted[self.name(chunk)])

    def damage(self, chunk: int) -> tuple[str, ...]:
        """What was harmed, where a chunk that had been finished is not whole; empty where it is or was never begun."""
        try:
            noted = self._noted()
        except Damaged as error:
            return (f"{self.manifest.name} ({error})",)
        name = self.name(chunk)
        why = what_is_wrong(self.folder / name, noted[name]) if name in noted else ""
        return (f"{name} ({why})",) if why else ()

    def arrays(self, chunk: int) -> dict[str, np.ndarray]:
        """The numbers of a chunk. Raises Damaged where they are not those that were written."""
        raw, noted = read_stored(self.folder / self.name(chunk)), self._noted()
        if fingerprint(raw) != noted.get(self.name(chunk)):
            raise Damaged("was changed or damaged after it was written")
        try:
            with np.load(io.BytesIO(raw), allow_pickle=False) as archive:
                return {name: archive[name] for name in archive.files}
        except (ValueError, OSError, EOFError, zipfile.BadZipFile) as error:
            raise Damaged(f"holds no numbers ({error})") from error

    def put(self, chunk: int, arrays: Mapping[str, np.ndarray]) -> None:
        """Write a chunk, then the manifest: what is not noted does not count."""
        packed = io.BytesIO()
        np.savez(packed, **arrays)
        try:
            noted = self._noted()
        except Damaged:
            noted = {}
        name, print_ = self.name(chunk), fingerprint(packed.getvalue())
        if noted.get(name, print_) != print_:  # it came out otherwise: those after it rest on something else
            noted = {one: value for one, value in noted.items() if one < name}
        write_whole({self.folder / name: [packed.getvalue()]})
        record = sealed({"schema": SCHEMA, "chunks": {**noted, name: print_}})
        write_whole({self.manifest: [as_bytes(record)]})

    def _noted(self) -> dict[str, dict]:
        try:
            record = unsealed(read_stored(self.manifest))
        except FileNotFoundError:
            return {}
        if record.get("schema") != SCHEMA:
            raise Damaged(f"has another schema than {SCHEMA}")
        return record["chunks"]
