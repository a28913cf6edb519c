"""A seal: what an entry of the journal says, proven beside an older copy of that journal. Pure.

A backup is a copy of the log at some size. Its digests are in an entry that was written after the
copy, so the copy cannot prove it. The seal can: it holds the leaves that came since, up to a signed
checkpoint, and the one entry's salt and payload. With the copy's own tree (`merkle.Frontier`) they
make the signed root, or something was changed.

    {"checkpoint": "aupkeep.example/journal…", "leaves": ["…"], "payload": {…}, "salt": "…"}
"""

import base64
import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from aupkeep.evidence.checkpoint import is_signed, parse
from aupkeep.evidence.leaf import commitment, read_leaf
from aupkeep.evidence.merkle import Frontier, leaf_hash
from aupkeep.evidence.verify import Keys
from aupkeep.model.errors import Invalid, Unreadable

NamedKey = tuple[str, Ed25519PublicKey]


@dataclass(frozen=True, slots=True, kw_only=True)
class Seal:
    """The leaves since the copy, in order, the signed text over them, and one entry whole."""

    leaves: tuple[bytes, ...]
    checkpoint: str
    salt: bytes
    payload: Mapping[str, object]

    def to_json(self) -> bytes:
        """One JSON object that `read_seal` reads back."""
        value = {
            "checkpoint": self.checkpoint,
            "leaves": [base64.b64encode(leaf).decode() for leaf in self.leaves],
            "payload": dict(self.payload),
            "salt": base64.b64encode(self.salt).decode(),
        }
        return json.dumps(value).encode()


def read_seal(data: bytes) -> Seal:
    """Read what `to_json` wrote. Raises `Unreadable`."""
    try:
        value = json.loads(data)
        return Seal(
            leaves=tuple(base64.b64decode(leaf, validate=True) for leaf in value["leaves"]),
            checkpoint=str(value["checkpoint"]),
            salt=base64.b64decode(value["salt"], validate=True),
            payload=dict(value["payload"]),
        )
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        raise Unreadable(f"seal: expected one as a backup has it, found {error}") from error


def check_seal(seal: Seal, tree: Frontier, keys: Keys, kind: str, origin: str) -> NamedKey:
    """The name and key that sealed an entry of this kind behind this tree of this log.

    Raises `Invalid` where no key signed it, or it does not follow from the tree, `Unreadable`.
    """
    signed = parse(seal.checkpoint)
    signer = next((named for named in keys if is_signed(signed, *named)), None)
    if signer is None or signed.origin != origin:
        raise Invalid(f"seal: expected a signature of a known key of {origin}, found none")
    grown = tree.extend(map(leaf_hash, seal.leaves))
    if (grown.size, grown.root()) != (signed.size, signed.root):
        raise Invalid("seal: expected the tree that was signed, found another")
    with suppress(TypeError, ValueError, RecursionError):
        committed = commitment(seal.salt, seal.payload)
        headers = map(read_leaf, seal.leaves)
        if any((it.type, it.commitment) == (kind, committed) for it in headers):
            return signer
    raise Invalid(f"seal: expected an entry {kind} as it was signed, found none")
