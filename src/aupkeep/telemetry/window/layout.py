"""The sizes and names of what a window holds; the only place where they are numbers."""

from enum import IntEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from aupkeep.telemetry.window.own_slots import DENSE
from aupkeep.telemetry.window.sketches import REGISTERS, WORDS

OUT, IN = 0, 1  # seen from our own address


class TrafficCounter(IntEnum):
    """Counters of an own address, sampling multiplied out."""

    BYTES = 0
    PACKETS = 1
    SYN = 2  # packets of flows that never got beyond SYN
    UDP = 3  # packets, but for fragments
    ICMP = 4  # packets, but for our echo replies
    FRAGMENT = 5  # packets
    TCP = 6  # packets of flows that carry something
    MAIL = 7  # packets to and from the mail ports
    BARE = 8  # TCP packets of flows that carry nothing, but for SYN
    OTHER = 9  # packets of other protocols


COUNTS = len(TrafficCounter)
UNASKED = (
    TrafficCounter.SYN,
    TrafficCounter.UDP,
    TrafficCounter.ICMP,
    TrafficCounter.FRAGMENT,
)  # what nobody may have asked for
GROUP = 256  # addresses of one of our /24
FLOORS = {  # a second (with sampling multiplied out) from which on an address is tracked
    TrafficCounter.BYTES: 12_500_000.0,
    TrafficCounter.PACKETS: 10_000.0,
    TrafficCounter.SYN: 20.0,
    TrafficCounter.UDP: 400.0,
    TrafficCounter.ICMP: 25.0,
    TrafficCounter.FRAGMENT: 50.0,
    TrafficCounter.BARE: 1_500.0,
    TrafficCounter.OTHER: 1_000.0,
}


class EntryTag(IntEnum):
    """What an entry of the tables is about."""

    NONE = 0
    TCP = 1  # tries that failed, by port
    UDP = 2
    ECHO = 3  # ICMP echo requests
    TELNET = 4  # telnet and what IoT malware tries beside it, all ports as one
    MAIL = 5  # sessions to port 25
    AMPLIFY = 6  # replies from a service that amplifies
    LOGIN = 7  # sessions that could be guesses
    CONTACT = 8  # a listed address
    SPOOF = 9  # sources that are not ours, on a customer's port
    SERVICE = 10  # one of the provider's own services


WINDOW = np.array([0, 300, 300, 120, 120, 60, 60, 300, 300, 300, 60], np.int64) * 1000  # ms

RING = 64  # seconds and minutes that a tracked address remembers; a power of two
TRACKED = 4096  # addresses
TOPS = 12  # peers kept for each tracked address and direction
FANS = 1 << 15
PAIRS = 1 << 15
SESSIONS = 1 << 16
EXCHANGES = 1 << 17
LANES = 1 << 13
CONTACT_PROBES = 16
PROBES = 8  # places that a key may stand in
GRACE = 20_000  # ms, at least, until a UDP request without a reply has failed: exporters idle 15 s
QUIET = 120  # seconds below all floors after which an address is no longer tracked
LATEST = 300_000  # ms after its end that a row may come and still count
EXPORTERS = 32  # told apart by what they show; further ones share a place
MET_BITS = 1 << 25  # of (own address, peer) pairs that talked
SKEW = 60_000  # ms that an exporter's clock may differ and still be believed
SMTP, DNS = 25, 53
FEW = 3  # packets of a flow that may still be a probe
SIZES, BANDS = 3, 40  # histograms of a session: bytes out, bytes in, duration

