"""Inclusion proofs: every leaf of every small tree, and nothing else."""

import pytest

from aupkeep.evidence.inclusion import inclusion_path, root_by_path
from aupkeep.evidence.merkle import Frontier, leaf_hash

HASHES = [leaf_hash(bytes([number])) for number in range(40)]


def leaves(start: int, end: int) -> list[bytes]:
    return HASHES[start:end]


@pytest.mark.parametrize("size", [1, 2, 3, 7, 8, 9, 33, 40])
def test_each_leaf_leads_to_the_root(size: int):
    root = Frontier().extend(HASHES[:size]).root()
    for index in range(size):
        path = inclusion_path(index, size, leaves)
        assert root_by_path(index, size, HASHES[index], path) == root


@pytest.mark.parametrize("size", [2, 7, 8, 33])
def test_another_leaf_place_or_path_does_not(size: int):
    root = Frontier().extend(HASHES[:size]).root()
    for index in range(size):
        path = inclusion_path(index, size, leaves)
        other = (index + 1) % size
        assert root_by_path(index, size, HASHES[other], path) != root
        assert root_by_path(other, size, HASHES[index], path) != root
        assert root_by_path(index, size, HASHES[index], path[:-1]) is None
        assert root_by_path(index, size, HASHES[index], (*path, HASHES[0])) != root


def test_the_example_of_the_standard():
    """RFC 6962 section 2.1.3: the path of d3 in seven leaves is [c, g, l]."""
    c, g = HASHES[2], Frontier().extend(HASHES[:2]).root()
    last = Frontier().extend(HASHES[4:7]).root()
    assert inclusion_path(3, 7, leaves) == (c, g, last)
