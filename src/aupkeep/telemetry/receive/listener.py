"""A UDP socket that listens for exporters: its buffer, its wake-up, and what the kernel dropped."""

import select
import socket
import struct
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path

RCVBUFFORCE, MEMINFO = 33, 55  # SO_RCVBUFFORCE, SO_MEMINFO: asm-generic/socket.h
DROPS = 8  # SK_MEMINFO_DROPS: linux/sock_diag.h; nine 32-bit counters come before the end
WORDS = struct.Struct("=9I")
BUFFER = 16 << 20  # bytes; at 40,000 datagrams a second about 0.3 s that we may be late
WRAP = 1 << 32


@dataclass(slots=True)
class Listener:
    """One socket. `buffer` is what the kernel granted, `asked` what we wanted, in bytes."""

    socket: socket.socket
    host: str
    port: int
    asked: int
    buffer: int
    dropped: int = 0  # datagrams the kernel dropped here for want of room, since we listen
    _counter: int = 0

    def count_drops(self) -> int:
        """Datagrams the kernel dropped since the last call; exact, for its counter is the socket's.

        The counter has 32 bits and may wrap between two calls, not twice.
        """
        counter = drop_counter(self.socket)
        fresh = (counter - self._counter) % WRAP
        self._counter = counter
        self.dropped += fresh
        return fresh

    def close(self) -> None:
        """Stop listening."""
        self.socket.close()


def listen(host: str, port: int, buffer: int = BUFFER) -> Listener:
    """Listen on an address and port; port 0: any free one. Raises `OSError`.

    An IPv6 socket takes IPv6 only, so that both families can listen on one port.
    """
    version = ip_address(host).version
    family = socket.AF_INET6 if version == 6 else socket.AF_INET  # noqa: PLR2004 - the IP version
    udp = socket.socket(family, socket.SOCK_DGRAM)
    try:
        if family == socket.AF_INET6:
            udp.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        granted = widen(udp, buffer)
        udp.setblocking(False)
        udp.bind((host, port))
    except OSError as error:
        udp.close()
        where = f"[flows] listen {host} port {port}"
        raise OSError(error.errno, error.strerror, where) from error
    return Listener(udp, host, int(udp.getsockname()[1]), buffer, granted)


def widen(udp: socket.socket, buffer: int) -> int:
    """Ask for a receive buffer, beyond the machine's limit where we may; what we got, in bytes.

    The kernel books twice what is asked for, for its own overhead: socket(7).
    """
    udp.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
    with suppress(PermissionError):
        udp.setsockopt(socket.SOL_SOCKET, RCVBUFFORCE, buffer)
    return udp.getsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF) // 2


def drop_counter(udp: socket.socket) -> int:
    """How many datagrams the kernel dropped at this socket, modulo 2**32."""
    try:
        memory = udp.getsockopt(socket.SOL_SOCKET, MEMINFO, WORDS.size)
    except OSError:  # before Linux 4.12
        return _from_table(udp.fileno())
    whole = len(memory) == WORDS.size
    return int(WORDS.unpack(memory)[DROPS]) if whole else _from_table(udp.fileno())


def _from_table(descriptor: int) -> int:
    """The same from /proc/net/udp, where the last column is the counter and the tenth the inode."""
    inode = str(Path(f"/proc/self/fd/{descriptor}").stat().st_ino)
    for table in ("/proc/net/udp", "/proc/net/udp6"):
        for line in _lines(table):
            words = line.split()
            if words[9] == inode:
                return int(words[-1]) % WRAP
    return 0


def _lines(table: str) -> Sequence[str]:
    path = Path(table)
    return path.read_text().splitlines()[1:] if path.exists() else ()


def wait(listeners: Iterable[Listener], timeout_ms: int) -> list[Listener]:
    """Those at which datagrams wait; none when the time has passed without one."""
    known = {listener.socket.fileno(): listener for listener in listeners}
    poll = select.poll()
    for descriptor in known:
        poll.register(descriptor, select.POLLIN)
    return [known[descriptor] for descriptor, _ in poll.poll(timeout_ms)]
