"""In CI a skip is a failure; a test that another tier runs is no skip."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from samples.copied import ROOT, SUITE

pytestmark = pytest.mark.slow

PLANTED = """
import pytest
@pytest.mark.skip(reason="no kernel")
def test_skipped(): ...
def test_small(): ...
@pytest.mark.nightly("core")
def test_by_night(): ...
"""
WHOLE = "import pytest\npytest.skip('no browser', allow_module_level=True)\n"
LEFT = ("AUPKEEP_", "DJANGO_", "PYTEST_", "CI")


@pytest.fixture
def planted(tmp_path: Path):
    """Runs files of tests under the project's own conftest; its exit code and its words."""
    (tmp_path / "tests").mkdir()
    for name in SUITE:
        shutil.copy(ROOT / "tests" / name, tmp_path / "tests")
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    clean = {name: value for name, value in os.environ.items() if not name.startswith(LEFT)}

    def runs(text: str, *words: str, **more: str) -> tuple[int, str]:
        (tmp_path / "tests" / "test_planted.py").write_text(text)
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *words],
            cwd=tmp_path,
            env={**clean, "PYTHONPATH": str(ROOT / "src"), **more},
            capture_output=True,
            text=True,
            check=False,
        )
        return done.returncode, done.stdout

    return runs


def test_a_skip_fails_in_ci(planted):
    """Elsewhere it is only told."""
    assert planted(PLANTED, "--tier", "test")[0] == 0
    code, words = planted(PLANTED, "--tier", "test", CI="true")
    assert code == 1
    assert "1 passed, 1 deselected, 1 error" in words


def test_a_skipped_file_fails_in_ci(planted):
    """A file that leaves itself out is missed as much as a test that does."""
    code, words = planted(WHOLE, CI="true")
    assert code != 0
    assert "was skipped in CI" in words
