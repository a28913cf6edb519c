"""`docs/invariants.md` leads from each invariant to tests that hold it.

`AUPKEEP_ACCEPT=1 pytest tests/gates/test_invariants_listed.py` writes the last column anew.
"""

import os
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs/invariants.md"
ROW = re.compile(r"^(\| (\d+) \|.*\|) ([^|]+) \|$", re.MULTILINE)
NUMBERS = range(1, 16)
TEST = re.compile(r"^ *(?:async )?def test_invariant_(\d\d)_", re.MULTILINE)


def test_every_invariant_leads_to_its_tests():
    """Each stands there; each file named holds a test of that invariant."""
    held: dict[int, set[str]] = {number: set() for number in NUMBERS}
    for path in sorted((ROOT / "tests").rglob("*.py")):
        for number in TEST.findall(path.read_text("utf-8")):
            held[int(number)].add(str(path.relative_to(ROOT / "tests")))
    text = PAGE.read_text("utf-8")
    if os.environ.get("AUPKEEP_ACCEPT"):
        shown = {n: ", ".join(f"`{file}`" for file in sorted(files)) for n, files in held.items()}
        text = ROW.sub(lambda row: f"{row[1]} {shown[int(row[2])]} |", text)
        PAGE.write_text(text, "utf-8")
    listed = {
        int(number): set(re.findall(r"`([^`]+)`", files)) for _, number, files in ROW.findall(text)
    }
    assert listed.keys() == held.keys()
    for number, files in listed.items():
        assert files, f"invariant {number} names no test"
        assert files <= held[number], f"invariant {number}: not in {sorted(files - held[number])}"
