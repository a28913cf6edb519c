"""Names and URLs have the holder of what they came to at receipt."""

from contextlib import suppress
from datetime import UTC, datetime
from ipaddress import ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aupkeep.inventory.names import addresses_of, holder_of, join
from aupkeep.model.errors import Invalid
from aupkeep.model.holding import Candidate, Disputed, Held, NotOurs, Unknown
from aupkeep.model.host import host_of, is_address
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
    "an alias is no address": ("a.example", "a.example CNAME 203.0.113.7", "unknown"),
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


def test_a_chain_is_followed_to_its_end():
    """Sixteen names on the way are followed, one more is not; every name passed is kept."""
    lines = [f"n{i}.example CNAME n{i + 1}.example" for i in range(17)]
    for last, addresses in ((15, (ip_address("203.0.113.7"),)), (16, ())):
        records = zone(";".join([*lines[:last], f"n{last}.example A 203.0.113.7"]))
        resolved = addresses_of("n0.example", records)
        assert resolved.addresses == addresses
        assert resolved.names == tuple(f"n{i}.example" for i in range(min(last, 16) + 1))


def test_addresses_in_order():
    """A before AAAA, each once, whatever the order of the records; members stand for all."""
    text = "a.example AAAA 2001:db8::1;a.example A 203.0.113.7;a.example A 203.0.113.7"
    four, six = ip_address("203.0.113.7"), ip_address("2001:db8::1")
    assert addresses_of("a.example", zone(text)).addresses == (four, six)
    member = f"{text};a.example MEMBER 203.0.113.8"
    assert addresses_of("a.example", zone(member)).addresses == (ip_address("203.0.113.8"),)
    literal = addresses_of("http://[2001:db8::1]:80/", zone(text))
    assert (literal.addresses, literal.names) == ((six,), ())
    mixed = "a.example A junk;a.example A 203.0.113.7;a.example CNAME b.example"
    assert addresses_of("a.example", zone(mixed)).names == ("a.example", "b.example")
    assert addresses_of("a.example", zone(mixed)).addresses == (four,)


LABEL = "x" * 63
HOSTS = {
    "https://user:pw@Shop.Example.COM:8443/login?q=//x": "shop.example.com",
    " example.org. ": "example.org",
    "//example.org/x": "example.org",
    "example.org:80": "example.org",
    "https://blåbær.example/": "xn--blbr-roah.example",
    "203.0.113.7": "203.0.113.7",
    "[2001:DB8::1]:22": "2001:db8::1",
    f"{LABEL}.example": f"{LABEL}.example",
    ".".join([LABEL] * 3 + ["x" * 61]): ".".join([LABEL] * 3 + ["x" * 61]),
}


@pytest.mark.parametrize("text", HOSTS)
def test_host(text):
    """The host of a URL or a domain, plain."""
    assert host_of(text) == HOSTS[text]


@pytest.mark.parametrize(
    "text",
    [
        "http://[::1/",
        "http:///x",
        "",
        "a..example",
        f"x{LABEL}.example",
        ".".join([LABEL] * 3 + ["x" * 62]),
        "http://æ..example/" + "y" * 60,
        "." * 99,
    ],
)
def test_no_host(text):
    """Text without a host says so, cut short."""
    with pytest.raises(Invalid) as raised:
        host_of(text)
    assert str(raised.value) == f"name: expected a URL or a domain, found {text[:60]!r}"


def test_an_address_is_no_name():
    """Of either version, and of nothing else."""
    hosts = ["192.0.2.1", "2001:db8::1", "shop.example", "192.0.2.1.example"]
    assert [is_address(host) for host in hosts] == [True, True, False, False]


def candidate(address):
    held = holder(ip_address(address))
    return Candidate(
        customer=held.customer,
        resource=held.resource,
        assignment=held.assignment,
        start=held.start,
        end=held.end,
    )


def test_join():
    """Certain only where all of ours agree; each holder is a candidate once."""
    kari, same, ola = (holder(ip_address(f"203.0.113.{n}")) for n in (1, 2, 101))
    both = Disputed(candidates=(candidate("203.0.113.1"), candidate("203.0.113.101")))
    assert join([]) == NotOurs()
    assert join([NotOurs(), NotOurs()]) == NotOurs()
    assert join([NotOurs(), kari, same]) == kari
    assert join([kari, ola]) == both
    assert join([both, same, ola]) == both
    assert join([kari, Unknown()]) == Disputed(candidates=(candidate("203.0.113.1"),))
    assert join([Unknown(), NotOurs()]) == Unknown()
    other = Held(customer="kari", resource="db", assignment="a9", start=AT, end=None)
    assert isinstance(join([kari, other]), Disputed)


def test_who_is_disputed_keeps_their_time():
    """A candidate says from when until when, as the record of its holder does."""
    ended = Held(customer="kari", resource="web", assignment="a1", start=AT, end=AT)
    ola = Held(customer="ola", resource="db", assignment="a2", start=AT, end=None)
    assert join([ended, ola]).candidates == (
        Candidate(customer="kari", resource="web", assignment="a1", start=AT, end=AT),
        Candidate(customer="ola", resource="db", assignment="a2", start=AT, end=None),
    )
