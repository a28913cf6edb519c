"""Whether a packet is one that a measure stops, field by field."""

from dataclasses import replace
from ipaddress import ip_address

import pytest

from aupkeep.enforcement.matching import Ends, stops
from aupkeep.model.decision import PortRange, Scope
from aupkeep.model.ladder import MEASURES, STOPPING, Measure

OURS, PEER, OTHER = (ip_address(text) for text in ("203.0.113.10", "192.0.2.1", "192.0.2.2"))
SCOPE = Scope(customer="c1", resource="vm1", address=OURS)
WHOLE = replace(SCOPE, address=ip_address("2001:db8::7"), prefix_length=56)
SSH = replace(SCOPE, protocol="tcp", port=22)
OUT = Ends(source=OURS, destination=PEER, protocol=6, source_port=40_000, port=22)
IN = Ends(source=PEER, destination=OURS, protocol=6, source_port=22, port=40_000)


@pytest.mark.parametrize(
    ("measure", "scope", "ends", "stopped"),
    [
        (Measure.BLOCK_PORT, SSH, OUT, True),
        (Measure.BLOCK_PORT, SSH, IN, False),
        (Measure.BLOCK_PORT, SSH, replace(OUT, port=23), False),
        (Measure.BLOCK_PORT, SSH, replace(OUT, port=None), False),
        (Measure.BLOCK_PORT, SSH, replace(OUT, protocol=17), False),
        (Measure.BLOCK_PORT, SSH, replace(OUT, protocol=None), False),
        (Measure.BLOCK_PORT, SSH, replace(OUT, source=OTHER), False),
        (Measure.BLOCK_PORT, SSH, replace(OUT, source=None), False),
        (Measure.BLOCK_PORT, replace(SSH, address=None), replace(OUT, source=None), False),
        (Measure.BLOCK_PORT, replace(SSH, protocol="udp"), replace(OUT, protocol=17), True),
        (Measure.BLOCK_PORT, replace(SSH, protocol="sctp"), replace(OUT, protocol=132), False),
        (Measure.BLOCK_INBOUND, SSH, IN, True),
        (Measure.BLOCK_INBOUND, SSH, OUT, False),
        (Measure.BLOCK_INBOUND, SSH, replace(IN, source_port=23), False),
        (Measure.BLOCK_DESTINATION, replace(SCOPE, destination=PEER), OUT, True),
        (Measure.BLOCK_DESTINATION, replace(SCOPE, destination=OTHER), OUT, False),
        (
            Measure.BLOCK_DESTINATION,
            replace(SCOPE, destination=PEER),
            replace(OUT, protocol=17),
            True,
        ),
        (Measure.ISOLATE, WHOLE, replace(OUT, source=None, destination=None), False),
        (Measure.BLOCK_DESTINATION, replace(SCOPE, destination=PEER), IN, False),
        (Measure.LIMIT_SMTP, SCOPE, replace(OUT, port=25), True),
        (Measure.LIMIT_SMTP, SCOPE, replace(OUT, port=587), True),
        (Measure.LIMIT_SMTP, SCOPE, OUT, False),
        (Measure.LIMIT_SMTP, SCOPE, replace(OUT, port=25, protocol=17), False),
        (Measure.ISOLATE, SCOPE, OUT, True),
        (Measure.ISOLATE, SCOPE, IN, True),
        (Measure.ISOLATE, SCOPE, replace(OUT, source=OTHER), False),
        (Measure.LIMIT_RATE, replace(SCOPE, rate=9000), OUT, None),
        (Measure.LIMIT_INBOUND, replace(SCOPE, rate=9000), IN, None),
        (Measure.INFORM, SCOPE, OUT, None),
    ],
)
def test_what_a_measure_stops(measure, scope, ends, stopped):
    """None for one that lets some through."""
    assert stops(measure, scope, ends) is stopped


@pytest.mark.parametrize(
    ("port", "stopped"), [(1023, False), (1024, True), (2047, True), (2048, False), (None, False)]
)
def test_on_an_address_that_many_share_only_the_own_ports(port, stopped):
    scope = replace(SSH, source_ports=PortRange(1024, 2047))
    assert stops(Measure.BLOCK_PORT, scope, replace(OUT, source_port=port)) is stopped
    there = replace(SCOPE, source_ports=PortRange(1024, 2047))
    assert stops(Measure.ISOLATE, there, replace(IN, port=port)) is stopped


def test_a_whole_assignment():
    """Each address in it, and none beside it."""
    scope = replace(SCOPE, address=ip_address("2001:db8:1::"), prefix_length=48)
    inside = replace(OUT, source=ip_address("2001:db8:1::7"))
    assert stops(Measure.ISOLATE, scope, inside) is True
    beside = replace(OUT, source=ip_address("2001:db8:2::7"))
    assert stops(Measure.ISOLATE, scope, beside) is False


def test_only_what_stops_everything_has_an_answer():
    for measure in Measure:
        answer = stops(measure, SCOPE, OUT)
        assert (answer is None) is (measure not in STOPPING)
        assert measure in MEASURES
