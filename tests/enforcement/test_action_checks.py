"""The agent's own judgement, one refusal a line."""

from dataclasses import replace
from datetime import timedelta
from ipaddress import ip_address
from typing import Any

import pytest
from hypothesis import given

from aupkeep.enforcement.action_checks import refusal, scope_refusal
from aupkeep.model.action import Action
from aupkeep.model.decision import PortRange
from aupkeep.model.ladder import LEVELS, Level, Measure
from enforcement.orders import FOUR, NOW, SIX, order, orders, scope

FOR_US = "expected an action for router by record"
WEEK = "expected an end within 7 days after the start"
ZONE = "expected times with a zone, found one without"


@given(orders())
def test_right_actions_pass(action: Action):
    """Whatever a right controller orders is let through."""
    assert refusal(action, "router", "record") is None


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"target": "router-2"}, f"{FOR_US}, found router-2 by record"),
        ({"driver": "nftables"}, f"{FOR_US}, found router by nftables"),
        ({"level": Level.L1}, "block-port is L3, found L1"),
        ({"level": Level.L4}, "block-port is L3, found L4"),
        ({"id": ""}, "expected id, found a blank"),
        ({"decision": " "}, "expected decision, found a blank"),
        ({"case": "", "reference": "\t"}, "expected case, reference, found a blank"),
        ({"until": NOW - timedelta(seconds=1)}, f"{WEEK}, found 0:00:00"),
        ({"until": NOW - timedelta(hours=1)}, f"{WEEK}, found -1 day, 23:00:01"),
        ({"until": NOW + timedelta(days=7)}, f"{WEEK}, found 7 days, 0:00:01"),
        (
            {"until": NOW + timedelta(days=90), "automatic": False},
            "expected an end within 90 days after the start, found 90 days, 0:00:01",
        ),
        ({"until": (NOW + timedelta(hours=1)).replace(tzinfo=None)}, ZONE),
        ({"starts": NOW.replace(tzinfo=None)}, ZONE),
    ],
)
def test_refuses(changes: dict[str, Any], reason: str):
    """Each thing an action must have, when wrong, is refused and named."""
    assert refusal(order(**changes), "router", "record") == reason


def test_a_rate_below_which_nothing_works_is_an_isolation():
    """Its level is that of one, or that of a limit as an older desk had it; of a usable rate L3."""
    slow = order(Measure.LIMIT_RATE, aim=scope(Measure.LIMIT_RATE, rate=7_999))
    usable = replace(slow, scope=replace(slow.scope, rate=8_000))
    said = [
        refusal(replace(action, level=level), "router", "record")
        for action in (slow, usable)
        for level in (Level.L3, Level.L4, Level.L5)
    ]
    assert said[:3] == [None, None, "limit-rate is L4, found L5"]
    assert said[3:] == [None, "limit-rate is L3, found L4", "limit-rate is L3, found L5"]


@pytest.mark.parametrize(("days", "automatic"), [(7, True), (90, False)])
def test_the_longest(days: int, automatic: bool):  # noqa: FBT001 - a case
    """A measure may last to the very end of its bound."""
    longest = order(until=NOW + timedelta(days=days, seconds=-1), automatic=automatic)
    assert refusal(longest, "router", "record") is None


@pytest.mark.parametrize("part", ["detector", "rule", "policy", "attribution"])
def test_invariant_11_versions(part: str):
    """An action without one of its versions is refused."""
    versions = replace(order().versions, **{part: ""})
    reason = f"expected {part} version, found a blank"
    assert refusal(order(versions=versions), "router", "record") == reason


@pytest.mark.parametrize("measure", [m for m in Measure if LEVELS[m] > Level.L4])
def test_a_rule_stays_at_l4(measure: Measure):
    """No rule alone suspends, terminates or intercepts; a person's order passes this check."""
    alone = order(measure, automatic=True)
    reason = f"a rule alone may reach L4, found {LEVELS[measure].name}"
    assert refusal(alone, "router", "record") == reason
    assert refusal(replace(alone, automatic=False), "router", "record") is None


