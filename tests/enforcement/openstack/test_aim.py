"""Which fields a measure changes, told by what the cloud answers; no cloud is asked."""

from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Any

import pytest

from aupkeep.enforcement.openstack.aim import AimSettings, aim, named, refusal
from aupkeep.enforcement.openstack.fields import FieldKind, Look
from aupkeep.model.decision import PortRange, Scope
from aupkeep.model.errors import DriverRefused
from aupkeep.model.ladder import Measure

ADDRESS, SIX = ip_address("203.0.113.7"), ip_address("2001:db8:7::7")
OURS, THEIRS, MARK = "own", "customer", "aupkeep case K7QF-2M9X action 1"
WIDE = {"address": SIX, "prefix_length": 56}


@dataclass
class Answers:
    """What a session would read, by service and path; what is not there is 404."""

    answers: dict[tuple[str, str], Any] = field(default_factory=dict)
    project: str = OURS

    def read(self, service: str, path: str) -> dict[str, Any] | None:
        """The answer."""
        return self.answers.get((service, path))


def port(ident="p1", device="m1", owner="compute:nova", project=THEIRS, *addresses: str):
    """A port with the two addresses, unless others are named."""
    fixed = [{"ip_address": text} for text in addresses or (str(ADDRESS), str(SIX))]
    return {
        "id": ident,
        "device_id": device,
        "device_owner": owner,
        "project_id": project,
        "tenant_id": project,
        "fixed_ips": fixed,
    }


def server(ident="m1", status="ACTIVE", lock=None, project=THEIRS):
    """A machine; `lock` is the reason of its lock."""
    return {
        "id": ident,
        "tenant_id": project,
        "status": status,
        "locked": lock is not None,
        "locked_reason": lock,
    }


def project(ident, **more: object):
    return {"project": {"id": ident, "is_domain": False, "enabled": True, **more}}


def cloud(*ports: dict[str, Any], machines=None, acts=(), floating=None, **more: object):
    """One machine with its ports, and what else is named as `service /path`."""
    rows = ports or (port(),)
    answers: dict[tuple[str, str], Any] = {
        ("network", f"/ports?fixed_ips=ip_address%3D{ADDRESS}"): {"ports": list(rows)},
        ("network", "/ports?device_id=m1"): {"ports": list(rows)},
        ("network", f"/floatingips?floating_ip_address={ADDRESS}"): {"floatingips": floating or []},
        ("network", f"/floatingips?floating_ip_address={SIX}"): {"floatingips": []},
        ("compute", "/servers/m1/os-instance-actions"): {"instanceActions": list(acts)},
    }
    for row in rows:
        answers["network", f"/ports/{row['id']}"] = {"port": row}
    for row in [server()] if machines is None else machines:
        answers["compute", f"/servers/{row['id']}"] = {"server": row}
    for name, answer in more.items():
        service, _, path = name.partition(" ")
        answers[service, path] = answer
    return Look(Answers(answers))  # type: ignore[arg-type]


def asked(look, measure, resource="instance:m1", settings=None, **scope: object):
    """The fields, in their order."""
    if not scope and resource.partition(":")[0] not in KINDS:
        scope = {"address": ADDRESS}
    wanted = Scope(customer="acme", resource=resource, **scope)  # type: ignore[arg-type]
    return list(aim(look, measure, wanted, MARK, settings or AimSettings()).items())


KINDS = ("instance", "port", "floatingip", "image", "project")
DOWN, PAUSED = ("port-state:p1", "down"), ("power:m1", "PAUSED")
LOCKED = ("lock:m1", f"locked: {MARK}")
ISOLATE, SUSPEND, ACCOUNT = Measure.ISOLATE, Measure.SUSPEND_RESOURCE, Measure.SUSPEND_ACCOUNT


def test_names():
    """Five kinds; anything else is somebody else's name."""
    assert [named(f"{kind}:a-1") for kind in KINDS] == [(kind, "a-1") for kind in KINDS]
    for other in ("vm-7", "instance:", "instance:a/b", f"port:{'a' * 65}", "server:a"):
        assert named(other) == ("", "")


