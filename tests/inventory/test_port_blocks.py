"""Which ports of which address a subscriber has by a rule, and whose an inside address is."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from ipaddress import IPv4Address, ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aupkeep.inventory.coverage import PrefixCoverage, covered, overlaps
from aupkeep.inventory.inside import InsideHolders
from aupkeep.inventory.mapping import UnmappedProject
from aupkeep.inventory.port_blocks import FIELDS, PortBlock, PortRule
from aupkeep.model.errors import Invalid
from aupkeep.model.holding import OwnSpace, Tenure
from inventory.test_attribution import record

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
TABLE = {
    "inside": "100.64.0.0/30",
    "outside": "203.0.113.0-203.0.113.1",
    "ports": 20_000,
    "from": "2026-03-01T12:00:00Z",
}


def rule(**changes: object):
    given = {key.removesuffix("_"): value for key, value in changes.items()}
    return PortRule.of({key: x for key, x in (TABLE | given).items() if x is not None})


def insides_of(made: PortRule, address: IPv4Address, port: int):
    """Every inside address whose block holds a port."""
    blocks = ((inside, made.outside_of(inside)) for inside in made.insides())
    return [
        inside
        for inside, block in blocks
        if block.address == address and block.first <= port <= block.last
    ]


def test_a_rule_as_it_is_written():
    """A prefix or first and last address; the ports below 1024 are reserved unless said."""
    assert rule() == PortRule(
        inside=(IPv4Address("100.64.0.0"), IPv4Address("100.64.0.3")),
        outside=(IPv4Address("203.0.113.0"), IPv4Address("203.0.113.1")),
        ports=20_000,
        start=NOON,
        end=None,
        reserved=1024,
    )
    zone = timezone(HOUR)
    made = rule(from_=NOON.astimezone(zone), until="2026-03-02T12:00:00Z", algorithm="sequential")
    assert (made.start, made.end) == (NOON, NOON + 24 * HOUR)
    assert made.start.tzinfo is UTC


def test_blocks_follow_each_other():
    """The first block of the first address is the first inside address's, and so on."""
    made = rule()
    assert made.blocks == 3
    inside = [IPv4Address("100.64.0.0") + number for number in range(4)]
    outside = [IPv4Address("203.0.113.0"), IPv4Address("203.0.113.1")]
    assert list(made.insides()) == inside
    assert [made.outside_of(address) for address in inside] == [
        PortBlock(outside[0], 1024, 21_023),
        PortBlock(outside[0], 21_024, 41_023),
        PortBlock(outside[0], 41_024, 61_023),
        PortBlock(outside[1], 1024, 21_023),
    ]
    assert made.outside_of(inside[0] - 1) is None
    assert made.outside_of(inside[3] + 1) is None


@pytest.mark.parametrize(
    ("address", "port", "inside"),
    [
        ("203.0.113.0", 1023, None),
        ("203.0.113.0", 1024, "100.64.0.0"),
        ("203.0.113.0", 21_023, "100.64.0.0"),
        ("203.0.113.0", 21_024, "100.64.0.1"),
        ("203.0.113.0", 61_023, "100.64.0.2"),
        ("203.0.113.0", 61_024, None),
        ("203.0.113.0", 65_535, None),
        ("203.0.113.1", 1024, "100.64.0.3"),
        ("203.0.113.1", 21_024, None),
        ("203.0.112.255", 1024, None),
        ("203.0.113.2", 1024, None),
    ],
)
def test_a_port_is_one_subscribers_or_nobodys(address, port, inside):
    """What is reserved, left over or beside the rule has nobody."""
    assert insides_of(rule(), IPv4Address(address), port) == (
        [IPv4Address(inside)] if inside else []
    )


@given(st.integers(1, 65_535), st.integers(0, 65_535), st.integers(0, 15))
def test_each_port_of_a_block_leads_back(ports, reserved, place):
    """There and back, for each rule that has room."""
    try:
        made = rule(inside="100.64.0.0/28", ports=ports, reserved=reserved)
    except Invalid:
        return
    inside = IPv4Address("100.64.0.0") + place
    block = made.outside_of(inside)
    assert block.last - block.first == ports - 1
    assert reserved <= block.first <= block.last <= 65_535
    for port in (block.first, block.last):
        assert insides_of(made, block.address, port) == [inside]


