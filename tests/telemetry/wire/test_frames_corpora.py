"""Packets within packets, as others captured them: the innermost one is read."""

import pytest

from aupkeep.telemetry.capture.packets import packets
from aupkeep.telemetry.rows import HALF, address
from aupkeep.telemetry.wire.frame import read_frame
from telemetry.corpora import FRAMES, MARKS, TUNNELS

pytestmark = MARKS


SIXTO4 = "2001:610:1908:a000::149:20:80 > 2002:2470:9ffa:fa9:0:dd:ed00:2:35673 proto 6 length 60"


def lines(path, *, inner=True):
    """Each packet in short; None: no IP in it."""
    return [
        line(read_frame(packet.data, packet.linktype, inner=inner))
        for packet in packets(path.read_bytes())
    ]


def line(frame):
    if frame is None:
        return None
    src, dst = (address(frame.family, one >> 64, one & HALF) for one in (frame.src, frame.dst))
    ends = f"{src} > {dst}" if frame.sport is None else f"{src}:{frame.sport} > {dst}:{frame.dport}"
    return f"{ends} proto {frame.proto} length {frame.length}"


@pytest.mark.parametrize(
    ("name", "first"),
    [
        ("gre-v4-key", "192.168.1.101 > 192.168.2.102 proto 1 length 100"),
        ("gre-v4-plain", "66.59.111.190:123 > 66.59.111.182:123 proto 17 length 76"),
        ("gre-v6-plain", "2001:db8::2:18716 > 2001:db8::1:23 proto 6 length 62"),
        ("ipv4-ipv4", "192.168.0.1 > 192.168.0.2 proto 1 length 100"),
        (
            "ipv4-ipv6",
            SIXTO4,
        ),
        ("mpls-eompls-cw", "10.31.0.1:11001 > 10.34.0.1:23 proto 6 length 40"),
        # Its control word has a sequence number, which RFC 4448 section 4.6 allows.
        ("mpls-eompls-invalid-cw", "10.31.0.1:11001 > 10.34.0.1:23 proto 6 length 40"),
        ("mpls-explicit-null-ipv4", "10.31.0.1:11001 > 10.34.0.1:23 proto 6 length 40"),
        ("mpls-explicit-null-ipv6", "2001:db8::1:11001 > 2001:db8::2:80 proto 6 length 60"),
        ("mpls-invalid-nibble", None),
        ("mpls-ipv4", "10.31.0.1:11001 > 10.34.0.1:23 proto 6 length 40"),
        ("mpls-ipv6", "2001:db8::1:11001 > 2001:db8::2:80 proto 6 length 60"),
        ("srv6-end-dt6", "1:2:1::1:50701 > b::2:5001 proto 17 length 64"),
        ("vlan-ipv6", "172.16.44.3:40768 > 8.8.8.8:53 proto 17 length 99"),
    ],
)
def test_frames_of_a_collector(name, first):
    assert lines(FRAMES / f"{name}.pcap")[0] == first


@pytest.mark.parametrize(
    ("name", "seen"),
    [
        ("4in4.pcap", "10.0.0.1:30000 > 10.0.0.2:13000 proto 17 length 32"),
        ("6in4.pcap", "dead::beef:30000 > cafe::babe:13000 proto 17 length 52"),
        ("6in6.pcap", "dead::beef:30000 > cafe::babe:13000 proto 17 length 52"),
        ("6in6in6.pcap", "dead::beef:30000 > cafe::babe:13000 proto 17 length 52"),
        ("gre-over-udp-4754.pcap", "172.17.0.2:51714 > 1.1.1.1:53 proto 17 length 54"),
        ("gre-sample.pcap", "66.59.111.190 > 172.28.2.3 proto 1 length 84"),
        ("vxlan.pcap", "10.0.0.1 > 10.0.0.2 proto 1 length 84"),
        ("vxlan-encapsulated-igmp-v2.pcap", "192.168.9.80 > 224.0.0.251 proto 2 length 32"),
        (
            "gtp/gtp2_different_udp_port.pcap",
            "10.131.17.170:51803 > 173.199.115.168:80 proto 6 length 52",
        ),
        (
            "gtp/gtp4_udp_2152_inside.pcap",
            "74.125.216.149:2152 > 10.131.138.69:2152 proto 17 length 930",
        ),
        ("gtp/gtp6_gtp_0x32.pcap", "10.222.10.10:44960 > 173.194.69.188:5228 proto 6 length 60"),
        (
            "gtp/gtp7_ipv6.pcap",
            "fe80::224c:4fff:fe43:414c:1234 > ff02::1:3:5355 proto 17 length 80",
        ),
        # What cannot be read inside leaves the tunnel's own packet.
        ("gtp/gtp3_false_gtp.pcap", "10.131.24.6:2152 > 195.178.38.3:53 proto 17 length 64"),
        ("geneve-arp.pcap", "10.0.0.1:12345 > 10.0.0.2:6081 proto 17 length 64"),
        ("geneve-truncated.pcapng", "20.0.0.1:50901 > 20.0.0.2:6081 proto 17 length 44"),
    ],
)
def test_tunnels(name, seen):
    assert seen in lines(TUNNELS / name)


def test_the_outermost_packet_can_be_asked_for():
    assert lines(TUNNELS / "4in4.pcap", inner=False) == ["1.2.3.4 > 5.6.7.8 proto 4 length 52"]


def test_teredo_is_seen_through():
    """Bubbles and traffic of a client: IPv6 within UDP to and from port 3544."""
    inside = [one for one in lines(TUNNELS / "Teredo.pcap") if one and "proto 58" in one]
    assert inside