@pytest.mark.parametrize(
    ("measure", "resource", "scope", "words"),
    [
        (
            ISOLATE,
            "port:p1",
            {"address": ADDRESS, "source_ports": PortRange(1, 9)},
            "expected an address that the machine has alone: a port of it has no sharers",
        ),
        (
            ISOLATE,
            "image:i1",
            {},
            "expected a machine, a port or a floating IP to isolate, found image:i1",
        ),
        (
            ISOLATE,
            "project:c",
            {},
            "expected a machine, a port or a floating IP to isolate, found project:c",
        ),
        (
            ISOLATE,
            "vm-7",
            WIDE,
            "expected the machine's id for an assignment: many machines may be in it",
        ),
        (
            SUSPEND,
            "project:c",
            {},
            "expected a resource: a whole project is suspended by suspend-account",
        ),
        (SUSPEND, "v" * 70, {}, f"expected instance:ID or an address, found {'v' * 60!r}"),
        (ISOLATE, "instance:m1", WIDE, None),
        (SUSPEND, "vm-7", WIDE, None),
        (SUSPEND, "image:i1", {}, None),
        (ISOLATE, "floatingip:f1", {}, None),
        (ACCOUNT, "project:c", {}, None),
        (ISOLATE, "vm-7", {"address": ADDRESS}, None),
    ],
)
def test_what_a_scope_alone_tells(measure, resource, scope, words):
    """A refusal in a sentence, or none; whoever aims is told the same."""
    wanted = Scope(customer="acme", resource=resource, **scope)
    assert refusal(measure, wanted) == words
    if words:
        with pytest.raises(DriverRefused) as caught:
            aim(cloud(), measure, wanted, MARK, AimSettings())
        assert str(caught.value) == words


SECOND = port("p2", "m1", "", THEIRS, "203.0.113.8")
ROUTER = port("p3", "r1", "network:router_interface")
FLOATING = [{"id": "f1", "port_id": "p2", "project_id": THEIRS}]


@pytest.mark.parametrize(
    ("look", "resource", "scope", "fields"),
    [
        (cloud(port(), SECOND), "instance:m1", {}, ["p1", "p2"]),
        (cloud(port(), SECOND), "instance:m1", {"address": ADDRESS}, ["p1"]),
        (cloud(port(), SECOND), "instance:m1", {"address": ip_address("203.0.113.8")}, ["p2"]),
        (cloud(port(), SECOND), "instance:m1", WIDE, ["p1"]),
        (cloud(port(), SECOND), "port:p2", {}, ["p2"]),
        (cloud(port()), "vm-7", {"address": ADDRESS}, ["p1"]),
        (cloud(port(), SECOND, floating=FLOATING), "vm-7", {"address": ADDRESS}, ["p2"]),
        (cloud(port(), SECOND, floating=FLOATING), "port:p2", {"address": ADDRESS}, ["p2"]),
        (
            cloud(port(), floating=[{"id": "f1", "port_id": None}]),
            "vm-7",
            {"address": ADDRESS},
            ["p1"],
        ),
        (cloud({**port(), "device_owner": None}), "port:p1", {}, ["p1"]),
    ],
)
def test_the_ports_of_an_isolation(look, resource, scope, fields):
    """Those with the address, of the machine or at all; behind a floating IP its port."""
    for name in ("203.0.113.8",):
        look.know("network", f"/floatingips?floating_ip_address={name}", {"floatingips": []})
    found = asked(look, ISOLATE, resource, **scope)
    assert found == [(f"port-state:{ident}", "down") for ident in fields]


def test_by_another_field():
    """As the settings say."""
    by_groups = AimSettings(isolate=FieldKind.PORT_GROUPS, isolated="quarantine")
    assert asked(cloud(), ISOLATE, settings=by_groups) == [("port-groups:p1", "quarantine")]


GONE = port("p1", "m1", "compute:nova", THEIRS, "203.0.113.99")


@pytest.mark.parametrize(
    ("look", "resource", "scope", "words"),
    [
        (
            cloud(GONE),
            "instance:m1",
            {"address": ADDRESS},
            "instance:m1: expected a port with 203.0.113.7, found none",
        ),
        (
            cloud(GONE),
            "instance:m1",
            WIDE,
            "instance:m1: expected a port with 2001:db8:7::/56, found none",
        ),
        (cloud(), "port:p9", {}, "port:p9: expected a port with none, found none"),
        (
            cloud(floating=[{"port_id": "p9"}]),
            "vm-7" + "x" * 70,
            {"address": ADDRESS},
            f"vm-7{'x' * 56}: expected a port with 203.0.113.7, found none",
        ),
        (
            cloud(port(), port("p4")),
            "vm-7",
            {"address": ADDRESS},
            "expected one port with 203.0.113.7, found 2: name the machine",
        ),
        (
            cloud(port(), ROUTER),
            "instance:m1",
            {},
            "port p3: expected a machine's, found a router's",
        ),
        (
            cloud(port("p1", "m1", "compute:nova", OURS)),
            "instance:m1",
            {},
            "it is in the project of our own credential, whose locks it could open",
        ),
        (
            cloud(),
            "floatingip:f9",
            {},
            "floatingip:f9: expected it there, found it gone",
        ),
        (
            cloud(),
            "floatingip:" + "f" * 60,
            {},
            f"floatingip:{'f' * 49}: expected it there, found it gone",
        ),
        (
            cloud(**{"network /floatingips/f1": {"floatingip": {"project_id": OURS}}}),
            "floatingip:f1",
            {},
            "it is in the project of our own credential, whose locks it could open",
        ),
    ],
)
def test_no_port_to_isolate(look, resource, scope, words):
    """None, too many, a router's, or one of our own project."""
    with pytest.raises(DriverRefused) as caught:
        asked(look, ISOLATE, resource, **scope)
    assert str(caught.value) == words


