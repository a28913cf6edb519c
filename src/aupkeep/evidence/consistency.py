"""Consistency proofs: that a larger tree only appended to a smaller one.

RFC 6962 section 2.1.2 says what a proof holds, RFC 9162 section 2.1.4.2 how it is verified. A proof
is made of the smaller tree's frontier and the leaf hashes that came since: every node of it lies
whole in one of the two, so a log of a billion entries reads only what is new.
"""

from collections.abc import Sequence

from aupkeep.evidence.merkle import EMPTY_ROOT, Frontier, node_hash


def consistency_proof(old: Frontier, leaves: Sequence[bytes]) -> tuple[bytes, ...]:
    """The nodes that show `old` as the beginning of the tree that has these leaf hashes besides.

    Empty for an empty old tree, and without a new leaf.

    >>> consistency_proof(Frontier(), [bytes(32)])
    ()
    """
    size, peaks = old.size + len(leaves), dict(_places(old))
    if old.size in {0, size}:
        return ()

    def root(start: int, end: int) -> bytes:
        """The root over some leaves that lie in the old tree, or behind it."""
        if end <= old.size:
            return peaks[start]
        return Frontier().extend(leaves[start - old.size : end - old.size]).root()

    path: list[bytes] = []
    start, end, whole = 0, size, True
    while old.size != end:
        middle = start + (1 << (end - start - 1).bit_length() - 1)  # as the tree divides
        if old.size <= middle:
            path.append(root(middle, end))
            end = middle
        else:
            path.append(root(start, middle))
            start, whole = middle, False
    if not whole:
        path.append(root(start, end))
    return tuple(reversed(path))


def _places(tree: Frontier) -> list[tuple[int, bytes]]:
    """Each peak with the index of its first leaf."""
    places, start = [], 0
    for peak in tree.peaks:
        places.append((start, peak))
        start += 1 << (tree.size - start).bit_length() - 1
    return places


def extends(old_root: bytes, old_size: int, root: bytes, size: int, proof: Sequence[bytes]) -> bool:
    """Whether `proof` shows that the newer tree only appended (RFC 9162 section 2.1.4.2)."""
    if not 0 < old_size < size:
        same = old_root == root if old_size == size else old_size == 0 and old_root == EMPTY_ROOT
        return same and not proof
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
