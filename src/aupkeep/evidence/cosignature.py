"""Cosignatures: a witness says that a checkpoint extends the one before (C2SP tlog-cosignature).

A line below the log's own signature: name, base64(key id ‖ 8 bytes of time ‖ Ed25519 signature).
Signed are the lines `cosignature/v1` and `time SECONDS`, and then the checkpoint's text.
"""

import base64
from datetime import UTC, datetime
from typing import NamedTuple

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from aupkeep.evidence.checkpoint import DASH, Checkpoint, holds, key_id, read_key, show_key

COSIGNER = b"\x04"  # the signature type byte of Ed25519 cosignatures
TIME_LENGTH = 8
LATEST = int(datetime(9999, 12, 31, tzinfo=UTC).timestamp())  # seconds that a time of ours can say


class Cosigner(NamedTuple):
    """A witness by its name and key; `show` is the verifier key that others configure."""

    name: str
    key: Ed25519PublicKey

    def show(self) -> str:
        """The verifier key, `name+id+base64` with the type byte 4."""
        return show_key(self.name, self.key, COSIGNER)


def read_cosigner(text: str) -> Cosigner:
    """Read a witness's verifier key. Raises `Unreadable`."""
    return Cosigner(*read_key(text, COSIGNER))


def cosign(text: str, name: str, key: Ed25519PrivateKey, at: datetime) -> str:
    """The signature line, with its newline, over a checkpoint's text (without signatures)."""
    seconds = int(at.timestamp())
    signature = key.sign(_message(text, seconds))
    raw = key_id(name, key.public_key(), COSIGNER) + seconds.to_bytes(TIME_LENGTH, "big")
    return f"{DASH}{name} {base64.b64encode(raw + signature).decode()}\n"


def cosigned_at(checkpoint: Checkpoint, cosigner: Cosigner) -> datetime | None:
    """When the witness cosigned it, by its own clock, in UTC; None where no line of it holds."""
    wanted = (cosigner.name, key_id(cosigner.name, cosigner.key, COSIGNER))
    for name, given, signature in checkpoint.signatures:
        seconds = int.from_bytes(signature[:TIME_LENGTH], "big")
        if (name, given) != wanted or not 0 < seconds <= LATEST:
            continue
        if holds(cosigner.key, signature[TIME_LENGTH:], _message(checkpoint.text, seconds)):
            return datetime.fromtimestamp(seconds, UTC)
    return None


def _message(text: str, seconds: int) -> bytes:
    """What is signed: header, time, the checkpoint's text."""
    return f"cosignature/v1\ntime {seconds}\n{text}".encode()
