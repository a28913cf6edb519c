"""Packets of a capture file: pcap (both byte orders, µs and ns) and pcapng.

    for packet in packets(data, dropped): ...

Sources: draft-ietf-opsawg-pcap, draft-ietf-opsawg-pcapng. A file that ends early, or lies, gives
the packets that could be read; why it stopped is counted in `dropped`.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from aupkeep.telemetry.capture.blocks import Buffer, Order, pcapng

# As written: byte order, ticks a second, bytes of a record's header.
MAGICS: dict[bytes, tuple[Order, int, int]] = {
    b"\xa1\xb2\xc3\xd4": ("big", 10**6, 16),
    b"\xd4\xc3\xb2\xa1": ("little", 10**6, 16),
    b"\xa1\xb2\x3c\x4d": ("big", 10**9, 16),
    b"\x4d\x3c\xb2\xa1": ("little", 10**9, 16),
    b"\xa1\xb2\xcd\x34": ("big", 10**6, 24),  # Kuznetsov's: interface and protocol follow
    b"\x34\xcd\xb2\xa1": ("little", 10**6, 24),
}
SECTION = b"\n\r\r\n"  # the type of a pcapng section header, the same in both byte orders
PCAP_HEADER = 24
LINKTYPE = 0xFFFF  # the upper half tells the length of the frame check sequence


@dataclass(frozen=True, slots=True)
class CapturedPacket:
    """One captured packet. `at_ms` is milliseconds since 1970, UTC; 0 where none was kept."""

    at_ms: int
    linktype: int
    data: bytes


def is_capture(data: Buffer) -> bool:
    """Whether these bytes begin as a capture file does."""
    start = bytes(data[:4])
    return start in MAGICS or start == SECTION


def packets(data: Buffer, dropped: Counter[str] | None = None) -> Iterator[CapturedPacket]:
    """Every packet that can be read; reasons for stopping are counted in `dropped`.

    Reasons: `not_a_capture`, `truncated_capture` (the file ends inside a record),
    `bad_capture_block` (a length that cannot be), `unknown_interface`.
    """
    counted: Counter[str] = Counter() if dropped is None else dropped
    start = bytes(data[:4])
    if start in MAGICS:
        yield from _pcap(data, counted)
    elif start == SECTION:
        for at_ms, linktype, frame in pcapng(data, counted):
            yield CapturedPacket(at_ms, linktype, frame)
    else:
        counted["not_a_capture"] += 1


def _pcap(data: Buffer, dropped: Counter[str]) -> Iterator[CapturedPacket]:
    order, ticks, header = MAGICS[bytes(data[:4])]
    whole = len(data)
    if whole < PCAP_HEADER:
        dropped["truncated_capture"] += 1
        return
    linktype = int.from_bytes(data[20:24], order) & LINKTYPE
    at = PCAP_HEADER
    while at < whole:
        length = int.from_bytes(data[at + 8 : at + 12], order)
        if at + header + length > whole:
            dropped["truncated_capture"] += 1
            return
        seconds = int.from_bytes(data[at : at + 4], order)
        part = int.from_bytes(data[at + 4 : at + 8], order)
        start = at + header
        at = start + length
        yield CapturedPacket(seconds * 1000 + part * 1000 // ticks, linktype, bytes(data[start:at]))
