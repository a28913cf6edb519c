"""Names and URLs have the holder of what they came to at receipt."""

from contextlib import suppress
from datetime import UTC, datetime
from ipaddress import ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aupkeep.inventory.names import addresses_of, holder_of
from aupkeep.model.errors import Invalid
from aupkeep.model.holding import Disputed, Held, NotOurs, Unknown
from aupkeep.model.name import NameRecord, NameType

AT = datetime(2026, 3, 1, tzinfo=UTC)


def zone(text):
    """Records from lines such as `www.example.org A 203.0.113.7`."""
    parts = [line.split() for line in text.split(";") if line.strip()]
    return [
        NameRecord(name=name, type=NameType(type_), value=value, seen_at=AT)
        for name, type_, value in parts
    ]


def holder(address):
    """203.0.113.N: N below 100 is kari's, below 200 ola's, else unknown; the rest is not ours."""
    if not str(address).startswith("203.0.113."):
        return NotOurs()
    last = int(str(address).rsplit(".", 1)[1])
    if last >= 200:
        return Unknown()
    customer = "kari" if last < 100 else "ola"
    return Held(customer=customer, resource="web", assignment=f"a{last}", start=AT, end=None)


CASES = {
    "one": ("http://www.example.org/login", "www.example.org A 203.0.113.7", "kari"),
    "upper case and dot": ("WWW.Example.org.", "www.example.ORG. A 203.0.113.7", "kari"),
    "chain": ("a.example", "a.example CNAME b.example;b.example A 203.0.113.7", "kari"),
    "loop": ("a.example", "a.example CNAME b.example;b.example CNAME a.example", "unknown"),
    "literal": ("https://203.0.113.7:8443/x", "", "kari"),
    "IPv6 literal": ("https://[2001:db8::1]/x", "", "not ours"),
    "one of ours": ("a.example", "a.example A 198.51.100.1;a.example A 203.0.113.7", "kari"),
    "same holder twice": ("a.example", "a.example A 203.0.113.7;a.example A 203.0.113.8", "kari"),
    "two holders": ("a.example", "a.example A 203.0.113.7;a.example A 203.0.113.107", "kari ola"),
    "and unknown": ("a.example", "a.example A 203.0.113.7;a.example A 203.0.113.207", "only kari"),
    "elsewhere": ("a.example", "a.example A 198.51.100.1", "not ours"),
    "no record": ("a.example", "b.example A 203.0.113.7", "unknown"),
    "gateway": ("a.example", "a.example A 203.0.113.99", "unknown"),
    "member": ("a.example", "a.example A 203.0.113.99;a.example MEMBER 203.0.113.107", "ola"),
    "broken value": ("a.example", "a.example A 203.0.113", "unknown"),
    "international": ("http://blåbær.example/", "xn--blbr-roah.example A 203.0.113.7", "kari"),
    "no host": ("http:///x", "", "unknown"),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_holder(name):
    """Each shape of a name gives the answer that can be stood by."""
    text, lines, expected = CASES[name]
    found = holder_of(text, zone(lines), holder, gateways={ip_address("203.0.113.99")})
    if isinstance(found, Held):
        assert found.customer == expected
    elif isinstance(found, Disputed):
        assert [c.customer for c in found.candidates] == expected.removeprefix("only ").split()
    else:
        assert found == {"unknown": Unknown(), "not ours": NotOurs()}[expected]


def test_long_chain_ends():
    """A chain longer than any resolver follows comes to nothing."""
    lines = [f"n{i}.example CNAME n{i + 1}.example" for i in range(40)]
    found = addresses_of("n0.example", zone(";".join([*lines, "n40.example A 203.0.113.7"])))
    assert found.addresses == ()


@given(st.text(max_size=80))
def test_raises_only_invalid(text):
    """Any text is a name or `Invalid`."""
    with suppress(Invalid):
        assert addresses_of(text, []).names or addresses_of(text, []).addresses
