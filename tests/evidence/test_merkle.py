"""The tree is that of RFC 6962, checked against Certificate Transparency's reference vectors."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aupkeep.evidence.merkle import Frontier, leaf_hash
from aupkeep.model.errors import Unreadable

LEAVES = ("", "00", "10", "2021", "3031", "40414243", "5051525354555657")
LEAVES = (*LEAVES, "606162636465666768696a6b6c6d6e6f")
ROOTS = {  # Certificate Transparency's reference leaves and their roots
    0: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    2: "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    3: "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    4: "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    5: "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    6: "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    7: "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
}
HASHES = [leaf_hash(bytes.fromhex(text)) for text in LEAVES]
sizes = st.integers(1, 70)


def many(size):
    return [leaf_hash(str(i).encode()) for i in range(size)]


@pytest.mark.parametrize("size", ROOTS)
def test_reference_roots(size):
    """Each prefix of the reference leaves has its reference root."""
    assert Frontier().extend(HASHES[:size]).root().hex() == ROOTS[size]


@given(sizes, st.integers(0, 70))
def test_frontier_is_the_recursive_definition(size, cut):
    """Appending one by one, kept as bytes in between, gives the root RFC 6962 defines."""
    leaves = many(size)
    kept = Frontier.from_bytes(Frontier().extend(leaves[:cut]).to_bytes())
    for leaf in leaves[cut:]:
        kept = kept.append(leaf)
    assert (kept.size, kept.root()) == (size, recursive(leaves))


def recursive(leaves):
    """RFC 6962 section 2.1, word for word."""
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    both = recursive(leaves[:split]) + recursive(leaves[split:])
    return hashlib.sha256(b"\x01" + both).digest()


@pytest.mark.parametrize(
    "data", [b"", b"short", bytes(7) + b"\x01", bytes(7) + b"\x02" + bytes(64)]
)
def test_frontier_of_other_length(data):
    """Bytes that do not fit their own size are refused."""
    with pytest.raises(Unreadable, match=rf"^frontier: expected \d+ bytes, found {len(data)}$"):
        Frontier.from_bytes(data)
