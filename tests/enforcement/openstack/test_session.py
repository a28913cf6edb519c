"""What the driver does about a cloud that refuses, is slow, is away, or talks nonsense."""

from pathlib import Path

import pytest

from aupkeep.enforcement.drivers import openstack
from aupkeep.model.errors import DriverRefused, Invalid, Pending, Unavailable
from aupkeep.model.ladder import Measure
from enforcement.contract import put
from enforcement.openstack.conftest import Make
from enforcement.openstack.double import DoubleCloud
from enforcement.openstack.test_holds import about, isolated, suspended
from enforcement.orders import Clock, order, scope

pytestmark = pytest.mark.network
WRONG = "wrong-and-very-secret"


def test_a_refused_credential_is_told_once(make: Make, double: DoubleCloud, tmp_path: Path):
    """Not tried into a lock-out: not at the next step, nor by an agent that starts anew."""
    put(make(), isolated(double.machines[0]))
    logins = double.logins
    driver = make(credential_secret=WRONG)
    with pytest.raises(Unavailable, match="Keystone refuses our credential"):
        driver.observe()
    for again in (driver, make(credential_secret=WRONG)):
        with pytest.raises(Unavailable, match="not tried again before 2026-03-01T13:00:00Z"):
            again.observe()
    assert double.logins == logins + 1
    kept = tmp_path / "openstack-login.json"
    assert WRONG not in kept.read_text("utf-8")
    assert kept.stat().st_mode & 0o777 == 0o600


def test_another_credential_is_tried_at_once(make: Make, double: DoubleCloud):
    put(make(), isolated(double.machines[0]))
    with pytest.raises(Unavailable):
        make(credential_secret=WRONG).observe()
    assert len(make().observe()) == 1


def test_a_refused_credential_is_tried_after_an_hour(make: Make, double: DoubleCloud, clock: Clock):
    put(make(), isolated(double.machines[0]))
    with pytest.raises(Unavailable):
        make(credential_secret=WRONG).observe()
    logins = double.logins
    clock.forward(3601)
    with pytest.raises(Unavailable, match="refuses our credential"):
        make(credential_secret=WRONG).observe()
    assert double.logins == logins + 1


def test_a_clock_that_was_set_back_keeps_no_credential_waiting(
    make: Make, double: DoubleCloud, clock: Clock
):
    """Refused in two days from now, as the clock said: it is tried now."""
    put(make(), isolated(double.machines[0]))
    clock.forward(172_800)
    logins = double.logins
    for back in (0, -172_800):
        clock.forward(back)
        with pytest.raises(Unavailable, match="refuses our credential"):
            make(credential_secret=WRONG).observe()
    assert double.logins == logins + 2


def test_a_token_that_ended_is_asked_for_again(make: Make, double: DoubleCloud):
    driver = make()
    put(driver, isolated(double.machines[0]))
    double.tokens.clear()
    assert len(driver.observe()) == 1


def test_a_role_that_is_not_given_is_a_refusal_of_the_measure(make: Make, double: DoubleCloud):
    """A person gives the role; nothing was changed."""
    before = double.state()
    with pytest.raises(DriverRefused, match="the answer is 403"):
        put(make(who="reader"), isolated(double.machines[0]))
    assert double.state() == before


def test_what_cannot_be_read_is_no_refusal(make: Make, double: DoubleCloud):
    with pytest.raises(Unavailable, match="the answer is 403"):
        put(make(who="actor"), about(f"project:{double.project}", Measure.SUSPEND_ACCOUNT))


def test_a_machine_that_takes_long_is_pending(
    make: Make, double: DoubleCloud, clock: Clock, monkeypatch: pytest.MonkeyPatch
):
    """With what it is doing and for how long; after five minutes a person has to look."""
    monkeypatch.setattr(openstack, "WAIT", 0.1)
    machine, action = double.machines[0], suspended(double.machines[0])
    double.slow = "pausing"
    with pytest.raises(Pending, match=r"found ACTIVE/pausing; 0 s"):
        put(make(), action)
    clock.forward(60)
    with pytest.raises(Pending, match=r"power:.*: ACTIVE/pausing; 60 s"):
        put(make(), action)
    assert [element.expires for element in make().observe()] == [None]
    clock.forward(300)
    with pytest.raises(Unavailable, match="a person has to look") as caught:
        put(make(), action)
    assert not isinstance(caught.value, Pending)
    double.slow = None
    double.things["servers"][machine.id]["status"] = "PAUSED"
    put(make(), action)
    assert double.state()[machine.id][:2] == ("PAUSED", True)


