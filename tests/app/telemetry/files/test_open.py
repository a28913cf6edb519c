"""Files of captures as they lie on a disk: plain, packed, cut."""

import gzip
from io import BytesIO

import pytest

from aupkeep.app.telemetry.files.decode import decode_files
from telemetry.capture import files
from telemetry.wire import samples
from telemetry.wire.exports import netflow5, record5

PACKET = samples.ipv4(samples.udp(netflow5(record5(1, 2))), 17)
CAPTURE = files.pcap([(number, PACKET) for number in range(50)], linktype=101)


def summary(path, given=b""):
    """How many records a file holds, and what was dropped."""
    *_, last = decode_files([str(path)], BytesIO(given))
    return last.records, last.dropped


@pytest.mark.parametrize("data", [CAPTURE, gzip.compress(CAPTURE)])
def test_a_packed_capture_is_read_as_the_capture(tmp_path, data):
    path = tmp_path / "export"
    path.write_bytes(data)
    assert summary(path) == summary("-", data) == (50, {})


def test_of_a_packed_capture_that_was_cut_the_whole_packets_are_read(tmp_path):
    path = tmp_path / "export.pcap.gz"
    path.write_bytes(gzip.compress(CAPTURE, 0)[:2000])
    records, dropped = summary(path)
    assert 10 < records < 50
    assert dropped == {"truncated_capture": 1}


@pytest.mark.parametrize("data", [b"\x1f\x8b", b"\x1f\x8b\x08broken and no more than that"])
def test_what_only_begins_like_a_packed_file_holds_nothing(tmp_path, data):
    path = tmp_path / "export.pcap.gz"
    path.write_bytes(data)
    assert summary(path)[0] == 0
