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


def cosignatures_hold(checkpoint: Checkpoint, cosigner: Cosigner) -> bool:
    """Whether the witness cosigned it, and each line of its holds."""
    times = _times(checkpoint, cosigner)
    return bool(times) and None not in times


def cosigned_at(checkpoint: Checkpoint, cosigner: Cosigner) -> datetime | None:
    """When the witness cosigned it, by its own clock, in UTC; None where no line of it holds."""
    return next((at for at in _times(checkpoint, cosigner) if at is not None), None)


def _times(checkpoint: Checkpoint, cosigner: Cosigner) -> list[datetime | None]:
    """The time of each line of the witness, None for one that does not hold."""
    wanted = (cosigner.name, key_id(cosigner.name, cosigner.key, COSIGNER))
    times: list[datetime | None] = []
    for name, given, signature in checkpoint.signatures:
        if (name, given) != wanted:
            continue
        seconds = int.from_bytes(signature[:TIME_LENGTH], "big")
        held = 0 < seconds <= LATEST and holds(
            cosigner.key, signature[TIME_LENGTH:], _message(checkpoint.text, seconds)
        )
        times.append(datetime.fromtimestamp(seconds, UTC) if held else None)
    return times


def _message(text: str, seconds: int) -> bytes:
    """What is signed: header, time, the checkpoint's text."""
    return f"cosignature/v1\ntime {seconds}\n{text}".encode()
