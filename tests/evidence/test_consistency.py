"""A proof shows a real past, and no other."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aupkeep.evidence.consistency import consistency_proof, extends
from aupkeep.evidence.merkle import Frontier, leaf_hash
from evidence.test_merkle import HASHES, many

sizes = st.integers(1, 70)
PROOFS = {  # Certificate Transparency's reference proofs
    (1, 1): [],
    (1, 8): [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    (6, 8): [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (2, 5): [
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ],
}


def root(leaves):
    return Frontier().extend(leaves).root()


@pytest.mark.parametrize("between", PROOFS)
def test_reference_proofs(between):
    """Each reference proof is made as it stands in Certificate Transparency's tests."""
    old, size = between
    made = consistency_proof(Frontier().extend(HASHES[:old]), HASHES[old:size])
    assert [step.hex() for step in made] == PROOFS[between]


@given(st.data(), sizes)
def test_a_proof_holds_for_a_real_past_only(data, size):
    """It shows the true old root, and none that had another leaf, nor any other proof."""
    leaves = many(size)
    old = data.draw(st.integers(1, size))
    proof = consistency_proof(Frontier().extend(leaves[:old]), leaves[old:])
    assert extends(root(leaves[:old]), old, root(leaves), size, proof)
    assert not extends(root([*leaves[: old - 1], bytes(32)]), old, root(leaves), size, proof)
    assert not extends(root(leaves[:old]), old, bytes(32), size, proof)
    assert not extends(root(leaves[:old]), old, root(leaves), size, [*proof, bytes(32)])
    if proof:
        assert not extends(root(leaves[:old]), old, root(leaves), size, proof[:-1])


@given(st.integers(2, 70), st.data())
def test_a_tree_that_was_rewritten_has_no_proof(size, data):
    """Whoever changes one of the old leaves cannot prove the new tree from the old root."""
    leaves, old = many(size), data.draw(st.integers(1, size - 1))
    changed = [*leaves]
    changed[data.draw(st.integers(0, old - 1))] = leaf_hash(b"changed")
    proof = consistency_proof(Frontier().extend(changed[:old]), changed[old:])
    assert not extends(root(leaves[:old]), old, root(changed), size, proof)


def test_nothing_is_extended_without_a_proof():
    """An empty tree is extended by every tree, with an empty proof only."""
    leaves = many(3)
    assert extends(root([]), 0, root(leaves), 3, ())
    assert not extends(root([]), 0, root(leaves), 3, [bytes(32)])
    assert not extends(bytes(32), 0, root(leaves), 3, ())
    assert not extends(root(leaves), 3, root(leaves[:2]), 2, ())


def test_each_past_of_a_small_tree_is_shown():
    """Every pair of sizes up to seventeen: what is drawn by chance leaves some out."""
    leaves = many(17)
    for size in range(1, 18):
        for old in range(1, size + 1):
            proof = consistency_proof(Frontier().extend(leaves[:old]), leaves[old:size])
            assert extends(root(leaves[:old]), old, root(leaves[:size]), size, proof), (old, size)
