"""How each field of the cloud is read as text, compared, and asked to be another."""

import pytest

from aupkeep.enforcement.openstack import fields
from aupkeep.enforcement.openstack.fields import Look, holds, is_ours, put, split
from aupkeep.model.errors import Pending, Unavailable

HELD = "disabled: aupkeep case K7QF-2M9X action 1"
OURS, OTHERS = "locked: aupkeep case A action 1", "locked: aupkeep case B action 2"


class Session:
    """Answers what it was given, and writes down what it is asked."""

    project = "own"

    def __init__(self, **answers: object) -> None:
        self.answers, self.asked = answers, []

    def read(self, service: str, path: str) -> object:
        """The answer at `service path`."""
        self.asked.append(("GET", service, path))
        return self.answers.get(f"{service} {path}")

    def write(self, method: str, service: str, path: str, body: object) -> bool:
        """Whether it is there, which is what it was given."""
        self.asked.append((method, service, path, body))
        return bool(self.answers.get("there", True))


READ = [
    ("port-state:p", "network /ports/p", {"port": {"admin_state_up": True}}, "up"),
    ("port-state:p", "network /ports/p", {"port": {"admin_state_up": False}}, "down"),
    ("port-groups:p", "network /ports/p", {"port": {"security_groups": ["b", "a"]}}, "a,b"),
    ("port-groups:p", "network /ports/p", {"port": {"security_groups": []}}, ""),
    ("port-policy:p", "network /ports/p", {"port": {"qos_policy_id": "q"}}, "q"),
    ("port-policy:p", "network /ports/p", {"port": {"qos_policy_id": None}}, ""),
    (
        "floating-ip:f",
        "network /floatingips/f",
        {"floatingip": {"port_id": "p", "fixed_ip_address": "192.0.2.7"}},
        "p 192.0.2.7",
    ),
    ("floating-ip:f", "network /floatingips/f", {"floatingip": {"port_id": None}}, ""),
    ("power:m", "compute /servers/m", {"server": {"status": "ACTIVE"}}, "ACTIVE"),
    (
        "power:m",
        "compute /servers/m",
        {"server": {"status": "ACTIVE", "OS-EXT-STS:task_state": "pausing"}},
        "ACTIVE/pausing",
    ),
    ("lock:m", "compute /servers/m", {"server": {"locked": False}}, ""),
    ("lock:m", "compute /servers/m", {"server": {"locked": True}}, "locked: "),
    (
        "lock:m",
        "compute /servers/m",
        {"server": {"locked": True, "locked_reason": "x" * 201}},
        f"locked: {'x' * 200}",
    ),
    ("project:c", "identity /projects/c", {"project": {"enabled": True}}, "enabled"),
    ("project:c", "identity /projects/c", {"project": {"enabled": False}}, "disabled"),
    (
        "project:c",
        "identity /projects/c",
        {"project": {"enabled": False, "aupkeep": HELD.removeprefix("disabled: ")}},
        HELD,
    ),
    (
        "project:c",
        "identity /projects/c",
        {"project": {"enabled": True, "aupkeep": HELD.removeprefix("disabled: ")}},
        "enabled",
    ),
    (
        "project:c",
        "identity /projects/c",
        {"project": {"enabled": False, "aupkeep": ["of", "somebody"]}},
        "disabled",
    ),
    ("image:i", "image /images/i", {"status": "active"}, "active"),
]


@pytest.mark.parametrize(("field", "where", "answer", "text"), READ)
def test_a_field_as_text(field, where, answer, text):
    """From the one answer that has it; where that is not there, its object is gone."""
    assert Look(Session(**{where: answer})).value(field) == text
    assert Look(Session()).value(field) is None


@pytest.mark.parametrize(
    ("field", "where", "answer", "words"),
    [
        ("power:m", "compute /servers/m", {}, "/servers/m: expected server, found none"),
        ("power:m", "compute /servers/m", {"server": 1}, "/servers/m: expected server, found none"),
        (
            "power:m",
            "compute /servers/m",
            {"server": {}},
            "power:m: expected an answer with it, found no 'status'",
        ),
        (
            "port-groups:p",
            "network /ports/p",
            {"port": {"security_groups": 7}},
            "port-groups:p: expected an answer with it, found no 'int' object is not iterable",
        ),
    ],
)
def test_an_answer_without_it(field, where, answer, words):
    with pytest.raises(Unavailable) as caught:
        Look(Session(**{where: answer})).value(field)
    assert str(caught.value) == words