@pytest.mark.parametrize("measure", [m for m in Measure if LEVELS[m] < Level.L3])
def test_nothing_to_apply(measure: Measure):
    """A measure that restricts nothing has no business in an agent."""
    reason = f"{measure} restricts nothing: there is nothing to apply"
    assert refusal(order(measure), "router", "record") == reason


@pytest.mark.parametrize(
    "address",
    ["0.0.0.0", "127.0.0.1", "224.0.0.1", "255.255.255.255", "::", "::1", "ff02::1", "::ffff:0:1"],
)
def test_invariant_05_one_host(address: str):
    """An address that stands for many, or for the machine itself, is refused."""
    aim = scope(Measure.ISOLATE, ip_address(address))
    reason = f"expected the address of one host, found {ip_address(address)}"
    assert scope_refusal(Measure.ISOLATE, aim) == reason
    peer = replace(scope(Measure.BLOCK_DESTINATION), destination=ip_address(address))
    assert scope_refusal(Measure.BLOCK_DESTINATION, peer) == reason


def lacks(*names: str) -> str:
    return f"expected a scope with {', '.join(names)}, found none"


def wide(*names: str) -> str:
    return f"cannot narrow by {', '.join(names)}: it would touch more than the scope"


PORT = "expected a port from 1 to 65535, found"
RATE = "expected a rate from 1 to 2^40 bytes per second, found"
SOURCE = "expected source ports from 0 to 65535, found"
ASSIGNMENT = "expected an assignment"
FITS = [
    (Measure.BLOCK_PORT, {"port": None}, lacks("port")),
    (Measure.BLOCK_PORT, {"port": None, "protocol": None}, lacks("protocol", "port")),
    (Measure.BLOCK_PORT, {"port": 0}, f"{PORT} 0"),
    (Measure.BLOCK_PORT, {"port": 65536}, f"{PORT} 65536"),
    (Measure.BLOCK_PORT, {"port": 1}, None),
    (Measure.BLOCK_PORT, {"port": 65535, "protocol": "udp"}, None),
    (Measure.BLOCK_PORT, {"protocol": "icmp"}, "expected protocol tcp or udp, found 'icmp'"),
    (Measure.BLOCK_PORT, {"destination": SIX}, wide("destination")),
    (Measure.BLOCK_PORT, {"destination": SIX, "rate": 1}, wide("destination", "rate")),
    (
        Measure.BLOCK_DESTINATION,
        {"destination": SIX},
        "expected address and destination of one IP version, found two",
    ),
    (Measure.BLOCK_DESTINATION, {"destination": None}, lacks("destination")),
    (Measure.BLOCK_DESTINATION, {"port": 22}, wide("port")),
    (Measure.LIMIT_RATE, {"rate": 0}, f"{RATE} 0"),
    (Measure.LIMIT_RATE, {"rate": (1 << 40) + 1}, f"{RATE} {(1 << 40) + 1}"),
    (Measure.LIMIT_RATE, {"rate": 1}, None),
    (Measure.LIMIT_RATE, {"rate": 1 << 40}, None),
    (Measure.LIMIT_RATE, {"rate": None}, lacks("rate")),
    (Measure.BLOCK_INBOUND, {"port": None}, lacks("port")),
    (Measure.BLOCK_INBOUND, {"protocol": "icmp"}, "expected protocol tcp or udp, found 'icmp'"),
    (Measure.BLOCK_INBOUND, {"rate": 9}, wide("rate")),
    (Measure.LIMIT_INBOUND, {"rate": None}, lacks("rate")),
    (Measure.LIMIT_INBOUND, {"protocol": "icmp"}, None),
    (
        Measure.LIMIT_INBOUND,
        {"protocol": "gre"},
        "expected protocol tcp or udp or icmp, found 'gre'",
    ),
    (Measure.LIMIT_INBOUND, {"port": 53}, wide("port")),
    (Measure.BLOCK_SPOOFED, {}, None),
    (Measure.BLOCK_SPOOFED, {"address": SIX}, None),
    (Measure.BLOCK_SPOOFED, {"address": None}, lacks("address")),
    (Measure.BLOCK_SPOOFED, {"destination": FOUR}, wide("destination")),
    (
        Measure.BLOCK_SPOOFED,
        {"source_ports": PortRange(1, 2)},
        "cannot be on source_ports: it would touch more than the scope",
    ),
    (
        Measure.BLOCK_SPOOFED,
        {"address": SIX, "prefix_length": 64},
        "cannot be on prefix_length: it would touch more than the scope",
    ),
    (Measure.ISOLATE, {"port": 22}, wide("port")),
    (Measure.ISOLATE, {"address": None}, lacks("address")),
    (Measure.BLOCK_URL, {"address": FOUR}, wide("address")),
    (Measure.BLOCK_URL, {"url": None}, lacks("url")),
    (Measure.SUSPEND_RESOURCE, {"url": "x", "note": "y"}, None),
    *(
        (Measure.ISOLATE, {"source_ports": PortRange(first, last)}, reason)
        for first, last, reason in (
            (0, 0, None),
            (1, 65535, None),
            (-1, 9, f"{SOURCE} -1-9"),
            (9, 8, f"{SOURCE} 9-8"),
            (1, 65536, f"{SOURCE} 1-65536"),
            (0, 65535, "expected the ports of one sharer, found all"),
        )
    ),
    *(
        (Measure.ISOLATE, {"address": address, "prefix_length": length}, reason)
        for address, length, reason in (
            (SIX, 48, None),
            (SIX, 127, None),
            (SIX, 47, f"{ASSIGNMENT} from /48 to /127, found /47"),
            (SIX, 128, f"{ASSIGNMENT} from /48 to /127, found /128"),
            (FOUR, 64, f"{ASSIGNMENT} around an IPv6 address, found another"),
        )
    ),
    (
        Measure.ISOLATE,
        {"address": SIX, "source_ports": PortRange(1, 2), "prefix_length": 64},
        "expected the ports of a shared address or an assignment, found both",
    ),
    (
        Measure.BLOCK_INBOUND,
        {"address": SIX, "source_ports": PortRange(1, 2), "prefix_length": 64},
        "cannot be on source_ports, prefix_length: it would touch more than the scope",
    ),
]


