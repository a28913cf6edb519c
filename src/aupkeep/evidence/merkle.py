"""The Merkle tree of the journal: hashing and proofs of RFC 6962 section 2.1.

Leaves are 32-byte hashes made by `leaf_hash`; every hash here is SHA-256. Sizes count leaves,
indexes start at 0. Nothing here keeps the leaves: a log of a billion entries is appended to with
the thirty hashes of its `Frontier`.
"""

import hashlib
from collections.abc import Iterable, Sequence
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
            _push(peaks, size, leaf)
            size += 1
        return Frontier(size, tuple(peaks))

    def root(self) -> bytes:
        """The root hash (Merkle Tree Hash) of all leaves so far."""
        return _fold(self.peaks)

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


def _push(peaks: list[bytes], size: int, leaf: bytes) -> None:
    """Add one leaf hash to the peaks of a tree of `size`: one merge for each trailing 1 bit."""
    while size & 1:
        leaf = node_hash(peaks.pop(), leaf)
        size >>= 1
    peaks.append(leaf)


def _fold(peaks: Sequence[bytes]) -> bytes:
    """Hash the peaks together from the smallest to the largest."""
    if not peaks:
        return EMPTY_ROOT
    root = peaks[-1]
    for peak in reversed(peaks[:-1]):
        root = node_hash(peak, root)
    return root


def root_of(leaf_hashes: Iterable[bytes]) -> bytes:
    """The root hash over leaf hashes (MTH of RFC 6962 section 2.1)."""
    return Frontier().extend(leaf_hashes).root()


def _split(size: int) -> int:
    """The largest power of two smaller than `size` (at least 2): where a tree divides."""
    return 1 << (size - 1).bit_length() - 1


def inclusion_proof(index: int, leaf_hashes: Sequence[bytes]) -> tuple[bytes, ...]:
    """The audit path of leaf `index` in the tree over `leaf_hashes`, lowest first.

    RFC 6962 section 2.1.1. Raises IndexError when there is no such leaf.
    """
    if not 0 <= index < len(leaf_hashes):
        raise IndexError(f"leaf: expected 0 to {len(leaf_hashes) - 1}, found {index}")
    path: list[bytes] = []
    start, end = 0, len(leaf_hashes)
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            path.append(root_of(leaf_hashes[middle:end]))
            end = middle
        else:
            path.append(root_of(leaf_hashes[start:middle]))
            start = middle
    return tuple(reversed(path))


def includes(root: bytes, size: int, index: int, leaf: bytes, proof: Sequence[bytes]) -> bool:
    """Whether `proof` shows leaf hash `leaf` at `index` under `root` (RFC 9162 section 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    node, last, found = index, size - 1, leaf
    for step in proof:
        if last == 0:
            return False
        if node & 1 or node == last:
            found = node_hash(step, found)
            while node and not node & 1:
                node, last = node >> 1, last >> 1
        else:
            found = node_hash(found, step)
        node, last = node >> 1, last >> 1
    return last == 0 and found == root


def consistency_proof(old_size: int, leaf_hashes: Sequence[bytes]) -> tuple[bytes, ...]:
    """The nodes that show the first `old_size` leaves unchanged in the tree over `leaf_hashes`.

    RFC 6962 section 2.1.2; empty for equal sizes and for an empty old tree. Raises IndexError for
    an old size outside 0 to the new size.
    """
    size = len(leaf_hashes)
    if not 0 <= old_size <= size:
        raise IndexError(f"old size: expected 0 to {size}, found {old_size}")
    if old_size in {0, size}:
        return ()
    path: list[bytes] = []
    start, end, whole = 0, size, True
    while old_size != end:
        middle = start + _split(end - start)
        if old_size <= middle:
            path.append(root_of(leaf_hashes[middle:end]))
            end = middle
        else:
            path.append(root_of(leaf_hashes[start:middle]))
            start, whole = middle, False
    if not whole:
        path.append(root_of(leaf_hashes[start:end]))
    return tuple(reversed(path))


def extends(old_root: bytes, old_size: int, root: bytes, size: int, proof: Sequence[bytes]) -> bool:
    """Whether `proof` shows that the newer tree only appended (RFC 9162 section 2.1.4.2)."""
    if not 0 < old_size < size:
        return not proof and (
            old_root == root if old_size == size else old_size == 0 and old_root == EMPTY_ROOT
        )
    path = list(proof) if old_size & (old_size - 1) else [old_root, *proof]
    if not path:
        return False
    node, last = old_size - 1, size - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    old = new = path[0]
    for step in path[1:]:
        if last == 0:
            return False
        if node & 1 or node == last:
            old, new = node_hash(step, old), node_hash(step, new)
            while node and not node & 1:
                node, last = node >> 1, last >> 1
        else:
            new = node_hash(new, step)
        node, last = node >> 1, last >> 1
    return last == 0 and old == old_root and new == root
