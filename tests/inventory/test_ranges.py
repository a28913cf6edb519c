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
