"""The memory that datagrams are received into: a fixed number of slots, used over and over.

A slot takes the longest datagram there is, so none is ever cut. Only pages that datagrams touched
are real memory. Slots lie 65 KiB + 2 KiB apart rather than at round distances, which would put the
first bytes of all of them in the same few lines of the processor's caches.
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from aupkeep.telemetry.fast.batch import Batch
from aupkeep.telemetry.jit import kernel
from aupkeep.telemetry.receive import messages

SLOTS = 128  # whose rows, half a megabyte, stay in a processor's own cache
LONGEST = 65536
STRIDE = LONGEST + 2048 + 64
INET, INET6 = 2, 10  # AF_INET, AF_INET6 of Linux, in the first two bytes of a name


@kernel
def read_names(
    names: NDArray[np.uint8], count: int, high: NDArray[np.uint64], low: NDArray[np.uint64]
) -> None:
    """Senders out of the names recvmmsg wrote (sockaddr_in, sockaddr_in6): IPv4 as mapped."""
    for index in range(count):
        family = int(names[index, 0]) | int(names[index, 1]) << 8
        first, last = np.uint64(0), np.uint64(0)
        if family == 2:  # noqa: PLR2004 - AF_INET
            last = np.uint64(0xFFFF)
            for byte in range(4, 8):
                last = last << np.uint64(8) | np.uint64(names[index, byte])
        else:
            for byte in range(8, 16):
                first = first << np.uint64(8) | np.uint64(names[index, byte])
                last = last << np.uint64(8) | np.uint64(names[index, byte + 8])
        high[index], low[index] = first, last


@dataclass(slots=True)
class Ring:
    """Slots for one call of recvmmsg; what `read` gives is good until the next `read`."""

    slots: int = SLOTS
    data: NDArray[np.uint8] = field(init=False)
    offsets: NDArray[np.int64] = field(init=False)
    lengths: NDArray[np.uint32] = field(init=False)
    high: NDArray[np.uint64] = field(init=False)
    low: NDArray[np.uint64] = field(init=False)
    _messages: messages.MmsgArray = field(init=False)

    def __post_init__(self) -> None:
        self.data = np.zeros(self.slots * STRIDE, np.uint8)
        self.offsets = np.arange(self.slots, dtype=np.int64) * STRIDE
        self.lengths = np.zeros(self.slots, np.uint32)
        self.high = np.zeros(self.slots, np.uint64)
        self.low = np.zeros(self.slots, np.uint64)
        lengths = np.full(self.slots, LONGEST, np.int64)
        self._messages = messages.MmsgArray(self.data, self.offsets, lengths)

    def read(self, descriptor: int) -> Batch:
        """The datagrams that wait at a socket, at most a ring full. Raises `OSError`."""
        count = messages.receive(descriptor, self._messages, self.slots)
        read_names(self._messages.names, count, self.high, self.low)
        self.lengths[:count] = self._messages.moved[:count]
        return Batch(self.data, self.offsets, self.lengths, self.high, self.low, count)

    def warm(self) -> None:
        """Have the kernel's machine code before the first datagram."""
        read_names(self._messages.names, 0, self.high, self.low)
