"""The recipe of docs/adding/feed.md works: one module and one sample, and no file is edited."""

import re
import shutil
from pathlib import Path

import pytest

from samples.copied import run

ROOT = Path(__file__).resolve().parents[2]
ROOM = "tests/samples"
SAMPLE = """\
# Example Honeynet, one address a line
203.0.113.61|2026-03-01 11:00:00
198.51.100.61|2026-03-01 11:00:00
203.0.113.62
"""


@pytest.fixture
def copy(tmp_path) -> Path:
    """A copy of the tree, with nothing that was built."""
    unwanted = shutil.ignore_patterns("built", "__pycache__")
    for name in ("src", "docs"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=unwanted)
    (tmp_path / "tests" / "samples").mkdir(parents=True)
    for name in ("conftest.py", "databases.py", "samples/test_feeds.py"):
        shutil.copy(ROOT / "tests" / name, tmp_path / "tests" / name)
    shutil.copytree(ROOT / "tests" / "samples" / "feeds", tmp_path / "tests" / "samples" / "feeds")
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def test_recipe_adds_a_feed(copy):
    """The page's own module reads a sample, and every general test runs on it."""
    page = (copy / "docs" / "adding" / "feed.md").read_text("utf-8")
    (block,) = re.findall(r'^    """Example Honeynet.*?^    \)$', page, re.DOTALL | re.MULTILINE)
    module = re.sub(r"^ {4}", "", block, flags=re.MULTILINE)
    (copy / "src/aupkeep/intake/feeds/honeynet.py").write_text(module + "\n", "utf-8")
    assert "no sample in" in run(copy, ROOM), "a feed without a sample is found out"
    folder = copy / "tests/samples/feeds/honeynet"
    folder.mkdir()
    (folder / "logins.txt").write_text(SAMPLE)
    assert "failed" not in run(copy, ROOM, AUPKEEP_ACCEPT="1")
    expected = (folder / "logins.txt.expected.json").read_text()
    assert '"203.0.113.61"' in expected
    assert "expected address|time" in expected
    assert "198.51.100.61" not in expected
    assert "failed" not in run(copy, ROOM)