# Services whose replies can be larger than the requests (US-CERT alert TA14-017A, and later ones).
AMPLIFIERS = (
    17, 19, 53, 69, 111, 123, 137, 161, 177, 389, 427, 520, 623, 1434, 1604, 1900, 3283, 3478, 3702,
    5093, 5353, 5683, 10001, 11211, 27015, 27960, 30718, 32410, 32412, 32414, 33848, 37810, 41794,
)  # fmt: skip
SLOT = np.dtype(  # what each row touches comes first, so that it lies together
    [
        ("track", "i4"),  # place among the tracked, -1: none
        ("rate", "u4", (2,)),  # greatest sampling rate of this minute and of the last
        ("unknown", "u1", (2,)),  # 1: a row of unknown sampling, likewise
        ("service", "u1"),  # 1: one of the provider's own services
        ("via", "u4", (2,)),  # which exporters told of it, as bits: [out or in]
        ("talks", "u2", (2,)),  # rows of conversations, decaying: [out or in]
        ("mail_in", "u2"),  # mail sessions that came, decaying
        ("second", "f4", (2, COUNTS)),  # the current one, as rows come in: [out or in, counter]
        ("minute", "f4", (2, COUNTS)),
        ("mean", "f4", (2, COUNTS)),  # a second's, decaying over five minutes
    ],
    align=True,
)
PLACE = np.dtype(  # of a hashed table; four are a line of memory
    [
        ("key", "u8"),  # 0: free; the last four bits are its purpose, a `EntryTag`
        ("last", "u4"),  # ms when it was claimed last, modulo 2**32
        ("weight", "u4"),  # how often it was claimed
    ],
    align=True,
)
TRACK = np.dtype(
    [
        ("slot", "i4"),  # -1: free
        ("hot", "i8"),  # the last second above a floor
        ("second", "i8", (RING,)),  # which second a cell holds
        ("seconds", "f4", (RING, 2, COUNTS)),
        ("peers", "u1", (2, 2, REGISTERS)),  # [minute modulo 2, out or in, registers]
        ("key", "u8", (2, TOPS)),  # of peer and counter; 0: free
        ("peer", "u8", (2, TOPS, 2)),  # [out or in, rank, high or low]
        ("what", "i8", (2, TOPS)),  # family, counter and port + 1
        ("weight", "f4", (2, TOPS)),  # packets
    ],
    align=True,
)
COMMON: list[Any] = [
    ("first", "i8"), ("last", "i8"), ("began", "i8"), ("until", "i8"),  # of rows taken; of flows
    ("before", "i8"),  # when the key's entry before was claimed last, 0: it had none
    ("slot", "i4"), ("rate", "u4"), ("inner", "u4"),
    ("port", "u2"), ("tag", "u1"), ("unknown", "u1"), ("family", "u1"),
    ("hi", "u8"), ("lo", "u8"),
]  # fmt: skip
FAN = np.dtype(
    [*COMMON, ("failed", "u4"), ("good", "u4"), ("inbound", "u4"), ("packets", "f8"),
     ("bytes", "f8"), ("sketch", "u1", (REGISTERS,))],
    align=True,
)  # fmt: skip
PAIR = np.dtype(
    [
        *COMMON,
        ("failed", "u4"),
        ("good", "u4"),
        ("packets", "f8"),
        ("bytes", "f8"),
        ("low", "u8"),  # of own ports below 512, which were seen: a bit for eight of them
        ("words", "u8", (WORDS,)),
    ],
    align=True,
)
SESSION = np.dtype(
    [*COMMON, ("count", "u4"), ("answers", "u4"), ("ended", "u4"), ("label", "u4"),
     ("theirs", "u2"), ("moved", "u4"),  # the peer's first port; rows with another one
     ("bytes", "f8"), ("packets", "f8"), ("in_bytes", "f8"), ("in_packets", "f8"), ("busy", "f8"),
     ("bands", "u2", (SIZES, BANDS))],
    align=True,
)  # fmt: skip
REQUEST = np.dtype(
    [*COMMON, ("sport", "u2"), ("seen", "u1"), ("packets", "u4"), ("out_at", "i8"),
     ("in_at", "i8")],
    align=True,
)  # fmt: skip
LANE = np.dtype(  # a service of ours that amplifies, of this minute
    [*COMMON, ("answered", "f8"), ("asked", "f8")],  # bytes out and in
    align=True,
)


