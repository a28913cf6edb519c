"""Ranges of addresses by the class of who holds them."""

from ipaddress import ip_address
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as some

from aupkeep.telemetry.detect.customer_classes import (
    CustomerClasses,
    address_number,
    classes_of,
    threshold_sets,
)
from aupkeep.telemetry.detect.detector import DetectorRule, Mode

CUTS = some.lists(some.integers(0, 200), unique=True, min_size=2, max_size=20).map(sorted)
NAMES = some.sampled_from(["gold", "tin", None])


@given(cuts=CUTS, data=some.data())
def test_each_address_has_the_class_of_its_range(cuts, data):
    """However ranges touch and whatever is left out, before and after they were kept."""
    parts = [(a, b - 1, data.draw(NAMES)) for a, b in pairwise(cuts)]
    made = CustomerClasses(part for part in parts if part[2])
    for one in (made, classes_of(made.to_json())):
        assert one == made
        for at in range(-1, 202):
            wanted = next((name for a, b, name in parts if a <= at <= b), None)
            assert one.at(at) == wanted


def test_neighbours_of_one_class_are_one_range():
    """So that 65,536 customers of one class take the room of one."""
    assert len(CustomerClasses((at, at, "gold") for at in range(65_536))) == 1


def test_families_do_not_meet():
    """An IPv4 address is not the IPv6 address of the same number."""
    four, six = ip_address("192.0.2.1"), ip_address(int(ip_address("192.0.2.1")) | 1 << 120)
    one = CustomerClasses([(address_number(four), address_number(four), "gold")])
    assert (one.at(address_number(four)), one.at(address_number(six)), one.at(int(four))) == (
        "gold",
        None,
        None,
    )


def test_a_class_keeps_what_it_does_not_say():
    """Its own thresholds stand over those for all, which stand over the defaults."""
    rule = DetectorRule(mode=Mode.ACT, thresholds={"a": 2}, classes={"gold": {"b": 3}})
    by_class = dict(threshold_sets(rule, {"a": (1, ""), "b": (1, "")}))
    assert by_class == {None: {"a": 2, "b": 1}, "gold": {"a": 2, "b": 3}}


@pytest.mark.parametrize("told", [{"gold": [1]}, {"gold": ["x", 2]}, {"gold": 5}])
def test_what_cannot_be_read(told):
    """A broken file is refused."""
    with pytest.raises((TypeError, ValueError)):
        classes_of(told)
