"""The export datagrams of a file: of a capture, or the bytes of one as they were sent.

    for datagram in datagrams(data, dropped): ...

In a capture the exporter is the sender's address; a file of bytes names none. Such a file may hold
several datagrams one after the other, as RFC 5655 has it for IPFIX: v5 and IPFIX tell their length,
NetFlow v9 and sFlow end where their sets and samples do and another header follows.
"""

from collections import Counter
from collections.abc import Iterator

from aupkeep.telemetry.capture.blocks import Buffer
from aupkeep.telemetry.capture.fragments import Fragments
from aupkeep.telemetry.capture.packets import CapturedPacket, is_capture, packets
from aupkeep.telemetry.datagram import Datagram
from aupkeep.telemetry.rows import HALF, address
from aupkeep.telemetry.wire.frame import read_frame
from aupkeep.telemetry.wire.layers import WHOLE
from aupkeep.telemetry.wire.netflow5 import size
from aupkeep.telemetry.wire.network_layers import UDP, UDP_HEADER

NETFLOW5, NETFLOW9, IPFIX = 5, 9, 10
SHORTEST = {NETFLOW5: size(0), NETFLOW9: 20, IPFIX: 16}
SFLOW5 = b"\0\0\0\5"
AGENTS = {1: 4, 2: 16}  # bytes of an sFlow agent's address by its type


def datagrams(data: Buffer, dropped: Counter[str] | None = None) -> Iterator[Datagram]:
    """Every datagram; what a capture holds besides is counted in `dropped`.

    Reasons: those of `packets`, `not_udp`, `ip_fragment`.
    """
    counted: Counter[str] = Counter() if dropped is None else dropped
    if is_capture(data):
        fragments = Fragments(counted)
        for packet in packets(data, counted):
            datagram = _datagram(packet, fragments, counted)
            if datagram is not None:
                yield datagram
        fragments.close()
    else:
        yield from _messages(bytes(data))


def _datagram(
    packet: CapturedPacket, fragments: Fragments, dropped: Counter[str]
) -> Datagram | None:
    """What a captured packet carries by UDP; None, and counted, where it carries nothing so."""
    frame = read_frame(packet.data, packet.linktype, inner=False)
    if frame is None or frame.proto != UDP:
        dropped["not_udp"] += 1
        return None
    body: bytes | None = packet.data[frame.payload : frame.end]
    if frame.fragment != WHOLE:
        whole = fragments.add(frame, packet.data, packet.at_ms)
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
    if data[at : at + 4] == SFLOW5:
        end = _end_sflow(data, at)
        return end - at if data[end : end + 4] == SFLOW5 else whole
    version, stated = (int.from_bytes(data[place : place + 2], "big") for place in (at, at + 2))
    if version not in SHORTEST:
        return whole
    length = size(stated) if version == NETFLOW5 else stated
    if version == NETFLOW9:
        length = _end9(data, at) - at
    after = data[at + length : at + length + 2]
    fits = SHORTEST[version] <= length < whole and int.from_bytes(after, "big") == version
    return length if fits else whole


def _end9(data: bytes, at: int) -> int:
    """Where the sets of a v9 datagram end: no set has the number of a header's version."""
    at += SHORTEST[NETFLOW9]
    while int.from_bytes(data[at : at + 2], "big") != NETFLOW9:
        length = int.from_bytes(data[at + 2 : at + 4], "big")
        if length < 4 or at + length >= len(data):  # noqa: PLR2004 - a set's header
            return len(data)
        at += length
    return at


def _end_sflow(data: bytes, at: int) -> int:
    """Where the samples of an sFlow datagram end."""
    head = at + 8 + AGENTS.get(int.from_bytes(data[at + 4 : at + 8], "big"), 0)
    count = int.from_bytes(data[head + 12 : head + 16], "big")
    place = head + 16
    for _ in range(count):
        if place + 8 > len(data):
            break
        place += 8 + int.from_bytes(data[place + 4 : place + 8], "big")
    return place
