"""The log as static files: the paths and contents of C2SP tlog-tiles.

A tile at level 0 holds up to 256 leaf hashes, one at level 1 up to 256 roots of full tiles below,
and so on; an entry bundle holds up to 256 leaves, each with its length before it. Full files never
change, so that any web server and any cache can publish the log.
"""

from collections.abc import Iterator, Sequence

from aupkeep.evidence.merkle import leaf_hash, root_of
from aupkeep.model.errors import Invalid

TILE = 256  # hashes or entries in a full file
MAX_ENTRY = 65535  # bytes, as two bytes of length can say


def tiles(leaves: Sequence[bytes]) -> dict[str, bytes]:
    """Path → content of every file for a log of exactly these leaves (encoded headers).

    Raises `Invalid` for a leaf of more than 65,535 bytes.
    """
    files = dict(_hash_tiles([leaf_hash(leaf) for leaf in leaves]))
    for number, group in enumerate(_groups(leaves)):
        files[_path("entries", number, len(group))] = b"".join(map(_entry, group))
    return files


def _hash_tiles(row: Sequence[bytes]) -> Iterator[tuple[str, bytes]]:
    """The hash tiles of every level; a level ends where no full tile stands below it."""
    level = 0
    while row:
        groups = list(_groups(row))
        for number, group in enumerate(groups):
            yield _path(str(level), number, len(group)), b"".join(group)
        row = [root_of(group) for group in groups if len(group) == TILE]
        level += 1


def _groups(row: Sequence[bytes]) -> Iterator[Sequence[bytes]]:
    """Slices of 256; the last may be shorter."""
    return (row[start : start + TILE] for start in range(0, len(row), TILE))


def _path(level: str, number: int, width: int) -> str:
    """`tile/0/x001/x234/067`, with `.p/W` after a file that is not full yet.

    >>> _path("0", 1234067, 5)
    'tile/0/x001/x234/067.p/5'
    """
    parts = [f"{number % 1000:03d}"]
    while number := number // 1000:
        parts.insert(0, f"x{number % 1000:03d}")
    partial = "" if width == TILE else f".p/{width}"
    return f"tile/{level}/{'/'.join(parts)}{partial}"


def _entry(leaf: bytes) -> bytes:
    """A leaf with its length in two bytes, big-endian, before it. Raises `Invalid`."""
    if len(leaf) > MAX_ENTRY:
        raise Invalid(f"leaf: expected at most {MAX_ENTRY} bytes, found {len(leaf)}")
    return len(leaf).to_bytes(2, "big") + leaf
