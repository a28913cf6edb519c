"""Adding a parser is one module and one sample: the example of the page, installed and run."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from samples.copied import block

pytestmark = pytest.mark.slow
MAIL = b"""From: alerts@honeynet.example
Subject: an event
Date: Sun, 01 Mar 2026 12:00:00 +0000
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="edge"

--edge
Content-Type: text/plain

An event is attached.
--edge
Content-Type: application/json; name="event.json"
Content-Disposition: attachment; filename="event.json"

{"attacker": "192.0.2.9", "seen": "2026-03-01T11:58:00Z"}
--edge--
"""


def install(folder: Path) -> None:
    """The module as a package of its own, found by its entry point."""
    (folder / "honeynet_parser.py").write_text(
        block("parser.md", '"""Reports of the Example'), "utf-8"
    )
    told = folder / "honeynet_parser-1.dist-info"
    told.mkdir()
    (told / "METADATA").write_text("Metadata-Version: 2.1\nName: honeynet-parser\nVersion: 1\n")
    (told / "entry_points.txt").write_text(
        "[aupkeep.intake.parsers]\nhoneynet = honeynet_parser:PARSER\n"
    )


def parsed(folder: Path) -> dict[str, object]:
    """What `aupkeep parse` says of the sample, in a box, with that folder on the path."""
    path = os.pathsep.join([str(folder), *filter(None, sys.path)])
    done = subprocess.run(
        [sys.executable, "-m", "aupkeep", "parse", str(folder / "event.eml")],
        env={**os.environ, "PYTHONPATH": path, "AUPKEEP_HOME": str(folder / "home")},
        capture_output=True,
        check=True,
        text=True,
    )
    found: dict[str, object] = json.loads(done.stdout)
    return found


def test_the_parser_of_the_page_reads_its_sample(tmp_path: Path) -> None:
    (tmp_path / "event.eml").write_bytes(MAIL)
    assert parsed(tmp_path)["container"] != "honeynet"
    install(tmp_path)
    reading = parsed(tmp_path)
    assert (reading["container"], reading["outcome"]) == ("honeynet", "parsed")
    (finding,) = reading["findings"]
    assert (finding["address"], finding["kind"]) == ("192.0.2.9", "connection/port_scan")
    assert finding["at"] == "2026-03-01T11:58:00Z"
