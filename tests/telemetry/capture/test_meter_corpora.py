"""Captures of other people's networks are metered without losing a packet."""

from pathlib import Path

from aupkeep.telemetry.capture.meter import Meter, metered
from aupkeep.telemetry.capture.packets import packets
from telemetry.corpora import MARKS

pytestmark = MARKS
CORPORA = Path(__file__).resolve().parents[4] / "shared" / "corpora"


def test_every_packet_of_every_capture_is_in_a_flow_or_counted() -> None:
    metered_files = 0
    for path in sorted(CORPORA.glob("flows-*/**/*.pcap*")):
        meter = Meter(most=1000)
        found = metered(packets(path.read_bytes()), meter)
        total = sum(int(rows["packets"].sum()) for _, rows in found)
        assert total + meter.counts["unread"] == meter.counts["packets"], path.name
        metered_files += meter.counts["packets"] > 0
    assert metered_files > 100
