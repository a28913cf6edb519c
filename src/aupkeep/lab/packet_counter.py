"""Looks at one link of the router: when a host's first packet came by, when its last, how many.

    python -m aupkeep.lab.packet_counter INTERFACE SOURCE FILE [PROTO[:PORT]]

On the tenant's link it sees what the tenant sends; on the internet's link what still leaves after
every rule of the router. So the two together prove a block by packets, without asking whoever
made it. Times are the kernel's own (SO_TIMESTAMPNS, socket(7)), in seconds since 1970, UTC.
"""

import contextlib
import json
import socket
import struct
import sys
import time
from dataclasses import asdict, dataclass
from ipaddress import ip_address
from pathlib import Path

EVERYTHING = 0x0003  # ETH_P_ALL, linux/if_ether.h
STAMPED = 35  # SO_TIMESTAMPNS, asm-generic/socket.h
FORCED = 33  # SO_RCVBUFFORCE
ROOM = 8 << 20  # bytes the kernel may keep for us
SHOWN = 0.05  # seconds between two writes of the file
PROTOCOLS = {"tcp": 6, "udp": 17, "icmp": 1}
SPEC = struct.Struct("@ll")  # struct timespec
LONGEST = 96  # bytes of a packet that are looked at


@dataclass(slots=True, kw_only=True)
class PacketCount:
    """What was seen so far; the times are 0.0 before the first packet."""

    first: float = 0.0
    last: float = 0.0
    packets: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class PacketFilter:
    """Which packets count: those of a source, perhaps of one protocol and destination port."""

    source: bytes
    protocol: int | None = None
    port: int | None = None

    def holds(self, packet: bytes) -> bool:
        """True for a wanted packet; `packet` begins with its IP header (RFC 791, RFC 8200)."""
        version = packet[0] >> 4 if packet else 0
        if version == 4 and packet[12:16] == self.source:  # noqa: PLR2004 - the IP version
            return self._to(packet[9], packet[(packet[0] & 15) * 4 :])
        if version == 6 and packet[8:24] == self.source:  # noqa: PLR2004 - the IP version
            return self._to(packet[6], packet[40:])
        return False

    def _to(self, protocol: int, segment: bytes) -> bool:
        if self.protocol not in (None, protocol):
            return False
        return self.port is None or segment[2:4] == self.port.to_bytes(2)


def read_packet_count(path: Path) -> PacketCount:
    """What a packet counter wrote; no packets before its first write."""
    try:
        return PacketCount(**json.loads(path.read_text("ascii")))
    except FileNotFoundError:
        return PacketCount()


def packet_filter(source: str, service: str = "") -> PacketFilter:
    """The wanted packets of the command line's words; `service` is "", "tcp" or "tcp:22"."""
    name, _, port = service.partition(":")
    return PacketFilter(
        source=ip_address(source).packed,
        protocol=PROTOCOLS[name] if name else None,
        port=int(port) if port else None,
    )


def count_packets(interface: str, which: PacketFilter, file: Path) -> None:
    """Look until ended; the file is replaced whenever it is out of date."""
    seen, shown, dirty = PacketCount(), 0.0, True
    with socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(EVERYTHING)) as line:
        with contextlib.suppress(PermissionError):  # a user namespace has the machine's own bound
            line.setsockopt(socket.SOL_SOCKET, FORCED, ROOM)
        line.setsockopt(socket.SOL_SOCKET, STAMPED, 1)
        line.bind((interface, 0))
        line.settimeout(SHOWN)
        while True:
            dirty |= _take(line, which, seen)
            if dirty and time.monotonic() - shown > SHOWN:
                _write(file, seen)
                shown, dirty = time.monotonic(), False


def _take(line: socket.socket, which: PacketFilter, seen: PacketCount) -> bool:
    """Wait for a packet; True when it was a wanted one."""
    try:
        packet, beside, *_ = line.recvmsg(LONGEST, 64)
    except TimeoutError:
        return False
    if not which.holds(packet):
        return False
    stamps = [SPEC.unpack(data[: SPEC.size]) for _, kind, data in beside if kind == STAMPED]
    seconds, rest = stamps[0] if stamps else (time.time(), 0)
    seen.last = seconds + rest / 1e9
    seen.first = seen.first or seen.last
    seen.packets += 1
    return True


def _write(file: Path, seen: PacketCount) -> None:
    fresh = file.with_name(file.name + ".new")
    fresh.write_text(json.dumps(asdict(seen)), "ascii")
    fresh.replace(file)


if __name__ == "__main__":
    count_packets(sys.argv[1], packet_filter(sys.argv[2], *sys.argv[4:]), Path(sys.argv[3]))
