"""Benchmarks and documents name scripts that are there."""

import ast
import re
import sys
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BENCH = ROOT / "bench"
NAMED = re.compile(r"\b(?:bench|tests)/[\w/]+\.py\b")
TEXTS = [ROOT / "justfile", *ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")]


def imported(script: Path) -> set[str]:
    """The first part of every module that a script imports."""
    names = set()
    for node in ast.walk(ast.parse(script.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        if isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module.partition(".")[0])
    return names


def stands(name: str) -> bool:
    """Whether a script of the bench finds a module: beside it, or installed."""
    beside = (BENCH / f"{name}.py").exists() or (BENCH / name).is_dir()
    return beside or (name in sys.stdlib_module_names or _installed(name))


def _installed(name: str) -> bool:
    """Whether it comes from outside the tree, or is the package."""
    spec = find_spec(name)
    place = Path(spec.origin).parent if spec and spec.origin else None
    inside = place is not None and ROOT / "tests" in [place, *place.parents]
    return name == "aupkeep" or (place is not None and not inside)


def test_benchmarks_import_what_is_there():
    """A module that moves takes its benchmark along; peers are installed by who compares."""
    others = ("peer", "hostile")  # the latter looks for its cases among the tests
    scripts = [path for path in BENCH.glob("*.py") if not any(word in path.stem for word in others)]
    assert len(scripts) > 10
    wrong = {path.name: [name for name in imported(path) if not stands(name)] for path in scripts}
    assert {name: left for name, left in wrong.items() if left} == {}


def test_documents_name_scripts_that_exist():
    """Each `bench/….py` and `tests/….py` in a document or recipe is a file."""
    named = {(path.name, name) for path in TEXTS for name in NAMED.findall(path.read_text("utf-8"))}
    assert sorted(pair for pair in named if not (ROOT / pair[1]).exists()) == []