def test_what_is_asked_twice_is_read_once():
    """And what a list said is not asked at all; of several answers the first counts."""
    session = Session(**{"network /ports?device_id=m": {"ports": [{"id": "p"}]}})
    look = Look(session)
    for _ in range(2):
        assert look.rows("network", "/ports?device_id=m", "ports") == [{"id": "p"}]
        assert look.port("x") is None
    assert session.asked == [
        ("GET", "network", "/ports?device_id=m"),
        ("GET", "network", "/ports/x"),
    ]
    assert not look.knows("compute", "/servers/m")
    look.know("compute", "/servers/m", {"server": {"id": "m"}})
    look.know("compute", "/servers/m", {"server": {"id": "other"}})
    assert look.knows("compute", "/servers/m")
    assert look.server("m") == {"id": "m"}
    assert look.session is session
    assert len(session.asked) == 2


def test_a_port_is_found_by_its_id():
    """Under the name that Neutron gives it."""
    look = Look(Session(**{"network /ports/p": {"port": {"id": "p"}}}))
    assert look.port("p") == {"id": "p"}


def test_two_services_have_fields_of_one_form():
    """An attribute of a port is put, a machine is told by a verb."""
    port = fields._port(lambda x: f"<{x}>", "mtu", int)
    assert (port.service, port.path, port.name, port.method) == ("network", "/ports", "port", "PUT")
    assert port.text({"mtu": 5}) == "<5>"
    assert port.change("", "7") == {"port": {"mtu": 7}}
    assert port.verb("") == ""
    server = fields._server(str, lambda value, want: [value, want])
    assert (server.service, server.path, server.name) == ("compute", "/servers", "server")
    assert (server.method, server.verb("")) == ("POST", "/action")
    assert (server.text(7), server.change("a", "b")) == ("7", ["a", "b"])


def test_a_list_that_is_not_there():
    """No answer is no list."""
    with pytest.raises(Unavailable, match=r"^/ports: expected ports, found none$"):
        Look(Session()).rows("network", "/ports", "ports")


@pytest.mark.parametrize(
    ("field", "value", "ours", "stands", "same"),
    [
        ("power:m", "PAUSED", "SHUTOFF", True, False),
        ("power:m", "SHELVED_OFFLOADED", "PAUSED", True, False),
        ("power:m", "ACTIVE", "ACTIVE", False, True),
        ("power:m", "ACTIVE/pausing", "PAUSED", False, False),
        ("port-state:p", "down", "down", True, True),
        ("port-state:p", "up", "down", False, False),
        ("lock:m", OTHERS, OURS, True, True),
        ("lock:m", "locked: audit", OURS, False, False),
        ("lock:m", OURS, "locked: audit", False, False),
        ("lock:m", "locked: audit", "locked: audit", True, True),
        ("port-groups:p", OTHERS, OURS, False, False),
        ("lock:m", f"{OTHERS} target b:2", f"{OURS} target a:1", False, False),
        ("lock:m", f"{OTHERS} target a:1", f"{OURS} target a:1", True, True),
        ("lock:m", OTHERS, f"{OURS} target a:1", True, True),
        ("project:c", f"{HELD} target b:2", f"{HELD} target a:1", False, False),
        ("project:c", f"{HELD}2", HELD, True, True),
        ("project:c", "disabled", HELD, False, False),
        ("project:c", "enabled", HELD, False, False),
    ],
)
def test_whether_it_stands(field, value, ours, stands, same):
    """Still is still, whoever stopped it; a lock of ours is ours, of whichever measure."""
    assert holds(field, value, ours) is stands
    assert is_ours(field, value, ours) is same
    assert not holds(field, None, ours)


