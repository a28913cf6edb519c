"""The recipe of docs/adding/feed.md works: one module and one sample, and no file is edited."""

from pathlib import Path

import pytest

from samples.copied import block, copy_of, run

pytestmark = pytest.mark.slow
ROOM = ("tests/samples/test_feeds.py", "--tier", "test")
SAMPLE = """\
# Example Honeynet, one address a line
203.0.113.61|2026-03-01 11:00:00
198.51.100.61|2026-03-01 11:00:00
203.0.113.62
"""


@pytest.mark.nightly("processes")
def test_recipe_adds_a_feed(tmp_path: Path):
    """The page's own module reads a sample, and every general test runs on it."""
    copy = copy_of(tmp_path, "docs", "tests/samples/test_feeds.py", "tests/samples/feeds")
    module = block("feed.md", '"""Example Honeynet')
    (copy / "src/aupkeep/intake/feeds/honeynet.py").write_text(module, "utf-8")
    assert "no sample in" in run(copy, *ROOM), "a feed without a sample is found out"
    folder = copy / "tests/samples/feeds/honeynet"
    folder.mkdir()
    (folder / "logins.txt").write_text(SAMPLE)
    assert "failed" not in run(copy, *ROOM, AUPKEEP_ACCEPT="1")
    expected = (folder / "logins.txt.expected.json").read_text()
    assert '"203.0.113.61"' in expected
    assert "expected address|time" in expected
    assert "198.51.100.61" not in expected
    ended = run(copy, *ROOM)
    assert " passed" in ended, ended
    assert "failed" not in ended, ended
