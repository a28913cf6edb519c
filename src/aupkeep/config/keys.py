"""Ed25519 keys, one a purpose, in files only their owner can read.

`journal` signs checkpoints, `desired` signs desired states, `tokens` keys the hashing of link
tokens, `django` is the web framework's own secret. A key file holds one line of base64 per key,
newest last: old ones stay to verify what they signed.
"""

import base64
import hashlib
import os
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from aupkeep.config.home import Home
from aupkeep.model.errors import Invalid

KEY_NAME = "aupkeep"  # the signer's name on checkpoints; the origin names the provider
PURPOSES = ("journal", "desired", "tokens", "django")
SECRET_BYTES = 32


def make_keys(home: Home) -> None:
    """Make each key that is missing; call with the home's lock held."""
    home.keys.mkdir(mode=0o700, parents=True, exist_ok=True)
    for purpose in PURPOSES:
        if not (home.keys / purpose).exists():
            add_key(home, purpose)


def add_key(home: Home, purpose: str) -> str:
    """Add a new key for a purpose, from now on the one that signs; returns its id."""
    path = home.keys / purpose
    lines = path.read_text("ascii") if path.exists() else ""
    secret = os.urandom(SECRET_BYTES)
    fresh = path.with_suffix(".new")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(lines + base64.b64encode(secret).decode() + "\n")
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
    return key_id(secret)


def secrets_for(home: Home, purpose: str) -> list[bytes]:
    """All secrets of a purpose, oldest first. Raises `Invalid` for a missing or damaged file."""
    path = home.keys / purpose
    if not path.exists():
        raise Invalid(f"{path}: expected a key file, found none; run any command to set up a home")
    secrets = [base64.b64decode(line) for line in path.read_text("ascii").split()]
    if not secrets or any(len(secret) != SECRET_BYTES for secret in secrets):
        raise Invalid(f"{path}: expected lines of {SECRET_BYTES} bytes in base64")
    return secrets


def signing_key(home: Home, purpose: str) -> Ed25519PrivateKey:
    """The newest private key of a purpose."""
    return Ed25519PrivateKey.from_private_bytes(secrets_for(home, purpose)[-1])


def public_keys(home: Home, purpose: str) -> list[Ed25519PublicKey]:
    """All public keys of a purpose, oldest first."""
    return [
        Ed25519PrivateKey.from_private_bytes(secret).public_key()
        for secret in secrets_for(home, purpose)
    ]


def key_id(secret: bytes) -> str:
    """A short public name of a key: 8 hex digits of the SHA-256 of its public half."""
    public = Ed25519PrivateKey.from_private_bytes(secret).public_key().public_bytes_raw()
    return hashlib.sha256(public).hexdigest()[:8]


def readable_only_by_owner(path: Path) -> bool:
    """True when neither group nor others may read a key file."""
    return path.stat().st_mode & 0o077 == 0
