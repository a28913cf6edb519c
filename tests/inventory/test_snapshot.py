"""Look-ups in bulk: order, sites, both halves of an address, and nothing at all."""

from dataclasses import replace
from ipaddress import ip_address, ip_network

import numpy as np
import pytest

from aupkeep.inventory.assignment_columns import NetworkRanks, find, pack, times
from aupkeep.inventory.snapshot import DISPUTED, NOT_OURS, UNKNOWN, Snapshot
from aupkeep.model.holding import OwnSpace
from inventory.test_attribution import HOUR, OWN, T, record


def test_two_sites_agree_whichever_record_came_first():
    """One holder at both sites is certain, and the record is the first site's."""
    own = [replace(OWN[0], site=site) for site in ("a", "b")]
    records = [record("kari", site="b"), record("kari", site="a"), record("ola", "203.0.113.8/32")]
    addresses = pack([ip_address("203.0.113.7"), ip_address("203.0.113.8")])
    assert Snapshot.of(own, records).look_up(addresses, times([T, T])).tolist() == [1, UNKNOWN]
    half = [own[0], OwnSpace(prefix=ip_network("203.0.113.0/29"), site="b")]
    assert Snapshot.of(half, records).look_up(addresses, times([T, T])).tolist() == [1, UNKNOWN]


def test_a_single_address_of_ipv6_is_own_space():
    """All 128 bits count."""
    own = [OwnSpace(prefix=ip_network("2001:db8::9/128"))]
    records = [record("kari", "2001:db8::8/127")]
    asked = [ip_address("2001:db8::9"), ip_address("2001:db8::8")]
    codes = Snapshot.of(own, records).look_up(pack(asked), times([T, T]))
    assert codes.tolist() == [0, NOT_OURS]


def test_two_holders_at_once_are_disputed_at_any_address():
    """Also beside an address whose record ended before; the later start is no better."""
    records = [
        record("fir", "203.0.113.1/32", end=-9, id="0"),
        record("kari", start=-2, id="1"),
        record("ola", start=-1, id="2"),
    ]
    addresses = pack([ip_address("203.0.113.1"), ip_address("203.0.113.7")])
    codes = Snapshot.of(OWN, records).look_up(addresses, times([T, T]))
    assert codes.tolist() == [UNKNOWN, DISPUTED]


def test_port_nought_is_a_port():
    """Asked in bulk as its record is renewed: the new one counts, whoever has the rest."""
    records = [
        record("kari", port_to=9, end=0, id="0"),
        record("kari", port_to=9, start=0, id="1"),
        record("ola", port_from=10, id="2"),
    ]
    asked = pack([ip_address("203.0.113.7")] * 2)
    codes = Snapshot.of(OWN, records).look_up(asked, times([T, T]), np.array([0, -1]))
    assert codes.tolist() == [1, DISPUTED]


def test_all_ports_are_held_in_every_part():
    """Who had the whole address had each port that others share today."""
    records = [
        record("kari", end=-5, id="0"),
        record("ola", start=-5, port_to=1023, id="1"),
        record("eva", start=-5, port_from=1024, port_to=2047, id="2"),
    ]
    ports = np.array([22, 1500, 4000])
    asked = pack([ip_address("203.0.113.7")] * 3)
    snapshot = Snapshot.of(OWN, records)
    assert snapshot.look_up(asked, times([T - 8 * HOUR] * 3), ports).tolist() == [0, 0, 0]
    assert snapshot.look_up(asked, times([T] * 3), ports).tolist() == [1, 2, UNKNOWN]


def test_nothing_stands_in_an_empty_table():
    assert find(pack([]), pack([ip_address("203.0.113.7")] * 2)).tolist() == [-1, -1]


def test_no_moments_are_times_too():
    """An empty column of times is of whole numbers, as a full one is."""
    assert times([]).dtype == times([T]).dtype == np.int64


@pytest.mark.parametrize("length", [63, 64, 65, 128])
def test_networks_of_one_length_are_told_apart(length):
    """On either side of the middle of an IPv6 address, each network has its own rank."""
    step = 1 << 128 - length
    base = int(ip_address("2001:db8::")) >> 128 - length << 128 - length
    inside = [ip_address(base + n * step) for n in (0, 1, 2, 5)]
    halves = pack(inside).T
    ranks = NetworkRanks(6, length, halves[0], halves[1])
    assert len(ranks) == 4
    assert ranks.rank(halves[0], halves[1]).tolist() == [0, 1, 2, 3] == ranks.ranks.tolist()
    others = pack([ip_address(base + n * step) for n in (3, 6)]).T
    assert ranks.rank(others[0], others[1]).tolist() == [-1, -1]


def test_many_at_once_in_any_order():
    """Each answer belongs to its own question, whatever the order of addresses and sites."""
    own = [replace(OWN[0], site=site) for site in ("a", "b")]
    records = [
        record("kari", "203.0.113.7/32", site="a", id="0"),
        record("ola", "203.0.113.0/29", site="b", id="1"),
        record("kari", "203.0.113.7/32", site="b", id="2"),
        record("ola", "203.0.113.9/32", site="a", id="3", known_until=T),
    ]
    snapshot = Snapshot.of(own, records)
    addresses = [ip_address(f"203.0.113.{last}") for last in (9, 7, 1, 7)]
    addresses.append(ip_address("198.51.100.7"))
    at = times([T] * 5)
    assert snapshot.look_up(pack(addresses), at).tolist() == [
        UNKNOWN,
        0,
        DISPUTED,
        0,
        NOT_OURS,
    ]
    assert snapshot.look_up(pack(addresses), at, site="b").tolist() == [
        UNKNOWN,
        2,
        1,
        2,
        NOT_OURS,
    ]
    assert snapshot.look_up(pack(addresses), at, site="c").tolist() == [NOT_OURS] * 5
    before = Snapshot.of(own, records, T - HOUR)
    assert before.look_up(pack(addresses), at, site="a").tolist() == [3, 0, UNKNOWN, 0, NOT_OURS]
    assert Snapshot.of([], []).look_up(pack(addresses), at).tolist() == [NOT_OURS] * 5
    assert Snapshot.of(own, []).look_up(pack(addresses[:1]), at[:1]).tolist() == [UNKNOWN]