@pytest.mark.parametrize(("measure", "changes", "reason"), FITS)
def test_invariant_05_scope_fits(measure: Measure, changes: dict[str, Any], reason: str | None):
    """A scope that lacks an aim, or has one the measure would drop, is refused; no other is."""
    expected = f"{measure} {reason}" if reason and "scope" in reason else reason
    assert scope_refusal(measure, replace(scope(measure), **changes)) == expected


@pytest.mark.parametrize(
    ("field", "text", "reason"),
    [
        ("url", "https://shop.example/", None),
        ("url", "https://203.0.113.7/", None),
        ("url", "https://203.0.113.0x7/", "203.0.113.0x7"),
        ("url", "https://3405803786/", "3405803786"),
        ("url", "https://1.2.3.4.5/", "1.2.3.4.5"),
        ("url", f"https://{'a' * 70}.7/", "a" * 60),
        ("url", "https://7.shop.example/", None),
        ("name", "shop.example", None),
        ("name", "example", "expected a name of at least two labels, found 'example'"),
        ("name", ".example. ", "expected a name of at least two labels, found '.example. '"),
        ("name", "x" * 70, f"expected a name of at least two labels, found {'x' * 60!r}"),
    ],
)
def test_a_name_too_wide_and_a_host_that_clients_read_otherwise(field, text, reason):
    """An address in its usual form, a name of two labels."""
    measure = Measure.BLOCK_URL if field == "url" else Measure.BLOCK_NAME
    if reason and not reason.startswith("expected"):
        reason = f"expected a name or an address in its usual form, found {reason!r}"
    assert scope_refusal(measure, scope(measure, **{field: text})) == reason


@pytest.mark.parametrize(
    "changes", [{"id": "a b"}, {"reference": "K7QF;2M9X"}, {"reference": "x" * 33}]
)
def test_words_that_stand_in_commands_are_plain(changes):
    """The id and the reference, each alone."""
    action = order(**changes)
    words = "expected a reference and an id of letters, digits and hyphens"
    assert refusal(action, action.target, action.driver) == words