WRITTEN = [
    ("port-state:p", "down", "up", ("PUT", "network", "/ports/p"), {"port": {"admin_state_up": 1}}),
    ("port-state:p", "up", "down", ("PUT", "network", "/ports/p"), {"port": {"admin_state_up": 0}}),
    (
        "port-groups:p",
        "",
        "a,b",
        ("PUT", "network", "/ports/p"),
        {"port": {"security_groups": ["a", "b"]}},
    ),
    ("port-groups:p", "a", "", ("PUT", "network", "/ports/p"), {"port": {"security_groups": []}}),
    ("port-policy:p", "", "q", ("PUT", "network", "/ports/p"), {"port": {"qos_policy_id": "q"}}),
    ("port-policy:p", "q", "", ("PUT", "network", "/ports/p"), {"port": {"qos_policy_id": None}}),
    (
        "floating-ip:f",
        "",
        "p 192.0.2.7",
        ("PUT", "network", "/floatingips/f"),
        {"floatingip": {"port_id": "p", "fixed_ip_address": "192.0.2.7"}},
    ),
    (
        "floating-ip:f",
        "p 192.0.2.7",
        "",
        ("PUT", "network", "/floatingips/f"),
        {"floatingip": {"port_id": None}},
    ),
    ("power:m", "ACTIVE", "PAUSED", ("POST", "compute", "/servers/m/action"), {"pause": None}),
    ("power:m", "ACTIVE", "SHUTOFF", ("POST", "compute", "/servers/m/action"), {"os-stop": None}),
    ("power:m", "PAUSED", "ACTIVE", ("POST", "compute", "/servers/m/action"), {"unpause": None}),
    ("power:m", "SHUTOFF", "ACTIVE", ("POST", "compute", "/servers/m/action"), {"os-start": None}),
    (
        "lock:m",
        "",
        OURS,
        ("POST", "compute", "/servers/m/action"),
        {"lock": {"locked_reason": OURS.removeprefix("locked: ")}},
    ),
    ("lock:m", OURS, "", ("POST", "compute", "/servers/m/action"), {"unlock": None}),
    (
        "project:c",
        "enabled",
        "disabled",
        ("PATCH", "identity", "/projects/c"),
        {"project": {"enabled": False}},
    ),
    (
        "project:c",
        "disabled",
        "enabled",
        ("PATCH", "identity", "/projects/c"),
        {"project": {"enabled": True}},
    ),
    (
        "project:c",
        "enabled",
        HELD,
        ("PATCH", "identity", "/projects/c"),
        {"project": {"enabled": False, "aupkeep": HELD.removeprefix("disabled: ")}},
    ),
    (
        "project:c",
        HELD,
        "enabled",
        ("PATCH", "identity", "/projects/c"),
        {"project": {"enabled": True, "aupkeep": ""}},
    ),
    ("image:i", "active", "deactivated", ("POST", "image", "/images/i/actions/deactivate"), None),
    ("image:i", "deactivated", "active", ("POST", "image", "/images/i/actions/reactivate"), None),
]


@pytest.mark.parametrize(("field", "value", "want", "where", "body"), WRITTEN)
def test_a_change_is_one_call(field, value, want, where, body):
    """Its method, its place and its body; whether the object was there comes back."""
    session = Session()
    assert put(session, field, value, want)
    assert session.asked == [(*where, body)]
    assert not put(Session(there=False), field, value, want)


@pytest.mark.parametrize(("value", "want"), [("ACTIVE/pausing", "PAUSED"), ("SHELVED", "ACTIVE")])
def test_a_machine_between_two_states_waits(value, want):
    """Nova takes no other ways."""
    session = Session()
    with pytest.raises(Pending) as caught:
        put(session, "power:m", value, want)
    assert str(caught.value) == f"power:m: it is {value}, from which it cannot be {want}"
    assert session.asked == []


def test_a_name_of_a_field():
    """Its kind and the id, which may have any letters."""
    kind, ident = split("lock:a:b")
    assert (kind.of(ident), ident) == ("lock:a:b", "a:b")


def test_a_mark_alone_names_a_home():
    """Words of a holder that end as a mark does name none."""
    for begin in ("locked: aupkeep case A action 1", "disabled: aupkeep case A action 1"):
        assert fields.home_of(f"{begin} target a:1") == "a:1"
        assert fields.home_of(begin) == ""
    assert fields.home_of("locked: my own words target a:1") == ""
