"""A batch of datagrams as the kernels read it: one buffer, and where in it each datagram lies."""

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv6Address
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from aupkeep.model.subject import Address
from aupkeep.telemetry.datagram import Datagram
from aupkeep.telemetry.rows import HALF

MAPPED = 0xFFFF << 32  # an IPv4 sender is kept as its mapped form, ::ffff:192.0.2.1


class Batch(NamedTuple):
    """`size` datagrams; the arrays may be longer. `high` and `low` are the senders' addresses."""

    data: NDArray[np.uint8]
    offsets: NDArray[np.int64]
    lengths: NDArray[np.uint32]
    high: NDArray[np.uint64]
    low: NDArray[np.uint64]
    size: int

    def datagram(self, index: int, at: int) -> Datagram:
        """One of them as the general decoder takes it."""
        start = int(self.offsets[index])
        data = self.data[start : start + int(self.lengths[index])].tobytes()
        return Datagram(data=data, at=at, exporter=self.sender(index))

    def sender(self, index: int) -> Address:
        """Who sent it."""
        return sender(int(self.high[index]), int(self.low[index]))


def sender(high: int, low: int) -> Address:
    """The address of a sender's two halves.

    >>> str(sender(0, 0xFFFF_C000_0201))
    '192.0.2.1'
    """
    if high == 0 and low >> 32 == MAPPED >> 32:
        return IPv4Address(low & 0xFFFFFFFF)
    return IPv6Address(high << 64 | low)


def sender_halves(address: Address) -> tuple[int, int]:
    """A sender's address as the kernels compare it.

    >>> sender_halves(IPv4Address("192.0.2.1")) == (0, 0xFFFF_C000_0201)
    True
    """
    if isinstance(address, IPv4Address):
        return 0, MAPPED | int(address)
    return int(address) >> 64, int(address) & HALF


def gather(datagrams: Sequence[Datagram]) -> Batch:
    """A batch of datagrams that lie apart: from a capture, or in a test. Exporters are known."""
    lengths = np.array([len(datagram.data) for datagram in datagrams], np.uint32)
    ends = np.cumsum(lengths, dtype=np.int64)
    joined = b"".join(datagram.data for datagram in datagrams)
    ours = [
        sender_halves(datagram.exporter) for datagram in datagrams if datagram.exporter is not None
    ]
    high, low = np.array(ours, np.uint64).reshape(-1, 2).T.copy()
    return Batch(
        np.frombuffer(joined, np.uint8).copy(), ends - lengths, lengths, high, low, len(datagrams)
    )
