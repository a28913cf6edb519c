"""The recipe of docs/adding/detector.md works: one module, samples, and no file is edited."""

from pathlib import Path

import pytest

from samples.copied import block, copy_of, run

pytestmark = pytest.mark.slow
TESTS = ("tests/samples/test_detectors.py", "tests/samples/test_detector_table.py")
QUIET = """\
says = "who is on duty, asked at five machines"

[[flows]]
src = "192.0.2.7"
dst = "198.51.100.1"
dst_step = 1
count = 5
every = 9000
sport_step = 1
dport = 79
flags = "S"
"""


def test_recipe_adds_a_detector(tmp_path: Path):
    """The page's module sees the page's sample; the general tests and the page's table hold."""
    copy = copy_of(tmp_path, *TESTS, "docs", "bench", "tests/samples/telemetry")
    module = copy / "src/aupkeep/telemetry/detectors/finger_fanout.py"
    module.write_text(block("detector.md", '"""Finger fan-out'), "utf-8")
    lacking = run(copy, TESTS[0], "-k", "finger")
    assert "no loud sample in" in lacking, "a detector without samples is found out"
    folder = copy / "tests/samples/telemetry/finger-fanout"
    folder.mkdir()
    (folder / "loud.toml").write_text(block("detector.md", 'says = "a worm of 1988"'))
    (folder / "quiet-few.toml").write_text(QUIET)
    ended = run(copy, *TESTS, "--tier", "test", "-k", "finger or page or figures")
    assert " passed" in ended, ended
    assert "failed" not in ended, ended
    asked = run(copy, TESTS[1], "--tier", "nightly:pages")
    assert "finger-fanout" in asked, "the night asks for it"
