"""The published files are those C2SP tlog-tiles describes."""

import hashlib

import pytest

from aupkeep.evidence.merkle import Frontier, leaf_hash, root_of
from aupkeep.evidence.tiles import tiles
from aupkeep.model.errors import Invalid

LEAVES = [f"leaf {number}".encode() for number in range(70_000)]


@pytest.mark.parametrize(
    ("size", "paths"),
    [
        (0, set()),
        (1, {"tile/0/000.p/1", "tile/entries/000.p/1"}),
        (256, {"tile/0/000", "tile/1/000.p/1", "tile/entries/000"}),
        (
            257,
            {"tile/0/000", "tile/0/001.p/1", "tile/1/000.p/1"}
            | {"tile/entries/000", "tile/entries/001.p/1"},
        ),
    ],
)
def test_paths(size, paths):
    """Full tiles have plain names, the last one says how full it is."""
    assert set(tiles(LEAVES[:size])) == paths


def test_root_from_tiles_alone():
    """A reader of 70,000 leaves finds the root in the tiles: level 2, then the rest below."""
    files = tiles(LEAVES)
    top = files["tile/2/000.p/1"]
    level1 = files["tile/1/001.p/17"]
    rest = files["tile/0/273.p/112"]
    row = [level1[place : place + 32] for place in range(0, len(level1), 32)]
    last = root_of(rest[place : place + 32] for place in range(0, len(rest), 32))
    right = hashlib.sha256(b"\x01" + row[16] + last).digest()
    right = hashlib.sha256(b"\x01" + root_of(row[:16]) + right).digest()
    whole = Frontier().extend(map(leaf_hash, LEAVES)).root()
    assert hashlib.sha256(b"\x01" + top + right).digest() == whole


def test_entry_bundle():
    """Each entry stands behind its length in two bytes."""
    assert tiles([b"ab", b""])["tile/entries/000.p/2"] == b"\x00\x02ab\x00\x00"


def test_too_long_an_entry():
    """What two bytes of length cannot say is refused."""
    with pytest.raises(Invalid, match="at most 65535"):
        tiles([bytes(65_536)])
