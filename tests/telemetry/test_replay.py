"""Captures, of traffic and of exports, run through the watch."""

import io
import json
import struct
from ipaddress import ip_address, ip_network

import numpy as np
import pytest

from aupkeep.app.telemetry.files.replay import replay_files
from aupkeep.model.as_json import as_json
from aupkeep.model.errors import Invalid
from aupkeep.telemetry.datagram import Datagram
from aupkeep.telemetry.detect.engine import DetectionEngine
from aupkeep.telemetry.replay import exported, holds_exports, replay
from aupkeep.telemetry.rows import Exporters, RowField, Rows, empty
from aupkeep.telemetry.window.own_slots import OwnSlots
from aupkeep.telemetry.wire.decoder import Decoder
from telemetry.capture import files
from telemetry.corpora import CORPORA, MARKS
from telemetry.wire import samples
from telemetry.wire.exports import netflow5, record5

NOON = 1_772_366_400_000
OURS, THEIRS = int(ip_address("192.0.2.7")), int(ip_address("198.51.100.1"))
KEYS = [
    "detector", "version", "kind", "role", "address", "peer", "port", "at", "until", "evidence",
    "confidence", "mode",
]  # fmt: skip


@pytest.fixture
def exports(tmp_path):
    """Four raw datagrams of version 5: one SYN each to port 22 of a hundred hosts."""
    records = [record5(OURS, THEIRS + one, dport=22, packets=1) for one in range(100)]
    path = tmp_path / "exports"
    path.write_bytes(b"".join(netflow5(*records[at : at + 25]) for at in range(0, 100, 25)))
    return path


@pytest.fixture
def capture(tmp_path):
    """The packets themselves: a UDP request each to port 5060 of fifty hosts; one answers."""
    ours = ip_address("192.0.2.7")
    ask, answer = samples.udp(bytes(40), 5070, 5060), samples.udp(bytes(40), 5060, 5070)
    bodies = [samples.ipv4(ask, 17, src=ours, dst=ip_address(THEIRS + one)) for one in range(50)]
    bodies.append(samples.ipv4(answer, 17, src=ip_address(THEIRS), dst=ours))
    path = tmp_path / "traffic.pcap"
    frames = [(NOON + 20 * at, samples.ethernet(body)) for at, body in enumerate(bodies)]
    path.write_bytes(files.pcap(frames))
    return path


def found(*names: object, own: str = "192.0.2.0/24", sampling: int | None = None):
    files = [str(name) for name in names]
    return as_json(list(replay_files(files, [own], io.BytesIO(), sampling=sampling, say=print)))


def test_a_finding_has_its_keys_in_order(exports):
    (one,) = found(exports, sampling=1)
    assert list(one) == KEYS
    assert json.loads(json.dumps(one)) == one
    assert (one["detector"], one["address"], one["port"]) == ("horizontal-scan", "192.0.2.7", 22)
    assert (one["role"], one["peer"], one["mode"]) == ("offender", None, "propose")
    assert one["at"] == "2026-03-01T11:59:57.000Z"


def test_a_capture_of_traffic_is_metered(capture):
    """Its end judges the requests that still wait; one was answered."""
    (one,) = found(capture)
    assert (one["detector"], one["port"], one["evidence"]["tries"]) == ("horizontal-scan", 5060, 49)
    assert one["evidence"]["sampling"] == 1


def test_exports_of_unknown_sampling_are_told_at_most(exports):
    assert [one["mode"] for one in found(exports)] == ["notify"]


def test_whoever_is_not_ours_is_not_told_of(exports):
    assert found(exports, sampling=1, own="203.0.113.0/24") == []


def test_a_prefix_that_is_none_is_refused(exports):
    with pytest.raises(Invalid, match=r"expected 192\.0\.2\.0/24"):
        found(exports, own="192.0.2.0/40")


def scan(start: int) -> Rows:
    rows = empty(60)
    rows["family"], rows["proto"], rows["flags"], rows["packets"], rows["bytes"] = 4, 6, 2, 1, 40
    rows["has"] = int(~RowField(0) & 0x7FFF)
    rows["src_lo"], rows["dst_lo"], rows["dport"] = OURS, THEIRS + np.arange(60), 23
    rows["sport"], rows["sampling"] = 40000, 1
    rows["start"] = rows["end"] = rows["seen"] = start
    return rows


