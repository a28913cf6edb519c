"""Each forbidden import is planted in a copy of the tree and seen to fail its contract."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
PLANTS = {
    "a sibling": ("policy/planted.py", "import aupkeep.casework", "Imports point down"),
    "upwards": ("model/planted.py", "import aupkeep.app", "Imports point down"),
    "inside a function": ("notify/planted.py", "def f():\n    import aupkeep.store", "Imports"),
    "under TYPE_CHECKING": (
        "evidence/planted.py",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import aupkeep.web",
        "Imports point down",
    ),
    "a new room nobody placed": ("attic/__init__.py", "", "Imports point down"),
    "the middle from the edge": ("cli/planted.py", "import aupkeep.policy", "only through app"),
    "a socket in the core": ("casework/planted.py", "import socket", "pure core"),
    "a clock in the core": ("model/planted.py", "import time", "pure core"),
    "a file in a parser": ("intake/parsers/planted.py", "import pathlib", "pure core"),
    "a package in the model": ("model/planted.py", "import jinja2", "standard library only"),
    "a later step of the road": ("app/reading/planted.py", "import aupkeep.app.deciding", "of app"),
    "a step nobody placed": ("app/attic/__init__.py", "", "The folders of app"),
    "Django outside its rooms": ("app/planted.py", "import django", "Django lives only"),
    "a cycle of files": (
        "policy/planted.py",
        "import aupkeep.policy.planted2",
        "no cycles",
    ),
}


def contracts(source: Path) -> subprocess.CompletedProcess[str]:
    """Run the import contracts over a tree."""
    tool = Path(sys.executable).with_name("lint-imports")
    return subprocess.run(
        [tool, "--no-cache", "--config", ROOT / ".importlinter"],
        cwd=source,
        env={**os.environ, "PYTHONPATH": str(source)},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of src without what was built."""
    if not Path(sys.executable).with_name("lint-imports").exists():
        pytest.skip("import-linter is not installed; .[dev] brings it")
    copy = tmp_path_factory.mktemp("tree") / "src"
    shutil.copytree(ROOT / "src", copy, ignore=shutil.ignore_patterns("built", "__pycache__"))
    return copy


def test_the_tree_keeps_them(tree):
    """Unplanted, every contract is kept."""
    result = contracts(tree)
    assert result.returncode == 0, result.stdout


BY_DAY = (
    "a sibling",
    "upwards",
    "inside a function",
    "a cycle of files",
    "Django outside its rooms",
)


@pytest.mark.parametrize(
    "name",
    [
        name if name in BY_DAY else pytest.param(name, marks=pytest.mark.nightly("core"))
        for name in PLANTS
    ],
)
def test_plant_is_caught(tree, name):
    """A planted import fails the contract that forbids it."""
    file, text, contract = PLANTS[name]
    path = tree / "aupkeep" / file
    beside = path.with_name("planted2.py")
    made = not path.parent.exists()
    path.parent.mkdir(exist_ok=True)
    path.write_text(f'"""Planted."""\n{text}\n')
    beside.write_text('"""Planted."""\nimport aupkeep.policy.planted\n' if "cycle" in name else "")
    try:
        result = contracts(tree)
    finally:
        path.unlink()
        beside.unlink()
        if made:
            path.parent.rmdir()
    assert result.returncode == 1, result.stdout
    broken = [line for line in result.stdout.splitlines() if "BROKEN" in line]
    assert any(contract in line for line in broken), result.stdout


def test_bans_what_imports_cannot_show(tmp_path):
    """An import by string, a clock and a random number in a pure room are ruff errors."""
    ruff = Path(sys.executable).with_name("ruff")
    if not ruff.exists():
        pytest.skip("ruff is not installed; .[dev] brings it")
    planted = tmp_path / "src" / "aupkeep" / "policy" / "planted.py"
    planted.parent.mkdir(parents=True)
    planted.write_text(
        "import importlib\nimport random\nfrom datetime import datetime\n"
        "importlib.import_module('aupkeep.store')\nrandom.random()\ndatetime.now()\nopen('x')\n"
    )
    result = subprocess.run(
        [ruff, "check", "--config", ROOT / "pyproject.toml", "--output-format", "concise", planted],
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.stdout.count("TID251") >= 3
    assert "PTH123" in result.stdout
