"""Addresses in text: what is one, what only looks like one, and where exactly it stands."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aupkeep.intake.extract.addresses import find_addresses, read_address, scope

FOUND = [
    ("from 192.0.2.1.", "192.0.2.1", None),
    ("192[.]0[.]2[.]1", "192.0.2.1", None),
    ("192.0.2[.]1:22", "192.0.2.1", 22),
    ("192(.)0(.)2(.)1", "192.0.2.1", None),
    ("192[dot]0[dot]2[dot]1", "192.0.2.1", None),
    ("[192.0.2.1]:25936", "192.0.2.1", 25936),
    ("[client 192.0.2.1:46652]", "192.0.2.1", 46652),
    ("from 192.0.2.1 port 4711 ssh2", "192.0.2.1", 4711),
    ("client 192.0.2.1#31337: query", "192.0.2.1", 31337),
    ("IPV4/UDP/192.0.2.1/5060", "192.0.2.1", 5060),
    ("outside:192.0.2.1(4711)", "192.0.2.1", 4711),
    ("192.0.2.1/32", "192.0.2.1", None),
    ("http://192.0.2.1/x", "192.0.2.1", None),
    ("IP 192.0.2.1.4711 > x", "192.0.2.1", 4711),
    ("2001:db8::1", "2001:db8::1", None),
    ("[2001:db8::1]:22", "2001:db8::1", 22),
    ("from 2001:db8::5: Invalid", "2001:db8::5", None),
    ("2001:DB8:0:0:0:0:0:1.", "2001:db8::1", None),
    ("from ::ffff:192.0.2.3: bad", "192.0.2.3", None),
    ("rip=192.0.2.1, lip", "192.0.2.1", None),
]
NOT_FOUND = [
    "version 1.2.3.4", "v1.2.3.4", "Chrome/1.2.3.4", "release: 1.2.3.4", "1.3.6.1.4.1", "300.1.2.3",
    "192.0.2.0/24", "192.0.2.0/24.", "2001:db8::/32", "ec2-192-0-2-1.example",
    "192.0.2.1.example.com",
    "x.192.0.2.1.example.com", "Tel: 22.33.44.55",
    "+47.12.34.56.78", "12:00:00", "00:1b:44:11:3a:b7",
    "010.0.2.1", "01.02.2026", "192.0.2", "a192.0.2.1", "192.0.2.1x",
    "\u0661\u0669\u0662.0.2.1", "1234.0.2.1",
]  # fmt: skip


@pytest.mark.parametrize(("text", "address", "port"), FOUND)
def test_finds_the_address_with_its_port(text, address, port):
    """Each way of writing an address yields it, its port and nothing else."""
    (spot,) = find_addresses(text)
    assert (str(spot.address), spot.port) == (address, port)
    assert read_address(text[spot.start : spot.end]) == spot.address
    assert port is None or text[spot.port_start : spot.port_end] == str(port)


@pytest.mark.parametrize("text", NOT_FOUND)
def test_takes_no_number_for_an_address(text):
    """Versions, object identifiers, prefixes, names, telephone numbers and times are none."""
    assert find_addresses(text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("192.0.2.1", "public"),
        ("2001:db8::1", "public"),
        ("8.8.8.8", "public"),
        ("10.0.0.1", "local"),
        ("172.31.255.255", "local"),
        ("192.168.1.1", "local"),
        ("100.64.0.1", "local"),
        ("127.0.0.1", "nobody"),
        ("0.0.0.0", "nobody"),
        ("fe80::1", "nobody"),
        ("fd00::1", "local"),
        ("::1", "nobody"),
        ("224.0.0.1", "never"),
        ("255.255.255.255", "never"),
        ("ff02::1", "never"),
    ],
)
def test_knows_who_can_hold_an_address(text, expected):
    """Private, loopback and multicast addresses are told from those a customer can hold."""
    address = read_address(text)
    assert address is not None
    assert scope(address) == expected


GAP = st.text(" ,;()<>\"'\n|", max_size=3)


@given(st.ip_addresses().filter(lambda one: str(one) != "::"), GAP, GAP)
def test_the_source_of_an_address_reads_as_the_address(address, before, after):
    """Any address between any separators is found once, where it stands."""
    text = f"from{before or ' '}{address}{after}"
    (spot,) = find_addresses(text)
    assert spot.address == (getattr(address, "ipv4_mapped", None) or address)
    assert text[spot.start : spot.end] == str(address)


@given(st.text("0123456789.:[]abcdef/ \n-v(>", max_size=200))
def test_every_spot_reads_back(text):
    """In any text, what is called an address reads as that address."""
    for spot in find_addresses(text):
        assert read_address(text[spot.start : spot.end]) == spot.address
        assert spot.port is None or int(text[spot.port_start : spot.port_end]) == spot.port