def test_a_machine_that_migrates_is_isolated_and_waited_for(make: Make, double: DoubleCloud):
    """A migration wins: nothing is asked of the machine before it is done."""
    machine = double.machines[0]
    double.things["servers"][machine.id]["status"] = "MIGRATING"
    with pytest.raises(Pending, match="it is MIGRATING, from which it cannot be PAUSED"):
        put(make(), suspended(machine))
    assert double.state()[machine.id][:4] == ("MIGRATING", False, None, False)


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_fault_is_tried_again(make: Make, double: DoubleCloud, status: int):
    double.fault = status
    with pytest.raises(Unavailable, match=f"the answer is {status}"):
        put(make(), isolated(double.machines[0]))
    double.fault = None
    put(make(), isolated(double.machines[0]))


def test_a_cloud_that_is_away_is_a_fault(make: Make, double: DoubleCloud):
    driver = make(auth_url="http://127.0.0.1:9/v3")
    put(make(), isolated(double.machines[0]))
    with pytest.raises(Unavailable, match="expected an answer"):
        driver.observe()


def test_many_holds_are_read_in_few_calls(make: Make, double: DoubleCloud):
    """The lists say the same as the questions alone, and are asked instead of them."""
    for number, machine in enumerate(double.machines):
        put(make(), suspended(machine, number=2 * number))
        put(make(), isolated(machine, number=2 * number + 1))
    double.change("customer", double.machines[1], admin_state_up=True)
    floating = double.floating_ip(double.machines[0].port)
    put(make(), about(f"floatingip:{floating}", Measure.SUSPEND_RESOURCE, number=9))
    double.calls.clear()
    driver = make()
    elements = driver.observe()
    asked = len(double.calls)
    assert [x.action for x in elements if x.expires is None] == [
        suspended(double.machines[1], number=2).id,
        isolated(double.machines[1], number=3).id,
    ]
    assert f"port-state:{double.machines[1].port}: expected down, found up" in driver.unread
    assert asked <= 6


def test_a_list_that_was_cut_is_not_taken_for_all(make: Make, double: DoubleCloud):
    """A machine whose ports are on the next page would else be taken for one without."""
    for number, machine in enumerate(double.machines):
        put(make(), suspended(machine, number=2 * number))
        put(make(), isolated(machine, number=2 * number + 1))
    double.paged = True
    driver = make()
    assert [x for x in driver.observe() if x.expires is None] == []
    assert driver.unread == ""


def test_a_damaged_record_is_not_taken_for_an_empty_one(make: Make, tmp_path: Path):
    (tmp_path / "openstack.json").write_text("{}")
    with pytest.raises(Unavailable, match="expected a readable record"):
        make().observe()


def test_addresses_of_services_are_https_or_here(make: Make, double: DoubleCloud, monkeypatch):
    """A token is sent nowhere else, whatever the catalogue says."""
    monkeypatch.setattr(double, "base", "http://192.0.2.7")
    with pytest.raises(Unavailable, match="catalogue: expected https:// for"):
        put(make(), isolated(double.machines[0]))


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"region": "two"}, "expected an address of network, found none"),
        ({"ca_file": "/nowhere"}, "option ca_file: expected certificates"),
    ],
)
def test_options_that_could_not_work_are_named(make: Make, double: DoubleCloud, options, words):
    def tries() -> None:
        driver = make(**options)
        driver.prepare()
        put(driver, isolated(double.machines[0]))

    with pytest.raises(Unavailable, match=words):
        tries()


@pytest.mark.parametrize(
    "options",
    [
        {"colour": "red"},
        {"isolate": "wish"},
        {"suspend": "delete"},
        {"isolate": "qos-policy"},
        {"isolate_id": "x"},
        {"isolate": "qos-policy", "isolate_id": "../x"},
    ],
)
def test_options_that_are_none_are_refused(make: Make, options):
    with pytest.raises(Invalid, match="option"):
        make(**options)


def test_scopes_that_cannot_be_aimed_are_refused(make: Make, double: DoubleCloud):
    """A sharer's ports, an assignment without its machine, a measure that is no machine's."""
    driver = make()
    refused = [
        order(Measure.BLOCK_PORT),
        order(Measure.ISOLATE, aim=scope(Measure.ISOLATE, resource="image:7")),
        order(Measure.SUSPEND_RESOURCE, aim=scope(Measure.SUSPEND_RESOURCE, resource="project:7")),
        about("vm-7", Measure.SUSPEND_RESOURCE),
        about("instance:../x", Measure.SUSPEND_RESOURCE),
    ]
    for action in refused:
        with pytest.raises(DriverRefused):
            driver.place(action)


def test_an_address_of_another_machine_is_refused(make: Make, double: DoubleCloud):
    """The decision names a machine that does not have the address (any more)."""
    first, second, _ = double.machines
    wrong = isolated(first, aim=scope(Measure.ISOLATE, resource=second.resource))
    with pytest.raises(DriverRefused, match=r"expected a port with 203\.0\.113\.10, found none"):
        put(make(), wrong)
    assert make().observe() == ()