def test_a_floating_ip_is_detached():
    """By either measure, and nothing of the machine behind it is touched."""
    look = cloud(**{"network /floatingips/f1": {"floatingip": {"project_id": THEIRS}}})
    for measure in (ISOLATE, SUSPEND):
        assert asked(look, measure, "floatingip:f1") == [("floating-ip:f1", "")]


LOCKS = [{"action": "start"}, {"action": "lock", "project_id": THEIRS}]


@pytest.mark.parametrize(
    ("machine", "acts", "power", "lock"),
    [
        (server(), (), "PAUSED", LOCKED[1]),
        (server(status="SHUTOFF"), (), "SHUTOFF", LOCKED[1]),
        (server(status="SUSPENDED"), (), "SUSPENDED", LOCKED[1]),
        (server(status="ERROR"), (), "PAUSED", LOCKED[1]),
        (server(lock="audit"), (), "PAUSED", "locked: audit"),
        (server(lock="audit"), LOCKS, "PAUSED", LOCKED[1]),
        (server(lock="audit"), [{**LOCKS[1], "project_id": "other"}, *LOCKS], "PAUSED",
         "locked: audit"),
        (server(lock="audit"), [LOCKS[0]], "PAUSED", "locked: audit"),
        (server(lock="aupkeep case AAAA-BBBB action 9"), (), "PAUSED", LOCKED[1]),
    ],
)  # fmt: skip
def test_a_machine_is_isolated_stopped_and_locked(machine, acts, power, lock):
    """In this order. What is still stays so; another's lock stays, a holder's does not."""
    look = cloud(machines=[machine], acts=acts)
    assert asked(look, SUSPEND) == [DOWN, ("power:m1", power), ("lock:m1", lock)]


def test_a_machine_that_runs_on():
    """And the port of a router that is its device too is left alone."""
    runs = AimSettings(power=None)
    found = asked(cloud(port(), {**ROUTER, "device_id": "m1"}), SUSPEND, settings=runs)
    assert found == [DOWN, LOCKED]


@pytest.mark.parametrize("resource", ["vm-7", "port:p1"])
def test_the_machine_of_a_port(resource):
    """By the address, or by the port's name."""
    assert asked(cloud(), SUSPEND, resource) == [DOWN, PAUSED, LOCKED]


@pytest.mark.parametrize(
    ("device", "machines"),
    [("m1", []), ("m1", [server(project="other")]), ("", [server()]), ("a/b", [server("a/b")]),
     (None, [server("None")])],
)  # fmt: skip
def test_a_device_that_a_holder_wrote_is_not_believed(device, machines):
    """Only a machine that is there, in the port's own project."""
    with pytest.raises(DriverRefused) as caught:
        asked(cloud(port("p1", device), machines=machines), SUSPEND, "port:p1")
    assert str(caught.value) == "port:p1: expected the port of a machine, found another"


def test_a_long_name_is_cut():
    with pytest.raises(DriverRefused, match=f"^{'v' * 60}: expected the port of a machine"):
        asked(cloud(port("p1", "")), SUSPEND, "v" * 70, address=ADDRESS)


@pytest.mark.parametrize(
    ("machines", "words"),
    [
        ([], "instance:m1: expected it there, found it gone"),
        (
            [server(project=OURS)],
            "it is in the project of our own credential, whose locks it could open",
        ),
    ],
)
def test_no_machine_to_suspend(machines, words):
    with pytest.raises(DriverRefused) as caught:
        asked(cloud(machines=machines), SUSPEND)
    assert str(caught.value) == words


@pytest.mark.parametrize(
    ("home", "acts", "lock"),
    [("b:2", (), None), ("b:2", LOCKS, LOCKED[1]), ("a:1", (), LOCKED[1]), ("c:1", (), "theirs")],
)
def test_a_lock_that_names_a_home(home, acts, lock):
    """Another home's is refused, one that its holder wrote is not; a target beside keeps its."""
    theirs = f"aupkeep case AAAA-BBBB action 9 target {home}"
    look = cloud(machines=[server(lock=theirs)], acts=acts)
    settings = AimSettings(is_others="b:2".__eq__, is_beside="c:1".__eq__)
    if lock is None:
        with pytest.raises(DriverRefused, match="another home holds it, by its lock: b:2"):
            asked(look, SUSPEND, settings=settings)
        return
    found = dict(asked(look, SUSPEND, settings=settings))
    assert found["lock:m1"] == (f"locked: {theirs}" if lock == "theirs" else lock)
