"""Strikes are seen for what they are; a rule may act on those that nobody innocent resembles."""

import pytest

from innocent import WAYS
from strikes import cell

BOTH = WAYS[0]


@pytest.mark.parametrize(
    ("name", "rate", "seen"),
    [
        ("udp plain", 1, "act: udp-flood"),
        ("udp of one socket", 1, "act: udp-flood"),
        ("udp to a game", 1, "propose: udp-flood"),
        ("pings", 100, "act: icmp-flood"),
        ("syn with options", 1000, "act: syn-flood"),
        ("directory reflected", 1000, "act: amplifier"),
    ],
)
def test_it_is_seen(name: str, rate: int, seen: str) -> None:
    assert cell(name, rate, BOTH) == seen
