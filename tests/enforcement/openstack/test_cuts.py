"""An agent that is killed between any two calls leaves a machine that is held or free."""

from contextlib import suppress

import pytest

from aupkeep.enforcement.openstack.record import CloudRecord
from aupkeep.model.action import Action
from aupkeep.model.errors import AupkeepError, Unavailable
from aupkeep.model.ladder import Measure
from enforcement.contract import put
from enforcement.openstack.conftest import Make
from enforcement.openstack.double import DoubleCloud
from enforcement.openstack.test_holds import about, isolated, suspended

pytestmark = pytest.mark.network
CUTS = range(6)
NUMBERS = [  # of the actions; all at night
    number if number < 2 else pytest.param(number, marks=pytest.mark.nightly("kills"))
    for number in range(5)
]


def actions(double: DoubleCloud) -> list[Action]:
    """One of each measure."""
    machine = double.machines[0]
    floating = double.floating_ip(machine.port)
    return [
        isolated(machine),
        suspended(machine, number=2),
        about(f"project:{double.project}", Measure.SUSPEND_ACCOUNT, number=3),
        about(f"floatingip:{floating}", Measure.SUSPEND_RESOURCE, number=4),
        about(f"image:{double.image()}", Measure.SUSPEND_RESOURCE, number=5),
    ]


def everything(double: DoubleCloud) -> str:
    """The whole cloud but what was done to machines, as text."""
    things = {
        kind: {
            ident: {name: value for name, value in fields.items() if name not in ("acts", "doing")}
            for ident, fields in each.items()
        }
        for kind, each in double.things.items()
    }
    return repr(things)


def opened_under_our_lock(double: DoubleCloud) -> bool:
    """A machine that runs and is locked by us."""
    servers = double.things["servers"].values()
    return any(
        server["status"] == "ACTIVE" and "aupkeep" in (server["locked_reason"] or "")
        for server in servers
    )


@pytest.mark.parametrize("cut", CUTS)
@pytest.mark.parametrize("number", NUMBERS)
def test_killed_while_applying(make: Make, double: DoubleCloud, number: int, cut: int):
    """Begun anew it stands whole; undone it is all as it was before."""
    action, before = actions(double)[number], everything(double)
    double.stops_after = cut
    with suppress(AupkeepError):
        put(make(), action)
    assert not opened_under_our_lock(double)
    double.stops_after = None
    place = put(make(), action)
    assert make().prove(action).seen
    make().revert(place, action.id)
    assert everything(double) == before
    assert make().observe() == ()


@pytest.mark.parametrize("cut", CUTS)
@pytest.mark.parametrize("number", NUMBERS)
def test_killed_while_applying_and_then_not_wanted(
    make: Make, double: DoubleCloud, number: int, cut: int
):
    """What it may have begun is listed, so that it is undone."""
    action, before = actions(double)[number], everything(double)
    double.stops_after = cut
    with suppress(AupkeepError):
        put(make(), action)
    double.stops_after = None
    for element in make().observe():
        make().revert(element.place, element.action)
    assert everything(double) == before
    assert make().observe() == ()


@pytest.mark.parametrize("cut", CUTS)
@pytest.mark.parametrize("number", NUMBERS)
def test_killed_while_reverting(make: Make, double: DoubleCloud, number: int, cut: int):
    """It is listed until all of it is undone."""
    action, before = actions(double)[number], everything(double)
    place = put(make(), action)
    double.stops_after = cut
    with suppress(AupkeepError):
        make().revert(place, action.id)
    assert not opened_under_our_lock(double)
    double.stops_after = None
    for element in make().observe():
        make().revert(element.place, element.action)
    assert everything(double) == before


def test_killed_before_it_was_written_that_all_is_done(
    make: Make, double: DoubleCloud, monkeypatch: pytest.MonkeyPatch
):
    """It stands, and is asked for again: only what was written down as seen counts as seen."""
    action = suspended(double.machines[0])

    def killed(*_: object) -> None:
        raise Unavailable("killed")

    with monkeypatch.context() as patch, suppress(Unavailable):
        patch.setattr(CloudRecord, "finish", killed)
        put(make(), action)
    assert [element.expires for element in make().observe()] == [None]
    put(make(), action)
    assert [element.expires for element in make().observe()] == [action.until]


def test_what_happened_between_the_record_and_the_change_counts(make: Make, double: DoubleCloud):
    """Killed before the change; the address moved meanwhile: it goes back to where it was then."""
    first, second, _ = double.machines
    floating = double.floating_ip(first.port)
    action = about(f"floatingip:{floating}", Measure.SUSPEND_RESOURCE)
    double.stops_after = 0
    with suppress(AupkeepError):
        put(make(), action)
    double.stops_after = None
    body = {"floatingip": {"port_id": second.port}}
    double.call("customer", "PUT", "network", f"/floatingips/{floating}", body)
    place = put(make(), action)
    make().revert(place, action.id)
    assert double.things["floatingips"][floating]["port_id"] == second.port


def test_the_calls_come_in_the_order_that_is_promised(make: Make, double: DoubleCloud):
    """Isolate, act, lock; unlock, act, free."""
    machine = double.machines[0]
    place = put(make(), suspended(machine))
    make().revert(place, suspended(machine).id)
    changes = [call.split(" ", 2)[2] for call in double.calls if not call.startswith("GET")]
    words = ("admin_state_up", "pause", "lock", "unlock", "unpause", "admin_state_up")
    assert [next(w for w in words if f'"{w}"' in change) for change in changes] == list(words)
