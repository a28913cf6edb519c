"""Systems at the edge of the lab: their settings, their harms, what is missing, what is left."""

import pkgutil
import stat
import tomllib
from pathlib import Path

import pytest
from aupkeep_intercept.redirect import DRIVER as REDIRECT

from aupkeep.config.home import Home
from aupkeep.config.settings import load
from aupkeep.enforcement import drivers
from aupkeep.enforcement.driver import DriverContext
from aupkeep.enforcement.registry import driver_named, known_drivers
from aupkeep.lab.edge import running, system
from aupkeep.lab.edge.running import HARMS, SYSTEMS

pytestmark = pytest.mark.network


@pytest.fixture
def prepared(tmp_path: Path):
    """The settings of a lab over the systems that are here."""
    folder = tmp_path / "edge"
    yield tomllib.loads(running.prepare(folder))["enforcement"]["targets"]
    running.remove(folder)


def test_each_target_is_one_that_its_driver_opens(prepared, tmp_path: Path):
    """The settings are read as an operator's are, and every driver takes its options."""
    (tmp_path / "aupkeep.toml").write_text(running.prepare(tmp_path / "again"))
    try:
        targets = load(Home(tmp_path)).enforcement.all_targets()
        assert [target.name for target in targets] == [row["name"] for row in prepared]
        for target in targets:
            options = target.open_options()
            context = DriverContext(folder=tmp_path, now=lambda: None, options=options)
            assert driver_named(target.driver).open(context)
    finally:
        running.remove(tmp_path / "again")


def test_each_harm_is_stopped_by_a_driver_that_can():
    """The driver of each row carries its measure."""
    for harm in HARMS.values():
        for name in harm.driver.split(", "):
            driver = REDIRECT if name == REDIRECT.name else driver_named(name)
            assert harm.measure in driver.able.measures, harm.name


def test_each_driver_has_a_row():
    """Live, or with a sentence that says where its system runs; `record` and `webhook` have none.

    The router's own rows are nftables'.
    """
    named = {name for harm in HARMS.values() for name in harm.driver.split(", ")}
    ours = {module.name.replace("_", "-") for module in pkgutil.iter_modules(drivers.__path__)}
    assert {*known_drivers()} >= ours
    assert named | {"record", "webhook"} >= ours
    why = {name: SYSTEMS[name].missing() for name in ("openstack", "octavia", "ceph")}
    for name, stage in {"openstack": "openstack", "octavia": "octavia", "ceph": "content"}.items():
        assert "just" in (why[name] or "")
        assert f"{stage}'" in (why[name] or "")


def test_a_program_that_is_missing_is_named(monkeypatch: pytest.MonkeyPatch):
    """With the one command that installs all that its system needs."""
    monkeypatch.setattr(system.shutil, "which", lambda *_, **__: None)
    said = {name: edge.missing() for name, edge in SYSTEMS.items()}
    assert said["nginx"] == "the program 'nginx' is missing (Debian: apt-get install nginx)"
    assert said["bird"] == "the program 'bird' is missing (Debian: apt-get install bird2 hping3)"
    assert said["frr"] == (
        "the program '/usr/lib/frr/mgmtd' is missing (Debian: apt-get install frr hping3)"
    )
    assert said["libvirt"] == (
        "the program 'libvirtd' is missing (Debian: apt-get install libvirt-daemon libvirt-clients)"
    )
    assert all(said[name] for name in said if name != "redirect")
    assert [row for row in running.prepare(Path("/nowhere")).splitlines() if "name =" in row] == [
        'name = "router"'
    ]


@pytest.mark.root
def test_postfix_can_go_where_its_files_are(prepared, tmp_path: Path):
    """Whatever the folder of the lab lets others do; nothing of it is left afterwards."""
    folder = running.place(tmp_path / "edge", SYSTEMS["postfix"])
    if SYSTEMS["postfix"].missing():
        pytest.skip("postfix is not installed")
    assert not folder.is_relative_to(tmp_path)
    for path in (folder, folder / "etc", folder / "queue"):
        assert stat.S_IMODE(path.stat().st_mode) == 0o755
    running.remove(tmp_path / "edge")
    assert not folder.exists()
