"""Proofs that an entry is in the tree under a signed root: RFC 6962 section 2.1.1."""

from collections.abc import Callable, Iterable, Sequence

from aupkeep.evidence.merkle import Frontier, node_hash

Leaves = Callable[[int, int], Iterable[bytes]]
"""The leaf hashes from one index to before another, in order."""


def inclusion_path(index: int, size: int, leaves: Leaves) -> tuple[bytes, ...]:
    """The audit path of a leaf in the tree of `size` leaves, the nearest sibling first.

    Every leaf is read once; `0 <= index < size`.

    >>> from aupkeep.evidence.merkle import leaf_hash
    >>> hashes = [leaf_hash(bytes([number])) for number in range(3)]
    >>> path = inclusion_path(2, 3, lambda start, end: hashes[start:end])
    >>> root_by_path(2, 3, hashes[2], path) == Frontier().extend(hashes).root()
    True
    """
    start, end = 0, size
    path: list[bytes] = []
    while end - start > 1:
        middle = start + (1 << (end - start - 1).bit_length() - 1)
        left = index < middle
        path.append(Frontier().extend(leaves(*((middle, end) if left else (start, middle)))).root())
        start, end = (start, middle) if left else (middle, end)
    return tuple(reversed(path))


def root_by_path(index: int, size: int, leaf: bytes, path: Sequence[bytes]) -> bytes | None:
    """The root that a leaf's hash and path lead to (RFC 9162 section 2.1.3.2); None for no path."""
    place, last, root = index, size - 1, leaf
    for sibling in path:
        if last == 0:
            return None
        if place & 1 or place == last:
            root = node_hash(sibling, root)
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            root = node_hash(root, sibling)
        place, last = place >> 1, last >> 1
    return root if last == 0 else None
