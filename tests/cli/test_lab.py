"""`aupkeep lab`: what it says where none runs, and attacks from their first sight to their end."""

import os
import tomllib
from pathlib import Path

import pytest

from aupkeep.lab.attacks import ATTACKS
from aupkeep.lab.edge.running import HARMS, SYSTEM_OF
from aupkeep.lab.exporters import missing
from aupkeep.lab.namespaces import available

EXTRA = Path(__file__).parents[2] / "extras/intercept"
FIELDS = {"attack", "finding_s", "drop_s", "restore_s", "others_touched", "driver"}


@pytest.mark.parametrize("words", [("show",), ("attack", "flood"), ("down",)])
def test_without_a_lab_it_says_how_to_start_one(bare, words):
    """Nothing is made by asking; the exit code is that of what is not there."""
    ended = bare("lab", *words)
    assert (ended.code, "aupkeep lab up" in ended.error["message"]) == (4, True)
    assert not (bare.home / "lab").exists()


@pytest.mark.root
@pytest.mark.network
@pytest.mark.slow
def test_an_attack_is_found_dropped_and_restored(process):
    """The row of the flood has its times and touches nobody; the others are untried."""
    if reason := (available() or missing(["pmacctd"]) or ATTACKS["flood"].missing()):
        pytest.skip(reason)
    rows = process("lab", "up").value
    try:
        assert [row["attack"] for row in rows] == [*ATTACKS, *HARMS]
        assert all(set(row) >= FIELDS and row["finding_s"] is None for row in rows)
        assert process("lab", "up").code == 5
        assert process("lab", "attack", "worm").code == 2
        (flood,) = process("lab", "attack", "flood").value
        assert 0 < flood["finding_s"] < flood["drop_s"] < 90  # on a busy machine
        assert (flood["driver"], flood["others_touched"]) == ("nftables", [])
        assert 0 <= flood["restore_s"] < 90
        shown = {row["attack"]: row for row in process("lab", "show").value}
        assert (shown["flood"], shown["mail"]["finding_s"]) == (flood, None)
    finally:
        last = process("lab", "down")
    assert last.code == 0
    assert process("lab", "show").code == 4


@pytest.mark.root
@pytest.mark.network
@pytest.mark.nightly("content")
def test_each_harm_ends_and_comes_back(process, tmp_path, monkeypatch):
    """Seen from outside: it goes on, it is stopped, it goes on again; all others are served."""
    _install_extra(tmp_path / "extra", monkeypatch)
    if reason := (available() or missing(["pmacctd"])):
        pytest.skip(reason)
    rows = {row["attack"]: row for row in process("lab", "up").value}
    try:
        lacking = {name: rows[name]["missing"] for name in HARMS if rows[name]["missing"]}
        assert lacking == {name: SYSTEM_OF[name].missing() for name in lacking}, (
            "what is here starts"
        )
        for name in HARMS.keys() - lacking.keys():
            attacked = process("lab", "attack", name)
            assert attacked.code == 0, (name, attacked.error)
            (row,) = attacked.value
            print(row)  # noqa: T201 - figures for the log
            assert row["others_touched"] == [], name
            assert 0 <= row["finding_s"] < row["drop_s"] < 60, name
            assert 0 <= row["restore_s"] < 60, name
            assert set(HARMS[name].driver.split(", ")) <= set(row["driver"].split(", ")), name
    finally:
        process("lab", "down")


def _install_extra(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The interception's drivers as its installed package names them, for this test alone."""
    project = tomllib.loads((EXTRA / "pyproject.toml").read_text())["project"]
    info = folder / "aupkeep_intercept-0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text(f"Name: {project['name']}\nVersion: {project['version']}\n")
    lines = [f"{name} = {place}" for group in project["entry-points"].values()
             for name, place in group.items()]  # fmt: skip
    (info / "entry_points.txt").write_text("\n".join(["[aupkeep.enforcement.drivers]", *lines]))
    monkeypatch.syspath_prepend(str(folder))
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(folder), str(EXTRA / "src")]))
