"""Tables, stores and templates of the package beside the hashes that were stored with them."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from liftspan.stored import Damaged, fingerprint, read_stored, sealed, unsealed, what_is_wrong

SCHEMA = "liftspan/package-files/1"
PACKAGE = Path(__file__).parents[1]
STORE = Path(__file__).parent / "data" / "package_files.json"
CODE = {".py", ".pyc", ".pyi", ".so", ".nbi", ".nbc"}  # and what compilers leave beside it


@dataclass(frozen=True)
class FilesFound:
    """How many files were compared, and which are not as they were, each with the reason."""

    compared: int
    wrong: tuple[str, ...]  # "evidence/data/arms.csv (other bytes)"


def data_files(package: Path = PACKAGE) -> Iterator[str]:
    """Every file of the package that is no code, by its path from there; the store of hashes itself apart."""
    for path in sorted(package.rglob("*")):
        hidden = any(part.startswith(".") or part == "__pycache__" for part in path.relative_to(package).parts)
        if path.is_file() and path.suffix not in CODE and not hidden and path.name != STORE.name:
            yield path.relative_to(package).as_posix()


def fingerprints(package: Path = PACKAGE) -> dict:
    """The record that is stored: each file with its size and SHA-256."""
    return sealed(
        {"schema": SCHEMA, "files": {name: fingerprint((package / name).read_bytes()) for name in data_files(package)}}
    )


def compared_files(package: Path = PACKAGE, store: Path = STORE) -> FilesFound:
    """The files of a package against their stored hashes."""
    try:
        stored = unsealed(read_stored(store))["files"]
    except (Damaged, OSError) as error:
        why = error if isinstance(error, Damaged) else f"cannot be read ({error.strerror or error})"
        return FilesFound(0, (f"{store.name} {why}",))
    wrong = [f"{name} ({why})" for name, noted in stored.items() if (why := what_is_wrong(package / name, noted))]
    wrong += [f"{name} (not part of the package)" for name in data_files(package) if name not in stored]
    return FilesFound(len(stored), tuple(wrong))