WHOLE = "expected a whole number from"
RFC3339 = "expected RFC 3339 with a zone, found another type"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        (
            {"x" * 50: 1},
            f"rule: expected {', '.join(FIELDS)}, found {'x' * 40!r}",
        ),
        ({"algorithm": "random"}, "rule algorithm: expected sequential, found another one"),
        ({"from_": None}, "rule from: expected since when it is in force, found none"),
        ({"from_": 7}, f"rule from: {RFC3339}"),
        ({"until": datetime(2026, 3, 2)}, f"rule until: {RFC3339}"),  # noqa: DTZ001 - it has none
        ({"from_": "x"}, "rule from: expected RFC 3339 such as 2026-03-01T12:00:00Z, found 'x'"),
        ({"inside": None}, "rule inside: expected a prefix or FIRST-LAST, found none"),
        ({"outside": 7}, "rule outside: expected a prefix or FIRST-LAST, found none"),
        ({"outside": "2001:db8::/126"}, "rule outside: expected IPv4, found '2001:db8::/126'"),
        (
            {"outside": f"203.0.113.1-2001:db8::{'0' * 3}1{' ' * 60}"},
            f"rule outside: expected IPv4, found {('203.0.113.1-2001:db8::0001' + ' ' * 34)!r}",
        ),
        (
            {"outside": f"203.0.113.1-203.0.113.0{' ' * 60}"},
            "rule outside: expected the lower address first, found "
            + repr("203.0.113.1-203.0.113.0" + " " * 37),
        ),
        ({"inside": "x"}, "rule inside: expected an IPv4 or IPv6 address, found 'x'"),
        ({"inside": "x-y"}, "rule inside: expected an IPv4 or IPv6 address, found 'x'"),
        (
            {"outside": "203.0.113.1-203.0.113.0"},
            "rule outside: expected the lower address first, found '203.0.113.1-203.0.113.0'",
        ),
        ({"ports": None}, f"rule ports: {WHOLE} 1 up to 65535"),
        ({"ports": 0}, f"rule ports: {WHOLE} 1 up to 65535"),
        ({"ports": True}, f"rule ports: {WHOLE} 1 up to 65535"),
        ({"ports": 65_536}, f"rule ports: {WHOLE} 1 up to 65535"),
        ({"reserved": -1}, f"rule reserved: {WHOLE} 0 up to 65535"),
        ({"reserved": 65_536}, f"rule reserved: {WHOLE} 0 up to 65535"),
        (
            {"inside": "100.64.0.0/29"},
            "rule: expected ports for 8 inside addresses, found blocks for 6",
        ),
        (
            {"inside": "100.64.0.0/11"},
            "rule inside: expected at most 1048576 addresses, found 2097152",
        ),
        (
            {"until": "2026-03-01T12:00:00Z"},
            "rule until: expected a time after from, found one before",
        ),
    ],
)
def test_what_is_no_rule_is_named(changes, words):
    with pytest.raises(Invalid) as caught:
        rule(**changes)
    assert str(caught.value) == words


def test_a_rule_for_one_address():
    """First and last may be one, and an address is a prefix of one."""
    one = IPv4Address("100.64.0.0"), IPv4Address("100.64.0.0")
    assert rule(inside="100.64.0.0-100.64.0.0").inside == one
    assert rule(inside="100.64.0.0").inside == one


def test_a_rule_may_speak_of_a_million():
    wide = {"inside": "100.64.0.0/12", "outside": "203.0.112.0-203.16.111.255", "ports": 64_000}
    assert rule(**wide).outside_of(IPv4Address("100.79.255.255")) is not None


def test_a_rule_may_take_all_there_is():
    """Every port of an address for one, and as many inside addresses as there are blocks."""
    assert rule(reserved=0, ports=65_535, inside="100.64.0.0/31").blocks == 1
    assert rule(ports=20_000, inside="100.64.0.0-100.64.0.5").outside_of(
        IPv4Address("100.64.0.5")
    ) == PortBlock(IPv4Address("203.0.113.1"), 41_024, 61_023)


# Whose an inside address is

INSIDE = ip_address("100.64.0.5")


def held(customers=None, records=None, start=NOON, end=None):
    return list(InsideHolders(customers or {}, records).held(INSIDE, start, end))


def inside_record(customer, start, end=None, prefix="100.64.0.5/32", **more: object):
    """A record that begins and ends so many hours after noon."""
    return record(customer, prefix, start, end, **more)


def test_the_narrowest_declaration_counts():
    """For all time, whatever the records say."""
    declared = {"100.64.0.0/24": "ola", "100.64.0.5": "kari", "100.64.0.6": "per"}
    records = [inside_record("eva", -1)]
    assert held(declared, records) == [("kari", "inside:100.64.0.5", NOON, None)]
    assert held({"100.64.0.0/24": "ola"}) == [("ola", "inside:100.64.0.5", NOON, None)]


@pytest.mark.parametrize(
    ("customers", "words"),
    [({"x": "ola"}, "customers: "), ({"100.64.0.5": "a\nb"}, "customer: ")],
)
def test_a_declaration_that_is_none_is_named(customers, words):
    with pytest.raises(Invalid) as caught:
        InsideHolders(customers)
    assert str(caught.value).startswith(words)


