"""The agent's own judgement, one refusal a line."""

from dataclasses import replace
from datetime import timedelta
from ipaddress import ip_address
from typing import Any

import pytest
from hypothesis import given

from aupkeep.enforcement.bounds import refusal, scope_refusal
from aupkeep.model.action import Action
from aupkeep.model.ladder import LEVELS, Level, Measure
from enforcement.orders import FOUR, NOW, SIX, order, orders, scope


@given(orders())
def test_right_actions_pass(action: Action):
    """Whatever a right controller orders is let through."""
    assert refusal(action, "router", "record") is None


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"target": "router-2"}, "router-2"),
        ({"driver": "nftables"}, "nftables"),
        ({"level": Level.L1}, "L3"),
        ({"level": Level.L4}, "L3"),
        ({"id": ""}, "id"),
        ({"decision": " "}, "decision"),
        ({"case": ""}, "case"),
        ({"reference": ""}, "reference"),
        ({"until": NOW - timedelta(seconds=1)}, "end"),
        ({"until": NOW - timedelta(hours=1)}, "end"),
        ({"until": NOW + timedelta(days=8)}, "7 days"),
        ({"until": NOW + timedelta(days=91), "automatic": False}, "90 days"),
        ({"until": (NOW + timedelta(hours=1)).replace(tzinfo=None)}, "zone"),
        ({"starts": NOW.replace(tzinfo=None)}, "zone"),
    ],
)
def test_refuses(changes: dict[str, Any], word: str):
    """Each thing an action must have, when wrong, is refused and named."""
    assert word in (refusal(order(**changes), "router", "record") or "")


@pytest.mark.parametrize("part", ["detector", "rule", "policy", "attribution"])
def test_invariant_11_versions(part: str):
    """An action without one of its versions is refused."""
    versions = replace(order().versions, **{part: ""})
    assert part in (refusal(order(versions=versions), "router", "record") or "")


@pytest.mark.parametrize("measure", [m for m in Measure if LEVELS[m] > Level.L4])
def test_a_rule_stays_at_l4(measure: Measure):
    """No rule alone suspends, terminates or intercepts; a person's order passes this check."""
    aim = scope(Measure.ISOLATE)
    alone = order(measure, aim=aim, automatic=True)
    assert "a rule alone" in (refusal(alone, "router", "record") or "")
    assert refusal(replace(alone, automatic=False), "router", "record") is None


@pytest.mark.parametrize("measure", [m for m in Measure if LEVELS[m] < Level.L3])
def test_nothing_to_apply(measure: Measure):
    """A measure that restricts nothing has no business in an agent."""
    assert "nothing to apply" in (refusal(order(measure), "router", "record") or "")


@pytest.mark.parametrize(
    "address",
    ["0.0.0.0", "127.0.0.1", "224.0.0.1", "255.255.255.255", "::", "::1", "ff02::1", "::ffff:0:1"],
)
def test_invariant_05_one_host(address: str):
    """An address that stands for many, or for the machine itself, is refused."""
    assert "one host" in (
        scope_refusal(Measure.ISOLATE, scope(Measure.ISOLATE, ip_address(address))) or ""
    )


@pytest.mark.parametrize(
    ("measure", "changes", "word"),
    [
        (Measure.BLOCK_PORT, {"port": None}, "port"),
        (Measure.BLOCK_PORT, {"port": 0}, "from 1"),
        (Measure.BLOCK_PORT, {"port": 65536}, "from 1"),
        (Measure.BLOCK_PORT, {"protocol": "icmp"}, "tcp or udp"),
        (Measure.BLOCK_PORT, {"destination": SIX}, "narrow"),
        (Measure.BLOCK_DESTINATION, {"destination": SIX}, "one IP version"),
        (Measure.BLOCK_DESTINATION, {"destination": None}, "destination"),
        (Measure.BLOCK_DESTINATION, {"port": 22}, "narrow"),
        (Measure.LIMIT_RATE, {"rate": 0}, "rate"),
        (Measure.LIMIT_RATE, {"rate": None}, "rate"),
        (Measure.BLOCK_INBOUND, {"port": None}, "port"),
        (Measure.BLOCK_INBOUND, {"protocol": "icmp"}, "tcp or udp"),
        (Measure.BLOCK_INBOUND, {"rate": 9}, "narrow"),
        (Measure.LIMIT_INBOUND, {"rate": None}, "rate"),
        (Measure.LIMIT_INBOUND, {"protocol": "gre"}, "icmp"),
        (Measure.LIMIT_INBOUND, {"port": 53}, "narrow"),
        (Measure.ISOLATE, {"port": 22}, "narrow"),
        (Measure.ISOLATE, {"address": None}, "address"),
        (Measure.BLOCK_URL, {"address": FOUR}, "narrow"),
        (Measure.BLOCK_URL, {"url": None}, "url"),
    ],
)
def test_invariant_05_scope_fits(measure: Measure, changes: dict[str, Any], word: str):
    """A scope that lacks an aim, or has one the measure would drop, is refused."""
    assert word in (scope_refusal(measure, replace(scope(measure), **changes)) or "")
