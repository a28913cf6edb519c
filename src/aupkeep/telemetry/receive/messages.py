"""The structures of recvmmsg(2) and sendmmsg(2), laid out by ctypes and read through numpy.

The C library gives no Python binding for either. numpy sees the same memory, so no Python runs for
a datagram: lengths, flags and senders are columns.
"""

import ctypes
import errno

import numpy as np
from numpy.typing import NDArray

PASSING = frozenset((errno.EAGAIN, errno.EINTR))  # nothing there now; ask again
NAME = 28  # bytes of a sockaddr_in6, the longest name an internet socket gives
DONTWAIT = 0x40  # MSG_DONTWAIT
LIBC = ctypes.CDLL(None, use_errno=True)


class IoVec(ctypes.Structure):
    """One iovec: where the bytes of a message lie."""

    _fields_ = (("start", ctypes.c_void_p), ("length", ctypes.c_size_t))


class MsgHdr(ctypes.Structure):
    """One msghdr."""

    _fields_ = (
        ("name", ctypes.c_void_p),
        ("name_length", ctypes.c_uint32),
        ("vectors", ctypes.c_void_p),
        ("vector_count", ctypes.c_size_t),
        ("control", ctypes.c_void_p),
        ("control_length", ctypes.c_size_t),
        ("flags", ctypes.c_int),
    )


class MmsgHdr(ctypes.Structure):
    """One mmsghdr: a header, and the bytes that were moved."""

    _fields_ = (("header", MsgHdr), ("moved", ctypes.c_uint32))


class MmsgArray:
    """Headers for datagrams that lie in one buffer, each at its own place.

    `moved` and `name_lengths` are views into the headers themselves.
    """

    def __init__(
        self,
        data: NDArray[np.uint8],
        offsets: NDArray[np.int64],
        lengths: NDArray[np.int64],
        *,
        named: bool = True,
    ) -> None:
        count = len(offsets)
        self.data = data
        self.names = np.zeros((count, NAME), np.uint8)
        self.vectors = (IoVec * count)()
        self.headers = (MmsgHdr * count)()
        for index in range(count):
            start, length = int(offsets[index]), int(lengths[index])
            self.vectors[index] = IoVec(data.ctypes.data + start, length)
            header = self.headers[index].header
            if named:  # else the socket is connected
                header.name = self.names.ctypes.data + NAME * index
                header.name_length = NAME
            header.vectors = ctypes.addressof(self.vectors) + ctypes.sizeof(IoVec) * index
            header.vector_count = 1
        self.address = ctypes.addressof(self.headers)
        raw = np.frombuffer(memoryview(self.headers), np.uint32)
        table = raw.reshape(count, ctypes.sizeof(MmsgHdr) // 4)
        self.moved: NDArray[np.uint32] = table[:, MmsgHdr.moved.offset // 4]
        self.name_lengths: NDArray[np.uint32] = table[:, MsgHdr.name_length.offset // 4]


def receive(descriptor: int, messages: MmsgArray, count: int) -> int:
    """Take the datagrams that wait, at most `count`; 0 when none does. Raises `OSError`."""
    messages.name_lengths[:] = NAME
    return _moved(
        LIBC.recvmmsg(descriptor, ctypes.c_void_p(messages.address), count, DONTWAIT, None)
    )


def send(descriptor: int, messages: MmsgArray, first: int, count: int) -> int:
    """Send so many datagrams, from the first on; how many went out. Raises `OSError`."""
    start = messages.address + ctypes.sizeof(MmsgHdr) * first
    return _moved(LIBC.sendmmsg(descriptor, ctypes.c_void_p(start), count, 0))


def _moved(answer: int) -> int:
    if answer >= 0:
        return answer
    error = ctypes.get_errno()
    if error in PASSING:
        return 0
    raise OSError(error, "the datagrams could not be moved")
