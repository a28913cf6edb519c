"""A public key with which anybody signs is refused by each command that takes one."""

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from aupkeep.evidence.checkpoint import ED25519, key_id
from aupkeep.evidence.cosignature import COSIGNER

IDENTITY = bytes([1]) + bytes(31)
SAID = ("--reason", "a new router")


def verifier(name, kind):
    """The key as C2SP writes it."""
    public = Ed25519PublicKey.from_public_bytes(IDENTITY)
    raw = base64.b64encode(kind + IDENTITY).decode()
    return f"{name}+{key_id(name, public, kind).hex()}+{raw}"


@pytest.mark.parametrize(
    "words",
    [
        ("agent", "key", "add", "edge", base64.b64encode(IDENTITY).decode(), *SAID),
        ("witness", "add", "https://birch.example/witness", verifier("birch.example", COSIGNER)),
        ("witness", "add-log", "birch.example/journal", verifier("aupkeep", ED25519)),
    ],
    ids=lambda words: " ".join(words[:2]),
)
def test_it_is_refused_and_nothing_is_set(aupkeep, words):
    """In words that say why; neither a setting nor an entry is left."""
    before = aupkeep("verify", "--offline").value["entries"]
    told = aupkeep(*words)
    assert told.code in {2, 3}, told
    assert "anybody signs with it" in told.error["message"]
    assert aupkeep("verify", "--offline").value["entries"] == before
