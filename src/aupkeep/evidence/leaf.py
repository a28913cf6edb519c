"""One journal entry as a leaf: a header without a person, and a salted commitment.

The header is what the tree hashes and what must stay for ever; payload and salt may be erased.
It names an id (random), a type and a time, and commits to the payload. It never holds an address,
a customer, an actor or a case: whoever reads the published log learns that something of this type
happened then, and nothing else.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass

from aupkeep.model.entry import Entry
from aupkeep.model.errors import Unreadable
from aupkeep.model.facts import canonical
from aupkeep.model.moments import show_moment

FIELDS = frozenset({"at", "commitment", "id", "type"})
DIGEST_LENGTH = 32  # bytes of a SHA-256


@dataclass(frozen=True, slots=True, kw_only=True)
class LeafHeader:
    """A leaf's header as read: `at` is RFC 3339 text in UTC, `commitment` 32 bytes."""

    id: str
    type: str
    at: str
    commitment: bytes


def commitment(salt: bytes, payload: Mapping[str, object]) -> bytes:
    """SHA-256(salt ‖ canonical payload), 32 bytes.

    The salt (16 random bytes or more) keeps a guess at the payload from being confirmed once
    both are erased. A canonical payload begins with its only unmatched brace, so no other split of
    the same bytes into salt and payload exists.

    >>> commitment(bytes(16), {"b": 1, "a": 2}) == commitment(bytes(16), {"a": 2, "b": 1})
    True
    """
    return hashlib.sha256(salt + canonical(payload)).digest()


def encode_leaf(entry: Entry) -> bytes:
    """The leaf of an entry: canonical JSON of id, type, time and commitment (hex)."""
    return canonical(
        {
            "id": entry.id,
            "type": entry.type.value,
            "at": show_moment(entry.at),
            "commitment": commitment(entry.salt, entry.payload).hex(),
        }
    )


def read_leaf(leaf: bytes) -> LeafHeader:
    """Read what `encode_leaf` wrote, byte for byte. Raises `Unreadable` for anything else."""
    try:
        header = json.loads(leaf)
    except (ValueError, RecursionError) as error:
        raise Unreadable(f"leaf: expected canonical JSON, found {leaf[:40]!r}") from error
    if not (isinstance(header, dict) and header.keys() == FIELDS):
        raise Unreadable(f"leaf: expected the fields {sorted(FIELDS)}, found {leaf[:40]!r}")
    if not all(isinstance(value, str) for value in header.values()):
        raise Unreadable(f"leaf: expected text in every field, found {leaf[:40]!r}")
    try:
        digest = bytes.fromhex(header["commitment"])
        exact = canonical(header) == leaf
    except ValueError as error:  # not hex, or a surrogate that UTF-8 cannot carry
        raise Unreadable(f"leaf: expected a commitment in hex, found {leaf[:40]!r}") from error
    if not exact or digest.hex() != header["commitment"] or len(digest) != DIGEST_LENGTH:
        raise Unreadable(f"leaf: expected the canonical form, found {leaf[:40]!r}")
    return LeafHeader(id=header["id"], type=header["type"], at=header["at"], commitment=digest)
