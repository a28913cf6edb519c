"""What is read page by page, what of a former value is gone, and whose addresses count."""

import pytest

from aupkeep.enforcement.asking import PartAway
from aupkeep.enforcement.openstack.aim import carried_by
from aupkeep.enforcement.openstack.fields import Look, other_floating_ip, without_gone
from aupkeep.enforcement.openstack.record import read_cloud_record
from enforcement.openstack.test_fields import Session
from enforcement.openstack.test_record import FOUND, HOLD, OTHER, OURS

NEXT = [{"rel": "previous"}, {"rel": "next"}]
ALONE = "192.0.2.7"
FIXED, FLOATING, ATTACHED = "10.0.0.4", "203.0.113.9", "203.0.113.11"


def pages(path: str, second: str, *, marked: str = "a/b c") -> Session:
    """A list in two pages, the first ends with an id that must be quoted."""
    return Session(
        **{
            f"network {path}": {"ports": [{"id": 1}, {"id": marked}], "ports_links": NEXT},
            f"network {second}": {"ports": [{"id": "last"}], "ports_links": [{"rel": "previous"}]},
        }
    )


@pytest.mark.parametrize(
    ("path", "second"),
    [("/ports", "/ports?marker=a%2Fb%20c"), ("/ports?x=1", "/ports?x=1&marker=a%2Fb%20c")],
)
def test_a_list_is_read_to_its_end(path, second):
    session = pages(path, second)
    rows = Look(session).rows("network", path, "ports")
    assert [row["id"] for row in rows] == [1, "a/b c", "last"]
    assert [asked[2] for asked in session.asked] == [path, second]


@pytest.mark.parametrize(
    "answer",
    [
        {"ports": [{"id": "a"}], "truncated": True},
        {"ports": [], "ports_links": NEXT},
        {"ports": [{}], "ports_links": NEXT},
        {"ports": [{"id": "a"}], "ports_links": ["next"]},  # and the next page is the same
    ],
)
def test_half_of_a_list_is_no_list(answer):
    session = Session(**{"network /ports": answer, "network /ports?marker=a": answer})
    with pytest.raises(PartAway, match=r"^/ports: expected the whole list, found it cut$"):
        Look(session).rows("network", "/ports", "ports")
    assert len(session.asked) <= 2


@pytest.mark.parametrize(
    ("field", "want", "said", "left"),
    [
        ("port-groups:p", "a1,b2,c3", "Security group b2 does not exist", "a1,c3"),
        ("port-groups:p", "a1", "Security group a1 does not exist", ""),
        ("port-policy:p", "q1", "QoS policy q1 could not be found", ""),
        ("port-policy:p", "q1", "QoS policy q2 could not be found", "q1"),
        ("port-policy:p", "", "nothing", ""),
        ("floating-ip:f", "p1 10.0.0.4", "Port p1 could not be found", ""),
        ("floating-ip:f", "p1 10.0.0.4", "10.0.0.4 is not on it", "p1 10.0.0.4"),
    ],
)
def test_what_is_gone_is_not_asked_for_again(field, want, said, left):
    assert without_gone(field, want, said) == left


def floating(*rows: dict) -> Look:
    """A port with floating IPs."""
    path = "network /floatingips?port_id=p1"
    return Look(Session(**{path: {"floatingips": list(rows)}}))


def test_a_port_that_has_another_floating_ip_by_now():
    own = {"id": "f", "fixed_ip_address": FIXED, "floating_ip_address": ATTACHED}
    elsewhere = {"id": "e", "fixed_ip_address": "10.0.0.5", "floating_ip_address": ALONE}
    other = {"id": "g", "fixed_ip_address": FIXED, "floating_ip_address": FLOATING}
    want = f"p1 {FIXED}"
    assert other_floating_ip(floating(own, elsewhere), "floating-ip:f", want) == ""
    assert other_floating_ip(floating(own, elsewhere, other), "floating-ip:f", want) == FLOATING
    assert other_floating_ip(floating(other), "floating-ip:f", "") == ""
    assert other_floating_ip(floating(other), "port-state:p1", want) == ""


CARRIED = {
    "network /ports/p1": {"port": {"fixed_ips": [{"ip_address": FIXED}]}},
    "network /floatingips?port_id=p1": {"floatingips": [{"floating_ip_address": FLOATING}]},
    "network /floatingips?port_id=p2": {"floatingips": []},
    "network /floatingips/f1": {"floatingip": {"floating_ip_address": ATTACHED}},
    "network /floatingips/f2": {"floatingip": {"floating_ip_address": None}},
}


@pytest.mark.parametrize(
    ("fields", "carried"),
    [
        (["power:m1", "port-state:p1"], {FIXED, FLOATING}),
        (["port-groups:p2", "port-groups:p1"], {FIXED, FLOATING}),
        (["port-policy:p1"], {FIXED, FLOATING}),
        (["floating-ip:f2", "floating-ip:f1"], {ATTACHED}),
        (["port-groups:p2", "floating-ip:f3"], set()),
        (["port-state:p1", "floating-ip:f1"], {FIXED, FLOATING, ATTACHED}),
        (["power:m1", "lock:m1"], set()),
    ],
)
def test_every_address_that_parts_carry_is_reached(fields, carried):
    """Whichever address a scope names, the port goes whole."""
    assert set(map(str, carried_by(Look(Session(**CARRIED)), fields))) == carried


def test_what_was_found_as_we_would_have_set_it(tmp_path):
    """Nothing of ours is in it, so that it stays when the measure is lifted."""
    record = read_cloud_record(tmp_path)
    found = FOUND | {"port-state:p": "down", "lock:m1": "locked: theirs"}
    ours = OURS | {"lock:m1": "locked: theirs"}
    record.begin(HOLD, ours, found, [])
    assert record.found_so(HOLD) == "lock:m1 locked: theirs, port-state:p down"
    record.begin(OTHER, {"port-state:p": "down"}, {"port-state:p": "down"}, [])
    assert record.found_so(HOLD) == "lock:m1 locked: theirs"
    assert record.found_so(OTHER) == ""
