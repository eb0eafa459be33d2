"""The layout is the explanation: a file imports only from stages above its own, and what is heavy stays out."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "src" / "liftspan"

# design.md, "Layout": order = import order, with the files that came since. Stages still to come keep their place.
ORDER = (
    "errors",
    "numbers",
    "vocabulary",
    "files",
    "sheets",
    "spreadsheet",
    "stored",
    "process",
    "units",
    "arrays",
    "frozen",
    "compiled_loops",
    "compiled",
    "treatment",
    "conditions",
    "body",
    "brain",
    "mood",
    "acute",
    "parameters",
    "mood_model",
    "posterior",
    "person",
    "population",
    "exposure",
    "exposure_words",
    "simulate",
    "monitoring",
    "evidence",
    "session",
    "how_fast",
    "nonresponse",
    "claims",
    "scale",
    "events",
    "inference",
    "forecast",
    "installation",
    "figures",
    "report",
    "care",
    "web",
    "cli",
    "__main__",
)
# Until here an answer is arithmetic: none of these libraries may be loaded by it.
LIGHT = ORDER[: ORDER.index("claims") + 1]
HEAVY = ("jax", "jaxlib", "numpyro", "diffrax", "pandas", "xarray", "matplotlib")

FILES = sorted(PACKAGE.rglob("*.py"))


def stage_of(file: Path) -> str:
    """errors.py -> errors; body/exponentials.py -> body; the package's own __init__.py -> ''."""
    first = file.relative_to(PACKAGE).parts[0]
    return "" if first == "__init__.py" else first.removesuffix(".py")


def imported(file: Path):
    """(module, line) of every import of a file, wherever it stands in it; relative ones made absolute."""
    package = ("liftspan", *file.relative_to(PACKAGE).parts[:-1])
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"), str(file))):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = ".".join(package[: len(package) - node.level + 1]) if node.level else ""
            module = ".".join(part for part in (base, node.module) if part)
            if module == "liftspan":  # from liftspan import units: the names may be stages
                yield from ((f"liftspan.{alias.name}", node.lineno) for alias in node.names)
            else:
                yield module, node.lineno


def points_back(file: Path):
    """'body/x.py:3 imports liftspan.mood.y' for each import of a stage below this file's own."""
    own = stage_of(file)
    if own and own not in ORDER:
        return  # the test above names it
    for module, line in imported(file):
        parts = module.split(".")
        if parts[0] != "liftspan":
            continue
        other = parts[1] if len(parts) > 1 else ""
        where = f"{file.relative_to(PACKAGE)}:{line} imports {module}"
        if other not in ORDER:
            if other or own in LIGHT:  # a stage that takes from the public names takes from everything
                yield where
        elif own and ORDER.index(other) > ORDER.index(own):
            yield where


def test_every_file_belongs_to_a_stage_of_the_layout():
    assert FILES, f"no files under {PACKAGE}"
    homeless = {stage_of(file) for file in FILES} - {""} - set(ORDER)
    assert not homeless, f"not in the layout of design.md; give each its place in ORDER: {sorted(homeless)}"


def test_no_import_points_back():
    back = [where for file in FILES for where in points_back(file)]
    assert not back, "these import from a stage below their own:\n" + "\n".join(back)


def test_an_import_that_points_back_would_be_found(tmp_path, monkeypatch):
    # The reader of imports, read: each way to write one.
    monkeypatch.setitem(globals(), "PACKAGE", tmp_path)
    (tmp_path / "body").mkdir()
    file = tmp_path / "body" / "x.py"
    file.write_text(
        "import numpy\nimport liftspan.units\nfrom liftspan.body.y import z\nfrom .y import z\n"
        "import liftspan.mood.scales\nfrom liftspan.brain import engagement\nfrom ..simulate import simulate\n"
        "from liftspan import figures, units\n\ndef late():\n    from liftspan.cli.main import main\n"
        "from liftspan.nowhere import a\nfrom liftspan import parse_treatment\n"
    )
    assert [where.split(":")[1] for where in points_back(file)] == [
        "5 imports liftspan.mood.scales",
        "6 imports liftspan.brain",
        "7 imports liftspan.simulate",
        "8 imports liftspan.figures",
        "12 imports liftspan.nowhere",
        "13 imports liftspan.parse_treatment",
        "11 imports liftspan.cli.main",
    ]


def test_one_file_alone_switches_jax_to_64_bits():
    having = [str(file.relative_to(PACKAGE)) for file in FILES if "jax_enable_x64" in file.read_text(encoding="utf-8")]
    assert having == ["arrays.py"]


def test_inference_alone_imports_jax():
    # arrays.py holds the switch and imports jax only inside it, which the test below would notice.
    asking = {
        f"{file.relative_to(PACKAGE)}:{line}"
        for file in FILES
        for module, line in imported(file)
        if module.split(".")[0] in ("jax", "jaxlib", "numpyro", "diffrax") and stage_of(file) != "inference"
    }
    assert {where for where in asking if not where.startswith("arrays.py:")} == set()
    assert len(asking) <= 1


def modules_of(stage: str) -> list[str]:
    files = [file for file in FILES if stage_of(file) == stage]
    names = [".".join(("liftspan", *file.relative_to(PACKAGE).with_suffix("").parts)) for file in files]
    return [name.removesuffix(".__init__") for name in names]


@pytest.fixture(scope="module")
def loaded_by():
    """What a fresh interpreter has loaded of HEAVY after importing each light module in turn, {module: [names]}."""
    names = ["liftspan", *(name for stage in LIGHT for name in modules_of(stage))]
    program = (
        "import importlib, sys\n"
        f"for name in {names!r}:\n"
        "    importlib.import_module(name)\n"
        f"    print(name, *[heavy for heavy in {HEAVY!r} if heavy in sys.modules])\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    lines = [line.split() for line in done.stdout.splitlines()]
    return {name: heavy for name, *heavy in lines}


def test_an_answer_needs_neither_jax_nor_pandas_nor_matplotlib(loaded_by):
    assert {name: heavy for name, heavy in loaded_by.items() if heavy} == {}
    assert {"liftspan", "liftspan.units", "liftspan.body.concentration", "liftspan.person"} <= loaded_by.keys()
