"""Ed25519 keys, one a purpose, in files only their owner can read.

`journal` signs checkpoints, `desired` signs desired states, `witness` cosigns other logs'
checkpoints (made when it is first needed), `tokens` keys the hashing of link
tokens, `django` is the web framework's own secret. A key file holds one line of base64 per key,
newest last: old ones stay to verify what they signed.

Where a signer process of its own holds the signing keys (`aupkeep signer take`), the home has
their public halves only, in `journal.pub`, `desired.pub` and `witness.pub`.
"""

import base64
import hashlib
import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from aupkeep.config.home import Home
from aupkeep.model.ed25519 import key_weakness
from aupkeep.model.errors import Invalid, Unavailable

if TYPE_CHECKING:  # most commands sign nothing, and load nothing to sign with
    from cryptography.hazmat.primitives.asymmetric.ed25519 import (
        Ed25519PrivateKey,
        Ed25519PublicKey,
    )

KEY_NAME = "aupkeep"  # the signer's name on checkpoints; the origin names the provider
PURPOSES = ("journal", "desired", "tokens", "django")
SIGNING = ("journal", "desired")  # what a signer process may hold instead of the home
WITNESS = "witness"  # it may hold this too
SECRET_BYTES = 32


def make_keys(home: Home) -> None:
    """Make each key that is missing; call with the home's lock held."""
    home.keys.mkdir(mode=0o700, parents=True, exist_ok=True)
    for purpose in PURPOSES:
        if not has_key(home, purpose):
            add_key(home, purpose)


def has_keys(home: Home) -> bool:
    """Whether every key is there, or its public half where a signer holds it."""
    return all(has_key(home, purpose) for purpose in PURPOSES)


def has_key(home: Home, purpose: str) -> bool:
    """Whether a key is there, or its public half."""
    return (home.keys / purpose).exists() or is_separated(home, purpose)


def is_separated(home: Home, purpose: str) -> bool:
    """Whether a signer process holds this key: the home has its public half alone."""
    return _public_file(home, purpose).exists() and not (home.keys / purpose).exists()


def _public_file(home: Home, purpose: str) -> Path:
    return home.keys / f"{purpose}.pub"


def add_key(home: Home, purpose: str, *, publish: Home | None = None) -> str:
    """Add a new key for a purpose, from now on the one that signs; returns its id.

    With `publish` its public half stands in that home before anything can be signed with it.
    """
    path = home.keys / purpose
    lines = path.read_text("ascii") if path.exists() else ""
    secret = os.urandom(SECRET_BYTES)
    public = _private(secret).public_key()
    if publish is not None:
        before = public_keys(home, purpose) if has_key(home, purpose) else []
        _publish(publish, purpose, [*before, public])
    _write(path, f"{lines}{base64.b64encode(secret).decode()}\n", 0o600)
    return public_id(public)


def _write(path: Path, text: str, mode: int) -> None:
    """Replace a key file in one step, durable on return."""
    fresh = path.with_name(path.name + ".new")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)


def publish_keys(signer: Home, home: Home) -> None:
    """Write the public halves of the signer's keys into the home that it signs for."""
    for purpose in held(signer):
        _publish(home, purpose, public_keys(signer, purpose))


def held(home: Home) -> list[str]:
    """The signing keys that are there, or their public halves: `witness` is not everywhere."""
    return [purpose for purpose in (*SIGNING, WITNESS) if has_key(home, purpose)]


def _publish(home: Home, purpose: str, halves: "Sequence[Ed25519PublicKey]") -> None:
    """Write these halves, after those that stand there alone: what they signed stays proven."""
    ours = [half.public_bytes_raw() for half in halves]
    path = _public_file(home, purpose)
    stand = [base64.b64decode(line) for line in _lines(path)]
    whole = [*(half for half in stand if half not in ours), *ours]
    _write(path, "".join(base64.b64encode(half).decode() + "\n" for half in whole), 0o644)


def check_taker(home: Home, signer: Home) -> None:
    """Raise `Invalid` unless the signer's folder is free, or has the keys of this very home."""
    if signer.keys.exists() and signer.keys.samefile(home.keys):
        raise Invalid(f"{signer.path}: expected a folder of the signer's own, found the home")
    for purpose in SIGNING:
        if not (signer.keys / purpose).exists():
            continue
        theirs = {key.public_bytes_raw() for key in public_keys(signer, purpose)}
        if theirs.isdisjoint(key.public_bytes_raw() for key in public_keys(home, purpose)):
            raise Invalid(
                f"{signer.keys / purpose}: expected a key of {home.path}, found another home's"
            )


def hand_over_keys(home: Home, signer: Home) -> None:
    """Move the signing keys of a home into a signer's own folder; both halves exist until done.

    May be called again after a crash: what the signer has already stays. Raises `Invalid` where
    that is another home's.
    """
    check_taker(home, signer)
    signer.keys.mkdir(mode=0o700, parents=True, exist_ok=True)
    for purpose in (*SIGNING, WITNESS):
        ours, theirs = _lines(home.keys / purpose), _lines(signer.keys / purpose)
        if fresh := [line for line in ours if line not in theirs]:
            _write(signer.keys / purpose, "".join(f"{line}\n" for line in theirs + fresh), 0o600)
    publish_keys(signer, home)
    for purpose in (*SIGNING, WITNESS):
        (home.keys / purpose).unlink(missing_ok=True)


def _lines(path: Path) -> list[str]:
    return path.read_text("ascii").split() if path.exists() else []


def secrets_for(home: Home, purpose: str) -> list[bytes]:
    """All secrets of a purpose, oldest first. Raises `Invalid` for a missing or damaged file."""
    path = home.keys / purpose
    if not path.exists():
        raise Invalid(f"{path}: expected a key file, found none; run any command to set up a home")
    secrets = [base64.b64decode(line) for line in path.read_text("ascii").split()]
    if not secrets or any(len(secret) != SECRET_BYTES for secret in secrets):
        raise Invalid(f"{path}: expected lines of {SECRET_BYTES} bytes in base64")
    return secrets


def _private(secret: bytes) -> "Ed25519PrivateKey":
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    return Ed25519PrivateKey.from_private_bytes(secret)


def signing_key(home: Home, purpose: str) -> "Ed25519PrivateKey":
    """The newest private key of a purpose. Raises `Unavailable` where a signer alone holds it."""
    if is_separated(home, purpose):
        raise Unavailable(f"key {purpose}: the signer process alone holds it")
    return _private(secrets_for(home, purpose)[-1])


def public_keys(home: Home, purpose: str) -> "list[Ed25519PublicKey]":
    """All public keys of a purpose, oldest first. Raises `Invalid` for a damaged file."""
    if is_separated(home, purpose):
        halves = [base64.b64decode(line) for line in _lines(_public_file(home, purpose))]
        if weakness := next(filter(None, map(key_weakness, halves)), None):
            raise Invalid(f"{_public_file(home, purpose)}: {weakness}")
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

        return [Ed25519PublicKey.from_public_bytes(half) for half in halves]
    return [_private(secret).public_key() for secret in secrets_for(home, purpose)]


def public_id(public: "Ed25519PublicKey") -> str:
    """A short public name of a key: 8 hex digits of the SHA-256 of its public half."""
    return hashlib.sha256(public.public_bytes_raw()).hexdigest()[:8]


def readable_only_by_owner(path: Path) -> bool:
    """True when neither group nor others may read a key file."""
    return path.stat().st_mode & 0o077 == 0
