"""The recipe of docs/adding/log.md works: one module and one sample, and no file is edited."""

import json
from pathlib import Path

import pytest

from samples.copied import block, copy_of, run

pytestmark = [pytest.mark.slow, pytest.mark.nightly("pages")]
ROOM = ("-m", "not corpora", "tests/telemetry/logs/test_logs.py")
SAMPLE = """\
example firewall 1
1772366400.5|192.0.2.1|40000|198.51.100.1|22|3|180
no line
"""


def test_recipe_adds_a_kind_of_log(tmp_path: Path):
    """The page's own module reads a sample, and every general test runs on it."""
    copy = copy_of(tmp_path, "tests/telemetry/logs", "tests/samples/logs")
    module = block("log.md", '"""The Example firewall')
    (copy / "src/aupkeep/telemetry/logs/kinds/example.py").write_text(module, "utf-8")
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
