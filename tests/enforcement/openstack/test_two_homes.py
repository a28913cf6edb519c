"""Two homes on one cloud: what one holds, by a mark that no holder can write, the other leaves."""

from collections.abc import Callable
from pathlib import Path

import pytest

from aupkeep.enforcement.driver import DriverContext, by_place
from aupkeep.enforcement.drivers.openstack import DRIVER
from aupkeep.enforcement.guard import GuardedDriver
from aupkeep.enforcement.protect import NOTHING
from aupkeep.model.errors import DriverRefused
from aupkeep.model.ladder import Measure
from enforcement.contract import put
from enforcement.openstack.cloud import Cloud
from enforcement.openstack.conftest import credential_of
from enforcement.openstack.test_holds import about, isolated, suspended
from enforcement.orders import Clock

pytestmark = pytest.mark.network
OURS, THEIRS = "edge:0a0a0a0a", "edge:0b0b0b0b"
Homes = Callable[..., GuardedDriver]


@pytest.fixture
def home(cloud: Cloud, tmp_path: Path, clock: Clock) -> Homes:
    """Open the driver for one of two homes, which have the same name for their target."""

    def opened(owner: str, *more: str) -> GuardedDriver:
        folder = tmp_path / owner.replace(":", "-")
        folder.mkdir(exist_ok=True)
        ident, secret = credential_of(cloud, "keeper")
        options = {"auth_url": cloud.url, "credential_id": ident, "credential_secret": secret}
        ours = {owner, *more}.__contains__
        return DRIVER.open(
            DriverContext(folder=folder, now=clock, options=options, owner=owner, of_home=ours)
        )

    return opened


def test_a_machine_that_another_home_holds_is_refused(home: Homes, cloud: Cloud):
    """Suspended or isolated; nothing of it changes, nothing is remembered. Afterwards it may."""
    machine, free = cloud.machines[0], cloud.state()
    place = put(home(THEIRS), suspended(machine, number=2))
    held = cloud.state()
    assert held[machine.id][2].endswith(f" target {THEIRS}")
    for action in (suspended(machine), isolated(machine)):
        with pytest.raises(DriverRefused, match=f"another home holds .*{THEIRS}"):
            put(home(OURS), action)
    assert (cloud.state(), home(OURS).observe()) == (held, ())
    home(THEIRS).revert(place, suspended(machine, number=2).id)
    assert cloud.state() == free
    place = put(home(OURS), suspended(machine))
    home(OURS).revert(place, suspended(machine).id)
    assert cloud.state() == free


def test_an_isolation_that_ends_leaves_what_another_home_suspended_since(home: Homes, cloud: Cloud):
    """A port carries no word: the other home could not see the first. A person is told."""
    machine = cloud.machines[0]
    place = put(home(OURS), isolated(machine))
    put(home(THEIRS), suspended(machine, number=2))
    held = cloud.state()
    home(OURS).revert(place, isolated(machine).id)
    assert cloud.state() == held
    assert f"{THEIRS} holds the machine" in " ".join(home(OURS).prepare())
    assert home(THEIRS).observe()[0].expires is not None


def test_a_project_that_another_home_disabled_is_refused(home: Homes, cloud: Cloud):
    """By an entry of the project's; afterwards it may."""
    action = about(f"project:{cloud.project}", Measure.SUSPEND_ACCOUNT, number=2)
    mine = about(f"project:{cloud.project}", Measure.SUSPEND_ACCOUNT)
    place = put(home(THEIRS), action)
    with pytest.raises(DriverRefused, match=f"another home holds .*{THEIRS}"):
        put(home(OURS), mine)
    assert home(OURS).observe() == ()
    home(THEIRS).revert(place, action.id)
    place = put(home(OURS), mine)
    assert home(OURS).observe()[0].expires is not None
    home(OURS).revert(place, mine.id)
    for ident in (cloud.project, cloud.below):
        project = cloud.get("identity", f"/projects/{ident}", "project")
        assert (project["enabled"], project.get("aupkeep", "")) == (True, "")


def test_a_holder_who_writes_another_homes_mark_is_suspended(home: Homes, cloud: Cloud):
    """Their own lock says nothing, whatever stands in it."""
    machine = cloud.machines[0]
    words = f"aupkeep case AAAA-BBBB action 9 target {THEIRS}"
    assert cloud.act("customer", machine, "lock", {"locked_reason": words}) in (200, 202)
    place = put(home(OURS), suspended(machine))
    assert cloud.state()[machine.id][2].endswith(f" target {OURS}")
    home(OURS).revert(place, suspended(machine).id)


def test_a_key_that_was_replaced_and_a_version_before_are_ours(home: Homes, cloud: Cloud):
    """What the old key's home set goes on; so does a mark without a home."""
    machine = cloud.machines[0]
    place = put(home(OURS), suspended(machine))
    fresh = DRIVER.open(
        DriverContext(
            folder=home(OURS)._context.folder,
            now=home(OURS)._context.now,
            options=home(OURS)._context.options,
            owner="edge:0c0c0c0c",
            of_home={OURS, "edge:0c0c0c0c"}.__contains__,
        )
    )
    fresh.apply(fresh.plan(suspended(machine), by_place(fresh.observe()), NOTHING))
    assert cloud.state()[machine.id][2].endswith("0c0c0c0c")
    fresh.revert(place, suspended(machine).id)
    assert cloud.state()[machine.id][:2] == ("ACTIVE", False)


def test_two_targets_of_one_home_share_an_account(home: Homes, cloud: Cloud):
    """Two regions of one Keystone: both hold, neither takes the word from the other."""
    action = about(f"project:{cloud.project}", Measure.SUSPEND_ACCOUNT)
    north, south = "north:0a0a0a0a", "south:0a0a0a0a"
    place = put(home(north, south), action)
    put(home(south, north), action)
    for owner, other in ((north, south), (south, north)):
        (element,) = home(owner, other).observe()
        assert element.expires is not None
    project = cloud.get("identity", f"/projects/{cloud.project}", "project")
    assert project["aupkeep"].endswith(north)
    home(north, south).revert(place, action.id)
    assert home(south, north).observe()[0].expires is None
    put(home(south, north), action)
    project = cloud.get("identity", f"/projects/{cloud.project}", "project")
    assert (project["enabled"], project["aupkeep"].endswith(south)) == (False, True)
    home(south, north).revert(place, action.id)
    assert cloud.get("identity", f"/projects/{cloud.project}", "project")["enabled"]


def test_a_projects_record_that_was_lost(home: Homes, cloud: Cloud, tmp_path: Path):
    """Its entry says that we disabled it, so that it is enabled at the end."""
    action = about(f"project:{cloud.project}", Measure.SUSPEND_ACCOUNT)
    put(home(OURS), action)
    (tmp_path / OURS.replace(":", "-") / "openstack.json").unlink()
    place = put(home(OURS), action)
    home(OURS).revert(place, action.id)
    project = cloud.get("identity", f"/projects/{cloud.project}", "project")
    assert project["enabled"]