def test_time_goes_by_the_rows_and_two_captures_are_two():
    """The same scan a day later, and a day earlier, is told again."""
    day = 86_400_000
    batches = [(when, scan(when)) for when in (NOON, NOON + day, NOON)]
    hits = list(replay(batches, DetectionEngine(OwnSlots([ip_network("192.0.2.0/24")]), {})))
    assert [hit.at for hit in hits if hit.detector == "horizontal-scan"] == [NOON, NOON + day, NOON]


def test_few_rows_a_second_are_seconds_apart():
    """Datagrams less than a second apart are no one batch: of sFlow that would be a burst."""
    sent = []
    for ms in range(0, 4000, 400):
        data = bytearray(netflow5(record5(OURS, THEIRS)))
        struct.pack_into(">II", data, 8, NOON // 1000 + ms // 1000, ms % 1000 * 1_000_000)
        sent.append(Datagram(data=bytes(data), at=NOON + ms))
    exporters = Exporters()
    exporters.number(None)
    times = [now - NOON for now, _ in exported(sent, Decoder(exporters))]
    assert times == [800, 2000, 3200, 3600]


def test_the_end_of_a_capture_judges_what_waits(tmp_path):
    """UDP requests fail when no more can come, not 20 seconds later."""
    rows = scan(NOON)
    rows["proto"], rows["dport"], rows["flags"] = 17, 5060, 0
    back = scan(NOON)[:1]
    back["src_lo"], back["dst_lo"] = THEIRS, OURS
    hits = list(
        replay(
            [(NOON, np.concatenate([rows, back]))],
            DetectionEngine(OwnSlots([ip_network("192.0.2.0/24")]), {}),
        )
    )
    assert [(hit.detector, hit.transport) for hit in hits] == [("horizontal-scan", "udp")]


def test_tells_captures_of_exports_from_captures_of_traffic(exports):
    datagram = netflow5(record5(OURS, THEIRS))
    pack = [samples.ethernet(samples.ipv4(samples.udp(datagram, dport=2055), 17))]
    assert holds_exports(files.pcap([(NOON, one) for one in pack * 9]))
    answers = [samples.ethernet(samples.ipv4(b"\3\3" + bytes(34), 1))]
    assert holds_exports(files.pcap([(NOON, one) for one in (pack + answers) * 9]))
    traffic = [samples.ethernet(samples.ipv4(samples.tcp()))]
    assert not holds_exports(files.pcap([(NOON, one) for one in (pack + traffic * 9) * 9]))
    other = samples.ethernet(samples.ipv4(samples.udp(b"\0\5hello", dport=53), 17))
    assert not holds_exports(files.pcap([(NOON, other)] * 9))
    assert holds_exports(exports.read_bytes())


TRACES = CORPORA / "flows-zeek/testing/btest/Traces"
KNOWN = (
    ("flows-zeek/testing/btest/Traces/ssh/sshguess.pcap", "192.168.56.1", "credential-guessing"),
    (
        "flows-stratosphere/dataset/test19-malicious-ssh/malicious-ssh-bruteforce.pcap",
        "147.32.80.40",
        "credential-guessing",
    ),
    ("flows-stratosphere/dataset/test7-malicious.pcap", "192.168.2.16", "telnet-fanout"),
    ("flows-stratosphere/dataset/test7-malicious.pcap", "192.168.2.16", "horizontal-scan"),
)


class TestCorpora:
    """What real captures show; nobody's thresholds were chosen on the benign ones."""

    pytestmark = MARKS

    @pytest.mark.parametrize(("name", "own", "detector"), KNOWN)
    def test_a_known_attack_is_told(self, name, own, detector):
        told = found(CORPORA / name, own=own)
        assert any(one["detector"] == detector and one["mode"] == "propose" for one in told)

    @pytest.mark.slow
    @pytest.mark.parametrize(
        "name", ["192.168.0.0/16", "10.0.0.0/8", "172.16.0.0/12", "141.142.0.0/16", "2001::/16"]
    )
    @pytest.mark.nightly("fuzz")
    def test_nobody_is_accused_in_captures_of_ordinary_protocols(self, name):
        """Own is what most clients, or servers, of those captures are in."""
        ordinary = [one for one in TRACES.rglob("*.pcap*") if one.name != "sshguess.pcap"]
        told = [(one.name, hit) for one in sorted(ordinary) for hit in found(one, own=name)]
        assert [
            (file, hit["detector"]) for file, hit in told if hit["mode"] in ("propose", "act")
        ] == []
