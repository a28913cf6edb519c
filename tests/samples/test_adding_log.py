"""The recipe of docs/adding/log.md works: one module and one sample, and no file is edited."""

import json
import re
import shutil
from pathlib import Path

import pytest

from samples.copied import run

ROOT = Path(__file__).resolve().parents[2]
ROOM = ("-m", "not corpora", "tests/telemetry/logs/test_logs.py")
SAMPLE = """\
example firewall 1
1772366400.5|192.0.2.1|40000|198.51.100.1|22|3|180
no line
"""


@pytest.fixture
def copy(tmp_path) -> Path:
    """A copy of the tree, with nothing that was built but the machine code."""
    shutil.copytree(ROOT / "src", tmp_path / "src", ignore=shutil.ignore_patterns("built"))
    (tmp_path / "tests" / "telemetry").mkdir(parents=True)
    shutil.copytree(ROOT / "tests/telemetry/logs", tmp_path / "tests/telemetry/logs")
    shutil.copytree(ROOT / "tests/samples/logs", tmp_path / "tests/samples/logs")
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def test_recipe_adds_a_kind_of_log(copy):
    """The page's own module reads a sample, and every general test runs on it."""
    page = (ROOT / "docs" / "adding" / "log.md").read_text("utf-8")
    (block,) = re.findall(
        r'^    """The Example firewall.*?^    \)$', page, re.DOTALL | re.MULTILINE
    )
    module = re.sub(r"^ {4}", "", block, flags=re.MULTILINE)
    (copy / "src/aupkeep/telemetry/logs/kinds/example.py").write_text(module + "\n", "utf-8")
    assert "test_every_kind_has_a_sample" in run(copy, *ROOM), (
        "a kind without a sample is found out"
    )
    folder = copy / "tests/samples/logs/example"
    folder.mkdir()
    (folder / "firewall.log").write_text(SAMPLE)
    assert "failed" not in run(copy, *ROOM, AUPKEEP_ACCEPT="1")
    told, dropped = map(
        json.loads, (folder / "firewall.log.expected.jsonl").read_text().splitlines()
    )
    assert (told["src"], told["dport"], told["sampling"]) == ("192.0.2.1", 22, None)
    assert dropped == {"dropped": {"unreadable_line": 1}}
    assert "failed" not in run(copy, *ROOM)
