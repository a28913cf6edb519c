"""Capture files for tests, in every form that is read."""

import struct
from collections.abc import Iterable, Sequence

PCAP = {  # by name: the magic as a number, ticks a second, whether two words follow the lengths
    "micro": (0xA1B2C3D4, 10**6, False),
    "nano": (0xA1B23C4D, 10**9, False),
    "kuznetsov": (0xA1B2CD34, 10**6, True),
}


def pcap(packets: Iterable[tuple[int, bytes]], *, form="micro", order="<", linktype=1) -> bytes:
    """A pcap file; packets are (milliseconds since 1970, bytes)."""
    magic, ticks, more = PCAP[form]
    written = struct.pack(f"{order}IHHiIII", magic, 2, 4, 0, 0, 65535, linktype)
    for at_ms, data in packets:
        seconds, rest = divmod(at_ms, 1000)
        written += struct.pack(f"{order}IIII", seconds, rest * ticks // 1000, len(data), len(data))
        written += (bytes(8) if more else b"") + data
    return written


def block(kind: int, body: bytes, order="<") -> bytes:
    """A pcapng block, padded."""
    body += bytes(-len(body) % 4)
    length = len(body) + 12
    return struct.pack(f"{order}II", kind, length) + body + struct.pack(f"{order}I", length)


def section(order="<") -> bytes:
    """A section header."""
    return block(0x0A0D0D0A, struct.pack(f"{order}IHHq", 0x1A2B3C4D, 1, 0, -1), order)


def interface(
    linktype: int = 1, options: Sequence[tuple[int, bytes]] = (), *, order="<", snaplen=0
) -> bytes:
    """An interface description with its options."""
    told = b"".join(
        struct.pack(f"{order}HH", code, len(value)) + value + bytes(-len(value) % 4)
        for code, value in options
    )
    return block(1, struct.pack(f"{order}HHI", linktype, 0, snaplen) + told, order)


def enhanced(number: int, ticks: int, data: bytes, order="<") -> bytes:
    """An enhanced packet."""
    head = struct.pack(
        f"{order}IIIII", number, ticks >> 32, ticks & 0xFFFFFFFF, len(data), len(data)
    )
    return block(6, head + data, order)


def simple(data: bytes, order="<") -> bytes:
    """A simple packet: no time, the first interface."""
    return block(3, struct.pack(f"{order}I", len(data)) + data, order)
