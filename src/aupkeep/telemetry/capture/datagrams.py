"""The export datagrams of a file: of a capture, or the bytes of one as they were sent.

    for datagram in datagrams(data, dropped): ...

In a capture the exporter is the sender's address; a file of bytes names none. Such a file may hold
several datagrams one after the other where their own headers tell the length, as RFC 5655 has it
for IPFIX.
"""

from collections import Counter
from collections.abc import Iterator

from aupkeep.telemetry.capture.blocks import Buffer
from aupkeep.telemetry.capture.fragments import Fragments
from aupkeep.telemetry.capture.packets import Packet, is_capture, packets
from aupkeep.telemetry.datagram import Datagram
from aupkeep.telemetry.rows import HALF, address
from aupkeep.telemetry.wire.frame import read_frame
from aupkeep.telemetry.wire.netflow5 import size
from aupkeep.telemetry.wire.network import UDP, UDP_HEADER
from aupkeep.telemetry.wire.walk import WHOLE

NETFLOW5, IPFIX = 5, 10
SHORTEST = {NETFLOW5: size(0), IPFIX: 16}


def datagrams(data: Buffer, dropped: Counter[str] | None = None) -> Iterator[Datagram]:
    """Every datagram; what a capture holds besides is counted in `dropped`.

    Reasons: those of `packets`, `not_udp`, `ip_fragment`.
    """
    counted: Counter[str] = Counter() if dropped is None else dropped
    if is_capture(data):
        fragments = Fragments(counted)
        for packet in packets(data, counted):
            found = _datagram(packet, fragments, counted)
            if found is not None:
                yield found
        fragments.close()
    else:
        yield from _messages(bytes(data))


def _datagram(packet: Packet, fragments: Fragments, dropped: Counter[str]) -> Datagram | None:
    """What a captured packet carries by UDP; None, and counted, where it carries nothing so."""
    frame = read_frame(packet.data, packet.linktype, inner=False)
    if frame is None or frame.proto != UDP:
        dropped["not_udp"] += 1
        return None
    body: bytes | None = packet.data[frame.payload : frame.end]
    if frame.fragment != WHOLE:
        whole = fragments.add(frame, packet.data)
        body = None if whole is None else whole[UDP_HEADER : _end(whole)]
    elif not frame.payload:
        dropped["not_udp"] += 1  # cut within its header
        return None
    if body is None:
        return None
    sender = address(frame.family, frame.src >> 64, frame.src & HALF)
    return Datagram(data=body, at=packet.at_ms, exporter=sender)


def _end(body: bytes) -> int:
    """Where a datagram ends in the body of its packet, by its own length."""
    stated = int.from_bytes(body[4:6], "big")
    return stated if stated >= UDP_HEADER else len(body)


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
