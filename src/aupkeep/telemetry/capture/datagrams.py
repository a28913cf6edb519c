"""The export datagrams of a file: of a capture, or the bytes of one as they were sent.

    for datagram in datagrams(data, dropped): ...

In a capture the exporter is the sender's address; a file of bytes names none. Such a file may hold
several datagrams one after the other where their own headers tell the length, as RFC 5655 has it
for IPFIX. Fragments of IP packets are not put together; they are counted.
"""

from collections import Counter
from collections.abc import Iterator

from aupkeep.telemetry.capture.blocks import Buffer
from aupkeep.telemetry.capture.packets import Packet, is_capture, packets
from aupkeep.telemetry.datagram import Datagram
from aupkeep.telemetry.rows import HALF, address
from aupkeep.telemetry.wire.frame import read_frame
from aupkeep.telemetry.wire.netflow5 import size
from aupkeep.telemetry.wire.walk import WHOLE

NETFLOW5, IPFIX = 5, 10
SHORTEST = {NETFLOW5: size(0), IPFIX: 16}


def datagrams(data: Buffer, dropped: Counter[str] | None = None) -> Iterator[Datagram]:
    """Every datagram; what a capture holds besides is counted in `dropped`.

    Reasons: those of `packets`, `not_udp`, `ip_fragment`.
    """
    counted: Counter[str] = Counter() if dropped is None else dropped
    if is_capture(data):
        for packet in packets(data, counted):
            found = datagram_of(packet, counted)
            if found is not None:
                yield found
    else:
        yield from _messages(bytes(data))


def datagram_of(packet: Packet, dropped: Counter[str]) -> Datagram | None:
    """What a captured packet carries by UDP; None, and counted, where it carries nothing so."""
    frame = read_frame(packet.data, packet.linktype, inner=False)
    if frame is not None and frame.fragment != WHOLE:
        dropped["ip_fragment"] += 1
        return None
    if frame is None or not frame.payload:
        dropped["not_udp"] += 1
        return None
    sender = address(frame.family, frame.src >> 64, frame.src & HALF)
    return Datagram(data=packet.data[frame.payload : frame.end], at=packet.at_ms, exporter=sender)


def _messages(data: bytes) -> Iterator[Datagram]:
    """The datagrams of a file of bytes; where no header tells otherwise it is one."""
    at = 0
    while at < len(data):
        length = _length(data, at)
        yield Datagram(data=data[at : at + length], at=0)
        at += length


def _length(data: bytes, at: int) -> int:
    """Bytes of the datagram at `at`: less than the rest only if the next one begins alike."""
    whole = len(data) - at
    version, stated = (int.from_bytes(data[place : place + 2], "big") for place in (at, at + 2))
    if version not in SHORTEST:
        return whole
    length = size(stated) if version == NETFLOW5 else stated
    after = data[at + length : at + length + 2]
    fits = SHORTEST[version] <= length < whole and int.from_bytes(after, "big") == version
    return length if fits else whole
