"""The recipes for a source, a driver and a reporter work as written, and no file is edited."""

import json
from pathlib import Path

import pytest

from samples.copied import block, copy_of, run

pytestmark = [pytest.mark.slow, pytest.mark.nightly("pages")]
LEASES = """\
example ipam 3
203.0.113.7|kari|web|2026-01-01T00:00:00Z|
203.0.113.999|kari|web|2026-01-01T00:00:00Z|
203.0.113.8
"""
MAIL = """\
From: alerts@cert.example
Subject: somebody guesses passwords
Date: Sun, 01 Mar 2026 12:00:00 +0000

Source: 192.0.2.7:40022
Seen: 2026-03-01 11:58:00
"""


def holds(copy: Path, *words: str) -> None:
    """These tests pass there."""
    ended = run(copy, *words)
    assert " passed" in ended, ended
    assert "failed" not in ended, ended


def test_recipe_adds_a_source(tmp_path: Path):
    """The page's module reads a sample, broken rows too, and random bytes."""
    test = "tests/inventory/test_sources.py"
    copy = copy_of(tmp_path, test, "tests/samples/inventory")
    module = copy / "src/aupkeep/inventory/sources/example_ipam.py"
    module.write_text(block("source.md", '"""Leases of the Example IPAM'), "utf-8")
    folder = copy / "tests/samples/inventory/example-ipam"
    folder.mkdir()
    (folder / "sample.txt").write_text(LEASES)
    run(copy, test, "-k", "example-ipam", AUPKEEP_ACCEPT="1")
    good, *dead = json.loads((folder / "expected.json").read_text("utf-8"))
    assert (good["prefix"], good["customer"]) == ("203.0.113.7/32", "kari")
    assert [row["row"] for row in dead] == [3, 4]
    holds(copy, test)


def test_recipe_adds_a_driver(tmp_path: Path):
    """The page's class passes the contract suite by the page's own test."""
    copy = copy_of(tmp_path, "tests/enforcement")
    module = copy / "src/aupkeep/enforcement/drivers/example.py"
    module.write_text(block("driver.md", '"""The Example appliance, which'), "utf-8")
    test = copy / "tests/enforcement/test_example.py"
    test.write_text(block("driver.md", '"""The Example appliance holds'), "utf-8")
    holds(copy, "tests/enforcement/test_example.py")


def test_recipe_adds_a_reporter(tmp_path: Path):
    """The page's file reads a sample, alone."""
    tests = ("tests/samples/test_reporters.py", "tests/samples/test_formats.py")
    folders = ("docs", "tests/samples/intake", "tests/samples/reporters")
    copy = copy_of(tmp_path, *tests, *folders)
    profile = copy / "src/aupkeep/intake/reporters/example-cert.yaml"
    profile.write_text(block("reporter.md", "name: example-cert"), "utf-8")
    folder = copy / "tests/samples/reporters/example-cert"
    folder.mkdir()
    (folder / "login.eml").write_text(MAIL)
    run(copy, tests[0], "-k", "example-cert", AUPKEEP_ACCEPT="1")
    ((reading),) = json.loads((folder / "login.eml.expected.json").read_text("utf-8"))
    assert reading["profile"] == "example-cert"
    assert [claim["at"] for claim in reading["findings"]] == ["2026-03-01T10:58:00Z"]
    holds(copy, *tests, "--tier", "test")


def test_recipe_adds_a_probe(tmp_path: Path):
    """The page's module answers as the page's samples say."""
    test = "tests/probes/test_samples.py"
    copy = copy_of(tmp_path, test, "tests/samples/probes")
    module = copy / "src/aupkeep/probes/kinds/open_finger.py"
    module.write_text(block("probe.md", '"""Does the finger service'), "utf-8")
    folder = copy / "tests/samples/probes/open-finger"
    folder.mkdir()
    sample = block("probe.md", 'says = "a finger service')
    (folder / "there.toml").write_text(sample, "utf-8")
    (folder / "gone.toml").write_text(sample.replace("accepted", "refused"), "utf-8")
    holds(copy, test)
