"""What every decoder owes: rows in order, nothing raised, every loss counted."""

from ipaddress import ip_address

import pytest

from telemetry.wire.exports import (
    FLOW,
    a_set,
    message,
    netflow5,
    record,
    record5,
    template,
)
from telemetry.wire.seat import Seat

SRC, DST = int(ip_address("203.0.113.10")), int(ip_address("198.51.100.7"))
VALUES = (SRC, DST, 1024, 80, 6, 2, 3, 300, 7, 8)


@pytest.fixture
def seat():
    return Seat()


@pytest.mark.parametrize("version", [9, 10])
def test_reads_a_flow(seat, version):
    """A template and a record in one datagram give one flow with what was exported."""
    data = message(version, template(version, 256, FLOW), a_set(256, record(FLOW, VALUES)))
    assert seat.take(data) == [
        {
            "exporter": "192.0.2.1",
            "protocol": "netflow9" if version == 9 else "ipfix",
            "src": "203.0.113.10",
            "dst": "198.51.100.7",
            "sport": 1024,
            "dport": 80,
            "proto": 6,
            "flags": 2,
            "packets": 3,
            "bytes": 300,
            "sampling": None,
            "start": None,
            "end": None,
            "input": 7,
            "output": 8,
            "vlan": None,
        }
    ]
    assert not seat.decoder.dropped


def test_reads_version_five(seat):
    """The sampling rate stands in the header's lower fourteen bits, times count from the uptime."""
    (flow,) = seat.take(netflow5(record5(SRC, DST), sampling=0x4000 | 100))
    assert (flow["protocol"], flow["sampling"], flow["bytes"]) == ("netflow5", 100, 300)
    assert (flow["start"], flow["end"]) == (
        "2026-03-01T11:59:57.000Z",
        "2026-03-01T11:59:59.000Z",
    )
