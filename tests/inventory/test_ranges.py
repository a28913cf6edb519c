"""Each part of our own space has the holder that `holder_at` names for every address in it."""

from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address, ip_address, ip_network

from hypothesis import given
from hypothesis import strategies as some

from aupkeep.inventory.attribution import holder_at
from aupkeep.inventory.ranges import held_ranges
from aupkeep.model.holding import Assignment, Held, OwnSpace, Tenure
from aupkeep.model.subject import Subject

NOW = datetime(2026, 3, 1, tzinfo=UTC)
BASE = int(ip_address("192.0.2.0"))
HOUR = timedelta(hours=1)


@some.composite
def prefixes(draw):
    """A prefix inside 192.0.2.0/27."""
    length = draw(some.integers(27, 32))
    block = draw(some.integers(0, (1 << length - 27) - 1))
    return ip_network((BASE + (block << 32 - length), length))


@some.composite
def assignments(draw):
    """Somebody holds a prefix, perhaps some ports of it, perhaps no longer or not yet."""
    start = draw(some.sampled_from([NOW - 2 * HOUR, NOW - HOUR, NOW, NOW + HOUR]))
    low, high = draw(some.sampled_from([(0, 65535), (0, 1000)]))
    return Assignment(
        id=draw(some.uuids()).hex, site=draw(some.sampled_from(["main", "north"])),
        prefix=draw(prefixes()), port_from=low, port_to=high,
        customer=draw(some.sampled_from("ab")), resource="r", start=start,
        end=draw(some.sampled_from([None, start + HOUR])), known_from=NOW - 3 * HOUR,
    )  # fmt: skip


def tenure(one):
    """What an assignment says while it is in force."""
    network = int(one.prefix.network_address)
    ports = one.port_from, one.port_to
    return Tenure(one.site, 4, network, one.prefix.prefixlen, *ports, one.customer, one.resource)


@given(
    some.lists(some.tuples(prefixes(), some.sampled_from(["main", "north"])), max_size=3),
    some.lists(assignments(), max_size=8),
)
def test_as_attribution_has_it(spaces, records):
    """The parts are in order, do not overlap, and say what is said address by address."""
    own = [OwnSpace(prefix=prefix, site=site) for prefix, site in spaces]
    live = [one for one in records if one.start <= NOW and (one.end is None or one.end > NOW)]
    parts = list(held_ranges(own, [tenure(one) for one in live], NOW))
    ends = [int(one) for first, last, _ in parts for one in (first, last + 1)]
    assert ends == sorted(ends)
    for at in range(BASE, BASE + 32):
        address = IPv4Address(at)
        found = [held for first, last, held in parts if first <= address <= last]
        wanted = holder_at(records, own, Subject(address=address), NOW, tolerance=0.0)
        ours = any(address in one.prefix for one in own)
        assert len(found) == ours
        if ours:
            named = (found[0].customer, found[0].resource) if found[0] else None
            certain = isinstance(wanted, Held)
            assert named == ((wanted.customer, wanted.resource) if certain else None)


def test_the_whole_of_either_family():
    """The last address of all has a part too."""
    own = [OwnSpace(prefix=ip_network(one)) for one in ("0.0.0.0/0", "::/0")]
    parts = [(str(first), str(last)) for first, last, _ in held_ranges(own, [], NOW)]
    assert parts == [("0.0.0.0", "255.255.255.255"), ("::", str(ip_address((1 << 128) - 1)))]


SPACE = [
    OwnSpace(prefix=ip_network("192.0.2.0/28"), since=NOW - timedelta(seconds=0.5)),
    OwnSpace(prefix=ip_network("192.0.2.64/30")),
    OwnSpace(prefix=ip_network("192.0.2.64/30"), site="north"),
    OwnSpace(prefix=ip_network("2001:db8::/64")),
]
HELD = [
    ("main", "192.0.2.0/30", "kari"),
    ("main", "192.0.2.2/32", "ola"),
    ("main", "192.0.2.8/30", "eva"),
    ("main", "198.51.100.0/30", "kari"),
    ("main", "192.0.2.64/32", "kari"),
    ("north", "192.0.2.64/32", "ola"),
    ("main", "192.0.2.65/32", "kari"),
    ("north", "192.0.2.65/32", "kari"),
    ("main", "2001:db8::10/124", "kari"),
    ("main", "2001:db8:0:0:8000::/65", "ola"),
]
PARTS = """
192.0.2.0 192.0.2.1 kari
192.0.2.2 192.0.2.2 ola
192.0.2.3 192.0.2.3 kari
192.0.2.4 192.0.2.7 -
192.0.2.8 192.0.2.11 eva
192.0.2.12 192.0.2.15 -
192.0.2.64 192.0.2.64 -
192.0.2.65 192.0.2.65 kari
192.0.2.66 192.0.2.67 -
2001:db8:: 2001:db8::f -
2001:db8::10 2001:db8::1f kari
2001:db8::20 2001:db8::7fff:ffff:ffff:ffff -
2001:db8:0:0:8000:: 2001:db8::ffff:ffff:ffff:ffff ola
"""


def test_the_parts_of_a_small_network():
    """The narrowest prefix holds; two sites that differ hold nothing; others' space is no part.

    Space that became ours a moment before belongs to it.
    """
    tenures = []
    for site, text, customer in HELD:
        net = ip_network(text)
        first = int(net.network_address)
        tenures.append(Tenure(site, net.version, first, net.prefixlen, 0, 65535, customer, "r"))
    shown = [
        f"{first} {last} {held.customer if held else '-'}"
        for first, last, held in held_ranges(SPACE, tenures, NOW)
    ]
    expected = [line.split() for line in PARTS.strip().splitlines()]
    assert shown == [f"{ip_address(a)} {ip_address(b)} {who}" for a, b, who in expected]
    assert list(held_ranges([], tenures, NOW)) == []


def test_a_pool_is_nobody_s_part():
    own = [OwnSpace(prefix=ip_network("192.0.2.0/32"))]
    wide = Tenure("main", 4, BASE, 24, 0, 65535, "kari", "r")
    pool = Tenure("main", 4, BASE, 32, 0, 65535, "", "floating")
    assert [held for _, _, held in held_ranges(own, [wide, pool], NOW)] == [None]


def test_who_holds_some_ports_holds_no_part():
    """Several share the address: nobody is named for the whole of it."""
    own = [OwnSpace(prefix=ip_network("192.0.2.0/32"))]
    tenures = [Tenure("main", 4, BASE, 32, *ports, "kari", "r") for ports in ((0, 9), (10, 65535))]
    split = [tenures[0], tenures[1]._replace(customer="ola")]
    assert [held for _, _, held in held_ranges(own, split, NOW)] == [None]
    assert [held.customer for _, _, held in held_ranges(own, tenures, NOW)] == ["kari"]
