"""Our own addresses and their slots."""

from ipaddress import ip_address, ip_network

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aupkeep.model.errors import Invalid
from aupkeep.telemetry.rows import halves
from aupkeep.telemetry.window.own_slots import (
    FOREIGN,
    HASHED,
    IDLE,
    NO_PLACE,
    PREFIXES,
    OwnSlots,
    slot_at,
)

PLACES = [ip_network(one) for one in ("192.0.2.0/25", "198.51.100.64/26", "203.0.113.7/32")]
SIX = ip_network("2001:db8:5::/48")


def take(own: OwnSlots, address: str, second: int = 1000, *, sends: bool = True) -> int:
    """Ask for a place as a row of that address would."""
    hi, lo = halves(ip_address(address))
    prefix = len(own.prefixes) - 1
    return slot_at(own.space[0], prefix, np.uint64(hi), np.uint64(lo), second, int(sends))


@given(st.integers(0, 2**32 - 1))
@settings(deadline=None)
def test_an_ipv4_address_has_a_slot_exactly_if_it_is_ours(number: int):
    """The oracle is Python's own ipaddress; a slot gives its address back."""
    own, one = OwnSlots([*PLACES, SIX]), ip_address(number)
    slot = own.slot(one)
    assert (slot >= 0) == any(one in place for place in PLACES)
    assert slot == FOREIGN or own.address(slot) == one


def test_every_dense_address_has_a_slot_of_its_own():
    own = OwnSlots(PLACES)
    slots = [own.slot(one) for place in PLACES for one in place]
    assert sorted(slots) == list(range(128 + 64 + 1))


def test_an_ipv6_address_gets_a_place_when_it_is_seen():
    own = OwnSlots([*PLACES, SIX])
    assert own.slot(ip_address("2001:db8:5::1")) == NO_PLACE
    slot = take(own, "2001:db8:5::1")
    assert own.address(slot) == ip_address("2001:db8:5::1")
    assert take(own, "2001:db8:5::1") == slot == own.slot(ip_address("2001:db8:5::1"))


def test_strangers_who_probe_cannot_fill_the_table():
    """What only receives takes a place while half of the table is free; what sends still does."""
    own = OwnSlots([SIX])
    for number in range(HASHED):
        take(own, f"2001:db8:5::{number:x}", sends=False)
    assert own.overflow > HASHED / 3
    assert take(own, "2001:db8:5:1::1") >= 0


def test_a_place_is_taken_over_when_it_was_idle_for_long():
    own = OwnSlots([SIX])
    for number in range(HASHED * 2):
        take(own, f"2001:db8:5::{number:x}", 1000)
    lost = own.overflow
    assert lost > 0
    assert all(take(own, f"2001:db8:5:1::{number:x}", 1001 + IDLE) >= 0 for number in range(500))
    assert own.overflow == lost


def test_ipv4_that_does_not_fit_is_hashed():
    own = OwnSlots([ip_network("192.0.2.0/24")], dense=16)
    assert own.slot(ip_address("192.0.2.9")) == NO_PLACE
    assert own.address(take(own, "192.0.2.9")) == ip_address("192.0.2.9")


def test_prefixes_that_touch_are_one():
    assert len(OwnSlots([ip_network("192.0.2.0/25"), ip_network("192.0.2.128/25")]).prefixes) == 1


def test_refuses_none_and_too_many():
    with pytest.raises(Invalid, match="expected 1 to"):
        OwnSlots([])
    with pytest.raises(Invalid, match="expected 1 to"):
        OwnSlots([ip_network((10 << 24) + 512 * one) for one in range(PREFIXES + 1)])
