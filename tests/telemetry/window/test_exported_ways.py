"""What the exporters show of an address: both directions or one, and how late."""

from ipaddress import ip_address, ip_network

import numpy as np
import pytest

from aupkeep.telemetry.detect.engine import DetectionEngine
from aupkeep.telemetry.rows import RowField, Rows, empty, halves
from aupkeep.telemetry.window.exported_ways import exported_ways, have_met
from aupkeep.telemetry.window.layout import IN, OUT
from aupkeep.telemetry.window.own_slots import HASHED, IDLE, OwnSlots

T = 1_770_000_000_000  # ms
HAS = int(~RowField.INPUT & ~RowField.OUTPUT & ~RowField.VLAN & ~RowField.ICMP & 0x7FFF)
OURS, THEIRS = ip_address("192.0.2.7"), ip_address("198.51.100.9")
WHOLE, ACK, UDP, TCP = 1 | 2 | 8 | 16, 16, 17, 6


def rows(count: int, *, out: bool, proto: int = TCP, **fields: object) -> Rows:
    """So many rows of ours to a peer, or back."""
    made = empty(count)
    ends = (OURS, THEIRS) if out else (THEIRS, OURS)
    common = {"family": 4, "proto": proto, "packets": 9, "bytes": 900, "flags": WHOLE, "has": HAS}
    common |= {"src_lo": int(ends[0]), "dst_lo": int(ends[1]), "sampling": 1, "sport": 40000}
    common |= {"start": T, "end": T + 500, "seen": T + 1500, "dport": 443, "protocol": 9}
    for name, value in {**common, **fields}.items():
        made[name] = value
    return made


def engine() -> DetectionEngine:
    return DetectionEngine(OwnSlots([ip_network("192.0.2.0/24")]), {})


def shows(of: DetectionEngine, answers: int = IN) -> bool:
    return exported_ways(of.state).shows(of.own.slot(OURS), answers)


def test_nothing_is_known_at_first():
    one = engine()
    assert (shows(one, IN), shows(one, OUT)) == (False, False)


def test_an_address_that_only_sends_is_not_known_to_be_answered():
    one = engine()
    one.take(rows(50, out=True, proto=UDP), T + 2000)
    assert not shows(one)


def test_an_address_to_which_something_comes_is():
    one = engine()
    one.take(rows(5, out=True, proto=UDP), T + 2000)
    one.take(rows(1, out=False, proto=UDP), T + 2000)
    assert shows(one)
    assert shows(one, OUT)


def test_noise_does_not_hide_that_conversations_lack_a_side():
    """Strangers knock, yet no server's answer is ever shown."""
    one = engine()
    one.take(rows(60, out=True), T + 2000)
    one.take(rows(60, out=False, flags=2, packets=1), T + 2000)
    assert not shows(one)


def test_an_exporter_that_shows_one_way_caps_who_sends_by_it():
    """The address's own traffic by another router looks whole."""
    one = engine()
    one.take(rows(300, out=True, src_lo=int(OURS) + 1, exporter=3), T + 2000)
    one.take(rows(20, out=True), T + 2000)
    one.take(rows(20, out=False), T + 2000)
    assert shows(one)
    one.take(rows(1, out=True, proto=UDP, exporter=3), T + 2000)
    assert not shows(one)


def test_a_router_for_each_way_shows_both():
    one = engine()
    one.take(rows(300, out=True, exporter=3), T + 2000)
    one.take(rows(300, out=False, exporter=4), T + 2000)
    assert shows(one)


@pytest.mark.parametrize(("held", "expected"), [(1500, 1500), (61_000, 61_000), (900_000, 0)])
def test_the_wait_is_the_longest_that_an_exporter_held_back(held: int, expected: int):
    """What began longer ago than rows may be late teaches nothing."""
    one = engine()
    one.take(rows(3, out=True, end=T + held - 900, seen=T + held), T + held)
    assert exported_ways(one.state).wait(one.own.slot(OURS)) == expected


def test_who_answers_syn_only_has_not_talked():
    one, (hi, lo) = engine(), halves(THEIRS)
    slot = one.own.slot(OURS)
    one.take(rows(9, out=False, flags=2 | 16), T + 2000)
    one.take(rows(9, out=False, flags=4 | 16), T + 2000)
    assert not have_met(one.state, slot, hi, lo)
    one.take(rows(1, out=False), T + 2000)
    assert have_met(one.state, slot, hi, lo)
    assert not have_met(one.state, slot + 1, hi, lo)


def test_who_met_is_forgotten_after_twenty_minutes():
    one, (hi, lo) = engine(), halves(THEIRS)
    one.take(rows(1, out=False, proto=UDP), T + 2000)
    for minute in range(21):
        one.take(empty(0), T + minute * 60_000)
    assert not have_met(one.state, one.own.slot(OURS), hi, lo)


def test_who_takes_a_place_over_inherits_nothing():
    six = OwnSlots([ip_network("2001:db8:1::/48")])
    one = DetectionEngine(six, {})
    base = int(ip_address("2001:db8:1::"))
    common = {"family": 6, "src_hi": base >> 64, "dst_hi": 0x20010DB8F0000000, "dst_lo": 1}
    one.take(rows(HASHED, out=True, src_lo=np.arange(HASHED), **common), T + 2000)
    one.state.slots["mail_in"] = 77
    later = T + (IDLE + 100) * 1000
    for now in range(T, later, 500_000):
        one.take(empty(0), now)
    fresh = rows(1, out=True, src_lo=1 << 40, **common, start=later, end=later, seen=later)
    one.take(fresh, later)
    slot = six.slot(ip_address(base + (1 << 40)))
    assert slot >= 0
    assert one.state.slots["mail_in"][slot] == 0
