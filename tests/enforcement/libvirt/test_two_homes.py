"""Two homes on one libvirt: a domain's metadata say whose it is; on the double, at night virsh."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from aupkeep.enforcement.driver import DriverContext
from aupkeep.enforcement.drivers import libvirt
from aupkeep.enforcement.drivers.libvirt import DRIVER
from aupkeep.enforcement.guard import GuardedDriver
from aupkeep.model.action import Action
from aupkeep.model.errors import DriverRefused
from aupkeep.model.ladder import Measure
from enforcement.contract import put
from enforcement.libvirt.double import DoubleLibvirt, TestDriver, aim, domain_of
from enforcement.orders import FOUR, Clock, order

SUSPEND, ISOLATE = Measure.SUSPEND_RESOURCE, Measure.ISOLATE
VM = domain_of(FOUR)
OURS, THEIRS = "kvm1:0a0a0a0a", "kvm1:0b0b0b0b"
Homes = Callable[..., GuardedDriver]


@pytest.fixture
def double(monkeypatch) -> DoubleLibvirt:
    made = DoubleLibvirt()
    monkeypatch.setattr(libvirt.subprocess, "run", made.run)
    return made


@pytest.fixture
def home(tmp_path: Path) -> Homes:
    """Open the driver for one of two homes, which have the same name for their target."""

    def opened(owner: str, *more: str) -> GuardedDriver:
        folder = tmp_path / owner.replace(":", "-")
        folder.mkdir(exist_ok=True)
        ours = {owner, *more}.__contains__
        return DRIVER.open(DriverContext(folder=folder, now=Clock(), owner=owner, of_home=ours))

    return opened


def suspended(number: int = 1) -> Action:
    return order(SUSPEND, driver="libvirt", aim=aim(SUSPEND), number=number)


def isolated(number: int = 3) -> Action:
    return order(ISOLATE, driver="libvirt", aim=aim(ISOLATE), number=number)


def test_a_domain_that_another_home_holds_is_refused(home: Homes, double: DoubleLibvirt):
    """By either measure; nothing changes and nothing is remembered. Afterwards it may."""
    place = put(home(THEIRS), suspended(2))
    domain = double.domains[VM]
    assert domain.metadata == f"<hold target='{THEIRS}'/>"
    for action in (suspended(), isolated()):
        with pytest.raises(DriverRefused, match=f"another home holds it: {THEIRS}"):
            put(home(OURS), action)
    assert (domain.state, domain.links["52:54:00:00:00:01"]) == ("paused", "up")
    assert home(OURS).observe() == ()
    home(THEIRS).revert(place, suspended(2).id)
    assert (domain.state, domain.metadata) == ("running", "")
    put(home(OURS), isolated())
    assert domain.links["52:54:00:00:00:01"] == "down"


def test_the_word_goes_with_the_last_measure(home: Homes, double: DoubleLibvirt):
    first, second = put(home(OURS), suspended()), put(home(OURS), isolated())
    home(OURS).revert(first, suspended().id)
    assert OURS in double.domains[VM].metadata
    home(OURS).revert(second, isolated().id)
    assert double.domains[VM].metadata == ""
    assert double.domains[VM].state == "running"


def test_a_word_that_a_restart_took_is_put_back(home: Homes, double: DoubleLibvirt):
    """The hold is not whole until it stands again."""
    put(home(OURS), suspended())
    double.domains[VM].metadata = ""
    assert home(OURS).observe()[0].expires is None
    put(home(OURS), suspended())
    assert OURS in double.domains[VM].metadata
    assert home(OURS).observe()[0].expires is not None


def test_what_another_home_took_over_is_left(home: Homes, double: DoubleLibvirt):
    """Ours ends without anything being given back, and it is said."""
    place = put(home(OURS), suspended())
    double.domains[VM].metadata = f'<hold xmlns="urn:aupkeep:hold" target="{THEIRS}"/>'
    with pytest.raises(DriverRefused, match="another home"):
        put(home(OURS), suspended())
    receipt = home(OURS).revert(place, suspended().id)
    assert THEIRS in receipt.proof
    assert double.domains[VM].state == "paused"
    assert THEIRS in double.domains[VM].metadata
    assert home(OURS).observe() == ()


def test_a_key_that_was_replaced_is_ours(home: Homes, double: DoubleLibvirt, tmp_path: Path):
    """The old key's word is ours, and becomes the new one's."""
    place = put(home(OURS), suspended())
    shutil.copy(tmp_path / "kvm1-0a0a0a0a" / "libvirt.json", tmp_path)
    fresh = home("kvm1:0c0c0c0c", OURS)
    (tmp_path / "libvirt.json").rename(tmp_path / "kvm1-0c0c0c0c" / "libvirt.json")
    put(fresh, suspended())
    assert "0c0c0c0c" in double.domains[VM].metadata
    fresh.revert(place, suspended().id)
    assert (double.domains[VM].state, double.domains[VM].metadata) == ("running", "")


def test_a_domain_that_moved_to_another_host_of_ours(home: Homes, double: DoubleLibvirt):
    """Its metadata came with it and name the host it came from: it is held, and free at the end."""
    first = home(OURS, "kvm2:0a0a0a0a")
    put(first, suspended())
    second = home("kvm2:0a0a0a0a", OURS)
    place = put(second, suspended(2))
    assert OURS in double.domains[VM].metadata  # else two agents that see it would take turns
    assert second.observe()[0].expires is not None
    second.revert(place, suspended(2).id)
    assert double.domains[VM].metadata == ""


@pytest.mark.parametrize("lack", ["bare", "shut"])
def test_a_libvirt_without_metadata_carries_no_word(home: Homes, double: DoubleLibvirt, lack: str):
    """Where there are none, or rights to write none: it holds and gives back as before."""
    setattr(double, lack, True)
    place = put(home(OURS), suspended())
    assert home(OURS).observe()[0].expires is not None
    home(OURS).revert(place, suspended().id)
    assert double.domains[VM].state == "running"


@pytest.mark.nightly("bgp")
def test_on_libvirts_own_driver(home: Homes, monkeypatch, tmp_path: Path):
    """Real virsh: set, read back, refused to the other, taken away."""
    if not shutil.which("virsh"):
        pytest.skip("virsh: apt-get install libvirt-clients")
    real = TestDriver(tmp_path, [VM])
    monkeypatch.setattr(libvirt.subprocess, "run", real.run)
    monkeypatch.setattr(libvirt, "ABLE", replace(libvirt.ABLE, measures=frozenset({SUSPEND})))
    place = put(home(THEIRS), suspended(2))
    with pytest.raises(DriverRefused, match=f"another home holds it: {THEIRS}"):
        put(home(OURS), suspended())
    home(THEIRS).revert(place, suspended(2).id)
    place = put(home(OURS), suspended())
    home(OURS).revert(place, suspended().id)
    assert home(OURS).observe() == ()
    real.close()
