"""The blocks of a pcapng file: sections, interfaces with clocks of their own, packets.

Source: draft-ietf-opsawg-pcapng sections 3.1, 4.1 to 4.4 and the obsolete packet block.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from mmap import mmap
from typing import Literal, TypeAlias

Buffer: TypeAlias = bytes | bytearray | memoryview | mmap
Order: TypeAlias = Literal["big", "little"]

INTERFACE, OLD_PACKET, SIMPLE, ENHANCED = 1, 2, 3, 6
BIG = b"\x1a\x2b\x3c\x4d"
LITTLE = b"\x4d\x3c\x2b\x1a"
OVERHEAD = 12  # bytes of a block around its body
RESOLUTION, OFFSET = 9, 14  # options of an interface: if_tsresol, if_tsoffset
MOST_INTERFACES = 4096
LAST_MS = 253_402_300_799_999  # the end of the year 9999: no packet is later


@dataclass(frozen=True, slots=True)
class CaptureInterface:
    """Where packets were captured: its link type and its clock."""

    linktype: int
    snaplen: int
    ticks: int = 10**6  # a second
    offset_s: int = 0

    def at_ms(self, ticks: int) -> int:
        """Milliseconds since 1970 of a time in this clock's ticks."""
        return min(max(self.offset_s * 1000 + ticks * 1000 // self.ticks, 0), LAST_MS)


@dataclass(slots=True)
class Section:
    """What holds for the blocks up to the next section header."""

    order: Order = "little"
    interfaces: list[CaptureInterface] = field(default_factory=list)

    def number(self, data: bytes, at: int, width: int = 4) -> int:
        """A number in this section's byte order."""
        return int.from_bytes(data[at : at + width], self.order)


def pcapng(data: Buffer, dropped: Counter[str]) -> Iterator[tuple[int, int, bytes]]:
    """(time in ms, link type, bytes) of every packet; stops where the file lies, and counts it."""
    section, at, whole = Section(), 0, len(data)
    while at < whole:
        kind, length, section = _block(data, at, section)
        if length == 0:
            dropped["truncated_capture" if at + OVERHEAD > whole else "bad_capture_block"] += 1
            return
        if at + length > whole:
            dropped["truncated_capture"] += 1
            return
        body = bytes(data[at + 8 : at + length - 4])
        at += length
        if kind == INTERFACE:
            _interface(body, section, dropped)
        elif kind in READERS:
            parsed = READERS[kind](body, section)
            if parsed is None:
                dropped["unknown_interface"] += 1
            else:
                yield parsed


def _block(data: Buffer, at: int, section: Section) -> tuple[int, int, Section]:
    """A block's type and length, and the section it stands in; length 0 where it cannot be."""
    head = bytes(data[at : at + OVERHEAD])
    if len(head) < OVERHEAD:
        return 0, 0, section
    kind = section.number(head, 0)
    if head[:4] == b"\n\r\r\n":
        if head[8:] not in (BIG, LITTLE):
            return kind, 0, section
        section = Section("big" if head[8:] == BIG else "little")
    length = section.number(head, 4)
    return kind, 0 if length < OVERHEAD or length % 4 else length, section


def _interface(body: bytes, section: Section, dropped: Counter[str]) -> None:
    """Note one more interface of the section."""
    if len(body) < 8 or len(section.interfaces) >= MOST_INTERFACES:  # noqa: PLR2004 - its fixed part
        dropped["bad_capture_block"] += 1
        return
    ticks, offset, at = 10**6, 0, 8
    while at + 4 <= len(body):
        code, length = section.number(body, at, 2), section.number(body, at + 2, 2)
        value = body[at + 4 : at + 4 + length]
        at += 4 + (length + 3) // 4 * 4
        if code == RESOLUTION and len(value) == 1:
            ticks = 2 ** (value[0] & 0x7F) if value[0] & 0x80 else 10 ** value[0]
        elif code == OFFSET and len(value) == 8:  # noqa: PLR2004 - a 64-bit number of seconds
            offset = int.from_bytes(value, section.order, signed=True)
    linktype, snaplen = section.number(body, 0, 2), section.number(body, 4)
    section.interfaces.append(CaptureInterface(linktype, snaplen, ticks, offset))


def _timed(body: bytes, section: Section, interface: int) -> tuple[int, int, bytes] | None:
    """A packet with a time of its own; the two kinds differ in the width of the interface."""
    if interface >= len(section.interfaces):
        return None
    known = section.interfaces[interface]
    ticks = section.number(body, 4) << 32 | section.number(body, 8)
    length = section.number(body, 12)
    return known.at_ms(ticks), known.linktype, body[20 : 20 + length]


def _simple(body: bytes, section: Section) -> tuple[int, int, bytes] | None:
    """A packet of the first interface, without a time."""
    if not section.interfaces:
        return None
    known = section.interfaces[0]
    length = min(section.number(body, 0), known.snaplen or len(body))
    return 0, known.linktype, body[4 : 4 + length]


READERS: Mapping[int, Callable[[bytes, Section], tuple[int, int, bytes] | None]] = {
    ENHANCED: lambda body, section: _timed(body, section, section.number(body, 0)),
    OLD_PACKET: lambda body, section: _timed(body, section, section.number(body, 0, 2)),
    SIMPLE: _simple,
}
