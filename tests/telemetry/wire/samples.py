"""sFlow datagrams and frames for tests, written field by field."""

import struct
from ipaddress import ip_address

SRC4, DST4 = ip_address("203.0.113.10"), ip_address("198.51.100.7")
SRC6, DST6 = ip_address("2001:db8::a"), ip_address("2001:db8:1::7")


def tcp(sport: int = 1024, dport: int = 80, flags: int = 2) -> bytes:
    """A TCP header."""
    return struct.pack(">HHIIBBHHH", sport, dport, 0, 0, 0x50, flags, 512, 0, 0)


def udp(body: bytes = b"", sport: int = 1024, dport: int = 53) -> bytes:
    """A UDP datagram."""
    return struct.pack(">HHHH", sport, dport, 8 + len(body), 0) + body


def ipv4(body: bytes, proto: int = 6, *, src=SRC4, dst=DST4, fragment: int = 0) -> bytes:
    """An IPv4 packet."""
    return (
        struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(body), 0, fragment, 64, proto, 0)
        + src.packed
        + dst.packed
        + body
    )


def ipv6(body: bytes, proto: int = 6, *, src=SRC6, dst=DST6) -> bytes:
    """An IPv6 packet."""
    head = struct.pack(">IHBB", 0x60000000, len(body), proto, 64)
    return head + src.packed + dst.packed + body


def ethernet(body: bytes, kind: int = 0x0800, tags: tuple[tuple[int, int], ...] = ()) -> bytes:
    """A frame; tags are (EtherType, VLAN) from the outermost on."""
    marks = b"".join(struct.pack(">HH", tag, vlan) for tag, vlan in tags)
    return bytes(12) + marks + struct.pack(">H", kind) + body


def a_record(kind: int, body: bytes) -> bytes:
    """A record of a sample, or a sample of a datagram."""
    return struct.pack(">II", kind, len(body)) + body


def header(frame: bytes, protocol: int = 1, length: int = 1500) -> bytes:
    """A sampled header, padded to four bytes."""
    body = struct.pack(">IIII", protocol, length, 4, len(frame)) + frame
    return a_record(1, body + bytes(-len(frame) % 4))


def sample(*records: bytes, rate: int = 512, input_: int = 3, output: int = 4) -> bytes:
    """A flow sample."""
    head = struct.pack(">IIIIIIII", 1, 3, rate, 0, 0, input_, output, len(records))
    return a_record(1, head + b"".join(records))


def expanded(*records: bytes, rate: int = 512, input_=(0, 3), output=(0, 1 << 31)) -> bytes:
    """An expanded flow sample; interfaces are (format, value)."""
    head = struct.pack(">IIIIIIIIIII", 1, 0, 3, rate, 0, 0, *input_, *output, len(records))
    return a_record(3, head + b"".join(records))


def sflow(*samples: bytes, agent=SRC4, sequence: int = 1, uptime: int = 60_000) -> bytes:
    """An sFlow datagram."""
    kind = 1 if agent.version == 4 else 2
    head = struct.pack(">II", 5, kind) + agent.packed
    return head + struct.pack(">IIII", 0, sequence, uptime, len(samples)) + b"".join(samples)