def test_where_two_hold_it_nobody_does():
    """Two records of one prefix with other ports: without a port it is nobody's."""
    low = inside_record("kari", -1, port_to=1023)
    high = inside_record("ola", -1, id="b", port_from=1024)
    assert held(records=[low, high]) == [("", "nobody inside", NOON, None)]


@pytest.mark.parametrize("records", [None, [], [inside_record("eva", 0, prefix="100.64.0.6/32")]])
def test_an_address_that_nobody_knows_is_named(records):
    with pytest.raises(UnmappedProject) as caught:
        held({"100.64.1.0/24": "ola"}, records)
    assert str(caught.value) == "100.64.0.5"


def test_records_say_it_moment_by_moment():
    """Each part of the time; a part that nobody has is nobody's."""
    first, second = inside_record("kari", 1, 2), inside_record("ola", 3, id="b")
    gone = replace(inside_record("eva", 0, id="c"), known_until=NOON)
    parts = held(records=[first, second, gone])
    assert parts == [
        ("", "nobody inside", NOON, NOON + HOUR),
        ("kari", "vm", NOON + HOUR, NOON + 2 * HOUR),
        ("", "nobody inside", NOON + 2 * HOUR, NOON + 3 * HOUR),
        ("ola", "vm", NOON + 3 * HOUR, None),
    ]
    inner = held(records=[first, second], start=NOON + 1.5 * HOUR, end=NOON + 3 * HOUR)
    assert inner == [
        ("kari", "vm", NOON + 1.5 * HOUR, NOON + 2 * HOUR),
        ("", "nobody inside", NOON + 2 * HOUR, NOON + 3 * HOUR),
    ]


def test_one_holder_in_two_records_has_one_part():
    parts = held(records=[inside_record("kari", -1, 1), inside_record("kari", 1, id="b")])
    assert parts == [("kari", "vm", NOON, None)]


# How far own space is covered

OWN = OwnSpace(prefix=ip_network("192.0.2.0/24"))
NET = int(ip_address("192.0.2.0"))


def tenure(first, length, customer, site="main", ports=(0, 65_535)):
    return Tenure(site, 4, NET + first, length, *ports, customer, "vm")


def test_shares_of_what_is_held_a_pool_or_on_no_record():
    """Each site for itself; of many gaps the first five are named."""
    tenures = [tenure(number * 32, 28, "kari") for number in range(8)]
    tenures.append(tenure(16, 28, ""))
    other = OwnSpace(prefix=OWN.prefix, site="b")
    wide = OwnSpace(prefix=ip_network("192.0.2.0/23"))
    found = covered([OWN, other, wide], tenures, NOON)
    gaps = tuple(f"192.0.2.{n * 32 + 16}-192.0.2.{n * 32 + 31}" for n in range(1, 6))
    assert found[OWN] == PrefixCoverage(held=0.5, pool=0.0625, gap=0.4375, gaps=gaps)
    assert found[other] == PrefixCoverage(gap=1.0, gaps=("192.0.2.0-192.0.2.255",))
    assert (found[wide].held, found[wide].pool, found[wide].gap) == (0.25, 0.03125, 0.71875)


def test_a_pool_in_parts_is_added_up():
    tenures = [tenure(0, 26, ""), tenure(128, 26, "")]
    found = covered([OWN], tenures, NOON)[OWN]
    assert (found.held, found.pool, found.gap) == (0.0, 0.5, 0.5)


def test_an_address_shared_by_ports_is_held():
    found = covered([OWN], [tenure(0, 24, "kari", ports=(0, 1023))], NOON)[OWN]
    assert (found.held, found.pool, found.gap) == (1.0, 0.0, 0.0)


def test_records_of_one_place_that_differ_are_named():
    """The one that counts first; the same holder, another site, place or port is no difference."""
    kari, ola = record("kari"), record("ola", precedence=5, id="b")
    same = record("kari", id="c")
    assert overlaps([kari, ola]) == [(ola, kari)]
    assert overlaps([kari, same]) == []
    assert overlaps([kari, same, ola]) == [(ola, kari), (ola, same)]
    beside = [record(who, "203.0.113.8/32", id=who) for who in ("eva", "per")]
    assert len(overlaps([kari, ola, *beside])) == 2
    for other in (
        record("ola", id="d", site="b"),
        record("ola", "203.0.113.8/32", id="e"),
        record("ola", id="f", port_from=1),
        record("ola", id="g", port_to=1),
    ):
        assert overlaps([kari, other]) == []
    assert overlaps([kari, record("kari", id="h", resource="other")]) != []
    assert overlaps([record(""), record("", id="i", pool=True)]) != []
