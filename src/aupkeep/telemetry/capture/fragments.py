"""Fragments of captured IP packets, put together: some exporters send more than a packet holds.

Sources: RFC 791 section 3.2, RFC 8200 section 4.5, RFC 5722 (pieces that overlap are none).
Bounded: so many packets at once, of at most 64 KiB; the oldest gives way, and so does what waited
for its other pieces for a minute (RFC 8200 section 4.5), for its number is used again.
"""

from collections import Counter, OrderedDict
from dataclasses import dataclass, field
from typing import TypeAlias

from aupkeep.telemetry.wire.layers import IpFrame

MOST_PACKETS = 256
MOST_BYTES = 65_535
MOST_PIECES = 128  # of one packet
LONGEST_MS = 60_000
Key: TypeAlias = tuple[int, int, int, int, int]


@dataclass(slots=True)
class PartialPacket:
    """The pieces of one packet so far, by their place."""

    at: int  # when the first one came, milliseconds since 1970
    pieces: dict[int, bytes] = field(default_factory=dict)
    length: int | None = None  # of the whole, once the last piece has come

    def whole(self) -> bytes | None:
        """The packet's body, when every piece is there."""
        if self.length is None or sum(map(len, self.pieces.values())) < self.length:
            return None
        whole = bytearray()
        for place in sorted(self.pieces):
            if place != len(whole):
                return None
            whole += self.pieces[place]
        return bytes(whole) if len(whole) == self.length else None


class Fragments:
    """Packets in pieces; what is given up is counted piece by piece as `ip_fragment`."""

    def __init__(self, dropped: Counter[str]) -> None:
        self._packets: OrderedDict[Key, PartialPacket] = OrderedDict()
        self._dropped = dropped

    def add(self, frame: IpFrame, data: bytes, at_ms: int) -> bytes | None:
        """Keep a fragment; the body of its packet when it was the last one missing."""
        piece = frame.piece
        if piece is None:
            self._dropped["ip_fragment"] += 1
            return None
        body = data[piece.begin : frame.end]
        key = (frame.family, frame.src, frame.dst, frame.proto, piece.ident)
        parts = self._packets.get(key)
        if parts and abs(at_ms - parts.at) > LONGEST_MS:
            self._dropped["ip_fragment"] += len(self._packets.pop(key).pieces)
            parts = None
        parts = parts or self._packets.setdefault(key, PartialPacket(at_ms))
        full = len(parts.pieces) >= MOST_PIECES or piece.offset + len(body) > MOST_BYTES
        if piece.offset in parts.pieces or full:
            self._dropped["ip_fragment"] += 1
            return None
        parts.pieces[piece.offset] = body
        if not piece.more:
            parts.length = piece.offset + len(body)
        whole = parts.whole()
        if whole is not None:
            del self._packets[key]
        elif len(self._packets) > MOST_PACKETS:
            _, oldest = self._packets.popitem(last=False)
            self._dropped["ip_fragment"] += len(oldest.pieces)
        return whole

    def close(self) -> None:
        """Give up on what is not whole."""
        for parts in self._packets.values():
            self._dropped["ip_fragment"] += len(parts.pieces)
        self._packets.clear()
