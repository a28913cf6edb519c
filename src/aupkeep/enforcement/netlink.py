"""A netlink socket of this thread's network namespace: messages out, bodies back (netlink(7))."""

import errno
import os
import socket
import struct
from collections.abc import Iterator

from aupkeep.model.errors import Unavailable

REQUEST, DUMP = 0x1, 0x300
INTERRUPTED = 0x10  # NLM_F_DUMP_INTR
ERROR, DONE = 2, 3
SIZE = 1 << 18  # bytes of one answer; the kernel sends at most 32 KiB at a time
WAIT = 5.0  # seconds for an answer of the kernel
HEAD, ATTRIBUTE = struct.Struct("=IHHII"), struct.Struct("=HH")
NESTED = 0x8000


class Changed(Exception):
    """Somebody committed a change while a listing was read: it is to be begun anew."""


class NetlinkSocket:
    """One socket of a netlink protocol; used by one thread at a time. Raises `Unavailable`."""

    def __init__(self, protocol: int) -> None:
        try:
            self._socket = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, protocol)
            self._socket.settimeout(WAIT)
        except OSError as error:
            raise Unavailable(f"expected a netlink socket, found {error}") from error
        self._number = 0

    def __del__(self) -> None:
        """Close it."""
        if hasattr(self, "_socket"):
            self._socket.close()

    def ask(self, kind: int, body: bytes, *, dump: bool = False) -> Iterator[bytes]:
        """The bodies of an answer; none where there is no such thing.

        Raises `Unavailable`, and `Changed` in a listing.
        """
        self._number += 1
        flags = REQUEST | (DUMP if dump else 0)
        head = HEAD.pack(HEAD.size + len(body), kind, flags, self._number, 0)
        try:
            self._socket.send(head + body)
            yield from self._answer(dump=dump)
        except OSError as error:
            raise Unavailable(f"expected the kernel to answer, found {error}") from error

    def _answer(self, *, dump: bool) -> Iterator[bytes]:
        while True:
            data, at = self._socket.recv(SIZE), 0
            while at < len(data):
                size, kind, flags, number, _ = HEAD.unpack_from(data, at)
                body, at = data[at + HEAD.size : at + size], at + (size + 3 & ~3)
                if number != self._number:  # the rest of an answer that nobody waited for
                    continue
                if flags & INTERRUPTED:
                    raise Changed
                if kind == DONE:
                    return
                if kind == ERROR:
                    _judge(struct.unpack_from("=i", body)[0])
                    return
                yield body
                if not dump:
                    return


def _judge(code: int) -> None:
    """Nothing there is an answer. Raises `Changed`, and `Unavailable` for what is none."""
    if -code == errno.EINTR:
        raise Changed
    if code and -code != errno.ENOENT:
        words = os.strerror(-code)
        raise Unavailable(f"expected to read with CAP_NET_ADMIN, found {words}")


def attribute(kind: int, value: bytes) -> bytes:
    """One attribute, filled to a multiple of four bytes."""
    return ATTRIBUTE.pack(4 + len(value), kind) + value + bytes(-len(value) % 4)


def nested(kind: int, value: bytes) -> bytes:
    """An attribute that holds attributes."""
    return attribute(kind | NESTED, value)


def pairs(data: bytes) -> Iterator[tuple[int, bytes]]:
    """The attributes of a message: their kind without flags, and their bytes."""
    at, end = 0, len(data)
    while at + 4 <= end:
        size, kind = ATTRIBUTE.unpack_from(data, at)
        yield kind & 0x3FFF, data[at + 4 : at + size]
        at += max(size + 3 & ~3, 4)


def attributes(data: bytes) -> dict[int, bytes]:
    """The attributes of a message by kind."""
    return dict(pairs(data))
