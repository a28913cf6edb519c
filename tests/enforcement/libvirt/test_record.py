"""What is written down of a domain, which one a resource names, and whose addresses it carries."""

import pytest

from aupkeep.enforcement.domain_record import (
    addresses_in,
    domain_named,
    read_domain_record,
)
from aupkeep.enforcement.driver import HeldPlace
from aupkeep.model.errors import DriverRefused, Unavailable
from enforcement.openstack.test_record import HOLD

UUID = "0f6d3c2a-54b1-4c39-9a5e-0c6f8f5b7a10"
PLACE = HeldPlace(place=f"suspend {UUID}", action="a1", reference="K7QF-2M9X", until=HOLD.until)


def test_a_record_is_read_back_as_it_was_written(tmp_path):
    record = read_domain_record(tmp_path)
    assert (record.holds, record.needs, record.former) == ({}, {}, {})
    record.holds[PLACE.place] = PLACE
    record.needs[PLACE.place] = [f"power {UUID}"]
    record.former[f"power {UUID}"] = "running"
    record.save()
    assert read_domain_record(tmp_path) == record


@pytest.mark.parametrize(
    ("written", "told"),
    [
        (b"[]", "libvirt.json"),
        (b'{"holds": [{"place": 1}], "former": [], "needs": {}}', "hold"),
        (b'{"holds": [], "former": [{"part": 1}], "needs": {}}', "former"),
        (b'{"holds": [], "former": []}', "needs"),
    ],
)
def test_a_record_that_cannot_be_read_is_said(tmp_path, written, told):
    (tmp_path / "libvirt.json").write_bytes(written)
    with pytest.raises(Unavailable, match="expected a readable record, found") as raised:
        read_domain_record(tmp_path)
    text = str(raised.value).partition("found ")[2]
    assert told in text, text


def test_a_domain_is_named_by_its_uuid_alone():
    assert domain_named(f"domain:{UUID}") == UUID
    assert domain_named(f"domain:{UUID.upper()}") == UUID
    for resource in (UUID, "domain:", "domain:web1", f"domain:{{{UUID}}}", f"domain:{UUID}" * 9):
        with pytest.raises(DriverRefused) as raised:
            domain_named(resource)
        assert str(raised.value) == f"expected a resource domain:UUID, found {resource[:60]!r}"


@pytest.mark.parametrize(
    ("said", "named"),
    [
        ("<ip address='10.0.0.4' family='ipv4'/>", ["10.0.0.4"]),
        ('<parameter name="IP" value="10.0.0.4"/>', ["10.0.0.4"]),
        (" vnet0 52:54:00:00:00:01  ipv4  10.0.0.4/24", ["10.0.0.4"]),
        ("<ip address='10.0.0.999'/> <ip address='10.0.0.4'/>", ["10.0.0.4"]),
        ("", []),
    ],
)
def test_every_address_of_a_domain_is_reached(said, named):
    assert list(map(str, addresses_in(said))) == named
