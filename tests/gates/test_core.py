"""Deleting a room's core function turns the story of the road red: no room is decoration."""

import ast
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
STORY = ROOT / "tests" / "app" / "test_road.py"
CORES = {
    "inventory": ("inventory/attribution.py", "holder_at"),
    "intake": ("intake/extract/findings.py", "extract"),
    "casework": ("casework/permit.py", "permit"),
    "policy": ("policy/engine.py", "rulings"),
    "enforcement": ("enforcement/desired.py", "sign"),
    "evidence": ("evidence/leaf.py", "commitment"),
    "notify": ("notify/render.py", "render"),
    "store": ("store/cases.py", "claims"),
}
pytestmark = [pytest.mark.slow, pytest.mark.network, pytest.mark.nightly("core")]


def story(source: Path) -> subprocess.CompletedProcess[str]:
    """Run the story on SQLite against a tree of sources, as if nobody ran it from a test."""
    outer = {"AUPKEEP_HOME", "AUPKEEP_DATABASE", "DJANGO_SETTINGS_MODULE"}
    clean = {
        name: value
        for name, value in os.environ.items()
        if name not in outer and not name.startswith("PYTEST_")  # a worker's home is not its own
    }
    options = ["-q", "-x", "-p", "no:cacheprovider", "-k", "sqlite"]
    return subprocess.run(
        [sys.executable, "-m", "pytest", *options, STORY],
        cwd=ROOT,
        env={**clean, "PYTHONPATH": str(source)},
        check=False,
        capture_output=True,
        text=True,
    )


@pytest.fixture(scope="module")
def tree(tmp_path_factory) -> Path:
    """A copy of the sources that comes before the installed ones."""
    copy = tmp_path_factory.mktemp("core") / "src"
    shutil.copytree(ROOT / "src", copy, ignore=shutil.ignore_patterns("__pycache__", "built"))
    return copy


def without(text: str, name: str) -> str:
    """The module with one function's body gone: it answers nothing, whatever it is asked."""
    module = ast.parse(text)
    (core,) = [one for one in module.body if isinstance(one, ast.FunctionDef) and one.name == name]
    core.body = [ast.Pass()]
    return ast.unparse(module)


def test_story_is_green(tree):
    """Untouched, the copied tree tells the story; so what turns it red is the deletion."""
    done = story(tree)
    assert done.returncode == 0, done.stdout[-2000:]
    assert "passed" in done.stdout


@pytest.mark.parametrize("room", CORES)
def test_story_turns_red(tree, room):
    """Without its core function a room cannot be missed."""
    file, name = CORES[room]
    path = tree / "aupkeep" / file
    whole = path.read_text("utf-8")
    path.write_text(without(whole, name), "utf-8")
    try:
        done = story(tree)
    finally:
        path.write_text(whole, "utf-8")
    assert done.returncode == 1, f"{room}: the story did not notice\n{done.stdout[-2000:]}"
    assert "failed" in done.stdout or "error" in done.stdout
