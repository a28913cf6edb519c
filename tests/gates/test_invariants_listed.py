"""`docs/invariants.md` names, for each invariant, every file with a test of it and no other."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
ROW = re.compile(r"^\| (\d+) \|.*\| ([^|]+) \|$", re.MULTILINE)
TEST = re.compile(r"^ *(?:async )?def test_invariant_(\d\d)_", re.MULTILINE)


def test_every_invariant_names_its_tests():
    """All twelve stand there, each with at least one file."""
    text = (ROOT / "docs/invariants.md").read_text("utf-8")
    listed = {
        int(number): set(re.findall(r"`([^`]+)`", files)) for number, files in ROW.findall(text)
    }
    held: dict[int, set[str]] = {number: set() for number in range(1, 13)}
    for path in sorted((ROOT / "tests").rglob("*.py")):
        for number in TEST.findall(path.read_text("utf-8")):
            held[int(number)].add(str(path.relative_to(ROOT / "tests")))
    assert listed == held
    assert all(held.values())
