"""What comes at an attacked address is told by its rows, and by nothing else."""

from dataclasses import replace

import pytest

from app.telemetry.made import HIT, flow
from aupkeep.app.telemetry.findings.attack_traffic import AttackTraffic, attack_traffic
from aupkeep.model.finding import Role

OURS, THEIRS = "203.0.113.10", "198.51.100.9"
FIGURES = {"packets_per_second": 20_000, "bits_per_second": 80_000_000, "sampling": 1}


def hit(transport, **evidence):
    """A hit about our address, attacked."""
    return replace(
        HIT, role=Role.VICTIM, peer=None, port=None, transport=transport,
        evidence=FIGURES | evidence,
    )  # fmt: skip


def towards(sport, *, proto=17, packets=100, dst=OURS):
    """A row towards us."""
    return flow(1, src=THEIRS, dst=dst, sport=sport, dport=4000, proto=proto, packets=packets)


@pytest.mark.parametrize(
    ("transport", "rows", "protocol", "port"),
    [
        ("udp", [towards(53), towards(53)], "udp", 53),
        ("udp", [towards(53, packets=900), towards(4444, packets=100)], "udp", 53),
        ("udp", [towards(53, packets=800), towards(4444, packets=200)], "udp", None),
        ("udp", [towards(53), towards(80, proto=6, packets=9000)], "udp", 53),
        ("udp", [towards(0)], "udp", None),
        ("udp", [towards(53), towards(99, dst=THEIRS, packets=9000)], "udp", 53),
        ("udp", [], "udp", None),
        ("tcp", [towards(443, proto=6)], "tcp", None),
        ("icmp", [towards(None, proto=58)], "icmp", None),
        (None, [towards(123), towards(123)], "udp", 123),
        (None, [towards(123), towards(80, proto=6)], None, None),
        (None, [], None, None),
    ],
)
def test_protocol_and_port(transport, rows, protocol, port):
    """Nine tenths of the packets towards us decide; of TCP no port is told."""
    found = attack_traffic(hit(transport), rows)
    assert (found.protocol, found.port) == (protocol, port)


def test_rate():
    """All bytes that came; of TCP those of what asks for connections; unknown stays unknown."""
    assert attack_traffic(hit("udp"), []).rate == 10_000_000
    assert attack_traffic(hit("tcp"), []).rate == 1_200_000
    assert attack_traffic(hit("tcp", packets_per_second=None), []).rate == 10_000_000
    unmeasured = AttackTraffic(protocol="udp", port=None, rate=None)
    assert attack_traffic(hit("udp", bits_per_second=None), []) == unmeasured
