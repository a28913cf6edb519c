"""Systems at the edge of the lab: their settings, their harms, what is missing, what is left."""

import stat
import tomllib
from pathlib import Path

import pytest
from aupkeep_intercept.redirect import DRIVER as REDIRECT

from aupkeep.config.home import Home
from aupkeep.config.settings import load
from aupkeep.enforcement.driver import DriverContext
from aupkeep.enforcement.registry import driver_named
from aupkeep.lab.edge import systems
from aupkeep.lab.edge.harms import HARMS
from aupkeep.lab.edge.systems import SYSTEMS

pytestmark = pytest.mark.network


@pytest.fixture
def prepared(tmp_path: Path):
    """The settings of a lab over the systems that are here."""
    folder = tmp_path / "edge"
    yield tomllib.loads(systems.prepare(folder))["enforcement"]["targets"]
    systems.remove(folder)


def test_each_target_is_one_that_its_driver_opens(prepared, tmp_path: Path):
    """The settings are read as an operator's are, and every driver takes its options."""
    (tmp_path / "aupkeep.toml").write_text(systems.prepare(tmp_path / "again"))
    try:
        targets = load(Home(tmp_path)).enforcement.all_targets()
        assert [target.name for target in targets] == [row["name"] for row in prepared]
        for target in targets:
            options = target.open_options()
            context = DriverContext(folder=tmp_path, now=lambda: None, options=options)
            assert driver_named(target.driver).open(context)
    finally:
        systems.remove(tmp_path / "again")


def test_each_harm_is_stopped_by_a_driver_that_can():
    """The driver of each row carries its measure, and its system is one that is started."""
    for harm in HARMS.values():
        assert harm.system in SYSTEMS
        for name in harm.driver.split(", "):
            driver = REDIRECT if name == REDIRECT.name else driver_named(name)
            assert harm.measure in driver.able.measures, harm.name


def test_a_program_that_is_missing_is_named(monkeypatch: pytest.MonkeyPatch):
    """With Debian's package, so that a reader can install it."""
    monkeypatch.setattr(systems.shutil, "which", lambda *_, **__: None)
    said = {name: system.missing() for name, system in SYSTEMS.items()}
    assert said["nginx"] == "the program 'nginx' is missing (Debian: nginx)"
    assert said["bird"] == "the program 'bird' is missing (Debian: bird2)"
    assert [row for row in systems.prepare(Path("/nowhere")).splitlines() if "name =" in row] == [
        'name = "router"'
    ]


@pytest.mark.root
def test_postfix_can_go_where_its_files_are(prepared, tmp_path: Path):
    """Whatever the folder of the lab lets others do; nothing of it is left afterwards."""
    folder = systems.place(tmp_path / "edge", "postfix")
    if SYSTEMS["postfix"].missing():
        pytest.skip("postfix is not installed")
    assert not folder.is_relative_to(tmp_path)
    for path in (folder, folder / "etc", folder / "queue"):
        assert stat.S_IMODE(path.stat().st_mode) == 0o755
    systems.remove(tmp_path / "edge")
    assert not folder.exists()
