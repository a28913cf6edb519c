"""The state of a walk through the layers of a frame: its place, and the fields read so far."""

import struct
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple, TypeAlias

BYTE, SHORT, LONG = struct.Struct(">B"), struct.Struct(">H"), struct.Struct(">I")
WHOLE, FIRST, LATER = 0, 1, 2  # of a fragmented packet


class Layer(StrEnum):
    """What the bytes at the walk's place are."""

    ETHERNET = "ethernet"
    TYPED = "typed"  # an EtherType, then what it names
    COOKED = "cooked"
    COOKED2 = "cooked2"
    FAMILY = "family"  # BSD loopback
    PPP = "ppp"
    HDLC = "hdlc"  # PPP or Cisco HDLC in HDLC framing
    IP = "ip"
    MPLS = "mpls"
    TRANSPORT = "transport"
    GRE = "gre"
    UDP = "udp"  # what stands in a datagram to a tunnel's port
    ETHERIP = "etherip"
    INNER_IP = "inner ip"
    INNER_MPLS = "inner mpls"


class FragmentPiece(NamedTuple):
    """A fragment: `offset` is its place in the whole packet's body, `begin` its place in data."""

    ident: int
    offset: int
    begin: int
    more: bool  # others come behind it


@dataclass(slots=True)
class IpFrame:
    """One IP packet. `src` and `dst` are numbers; what the packet does not hold is None.

    `length` is bytes of the packet as its IP header states it, `payload` where the bytes above the
    transport header (of UDP only) begin, `end` where the packet ends in the data given. `vlan` is
    the outermost tag of the outermost frame; 0, a priority alone, is none. `icmp` is type times 256
    plus code.
    """

    family: int
    src: int
    dst: int
    proto: int
    length: int
    end: int
    fragment: int = WHOLE
    sport: int | None = None
    dport: int | None = None
    flags: int | None = None
    icmp: int | None = None
    vlan: int | None = None
    payload: int = 0
    piece: FragmentPiece | None = None


class LayerWalk:
    """The bytes, the place in them, and the innermost packet found so far."""

    __slots__ = ("at", "data", "end", "frame", "next", "tagged", "vlan")

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0
        self.end = len(data)
        self.next = 0  # the protocol that an IP header names
        self.vlan: int | None = None
        self.tagged = True  # a tag found here is the port's own, not one within a tunnel
        self.frame: IpFrame | None = None

    def byte(self, offset: int = 0) -> int:
        """A byte from here; IndexError or struct.error where the data ends before."""
        number: int = BYTE.unpack_from(self.data, self.at + offset)[0]
        return number

    def short(self, offset: int = 0) -> int:
        """Two bytes from here."""
        number: int = SHORT.unpack_from(self.data, self.at + offset)[0]
        return number

    def long(self, offset: int = 0) -> int:
        """Four bytes from here."""
        number: int = LONG.unpack_from(self.data, self.at + offset)[0]
        return number

    def stop(self, end: int) -> int:
        """Read no further than here: what follows fills a frame up; where the data ends now."""
        if end < self.end:
            self.data, self.end = self.data[:end], end
        return self.end

    def step(self, count: int, layer: Layer | None) -> Layer | None:
        """Go on by so many bytes, to this layer."""
        self.at += count
        return layer


Read: TypeAlias = Callable[[LayerWalk], Layer | None]
Inner: TypeAlias = bool | Callable[[IpFrame], bool]  # whether to look into the tunnel of a packet
