"""The tiers together run every test, and each is run by a recipe of the justfile."""

import re
from pathlib import Path

import pytest

import tiers

ROOT = Path(__file__).resolve().parents[2]


def recipes() -> set[str]:
    """The tiers and stages that `just check`, `just test` and `just nightly` run."""
    text = (ROOT / "justfile").read_text("utf-8")
    (night,) = re.findall(r'^stages := "(.*)"$', text, re.MULTILINE)
    assert "pytest --tier nightly:{{stage}} " in text
    assert "pytest --tier {{tier}} " in text
    stages = {
        f"nightly:{stage}"
        for stage in night.split()
        if stage not in ("audit", "contract", "mutants")
    }
    return stages | set(re.findall(r'\(tests "([a-z]+)"(?: "\d")?\)', text))


def test_recipes_run_every_stage():
    """The justfile names the tiers and stages that `tiers` knows, and no others."""
    assert recipes() == {"check", "test", *(f"nightly:{stage}" for stage in tiers.STAGES)}


@pytest.mark.slow
def test_tiers_together_run_every_test(request):
    """Each test of this run's collection is in a tier that a recipe runs."""
    left = [
        item.nodeid
        for item in request.config.stash[tiers.ITEMS]
        if not any(tiers.holds(tier, item) for tier in recipes())
    ]
    assert left == []


def test_check_is_a_part_of_test(request):
    """What `just check` runs, `just test` runs too, and at night with other seeds."""
    for item in request.config.stash[tiers.ITEMS]:
        if tiers.holds("check", item):
            assert tiers.holds("test", item), item.nodeid
            assert tiers.holds("nightly:seeds", item), item.nodeid


def test_marks_name_stages(request):
    """A mark with a misspelt stage would take a test out of every tier."""
    for item in request.config.stash[tiers.ITEMS]:
        for name in ("nightly", "again"):
            assert tiers._stages(item, name) <= set(tiers.STAGES), item.nodeid


def test_unknown_tier_is_an_error(request):
    """A misspelt tier runs nothing silently."""
    for tier in ("tset", "nightly:cores"):
        with pytest.raises(KeyError):
            tiers.holds(tier, request.node)


def test_collected_whole(request):
    """The gate collects every folder of tests, so that the proof above is about all of them."""
    paths = {item.path for item in request.config.stash[tiers.ITEMS]}
    if [Path(word).name for word in request.config.args] == request.config.getini("testpaths"):
        assert paths == set((ROOT / "tests").rglob("test_*.py"))