MAIL = (25, 465, 587, 2525)
TELNET = (23, 26, 2323, 5555, 7547, 8023, 23231, 37215, 52869, 60023)
WEB = (80, 443, 8000, 8008, 8080, 8081, 8088, 8443, 8888, 9443)
LOGINS = (21, 22, 23, 445, 2222, 2323, 3389, 5900, 5901)


class LossReason(IntEnum):
    """What a window could not keep, counted."""

    TRACKED = 0  # addresses above a floor
    LATE = 1  # rows whose flow ended too long ago
    SKEWED = 2  # rows whose exporter's clock is not believed
    FOREIGN = 3  # rows of which neither side is ours
    BARE = 4  # rows without addresses or counters
    NO_PLACE = 5  # rows of an own address that found no place
    NO_PLACE_SENDS = 6  # of those, the ones that it sent


def _table(size: int, entry: np.dtype[np.void]) -> np.dtype[np.void]:
    """A hashed table: keys apart from entries, so that a miss touches two lines of memory."""
    fields: list[Any] = [
        ("place", PLACE, (size,)), ("entry", entry, (size,)), ("lost", "i8"), ("seed", "u8"),
        ("rest", "u8", (6,)),  # the next table begins with a line
    ]  # fmt: skip
    return np.dtype(fields, align=True)


# All of a window but its slots, as one record: kernels hand it on as one pointer, where arrays
# would be counted each time they are handed on.
WINDOW_RECORD = np.dtype(
    [
        ("fan", _table(FANS, FAN)),
        ("pair", _table(PAIRS, PAIR)),
        ("session", _table(SESSIONS, SESSION)),
        ("asked", _table(EXCHANGES, REQUEST)),
        ("lanes", _table(LANES, LANE)),
        ("groups", "f8", (DENSE // GROUP, 2)),  # packets of UNASKED in this minute: [out or in]
        ("dense", "i8"),  # how many slots are in groups: those of dense prefixes
        ("tracked", TRACK, (TRACKED,)),
        ("free", "i4", (TRACKED,)),  # a stack of free places
        ("left", "i8"),  # how many
        ("ports", "u1", (65536,)),  # what a port is known for
        ("floors", "f4", (COUNTS,)),  # by counter
        ("lost", "i8", (len(LossReason),)),
        ("second", "i8"),  # the last one, -1: none yet
        ("minute", "i8"),
        ("rows", "i8", (2,)),  # out and in, decaying
        ("held", "i8", (EXPORTERS,)),  # ms that an exporter holds a packet back at most, decaying
        ("talks", "i8", (EXPORTERS, 2)),  # rows of conversations by exporter, decaying
        ("met", "u8", (2, MET_BITS // 64)),  # who talked with whom: this span and the last
        ("half", "i8"),  # which of the two is this span's
        ("grace", "i8"),  # ms until a UDP request without a reply has failed
    ],
    align=True,
)


class PortClass(IntEnum):
    """What a port is known for: bits of one byte."""

    MAIL = 1
    TELNET = 2
    WEB = 4
    LOGIN = 8
    AMPLIFIER = 16


NAMED = int(
    PortClass.MAIL | PortClass.TELNET | PortClass.WEB | PortClass.LOGIN
)  # bits of a service's port


def ports() -> NDArray[np.uint8]:
    """Port → its bits."""
    table = np.zeros(65536, np.uint8)
    for numbers, bit in (
        (MAIL, PortClass.MAIL),
        (TELNET, PortClass.TELNET),
        (WEB, PortClass.WEB),
        (LOGINS, PortClass.LOGIN),
        (AMPLIFIERS, PortClass.AMPLIFIER),
    ):
        table[list(numbers)] |= np.uint8(bit)
    return table
