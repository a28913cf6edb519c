"""An element as a kernel shows it, in JSON and in text."""

from dataclasses import replace
from datetime import timedelta

import pytest

from aupkeep.enforcement.driver import InstalledElement
from aupkeep.enforcement.nft_element import from_json, from_text
from enforcement.orders import NOW

PLACE = "port4 203.0.113.10 . tcp . 22"
BARE = InstalledElement(place=PLACE, action="", reference="", expires=None)
OURS = replace(BARE, action="b-1", reference="A", packets=7)
KEY = {"concat": ["203.0.113.10", 6, 22]}
INNER = {
    "val": KEY,
    "timeout": 3300,
    "expires": 3299,
    "comment": "case A action b-1",
    "counter": {"packets": 7, "bytes": 420},
}


def test_from_a_listing():
    """Place, case, action, end and packets; the end is counted from now."""
    element = from_json("port4", {"elem": INNER}, NOW)
    assert element == replace(OURS, expires=NOW + timedelta(seconds=3299))


@pytest.mark.parametrize(
    ("value", "place"),
    [
        ("203.0.113.10", "host4 203.0.113.10"),
        ({"elem": {"val": "2001:db8::1"}}, "host4 2001:db8::1"),
        ({"concat": ["203.0.113.10", "192.0.2.1"]}, "host4 203.0.113.10 . 192.0.2.1"),
        ({"concat": ["203.0.113.10", 17, 53]}, "port4 203.0.113.10 . udp . 53"),
        ({"concat": ["203.0.113.10", 1]}, "into4 203.0.113.10 . icmp"),
        ({"concat": ["2001:db8::1", 58]}, "into6 2001:db8::1 . ipv6-icmp"),
        ({"concat": ["203.0.113.10", 6]}, "hostp4 203.0.113.10 . 6"),
        ({"concat": ["203.0.113.10", {"range": [9, 17]}]}, "hostp4 203.0.113.10 . 9-17"),
        ({"prefix": {"addr": "2001:db8::", "len": 64}}, "hostn6 2001:db8::/64"),
        ({"set": "web"}, "host4 {'set': 'web'}"),
        ("203.0.113.10", "port4 203.0.113.10"),
        ({"concat": ["203.0.113.10", 47, 6]}, "from4 203.0.113.10 . 47 . 6"),
    ],
)
def test_key(value: object, place: str):
    """A key is written as a place writes it; an element without attributes is a stranger's."""
    assert from_json(place.split(maxsplit=1)[0], value, NOW) == replace(BARE, place=place)


@pytest.mark.parametrize(
    ("limit", "rate"),
    [
        ({"rate": 5}, 5),
        ({"rate": 5, "rate_unit": "bytes"}, 5),
        ({"rate": 5, "rate_unit": "kbytes"}, 5 * 1024),
        ({"rate": 5, "rate_unit": "mbytes"}, 5 * 1024**2),
        ({"rate": 5, "rate_unit": "gbytes"}, 5 * 1024**3),
        (None, None),
    ],
)
def test_rate(limit: object, rate: int | None):
    """A limit is in bytes a second, whatever unit it is shown in."""
    assert from_json("port4", {"elem": {"val": KEY, "limit": limit}}, NOW).rate == rate


def test_a_counter_that_is_not_shown():
    """Without figures nothing was counted; an end of nought is one."""
    inner = {"val": KEY, "counter": None, "expires": 0}
    assert from_json("port4", {"elem": inner}, NOW) == replace(BARE, expires=NOW)


@pytest.mark.parametrize(
    "comment",
    ["case A", "case A action", "x case A action b", "case A action b c", "case A_ action b"],
)
def test_a_stranger_s_comment(comment: str):
    """Only our own comment, whole, names a case."""
    assert from_json("port4", {"elem": {"val": KEY, "comment": comment}}, NOW) == BARE


def text(rest: str) -> str:
    return f"table inet aupkeep {{\n\tset port4 {{\n\t\telements = {{ {rest} }}\n\t}}\n}}\n"


@pytest.mark.parametrize(
    ("rest", "expected"),
    [
        (
            (
                "203.0.113.10 . 6 . 22 counter packets 7 bytes 420 timeout 55m expires 54m59s992ms"
                ' comment "case A action b-1"'
            ),
            replace(OURS, expires=NOW + timedelta(minutes=54, seconds=59, milliseconds=992)),
        ),
        (
            (
                "203.0.113.10 . 6 . 22 limit rate over 5 kbytes/second burst 64 kbytes"
                ' timeout 2d expires 1d2h3m4s comment "x"'
            ),
            replace(
                BARE,
                rate=5 * 1024,
                expires=NOW + timedelta(days=1, hours=2, minutes=3, seconds=4),
            ),
        ),
        ("203.0.113.10 . 6 . 22", BARE),
    ],
)
def test_from_text(rest: str, expected: InstalledElement):
    """The one element that was asked for, with the better clock of the text."""
    assert from_text(PLACE, text(rest), NOW) == expected


def test_no_element():
    """A set without elements shows none."""
    assert from_text(PLACE, "table inet aupkeep {\n}\n", NOW) is None
