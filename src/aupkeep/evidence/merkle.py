"""The Merkle tree of the journal: hashing of RFC 6962 section 2.1.

Leaves are 32-byte hashes made by `leaf_hash`; every hash here is SHA-256. Sizes count leaves,
indexes start at 0. Nothing here keeps the leaves: the thirty hashes of a `Frontier` are enough to
append to a log of a billion entries.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from aupkeep.model.errors import Unreadable

WIDTH = 32  # bytes of one SHA-256 hash
EMPTY_ROOT = hashlib.sha256().digest()  # RFC 6962 section 2.1: the hash of an empty list


def leaf_hash(data: bytes) -> bytes:
    """The hash of one leaf: SHA-256(0x00 ‖ data), RFC 6962 section 2.1."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of an inner node: SHA-256(0x01 ‖ left ‖ right), RFC 6962 section 2.1."""
    return hashlib.sha256(b"\x01" + left + right).digest()


@dataclass(frozen=True, slots=True)
class Frontier:
    """A tree of `size` leaves as the roots of its complete subtrees, the largest first.

    Immutable: `append` and `extend` answer a new frontier, so that a transaction which rolls back
    has nothing to undo. There is one peak for each 1 bit of `size`.

    >>> Frontier().append(leaf_hash(b"one")).root() == leaf_hash(b"one")
    True
    """

    size: int = 0
    peaks: tuple[bytes, ...] = ()

    def append(self, leaf: bytes) -> "Frontier":
        """The frontier after one more leaf hash, in O(log size)."""
        return self.extend((leaf,))

    def extend(self, leaves: Iterable[bytes]) -> "Frontier":
        """The frontier after these leaf hashes, in their order."""
        size, peaks = self.size, list(self.peaks)
        for leaf in leaves:
            node, merges = leaf, size
            while merges & 1:  # one merge for each trailing 1 bit of the size
                node, merges = node_hash(peaks.pop(), node), merges >> 1
            peaks.append(node)
            size += 1
        return Frontier(size, tuple(peaks))

    def root(self) -> bytes:
        """The root hash (Merkle Tree Hash) of all leaves so far."""
        if not self.peaks:
            return EMPTY_ROOT
        root = self.peaks[-1]
        for peak in reversed(self.peaks[:-1]):
            root = node_hash(peak, root)
        return root

    def to_bytes(self) -> bytes:
        """Eight bytes of size, big-endian, then the peaks: `from_bytes` reads it back."""
        return self.size.to_bytes(8, "big") + b"".join(self.peaks)

    @staticmethod
    def from_bytes(data: bytes) -> "Frontier":
        """Read what `to_bytes` wrote. Raises `Unreadable` unless the length fits the size."""
        size = int.from_bytes(data[:8], "big")
        expected = 8 + WIDTH * size.bit_count()
        if len(data) != expected:
            raise Unreadable(f"frontier: expected {expected} bytes, found {len(data)}")
        return Frontier(size, tuple(data[i : i + WIDTH] for i in range(8, expected, WIDTH)))
